/* Who answers calls for help, and when somebody can be reached. */
#include "awareness/rescue.h"

#include <string.h>

#include "model/time.h"

#include "awareness_rescue_desks.inc"

const struct rescue_desk *rescue_desk_at(size_t i)
{
	return i < AWARENESS_RESCUE_DESKS_COUNT ? &awareness_rescue_desks_rows[i] : NULL;
}

const struct rescue_desk *rescue_desk_of(struct text country)
{
	for (size_t i = 0; i < AWARENESS_RESCUE_DESKS_COUNT; i++)
		if (text_equal(awareness_rescue_desks_rows[i].country, country))
			return &awareness_rescue_desks_rows[i];
	return NULL;
}

enum status rescue_desk_manned(struct db_tx *tx, const struct rescue_desk *desk, struct arena *arena, bool *ret_manned, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT count(*) FROM person p JOIN person_role r ON r.person = p.id WHERE p.country = $1 AND p.state = 'active'"
			 " AND r.role = $2",
			 DB_PARAMS(DB_V_TEXT(desk->country), DB_V_TEXT(desk->desk)), arena, &row, ret_error));
	*ret_manned = db_int(&row, 0, 0) > 0;
	return ST_OK;
}

/* ---- moments that people write ---- */

#define LETTERS_MAX 100u
#define MINUTE_MS ((int64_t)60000)

/* The text with digits of any script as ASCII, everything else beyond ASCII as '?'. Gives how many. */
static size_t plain(struct text said, char out[LETTERS_MAX])
{
	static const uint32_t zeros[] = {0x0e50, 0x17e0, 0x1040, 0xff10};
	size_t count = 0;

	for (size_t at = 0; at < said.len && count < LETTERS_MAX;) {
		uint32_t c = text_next(said, &at);

		for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++)
			if (c >= zeros[i] && c < zeros[i] + 10)
				c = '0' + (c - zeros[i]);
		out[count++] = c == 0xff1a ? ':' : c < 0x80 ? (char)c : '?';
	}
	return count;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One or two digits at `at`, up to `max`; -1 where there are none. */
static int digits(const char *letters, size_t count, size_t *at, int max)
{
	int value = 0;
	size_t from = *at;

	while (*at < count && is_digit(letters[*at]) && *at - from < 2)
		value = value * 10 + (letters[(*at)++] - '0');
	return *at == from || value > max ? -1 : value;
}

/* A day as "2026-11-27" at `at`. */
static bool day_at(const char *letters, size_t count, size_t at, int64_t *ret_ms)
{
	return count - at >= 10 && letters[at + 4] == '-' && letters[at + 7] == '-' &&
	       time_read((struct text){letters + at, 10}, ret_ms, NULL) == ST_OK;
}

bool rescue_moment_read(struct text said, int32_t east, int64_t from_ms, int64_t *ret_ms)
{
	char letters[LETTERS_MAX];
	size_t count = plain(said, letters), at = 0;
	int64_t day_ms = (from_ms + east * MINUTE_MS) / TIME_DAY_MS * TIME_DAY_MS;
	int hour = -1, minute = 0;
	bool dated = false, words = false;

	/* One day at most, then one hour; digits that are neither could name another moment. */
	while (at < count) {
		if (!is_digit(letters[at])) {
			words = strchr(" .,;:-~()", letters[at++]) == NULL || words;
		} else if (!dated && hour < 0 && day_at(letters, count, at, &day_ms)) {
			dated = true;
			at += 10;
		} else {
			if (hour >= 0 || (hour = digits(letters, count, &at, 23)) < 0 || at >= count || letters[at++] != ':')
				return false;
			minute = digits(letters, count, &at, 59);
			if (minute < 0)
				return false;
		}
	}
	if (hour < 0 || (words && hour <= 12) || count == LETTERS_MAX)
		return false;
	day_ms += (hour * 60 + minute - east) * MINUTE_MS;
	if (!dated && day_ms <= from_ms)
		day_ms += TIME_DAY_MS;
	*ret_ms = day_ms;
	return day_ms > from_ms;
}
