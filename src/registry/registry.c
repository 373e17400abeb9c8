#include <sodium.h>
#include <stdlib.h>

#include "registry/inside.h"

#define SMALL_MEMORY ((size_t)1 << 20)

enum status keep(struct arena *arena, struct text in, struct text *ret, struct error *ret_error)
{
	enum status st = arena_text(arena, in, ret);

	return st == ST_OK ? ST_OK : error_set(ret_error, st, "no room for a text");
}

/* The key is made once; whichever hub comes first makes it. */
static enum status take_key(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct registry *registry = context;
	uint8_t key[CONTENT_KEY_SIZE];
	char hex[2 * CONTENT_KEY_SIZE + 1];
	struct db_rows rows;
	struct arena arena;
	struct text stored;
	size_t len = 0;
	enum status st;

	arena_init(&arena, SMALL_MEMORY);
	env_random(registry->env, key, sizeof key);
	sodium_bin2hex(hex, sizeof hex, key, sizeof key);
	TRY_OUT(db_exec(tx, "INSERT INTO registry_state (one, latest_ms, content_key) VALUES (1, $1, $2) ON CONFLICT DO NOTHING",
			DB_PARAMS(DB_V_INT(env_now(registry->env)), DB_V_TEXT(text_of(hex))), NULL, ret_error));
	TRY_OUT(db_query_one(tx, "SELECT content_key FROM registry_state WHERE one = 1", DB_NO_PARAMS, &arena, &rows, ret_error));
	stored = db_text(&rows, 0, 0);
	if (sodium_hex2bin(registry->content_key, CONTENT_KEY_SIZE, stored.data, stored.len, NULL, &len, NULL) != 0 ||
	    len != CONTENT_KEY_SIZE)
		st = error_set(ret_error, ST_CORRUPT, "the registry's key cannot be read");
out:
	arena_release(&arena);
	return st;
}

enum status registry_open(struct db *db, const struct env *env, struct text host, struct registry **ret_registry,
			  struct error *ret_error)
{
	struct registry *registry;
	enum status st;

	if (sodium_init() < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "the cryptographic library cannot be used");
	registry = calloc(1, sizeof *registry);
	if (!registry)
		return error_set(ret_error, ST_NO_MEMORY, "no memory for the registry");
	registry->db = db;
	registry->env = env;
	registry->host = host;
	TRY_OUT(db_transact(db, DB_WRITE, take_key, registry, ret_error));
	TRY_OUT(lookalikes_new(registry, &registry->lookalikes, ret_error));
	*ret_registry = registry;
	registry = NULL;
out:
	registry_close(registry);
	return st;
}

void registry_close(struct registry *registry)
{
	if (!registry)
		return;
	lookalikes_free(registry->lookalikes);
	sodium_memzero(registry->content_key, sizeof registry->content_key);
	free(registry);
}

enum status registry_now(struct registry *registry, struct db_tx *tx, int64_t *ret_now_ms, struct error *ret_error)
{
	int64_t now_ms = env_now(registry->env), latest_ms;
	struct db_rows rows;
	struct arena arena;
	enum status st;

	arena_init(&arena, SMALL_MEMORY);
	TRY_OUT(db_query_one(tx, "SELECT latest_ms FROM registry_state WHERE one = 1", DB_NO_PARAMS, &arena, &rows, ret_error));
	latest_ms = db_int(&rows, 0, 0);
	*ret_now_ms = now_ms > latest_ms ? now_ms : latest_ms;
out:
	arena_release(&arena);
	return st == ST_NOT_FOUND ? error_set(ret_error, ST_CORRUPT, "the registry's state is missing") : st;
}

bool entry_urgent(const struct entry *entry, int64_t now_ms)
{
	static const char *const before[] = {"submitted", "in-review", "returned", "approved"};

	if (entry->urgent_until_ms <= now_ms)
		return false;
	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
		if (text_equal(entry->state, text_of(before[i])))
			return true;
	return false;
}

int64_t entry_ends(const struct entry *entry)
{
	if (entry->review_due_ms && entry->review_due_ms < entry->expires_ms)
		return entry->review_due_ms;
	return entry->expires_ms;
}
