/* The spool: order, chain, and each record exactly once in a hub that loses answers, answers twice, forks, or is far away. */
#include "post/spool.h"

#include <jansson.h>

#include "model/canonical.h"
#include "post/place.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* A hub that keeps what it is sent by the rules of docs/formats/spool.md, and fails as it is told. */
struct fake_hub {
	int64_t seq;
	char hash[65];
	int64_t taken;         /* records that were new */
	int64_t offsets[8192]; /* by seq: the number that the body holds */
	unsigned requests, largest;
	unsigned lose_answer;  /* every n-th: it keeps all and the answer is lost */
	unsigned lose_request; /* every n-th never comes */
	unsigned half;         /* every n-th is kept only in part */
	bool nonsense;
	int64_t gaps, missing; /* that it was told of, and the numbers in them */
};

static void hash_text(struct bytes in, char out[65])
{
	uint8_t hash[32];

	crypto_hash_sha256(hash, in.data, in.len);
	sodium_bin2hex(out, 65, hash, sizeof hash);
}

static bool one_take(struct fake_hub *hub, const json_t *record, bool gone)
{
	int64_t seq = json_integer_value(json_object_get(record, "seq"));
	struct buffer text;
	char hash[65];

	buffer_init(&text, (size_t)2 << 20);
	assert_ok(canonical_write(record, &text));
	hash_text(buffer_bytes(&text), hash);
	buffer_release(&text);
	if (seq <= hub->seq)
		return seq < hub->seq || strcmp(hash, hub->hash) == 0;
	if (gone && seq > hub->seq + 1) {
		hub->gaps++;
		hub->missing += seq - hub->seq - 1;
		hub->seq = seq - 1;
		memcpy(hub->hash, json_string_value(json_object_get(record, "previous")), 64);
	}
	assert_int_equal(seq, hub->seq + 1);
	if (strcmp(json_string_value(json_object_get(record, "previous")), hub->hash) != 0)
		return false;
	hub->seq = seq;
	memcpy(hub->hash, hash, sizeof hash);
	hub->taken++;
	if (seq < 8192)
		hub->offsets[seq] = json_integer_value(json_object_get(json_object_get(record, "body"), "n"));
	return true;
}

static enum status hub_post(void *context, struct text body, unsigned *ret_status, struct buffer *ret_answer, struct error *ret_error)
{
	struct fake_hub *hub = context;
	json_t *root, *records, *record;
	size_t i, count;
	bool good = true, gone;

	hub->requests++;
	if (hub->lose_request && hub->requests % hub->lose_request == 0)
		return error_set(ret_error, ST_UNAVAILABLE, "no way there");
	assert_true(body.len <= SPOOL_UPLOAD_BYTES);
	root = json_loadb(body.data, body.len, 0, NULL);
	records = json_object_get(root, "records");
	assert_true(json_is_array(records));
	count = json_array_size(records);
	assert_true(count <= SPOOL_UPLOAD_RECORDS);
	gone = json_is_true(json_object_get(root, "gone"));
	if (count && !gone && json_integer_value(json_object_get(json_array_get(records, 0), "seq")) > hub->seq + 1) {
		json_decref(root);
		*ret_status = 422;
		buffer_printf(ret_answer, "{\"reason\":\"spool-gap\"}");
		return ST_OK;
	}
	if (count > hub->largest)
		hub->largest = (unsigned)count;
	if (hub->half && hub->requests % hub->half == 0)
		count = (count + 1) / 2;
	json_array_foreach(records, i, record)
		if (i < count)
			good = good && one_take(hub, record, gone);
	json_decref(root);
	if (hub->lose_answer && hub->requests % hub->lose_answer == 0)
		return error_set(ret_error, ST_UNAVAILABLE, "the line broke");
	*ret_status = good ? 200 : 409;
	if (hub->nonsense)
		buffer_printf(ret_answer, "{\"upto\":%lld}", (long long)hub->seq + 100);
	else if (good)
		buffer_printf(ret_answer, "{\"upto\":%lld}", (long long)hub->seq);
	else
		buffer_printf(ret_answer, "{\"reason\":\"spool-forked\"}");
	return ST_OK;
}

struct adding {
	struct spool *spool;
	const char *kind;
	int64_t n, at_ms;
	size_t padding;
	bool undo;
};

static enum status add_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct adding *a = context;
	char *padding = calloc(1, a->padding + 1);
	json_t *body;
	struct arena arena;
	enum status st;

	memset(padding, 'x', a->padding);
	body = json_pack("{s:I, s:s}", "n", (json_int_t)a->n, "pad", padding);
	arena_init(&arena, (size_t)16 << 20);
	st = spool_add(a->spool, tx, &(struct spool_note){.kind = a->kind, .lane = TEXT("2"), .body = body, .at_ms = a->at_ms}, &arena, NULL,
		       ret_error);
	arena_release(&arena);
	json_decref(body);
	free(padding);
	if (st == ST_OK && a->undo)
		return error_set(ret_error, ST_CONFLICT, "taken back");
	return st;
}

static void add(struct place *p, struct spool *spool, const char *kind, int64_t n)
{
	struct adding a = {spool, kind, n, p->now_ms, 0, false};

	assert_ok(db_transact(p->db, DB_WRITE, add_work, &a, NULL));
}

static int64_t count_rows(struct place *p, const char *sql);

struct counting {
	const char *sql;
	int64_t count;
};

static enum status count_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct counting *c = context;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, c->sql, DB_NO_PARAMS, &arena, &row, ret_error);
	if (st == ST_OK)
		c->count = db_int(&row, 0, 0);
	arena_release(&arena);
	return st;
}

static int64_t count_rows(struct place *p, const char *sql)
{
	struct counting c = {sql, -1};

	assert_ok(db_transact(p->db, DB_READ, count_work, &c, NULL));
	return c.count;
}

static void send_all(struct place *p, struct spool *spool, struct fake_hub *hub, unsigned attempts_max)
{
	bool more = true;

	while (attempts_max-- > 0 && (more || count_rows(p, "SELECT seq - sent FROM spool_head")))
		(void)!spool_send(spool, hub_post, hub, &more, NULL);
	assert_int_equal(count_rows(p, "SELECT seq - sent FROM spool_head"), 0);
}

static struct spool spool_of(struct place *p)
{
	return (struct spool){p->db, &p->env, &p->keep, NULL, NULL};
}

static void exactly_once(void **state)
{
	static const unsigned faults[][3] = {{0, 0, 0}, {2, 0, 0}, {0, 2, 0}, {0, 0, 2}, {3, 4, 5}, {5, 3, 2}};

	(void)state;
	for (size_t f = 0; f < sizeof faults / sizeof faults[0]; f++) {
		struct place *p = place_new();
		struct spool spool = spool_of(p);
		struct fake_hub *hub = calloc(1, sizeof *hub);

		memcpy(hub->hash, ZEROS, 65);
		hub->lose_answer = faults[f][0];
		hub->lose_request = faults[f][1];
		hub->half = faults[f][2];
		for (int64_t i = 1; i <= 1203; i++)
			add(p, &spool, i % 10 ? "check" : "hit", i);
		send_all(p, &spool, hub, 100);
		assert_int_equal(hub->seq, 1203);
		assert_int_equal(hub->taken, 1203);
		assert_int_equal(hub->largest, SPOOL_UPLOAD_RECORDS);
		for (int64_t i = 1; i <= 1203; i++)
			assert_int_equal(hub->offsets[i], i);
		/* Checks went at once, hits stay for 30 days; then the number goes on all the same. */
		assert_int_equal(count_rows(p, "SELECT count(*) FROM spool_record WHERE kind = 'check'"), 0);
		assert_int_equal(count_rows(p, "SELECT count(*) FROM spool_record"), 120);
		assert_ok(spool_forget(&spool, p->now_ms + SPOOL_KEEP_MS - 1, NULL));
		assert_int_equal(count_rows(p, "SELECT count(*) FROM spool_record"), 120);
		assert_ok(spool_forget(&spool, p->now_ms + SPOOL_KEEP_MS + 1, NULL));
		assert_int_equal(count_rows(p, "SELECT count(*) FROM spool_record"), 0);
		place_reopen(p);
		spool = spool_of(p);
		add(p, &spool, "event", 1204);
		send_all(p, &spool, hub, 100);
		assert_int_equal(hub->taken, 1204);
		free(hub);
		place_free(p);
	}
}

/* What a transaction took back leaves no gap. */
static void no_gaps(void **state)
{
	struct place *p = place_new();
	struct spool spool = spool_of(p);
	struct fake_hub *hub = calloc(1, sizeof *hub);

	(void)state;
	memcpy(hub->hash, ZEROS, 65);
	for (int64_t i = 1; i <= 50; i++) {
		struct adding a = {&spool, "check", -1, p->now_ms, 0, true};

		assert_int_equal(db_transact(p->db, DB_WRITE, add_work, &a, NULL), ST_CONFLICT);
		add(p, &spool, "check", i);
	}
	send_all(p, &spool, hub, 5);
	assert_int_equal(hub->taken, 50);
	for (int64_t i = 1; i <= 50; i++)
		assert_int_equal(hub->offsets[i], i);
	free(hub);
	place_free(p);
}

static void limits(void **state)
{
	struct place *p = place_new();
	struct spool spool = spool_of(p);
	struct fake_hub *hub = calloc(1, sizeof *hub);
	struct adding a = {&spool, "act", 1, p->now_ms, 700000, false};

	(void)state;
	memcpy(hub->hash, ZEROS, 65);
	for (a.n = 1; a.n <= 3; a.n++)
		assert_ok(db_transact(p->db, DB_WRITE, add_work, &a, NULL));
	a.padding = SPOOL_UPLOAD_BYTES;
	assert_int_equal(db_transact(p->db, DB_WRITE, add_work, &a, NULL), ST_LIMIT);
	send_all(p, &spool, hub, 10);
	assert_int_equal(hub->taken, 3);
	assert_int_equal(hub->largest, 1);
	free(hub);
	place_free(p);
}

/* A copy of the disk goes its own way: the hub notices, and so does the post. */
static void a_copy_is_noticed(void **state)
{
	struct place *p = place_new(), *copy = place_new();
	struct spool spool = spool_of(p), other = spool_of(copy);
	struct fake_hub *hub = calloc(1, sizeof *hub);
	struct error error;
	bool more;

	(void)state;
	memcpy(hub->hash, ZEROS, 65);
	add(p, &spool, "check", 1);
	add(copy, &other, "check", 2);
	assert_ok(spool_send(&spool, hub_post, hub, &more, NULL));
	assert_int_equal(spool_send(&other, hub_post, hub, &more, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "spool-forked");
	assert_int_equal(count_rows(copy, "SELECT sent FROM spool_head"), 0);
	/* An answer that names more than there is, is none. */
	add(p, &spool, "check", 3);
	hub->nonsense = true;
	assert_int_equal(spool_send(&spool, hub_post, hub, &more, NULL), ST_UNAVAILABLE);
	assert_int_equal(count_rows(p, "SELECT sent FROM spool_head"), 1);
	free(hub);
	place_free(p);
	place_free(copy);
}

/* The hub is put back from an older copy: it gets again what is still there, hears what is not, and all goes on. Answers are lost, too. */
static void a_hub_put_back(void **state)
{
	(void)state;
	for (unsigned lose = 0; lose < 4; lose++) {
		struct place *p = place_new();
		struct spool spool = spool_of(p);
		struct fake_hub *hub = calloc(1, sizeof *hub), before;

		memcpy(hub->hash, ZEROS, 65);
		for (int64_t i = 1; i <= 20; i++)
			add(p, &spool, "check", i);
		send_all(p, &spool, hub, 5);
		before = *hub;
		/* 21 to 40: of four records three are checks. */
		for (int64_t i = 21; i <= 40; i++)
			add(p, &spool, i % 4 ? "check" : "act", i);
		send_all(p, &spool, hub, 5);
		assert_int_equal(hub->taken, 40);
		*hub = before;
		hub->lose_answer = lose ? lose + 1 : 0;
		add(p, &spool, "check", 41);
		add(p, &spool, "hit", 42);
		send_all(p, &spool, hub, 20);
		/* 24, 28, 32, 36, 40, 41, 42 */
		assert_int_equal(hub->taken, 20 + 7);
		assert_int_equal(hub->gaps, 5);
		assert_int_equal(hub->missing, 15);
		for (int64_t i = 21; i <= 42; i++)
			assert_int_equal(hub->offsets[i], i > 40 || i % 4 == 0 ? i : 0);
		add(p, &spool, "event", 43);
		send_all(p, &spool, hub, 5);
		assert_int_equal(hub->taken, 28);
		assert_int_equal(hub->gaps, 5);
		free(hub);
		place_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exactly_once),
		cmocka_unit_test(no_gaps),
		cmocka_unit_test(limits),
		cmocka_unit_test(a_copy_is_noticed),
		cmocka_unit_test(a_hub_put_back),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
