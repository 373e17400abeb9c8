/* The bulletin's files that people and programs read as JSON. */
#include <stdio.h>

#include "awareness/publish.h"
#include "awareness/rescue.h"
#include "model/entity_json.h"
#include "model/time.h"

static void member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

static void values_add(const struct db_rows *values, struct text contact, struct buffer *out)
{
	bool first = true;

	buffer_add_text(out, TEXT(",\"values\":["));
	for (size_t i = 0; i < values->rows; i++) {
		if (!text_equal(db_text(values, i, 0), contact))
			continue;
		buffer_add_text(out, first ? TEXT("{\"type\":") : TEXT(",{\"type\":"));
		json_add_string(out, db_text(values, i, 1));
		member(out, "value", db_text(values, i, 2));
		buffer_add_char(out, '}');
		first = false;
	}
	buffer_add_char(out, ']');
}

enum status published_contacts(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	struct db_rows rows, values;

	(void)now_ms;
	TRY(db_query(tx, "SELECT id, country, kind, serves, name, hours, languages, checked_on, source FROM official_contact WHERE state = 'in-force'"
		     " AND shown = 1 ORDER BY country, kind, id", DB_NO_PARAMS, arena, &rows, ret_error));
	TRY(db_query(tx, "SELECT v.contact_id, v.type, v.value FROM contact_value v JOIN official_contact c ON c.id = v.contact_id"
		     " WHERE c.state = 'in-force' AND c.shown = 1 ORDER BY v.contact_id, v.number", DB_NO_PARAMS, arena, &values, ret_error));
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"id\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
		member(out, "country", db_text(&rows, i, 1));
		member(out, "kind", db_text(&rows, i, 2));
		json_add_words(out, "serves", db_text(&rows, i, 3));
		buffer_printf(out, ",\"name\":%.*s", TEXT_ARG(db_text(&rows, i, 4)));
		values_add(&values, db_text(&rows, i, 0), out);
		if (db_text(&rows, i, 5).len)
			member(out, "hours", db_text(&rows, i, 5));
		json_add_words(out, "languages", db_text(&rows, i, 6));
		member(out, "checked", db_text(&rows, i, 7));
		member(out, "source", db_text(&rows, i, 8));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return buffer_status(out);
}

static const char *band(int64_t reports)
{
	return reports >= 100 ? "100+" : reports >= 10 ? "10+" : "3-9";
}

/* The public log of disputes, as counts. */
static enum status disputes_add(struct db_tx *tx, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	static const char *const states[] = {"received", "withdrawn", "upheld", "dismissed", "appealed", "appeal-upheld", "appeal-dismissed"};
	struct db_rows rows;

	TRY(db_query(tx, "SELECT state, count(*), sum(late) FROM dispute GROUP BY state", DB_NO_PARAMS, arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"disputes\":{"));
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		int64_t count = 0;

		for (size_t k = 0; k < rows.rows; k++)
			if (text_equal(db_text(&rows, k, 0), text_of(states[i])))
				count = db_int(&rows, k, 1);
		buffer_printf(out, "%s\"%s\":%lld", i ? "," : "", states[i], (long long)count);
	}
	buffer_add_char(out, '}');
	return ST_OK;
}

/* What is listed, without what it is. */
enum status published_listings(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	struct db_rows rows;

	TRY(disputes_add(tx, arena, out, ret_error));
	TRY(db_query(tx, "SELECT i.type, l.verdict, l.reports, l.proposed_at FROM listing l JOIN identifier i ON i.x = l.x WHERE l.safe = 0"
		     " AND l.state = 'in-force' AND (l.suppressed_until IS NULL OR l.suppressed_until <= $1)"
		     " ORDER BY i.type, l.verdict, l.proposed_at, l.reports",
		     DB_PARAMS(DB_V_INT(now_ms)), arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"type\":\"%.*s\",\"verdict\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)),
			      TEXT_ARG(db_text(&rows, i, 1)));
		if (text_equal(db_text(&rows, i, 1), TEXT("reported")))
			buffer_printf(out, ",\"band\":\"%s\"", band(db_int(&rows, i, 2)));
		buffer_printf(out, ",\"days\":%lld}", (long long)((now_ms - db_int(&rows, i, 3)) / AWARENESS_DAY_MS));
	}
	buffer_add_char(out, ']');
	return buffer_status(out);
}

/* Of campaigns with three reports and more; an officer gave the name. */
enum status published_campaigns(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	struct db_rows rows;
	bool first = true;

	(void)now_ms;
	TRY(db_query(tx, "SELECT c.number, c.name, min(r.received_at), max(r.received_at), count(*) FROM campaign c JOIN report r"
		     " ON r.campaign_id = c.id GROUP BY c.number, c.name HAVING count(*) >= 3 ORDER BY c.number", DB_NO_PARAMS, arena, &rows,
		     ret_error));
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		char from[TIME_SIZE], to[TIME_SIZE];

		time_write(db_int(&rows, i, 2), from);
		time_write(db_int(&rows, i, 3), to);
		buffer_printf(out, "%s{\"id\":%lld,\"name\":{\"en\":", first ? "" : ",", (long long)db_int(&rows, i, 0));
		json_add_string(out, db_text(&rows, i, 1));
		buffer_printf(out, "},\"first\":\"%.10s\",\"last\":\"%.10s\",\"reports\":\"%s\"}", from, to, band(db_int(&rows, i, 4)));
		first = false;
	}
	buffer_add_char(out, ']');
	return buffer_status(out);
}

static void call_add(const struct rescue_desk *desk, bool first, struct buffer *out)
{
	buffer_printf(out, "%s{\"id\":\"%.*s\",\"name\":{\"en\":", first ? "" : ",", TEXT_ARG(desk->country));
	json_add_string(out, desk->en);
	member(out, "km", desk->km);
	member(out, "ko", desk->ko);
	member(out, "zh", desk->zh);
	buffer_add_text(out, TEXT("}}"));
}

/* The hub's country first, then each other where somebody may acknowledge; none while nobody here may: a portal sends calls only where two stand. */
enum status published_calls(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	const struct rescue_desk *host, *desk;
	struct db_rows row;
	bool manned = false;

	(void)now_ms;
	buffer_add_text(out, TEXT(",\"items\":["));
	TRY(db_query(tx, "SELECT code FROM country WHERE host = 1", DB_NO_PARAMS, arena, &row, ret_error));
	host = row.rows ? rescue_desk_of(db_text(&row, 0, 0)) : NULL;
	if (host)
		TRY(rescue_desk_manned(tx, host, arena, &manned, ret_error));
	if (manned)
		call_add(host, true, out);
	for (size_t i = 0; host && manned && (desk = rescue_desk_at(i)) != NULL; i++) {
		bool there;

		TRY(rescue_desk_manned(tx, desk, arena, &there, ret_error));
		if (desk != host && there)
			call_add(desk, false, out);
	}
	buffer_add_char(out, ']');
	return buffer_status(out);
}
