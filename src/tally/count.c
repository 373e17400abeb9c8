#include "tally/count.h"

#include "db/catalogue.h"
#include "tally/outcome.h"

#define COUNTRIES_MAX (26u * 26u)

/* ---- what the hub's tables say ---- */

/* $1: first moment of the month, $2: of the next. One row: the value, and how many persons or cases stand behind it where that is
 * another number. Only counts are selected. */
static const struct {
	const char *from, *table, *sql;
} counters[] = {
	{"checks", "crossing_count", "SELECT coalesce(sum(count), 0) FROM crossing_count WHERE hour >= $1 AND hour < $2"},
	{"referrals", "crossing_count", "SELECT coalesce(sum(count), 0) FROM crossing_count WHERE hour >= $1 AND hour < $2 AND result <> 'pass'"},
	{"hits", "hit_act", "SELECT count(DISTINCT hit_id) FROM hit_act WHERE at >= $1 AND at < $2 AND act = 'confirm' AND not_possible IS NULL"},
	{"listed", "entry_event", "SELECT count(*) FROM (SELECT min(at) AS first FROM entry_event WHERE to_state = 'published' GROUP BY entry_id) e"
	 " WHERE first >= $1 AND first < $2"},
	{"removed", "entry_event", "SELECT count(DISTINCT entry_id) FROM entry_event WHERE at >= $1 AND at < $2 AND to_state IN ('removed', 'expired')"
	 " AND from_state IN ('published', 'suspended', 'under-appeal')"},
	{"appeals", "appeal", "SELECT count(*) FROM appeal WHERE decided_at >= $1 AND decided_at < $2 AND state IN ('dismissed', 'upheld')"},
	/* Whole minutes, rounded up, of the one in the middle. */
	{"report-read", "report", "SELECT (read_at - received_at + 59999) / 60000,"
	 " (SELECT count(*) FROM report WHERE received_at >= $1 AND received_at < $2 AND read_at IS NOT NULL) FROM report"
	 " WHERE received_at >= $1 AND received_at < $2 AND read_at IS NOT NULL ORDER BY read_at - received_at, id LIMIT 1 OFFSET"
	 " (SELECT count(*) / 2 FROM report WHERE received_at >= $1 AND received_at < $2 AND read_at IS NOT NULL)"},
	{"disputes-upheld", "dispute", "SELECT count(*) FROM dispute WHERE (state = 'upheld' AND decided_at >= $1 AND decided_at < $2)"
	 " OR (state = 'appeal-upheld' AND appeal_at >= $1 AND appeal_at < $2)"},
	{"calls", "rescue", "SELECT count(*) FROM rescue WHERE received_at >= $1 AND received_at < $2"},
	/* By acts, for a call that rings anew forgets who had acknowledged it. Five minutes are in the figure's name. */
	{"calls-answered", "rescue", "SELECT count(*) FROM rescue r WHERE r.received_at >= $1 AND r.received_at < $2"
	 " AND (SELECT count(DISTINCT p.country) FROM desk_act a JOIN person p ON p.id = a.officer"
	 " WHERE a.subject_id = r.id AND a.act = 'acknowledge' AND a.at <= r.received_at + 300000) = 2"},
	{"calls-closed", "rescue", "SELECT count(*) FROM (SELECT min(a.at) AS first FROM desk_act a JOIN rescue r ON r.id = a.subject_id"
	 " WHERE a.act = 'agree' GROUP BY a.subject_id) c WHERE first >= $1 AND first < $2"},
};

struct counting {
	const struct tally *tally;
	struct db_tx *tx;
	struct arena *arena;
	int64_t month;
	const struct db_table *tables;
	size_t table_count;
	struct db_rows outcomes;
	json_t *cells, *joint;
};

static bool table_there(const struct counting *c, const char *name)
{
	for (size_t i = 0; i < c->table_count; i++)
		if (text_equal(c->tables[i].name, text_of(name)))
			return true;
	return false;
}

static enum status no_memory(struct error *ret_error)
{
	return error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

static enum status cell_add(struct counting *c, const struct figure_definition *d, int64_t value, int64_t people, struct error *ret_error)
{
	json_t *cell = json_pack("{s:s%, s:I, s:I}", "id", d->id.data, d->id.len, "value", (json_int_t)value, "people", (json_int_t)people);

	return cell && json_array_append_new(c->cells, cell) == 0 ? ST_OK : no_memory(ret_error);
}

static enum status counter_run(struct counting *c, const struct figure_definition *d, struct error *ret_error)
{
	int64_t from_ms, until_ms;
	struct db_rows row;
	size_t i = 0;

	while (i < sizeof counters / sizeof counters[0] && !text_equal(d->from, text_of(counters[i].from)))
		i++;
	if (i == sizeof counters / sizeof counters[0] || !table_there(c, counters[i].table))
		return ST_OK;
	tally_month_bounds(c->month, &from_ms, &until_ms);
	TRY(db_query(c->tx, counters[i].sql, DB_PARAMS(DB_V_INT(from_ms), DB_V_INT(until_ms)), c->arena, &row, ret_error));
	if (row.rows == 0)
		return cell_add(c, d, 0, 0, ret_error);
	return cell_add(c, d, db_int(&row, 0, 0), row.columns > 1 ? db_int(&row, 0, 1) : db_int(&row, 0, 0), ret_error);
}

/* ---- what officers entered ---- */

enum column { FIGURE, COUNTRY, NUMBER, PEOPLE, SIDE, CODE, CONFIRMED, HOST, PARTNER };

static const char outcome_sql[] =
	"SELECT o.figure, o.country, o.number, o.people, o.side, coalesce(j.code, ''), o.confirmed_at, coalesce(j.host, ''), coalesce(j.partner, '')"
	" FROM outcome o LEFT JOIN joint_operation j ON j.id = o.joint_id WHERE o.month = $1 AND o.state = 'confirmed'"
	" ORDER BY o.figure, o.country, 6, o.confirmed_at, o.id";

static bool together(const struct db_rows *r, size_t a, size_t b)
{
	return text_equal(db_text(r, a, FIGURE), db_text(r, b, FIGURE)) && text_equal(db_text(r, a, COUNTRY), db_text(r, b, COUNTRY)) &&
	       text_equal(db_text(r, a, CODE), db_text(r, b, CODE));
}

enum sides { SIDES_NONE, SIDES_BOTH, SIDES_ONE, SIDES_WAITING };

/* What both sides said of one thing: rows first to before end, the first being the one that counts. */
static enum sides sides_of(const struct counting *c, size_t first, size_t end)
{
	const struct db_rows *r = &c->outcomes;

	if (db_text(r, first, CODE).len == 0)
		return SIDES_NONE;
	for (size_t i = first + 1; i < end; i++)
		if (!text_equal(db_text(r, i, SIDE), db_text(r, first, SIDE)) && db_int(r, i, NUMBER) == db_int(r, first, NUMBER) &&
		    db_int(r, i, PEOPLE) == db_int(r, first, PEOPLE))
			return SIDES_BOTH;
	return env_now(c->tally->env) - db_int(r, first, CONFIRMED) >= OUTCOME_SIDE_MS ? SIDES_ONE : SIDES_WAITING;
}

static enum status joint_add(struct counting *c, size_t row, enum sides sides, struct error *ret_error)
{
	const struct db_rows *r = &c->outcomes;
	struct text code = db_text(r, row, CODE), host = db_text(r, row, HOST), partner = db_text(r, row, PARTNER);
	const char *word = sides == SIDES_BOTH ? "both" : "one";
	json_t *one;

	for (size_t i = 0; i < json_array_size(c->joint); i++) {
		one = json_array_get(c->joint, i);
		if (!text_equal(text_of(json_string_value(json_object_get(one, "id"))), code))
			continue;
		return sides == SIDES_ONE && json_object_set_new(one, "sides", json_string(word)) != 0 ? no_memory(ret_error) : ST_OK;
	}
	one = json_pack("{s:s%, s:s%, s:s%, s:s}", "id", code.data, code.len, "host", host.data, host.len, "partner", partner.data, partner.len,
			"sides", word);
	return one && json_array_append_new(c->joint, one) == 0 ? ST_OK : no_memory(ret_error);
}

/* Sums of one figure. */
struct summing {
	int64_t value, people;
	bool any, both, one;
	struct {
		struct text country;
		int64_t value;
	} parts[COUNTRIES_MAX];
	size_t part_count;
};

static enum status sum_add(struct counting *c, struct summing *s, size_t row, struct error *ret_error)
{
	struct text country = db_text(&c->outcomes, row, COUNTRY);
	int64_t number = db_int(&c->outcomes, row, NUMBER);

	s->any = true;
	s->value += number;
	s->people += db_int(&c->outcomes, row, PEOPLE);
	if (text_equal(country, TEXT("--")) || number == 0)
		return ST_OK;
	if (s->part_count == 0 || !text_equal(s->parts[s->part_count - 1].country, country)) {
		if (s->part_count == COUNTRIES_MAX)
			return error_set(ret_error, ST_LIMIT, "too many nationalities");
		s->parts[s->part_count++].country = country;
		s->parts[s->part_count - 1].value = 0;
	}
	s->parts[s->part_count - 1].value += number;
	return ST_OK;
}

static enum status summed_add(struct counting *c, const struct figure_definition *d, const struct summing *s, struct error *ret_error)
{
	json_t *cell, *parts;

	TRY(cell_add(c, d, s->value, s->people, ret_error));
	cell = json_array_get(c->cells, json_array_size(c->cells) - 1);
	if ((s->both || s->one) && json_object_set_new(cell, "sides", json_string(s->one ? "one" : "both")) != 0)
		return no_memory(ret_error);
	if (s->part_count == 0)
		return ST_OK;
	parts = json_array();
	if (json_object_set_new(cell, "parts", parts) != 0)
		return no_memory(ret_error);
	for (size_t i = 0; i < s->part_count; i++)
		if (json_array_append_new(parts, json_pack("{s:s%, s:I}", "country", s->parts[i].country.data, s->parts[i].country.len, "value",
							   (json_int_t)s->parts[i].value)) != 0)
			return no_memory(ret_error);
	return ST_OK;
}

static enum status entered_sum(struct counting *c, const struct figure_definition *d, struct error *ret_error)
{
	const struct db_rows *r = &c->outcomes;
	struct summing *s = ARENA_NEW(c->arena, struct summing, 1);

	if (s == NULL)
		return arena_failure(c->arena, ret_error);
	for (size_t i = 0, end; i < r->rows; i = end) {
		enum sides sides;

		for (end = i + 1; end < r->rows && db_text(r, i, CODE).len && together(r, i, end);)
			end++;
		if (!text_equal(db_text(r, i, FIGURE), d->id))
			continue;
		sides = sides_of(c, i, end);
		if (sides == SIDES_WAITING)
			continue;
		s->both = s->both || sides == SIDES_BOTH;
		s->one = s->one || sides == SIDES_ONE;
		TRY(sum_add(c, s, i, ret_error));
		if (sides != SIDES_NONE)
			TRY(joint_add(c, i, sides, ret_error));
	}
	return s->any ? summed_add(c, d, s, ret_error) : ST_OK;
}

static enum status count_all(struct counting *c, struct error *ret_error)
{
	const struct figure_definition *d;

	c->cells = json_array();
	c->joint = json_array();
	if (c->cells == NULL || c->joint == NULL)
		return no_memory(ret_error);
	TRY(db_tables(c->tx, c->arena, &c->tables, &c->table_count, ret_error));
	TRY(db_query(c->tx, outcome_sql, DB_PARAMS(DB_V_INT(c->month)), c->arena, &c->outcomes, ret_error));
	for (size_t i = 0; (d = figure_definition_at(i)) != NULL; i++)
		TRY(figure_entered(d) ? entered_sum(c, d, ret_error) : counter_run(c, d, ret_error));
	return ST_OK;
}

enum status tally_count(const struct tally *tally, struct db_tx *tx, int64_t month, struct arena *arena, json_t **ret_cells,
			json_t **ret_joint, struct error *ret_error)
{
	struct counting c = {.tally = tally, .tx = tx, .arena = arena, .month = month};
	enum status st = count_all(&c, ret_error);

	if (st != ST_OK) {
		json_decref(c.cells);
		json_decref(c.joint);
		return st;
	}
	*ret_cells = c.cells;
	*ret_joint = c.joint;
	return ST_OK;
}
