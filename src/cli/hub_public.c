#include "cli/hub_public.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "awareness/contact.h"
#include "awareness/evidence.h"
#include "awareness/intake.h"
#include "awareness/picture.h"
#include "beat/beat.h"
#include "cli/hub_posters.h"
#include "cli/key_rings.h"
#include "http/server.h"
#include "tally/files.h"

#define CLOCK_MS 10000
#define BULLETIN_MS 60000
#define AGAIN_MS 5000 /* after a failure */
#define KEYS_MS 5000  /* key files are read that often */
#define PURPOSE "public"

struct hub_public {
	struct office *office;
	struct awareness awareness;
	struct note_signer signer;
	struct publisher *publisher;
	struct public_board board;
	struct beat *inbox, *evidence, *bulletin;
	struct hub_posters *posters;
	int64_t next_clock_ms; /* by the monotonic clock */
	int64_t told;          /* number of the newest "public" in the outbox that a bulletin was made for */
	int64_t made_ms, keys_ms;
	struct key_ring rings[KEY_RING_EVIDENCE + 1]; /* as they were read last */
	char keys[4096];                              /* their folder */
	bool inbox_failing, evidence_failing, bulletin_failing, keys_failing;
	void (*say)(void *context, const char *line);
	void *context;
	char name[NOTE_NAME_SIZE];
	char reader[HELPER_PATH]; /* "": pictures are kept and not shown */
};

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Once where it begins to fail, and once where it works again. */
static void tell(struct hub_public *p, const char *what, bool *failing, enum status st, const struct error *error)
{
	char line[512];

	if ((st != ST_OK) != *failing && p->say) {
		snprintf(line, sizeof line, "%s: %s", what, st != ST_OK ? error->message : "works again");
		p->say(p->context, line);
	}
	*failing = st != ST_OK;
}

/* ---- what came in, and time ---- */

static struct beat_next inbox_round(void *context, bool woken)
{
	struct hub_public *p = context;
	struct error error = {.code = ST_OK};
	size_t taken = 0, passed = 0;
	bool more = false;
	enum status st = inbox_run(&p->awareness, &taken, &more, &error);

	(void)woken;
	/* Whoever waits for an acknowledgement does not wait for a flood of reports, nor for an inbox that fails. */
	if (monotonic_ms() >= p->next_clock_ms) {
		enum status clock = awareness_clock(&p->awareness, &passed, st == ST_OK ? &error : NULL);

		p->next_clock_ms = monotonic_ms() + CLOCK_MS;
		st = st == ST_OK ? clock : st;
	}
	if (taken + passed)
		p->office->committed(p->office->context);
	if (taken && p->evidence)
		beat_wake(p->evidence);
	tell(p, "inbox of the public", &p->inbox_failing, st, &error);
	return (struct beat_next){st != ST_OK ? AGAIN_MS : more ? 0 : CLOCK_MS, st != ST_OK};
}

/* Files that came with reports, one a round; in a thread of its own, for a picture takes its time. */
static struct beat_next evidence_round(void *context, bool woken)
{
	struct hub_public *p = context;
	struct error error = {.code = ST_OK};
	bool done = false;
	enum status st = evidence_run(&p->awareness, p->reader[0] ? p->reader : NULL, &done, &error);

	/* whoever waits to see a picture does not wait for what is only sealed anew */
	if (st == ST_OK && !done)
		st = evidence_reseal(&p->awareness, &done, &error);

	(void)woken;
	if (done)
		p->office->committed(p->office->context);
	tell(p, "evidence of the public", &p->evidence_failing, st, &error);
	return (struct beat_next){st != ST_OK ? AGAIN_MS : done ? 0 : CLOCK_MS, st != ST_OK};
}

/* ---- keys ---- */

static void sealing_keys_set(struct hub_public *p, enum awareness_ring_kind to, const struct key_ring *from)
{
	struct awareness_ring ring = {.count = 0};

	for (size_t i = from->count; i-- > 0;)
		awareness_ring_add(&ring, from->keys[i].secret);
	awareness_keys_set(p->awareness.keys, to, &ring);
	sodium_memzero(&ring, sizeof ring);
}

/* What a ring of private checks is to the publisher; to be wiped. */
static enum status checking_keys(const struct key_ring *from, struct oprf_key ret[BULLETIN_KEYS_MAX], struct error *ret_error)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < from->count; i++) {
		struct oprf_scalar secret;

		memcpy(secret.b, from->keys[i].secret, sizeof secret.b);
		st = oprf_key_of_secret(OPRF_VERIFIABLE, &secret, &ret[i], ret_error);
		sodium_memzero(&secret, sizeof secret);
	}
	return st;
}

static enum status ring_use(struct hub_public *p, enum key_ring_kind kind, const struct key_ring *ring, struct error *ret_error)
{
	struct oprf_key keys[BULLETIN_KEYS_MAX] = {0};
	enum status st = ST_OK;

	if (kind == KEY_RING_INBOX)
		sealing_keys_set(p, AWARENESS_INBOX, ring);
	else if (kind == KEY_RING_EVIDENCE)
		sealing_keys_set(p, AWARENESS_EVIDENCE, ring);
	else if ((st = checking_keys(ring, keys, ret_error)) == ST_OK)
		publisher_keys_set(p->publisher, keys, ring->count);
	sodium_memzero(keys, sizeof keys);
	return st;
}

static bool is_same(const struct key_ring *a, const struct key_ring *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++)
		same = strcmp(a->keys[i].id, b->keys[i].id) == 0;
	return same;
}

/* Whether somebody has rotated one: a new one is taken up before a bulletin names it. A file that cannot be read leaves the keys that there are. */
static bool keys_follow(struct hub_public *p)
{
	struct error error = {.code = ST_OK};
	struct key_ring now;
	enum status st = ST_OK;
	bool changed = false;

	if (monotonic_ms() < p->keys_ms)
		return false;
	p->keys_ms = monotonic_ms() + KEYS_MS;
	for (size_t k = 0; st == ST_OK && k <= KEY_RING_EVIDENCE; k++) {
		st = key_ring_load(p->keys, (enum key_ring_kind)k, &now, &error);
		if (st == ST_OK && !is_same(&now, &p->rings[k])) {
			st = ring_use(p, (enum key_ring_kind)k, &now, &error);
			if (st == ST_OK) {
				p->rings[k] = now;
				changed = true;
			}
		}
		key_ring_clear(&now);
	}
	tell(p, "keys of the public's side", &p->keys_failing, st, &error);
	if (changed && p->say)
		p->say(p->context, "keys of the public's side: another one is in use");
	return changed;
}

/* ---- the bulletin ---- */

struct looking {
	struct hub_public *p;
	struct arena arena;
	int64_t newest;
};

static enum status look_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	struct db_rows row;

	arena_clear(&l->arena);
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM outbox WHERE number > $1 AND kind = 'public'",
			 DB_PARAMS(DB_V_INT(l->p->told)), &l->arena, &row, ret_error));
	l->newest = db_int(&row, 0, 0);
	return ST_OK;
}

static struct beat_next bulletin_round(void *context, bool woken)
{
	struct hub_public *p = context;
	struct looking l = {.p = p};
	struct error error = {.code = ST_OK};
	int64_t left = p->made_ms + BULLETIN_MS - monotonic_ms();
	enum status st;

	(void)woken;
	arena_init(&l.arena, 65536);
	st = db_transact(p->awareness.db, DB_READ, look_work, &l, &error);
	arena_release(&l.arena);
	if (keys_follow(p)) {
		left = 0;
		beat_wake(p->evidence);
	}
	if (st == ST_OK && (l.newest || left <= 0 || p->made_ms == 0)) {
		st = publisher_make(p->publisher, &error);
		if (st == ST_OK) {
			p->made_ms = monotonic_ms();
			p->told = l.newest ? l.newest : p->told;
			left = BULLETIN_MS;
		}
	}
	tell(p, "bulletin", &p->bulletin_failing, st, &error);
	left = left > 0 ? left : BULLETIN_MS;
	return (struct beat_next){st != ST_OK ? AGAIN_MS : left < KEYS_MS ? left : KEYS_MS, st != ST_OK};
}

/* Of files of figures a bulletin has this many at most: the oldest releases are left to the hub, /api/v1/figures/files/. */
#define FIGURES_MAX 128u
#define OWN_MAX 12u /* tables and lists */
_Static_assert(OWN_MAX + FIGURES_MAX + ALERT_MEDIA_MAX <= BULLETIN_FILES_MAX, "all of them fit into a bulletin");

static bool is_release(struct text name)
{
	return text_starts(name, TEXT("figures-")) && name.len > 8 && name.data[8] >= '0' && name.data[8] <= '9';
}

static enum status figures_read(void *context, struct db_tx *tx, struct arena *arena, const struct published_file **ret_files,
				size_t *ret_count, struct error *ret_error)
{
	const struct hub_public *p = context;
	const struct tally_file *files;
	struct published_file *out;
	size_t count, releases = 0, room, taken = 0;

	TRY(tally_files(p->office->tally, tx, arena, &files, &count, ret_error));
	out = ARENA_NEW(arena, struct published_file, FIGURES_MAX);
	if (out == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < count; i++)
		releases += is_release(files[i].name);
	room = FIGURES_MAX - (count - releases);
	/* The newest stand first. */
	for (size_t i = 0; i < count; i++) {
		if (is_release(files[i].name)) {
			if (room == 0)
				continue;
			room--;
		}
		out[taken++] = (struct published_file){files[i].name, text_bytes(files[i].content)};
	}
	*ret_files = out;
	*ret_count = taken;
	return ST_OK;
}

/* ---- keys at the start ---- */

static enum status set_load(const char *folder, enum key_ring_kind kind, const struct env *env, struct key_ring *ret, struct error *ret_error)
{
	enum status st = key_ring_load(folder, kind, ret, ret_error);

	return st == ST_NOT_FOUND ? key_ring_create(folder, kind, env, ret, ret_error) : st;
}

static enum status keys_take(struct hub_public *p, const struct hub_log_options *log, struct publisher_options *publishing,
			     struct error *ret_error)
{
	if (snprintf(p->keys, sizeof p->keys, "%s/keys", log->folder) >= (int)sizeof p->keys)
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	TRY(hub_key(log, PURPOSE, &p->signer, ret_error));
	for (size_t k = 0; k <= KEY_RING_EVIDENCE; k++)
		TRY(set_load(p->keys, (enum key_ring_kind)k, log->env, &p->rings[k], ret_error));
	TRY(awareness_keys_new(&p->awareness.keys, ret_error));
	sealing_keys_set(p, AWARENESS_INBOX, &p->rings[KEY_RING_INBOX]);
	sealing_keys_set(p, AWARENESS_EVIDENCE, &p->rings[KEY_RING_EVIDENCE]);
	publishing->key_count = p->rings[KEY_RING_OPRF].count;
	return checking_keys(&p->rings[KEY_RING_OPRF], publishing->keys, ret_error);
}

/* ---- start and stop ---- */

enum status hub_public_start(const struct hub_log_options *log, const struct alert_head *alerts, struct office *office, struct hub_public **ret,
			     struct error *ret_error)
{
	struct hub_public *p = calloc(1, sizeof *p);
	struct publisher_options publishing = {.key_count = 0};
	enum status st;

	if (p == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	*ret = p;
	p->office = office;
	p->say = log->say;
	p->context = log->context;
	p->awareness = (struct awareness){.db = office->db, .env = office->env, .host = office->host, .registry = office->registry};
	office->awareness = &p->awareness;
	snprintf(p->name, sizeof p->name, "%s", log->name);
	publishing.awareness = &p->awareness;
	publishing.hub = text_of(p->name);
	publishing.signer = &p->signer;
	publishing.alerts = *alerts;
	publishing.others = figures_read;
	publishing.others_context = p;
	TRY_OUT(keys_take(p, log, &publishing, ret_error));
	TRY_OUT(contacts_ship(&p->awareness, ret_error));
	TRY_OUT(publisher_new(&publishing, &p->publisher, ret_error));
	p->board = (struct public_board){.office = office, .publisher = p->publisher};
	if (!picture_find(p->reader)) {
		p->reader[0] = '\0';
		if (p->say)
			p->say(p->context, "evidence of the public: cordon-clean-picture is not beside this program: pictures are kept and not shown");
	}
	TRY_OUT(beat_start(evidence_round, p, false, &p->evidence, ret_error));
	TRY_OUT(beat_start(inbox_round, p, false, &p->inbox, ret_error));
	TRY_OUT(beat_start(bulletin_round, p, false, &p->bulletin, ret_error));
	st = hub_posters_start(office, alerts, log->say, log->context, &p->posters, ret_error);
out:
	sodium_memzero(publishing.keys, sizeof publishing.keys);
	return st;
}

void hub_public_wake(struct hub_public *p)
{
	if (p == NULL)
		return;
	beat_wake(p->inbox);
	beat_wake(p->bulletin);
	hub_posters_wake(p->posters);
}

struct http_table hub_public_table(struct hub_public *p)
{
	return public_board_table(&p->board);
}

void hub_public_stop(struct hub_public *p)
{
	if (p == NULL)
		return;
	beat_stop(p->inbox);
	beat_stop(p->evidence);
	beat_stop(p->bulletin);
	hub_posters_stop(p->posters);
	publisher_free(p->publisher);
	note_signer_clear(&p->signer);
	awareness_keys_free(p->awareness.keys);
	sodium_memzero(p->rings, sizeof p->rings);
	free(p);
}
