/* cordon-post: a checkpoint. docs/post.md. */
#include <curl/curl.h>
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emrtd/emrtd.h"
#include "page/lane.h"
#include "post/schema.h"
#include "post/sync.h"
#include "post/update.h"

#define THREADS 4u
#define CSCA_FILE_MAX ((size_t)16 << 20)

static const char usage_text[] =
	"usage: cordon-post enrol  --hub URL --code CODE [--data DIR] [--secret FILE] [--ca FILE]\n"
	"       cordon-post run    [--data DIR] [--secret FILE] [--ca FILE] [--bell URL] [--csca FILE]\n"
	"                          [--address ADDRESS] [--port PORT]\n"
	"       cordon-post update --from DIR [--data DIR] [--secret FILE]\n"
	"       cordon-post status [--data DIR] [--secret FILE]\n"
	"       cordon-post keys   [--accept MARK [--from DIR]] [--data DIR] [--secret FILE] [--ca FILE]\n"
	"\n"
	"A checkpoint: it holds the list, screens for its lanes (browsers at /lane/) with the cable cut, and tells its hub in order\n"
	"and once what came of it. DIR is post unless told; everything in it is sealed with keys that follow from the enrolment\n"
	"secret, a file that belongs elsewhere (default: DIR.secret; $CREDENTIALS_DIRECTORY/cordon-post.secret if it is there).\n"
	"\n"
	"enrol   once, with the code that the hub gave for this post\n"
	"run     serves lanes on 127.0.0.1:8090 unless told; prints the code that opens a lane, and a line `ready: ...`;\n"
	"        --bell nats://HOST:PORT[,nats://...] hears of news there besides;\n"
	"        FILE of --csca: the issuing states' certificates for passports' chips, a master list or PEM; without it none is checked\n"
	"update  from a stick that `cordon feed DIR` has written; the post must be stopped\n"
	"status  what it holds\n"
	"keys    the mark of the hub's keys that it believes; with --accept takes the hub's newest if that is their mark: only where\n"
	"        keys-unfollowed is shown, and the mark was told by the people of the hub (`cordon key list`)\n";

struct settings_given {
	const char *verb, *data, *secret, *hub, *code, *ca_file, *bell, *nats, *address, *from, *csca, *accept;
	uint16_t port;
};

/* A post and all that it runs. What was not started is NULL. */
struct post {
	struct settings_given given;
	char secret[4200], database[4300], camera[HELPER_PATH];
	int lock;
	struct post_clock clock;
	struct vault vault;
	struct identity identity;
	struct keyring keyring;
	struct watch *watch;
	struct replica *replica;
	struct db *db;
	struct emrtd_anchors *anchors;
	struct lanes *lanes;
	struct http_table tables[2];
	struct http_server *server;
	struct update *update;
	struct sync sync;
	struct call_line *kept, *kept_for_spool; /* to the hub, by two threads */
	bool sync_told;
};

static void say(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "cordon-post: %s\n", line);
}

static enum status told(enum status st, const struct error *error)
{
	fprintf(stderr, "cordon-post: %s%s%s\n", error->reason, error->reason[0] ? ": " : "", error->message);
	return st;
}

/* ---- what the parts ask each other ---- */

static void now(void *context, struct lanes_now *ret)
{
	struct post *post = context;

	replica_now(post->replica, ret);
	ret->online = post->update && update_online(post->update);
}

static enum status hub_ask(void *context, const char *path, struct text body, unsigned *ret_status, struct buffer *ret_answer,
			   struct error *ret_error)
{
	struct post *post = context;

	struct hub_line line = post->sync.line;

	line.kept = post->kept_for_spool;
	return hub_call(&line, path, body, ret_status, ret_answer, ret_error);
}

static bool sync_once(void *context)
{
	struct post *post = context;
	struct error error = {.code = ST_OK};
	enum status st = sync_run(&post->sync, &error);

	if (st != ST_OK && !post->sync_told)
		(void)told(st, &error);
	post->sync_told = st != ST_OK;
	return st == ST_OK;
}

static enum status picture_read(void *context, struct bytes picture, const atomic_bool *stop, struct camera_zone *ret,
				struct error *ret_error)
{
	struct post *post = context;

	return camera_read(post->camera, picture, stop, ret, ret_error);
}

static void changed(void *context)
{
	struct post *post = context;

	lanes_changed(post->lanes);
}

/* ---- start and stop ---- */

/* One process a folder. */
static enum status folder_lock(struct post *post, struct error *ret_error)
{
	char path[4300];

	snprintf(path, sizeof path, "%s/lock", post->given.data);
	if (mkdir(post->given.data, 0700) != 0 && access(post->given.data, W_OK) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "the folder %s cannot be used", post->given.data);
	post->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (post->lock < 0)
		return error_because(ret_error, ST_UNAVAILABLE, "storage-failed", NULL, "%s cannot be opened", path);
	if (flock(post->lock, LOCK_EX | LOCK_NB) != 0)
		return error_because(ret_error, ST_CONFLICT, "post-running", NULL, "another cordon-post works in %s", post->given.data);
	return ST_OK;
}

static void secret_path(struct post *post)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");

	snprintf(post->secret, sizeof post->secret, "%s", post->given.secret ? post->given.secret : "");
	if (post->secret[0])
		return;
	if (credentials) {
		snprintf(post->secret, sizeof post->secret, "%s/cordon-post.secret", credentials);
		if (access(post->secret, R_OK) == 0)
			return;
	}
	snprintf(post->secret, sizeof post->secret, "%s.secret", post->given.data);
}

/* The list, and what is known of this post. */
static enum status post_open(struct post *post, bool enrol, struct error *ret_error)
{
	struct watch_options watch = {.threads = 2};
	struct replica_options replica = {.vault = &post->vault, .clock = &post->clock, .watch = NULL, .keys = &post->keyring.now,
					  .ever = &post->keyring.ever};

	TRY(folder_lock(post, ret_error));
	TRY(vault_open(post->secret, post->given.data, enrol, &post->clock.env, &post->vault, ret_error));
	if (enrol)
		return ST_OK;
	TRY(identity_load(&post->vault, &post->identity, ret_error));
	TRY(keyring_open(&post->vault, text_of(post->identity.list), text_of(post->identity.keys), &post->keyring, ret_error));
	TRY(watch_new(&watch, &post->watch, ret_error));
	replica.watch = post->watch;
	replica.list = text_of(post->identity.list);
	return replica_open(&replica, &post->replica, ret_error);
}

/* Whose word the file is, the operator has seen to: it lies on the post's own disk. */
static enum status anchors_load(struct post *post, struct error *ret_error)
{
	struct emrtd_anchors_report report;
	FILE *in = fopen(post->given.csca, "rb");
	uint8_t *data = in ? malloc(CSCA_FILE_MAX + 1) : NULL;
	size_t len = data ? fread(data, 1, CSCA_FILE_MAX + 1, in) : 0;
	enum status st;

	if (data == NULL || ferror(in))
		st = error_set(ret_error, ST_UNAVAILABLE, "%s cannot be read", post->given.csca);
	else if (len > CSCA_FILE_MAX)
		st = error_set(ret_error, ST_LIMIT, "%s is larger than %zu bytes", post->given.csca, CSCA_FILE_MAX);
	else if ((st = emrtd_anchors_new(&post->anchors, ret_error)) == ST_OK)
		st = emrtd_anchors_add(post->anchors, (struct bytes){data, len}, (struct bytes){0}, &report, ret_error);
	if (st == ST_OK)
		fprintf(stderr, "cordon-post: %zu states' certificates taken, %zu refused\n", report.taken, report.refused);
	free(data);
	if (in)
		fclose(in);
	return st;
}

static enum status lanes_make(struct post *post, struct error *ret_error)
{
	size_t count;
	struct db_options db = {.busy_ms = 10000};
	struct lanes_options lanes = {.env = &post->clock.env, .keep = vault_keep(&post->vault), .watch = post->watch,
				      .id = text_of(post->identity.id), .host = text_of(post->identity.host), .version = CORDON_VERSION,
				      .folder = post->given.data, .now = now, .hub = hub_ask, .context = post, .say = say};

	db.steps = post_migrations(&count);
	db.step_count = count;
	snprintf(post->database, sizeof post->database, "sqlite:%s/spool.db", post->given.data);
	TRY(db_open(post->database, &db, &post->db, ret_error));
	lanes.db = post->db;
	if (post->given.csca)
		TRY(anchors_load(post, ret_error));
	lanes.anchors = post->anchors;
	if (camera_find(post->camera))
		lanes.reading = picture_read;
	else
		say(NULL, "no passport is read from a picture here: cordon-read-zone is missing, or its model or font");
	TRY(lanes_open(&lanes, &post->lanes, ret_error));
	TRY(call_line_open(&post->kept, ret_error));
	TRY(call_line_open(&post->kept_for_spool, ret_error));
	post->sync = (struct sync){.line = {.identity = &post->identity, .clock = &post->clock, .ca_file = post->given.ca_file, .kept = post->kept},
				   .lanes = post->lanes, .watch = post->watch, .version = CORDON_VERSION, .now = now, .context = post};
	return lanes_start(post->lanes, ret_error);
}

static enum status serve(struct post *post, struct error *ret_error)
{
	struct http_server_options http = {.address = post->given.address, .port = post->given.port, .threads = THREADS};
	struct update_options update = {.replica = post->replica, .identity = &post->identity, .keyring = &post->keyring, .clock = &post->clock,
					.bell = post->given.bell, .nats = post->given.nats, .ca_file = post->given.ca_file, .kept = post->kept, .sync = sync_once, .changed = changed,
					.say = say, .context = post};
	char code[LANES_CODE_SIZE];

	TRY(lanes_make(post, ret_error));
	post->tables[0] = lanes_table(post->lanes);
	post->tables[1] = (struct http_table){.routes = page_lane_routes, .count = page_lane_route_count};
	TRY(http_server_start(&http, post->tables, 2, &post->server, ret_error));
	lanes_serve(post->lanes, post->server);
	TRY(update_start(&update, &post->update, ret_error));
	lanes_code(post->lanes, code);
	fprintf(stderr, "cordon-post: %s; a lane is opened with the code %s\n", post->identity.name, code);
	printf("ready: http://%s:%u/lane/\n", post->given.address ? post->given.address : "127.0.0.1", http_server_port(post->server));
	fflush(stdout);
	return ST_OK;
}

static void post_close(struct post *post)
{
	update_stop(post->update);
	post->update = NULL;
	if (post->lanes)
		lanes_serve(post->lanes, NULL);
	http_server_stop(post->server);
	lanes_close(post->lanes);
	call_line_close(post->kept);
	call_line_close(post->kept_for_spool);
	emrtd_anchors_free(post->anchors);
	db_close(post->db);
	replica_close(post->replica);
	watch_free(post->watch);
	keyring_close(&post->keyring);
	identity_release(&post->identity);
	vault_close(&post->vault);
	post_clock_release(&post->clock);
	if (post->lock >= 0)
		close(post->lock);
}

static void wait_for_signal(const sigset_t *signals)
{
	int fd = signalfd(-1, signals, SFD_CLOEXEC);
	struct signalfd_siginfo info;

	while (fd >= 0 && read(fd, &info, sizeof info) < 0)
		;
	if (fd >= 0)
		close(fd);
}

/* ---- commands ---- */

static enum status enrol(struct post *post, struct error *ret_error)
{
	struct enrolment enrolment = {post->given.hub, post->given.code, post->given.ca_file};
	int64_t hub_ms;

	TRY(post_open(post, true, ret_error));
	TRY(identity_enrol(&post->vault, &enrolment, &post->identity, &hub_ms, ret_error));
	printf("enrolled as %s at %s\n", post->identity.name, post->identity.hub);
	return ST_OK;
}

static enum status run(struct post *post, const sigset_t *signals, struct error *ret_error)
{
	TRY(post_open(post, false, ret_error));
	TRY(serve(post, ret_error));
	wait_for_signal(signals);
	return ST_OK;
}

static enum status state_print(struct post *post)
{
	struct watch_list *list = watch_hold(post->watch);
	struct lanes_now at;

	replica_now(post->replica, &at);
	printf("%s (%s) of %s: list %s, edition %llu, %zu listings, %zu clearances, %s%s%s\n", post->identity.name, post->identity.id,
	       post->identity.hub, post->identity.list, (unsigned long long)(list ? watch_number(list) : 0), list ? watch_listings(list) : 0,
	       list ? watch_clearances(list) : 0, at.colour, at.trouble[0] ? ", " : "", at.trouble[0] ? at.trouble[0] : "");
	watch_release(list);
	return ST_OK;
}

static enum status update(struct post *post, struct error *ret_error)
{
	struct update_options options = {.replica = post->replica, .identity = &post->identity, .keyring = &post->keyring, .clock = &post->clock};

	TRY(post_open(post, false, ret_error));
	options.replica = post->replica;
	replica_read(post->replica);
	TRY(update_from(&options, post->given.from, ret_error));
	return state_print(post);
}

/* The mark of the keys that are believed, or those of a mark from now on. */
static enum status keys(struct post *post, struct error *ret_error)
{
	struct update_options options = {.identity = &post->identity, .ca_file = post->given.ca_file};
	char mark[ROLL_MARK_SIZE] = "as enrolled";
	struct buffer roll;
	enum status st = ST_OK;

	TRY(post_open(post, false, ret_error));
	if (post->given.accept) {
		buffer_init(&roll, ROLL_MAX);
		st = update_roll(&options, post->given.from, &roll, ret_error);
		if (st == ST_OK)
			st = keyring_accept(&post->keyring, buffer_text(&roll), text_of(post->given.accept), ret_error);
		buffer_release(&roll);
	}
	TRY(st);
	if (post->keyring.epoch)
		roll_mark(&post->keyring.hash, mark);
	printf("keys %s\n", mark);
	return ST_OK;
}

static enum status status(struct post *post, struct error *ret_error)
{
	TRY(post_open(post, false, ret_error));
	return state_print(post);
}

static bool port_read(const char *word, uint16_t *ret)
{
	uint64_t value;

	if (text_to_uint(text_of(word), UINT16_MAX, &value) != ST_OK)
		return false;
	*ret = (uint16_t)value;
	return true;
}

static bool given_read(int argc, char **argv, struct settings_given *g, int *ret_exit)
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'},	{"secret", required_argument, NULL, 's'}, {"hub", required_argument, NULL, 'h'},
		{"code", required_argument, NULL, 'c'},	{"ca", required_argument, NULL, 'a'},	  {"bell", required_argument, NULL, 'b'},
		{"address", required_argument, NULL, 'A'}, {"port", required_argument, NULL, 'p'}, {"from", required_argument, NULL, 'f'},
		{"csca", required_argument, NULL, 'C'}, {"accept", required_argument, NULL, 'k'},
		{"help", no_argument, NULL, '?' + 1},	{NULL, 0, NULL, 0}};
	bool good = true;
	int option;

	*g = (struct settings_given){.data = "post", .port = 8090};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?' + 1) {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		}
		switch (option) {
		case 'd': g->data = optarg; break;
		case 's': g->secret = optarg; break;
		case 'h': g->hub = optarg; break;
		case 'c': g->code = optarg; break;
		case 'a': g->ca_file = optarg; break;
		case 'b': *(strncmp(optarg, "nats:", 5) == 0 ? &g->nats : &g->bell) = optarg; break;
		case 'A': g->address = optarg; break;
		case 'C': g->csca = optarg; break;
		case 'k': g->accept = optarg; break;
		case 'f': g->from = optarg; break;
		case 'p': good = good && port_read(optarg, &g->port); break;
		default: good = false;
		}
	}
	g->verb = optind + 1 == argc ? argv[optind] : "";
	good = good && (strcmp(g->verb, "run") == 0 || strcmp(g->verb, "status") == 0 || strcmp(g->verb, "keys") == 0 || (strcmp(g->verb, "enrol") == 0 && g->hub && g->code) ||
			(strcmp(g->verb, "update") == 0 && g->from));
	if (!good)
		fputs(usage_text, stderr);
	*ret_exit = 2;
	return good;
}

int main(int argc, char **argv)
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	struct post post = {.lock = -1};
	struct error error = {.code = ST_OK};
	sigset_t signals;
	int exit_status;
	enum status st;

	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		return 1;
	if (!given_read(argc, argv, &post.given, &exit_status))
		return exit_status;
	/* A limit on the size of files is a full disk, not the end of screening. */
	(void)sigaction(SIGXFSZ, &ignored, NULL);
	/* Before any thread, so that all of them leave it to the one who waits. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	post_clock_init(&post.clock);
	secret_path(&post);
	st = post.given.verb[0] == 'e'	 ? enrol(&post, &error)
	     : post.given.verb[0] == 'r' ? run(&post, &signals, &error)
	     : post.given.verb[0] == 'u' ? update(&post, &error)
	     : post.given.verb[0] == 'k' ? keys(&post, &error)
					 : status(&post, &error);
	if (st != ST_OK)
		(void)told(st, &error);
	post_close(&post);
	curl_global_cleanup();
	return st != ST_OK;
}
