/* A hub with people in it (tests/registry/world.h) and posts that tell it records. */
#ifndef TESTS_BORDER_FRONTIER_H
#define TESTS_BORDER_FRONTIER_H

#include "account/policy.h"
#include "border/border.h"
#include "registry/world.h"

#define SECONDARY PERSON("a")
#define PRIMARY PERSON("b")
#define AIRPORT PERSON("c")
#define BAVET PERSON("d")
#define POIPET PERSON("e")

struct frontier {
	struct world world;
	struct border border;
	int64_t seq[3];
};

static inline int64_t *frontier_seq(struct frontier *c, const char *post)
{
	return &c->seq[post[31] - 'c'];
}

static inline void frontier_post(struct frontier *c, const char *id, const char *name, int64_t latitude, int64_t longitude)
{
	assert_ok(world_sql(&c->world, "INSERT INTO post (id, version, name, kind, point, latitude, longitude, desk, state, public_key,"
			    " enrolled_at, created_at, created_by) VALUES ($1, 1, $2, 'land', 'both', $3, $4, '+855', 'enrolled', $5, 1, 1, 'x')",
			    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(text_of(name)), latitude ? DB_V_INT(latitude) : DB_V_NULL,
				      longitude ? DB_V_INT(longitude) : DB_V_NULL, DB_V_BLOB(((struct bytes){(const uint8_t *)id, 32})))));
}

static inline void frontier_role(struct frontier *c, const char *person, const char *role)
{
	assert_ok(world_sql(&c->world, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ($1, $2, 'setup', 1)",
			    DB_PARAMS(DB_V_TEXT(text_of(person)), DB_V_TEXT(text_of(role)))));
}

static inline void frontier_officer(struct frontier *c, const char *person, const char *role)
{
	assert_ok(world_sql(&c->world, "INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by)"
			    " SELECT $1, country, agency, $1, $1, $1, state, 1, 1, 'setup' FROM person WHERE id = $2",
			    DB_PARAMS(DB_V_TEXT(text_of(person)), DB_V_TEXT(text_of(DUTY)))));
	frontier_role(c, person, role);
}

/* Airport and Bavet have a place, 153 km apart; Poipet has none. PRIMARY sees hits, SECONDARY acts, at all of them. */
static inline void frontier_begin(struct frontier *c, void **state)
{
	memset(c, 0, sizeof *c);
	world_begin(&c->world, state);
	c->border = (struct border){.db = c->world.db, .env = &c->world.env, .host = TEXT("kh"), .registry = c->world.registry};
	frontier_post(c, AIRPORT, "Airport", 11546600, 104844100);
	frontier_post(c, BAVET, "Bavet", 11083000, 106172000);
	frontier_post(c, POIPET, "Poipet", 0, 0);
	frontier_officer(c, PRIMARY, "primary");
	frontier_officer(c, SECONDARY, "secondary");
}

static inline void frontier_end(struct frontier *c)
{
	world_end(&c->world);
}

typedef enum status frontier_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
				    struct error *ret_error);

struct frontier_telling {
	struct frontier *c;
	frontier_take *take;
	struct border_record record;
};

static inline enum status frontier_tell_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct frontier_telling *t = context;

	return t->take(&t->c->border, tx, &t->record, &t->c->world.arena, ret_error);
}

/* A post tells of what was at `at_ms`, by its clock that is `offset_ms` behind the hub's. */
static inline enum status frontier_tell_at(struct frontier *c, frontier_take *take, const char *post, int64_t at_ms, int64_t offset_ms,
					     const char *json, struct error *ret_error)
{
	struct frontier_telling t = {.c = c, .take = take,
				       .record = {.post = text_of(post), .seq = ++*frontier_seq(c, post), .at_ms = at_ms,
						  .offset_known = true, .offset_ms = offset_ms, .lane = TEXT("2"),
						  .officer = strstr(json, "\"candidates\"") ? TEXT(PRIMARY) : TEXT(SECONDARY)}};
	json_t *body = json_loads(json, 0, NULL);
	enum status st;

	assert_non_null(body);
	*ret_error = (struct error){0};
	t.record.body = body;
	st = db_transact(c->world.db, DB_WRITE, frontier_tell_work, &t, ret_error);
	json_decref(body);
	return st;
}

static inline void frontier_tell(struct frontier *c, frontier_take *take, const char *post, const char *json)
{
	struct error error;

	if (frontier_tell_at(c, take, post, c->world.now_ms, 0, json, &error) != ST_OK)
		fail_msg("%s: %s (%s)", json, error.message, error.reason);
}

/* A hit of the usual person (tests/registry/world.h), told now. `grade`: "identity", "like". */
static inline void frontier_hit_at(struct frontier *c, frontier_take *take, const char *post, int64_t at_ms, const char *hit,
				     const char *entry, const char *grade, const char *passport)
{
	char json[2048];
	struct error error;

	snprintf(json, sizeof json,
		 "{\"id\":\"%s\",\"check\":\"%.31s0\",\"point\":\"entry\",\"result\":\"stop\",\"act\":\"second-line\",\"quiet\":false,"
		 "\"traveller\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MIN SOO\"],\"birthDate\":[\"1990-03-07\"],"
		 "\"nationality\":[\"kr\"],\"passportNumber\":[\"%s\"],\"x-issuer\":[\"kr\"]}},"
		 "\"candidates\":[{\"entry\":\"%s\",\"grade\":\"%s\",\"score\":980000,\"evidence\":31500,\"act\":\"detain\",\"explanations\":[]}],"
		 "\"edition\":3,\"age\":1200}", hit, hit, passport, entry, grade);
	if (frontier_tell_at(c, take, post, at_ms, 0, json, &error) != ST_OK)
		fail_msg("%s: %s (%s)", json, error.message, error.reason);
}

static inline void frontier_hit(struct frontier *c, frontier_take *take, const char *post, const char *hit, const char *entry)
{
	frontier_hit_at(c, take, post, c->world.now_ms, hit, entry, "identity", "M12345678");
}

static inline int64_t frontier_count(struct frontier *c, const char *sql)
{
	return world_count(&c->world, sql, DB_NO_PARAMS);
}

#endif
