/* The rows of the bulletin's tables. */
#include "awareness/publish.h"

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
	out = ARENA_NEW(arena, struct published, rows.rows + 1);
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
