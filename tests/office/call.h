/* A request to a handler without a server: what the frame would have made of it. */
#ifndef TESTS_OFFICE_CALL_H
#define TESTS_OFFICE_CALL_H

#include "account/policy.h"
#include "lib/db.h"
#include "office/replay.h"

#define CALL_NOW ((int64_t)1795000000000)

struct call {
	struct office office;
	struct http_field headers[4], query[4];
	struct http_request request;
	struct http_response response;
	struct arena arena;
	struct office_call call;
	struct error error;
};

static inline int64_t call_now(void *context)
{
	(void)context;
	return CALL_NOW;
}

static inline void call_random(void *context, void *out, size_t len)
{
	static uint64_t state = 1;
	uint8_t *at = out;

	(void)context;
	for (size_t i = 0; i < len; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		at[i] = (uint8_t)(state >> 56);
	}
}

/* POST of `body` with an Idempotency-Key (NULL: none), by a reviewer of the hub's country. */
static inline void call_init(struct call *c, struct db *db, const char *key, const char *body)
{
	static const struct env env = {call_now, call_random, NULL};

	*c = (struct call){.office = {.db = db, .env = &env, .host = TEXT("kh")}};
	arena_init(&c->arena, (size_t)1 << 20);
	buffer_init(&c->response.body, (size_t)1 << 20);
	c->headers[0] = (struct http_field){TEXT("idempotency-key"), text_of(key)};
	c->request = (struct http_request){.method = HTTP_POST, .path = TEXT("/api/v1/things"), .target = TEXT("/api/v1/things"),
					   .headers = c->headers, .header_count = key ? 1 : 0, .query = c->query,
					   .body = text_bytes(text_of(body)), .arena = &c->arena};
	c->call = (struct office_call){.office = &c->office, .request = &c->request, .response = &c->response, .arena = &c->arena,
				       .action = "entry.read", .now_ms = CALL_NOW};
	c->call.actor = (struct actor){.id = TEXT("0123456789abcdef0123456789abcdef"), .country = TEXT("kh"),
				       .roles = (uint64_t)1 << role_find(TEXT("reviewer")), .strength = ACTOR_TOTP,
				       .proved_ms = CALL_NOW, .session = TEXT("fedcba9876543210fedcba9876543210"),
				       .address = TEXT("192.0.2.1")};
}

static inline void call_release(struct call *c)
{
	buffer_release(&c->response.body);
	arena_release(&c->arena);
}

struct counting {
	const char *sql;
	int64_t n;
};

static inline enum status count_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct counting *counting = context;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, counting->sql, DB_NO_PARAMS, &arena, &row, ret_error);
	if (st == ST_OK)
		counting->n = db_int(&row, 0, 0);
	arena_release(&arena);
	return st;
}

static inline int64_t count(struct db *db, const char *sql)
{
	struct counting counting = {sql, -1};
	struct error error;

	assert_ok(db_transact(db, DB_READ, count_work, &counting, &error));
	return counting.n;
}

#endif
