/* A stick for checkpoints without a line: the files of a hub's feed under their names. docs/formats/feed.md */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/source.h"
#include "edition/roll.h"
#include "feed/call.h"
#include "feed/sealed.h"
#include "model/id.h"

#define POSTS_MAX 1000u
#define TEXT_MAX_BYTES ((size_t)64 << 10)
#define PATIENCE_S 3600u
#define TRIES 5u /* the hub may let an edition go while it is asked for */
#define PATH_SIZE 4300u

static const char usage_text[] =
	"usage: cordon feed --hub URL --post ID [--post ID]... [--ca FILE] DIR\n"
	"\n"
	"Writes the newest list into DIR (a stick) for the checkpoints ID, which `cordon-post status` and the hub's table of posts\n"
	"tell; `cordon-post update --from DIR` takes it there. All of it is sealed and signed: it needs no secret to write it, and is\n"
	"of no use to whoever finds it. URL is a hub, or any cache of its feed; FILE its certificate's issuer.\n";

struct stick {
	const char *hub, *ca_file, *folder;
	const char *posts[POSTS_MAX];
	size_t post_count;
};

static enum status fetch(const struct stick *stick, const char *name, struct buffer *out, struct error *ret_error)
{
	char address[1400];
	struct call call = {.address = address, .ca_file = stick->ca_file, .patience_s = PATIENCE_S};
	unsigned status = 0;

	buffer_clear(out);
	if (snprintf(address, sizeof address, "%s/feed/%s", stick->hub, name) >= (int)sizeof address)
		return error_set(ret_error, ST_LIMIT, "the hub's address is too long");
	TRY(call_make(&call, &status, out, ret_error));
	if (status == 404 || status == 410)
		return error_set(ret_error, ST_NOT_FOUND, "the hub has no file %s", name);
	return status == 200 ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "the hub answers %u for %s", status, name);
}

static enum status failed(const char *path, struct error *ret_error)
{
	return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerrordesc_np(errno));
}

/* The folders above a file. */
static enum status folders_make(char *path, size_t from, struct error *ret_error)
{
	for (char *at = strchr(path + from, '/'); at; at = strchr(at + 1, '/')) {
		bool good;

		*at = '\0';
		good = mkdir(path, 0777) == 0 || errno == EEXIST;
		*at = '/';
		if (!good)
			return failed(path, ret_error);
	}
	return ST_OK;
}

/* Beside it first: a stick that is drawn out too early has the former file, or none. */
static enum status keep(const struct stick *stick, const char *name, struct bytes file, struct error *ret_error)
{
	char path[PATH_SIZE], fresh[PATH_SIZE + 8];
	size_t done = 0;
	ssize_t n = 1;
	int fd;

	if (snprintf(path, sizeof path, "%s/%s", stick->folder, name) >= (int)sizeof path)
		return error_set(ret_error, ST_LIMIT, "the folder's name is too long");
	TRY(folders_make(path, strlen(stick->folder) + 1, ret_error));
	snprintf(fresh, sizeof fresh, "%s.new", path);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return failed(fresh, ret_error);
	while (done < file.len && n > 0) {
		n = write(fd, file.data + done, file.len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (done < file.len || fsync(fd) != 0) {
		TRY(failed(fresh, ret_error));
		close(fd);
		(void)unlink(fresh);
		return ST_UNAVAILABLE;
	}
	close(fd);
	return rename(fresh, path) == 0 ? ST_OK : failed(path, ret_error);
}

/* Whose heartbeat it is, the checkpoint will see; here only its number is wanted. */
static enum status number_find(struct text note, uint64_t *ret, struct error *ret_error)
{
	struct text line, word = TEXT("number ");

	while (text_split(&note, '\n', &line))
		if (text_starts(line, word) && text_to_uint((struct text){line.data + word.len, line.len - word.len}, INT64_MAX, ret) == ST_OK)
			return ST_OK;
	return error_because(ret_error, ST_MALFORMED, "feed-malformed", NULL, "what the hub gives is no heartbeat");
}

/* The newest edition, whole. */
static enum status list_fetch(const struct stick *stick, struct buffer *heartbeat, struct buffer *list, char *name, size_t room,
			      uint64_t *ret_number, struct error *ret_error)
{
	enum status st = ST_NOT_FOUND;

	for (unsigned i = 0; i < TRIES && st == ST_NOT_FOUND; i++) {
		TRY(fetch(stick, "heartbeat", heartbeat, ret_error));
		TRY(number_find(buffer_text(heartbeat), ret_number, ret_error));
		snprintf(name, room, "editions/%llu/from-0", (unsigned long long)*ret_number);
		st = fetch(stick, name, list, ret_error);
	}
	return st;
}

static enum status grants_write(const struct stick *stick, struct buffer *grant, struct error *ret_error)
{
	for (size_t i = 0; i < stick->post_count; i++) {
		char name[64];
		enum status st;

		snprintf(name, sizeof name, "grants/%s", stick->posts[i]);
		st = fetch(stick, name, grant, ret_error);
		if (st == ST_NOT_FOUND)
			return error_set(ret_error, st, "no checkpoint %s is enrolled at the hub", stick->posts[i]);
		TRY(st);
		TRY(keep(stick, name, buffer_bytes(grant), ret_error));
	}
	return ST_OK;
}

/* How the hub's keys were changed; one that has no such file never changed them. */
static enum status keys_write(const struct stick *stick, struct buffer *roll, struct error *ret_error)
{
	enum status st = fetch(stick, "keys", roll, ret_error);

	if (st == ST_NOT_FOUND)
		return ST_OK;
	TRY(st);
	return keep(stick, "keys", buffer_bytes(roll), ret_error);
}

/* The heartbeat last, so that what it names is there. */
static enum status stick_write(const struct stick *stick, uint64_t *ret_number, struct error *ret_error)
{
	struct buffer heartbeat, list, grant;
	char name[96];
	enum status st;

	buffer_init(&heartbeat, TEXT_MAX_BYTES);
	buffer_init(&grant, ROLL_MAX); /* and of the keys */
	buffer_init(&list, FEED_FILE_MAX);
	TRY_OUT(list_fetch(stick, &heartbeat, &list, name, sizeof name, ret_number, ret_error));
	TRY_OUT(keys_write(stick, &grant, ret_error));
	TRY_OUT(grants_write(stick, &grant, ret_error));
	TRY_OUT(keep(stick, name, buffer_bytes(&list), ret_error));
	st = keep(stick, "heartbeat", buffer_bytes(&heartbeat), ret_error);
out:
	buffer_release(&heartbeat);
	buffer_release(&grant);
	buffer_release(&list);
	return st;
}

int command_feed(int argc, char **argv)
{
	static const struct option options[] = {{"hub", required_argument, NULL, 'u'},	{"post", required_argument, NULL, 'p'},
						{"ca", required_argument, NULL, 'c'},	{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	struct stick stick = {.hub = NULL};
	struct error error = {.code = ST_OK};
	uint64_t number = 0;
	bool good = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'h': fputs(usage_text, stdout); return 0;
		case 'u': stick.hub = optarg; break;
		case 'c': stick.ca_file = optarg; break;
		case 'p':
			good = good && stick.post_count < POSTS_MAX && id_valid(text_of(optarg));
			if (good)
				stick.posts[stick.post_count++] = optarg;
			break;
		default: good = false;
		}
	}
	if (!good || stick.hub == NULL || stick.post_count == 0 || optind + 1 != argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	stick.folder = argv[optind];
	if (mkdir(stick.folder, 0777) != 0 && errno != EEXIST) {
		(void)failed(stick.folder, &error);
		say_error("cordon feed", NULL, &error);
		return 1;
	}
	if (stick_write(&stick, &number, &error) != ST_OK) {
		say_error("cordon feed", NULL, &error);
		return 1;
	}
	printf("%s: edition %llu for %zu checkpoint%s\n", stick.folder, (unsigned long long)number, stick.post_count,
	       stick.post_count == 1 ? "" : "s");
	return 0;
}
