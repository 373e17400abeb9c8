#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/key_files.h"
#include "cli/source.h"
#include "cli/witness_poll.h"
#include "cli/world.h"
#include "http/server.h"

static const char usage_text[] =
	"usage: cordon witness --log VKEY[,URL]... [--data DIR] [--address ADDRESS] [--port N] [--every SECONDS] [--once] [--ca FILE]\n"
	"\n"
	"Cosigns the checkpoints of another country's logs, if each tree only grew from the one that was cosigned before. What it\n"
	"saw is kept in DATA/witness.db (DATA is witness); its key is made by `cordon key create --data DIR --name NAME witness`.\n"
	"\n"
	"With --port it serves C2SP tlog-witness on ADDRESS (127.0.0.1): POST /add-checkpoint, and GET /HASH/checkpoint, where HASH\n"
	"is the hexadecimal SHA-256 of the log's origin. A log with a URL (as https://hub.example/ledger/list) is fetched every\n"
	"--every seconds (10), its tiles are checked, and the cosignature is brought to URL/cosignature. --once does that once.\n"
	"\n"
	"A fork or rewind is refused, told on standard error, and both checkpoints are kept for ever in DATA/alarms.\n"
	"exit status: 0 all well, 1 failed, 2 wrong usage, 3 an alarm was raised\n";

struct watching {
	const char *data, *address, *ca_file;
	struct note_key logs[LEDGER_KEYS_MAX];
	const char *urls[LEDGER_KEYS_MAX]; /* NULL: not fetched */
	bool troubled[LEDGER_KEYS_MAX];
	size_t log_count;
	bool serves, once;
	uint16_t port;
	int64_t every_s;
	struct note_signer signer;
	struct witness witness;
	atomic_bool alarmed, stop;
};

/* ---- alarms ---- */

/* Two signed tree heads that do not fit: a file that says so to whoever it is shown. */
static void alarm_file(const struct watching *w, const char *id, struct text held, struct text offered)
{
	char path[4200];
	FILE *file;

	snprintf(path, sizeof path, "%s/alarms", w->data);
	(void)mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/alarms/%s.txt", w->data, id);
	file = fopen(path, "wxe");
	if (file == NULL)
		return;
	fprintf(file, "cosigned before:\n\n%.*s\nshown later:\n\n%.*s", TEXT_ARG(held), TEXT_ARG(offered));
	fflush(file);
	fsync(fileno(file));
	fclose(file);
}

struct telling {
	const struct watching *watching;
	const char *id;
};

static enum status alarm_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct telling *t = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 16 * NOTE_SIZE_MAX);
	st = db_query_one(tx, "SELECT kind, origin, held, offered FROM witness_alarm WHERE id = $1", DB_PARAMS(DB_V_TEXT(text_of(t->id))),
			  &arena, &rows, ret_error);
	if (st == ST_OK) {
		alarm_file(t->watching, t->id, db_text(&rows, 0, 2), db_text(&rows, 0, 3));
		fprintf(stderr, "cordon witness: ALARM: %.*s of %.*s: both checkpoints are kept in %s/alarms/%s.txt\n",
			TEXT_ARG(db_text(&rows, 0, 0)), TEXT_ARG(db_text(&rows, 0, 1)), t->watching->data, t->id);
	}
	arena_release(&arena);
	return st;
}

static void alarm_raise(struct watching *w, const char *id)
{
	struct telling t = {w, id};
	struct error error = {.code = ST_OK};

	atomic_store(&w->alarmed, true);
	if (db_transact(w->witness.db, DB_READ, alarm_work, &t, &error) != ST_OK)
		say_error("cordon witness", NULL, &error);
}

/* ---- serving ---- */

static void add_checkpoint(void *context, const struct http_request *request, struct http_response *response)
{
	struct watching *w = context;
	struct witness_answer answer = {.status = 0};

	buffer_init(&answer.body, NOTE_SIZE_MAX);
	witness_add_checkpoint(&w->witness, request->body, &answer);
	if (answer.alarm != WITNESS_NO_ALARM)
		alarm_raise(w, answer.alarm_id);
	http_answer(response, answer.status, text_of(answer.type), buffer_text(&answer.body));
	buffer_release(&answer.body);
}

static void held_checkpoint(void *context, const struct http_request *request, struct http_response *response)
{
	const struct watching *w = context;
	struct witness_held held;
	struct error error = {.code = ST_OK};
	enum status st = witness_held_by_hash(&w->witness, request->captures[0], request->arena, &held, &error);

	if (st == ST_OK)
		http_answer(response, 200, TEXT("text/plain; charset=utf-8"), held.note);
	else
		http_refuse(request, response, st == ST_NOT_FOUND ? 404 : 503, text_of(error.message));
}

static const struct http_route routes[] = {
	{.method = HTTP_POST, .pattern = "/add-checkpoint", .handler = add_checkpoint},
	{.method = HTTP_GET, .pattern = "/{hash}/checkpoint", .handler = held_checkpoint},
};

/* ---- fetching ---- */

static bool go_on(void *context)
{
	return !atomic_load(&((struct watching *)context)->stop);
}

/* Gives whether every log was reached. What fails is said once, until it works again. */
static bool poll_all(struct watching *w)
{
	bool good = true;

	for (size_t i = 0; i < w->log_count; i++) {
		struct witness_poll one = {&w->witness, w->urls[i], w->ca_file, go_on, w};
		struct witness_polled polled;
		struct error error = {.code = ST_OK};
		enum status st;

		if (w->urls[i] == NULL)
			continue;
		st = witness_poll(&one, &polled, &error);
		if (polled.alarm != WITNESS_NO_ALARM)
			alarm_raise(w, polled.alarm_id);
		if (st != ST_OK && !w->troubled[i])
			say_error("cordon witness", w->urls[i], &error);
		if (st == ST_OK && w->troubled[i])
			fprintf(stderr, "cordon witness: %s: works again\n", w->urls[i]);
		w->troubled[i] = st != ST_OK;
		good = good && st == ST_OK;
	}
	return good;
}

static bool has_urls(const struct watching *w)
{
	for (size_t i = 0; i < w->log_count; i++)
		if (w->urls[i])
			return true;
	return false;
}

/* Until SIGINT or SIGTERM. */
static void watch(struct watching *w, const sigset_t *signals)
{
	struct pollfd fd = {.fd = signalfd(-1, signals, SFD_CLOEXEC), .events = POLLIN};
	int timeout = has_urls(w) ? (int)(w->every_s * 1000) : -1;

	do {
		if (has_urls(w))
			(void)poll_all(w);
	} while (fd.fd >= 0 && poll(&fd, 1, timeout) == 0);
	if (fd.fd >= 0)
		close(fd.fd);
}

/* ---- the command ---- */

static bool take_log(struct watching *w, char *word)
{
	struct text all = text_of(word);
	size_t comma = text_find(all, ',', 0), i = w->log_count;

	if (i == LEDGER_KEYS_MAX || note_vkey_parse((struct text){all.data, comma}, &w->logs[i], NULL) != ST_OK ||
	    w->logs[i].type != NOTE_ED25519)
		return false;
	w->urls[i] = comma < all.len ? word + comma + 1 : NULL;
	w->log_count++;
	return true;
}

static bool settings_read(int argc, char **argv, struct watching *w, int *ret_exit)
{
	static const struct option options[] = {
		{"log", required_argument, NULL, 'l'},  {"data", required_argument, NULL, 'd'}, {"address", required_argument, NULL, 'a'},
		{"port", required_argument, NULL, 'p'}, {"every", required_argument, NULL, 'e'}, {"once", no_argument, NULL, 'o'},
		{"ca", required_argument, NULL, 'c'},   {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0}};
	bool good = true;
	uint64_t n;
	int option;

	*ret_exit = 2;
	while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		}
		if (option == 'l')
			good = take_log(w, optarg);
		else if (option == 'd')
			w->data = optarg;
		else if (option == 'a')
			w->address = optarg;
		else if (option == 'c')
			w->ca_file = optarg;
		else if (option == 'o')
			w->once = true;
		else if (option == 'p' && text_to_uint(text_of(optarg), 65535, &n) == ST_OK)
			w->port = (uint16_t)n, w->serves = true;
		else if (option == 'e' && text_to_uint(text_of(optarg), 86400, &n) == ST_OK && n)
			w->every_s = (int64_t)n;
		else
			good = false;
	}
	good = good && optind == argc && w->log_count && (w->serves || has_urls(w)) && !(w->once && w->serves);
	if (!good)
		fputs(usage_text, stderr);
	return good;
}

static enum status witness_open(struct watching *w, struct error *ret_error)
{
	char folder[4096], url[4096];

	snprintf(folder, sizeof folder, "%s/keys", w->data);
	snprintf(url, sizeof url, "sqlite:%s/witness.db", w->data);
	TRY(key_file_load(folder, "witness", &w->signer, ret_error));
	if (w->signer.key.type != NOTE_COSIGNATURE)
		return error_set(ret_error, ST_MALFORMED, "%s/witness.key is not the key of a witness", folder);
	w->witness = (struct witness){.env = world_env(), .signer = &w->signer, .logs = w->logs, .log_count = w->log_count};
	return db_open(url, NULL, &w->witness.db, ret_error);
}

static enum status run(struct watching *w, const sigset_t *signals, struct error *ret_error)
{
	struct http_server_options options = {.address = w->address, .port = w->port, .body_max = 2 * NOTE_SIZE_MAX};
	struct http_table table = {.routes = routes, .count = sizeof routes / sizeof routes[0], .context = w};
	struct http_server *server = NULL;

	if (w->once)
		return poll_all(w) ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "not every log was checked");
	if (w->serves) {
		TRY(http_server_start(&options, &table, 1, &server, ret_error));
		printf("ready: http://%s:%u/\n", w->address ? w->address : "127.0.0.1", http_server_port(server));
	} else {
		printf("ready: watching\n");
	}
	fflush(stdout);
	watch(w, signals);
	atomic_store(&w->stop, true);
	http_server_stop(server);
	return ST_OK;
}

int command_witness(int argc, char **argv)
{
	static struct watching w = {.data = "witness", .every_s = 10};
	struct error error = {.code = ST_OK};
	sigset_t signals;
	enum status st;
	int exit_status;

	if (!settings_read(argc, argv, &w, &exit_status))
		return exit_status;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (!w.once)
		sigprocmask(SIG_BLOCK, &signals, NULL);
	st = witness_open(&w, &error);
	if (st == ST_OK)
		st = run(&w, &signals, &error);
	if (st != ST_OK)
		say_error("cordon witness", NULL, &error);
	db_close(w.witness.db);
	note_signer_clear(&w.signer);
	return atomic_load(&w.alarmed) ? 3 : st != ST_OK;
}
