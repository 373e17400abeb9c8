/* What time brings to what the public was told and has told. */
#include "awareness/alarm.h"
#include "awareness/dispute.h"
#include "awareness/listing.h"
#include "awareness/referral.h"
#include "awareness/report.h"
#include "awareness/rescue.h"

#define ARENA_MAX ((size_t)16 << 20)

struct ticking {
	struct awareness *awareness;
	struct arena arena;
	size_t done;
};

static enum status listings(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	int64_t now_ms;

	arena_clear(&t->arena);
	t->done = 0;
	TRY(registry_now(t->awareness->registry, tx, &now_ms, ret_error));
	return listing_clock(t->awareness, tx, now_ms, &t->arena, &t->done, ret_error);
}

static enum status disputes(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	int64_t now_ms;

	arena_clear(&t->arena);
	t->done = 0;
	TRY(registry_now(t->awareness->registry, tx, &now_ms, ret_error));
	return dispute_clock(t->awareness, tx, now_ms, &t->arena, &t->done, ret_error);
}

static enum status rescues(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	int64_t now_ms;

	arena_clear(&t->arena);
	t->done = 0;
	TRY(registry_now(t->awareness->registry, tx, &now_ms, ret_error));
	return rescue_clock(t->awareness, tx, now_ms, &t->arena, &t->done, ret_error);
}

static enum status referrals(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	int64_t now_ms;

	arena_clear(&t->arena);
	t->done = 0;
	TRY(registry_now(t->awareness->registry, tx, &now_ms, ret_error));
	return referral_clock(t->awareness, tx, now_ms, &t->arena, &t->done, ret_error);
}

/* How to reach somebody is not needed for ever, nor what a portal told of a year ago; parts that nothing names were given up by whoever sent them. */
static enum status forget(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	struct db_params old;
	uint64_t contacts, parts;
	int64_t now_ms;

	t->done = 0;
	TRY(registry_now(t->awareness->registry, tx, &now_ms, ret_error));
	TRY(db_exec(tx, "DELETE FROM reporter_contact WHERE delete_at <= $1", DB_PARAMS(DB_V_INT(now_ms)), &contacts, ret_error));
	old = DB_PARAMS(DB_V_INT(now_ms - awareness_term("part-days") * AWARENESS_DAY_MS));
	TRY(db_exec(tx, "UPDATE inbox_item SET state = 'taken', sealed = NULL WHERE state = 'kept' AND id IN (SELECT p.item_id FROM inbox_part p"
		    " WHERE p.received_at <= $1 AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.upload = p.upload))", old, NULL, ret_error));
	TRY(db_exec(tx, "DELETE FROM inbox_part WHERE received_at <= $1 AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.upload = inbox_part.upload)",
		    old, &parts, ret_error));
	t->done = (size_t)(contacts + parts);
	return alarm_clock(tx, now_ms, &t->done, ret_error);
}

enum status awareness_clock(struct awareness *awareness, size_t *ret_done, struct error *ret_error)
{
	static db_work *const works[] = {rescues, listings, disputes, referrals, forget};
	struct ticking t = {.awareness = awareness};
	enum status st = ST_OK;

	*ret_done = 0;
	arena_init(&t.arena, ARENA_MAX);
	for (size_t i = 0; st == ST_OK && i < sizeof works / sizeof works[0]; i++) {
		st = db_transact(awareness->db, DB_WRITE, works[i], &t, ret_error);
		if (st == ST_OK)
			*ret_done += t.done;
	}
	arena_release(&t.arena);
	return st;
}
