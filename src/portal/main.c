/* cordon-portal: the public site. docs/portal.md. */
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal/parts.h"

static const char usage_text[] =
	"usage: cordon-portal init [--data DIR]\n"
	"       cordon-portal run  --hub URL --key VKEY [--data DIR] [--address ADDRESS] [--port PORT] [--ca FILE] [--user NAME]\n"
	"                          [--authority TEXT] [--redress URL] [--proxied] [--demonstration] [--no-landlock]\n"
	"\n"
	"The public site: learn, check, report, call for help. It reads what the hub publishes, and hands sealed reports in.\n"
	"\n"
	"init  makes DIR and in it the portal's key; prints the public key, which the hub must be told (DIR is portal unless told)\n"
	"run   serves on 127.0.0.1:8100 unless told; start-up ends with a line `ready: ...`\n"
	"  --hub        https://HUB, http:// to this machine, or file:FOLDER (a stick, a mirror) with the same files\n"
	"  --key        the hub's key of role public, as `cordon key` prints it; only bulletins that it signed are taken\n"
	"  --user       who it becomes when it is started as root\n"
	"  --authority  who runs it, for the page about it\n"
	"  --redress    the page for people who were stopped at a border (default: HUB/redress)\n"
	"  --proxied    a proxy of ours stands before it and says who asks\n"
	"  --demonstration  each page says that what it tells is invented\n"
	"  --no-landlock  goes without the system's protection of files where it has none\n";

static enum status folder_make(const char *path, struct error *ret_error)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
}

static enum status folders_make(const struct portal_settings *s, struct error *ret_error)
{
	static const char *const names[] = {"bulletin", "inbox"};
	char path[4200];

	TRY(folder_make(s->folder, ret_error));
	for (size_t i = 0; i < 2; i++) {
		if (snprintf(path, sizeof path, "%s/%s", s->folder, names[i]) >= (int)sizeof path)
			return error_set(ret_error, ST_LIMIT, "%s: the path is too long", s->folder);
		TRY(folder_make(path, ret_error));
		if (s->user && chown(path, s->user, s->group) != 0)
			return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	}
	/* Whom the processes become must be able to pass through, not to look around. */
	if (s->user && chmod(s->folder, 0711) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", s->folder, strerror(errno));
	return ST_OK;
}

static enum status init(const struct portal_settings *s, struct error *ret_error)
{
	struct portal_key key;

	TRY(folders_make(s, ret_error));
	TRY(portal_key_make(s->folder, &key, ret_error));
	printf("%s\n", key.name);
	portal_key_wipe(&key);
	return ST_OK;
}

static enum status user_find(const char *name, struct portal_settings *s, struct error *ret_error)
{
	const struct passwd *found = getpwnam(name);

	if (found == NULL || found->pw_uid == 0)
		return error_set(ret_error, ST_NOT_FOUND, "--user %s: there is no such user, or it is root", name);
	if (geteuid() != 0)
		return found->pw_uid == geteuid() ? ST_OK : error_set(ret_error, ST_DENIED, "--user %s: only root can become somebody else", name);
	s->user = found->pw_uid;
	s->group = found->pw_gid;
	return ST_OK;
}

struct given {
	struct portal_settings settings;
	const char *verb, *key, *user;
};

static bool given_read(int argc, char **argv, struct given *g)
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'}, {"hub", required_argument, NULL, 'h'}, {"key", required_argument, NULL, 'k'}, {"ca", required_argument, NULL, 'c'},
		{"address", required_argument, NULL, 'a'}, {"port", required_argument, NULL, 'p'}, {"user", required_argument, NULL, 'u'},
		{"authority", required_argument, NULL, 'w'}, {"redress", required_argument, NULL, 'r'}, {"proxied", no_argument, NULL, 'x'},
		{"demonstration", no_argument, NULL, 'D'}, {"no-landlock", no_argument, NULL, 'l'}, {"help", no_argument, NULL, 'H'}, {NULL, 0, NULL, 0}};
	struct portal_settings *s = &g->settings;
	uint64_t port = 8100;
	bool good = true;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'd': s->folder = optarg; break;
		case 'h': s->hub = optarg; break;
		case 'k': g->key = optarg; break;
		case 'c': s->ca_file = optarg; break;
		case 'a': s->address = optarg; break;
		case 'p': good = good && text_to_uint(text_of(optarg), UINT16_MAX, &port) == ST_OK; break;
		case 'u': g->user = optarg; break;
		case 'w': s->authority = optarg; break;
		case 'r': s->redress = optarg; break;
		case 'x': s->proxied = true; break;
		case 'D': s->demonstration = true; break;
		case 'l': s->no_landlock = true; break;
		case 'H': g->verb = "help"; return true;
		default: good = false;
		}
	s->port = (uint16_t)port;
	g->verb = optind + 1 == argc ? argv[optind] : "";
	return good && (strcmp(g->verb, "init") == 0 || (strcmp(g->verb, "run") == 0 && s->hub && g->key));
}

static enum status run(struct given *g, struct error *ret_error)
{
	struct portal_settings *s = &g->settings;

	if (strncmp(s->hub, "https://", 8) != 0 && strncmp(s->hub, "http://", 7) != 0 && strncmp(s->hub, "file:", 5) != 0)
		return error_set(ret_error, ST_MALFORMED, "--hub %s: neither https://, http:// nor file:", s->hub);
	if (s->redress && strncmp(s->redress, "https://", 8) != 0 && strncmp(s->redress, "http://", 7) != 0)
		return error_set(ret_error, ST_MALFORMED, "--redress %s: not an address on the web", s->redress);
	TRY(note_vkey_parse(text_of(g->key), &s->key, ret_error));
	if (g->user)
		TRY(user_find(g->user, s, ret_error));
	else if (geteuid() == 0)
		portal_say("started as root without --user: its processes stay root, shut in but not somebody else");
	if (s->no_landlock)
		portal_say("--no-landlock: files are protected by the filter of system calls and by their modes alone");
	TRY(folders_make(s, ret_error));
	return portal_warden(s, ret_error);
}

int main(int argc, char **argv)
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	struct given given = {.settings = {.folder = "portal"}};
	struct error error = {.message = ""};
	enum status st;

	if (sodium_init() < 0)
		return 1;
	if (!given_read(argc, argv, &given)) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (strcmp(given.verb, "help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	/* A limit on the size of files is a full disk; a reader that went away is its own affair. */
	(void)sigaction(SIGXFSZ, &ignored, NULL);
	(void)sigaction(SIGPIPE, &ignored, NULL);
	st = strcmp(given.verb, "init") == 0 ? init(&given.settings, &error) : run(&given, &error);
	if (st != ST_OK)
		portal_say("%s", error.message);
	return st != ST_OK;
}
