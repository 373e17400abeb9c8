#include "ident/asked_find.h"

#include "ident/asked_parts.h"
#include "ident/payment.h"
#include "ident/phone.h"
#include "ident/plain.h"
#include "ident/suffix.h"

/* In characters. */
#define TOKEN_MAX 512u
#define NUMBER_MAX 64u
#define BEFORE_MAX 64u /* of what stands before a number or a name and says whose it is */
#define WORDS_MAX 4u   /* of a bank's name */
#define STARTS_MAX 4u  /* of a token within another */

struct finding {
	struct text all;
	struct text country;
	struct asked_found *out;
	size_t room, count;
	size_t from; /* behind the last one found */
};

static bool take(struct finding *f, size_t at, size_t len, const struct asked *asked)
{
	f->from = at + len;
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->out[i].asked.x, asked->x) == 0)
			return true;
	if (f->count < f->room)
		f->out[f->count++] = (struct asked_found){.at = at, .len = len, .asked = *asked};
	return true;
}

static bool read_as(struct finding *f, size_t at, size_t len, enum asked_kind kind, struct text service)
{
	struct asked_query query = {.text = {f->all.data + at, len}, .kind = kind, .country = f->country, .service = service};
	struct asked asked;

	return asked_read(&query, &asked, NULL) == ST_OK && take(f, at, len, &asked);
}

static uint32_t narrow(uint32_t c)
{
	return c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c;
}

/* ASCII that may stand in an address or a name, in any width; marks that nobody sees go along. */
static bool in_token(uint32_t c)
{
	c = narrow(c);
	return (c > 0x20 && c < 0x7f && strchr("<>\"{}|^`", (int)c) == NULL) || (c >= 0x80 && (asked_is_unseen(c) || plain_digit(c) >= 0));
}

static size_t token_end(struct text all, size_t at)
{
	size_t next = at;

	for (size_t n = 0; next < all.len && n < TOKEN_MAX; n++) {
		size_t before = next;

		if (!in_token(text_next(all, &next)))
			return before;
	}
	return next;
}

/* One character back. */
static size_t back(struct text all, size_t at)
{
	do
		at--;
	while (at && ((uint8_t)all.data[at] & 0xc0) == 0x80);
	return at;
}

/* Where the word before `at` begins on its line, behind `floor`; `*ret_end`: where it ends. `at` where there is none. */
static size_t word_start(struct text all, size_t at, size_t floor, size_t *ret_end)
{
	size_t start = at, place = at;

	*ret_end = at;
	for (size_t n = 0; place > floor && n < BEFORE_MAX; n++) {
		size_t before = back(all, place), next = before;
		uint32_t c = narrow(text_next(all, &next));

		if (c == '\n' || (asked_is_mark(c) && start < at))
			break;
		if (!asked_is_mark(c)) {
			*ret_end = start == at ? next : *ret_end;
			start = before;
		}
		place = before;
	}
	return start;
}

/* Without the stops and brackets behind it. */
static size_t token_trim(struct text all, size_t at, size_t end)
{
	while (end > at && strchr(".,;:!?)]'*", all.data[end - 1]))
		end--;
	return end;
}

/* The word before `at`, past "id": 텔레그램 아이디: */
static struct text word_before(const struct finding *f, size_t at)
{
	static const char *const ids[] = {"id", "ID", "Id", "아이디", "ไอดี", "号"};
	size_t end, start = word_start(f->all, at, f->from, &end);
	struct text word = {f->all.data + start, end - start};

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		if (start < at && text_equal(word, text_of(ids[i]))) {
			start = word_start(f->all, start, f->from, &end);
			return (struct text){f->all.data + start, end - start};
		}
	return word;
}

/* A host without a scheme or path is one only under a top-level domain that there is, in small letters: sentences lack blanks, too. */
static bool is_link(struct text t)
{
	size_t dot = 0;

	if (asked_url_like(t))
		return true;
	if (!asked_host_like(t) || text_find(t, '@', 0) < t.len)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (t.data[i] == '.')
			dot = i + 1;
	return suffix_is_known((struct text){t.data + dot, t.len - dot});
}

static bool token_read(struct finding *f, size_t at, size_t token_len)
{
	size_t len = token_trim(f->all, at, at + token_len) - at, payment;
	struct text rest = {f->all.data + at, f->all.len - at}, before;
	struct asked_text text;
	int service;

	if (text_starts(rest, TEXT("000201")) && (payment = payment_length(rest)) > 0)
		return read_as(f, at, payment, ASKED_BANK, TEXT_NONE);
	if (len < 3 || asked_text_make((struct text){rest.data, len}, &text, NULL) != ST_OK || text.plain.len < 3)
		return false;
	before = word_before(f, at);
	service = before.len ? asked_service_behind(before) : -1;
	if (text.plain.data[0] == '@')
		return read_as(f, at, len, ASKED_HANDLE, service >= 0 ? asked_service_name(service) : TEXT_NONE);
	if (text.plain.len >= 26 && asked_wallet_like(text.plain))
		return read_as(f, at, len, ASKED_WALLET, TEXT_NONE);
	if (is_link(text.whole))
		return read_as(f, at, len, ASKED_URL, TEXT_NONE);
	if (service >= 0)
		return read_as(f, at, len, ASKED_HANDLE, asked_service_name(service));
	return text.plain.len >= 15 && read_as(f, at, len, ASKED_BANK, TEXT_NONE);
}

/* Digits and what is written between them, from a digit, '+' or '('; the end is behind the last digit. */
static size_t number_end(struct text all, size_t at, size_t *ret_digits)
{
	size_t next = at, end = at, gap = 0;

	*ret_digits = 0;
	for (size_t n = 0; next < all.len && n < NUMBER_MAX && gap < 3; n++) {
		uint32_t c = text_next(all, &next);

		if (plain_digit(c) >= 0) {
			end = next;
			gap = 0;
			++*ret_digits;
		} else if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == 0xa0 || c == 0x2010 || c == 0x2011 || c == 0x2013 ||
			   (c == '+' && *ret_digits == 0) || (c == 0xff0b && *ret_digits == 0)) {
			gap++;
		} else if (!asked_is_unseen(c) || c < 0x20) {
			break;
		}
	}
	return end;
}

/* A bank's name before it on the line makes it an account. */
static bool account_read(struct finding *f, size_t at, size_t end)
{
	size_t from = at, word_end;

	for (size_t words = 0; words < WORDS_MAX; words++) {
		size_t start = word_start(f->all, from, f->from, &word_end);
		struct asked_query query = {.text = {f->all.data + start, end - start}, .country = f->country};
		struct asked asked;

		if (start == from)
			return false;
		if (asked_read(&query, &asked, NULL) == ST_OK && asked.kind == ASKED_BANK)
			return take(f, at, end - at, &asked);
		from = start;
	}
	return false;
}

/* Whether the country's code was put before a number that does not begin with the nought that is dialled. */
static bool is_bare(const struct finding *f, size_t at, size_t digits, const struct asked *asked)
{
	const size_t len = strlen(asked->x) - strlen("phone|");
	struct text all = f->all;
	uint32_t c;

	do
		c = narrow(text_next(all, &at));
	while (at < all.len && plain_digit(c) < 0 && c != '+');
	return c != '+' && plain_digit(c) != 0 && len > digits &&
	       phone_dials_nought(f->country, (struct text){asked->x + strlen(asked->x) - digits, digits});
}

/* Else it is a telephone where the plan gives such numbers out. */
static bool number_read(struct finding *f, size_t at)
{
	size_t digits, end = number_end(f->all, at, &digits);
	struct asked_query query = {.text = {f->all.data + at, end - at}, .kind = ASKED_PHONE, .country = f->country};
	struct asked asked;

	if (digits < 7 || digits > 24)
		return false;
	if (account_read(f, at, end))
		return true;
	if (asked_read(&query, &asked, NULL) != ST_OK || asked.warnings & ASKED_UNUSUAL || is_bare(f, at, digits, &asked))
		return false;
	return take(f, at, end - at, &asked);
}

/* Where a token may begin: after what is none, and a few times behind a mark within one. */
struct tokens {
	size_t end;
	size_t starts;
};

static bool token_at(struct finding *f, struct tokens *t, size_t at, uint32_t c, uint32_t last)
{
	bool within = at < t->end;

	if (!in_token(c) || (within && (last >= 0x80 || strchr(":=(,[", (int)last) == NULL || t->starts >= STARTS_MAX)))
		return false;
	t->starts = within ? t->starts + 1 : 0;
	t->end = within ? t->end : token_end(f->all, at);
	return token_read(f, at, t->end - at);
}

static bool number_at(struct finding *f, size_t at, uint32_t c, uint32_t last)
{
	return (plain_digit(c) >= 0 || c == '+' || c == '(') && plain_digit(last) < 0 && number_read(f, at);
}

size_t asked_find(struct text message, struct text country, struct asked_found *out, size_t room)
{
	struct finding f = {.all = message, .country = country, .out = out, .room = room};
	struct tokens tokens = {.end = 0};
	uint32_t last = ' ';
	size_t at = 0;

	if (f.all.len > ASKED_FIND_MAX) {
		f.all.len = ASKED_FIND_MAX;
		if (((uint8_t)message.data[f.all.len] & 0xc0) == 0x80)
			f.all.len = back(message, f.all.len);
	}
	while (at < f.all.len && f.count < room) {
		size_t next = at;
		uint32_t c = narrow(text_next(f.all, &next));

		if (token_at(&f, &tokens, at, c, last) || number_at(&f, at, c, last)) {
			at = f.from;
			tokens.end = at;
			last = ' ';
			continue;
		}
		last = c;
		at = next;
	}
	return f.count;
}
