/* A hub (tests/registry/world.h) and a public that sends it sealed items. */
#ifndef TESTS_AWARENESS_SQUARE_H
#define TESTS_AWARENESS_SQUARE_H

#include <sodium.h>

#include "awareness/alert.h"
#include "awareness/contact.h"
#include "awareness/dispute.h"
#include "awareness/intake.h"
#include "awareness/listing.h"
#include "awareness/report.h"
#include "bulletin/item.h"
#include "registry/world.h"

struct square {
	struct world world;
	struct awareness hub;
	uint64_t sent; /* receipts are numbered */
	struct awareness_ring rings[AWARENESS_EVIDENCE + 1];
	uint8_t made; /* keys */
};

/* A new key before the others, as `cordon key rotate` has it: three of the inbox stay. */
static inline void square_rotate(struct square *s, enum awareness_ring_kind kind)
{
	const uint8_t secret[32] = {0, ++s->made}; /* the lowest bits of the first are not used */
	struct awareness_ring *ring = &s->rings[kind];

	awareness_ring_add(ring, secret);
	if (kind == AWARENESS_INBOX && ring->count > 3)
		ring->count = 3;
	awareness_keys_set(s->hub.keys, kind, ring);
}

static inline void square_begin(struct square *s, void **state)
{
	struct error error = {.code = ST_OK};

	*s = (struct square){.sent = 0};
	world_begin(&s->world, state);
	s->hub = (struct awareness){.db = s->world.db, .env = &s->world.env, .host = TEXT("kh"), .registry = s->world.registry};
	assert_ok(awareness_keys_new(&s->hub.keys, &error));
	square_rotate(s, AWARENESS_INBOX);
	square_rotate(s, AWARENESS_EVIDENCE);
}

static inline void square_end(struct square *s)
{
	awareness_keys_free(s->hub.keys);
	world_end(&s->world);
}

/* ---- what is sent ---- */

static inline void square_put_as(struct square *s, enum bulletin_item_kind kind, const uint8_t id[16], struct bytes content)
{
	struct bulletin_item_head head = {.kind = kind};
	struct error error = {.code = ST_OK};
	struct buffer item;

	memcpy(head.id, id, 16);
	buffer_init(&item, BULLETIN_ITEM_MAX);
	assert_ok(bulletin_item_seal(s->rings[AWARENESS_INBOX].keys[0].public_key, &head, content, &item, &error));
	if (inbox_put(&s->hub, buffer_bytes(&item), &error) != ST_OK)
		fail_msg("%s", error.message);
	buffer_release(&item);
}

/* Sealed, put in, not yet taken. */
static inline void square_put(struct square *s, enum bulletin_item_kind kind, const char *json)
{
	uint8_t id[16];

	world_random(&s->world, id, sizeof id);
	square_put_as(s, kind, id, text_bytes(text_of(json)));
}

static inline size_t square_run(struct square *s)
{
	struct error error = {.code = ST_OK};
	size_t done = 0, some;

	for (bool more = true; more; done += some)
		if (inbox_run(&s->hub, &some, &more, &error) != ST_OK)
			fail_msg("%s (%s %s)", error.message, error.reason, error.field);
	return done;
}

/* Somebody: each number is another client in another network with another device. */
struct square_sender {
	const char *token, *network, *device;
};

struct square_said {
	const char *type, *value, *story, *more; /* more: members, with a comma before, or NULL */
	struct square_sender by;
};

/* Gives the number of the receipt. */
static inline uint64_t square_report(struct square *s, const struct square_said *said)
{
	char json[8192];

	s->sent++;
	snprintf(json, sizeof json,
		 "{\"client\":{\"device\":\"%s\",\"network\":\"%s\",\"token\":\"%s\"},\"identifiers\":[{\"country\":\"kh\",\"type\":\"%s\",\"value\":\"%s\"}],"
		 "\"language\":\"km\",\"receipt\":\"receipt|%016llu\",\"speed\":\"report\",\"story\":\"%s\",\"time\":\"2027-01-15T08:00:00.000Z\"%s}",
		 said->by.device, said->by.network, said->by.token, said->type, said->value, (unsigned long long)s->sent,
		 said->story ? said->story : "", said->more ? said->more : "");
	square_put(s, BULLETIN_REPORT, json);
	square_run(s);
	return s->sent;
}

/* By one who has nothing in common with the others. */
static inline uint64_t square_report_by(struct square *s, unsigned sender, const char *type, const char *value, const char *more)
{
	char token[16], network[16], device[16];
	const struct square_said said = {type, value, NULL, more, {token, network, device}};

	snprintf(token, sizeof token, "t%u", sender);
	snprintf(network, sizeof network, "n%u", sender);
	snprintf(device, sizeof device, "d%u", sender);
	return square_report(s, &said);
}

static inline int64_t square_count(struct square *s, const char *sql)
{
	return world_count(&s->world, sql, DB_NO_PARAMS);
}

/* What the receipt tells: its state's number. */
static inline int64_t square_receipt(struct square *s, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%016llu", (unsigned long long)number);
	return world_count(&s->world, "SELECT state FROM receipt WHERE digits = $1", DB_PARAMS(DB_V_TEXT(text_of(digits))));
}

/* A story longer than a line of the desk's holds, its letters of three bytes, so that a cut at that length falls within one. */
#define SQUARE_LONG_LETTERS 3400u
static inline void square_long_story(char out[SQUARE_LONG_LETTERS * 3 + 32])
{
	size_t len = (size_t)snprintf(out, 32, ",\"story\":\"");

	for (size_t i = 0; i < SQUARE_LONG_LETTERS; i++, len += 3)
		memcpy(out + len, "\xe1\x9e\x80", 3);
	memcpy(out + len, "\"", 2);
}

/* Follow-up with a receipt. */
static inline void square_follow(struct square *s, uint64_t number, const char *act, const char *more)
{
	char json[16384];

	snprintf(json, sizeof json, "{\"act\":\"%s\",\"language\":\"km\",\"receipt\":\"receipt|%016llu\",\"time\":\"2027-01-15T08:00:00.000Z\"%s}", act,
		 (unsigned long long)number, more ? more : "");
	square_put(s, BULLETIN_FOLLOW_UP, json);
	square_run(s);
}

static inline uint64_t square_dispute(struct square *s, const char *type, const char *value, const char *more)
{
	char json[4096];

	s->sent++;
	snprintf(json, sizeof json,
		 "{\"identifier\":{\"country\":\"kh\",\"type\":\"%s\",\"value\":\"%s\"},\"language\":\"ko\",\"receipt\":\"receipt|%016llu\",\"story\":\"mine\","
		 "\"time\":\"2027-01-15T08:00:00.000Z\"%s}",
		 type, value, (unsigned long long)s->sent, more ? more : "");
	square_put(s, BULLETIN_DISPUTE, json);
	square_run(s);
	return s->sent;
}

/* A part of an upload, sealed: 24 bytes and then `size` of them. */
static inline void square_part(struct square *s, const char *upload, uint64_t place, size_t size)
{
	uint8_t bytes[4096] = {0}, id[16];

	assert_true(size + 24 <= sizeof bytes);
	sodium_hex2bin(bytes, 16, upload, 32, NULL, NULL, NULL);
	for (unsigned i = 0; i < 8; i++)
		bytes[16 + i] = (uint8_t)(place >> 8 * i);
	world_random(&s->world, id, sizeof id);
	square_put_as(s, BULLETIN_UPLOAD_PART, id, (struct bytes){bytes, 24 + size});
	square_run(s);
}

/* ---- what officers do ---- */

struct square_doing {
	struct square *s;
	const char *by;
	const void *what;
	char id[ID_SIZE];
};

#define SQUARE_WORK(name, call)                                                                             \
	static inline enum status square_##name##_work(struct db_tx *tx, void *context, struct error *ret_error) \
	{                                                                                                   \
		struct square_doing *d = context;                                                            \
		const struct actor actor = world_actor(d->by);                                               \
                                                                                                            \
		return call;                                                                                 \
	}                                                                                                   \
	static inline enum status square_##name(struct square *s, const char *by, const void *what, char *ret_id, struct error *ret_error) \
	{                                                                                                   \
		struct square_doing d = {.s = s, .by = by, .what = what};                                     \
		enum status st;                                                                              \
                                                                                                            \
		*ret_error = (struct error){.code = ST_OK};                                                  \
		st = db_transact(s->world.db, DB_WRITE, square_##name##_work, &d, ret_error);                 \
		if (ret_id)                                                                                  \
			memcpy(ret_id, d.id, sizeof d.id);                                                   \
		return st;                                                                                   \
	}

SQUARE_WORK(report_do, report_do(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))
SQUARE_WORK(listing_propose, listing_propose(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, d->id, ret_error))
SQUARE_WORK(listing_do, listing_do(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))
SQUARE_WORK(contact_propose, contact_propose(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, d->id, ret_error))
SQUARE_WORK(contact_do, contact_do(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))
SQUARE_WORK(alert_propose, alert_propose(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, d->id, ret_error))
SQUARE_WORK(alert_do, alert_do(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))
SQUARE_WORK(dispute_do, dispute_do(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))

/* One text of the database. */
struct square_text {
	struct square *s;
	const char *sql;
	char out[64];
};

static inline enum status square_text_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct square_text *t = context;
	struct db_rows row;

	TRY(db_query_one(tx, t->sql, DB_NO_PARAMS, &t->s->world.arena, &row, ret_error));
	snprintf(t->out, sizeof t->out, "%.*s", TEXT_ARG(db_text(&row, 0, 0)));
	return ST_OK;
}

static inline void square_get(struct square *s, const char *sql, char out[64])
{
	struct square_text t = {.s = s, .sql = sql};
	struct error error = {.code = ST_OK};

	if (db_transact(s->world.db, DB_READ, square_text_work, &t, &error) != ST_OK)
		fail_msg("%s: %s", sql, error.message);
	memcpy(out, t.out, sizeof t.out);
}

static inline void square_clock(struct square *s)
{
	struct error error = {.code = ST_OK};
	size_t done;

	if (awareness_clock(&s->hub, &done, &error) != ST_OK)
		fail_msg("%s", error.message);
}

#endif
