/* What a post tells its hub. The input is the record's kind, its lane and its officer, one a line, and the body. Whatever it is, it is
 * taken or kept among the post's events: a record that failed for what it says would hold up everything behind it for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "border/border.h"

#define POST "cccccccccccccccccccccccccccccccc"
#define HIT "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"
#define ENTRY "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
#define NOW ((int64_t)1800000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t now(void *context)
{
	(void)context;
	return NOW;
}

static void randomness(void *context, void *out, size_t len)
{
	uint64_t *seed = context;

	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		((uint8_t *)out)[i] = (uint8_t)(*seed >> 56);
	}
}

static uint64_t seed = 7;
static const struct env env = {.now_ms = now, .random = randomness, .context = &seed};

/* A hub with one post, and one hit that is open. */
static const char *const rows[] = {
	"INSERT INTO post (id, version, name, kind, point, desk, state, created_at, created_by) VALUES ('" POST "', 1, 'P', 'air', 'both', '1',"
	" 'expected', 1, 'x')",
	"INSERT INTO hit (id, version, post_id, seq, check_id, lane, officer, point, at, received_at, edition, result, act, quiet, traveller,"
	" candidates, caption, entry_id, grade, owner, handling, state, delete_at) VALUES ('" HIT "', 1, '" POST "', 1, '" HIT "', '', '', 'entry', 1, 1, 1,"
	" 'refer', 'x', 0, '{\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}', '[{\"entry\":\"" ENTRY "\",\"grade\":\"like\"}]', 'A', '" ENTRY "',"
	" 'like', 'kh', 0, 'open', 2)",
};

static enum status rows_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		TRY(db_exec(tx, rows[i], DB_NO_PARAMS, NULL, ret_error));
	return ST_OK;
}

static struct border *border_ready(void)
{
	static struct border border = {.host = {"kh", 2}, .env = &env};
	char folder[] = "/tmp/cordon_fuzz_XXXXXX", url[64];
	struct error error;

	if (border.db)
		return &border;
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(url, sizeof url, "sqlite:%s/f.db", folder);
	if (db_open(url, NULL, &border.db, &error) != ST_OK || db_transact(border.db, DB_WRITE, rows_work, NULL, &error) != ST_OK ||
	    registry_open(border.db, &env, border.host, &border.registry, &error) != ST_OK)
		abort();
	/* Nobody needs its name any more. */
	for (size_t i = 0; i < 4; i++) {
		static const char *const ends[] = {"f.db", "f.db-wal", "f.db-shm", "f.db.lock"};
		char path[96];

		snprintf(path, sizeof path, "%s/%s", folder, ends[i]);
		(void)!unlink(path);
	}
	(void)!rmdir(folder);
	return &border;
}

struct telling {
	struct border *border;
	const struct border_record *record;
	struct arena *arena;
};

static enum status take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct telling *t = context;
	enum status st = border_take_record(t->border, tx, t->record, t->arena, ret_error);

	if (st != ST_OK && st != ST_NO_MEMORY)
		__builtin_trap();
	return ST_CONFLICT; /* taken back, so that the next one finds the same */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest, lines[3] = {{0}};
	struct border_record record = {.post = TEXT(POST), .seq = 2, .at_ms = NOW};
	struct arena arena;
	struct error error;
	json_t *body;

	if (text_check((struct bytes){data, size}, &rest, NULL) != ST_OK)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		lines[i] = (struct text){rest.data, text_find(rest, '\n', 0)};
		rest.data += lines[i].len + (lines[i].len < rest.len);
		rest.len -= lines[i].len + (lines[i].len < rest.len);
	}
	body = json_loadb(rest.data ? rest.data : "", rest.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	if (body == NULL)
		return 0;
	record.kind = lines[0];
	record.lane = lines[1];
	record.officer = lines[2];
	record.body = body;
	arena_init(&arena, (size_t)64 << 20);
	(void)!db_transact(border_ready()->db, DB_WRITE, take_work, &(struct telling){border_ready(), &record, &arena}, &error);
	arena_release(&arena);
	json_decref(body);
	return 0;
}
