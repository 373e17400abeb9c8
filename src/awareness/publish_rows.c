/* The rows of the bulletin's tables. */
#include <stdlib.h>

#include "awareness/publish.h"
#include "ident/asked.h"

/* Months since January 2020, as people count them (UTC). */
static uint16_t month_of(int64_t ms)
{
	/* days to civil, Howard Hinnant's algorithm: March begins the year */
	int64_t z = ms / AWARENESS_DAY_MS + 719468, era = z / 146097, doe = z - era * 146097,
		yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153,
		month = mp < 10 ? mp + 2 : mp - 10, year = yoe + era * 400 + (month <= 1);
	int64_t months = (year - 2020) * 12 + month;

	return months < 0 ? 0 : months > 511 ? 511 : (uint16_t)months;
}

static void country_of(struct text country, char out[3])
{
	if (country.len == 2)
		memcpy(out, country.data, 2);
}

static bool output_of(const struct db_rows *rows, size_t i, size_t column, struct published *ret)
{
	struct bytes output = db_blob(rows, i, column);

	if (output.len != sizeof ret->output.b)
		return false;
	memcpy(ret->output.b, output.data, output.len);
	return true;
}

/* The weak second form of a name or a wallet; nothing of all else. */
static struct text similar_of(struct text x, struct asked *room)
{
	struct text rest = x, kind = TEXT_NONE, service = TEXT_NONE;
	struct asked_query query = {.kind = ASKED_WALLET};

	if (!text_split(&rest, '|', &kind) || (!text_equal(kind, TEXT("handle")) && !text_equal(kind, TEXT("wallet"))) ||
	    !text_split(&rest, ':', &service))
		return TEXT_NONE;
	query.text = rest;
	if (text_equal(kind, TEXT("handle"))) {
		query.kind = ASKED_HANDLE;
		query.service = service;
	}
	if (asked_read(&query, room, NULL) != ST_OK || !text_equal(text_of(room->x), x))
		return TEXT_NONE;
	return text_of(room->similar);
}

static int by_x(const void *a, const void *b)
{
	const struct published *left = a, *right = b;
	int order = text_compare(left->x, right->x);

	return order ? order : memcmp(left->payload, right->payload, sizeof left->payload);
}

/* For what is only similar to something confirmed: a hint, of as little as is confirmed, for names like a stranger's are soon found. */
static enum status similar_add(struct arena *arena, struct published *rows, size_t *count, struct error *ret_error)
{
	size_t own = *count, all = *count, kept = 0;

	for (size_t i = 0; i < own; i++) {
		struct bulletin_check check;
		struct asked room;
		struct text x;

		TRY(bulletin_check_unpack(rows[i].payload, &check, ret_error));
		x = check.verdict == BULLETIN_CONFIRMED ? similar_of(rows[i].x, &room) : TEXT_NONE;
		if (x.len == 0)
			continue;
		rows[all] = rows[i];
		rows[all].known = false;
		rows[all].passing = true;
		if (arena_text(arena, x, &rows[all].x) != ST_OK)
			return arena_failure(arena, ret_error);
		all++;
	}
	qsort(rows, all, sizeof rows[0], by_x);
	for (size_t i = 0; i < all; i++)
		if (kept == 0 || !text_equal(rows[kept - 1].x, rows[i].x))
			rows[kept++] = rows[i];
	*count = kept;
	return ST_OK;
}

/* One x stands in one row: an official contact before what is confirmed, that before what is reported. */
enum status published_checks(struct db_tx *tx, const char *key_id, int64_t now_ms, struct arena *arena, struct published **ret, size_t *ret_count,
			     struct error *ret_error)
{
	struct db_rows rows;
	struct published *out;
	size_t count = 0;

	TRY(db_query(tx, "SELECT a.x, a.rank, a.reports, a.at, a.country, a.authority, e.output FROM ("
		     " SELECT v.x AS x, 0 AS rank, 0 AS reports, c.proposed_at AS at, c.country AS country, 0 AS authority FROM contact_value v"
		     " JOIN official_contact c ON c.id = v.contact_id WHERE v.safe = 1 AND c.shown = 1"
		     " UNION ALL SELECT x, 1, reports, confirmed_at, country, authority FROM listing WHERE safe = 0 AND state = 'in-force'"
		     " AND verdict = 'confirmed'"
		     " UNION ALL SELECT x, 2, reports, first_at, country, authority FROM listing WHERE safe = 0 AND state = 'in-force'"
		     " AND verdict = 'reported' AND (suppressed_until IS NULL OR suppressed_until <= $2)"
		     ") a LEFT JOIN evaluated e ON e.x = a.x AND e.key_id = $1 ORDER BY a.x, a.rank",
		     DB_PARAMS(DB_V_TEXT(text_of(key_id)), DB_V_INT(now_ms)), arena, &rows, ret_error));
	out = ARENA_NEW(arena, struct published, 2 * rows.rows + 1);
	if (out == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++) {
		struct bulletin_check check = {.month = month_of(db_int(&rows, i, 3)), .authority = (uint8_t)db_int(&rows, i, 5)};
		int64_t rank = db_int(&rows, i, 1), reports = db_int(&rows, i, 2);

		if (count && text_equal(out[count - 1].x, db_text(&rows, i, 0)))
			continue;
		check.verdict = rank == 0 ? BULLETIN_OFFICIAL : rank == 1 ? BULLETIN_CONFIRMED : BULLETIN_REPORTED;
		if (check.verdict == BULLETIN_REPORTED)
			check.band = reports >= 100 ? BULLETIN_FROM_100 : reports >= 10 ? BULLETIN_FROM_10 : BULLETIN_FROM_3;
		country_of(db_text(&rows, i, 4), check.country);
		out[count].x = db_text(&rows, i, 0);
		out[count].known = output_of(&rows, i, 6, &out[count]);
		TRY(bulletin_check_pack(&check, out[count].payload, ret_error));
		count++;
	}
	TRY(similar_add(arena, out, &count, ret_error));
	*ret = out;
	*ret_count = count;
	return ST_OK;
}

static enum status receipt_x(struct text digits, struct arena *arena, struct text *ret, struct error *ret_error)
{
	char x[32] = "receipt|";

	memcpy(x + 8, digits.data, digits.len < 16 ? digits.len : 16);
	return arena_text(arena, text_of(x), ret) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

enum status published_receipts(struct db_tx *tx, const char *key_id, struct arena *arena, struct published **ret, size_t *ret_count,
			       struct error *ret_error)
{
	struct db_rows rows;
	struct published *out;

	TRY(db_query(tx, "SELECT r.digits, r.state, r.country, r.day, c.number, n.reports, r.reason, e.output FROM receipt r"
		     " LEFT JOIN campaign c ON c.id = r.campaign_id"
		     " LEFT JOIN (SELECT campaign_id, count(*) AS reports FROM report WHERE campaign_id IS NOT NULL GROUP BY campaign_id) n"
		     " ON n.campaign_id = r.campaign_id LEFT JOIN evaluated e ON e.x = 'receipt|' || r.digits AND e.key_id = $1 ORDER BY r.digits",
		     DB_PARAMS(DB_V_TEXT(text_of(key_id))), arena, &rows, ret_error));
	out = ARENA_NEW(arena, struct published, rows.rows + 1);
	if (out == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++) {
		int64_t others = db_int(&rows, i, 5) - 1;
		struct bulletin_receipt receipt = {.state = (uint8_t)db_int(&rows, i, 1), .day = (uint16_t)db_int(&rows, i, 3),
						   .campaign = (uint32_t)db_int(&rows, i, 4), .reason = (uint8_t)db_int(&rows, i, 6)};

		receipt.others = others < 0 ? 0 : others > 65535 ? 65535 : (uint16_t)others;
		country_of(db_text(&rows, i, 2), receipt.country);
		TRY(receipt_x(db_text(&rows, i, 0), arena, &out[i].x, ret_error));
		out[i].known = output_of(&rows, i, 7, &out[i]);
		TRY(bulletin_receipt_pack(&receipt, out[i].payload, ret_error));
	}
	*ret = out;
	*ret_count = rows.rows;
	return ST_OK;
}
