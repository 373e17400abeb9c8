/* With each edition the file of its urgent entries: whoever is urgent, and was until lately; proved as the whole is; told when it changes. */
#include "registry/edition_hub.h"

struct urgent_read {
	struct hub *hub;
	uint64_t number;
	struct edition *edition;
	int64_t told; /* how often it was */
};

static enum status urgent_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct urgent_read *u = context;
	struct edition_trust trust = {.keys = &u->hub->builder.options.keys, .list = TEXT("cordon.kh.urgent"), .now_ms = help_now(NULL)};
	struct arena arena;
	struct bytes file;
	struct db_rows row;
	enum status st;

	arena_init(&arena, MEMORY);
	TRY_OUT(edition_urgent_load(tx, u->number, &arena, &file, ret_error));
	TRY_OUT(edition_take(u->edition, file, &trust, ret_error));
	TRY_OUT(db_query_one(tx, "SELECT count(*) FROM outbox WHERE kind = 'urgent'", DB_NO_PARAMS, &arena, &row, ret_error));
	u->told = db_int(&row, 0, 0);
out:
	arena_release(&arena);
	return st;
}

/* The next edition is built; its urgent file has whoever is in `mask`, by number, and it was told `times` times that one has changed. */
static void urgent_next(struct hub *hub, unsigned mask, int64_t times)
{
	struct urgent_read u = {.hub = hub, .edition = edition_fresh()};
	struct edition *whole = edition_fresh();
	struct error error = {.code = ST_OK};
	size_t count = 0;

	help_sequence(hub->db, &hub->signing);
	cosign(hub);
	u.number = build(hub);
	assert_int_not_equal(u.number, 0);
	if (db_transact(hub->db, DB_READ, urgent_work, &u, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
	assert_int_equal(edition_manifest(u.edition)->number, u.number);
	take(hub, whole, u.number, 0);
	for (unsigned i = 0; i < 8; i++) {
		char hex[ID_SIZE];
		uint8_t subject[EDITION_ID_SIZE];
		const struct edition_record *mine, *theirs;

		snprintf(hex, sizeof hex, "%08x%024u", i * 2654435761u, i);
		assert_int_equal(sodium_hex2bin(subject, sizeof subject, hex, ID_SIZE - 1, NULL, NULL, NULL), 0);
		mine = edition_find(u.edition, subject);
		theirs = edition_find(whole, subject);
		assert_int_equal(mine != NULL, mask >> i & 1);
		if (mine) /* word for word what the whole says */
			assert_true(theirs && mine->index == theirs->index && text_equal(mine->payload, theirs->payload));
		count += mine != NULL;
	}
	assert_int_equal(edition_count(u.edition), count);
	assert_int_equal(u.told, times);
	edition_free(u.edition), edition_free(whole);
}

static void urgent_do(struct hub *hub, unsigned number, bool urgent)
{
	struct act act = {.kind = "listing.put", .number = number, .urgent = urgent};

	atomic_fetch_add(&help_now_ms, 3);
	assert_ok(db_transact(hub->db, DB_WRITE, act_work, &act, NULL));
}

static void urgent_entries_go_ahead(void **state)
{
	struct hub hub;

	hub_make(&hub, test_db(state));
	urgent_do(&hub, 1, false), urgent_do(&hub, 2, true), urgent_do(&hub, 3, true);
	urgent_next(&hub, 1 << 2 | 1 << 3, 1);
	urgent_do(&hub, 4, false);
	urgent_next(&hub, 1 << 2 | 1 << 3, 1);
	/* one is withdrawn, the other decided: he goes on being told for as long as he might have been urgent, over a start too */
	act_do(&hub, "listing.drop", 3);
	urgent_do(&hub, 2, false);
	urgent_next(&hub, 1 << 2, 2);
	hub_release(&hub);
	urgent_do(&hub, 5, true);
	urgent_next(&hub, 1 << 2 | 1 << 5, 3);
	act_do(&hub, "listing.drop", 2);
	urgent_next(&hub, 1 << 5, 4);
	urgent_do(&hub, 5, false);
	urgent_next(&hub, 1 << 5, 5);
	atomic_fetch_add(&help_now_ms, (int64_t)72 * 3600 * 1000);
	act_do(&hub, "listing.put", 6);
	urgent_next(&hub, 0, 6);
	hub_release(&hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {db_unit_test(urgent_entries_go_ahead)};

	return db_run_group_tests(tests);
}
