/* A hub with people in it, a clock that a test moves, and one call an act. */
#ifndef TESTS_REGISTRY_WORLD_H
#define TESTS_REGISTRY_WORLD_H

#include "lib/db.h"
#include "registry/registry.h"

#define DAY ((int64_t)86400000)
#define HOUR ((int64_t)3600000)
#define START ((int64_t)1800000000000)

struct world {
	struct db *db;
	struct registry *registry;
	struct env env;
	int64_t now_ms;
	uint64_t seed;
	struct arena arena;
};

/* People: ids of 32 digits whose last tells them apart. */
#define PERSON(c) "0000000000000000000000000000000" c
#define LIAISON PERSON("1")
#define REVIEWER PERSON("2")
#define LEGAL PERSON("3")
#define DECIDER PERSON("4")
#define DECIDER_2 PERSON("5")
#define DUTY PERSON("6")
#define REDRESS PERSON("7")
#define SUPERVISOR PERSON("8")
#define THAI PERSON("9")

static inline int64_t world_now(void *context)
{
	return ((struct world *)context)->now_ms;
}

static inline void world_random(void *context, void *out, size_t len)
{
	struct world *w = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++) {
		w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
		bytes[i] = (uint8_t)(w->seed >> 56);
	}
}

static inline struct actor world_actor(const char *id)
{
	const char *country = strcmp(id, LIAISON) == 0 ? "kr" : strcmp(id, THAI) == 0 ? "th" : "kh";

	return (struct actor){.id = text_of(id), .country = text_of(country), .strength = ACTOR_PASSKEY};
}

struct world_sql {
	const char *sql;
	struct db_params params;
	uint64_t changed;
};

static inline enum status world_sql_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct world_sql *s = context;

	return db_exec(tx, s->sql, s->params, &s->changed, ret_error);
}

/* One statement of the application's role. */
static inline enum status world_sql(struct world *w, const char *sql, struct db_params params)
{
	struct world_sql s = {.sql = sql, .params = params};
	struct error error = {0};

	return db_transact(w->db, DB_WRITE, world_sql_work, &s, &error);
}

static inline int64_t world_count(struct world *w, const char *sql, struct db_params params);

static inline void world_people(struct world *w)
{
	static const struct {
		const char *id, *country;
	} people[] = {{LIAISON, "kr"}, {REVIEWER, "kh"}, {LEGAL, "kh"}, {DECIDER, "kh"}, {DECIDER_2, "kh"},
		      {DUTY, "kh"},    {REDRESS, "kh"},  {SUPERVISOR, "kh"}, {THAI, "th"}};
	static const char *const countries[] = {"kh", "kr", "th"};

	for (size_t i = 0; i < 3; i++) {
		char agency[33];

		snprintf(agency, sizeof agency, "%032zu", i);
		assert_ok(world_sql(w, "INSERT INTO country (code, name, host, created_ms) VALUES ($1, $1, $2, 1)",
				    DB_PARAMS(DB_V_TEXT(text_of(countries[i])), DB_V_INT(i == 0))));
		assert_ok(world_sql(w, "INSERT INTO agency (id, country, name, created_ms) VALUES ($1, $2, 'ministry', 1)",
				    DB_PARAMS(DB_V_TEXT(text_of(agency)), DB_V_TEXT(text_of(countries[i])))));
	}
	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
		char agency[33];

		snprintf(agency, sizeof agency, "%032d", strcmp(people[i].country, "kh") == 0 ? 0
				 : strcmp(people[i].country, "kr") == 0			      ? 1
											      : 2);
		assert_ok(world_sql(w,
				    "INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms,"
				    " created_by) VALUES ($1, $2, $3, $1, $1, $1, 'active', 1, 1, 'setup')",
				    DB_PARAMS(DB_V_TEXT(text_of(people[i].id)), DB_V_TEXT(text_of(people[i].country)),
					      DB_V_TEXT(text_of(agency)))));
	}
}

static inline void world_begin(struct world *w, void **state)
{
	struct error error = {0};

	*w = (struct world){.db = test_db(state), .now_ms = START, .seed = 7};
	w->env = (struct env){.now_ms = world_now, .random = world_random, .context = w};
	arena_init(&w->arena, (size_t)64 << 20);
	world_people(w);
	if (registry_open(w->db, &w->env, TEXT("kh"), &w->registry, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static inline void world_end(struct world *w)
{
	registry_close(w->registry);
	arena_release(&w->arena);
}

/* ---- one call an act ---- */

struct world_act {
	struct world *w;
	const char *by;
	const struct registry_act *act;
	struct entry *entry;
};

static inline enum status world_act_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct world_act *a = context;
	const struct actor actor = world_actor(a->by);

	return registry_act(a->w->registry, tx, &actor, a->act, &a->w->arena, a->entry, ret_error);
}

static inline enum status world_refusal_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct world_act *a = context;
	const struct actor actor = world_actor(a->by);

	return registry_audit_refusal(a->w->registry, tx, &actor, a->act, ret_error, ret_error);
}

/* As the handler does it: the act, and where it is refused the audit of that. */
static inline enum status world_act(struct world *w, const char *by, const struct registry_act *act, struct error *ret_error)
{
	struct entry entry;
	struct world_act a = {.w = w, .by = by, .act = act, .entry = &entry};
	enum status st;

	*ret_error = (struct error){0};
	st = db_transact(w->db, DB_WRITE, world_act_work, &a, ret_error);
	if (st != ST_OK)
		assert_ok(db_transact(w->db, DB_WRITE, world_refusal_work, &a, ret_error));
	return st;
}

struct world_nomination {
	struct world *w;
	const char *by;
	const struct registry_nomination *nomination;
	char id[ID_SIZE];
};

static inline enum status world_nominate_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct world_nomination *n = context;
	const struct actor actor = world_actor(n->by);

	return registry_nominate(n->w->registry, tx, &actor, n->nomination, n->id, ret_error);
}

struct world_load {
	struct world *w;
	const char *id;
	struct entry *entry;
};

static inline enum status world_load_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct world_load *l = context;

	return entry_load(tx, text_of(l->id), &l->w->arena, l->entry, ret_error);
}

static inline struct entry world_entry(struct world *w, const char *id)
{
	struct entry entry = {0};
	struct world_load l = {.w = w, .id = id, .entry = &entry};
	struct error error = {0};

	if (db_transact(w->db, DB_READ, world_load_work, &l, &error) != ST_OK)
		fail_msg("%s", error.message);
	return entry;
}

struct world_counting {
	const char *sql;
	struct db_params params;
	struct arena *arena;
	int64_t count;
};

static inline enum status world_count_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct world_counting *c = context;
	struct db_rows rows;

	TRY(db_query_one(tx, c->sql, c->params, c->arena, &rows, ret_error));
	c->count = db_int(&rows, 0, 0);
	return ST_OK;
}

static inline int64_t world_count(struct world *w, const char *sql, struct db_params params)
{
	struct world_counting c = {.sql = sql, .params = params, .arena = &w->arena};
	struct error error = {0};

	if (db_transact(w->db, DB_READ, world_count_work, &c, &error) != ST_OK)
		fail_msg("%s", error.message);
	return c.count;
}

/* ---- a usual person ---- */

static inline void world_person(struct world *w, struct entity *ret, const char *name, const char *birth, const char *passport)
{
	entity_init(ret, &w->arena);
	ret->schema = TEXT("Person");
	assert_ok(entity_add(ret, "name", text_of(name)));
	assert_ok(entity_add(ret, "alias", TEXT("KIM MINSOO")));
	assert_ok(entity_add(ret, "nationality", TEXT("kr")));
	if (birth)
		assert_ok(entity_add(ret, "birthDate", text_of(birth)));
	if (passport)
		assert_ok(entity_add(ret, "passportNumber", text_of(passport)));
}

static inline enum status world_nominate(struct world *w, const struct registry_nomination *nomination, char ret_id[ID_SIZE],
					 struct error *ret_error)
{
	struct world_nomination n = {.w = w, .by = LIAISON, .nomination = nomination};
	enum status st;

	*ret_error = (struct error){0};
	st = db_transact(w->db, DB_WRITE, world_nominate_work, &n, ret_error);
	memcpy(ret_id, n.id, ID_SIZE);
	return st;
}

#define REFUSE_ENTRY ((struct registry_measure){.kind = TEXT("refuse-entry"), .basis = TEXT("decision")})

static inline struct registry_nomination world_usual(const struct entity *person, const struct registry_measure *measure,
						     const char *reference)
{
	return (struct registry_nomination){
		.owner = TEXT("kr"), .reference = text_of(reference), .inflow = TEXT("nominated"), .person = person,
		.offence = TEXT("fraud"), .purpose = TEXT("border control"), .law = TEXT("Criminal Act"), .article = TEXT("347"),
		.penalty_months = 120, .measures = measure, .measure_count = 1};
}

#define GOOD_ASSESSMENT                                                                                               \
	((struct registry_assessment){.law = TEXT("Criminal Act"), .article = TEXT("347"), .penalty_months = 120,     \
				      .proportionality = TEXT("no milder means"), .dual_criminality = true, .examined = true})

#define ASSERT_ACT(w, by, ...)                                                                        \
	do {                                                                                          \
		struct error error_;                                                                  \
		if (world_act((w), (by), &(struct registry_act){__VA_ARGS__}, &error_) != ST_OK)      \
			fail_msg("%s (%s)", error_.message, error_.reason);                           \
	} while (0)

/* A nomination of the usual person under a reference of its own, at the stage that is asked for. */
enum stage { STAGE_SUBMITTED, STAGE_TAKEN, STAGE_ASSESSED, STAGE_APPROVED, STAGE_PUBLISHED };

static inline void world_stage(struct world *w, enum stage stage, const char *reference, char ret_id[ID_SIZE])
{
	struct registry_measure measure = REFUSE_ENTRY;
	struct registry_assessment assessment = GOOD_ASSESSMENT;
	struct registry_nomination nomination;
	struct entity person;
	struct error error;

	world_person(w, &person, "김민수", "1990-03-07", "M12345678");
	assert_ok(entity_add(&person, "notes", text_of(reference)));
	nomination = world_usual(&person, &measure, reference);
	assert_ok(world_nominate(w, &nomination, ret_id, &error));
	if (stage >= STAGE_TAKEN)
		ASSERT_ACT(w, REVIEWER, .entry = text_of(ret_id), .version = 1, .act = TEXT("take"));
	if (stage >= STAGE_ASSESSED)
		ASSERT_ACT(w, LEGAL, .entry = text_of(ret_id), .act = TEXT("assess"), .assessment = &assessment);
	if (stage >= STAGE_APPROVED)
		ASSERT_ACT(w, DECIDER, .entry = text_of(ret_id), .act = TEXT("approve"), .decision_number = TEXT("KH-2026-1"),
			   .note = TEXT("because"));
	if (stage >= STAGE_PUBLISHED)
		ASSERT_ACT(w, DECIDER_2, .entry = text_of(ret_id), .act = TEXT("confirm"));
}

#endif
