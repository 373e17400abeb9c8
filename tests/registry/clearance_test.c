/* Clearances and attachments: two people, consent, an end, what checkpoints are told; and who clears too many. */
#include "registry/clearance.h"

#include "registry/attachment.h"
#include "registry/world.h"

#define PNG "\x89PNG\r\n\x1A\n...."

struct clearing {
	struct world *w;
	const char *by;
	struct clearance_new new;
	struct clearance_act act;
	char id[ID_SIZE];
};

static enum status propose_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct clearing *c = context;
	const struct actor actor = world_actor(c->by);

	return clearance_propose(c->w->registry, tx, &actor, &c->new, c->id, ret_error);
}

static enum status act_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct clearing *c = context;
	const struct actor actor = world_actor(c->by);

	return clearance_do(c->w->registry, tx, &actor, &c->act, ret_error);
}

struct loading {
	struct clearing *c;
	struct clearance_record record;
};

static enum status load_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct loading *l = context;

	return clearance_load(tx, text_of(l->c->id), &l->c->w->arena, &l->record, ret_error);
}

static struct clearance_record loaded(struct clearing *c)
{
	struct loading l = {.c = c};
	struct error error = {0};

	if (db_transact(c->w->db, DB_READ, load_work, &l, &error) != ST_OK)
		fail_msg("%s", error.message);
	return l.record;
}

/* The listed 김민수 of the usual passport, and a traveller of his name. */
static void usual(struct world *w, struct clearing *c, struct entity *traveller, const char *passport)
{
	char *entry = arena_alloc(&w->arena, ID_SIZE, 1);

	assert_non_null(entry);
	world_stage(w, STAGE_PUBLISHED, "KR-1", entry);
	world_person(w, traveller, "김민수", "1975-01-02", passport);
	*c = (struct clearing){.w = w, .by = REVIEWER, .new = {.entry = text_of(entry), .person = traveller, .consent = true,
							       .photo = {(const uint8_t *)PNG, sizeof PNG - 1}}};
}

static enum status propose(struct clearing *c, struct error *ret_error)
{
	*ret_error = (struct error){0};
	return db_transact(c->w->db, DB_WRITE, propose_work, c, ret_error);
}

static enum status act(struct clearing *c, const char *by, const char *word, int64_t version, struct error *ret_error)
{
	*ret_error = (struct error){0};
	c->by = by;
	c->act = (struct clearance_act){.id = text_of(c->id), .version = version, .act = text_of(word),
					.reason = strcmp(word, "end") == 0 ? TEXT("consent-withdrawn") : TEXT_NONE};
	return db_transact(c->w->db, DB_WRITE, act_work, c, ret_error);
}

static int64_t put_leaves(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM ledger_payload WHERE payload LIKE '%\"confirmed\":true%'", DB_NO_PARAMS);
}

static void two_people_clear_a_traveller(void **state)
{
	struct clearance_record record;
	struct entity traveller;
	struct clearing c;
	struct error error;
	struct world w;

	world_begin(&w, state);
	usual(&w, &c, &traveller, "K55555555");
	assert_ok(propose(&c, &error));
	assert_int_equal(put_leaves(&w), 0);
	/* Not he himself, and not on what another has seen. */
	assert_int_equal(act(&c, REVIEWER, "confirm", 1, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "clearance-same-person");
	assert_int_equal(act(&c, SUPERVISOR, "confirm", 2, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "version");
	assert_ok(act(&c, SUPERVISOR, "confirm", 1, &error));
	assert_int_equal(put_leaves(&w), 1);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM ledger_payload p JOIN clearance c ON c.put_leaf = p.leaf"
				     " WHERE p.payload LIKE '%K55555555%' AND p.payload LIKE '%\"photo\":%'", DB_NO_PARAMS), 1);
	record = loaded(&c);
	assert_text(record.state, "in-force");
	assert_text(record.confirmed_by, SUPERVISOR);
	assert_true(record.expires_ms == START + 365 * DAY);
	assert_int_equal(record.photo.len, sizeof PNG - 1);
	assert_int_equal(act(&c, SUPERVISOR, "confirm", 2, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "clearance-state");
	/* Consent withdrawn: nothing of him is left, here or in the ledger. */
	assert_ok(act(&c, REDRESS, "end", 2, &error));
	record = loaded(&c);
	assert_text(record.state, "ended");
	assert_int_equal(record.person.len + record.caption.len + record.photo.len, 0);
	assert_int_equal(put_leaves(&w), 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM outbox WHERE kind = 'list' AND subject = $1",
				     DB_PARAMS(DB_V_TEXT(text_of(c.id)))), 2);
	world_end(&w);
}

static void a_clearance_ends_by_itself(void **state)
{
	struct entity traveller;
	struct clearing c;
	struct error error;
	struct world w;
	size_t done;

	world_begin(&w, state);
	usual(&w, &c, &traveller, "K55555555");
	c.new.expires_ms = START + 10 * DAY;
	assert_ok(propose(&c, &error));
	assert_ok(act(&c, SUPERVISOR, "confirm", 1, &error));
	w.now_ms = START + 10 * DAY - 1;
	assert_ok(clearance_clock(w.registry, &done, &error));
	assert_int_equal(done, 0);
	w.now_ms++;
	assert_ok(clearance_clock(w.registry, &done, &error));
	assert_int_equal(done, 1);
	assert_text(loaded(&c).state, "expired");
	assert_int_equal(world_count(&w, "SELECT count(*) FROM clearance WHERE put_leaf IS NOT NULL", DB_NO_PARAMS), 0);
	assert_ok(clearance_clock(w.registry, &done, &error));
	assert_int_equal(done, 0);
	world_end(&w);
}

/* What is refused, and the reason. */
static void what_is_no_clearance(void **state)
{
	static const char *const sql[] = {
		"UPDATE clearance SET state = 'in-force', put_leaf = 'x'",
		"UPDATE clearance SET state = 'in-force', put_leaf = 'x', confirmed_by = proposed_by, confirmed_at = 1",
		"UPDATE clearance SET state = 'in-force', confirmed_by = 'somebody', confirmed_at = 1",
		"UPDATE clearance SET consent = 0",
		"UPDATE clearance SET expires_at = expires_at + 157766400000",
	};
	struct entity traveller, nobody;
	struct clearing c, usual_one;
	struct error error;
	struct world w;

	world_begin(&w, state);
	usual(&w, &usual_one, &traveller, "K55555555");
#define REFUSED(change, word)                                      \
	do {                                                       \
		c = usual_one;                                     \
		change;                                            \
		assert_int_not_equal(propose(&c, &error), ST_OK);  \
		assert_string_equal(error.reason, word);           \
	} while (0)
	REFUSED(c.new.consent = false, "clearance-consent");
	REFUSED(c.new.expires_ms = START - 1, "clearance-expiry");
	REFUSED(c.new.expires_ms = START + 1900 * DAY, "clearance-expiry");
	REFUSED(c.new.photo = ((struct bytes){(const uint8_t *)"<svg>", 5}), "clearance-photo");
	REFUSED(c.new.photo = ((struct bytes){(const uint8_t *)"%PDF-1.7", 8}), "clearance-photo");
	world_person(&w, &nobody, "김민수", "1975-01-02", NULL);
	REFUSED(c.new.person = &nobody, "clearance-document");
	/* The listed person's own passport, however it is written. */
	world_person(&w, &nobody, "김민수", "1975-01-02", "m 1234-5678");
	REFUSED(c.new.person = &nobody, "clearance-document");
	entity_init(&nobody, &w.arena);
	nobody.schema = TEXT("Person");
	REFUSED(c.new.person = &nobody, "clearance-person");
	c = usual_one;
	c.new.entry = text_of(PERSON("f"));
	assert_int_equal(propose(&c, &error), ST_NOT_FOUND);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM clearance", DB_NO_PARAMS), 0);
	/* Not by the application's role either. */
	assert_ok(propose(&usual_one, &error));
	for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++)
		assert_int_equal(world_sql(&w, sql[i], DB_NO_PARAMS), ST_CONFLICT);
	world_end(&w);
}

static void a_rise_is_told(void **state)
{
	static const struct {
		uint32_t usual, spread, today;
		bool rise;
	} rows[] = {{0, 0, 4, false}, {0, 0, 5, true}, {10, 0, 10, false}, {10, 0, 11, true},
		    {10, 2, 12, false}, {10, 2, 15, false}, {10, 2, 20, true}, {100, 0, 5, false}, {3, 3, 30, true}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint32_t days[CLEARANCE_DAYS];

		for (size_t d = 0; d < CLEARANCE_DAYS; d++)
			days[d] = d % 2 ? rows[i].usual + rows[i].spread : rows[i].usual - (rows[i].usual ? rows[i].spread : 0);
		days[CLEARANCE_DAYS - 1] = rows[i].today;
		if (clearance_is_rise(days) != rows[i].rise)
			fail_msg("row %zu", i);
	}
}

/* One clearance a day for a month, and then six in one. */
static void an_officer_who_clears_many_is_marked(void **state)
{
	struct entity traveller;
	struct clearing c;
	struct error error;
	struct world w;

	world_begin(&w, state);
	usual(&w, &c, &traveller, "K55555555");
	c.new.photo = (struct bytes){NULL, 0};
	for (unsigned day = 0; day < 20; day++, w.now_ms += DAY)
		assert_ok(propose(&c, &error));
	for (unsigned n = 0; n < 8; n++)
		assert_ok(propose(&c, &error));
	assert_int_equal(world_count(&w, "SELECT count(*) FROM audit WHERE outcome = 'flagged' AND actor = $1 AND action = 'clearance.create'",
				     DB_PARAMS(DB_V_TEXT(text_of(REVIEWER)))), 1);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM outbox WHERE kind = 'alert'", DB_NO_PARAMS), 1);
	world_end(&w);
}

/* ---- attachments ---- */

struct attaching {
	struct world *w;
	struct attachment_new new;
	struct text id;
	struct attachment attachment;
};

static enum status attach_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct attaching *a = context;
	const struct actor actor = world_actor(LIAISON);

	TRY(attachment_add(a->w->registry, tx, &actor, &a->new, &a->w->arena, &a->id, ret_error));
	return attachment_load(tx, a->id, true, &a->w->arena, &a->attachment, ret_error);
}

static const struct {
	const char *content;
	size_t len;
	const char *kind, *told; /* the type, or the reason */
} files[] = {
	{"%PDF-1.7\n", 9, "warrant", "application/pdf"},
	{"\xFF\xD8\xFF\xE0....", 8, "photo", "image/jpeg"},
	{PNG, sizeof PNG - 1, "photo", "image/png"},
	{"RIFF....WEBPVP8 ", 16, "photo", "image/webp"},
	{"II*\0....", 8, "other", "image/tiff"},
	{"MM\0*....", 8, "decision", "image/tiff"},
	{"", 0, "photo", "attachment-empty"},
	{"MZ\x90\0....", 8, "photo", "attachment-type"},
	{"\x7F" "ELF....", 8, "photo", "attachment-type"},
	{"<svg xmlns=", 11, "photo", "attachment-type"},
	{"<!DOCTYPE html>", 15, "warrant", "attachment-type"},
	{" %PDF-1.7", 9, "warrant", "attachment-type"},
	{"PK\x03\x04....", 8, "other", "attachment-type"},
	{"RIFF....WAVE", 12, "photo", "attachment-type"},
	{"%PDF-1.7\n", 9, "malware", "attachment-kind"},
};

static void attachments_are_what_their_bytes_say(void **state)
{
	struct world w;
	char entry[ID_SIZE];
	uint8_t *large = calloc(1, ATTACHMENT_SIZE_MAX + 1);
	struct attaching a;
	struct error error;

	world_begin(&w, state);
	world_stage(&w, STAGE_SUBMITTED, "KR-1", entry);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		enum status st;

		a = (struct attaching){.w = &w, .new = {text_of(entry), text_of(files[i].kind), TEXT("file.bin"),
							{(const uint8_t *)files[i].content, files[i].len}}};
		error = (struct error){0};
		st = db_transact(w.db, DB_WRITE, attach_work, &a, &error);
		if (st != ST_OK)
			assert_string_equal(error.reason, files[i].told);
		else
			assert_text(a.attachment.type, files[i].told);
		if (st == ST_OK)
			assert_true(a.attachment.content.len == files[i].len &&
				    memcmp(a.attachment.content.data, files[i].content, files[i].len) == 0);
	}
	assert_int_equal(world_count(&w, "SELECT count(*) FROM attachment", DB_NO_PARAMS), 6);
	/* The same again is the same. */
	a.new = (struct attachment_new){text_of(entry), TEXT("photo"), TEXT("again"), {(const uint8_t *)PNG, sizeof PNG - 1}};
	assert_ok(db_transact(w.db, DB_WRITE, attach_work, &a, &error));
	assert_text(a.attachment.name, "file.bin");
	assert_int_equal(world_count(&w, "SELECT count(*) FROM attachment", DB_NO_PARAMS), 6);
	memcpy(large, "%PDF-", 5);
	a.new.content = (struct bytes){large, ATTACHMENT_SIZE_MAX + 1};
	assert_int_equal(db_transact(w.db, DB_WRITE, attach_work, &a, &error), ST_LIMIT);
	assert_string_equal(error.reason, "attachment-size");
	a.new.content.len--;
	assert_ok(db_transact(w.db, DB_WRITE, attach_work, &a, &error));
	free(large);
	world_end(&w);
}

/* An erasure takes along what stands beside the entry. */
static void an_erasure_takes_attachments_along(void **state)
{
	struct world w;
	char entry[ID_SIZE];
	struct attaching a;
	struct error error;

	world_begin(&w, state);
	world_stage(&w, STAGE_SUBMITTED, "KR-1", entry);
	a = (struct attaching){.w = &w, .new = {text_of(entry), TEXT("photo"), TEXT("face.png"), {(const uint8_t *)PNG, sizeof PNG - 1}}};
	assert_ok(db_transact(w.db, DB_WRITE, attach_work, &a, &error));
	ASSERT_ACT(&w, LIAISON, .entry = text_of(entry), .act = TEXT("withdraw"), .reason = TEXT("arrested"));
	assert_int_equal(world_count(&w, "SELECT count(*) FROM attachment", DB_NO_PARAMS), 1);
	ASSERT_ACT(&w, REDRESS, .entry = text_of(entry), .act = TEXT("erase"), .note = TEXT("x"));
	ASSERT_ACT(&w, DECIDER, .entry = text_of(entry), .act = TEXT("erase-confirm"));
	assert_int_equal(world_count(&w, "SELECT count(*) FROM attachment", DB_NO_PARAMS), 0);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(two_people_clear_a_traveller),
		db_unit_test(a_clearance_ends_by_itself),
		db_unit_test(what_is_no_clearance),
		cmocka_unit_test(a_rise_is_told),
		db_unit_test(an_officer_who_clears_many_is_marked),
		db_unit_test(attachments_are_what_their_bytes_say),
		db_unit_test(an_erasure_takes_attachments_along),
	};

	return db_run_group_tests(tests);
}
