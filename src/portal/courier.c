/* The process that goes to the hub and back: takes bulletins, hands sealed items in. It can open neither the items nor the keys. */
#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bulletin/grant.h"
#include "portal/jail.h"
#include "portal/keep.h"
#include "portal/line.h"
#include "portal/outbox.h"
#include "portal/parts.h"

#define TURN_S 5
#define FILE_MAX ((size_t)512 << 20)

struct courier {
	const struct portal_settings *settings;
	const struct portal_ends *ends;
	const char *name;
	struct source source;
	struct stat folder; /* of a source that is one, as it was when this process shut itself in */
	char bulletin[KEEP_PATH], inbox[KEEP_PATH];
	struct buffer held; /* the note in force, as its bytes */
	struct bulletin_note note;
	bool has, told;
	pthread_mutex_t lock;
	pthread_cond_t news;
	bool waiting; /* an item came in */
};

/* ---- the bulletin ---- */

static void path_of(const struct courier *c, const char *name, char out[KEEP_PATH])
{
	/* Both are short by construction: a folder that was opened, a name of ours. */
	if (snprintf(out, KEEP_PATH, "%.4200s/%.100s", c->bulletin, name) >= (int)KEEP_PATH)
		out[0] = '\0';
}

/* Has the file on disk; what was written here once was checked then, and is again by who reads it. */
static enum status file_have(struct courier *c, const struct bulletin_file *file, struct error *ret_error)
{
	char address[2 * BULLETIN_HASH_SIZE + 1], name[80], path[KEEP_PATH];
	struct buffer content;
	enum status st;

	bulletin_file_address(file, address);
	path_of(c, address, path);
	if (access(path, R_OK) == 0)
		return ST_OK;
	if (file->size > FILE_MAX)
		return error_set(ret_error, ST_LIMIT, "%s is larger than %zu bytes", file->name, FILE_MAX);
	buffer_init(&content, (size_t)file->size);
	snprintf(name, sizeof name, "files/%s", address);
	st = source_get(&c->source, name, &content, ret_error);
	if (st == ST_OK)
		st = bulletin_file_check(file, buffer_bytes(&content), ret_error);
	if (st == ST_OK)
		st = keep_write(c->bulletin, address, buffer_bytes(&content), ret_error);
	buffer_release(&content);
	return st;
}

/* The oracle opens it; here it is a sealed box. Without one the checks go on with the keys that the oracle has. */
static void grant_pass(struct courier *c, bool ask)
{
	char name[80], path[KEEP_PATH];
	struct buffer grant;
	struct error error;
	enum status st;

	snprintf(name, sizeof name, "grants/%s", c->name);
	path_of(c, "grant", path);
	buffer_init(&grant, 4096);
	st = ask ? source_get(&c->source, name, &grant, &error) : keep_read(path, &grant, &error);
	if (st == ST_OK && grant.len) {
		const struct line_message message = {.data = grant.data, .len = grant.len};

		if ((ask && keep_write(c->bulletin, "grant", buffer_bytes(&grant), &error) != ST_OK) || line_send(c->ends->grants, &message, &error) != ST_OK)
			portal_say("courier: %s", error.message);
	} else if (ask) {
		portal_say("courier: no keys for this portal, nothing can be checked in private: %s", error.message);
	}
	buffer_release(&grant);
}

/* Gives web the note and the open files, in the note's order. */
static enum status bulletin_show(struct courier *c, struct error *ret_error)
{
	struct line_message message = {.data = c->held.data, .len = c->held.len};
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < c->note.file_count; i++) {
		char address[2 * BULLETIN_HASH_SIZE + 1], path[KEEP_PATH];

		bulletin_file_address(&c->note.files[i], address);
		path_of(c, address, path);
		message.files[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (message.files[i] < 0)
			st = error_set(ret_error, ST_UNAVAILABLE, "%s cannot be read", c->note.files[i].name);
		else
			message.file_count++;
	}
	if (st == ST_OK)
		st = line_send(c->ends->news, &message, ret_error);
	for (size_t i = 0; i < message.file_count; i++)
		close(message.files[i]);
	return st;
}

static bool named(const struct courier *c, const char *name)
{
	char address[2 * BULLETIN_HASH_SIZE + 1];

	for (size_t i = 0; i < c->note.file_count; i++) {
		bulletin_file_address(&c->note.files[i], address);
		if (strcmp(address, name) == 0)
			return true;
	}
	return strcmp(name, "note") == 0 || strcmp(name, "grant") == 0;
}

static void rest_remove(struct courier *c)
{
	DIR *dir = opendir(c->bulletin);
	char path[KEEP_PATH];

	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
		if (entry->d_name[0] != '.' && !named(c, entry->d_name)) {
			path_of(c, entry->d_name, path);
			unlink(path);
		}
	if (dir)
		closedir(dir);
}

/* Takes the note and all of its files, or nothing. */
static enum status bulletin_take(struct courier *c, struct bytes bytes, bool fresh, struct error *ret_error)
{
	struct bulletin_note next;
	enum status st = bulletin_note_read(bytes, &c->settings->key, 1, &next, ret_error);

	if (st == ST_OK && c->has)
		st = bulletin_note_follows(&c->note, &next, ret_error);
	for (size_t i = 0; st == ST_OK && i < next.file_count; i++)
		st = file_have(c, &next.files[i], ret_error);
	if (st != ST_OK)
		return st;
	grant_pass(c, fresh);
	if (fresh)
		TRY(keep_write(c->bulletin, "note", bytes, ret_error));
	c->note = next;
	c->has = true;
	buffer_clear(&c->held);
	buffer_add(&c->held, bytes.data, bytes.len);
	TRY(buffer_status(&c->held));
	TRY(bulletin_show(c, ret_error));
	rest_remove(c);
	return ST_OK;
}

static enum status bulletin_pull(struct courier *c, struct error *ret_error)
{
	struct buffer note;
	enum status st;

	buffer_init(&note, BULLETIN_NOTE_MAX);
	st = source_get(&c->source, "bulletin", &note, ret_error);
	if (st == ST_OK && (note.len != c->held.len || memcmp(note.data, c->held.data, note.len) != 0))
		st = bulletin_take(c, buffer_bytes(&note), true, ret_error);
	buffer_release(&note);
	return st;
}

/* What was taken before this process began. */
static void bulletin_resume(struct courier *c)
{
	char path[KEEP_PATH];
	struct buffer note;
	struct error error;
	enum status st;

	path_of(c, "note", path);
	buffer_init(&note, BULLETIN_NOTE_MAX);
	st = keep_read(path, &note, &error);
	if (st == ST_OK)
		st = bulletin_take(c, buffer_bytes(&note), false, &error);
	if (st != ST_OK && st != ST_NOT_FOUND)
		portal_say("courier: the bulletin kept here is not taken: %s", error.message);
	buffer_release(&note);
}

/* ---- sealed items ---- */

static void *hand_run(void *context)
{
	struct courier *c = context;
	uint8_t *room = malloc(LINE_SIZE_MAX);
	struct error error;

	while (room) {
		struct line_message in = {.data = room, .room = LINE_SIZE_MAX};
		uint8_t answer[1 + BULLETIN_ITEM_ID_SIZE] = {0};
		const struct line_message out = {.data = answer, .len = sizeof answer};

		if (line_receive(c->ends->hand, -1, &in, &error) != ST_OK)
			break;
		for (size_t i = 0; i < in.file_count; i++)
			close(in.files[i]);
		answer[0] = (uint8_t)outbox_keep(c->inbox, (struct bytes){room, in.len}, &error);
		if (answer[0] != ST_OK)
			portal_say("courier: an item was not kept: %s", error.message);
		if (in.len >= BULLETIN_ITEM_HEAD_SIZE)
			memcpy(answer + 1, room + 16, BULLETIN_ITEM_ID_SIZE);
		if (line_send(c->ends->hand, &out, &error) != ST_OK)
			break;
		pthread_mutex_lock(&c->lock);
		c->waiting = true;
		pthread_cond_signal(&c->news);
		pthread_mutex_unlock(&c->lock);
	}
	/* Web is gone: the warden starts all of us again. */
	_exit(1);
}

static void items_send(struct courier *c)
{
	struct error error;
	size_t refused = 0;
	enum status st = outbox_send(c->inbox, &c->source, &refused, &error);

	if (refused)
		portal_say("courier: the hub refused %zu items for good; they are deleted", refused);
	if (st != ST_OK && st != ST_NOT_FOUND && !c->told)
		portal_say("courier: %s; reports wait here", error.message);
}

/* A stick that was put in, a mirror that was made anew: what this process may read is another folder. It ends, and is started again
 * with that one. */
static void folder_watch(const struct courier *c)
{
	const char *folder = source_folder(&c->source);
	struct stat now;

	if (folder && stat(folder, &now) == 0 && (now.st_ino != c->folder.st_ino || now.st_dev != c->folder.st_dev)) {
		portal_say("courier: %.300s is another folder now", folder);
		_exit(0);
	}
}

static void wait_turn(struct courier *c)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += TURN_S;
	pthread_mutex_lock(&c->lock);
	while (!c->waiting && pthread_cond_timedwait(&c->news, &c->lock, &until) == 0)
		;
	c->waiting = false;
	pthread_mutex_unlock(&c->lock);
}

/* ---- the process ---- */

static enum status courier_shut(struct courier *c, struct error *ret_error)
{
	const char *folder = source_folder(&c->source);
	char out[KEEP_PATH];
	/* Names and certificates; the C library and libcurl read them when they connect. */
	const char *readable[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
				  "/run/systemd/resolve", "/run/resolvconf", "/etc/ssl", "/usr/share/ca-certificates", "/usr/lib/ssl", "/dev/urandom",
				  c->source.ca_file ? c->source.ca_file : "/etc/ssl", folder ? folder : "/etc/ssl"};
	const char *writable[] = {c->bulletin, c->inbox, out};
	struct jail jail = {.kind = JAIL_COURIER, .no_landlock = c->settings->no_landlock, .readable = readable,
			    .readable_count = sizeof readable / sizeof readable[0], .writable = writable, .writable_count = folder ? 3 : 2};

	snprintf(out, sizeof out, "%.4300s/inbox", folder ? folder : c->inbox);
	if (folder && stat(folder, &c->folder) != 0)
		c->folder = (struct stat){.st_ino = 0};
	jail.ports[0] = source_port(&c->source);
	jail.ports[1] = jail.ports[0] ? 53 : 0;
	return jail_shut(&jail, ret_error);
}

int portal_courier(const struct portal_settings *settings, const struct portal_ends *ends, const char *name)
{
	struct courier c = {.settings = settings, .ends = ends, .name = name, .source = {settings->hub, settings->ca_file},
			    .lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER};
	struct error error = {.message = ""};
	pthread_t hand;

	snprintf(c.bulletin, sizeof c.bulletin, "%s/bulletin", settings->folder);
	snprintf(c.inbox, sizeof c.inbox, "%s/inbox", settings->folder);
	buffer_init(&c.held, BULLETIN_NOTE_MAX);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || courier_shut(&c, &error) != ST_OK) {
		portal_say("courier: %s", error.message[0] ? error.message : "libcurl cannot be started");
		return 1;
	}
	bulletin_resume(&c);
	if (pthread_create(&hand, NULL, hand_run, &c) != 0) {
		portal_say("courier: a thread cannot be started");
		return 1;
	}
	for (;;) {
		enum status st;

		folder_watch(&c);
		items_send(&c);
		st = bulletin_pull(&c, &error);
		/* A trouble is said once, and its end. */
		if (st != ST_OK && !c.told)
			portal_say("courier: no new bulletin: %s", error.message);
		else if (st == ST_OK && c.told)
			portal_say("courier: the hub is there again");
		c.told = st != ST_OK;
		wait_turn(&c);
	}
}
