#include "exchange/submission_date.h"

#include <stdio.h>

#include "exchange/submission_table.h"
#include "ident/plain.h"

#define LEN_MAX 160u
#define NUMBERS_MAX 3u

struct tokens {
	struct {
		uint32_t number, digits;
		bool month; /* by its name */
	} at[NUMBERS_MAX];
	size_t count;
	char between; /* the sign between the first two numbers, ' ' for a space or a word */
	bool buddhist, common, circa;
};

/* ASCII digits, lower case. Gives 0 for what is too long. */
static size_t regular(struct text in, char out[LEN_MAX])
{
	size_t n = 0, at = 0;

	while (at < in.len) {
		uint32_t c = text_next(in, &at);
		int digit = plain_digit(c);

		if (n + 4 > LEN_MAX)
			return 0;
		if (digit >= 0)
			c = (uint32_t)('0' + digit);
		else if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		n += text_encode(c, out + n);
	}
	return n;
}

/* Without a time of day at the end, which must be midnight: another one was shifted from a zone to a zone. */
static bool cut_time(struct text *t)
{
	size_t colon = text_find(*t, ':', 0), from = colon;

	if (colon == t->len)
		return true;
	while (from && t->data[from - 1] >= '0' && t->data[from - 1] <= '9')
		from--;
	for (size_t i = from; i < t->len; i++)
		if (strchr("0:.z", t->data[i]) == NULL)
			return false;
	if (from < 2 || (t->data[from - 1] != 't' && t->data[from - 1] != ' '))
		return false;
	t->len = from - 1;
	return true;
}

static bool number_take(struct text t, size_t *at, struct tokens *to)
{
	uint32_t number = 0, digits = 0;

	for (; *at < t.len && t.data[*at] >= '0' && t.data[*at] <= '9'; ++*at, digits++)
		number = digits < 8 ? number * 10 + (uint32_t)(t.data[*at] - '0') : 0;
	if (to->count == NUMBERS_MAX || digits > 8)
		return false;
	to->at[to->count].number = number;
	to->at[to->count].month = false;
	to->at[to->count++].digits = digits;
	return true;
}

static bool word_take(struct text t, size_t *at, struct tokens *to)
{
	struct text rest = {t.data + *at, t.len - *at};
	size_t month_len, len;
	struct text month = submission_word_at("month", rest, &month_len), word = submission_word_at("date", rest, &len);
	uint64_t number;

	if (month_len > len) {
		if (to->count == NUMBERS_MAX || text_to_uint(month, 12, &number) != ST_OK)
			return false;
		to->at[to->count].number = (uint32_t)number;
		to->at[to->count].digits = 2;
		to->at[to->count++].month = true;
		*at += month_len;
		return true;
	}
	to->buddhist = to->buddhist || text_equal(word, TEXT("buddhist"));
	to->common = to->common || text_equal(word, TEXT("common"));
	to->circa = to->circa || text_equal(word, TEXT("circa"));
	*at += len;
	return len > 0;
}

static bool tokens_find(struct text t, struct tokens *to)
{
	size_t at = 0;

	*to = (struct tokens){.between = ' '};
	while (at < t.len) {
		char c = t.data[at];

		if (c >= '0' && c <= '9') {
			if (!number_take(t, &at, to))
				return false;
		} else if (strchr(" ./-,", c)) {
			if (to->count == 1 && c != ' ')
				to->between = c;
			at++;
		} else if (!word_take(t, &at, to)) {
			return false;
		}
	}
	return to->count > 0;
}

/* Which number is the year, the month, the day. Gives NULL or the reason. */
static const char *arrange(const struct tokens *t, uint32_t ymd[3])
{
	uint32_t n[NUMBERS_MAX] = {t->at[0].number, t->at[1].number, t->at[2].number};
	bool first = t->at[0].digits == 4 && !t->at[0].month, last = t->at[t->count - 1].digits == 4 && !t->at[t->count - 1].month;

	ymd[0] = ymd[1] = ymd[2] = 0;
	if (t->count == 1 && t->at[0].digits == 8) {
		ymd[0] = n[0] / 10000;
		ymd[1] = n[0] / 100 % 100;
		ymd[2] = n[0] % 100;
		return ymd[1] && ymd[2] ? NULL : "date-impossible";
	}
	for (size_t i = 0; i < t->count; i++)
		if (t->at[i].digits > 4 || t->at[i].digits == 3 || (t->at[i].digits == 4 && i != 0 && i + 1 != t->count))
			return "date-unreadable";
	if (!first && !last)
		return "date-unreadable";
	if (first && last && t->count > 1)
		return "date-unreadable";
	if (first) {
		for (size_t i = 0; i < t->count; i++)
			ymd[i] = n[i];
		return t->count == 3 && t->at[2].month ? "date-unreadable" : NULL;
	}
	ymd[0] = n[t->count - 1];
	if (t->count == 2) {
		ymd[1] = n[0];
		return NULL;
	}
	if (t->at[0].month || (n[1] > 12 && n[0] <= 12 && !t->at[1].month)) {
		ymd[1] = n[0];
		ymd[2] = n[1];
		return NULL;
	}
	ymd[1] = n[1];
	ymd[2] = n[0];
	return (t->between == '/' || t->between == '-') && !t->at[1].month && n[0] <= 12 && n[0] != n[1] ? "date-ambiguous" : NULL;
}

static uint32_t days_in(uint32_t year, uint32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0) ? 29 : days[month - 1];
}

const char *submission_date_read(struct text in, struct submission_date *ret_date)
{
	char room[LEN_MAX];
	struct text t = {room, regular(in, room)};
	struct tokens tokens;
	uint32_t ymd[3];
	const char *reason;

	if (t.len == 0 || !cut_time(&t) || !tokens_find(t, &tokens))
		return "date-unreadable";
	reason = arrange(&tokens, ymd);
	if (reason)
		return reason;
	if (tokens.buddhist || (ymd[0] >= 2400 && ymd[0] <= 2600 && !tokens.common))
		ymd[0] = ymd[0] > 543 ? ymd[0] - 543 : 0;
	if (ymd[0] < 1000 || ymd[0] > 9999 || ymd[1] > 12 || (ymd[1] == 0 && tokens.count > 1) ||
	    (ymd[1] && (ymd[2] > days_in(ymd[0], ymd[1]) || (ymd[2] == 0 && tokens.count > 2))))
		return "date-impossible";
	snprintf(ret_date->iso, sizeof ret_date->iso, "%04u-%02u-%02u", ymd[0] % 10000, ymd[1] % 100, ymd[2] % 100);
	ret_date->iso[ymd[2] ? 10 : ymd[1] ? 7 : 4] = '\0';
	ret_date->circa = tokens.circa;
	return NULL;
}
