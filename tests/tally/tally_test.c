/* G35 and G34 in a database: what officers enter, operations of two countries, releases that are never written over. */
#include "tally/count.h"
#include "tally/files.h"
#include "tally/outcome.h"
#include "tally/release.h"

#include "ledger/ledger.h"
#include "registry/world.h"

#define LIAISON_2 PERSON("a")
#define MONTH 202701 /* START is 15 January 2027 */

struct office {
	struct world world;
	struct tally tally;
	struct note_signer signer;
	struct error error;
};

static void begin(struct office *o, void **state)
{
	memset(o, 0, sizeof *o);
	world_begin(&o->world, state);
	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, (const uint8_t[32]){7}, &o->signer, NULL));
	o->tally = (struct tally){.env = &o->world.env, .host = TEXT("kh"), .hub = TEXT("cordon.kh"), .signer = &o->signer};
}

static void end(struct office *o)
{
	note_signer_clear(&o->signer);
	world_end(&o->world);
}

struct doing {
	struct office *o;
	struct actor actor;
	struct outcome_new new;
	struct joint_new joint;
	enum outcome_act act;
	enum tally_act release;
	const char *id;
	int64_t version, month;
	const json_t *reasons;
	json_t *snapshot, *document;
	char made[ID_SIZE];
};

static enum status enter_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return outcome_enter(&d->o->tally, tx, &d->actor, &d->new, d->made, ret_error);
}

static enum status act_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return outcome_do(&d->o->tally, tx, &d->actor, d->act, text_of(d->id), d->version, ret_error);
}

static enum status joint_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return joint_begin(&d->o->tally, tx, &d->actor, &d->joint, d->made, ret_error);
}

static enum status draft_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return tally_draft(&d->o->tally, tx, d->month, NULL, &d->snapshot, &d->document, ret_error);
}

static enum status propose_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return tally_propose(&d->o->tally, tx, &d->actor, d->month, d->reasons, d->made, ret_error);
}

static enum status release_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return tally_release(&d->o->tally, tx, &d->actor, d->release, text_of(d->id), d->version, ret_error);
}

static enum status run(struct office *o, db_work *work, struct doing *d)
{
	d->o = o;
	o->error = (struct error){0};
	return db_transact(o->world.db, DB_WRITE, work, d, &o->error);
}

static enum status enter(struct office *o, const char *who, struct outcome_new new, char ret_id[ID_SIZE])
{
	struct doing d = {.actor = world_actor(who), .new = new};
	enum status st;

	if (strcmp(who, LIAISON_2) == 0)
		d.actor.country = TEXT("kr");
	st = run(o, enter_work, &d);
	memcpy(ret_id, d.made, ID_SIZE);
	return st;
}

static enum status act(struct office *o, const char *who, enum outcome_act act_of, const char *id, int64_t version)
{
	struct doing d = {.actor = world_actor(who), .act = act_of, .id = id, .version = version};

	return run(o, act_work, &d);
}

static void joint(struct office *o, const char *who, const char *code, const char *partner, enum status expected)
{
	struct doing d = {.actor = world_actor(who), .joint = {text_of(code), text_of(partner)}};

	assert_int_equal(run(o, joint_work, &d), expected);
}

/* Entered by one officer of the host, confirmed by another. */
static void told(struct office *o, struct outcome_new new)
{
	char id[ID_SIZE];

	assert_ok(enter(o, REVIEWER, new, id));
	assert_ok(act(o, SUPERVISOR, OUTCOME_CONFIRM, id, 1));
}

#define DETAINED(n, nationality, code)                                                                          \
	((struct outcome_new){.figure = TEXT("suspects.detained"), .month = MONTH, .country = TEXT(nationality), \
			      .number = (n), .joint = TEXT(code)})

static void draft_of(struct office *o, struct doing *ret)
{
	*ret = (struct doing){.month = MONTH};
	assert_ok(run(o, draft_work, ret));
}

static const json_t *item_of(const json_t *document, const char *id)
{
	const json_t *items = json_object_get(document, "items");

	for (size_t i = 0; i < json_array_size(items); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(items, i), "id")), id) == 0)
			return json_array_get(items, i);
	return NULL;
}

/* -1: it is not there, -2: withheld. */
static int64_t value_of(struct office *o, const char *id, char sides[8])
{
	struct doing d;
	const json_t *item, *said;
	int64_t value = -1;

	draft_of(o, &d);
	item = item_of(d.document, id);
	said = json_object_get(item, "sides");
	snprintf(sides, 8, "%s", said ? json_string_value(said) : "");
	if (item)
		value = json_is_null(json_object_get(item, "value")) ? -2 : json_integer_value(json_object_get(item, "value"));
	json_decref(d.snapshot);
	json_decref(d.document);
	return value;
}

static void an_operation_of_two_counts_once(void **state)
{
	struct office o;
	char ours[ID_SIZE], theirs[ID_SIZE], sides[8];

	begin(&o, state);
	joint(&o, REVIEWER, "JO-2027-1", "kr", ST_OK);
	joint(&o, REVIEWER, "JO-2027-1", "kr", ST_CONFLICT);
	joint(&o, REVIEWER, "jo", "kr", ST_MALFORMED);
	joint(&o, LIAISON, "JO-2027-9", "th", ST_DENIED);
	joint(&o, REVIEWER, "JO-2027-8", "kh", ST_MALFORMED);
	assert_ok(enter(&o, REVIEWER, DETAINED(12, "cn", "JO-2027-1"), ours));
	/* Who entered it does not confirm it; the other side cannot agree to what its own side has not confirmed. */
	assert_int_equal(act(&o, REVIEWER, OUTCOME_CONFIRM, ours, 1), ST_DENIED);
	assert_string_equal(o.error.reason, "outcome-second");
	assert_int_equal(act(&o, LIAISON, OUTCOME_AGREE, ours, 1), ST_CONFLICT);
	assert_int_equal(act(&o, LIAISON, OUTCOME_CONFIRM, ours, 1), ST_DENIED);
	assert_ok(act(&o, SUPERVISOR, OUTCOME_CONFIRM, ours, 1));
	/* A country that is no party to it. */
	assert_int_equal(act(&o, THAI, OUTCOME_AGREE, ours, 2), ST_DENIED);
	assert_int_equal(enter(&o, THAI, DETAINED(12, "cn", "JO-2027-1"), theirs), ST_DENIED);
	/* The month must have ended for a draft. */
	o.world.now_ms = START + 18 * DAY; /* 2 February 2027 */
	assert_int_equal(value_of(&o, "suspects.detained", sides), 12); /* 18 days: one side only */
	assert_string_equal(sides, "one");
	/* B enters the same: once, and both. */
	assert_ok(enter(&o, LIAISON, DETAINED(12, "cn", "JO-2027-1"), theirs));
	assert_int_equal(value_of(&o, "suspects.detained", sides), 12);
	assert_string_equal(sides, "both");
	assert_int_equal(enter(&o, LIAISON, DETAINED(12, "cn", "JO-2027-1"), theirs), ST_CONFLICT);
	assert_string_equal(o.error.reason, "outcome-twice");
	end(&o);
}

static void after_seven_days_it_is_one_side_only(void **state)
{
	struct office o;
	char ours[ID_SIZE], theirs[ID_SIZE], sides[8];
	int64_t confirmed;

	begin(&o, state);
	joint(&o, LIAISON, "JO-2", "kr", ST_OK);
	o.world.now_ms = confirmed = START + 18 * DAY;
	assert_ok(enter(&o, REVIEWER, DETAINED(20, "cn", "JO-2"), ours));
	assert_ok(act(&o, SUPERVISOR, OUTCOME_CONFIRM, ours, 1));
	assert_int_equal(value_of(&o, "suspects.detained", sides), -1); /* it waits */
	o.world.now_ms = confirmed + 7 * DAY - 1;
	assert_int_equal(value_of(&o, "suspects.detained", sides), -1);
	o.world.now_ms = confirmed + 7 * DAY;
	assert_int_equal(value_of(&o, "suspects.detained", sides), 20);
	assert_string_equal(sides, "one");
	/* B says another number, by two officers: both stand, the first counts, one side only. */
	assert_ok(enter(&o, LIAISON, DETAINED(21, "cn", "JO-2"), theirs));
	assert_ok(act(&o, LIAISON, OUTCOME_WITHDRAW, theirs, 1));
	assert_int_equal(value_of(&o, "suspects.detained", sides), 20);
	assert_string_equal(sides, "one");
	/* It agrees. */
	assert_ok(act(&o, LIAISON, OUTCOME_AGREE, ours, 2));
	assert_int_equal(value_of(&o, "suspects.detained", sides), 20);
	assert_string_equal(sides, "both");
	assert_int_equal(act(&o, LIAISON, OUTCOME_AGREE, ours, 2), ST_CONFLICT);
	/* What is the host's own is added. */
	told(&o, DETAINED(7, "kr", ""));
	assert_int_equal(value_of(&o, "suspects.detained", sides), 27);
	end(&o);
}

static void what_is_entered_is_checked(void **state)
{
	static const struct {
		struct outcome_new new;
		const char *reason, *field;
	} rows[] = {
		{{.figure = {"suspects.seen", 13}, .month = MONTH, .country = {"kr", 2}, .number = 1}, "outcome-figure", "figure"},
		{{.figure = {"service.checks", 14}, .month = MONTH, .number = 1}, "outcome-figure", "figure"},
		{{.figure = {"suspects.tried", 14}, .month = 202713, .country = {"kr", 2}, .number = 1}, "outcome-month", "month"},
		{{.figure = {"suspects.tried", 14}, .month = 202702, .country = {"kr", 2}, .number = 1}, "outcome-month", "month"},
		{{.figure = {"suspects.tried", 14}, .month = MONTH, .country = {"KR", 2}, .number = 1}, "outcome-country", "country"},
		{{.figure = {"suspects.tried", 14}, .month = MONTH, .number = 1}, "outcome-country", "country"},
		{{.figure = {"sites.searched", 14}, .month = MONTH, .country = {"kr", 2}, .number = 1}, "outcome-country", "country"},
		{{.figure = {"suspects.tried", 14}, .month = MONTH, .country = {"kr", 2}, .number = -1}, "outcome-number", "number"},
		{{.figure = {"money.lost", 10}, .month = MONTH, .number = 1000}, "outcome-number", "people"},
		{{.figure = {"suspects.tried", 14}, .month = MONTH, .country = {"kr", 2}, .number = 1, .joint = {"JO-9", 4}}, "outcome-joint", "joint"},
		{{.figure = {"suspects.tried", 14}, .month = MONTH, .country = {"kr", 2}, .number = 1, .reason = {"none", 4}}, "reason-unknown", "reason"},
	};
	struct office o;
	char id[ID_SIZE];

	begin(&o, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(enter(&o, REVIEWER, rows[i].new, id) != ST_OK);
		assert_string_equal(o.error.reason, rows[i].reason);
		assert_string_equal(o.error.field, rows[i].field);
	}
	assert_int_equal(world_count(&o.world, "SELECT count(*) FROM outcome", DB_NO_PARAMS), 0);
	/* The database itself takes nothing that one officer confirmed alone. */
	assert_int_equal(world_sql(&o.world, "INSERT INTO outcome (id, version, figure, month, country, number, people, side, state, entered_by, entered_at,"
				   " confirmed_by, confirmed_at) VALUES ('00000000000000000000000000000001', 1, 'suspects.tried', 202701, 'kr', 1, 1, 'kh',"
				   " 'confirmed', 'x', 1, 'x', 1)", DB_NO_PARAMS), ST_CONFLICT);
	end(&o);
}

static void propose(struct office *o, const char *reasons, char ret_id[ID_SIZE])
{
	json_t *given = json_loads(reasons, 0, NULL);
	struct doing d = {.actor = world_actor(SUPERVISOR), .month = MONTH, .reasons = given};

	assert_ok(run(o, propose_work, &d));
	memcpy(ret_id, d.made, ID_SIZE);
	json_decref(given);
}

static enum status release(struct office *o, const char *who, const char *id, int64_t version)
{
	struct doing d = {.actor = world_actor(who), .release = TALLY_RELEASE, .id = id, .version = version};

	return run(o, release_work, &d);
}

struct filing {
	struct office *o;
	struct arena arena;
	const struct tally_file *files;
	size_t count;
};

static enum status files_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct filing *f = context;

	return tally_files(&f->o->tally, tx, &f->arena, &f->files, &f->count, ret_error);
}

static struct text file_of(const struct filing *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (text_equal(f->files[i].name, text_of(name)))
			return f->files[i].content;
	return TEXT_NONE;
}

/* One more nationality, and another corrected: each by two, with its reason. */
static void corrected(struct office *o)
{
	struct outcome_new correction = DETAINED(9, "la", "");
	char old[ID_SIZE], id[ID_SIZE];

	told(o, DETAINED(1, "vn", ""));
	assert_ok(enter(o, REVIEWER, DETAINED(5, "la", ""), old));
	correction.replaces = text_of(old);
	correction.reason = TEXT("entry");
	assert_int_equal(enter(o, REVIEWER, correction, id), ST_CONFLICT); /* not confirmed yet: it can be withdrawn */
	assert_string_equal(o->error.reason, "outcome-replaced");
	assert_ok(act(o, SUPERVISOR, OUTCOME_CONFIRM, old, 1));
	assert_ok(enter(o, REVIEWER, correction, id));
	assert_ok(act(o, SUPERVISOR, OUTCOME_CONFIRM, id, 1));
	assert_int_equal(enter(o, REVIEWER, correction, id), ST_CONFLICT);
	assert_int_equal(world_count(&o->world, "SELECT count(*) FROM outcome WHERE id = $1 AND state = 'replaced' AND number = 5",
				     DB_PARAMS(DB_V_TEXT(text_of(old)))), 1);
}

static void both_are_reachable(struct office *o)
{
	struct filing f = {.o = o};
	struct figure_checking c = {.key_count = 1};
	json_t *document;
	const json_t *item;

	/* Both are reachable, and hold. */
	arena_init(&f.arena, (size_t)64 << 20);
	assert_ok(db_transact(o->world.db, DB_READ, files_work, &f, &o->error));
	c.keys = &o->signer.key;
	for (int n = 1; n <= 2; n++) {
		char name[32];

		snprintf(name, sizeof name, "figures-%d.json", n);
		assert_true(file_of(&f, name).len > 0);
		assert_ok(figure_check(text_bytes(file_of(&f, name)), &c, &o->error));
		assert_true(c.findings == 0 && c.number == n);
	}
	assert_true(text_equal(file_of(&f, "figures.json"), file_of(&f, "figures-2.json")));
	assert_true(text_has(file_of(&f, "figures.releases.json"), TEXT("\"replaced_by\":2")));
	assert_true(file_of(&f, "figures.csv").len && file_of(&f, "figures.dcat.json").len && file_of(&f, "figures-suspects.km.svg").len);
	assert_ok(figure_read(text_bytes(file_of(&f, "figures.json")), &document, &o->error));
	item = item_of(document, "suspects.detained");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(item, "revises"), "value")), 846);
	assert_int_equal(json_integer_value(json_object_get(item, "value")), 856);
	json_decref(document);
	arena_release(&f.arena);
}

static void releases_are_never_written_over(void **state)
{
	struct office o;
	char first[ID_SIZE], second[ID_SIZE];
	struct doing again = {.month = MONTH};
	json_t *none;

	begin(&o, state);
	told(&o, DETAINED(812, "cn", ""));
	told(&o, DETAINED(3, "kr", ""));
	told(&o, DETAINED(31, "th", ""));
	/* January has not ended. */
	assert_int_equal(run(&o, draft_work, &again), ST_CONFLICT);
	assert_string_equal(o.error.reason, "figures-month-open");
	o.world.now_ms = START + 18 * DAY;
	propose(&o, "{}", first);
	again = (struct doing){.actor = world_actor(DECIDER), .month = MONTH, .reasons = none = json_object()};
	assert_int_equal(run(&o, propose_work, &again), ST_CONFLICT);
	assert_string_equal(o.error.reason, "figures-open");
	/* Two people. */
	assert_int_equal(release(&o, SUPERVISOR, first, 1), ST_DENIED);
	assert_int_equal(release(&o, DECIDER, first, 2), ST_CONFLICT);
	assert_ok(release(&o, DECIDER, first, 1));
	assert_int_equal(release(&o, DECIDER, first, 2), ST_CONFLICT);
	/* The leaf tells the hash to everybody. */
	assert_int_equal(world_count(&o.world, "SELECT count(*) FROM ledger_leaf l JOIN figures_release r ON r.leaf_id = l.id"
				     " WHERE l.body LIKE '%\"kind\":\"figures.release\"%' AND l.body LIKE '%\"subject\":\"' || r.hash || '\"%'", DB_NO_PARAMS), 1);
	corrected(&o);
	assert_int_equal(run(&o, propose_work, &again), ST_CONFLICT);
	assert_string_equal(o.error.reason, "figures-reason");
	assert_string_equal(o.error.field, "suspects.detained");
	propose(&o, "{\"suspects.detained\":{\"code\":\"entry\",\"text\":\"one list was counted twice\"}}", second);
	assert_ok(release(&o, DECIDER, second, 1));
	both_are_reachable(&o);
	json_decref(none);
	end(&o);
}

/* The hub's own tables, and what is shown only where its source is. */
static void the_hubs_own_tables_are_counted(void **state)
{
	struct office o;
	char entry[ID_SIZE], sides[8];

	begin(&o, state);
	world_stage(&o.world, STAGE_PUBLISHED, "KR-1", entry);
	assert_ok(world_sql(&o.world, "INSERT INTO post (id, version, name, kind, point, desk, state, public_key, enrolled_at, created_at, created_by)"
			    " VALUES ($1, 1, 'Airport', 'air', 'both', '+855', 'enrolled', $2, 1, 1, 'x')",
			    DB_PARAMS(DB_V_TEXT(TEXT(PERSON("c"))), DB_V_BLOB(((struct bytes){(const uint8_t *)PERSON("c"), 32})))));
	assert_ok(world_sql(&o.world, "INSERT INTO crossing_count (post_id, hour, point, result, count) VALUES ($1, $2, 'entry', 'pass', 1000),"
			    " ($1, $2, 'entry', 'refer', 7), ($1, $3, 'entry', 'stop', 9)",
			    DB_PARAMS(DB_V_TEXT(TEXT(PERSON("c"))), DB_V_INT(START - START % HOUR), DB_V_INT(START - START % HOUR + 40 * DAY))));
	o.world.now_ms = START + 18 * DAY;
	assert_int_equal(value_of(&o, "service.checks", sides), 1007);
	assert_int_equal(value_of(&o, "service.referrals", sides), 7);
	assert_int_equal(value_of(&o, "service.listed", sides), -2); /* one: withheld */
	assert_int_equal(value_of(&o, "service.appeals", sides), -2);
	assert_int_equal(value_of(&o, "suspects.detained", sides), -1); /* nobody has said */
	end(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(an_operation_of_two_counts_once),
		db_unit_test(after_seven_days_it_is_one_side_only),
		db_unit_test(what_is_entered_is_checked),
		db_unit_test(releases_are_never_written_over),
		db_unit_test(the_hubs_own_tables_are_counted),
	};

	return db_run_group_tests(tests);
}
