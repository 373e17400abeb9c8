#include "border/misuse.h"

#include <math.h>
#include <stdio.h>

#include "border/inside.h"

#define EARTH_M 6371008.8
#define METRES_PER_MS_INVERSE 4 /* 900 km/h are a metre in four milliseconds */
#define CLOCKS_GOOD_MS ((int64_t)2 * 60000)
#define CLOCKS_UNKNOWN_MS ((int64_t)10 * 60000)
#define OTHERS_MAX 50

static double radians(int64_t millionths)
{
	return (double)millionths / 1e6 * (M_PI / 180.0);
}

/* Nothing that is signed or stored comes of it; a metre more or less decides nothing. */
int64_t misuse_distance(const struct misuse_seen *a, const struct misuse_seen *b)
{
	double north = sin((radians(b->latitude) - radians(a->latitude)) / 2), east = sin((radians(b->longitude) - radians(a->longitude)) / 2);
	double h = north * north + cos(radians(a->latitude)) * cos(radians(b->latitude)) * east * east;

	return (int64_t)(2 * EARTH_M * asin(sqrt(h > 1 ? 1 : h)));
}

bool misuse_is(const struct misuse_seen *a, const struct misuse_seen *b)
{
	int64_t apart_ms = a->at_ms > b->at_ms ? a->at_ms - b->at_ms : b->at_ms - a->at_ms;
	int64_t clocks_ms = a->clock_known && b->clock_known ? CLOCKS_GOOD_MS : CLOCKS_UNKNOWN_MS;

	if (!a->placed || !b->placed)
		return apart_ms <= MISUSE_NEAR_MS;
	return misuse_distance(a, b) > (apart_ms + clocks_ms) / METRES_PER_MS_INVERSE;
}

/* ---- among the hits ---- */

static struct misuse_seen seen_of(const struct db_rows *rows, size_t i)
{
	return (struct misuse_seen){.at_ms = db_int(rows, i, 2), .clock_known = !db_is_null(rows, i, 3), .placed = !db_is_null(rows, i, 4),
				    .latitude = db_int(rows, i, 4), .longitude = db_int(rows, i, 5)};
}

#define SEEN_COLUMNS "h.id, h.post_id, h.at, h.clock_offset, p.latitude, p.longitude, h.document, h.entry_id, h.grade"

/* `hit` is marked as seen where `other` was, and its post is told. */
static enum status mark(struct border *border, struct db_tx *tx, struct text id, struct text other, struct arena *arena,
			struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct hit_line line = {.hit = id, .at_ms = now_ms, .officer = TEXT("clock"), .act = TEXT("misuse")};
	struct hit_row hit;
	char fields[64];

	TRY(db_exec(tx, "UPDATE hit SET version = version + 1, misuse_of = coalesce(misuse_of, $2) WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(other)), NULL, ret_error));
	TRY(hit_row_load(tx, id, arena, &hit, ret_error));
	snprintf(fields, sizeof fields, "{\"hit\":\"%.*s\"}", TEXT_ARG(other));
	line.state = hit.state;
	line.fields = text_of(fields);
	TRY(hit_line_add(tx, &line, now_ms, arena, ret_error));
	TRY(hit_tell_post(border, tx, &hit, line.act, line.officer, hit.state, ret_error));
	return db_tell(tx, "hit", id, now_ms, ret_error);
}

/* The same document; or both surely the same listed person: two who are merely like him are two honest people. */
enum status hit_compare(struct border *border, struct db_tx *tx, struct text id, struct arena *arena, struct error *ret_error)
{
	struct misuse_seen self, other;
	struct db_rows mine, others;

	TRY(db_query_one(tx, "SELECT " SEEN_COLUMNS HIT_FROM "WHERE h.id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &mine, ret_error));
	self = seen_of(&mine, 0);
	TRY(db_query(tx, "SELECT " SEEN_COLUMNS HIT_FROM "WHERE h.document = $1 AND h.at BETWEEN $2 AND $3 AND h.post_id <> $4"
		     " UNION SELECT " SEEN_COLUMNS HIT_FROM "WHERE h.entry_id = $5 AND h.at BETWEEN $2 AND $3 AND h.post_id <> $4"
		     " AND h.grade = 'identity' AND $6 = 'identity' ORDER BY 3 DESC LIMIT $7",
		     DB_PARAMS(DB_V_TEXT(db_text(&mine, 0, 6)), DB_V_INT(self.at_ms - MISUSE_WINDOW_MS),
			       DB_V_INT(self.at_ms + MISUSE_WINDOW_MS), DB_V_TEXT(db_text(&mine, 0, 1)), DB_V_TEXT(db_text(&mine, 0, 7)),
			       DB_V_TEXT(db_text(&mine, 0, 8)), DB_V_INT(OTHERS_MAX)),
		     arena, &others, ret_error));
	for (size_t i = 0; i < others.rows; i++) {
		other = seen_of(&others, i);
		if (!misuse_is(&self, &other))
			continue;
		TRY(mark(border, tx, id, db_text(&others, i, 0), arena, ret_error));
		return mark(border, tx, db_text(&others, i, 0), id, arena, ret_error);
	}
	return ST_OK;
}
