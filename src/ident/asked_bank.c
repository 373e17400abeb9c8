#include <stdio.h>

#include "ident/asked_parts.h"
#include "ident/identifier.h"
#include "ident/phone.h"

#include "bank_words.inc"
#include "banks.inc"
#include "iban.inc"

#define ACCOUNT_MIN 5u
#define ACCOUNT_MAX 24u
#define NAME_SIZE 128u /* letters of a bank's name */
#define IBAN_MAX 34u

/* Letters that only look like those of an IBAN are not guessed at. */
static bool is_latin(struct text plain)
{
	size_t at = 0;

	while (at < plain.len) {
		uint32_t c = text_next(plain, &at);

		if (c >= 0x80 && !asked_is_mark(c))
			return false;
	}
	return true;
}

bool asked_iban(struct text plain, struct asked *ret)
{
	char room[ASKED_INPUT_MAX];
	struct text t;

	if (!is_latin(plain))
		return false;
	if (text_starts(plain, TEXT("IBAN")) || text_starts(plain, TEXT("iban")))
		plain = (struct text){plain.data + 4, plain.len - 4};
	t = (struct text){room, identifier_canonical(plain, room)};
	if (t.len > IBAN_MAX || identifier_check("iban", t) != IDENTIFIER_GOOD)
		return false;
	ret->kind = ASKED_BANK;
	(void)snprintf(ret->x, sizeof ret->x, "bank|iban:%.*s", TEXT_ARG(t));
	(void)snprintf(ret->shown, sizeof ret->shown, "%.*s", TEXT_ARG(t));
	return true;
}

bool asked_iban_like(struct text plain)
{
	char room[ASKED_INPUT_MAX];
	struct text t = {room, identifier_canonical(plain, room)};

	if (t.len < 15 || t.len > IBAN_MAX || !is_latin(plain))
		return false;
	for (size_t i = 0; i < IBAN_COUNT; i++)
		if (text_starts(t, iban_rows[i].country))
			return t.len == iban_rows[i].len;
	return false;
}

/* Bakong: jonhsmith@nbcq. A full stop behind the @ makes it an address of e-mail. */
bool asked_bakong(struct text plain, struct asked *ret)
{
	size_t at = text_find(plain, '@', 0), n;

	if (at == 0 || plain.len - at < 3 || plain.len > NAME_SIZE)
		return false;
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.data[i];
		bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (!word && i != at && (i > at || (c != '.' && c != '_' && c != '-')))
			return false;
	}
	ret->kind = ASKED_BANK;
	n = (size_t)snprintf(ret->x, sizeof ret->x, "bank|kh:bakong:");
	for (size_t i = 0; i <= plain.len; i++) {
		char c = i < plain.len ? plain.data[i] : 0;

		ret->shown[i] = ret->x[n + i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	return true;
}

/* The longest run of digits, with what people write between them; the rest is words. */
struct account {
	char digits[ACCOUNT_MAX + 1];
	size_t len;
	size_t from, to; /* where it stands */
};

static void account_find(struct text plain, struct account *ret)
{
	struct account now = {.len = 0};
	bool open = false;

	*ret = now;
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.data[i];

		if (c >= '0' && c <= '9') {
			if (!open)
				now = (struct account){.from = i};
			open = true;
			if (now.len < ACCOUNT_MAX)
				now.digits[now.len] = c;
			now.len++;
			now.to = i + 1;
		} else if (strchr(" -.", c) == NULL) {
			open = false;
		}
		if (now.len > ret->len)
			*ret = now;
	}
}

/* Letters and digits of a bank's name, small, without the words that tell nothing. */
struct bank_name {
	char data[NAME_SIZE];
	size_t len;
};

static struct text bank_word_cut(struct text word)
{
	for (size_t i = 0; i < BANK_WORDS_COUNT; i++) {
		struct text w = bank_words_rows[i].word;

		if (text_equal(word, w))
			return TEXT_NONE;
		if ((uint8_t)w.data[0] < 0x80 || word.len < w.len)
			continue;
		if (text_starts(word, w))
			return (struct text){word.data + w.len, word.len - w.len};
		if (text_equal((struct text){word.data + word.len - w.len, w.len}, w))
			return (struct text){word.data, word.len - w.len};
	}
	return word;
}

static void name_take(struct bank_name *name, struct text word)
{
	word = bank_word_cut(word);
	if (name->len + word.len <= NAME_SIZE && word.len) {
		memcpy(name->data + name->len, word.data, word.len);
		name->len += word.len;
	}
}

static void name_add(struct bank_name *name, struct text in)
{
	char word[NAME_SIZE];
	size_t at = 0, n = 0;

	while (at < in.len) {
		size_t from = at;
		uint32_t c = text_next(in, &at);

		if (asked_is_mark(c)) {
			name_take(name, (struct text){word, n});
			n = 0;
		} else if (n + 4 <= sizeof word) {
			memcpy(word + n, in.data + from, at - from);
			if (c >= 'A' && c <= 'Z')
				word[n] = (char)(c | 0x20);
			n += at - from;
		}
	}
	name_take(name, (struct text){word, n});
}

static bool bank_has(const struct banks_row *bank, struct text name)
{
	struct text rest = bank->aliases, alias;

	if (text_equal(bank->code, name) || text_equal_nocase(bank->bank, name))
		return name.len > 0;
	while (text_split(&rest, '|', &alias))
		if (text_equal(alias, name))
			return true;
	return false;
}

/* With no country, the only one that has such a bank; `ret_many`: several do. */
static const struct banks_row *bank_find(struct text name, struct text country, bool *ret_many)
{
	const struct banks_row *found = NULL;

	*ret_many = false;
	for (size_t i = 0; i < BANKS_COUNT; i++) {
		const struct banks_row *bank = &banks_rows[i];

		if ((country.len && !text_equal_nocase(bank->country, country)) || !bank_has(bank, name))
			continue;
		if (found && !text_equal(found->country, bank->country))
			*ret_many = true;
		if (found == NULL)
			found = bank;
	}
	return *ret_many ? NULL : found;
}

bool asked_names_bank(struct text plain)
{
	struct bank_name name = {.len = 0};
	struct account account;
	bool many;

	account_find(plain, &account);
	if (account.len < ACCOUNT_MIN)
		return false;
	name_add(&name, (struct text){plain.data, account.from});
	name_add(&name, (struct text){plain.data + account.to, plain.len - account.to});
	return name.len && (bank_find((struct text){name.data, name.len}, TEXT_NONE, &many) != NULL || many);
}

static enum status write_account(struct text country, struct text bank, struct text account, struct asked *ret, struct error *ret_error)
{
	ret->kind = ASKED_BANK;
	TRY(asked_write(ret->x, sizeof ret->x, ret_error, "bank|%.*s:%.*s:%.*s", TEXT_ARG(country), TEXT_ARG(bank), TEXT_ARG(account)));
	return asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s %.*s", TEXT_ARG(bank), TEXT_ARG(account));
}

/* PromptPay by telephone is the telephone: the same as in its payment code. */
static bool is_promptpay_phone(const struct banks_row *bank, struct text account)
{
	return text_equal(bank->bank, TEXT("PROMPTPAY")) && account.len == 10 && account.data[0] == '0';
}

static enum status known_account(const struct banks_row *bank, struct text account, struct asked *ret, struct error *ret_error)
{
	struct asked_query query = {.country = bank->country};

	if (is_promptpay_phone(bank, account))
		return asked_phone(account, &query, ret, ret_error);
	if (account.len < bank->min || account.len > bank->max)
		return error_because(ret_error, ST_MALFORMED, "account-length", NULL, "too many or too few digits");
	return write_account(bank->country, bank->bank, account, ret, ret_error);
}

static enum status unknown_account(struct text name, struct text country, struct text account, struct asked *ret, struct error *ret_error)
{
	char lower[3] = {0}, upper[NAME_SIZE];

	if (country.len != 2)
		return error_because(ret_error, ST_MALFORMED, "country-needed", NULL, "banks of several countries have the name");
	if (account.len < ACCOUNT_MIN || account.len > ACCOUNT_MAX)
		return error_because(ret_error, ST_MALFORMED, "account-length", NULL, "too many or too few digits");
	for (size_t i = 0; i < 2; i++)
		lower[i] = (char)(country.data[i] | 0x20);
	for (size_t i = 0; i < name.len; i++)
		upper[i] = name.data[i] >= 'a' && name.data[i] <= 'z' ? (char)(name.data[i] - 0x20) : name.data[i];
	ret->warnings |= ASKED_BANK_UNKNOWN;
	return write_account(text_of(lower), (struct text){upper, name.len}, account, ret, ret_error);
}

enum status asked_bank(struct text plain, const struct asked_query *query, struct asked *ret, struct error *ret_error)
{
	struct bank_name name = {.len = 0};
	const struct banks_row *bank;
	struct account account;
	struct text digits;
	bool many;

	if (asked_iban(plain, ret) || asked_bakong(plain, ret))
		return ST_OK;
	account_find(plain, &account);
	if (query->bank.len == 0 && asked_iban_like(plain))
		return error_because(ret_error, ST_MALFORMED, "one-character-wrong", NULL, "the sum of the IBAN does not hold");
	if (account.len == 0)
		return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "no account number");
	if (account.len > ACCOUNT_MAX)
		return error_because(ret_error, ST_MALFORMED, "account-length", NULL, "too many digits");
	if (query->bank.len) {
		name_add(&name, query->bank);
	} else {
		name_add(&name, (struct text){plain.data, account.from});
		name_add(&name, (struct text){plain.data + account.to, plain.len - account.to});
	}
	if (name.len == 0)
		return error_because(ret_error, ST_MALFORMED, "bank-needed", NULL, "the same number may be of many banks");
	digits = (struct text){account.digits, account.len};
	bank = bank_find((struct text){name.data, name.len}, query->country, &many);
	return bank ? known_account(bank, digits, ret, ret_error)
		    : unknown_account((struct text){name.data, name.len}, many ? TEXT_NONE : query->country, digits, ret, ret_error);
}

static bool is_word(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.data[i] != '-' && ((uint8_t)t.data[i] >= 0x80 || asked_is_mark((uint8_t)t.data[i])))
			return false;
	return t.len > 0;
}

enum status asked_bank_account(struct text country, struct text bank, struct text account, struct asked *ret, struct error *ret_error)
{
	if (!is_word(bank) || !is_word(account))
		return error_because(ret_error, ST_MALFORMED, "payment-account", NULL, "no account of a bank");
	for (size_t i = 0; i < BANKS_COUNT; i++)
		if (text_equal(banks_rows[i].country, country) &&
		    (text_equal(banks_rows[i].code, bank) || text_equal(banks_rows[i].bank, bank)))
			return write_account(country, banks_rows[i].bank, account, ret, ret_error);
	ret->warnings |= ASKED_BANK_UNKNOWN;
	return write_account(country, bank, account, ret, ret_error);
}
