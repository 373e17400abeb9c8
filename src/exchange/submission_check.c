/* One row of a submission: every value by its kind, then what the values say of each other. */
#include "exchange/submission_date.h"
#include "exchange/submission_intake.h"
#include "ident/country.h"
#include "ident/document.h"
#include "ident/identifier.h"
#include "ident/mrz.h"
#include "ident/phone.h"
#include "ident/plain.h"
#include "ident/wallet.h"
#include "text/clean.h"
#include "text/script.h"

#define BIRTH_EARLIEST "1900"
#define PENALTY_MAX 1200u

struct check {
	struct intake *in;
	struct nomination *made;
	struct text values[SUBMISSION_COLUMNS][INTAKE_VALUES_MAX]; /* cleaned, none of them empty */
	size_t count[SUBMISSION_COLUMNS];
	bool nationality_bad; /* told already: a document without a country of its own is no second fault */
};

static void problem(struct check *c, enum submission_column column, struct text value, const char *reason)
{
	intake_problem(c->in, column, value, reason, 0);
}

static struct text first(const struct check *c, enum submission_column column)
{
	return c->count[column] ? c->values[column][0] : TEXT_NONE;
}

static enum status put(struct check *c, const char *property, struct text value)
{
	return entity_add(&c->made->person, property, value);
}

/* ---- cells to values ---- */

static bool kind_is(const struct submission_heading *h, const char *kind)
{
	return text_equal(h->kind, text_of(kind));
}

/* Kinds in the plural hold several values; passports and identity cards too. */
static bool is_list(const struct submission_heading *h)
{
	return (h->kind.len && h->kind.data[h->kind.len - 1] == 's') || kind_is(h, "passport") || kind_is(h, "identity");
}

/* What a spreadsheet would run when the file is opened again. */
static bool is_formula(struct text t)
{
	char next = t.len > 1 ? t.data[1] : ' ';
	bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');

	if (t.len == 0)
		return false;
	if (t.data[0] == '=')
		return true;
	if (t.data[0] != '+' && t.data[0] != '-' && t.data[0] != '@')
		return false;
	return (letter && text_has(t, TEXT("("))) || (text_has(t, TEXT("!")) && text_has(t, TEXT("|")));
}

static void value_take(struct check *c, enum submission_column column, const struct submission_heading *h, struct text value)
{
	size_t *n = &c->count[column];

	value = text_trim(value);
	if (value.len == 0)
		return;
	if (text_characters(value) > h->max)
		intake_problem(c->in, column, value, "too-long", (int64_t)h->max);
	else if (*n == INTAKE_VALUES_MAX || (*n && !is_list(h)))
		intake_problem(c->in, column, value, "too-many-values", is_list(h) ? (int64_t)INTAKE_VALUES_MAX : 1);
	else
		c->values[column][(*n)++] = value;
}

/* Several values in a cell stand on lines of their own or are divided by | or ; */
static void values_split(struct check *c, enum submission_column column, const struct submission_heading *h, struct text cell)
{
	size_t from = 0;

	if (!is_list(h) || mrz_looks_like(cell)) {
		value_take(c, column, h, cell);
		return;
	}
	for (size_t i = 0; i <= cell.len; i++)
		if (i == cell.len || cell.data[i] == '|' || cell.data[i] == ';' || cell.data[i] == '\n') {
			value_take(c, column, h, (struct text){cell.data + from, i - from});
			from = i + 1;
		}
}

static enum status cell_take(struct check *c, enum submission_column column)
{
	const struct submission_heading *h = submission_heading(column);
	const struct intake_cell *cell = &c->in->cells[column];
	enum text_fault fault;
	struct text clean;

	if (cell->reason) {
		problem(c, column, cell->text, cell->reason);
		return ST_OK;
	}
	TRY(text_clean(cell->text, c->in->arena, &clean, &fault));
	if (fault != TEXT_GOOD)
		problem(c, column, clean, fault == TEXT_CONTROL ? "control-characters" : "text-damaged");
	else if (is_formula(clean))
		problem(c, column, clean, "cell-formula");
	else
		values_split(c, column, h, clean);
	return ST_OK;
}

/* A value that was refused does not make its column a missing one. */
static bool is_empty(const struct check *c, enum submission_column column)
{
	return c->count[column] == 0 && c->in->cells[column].reason == NULL && text_trim(c->in->cells[column].text).len == 0;
}

/* ---- names ---- */

static bool name_good(struct check *c, enum submission_column column, struct text name, bool latin)
{
	if (!text_has_letter(name))
		problem(c, column, name, "name-letters");
	else if (text_mixes_scripts(name))
		problem(c, column, name, "mixed-scripts");
	else if (latin && !text_is_latin(name))
		problem(c, column, name, "not-latin");
	else
		return true;
	return false;
}

/* Hangul, Han and kana are written without a space between family and given name. */
static enum status name_join(struct check *c, struct text family, struct text given, struct text *ret)
{
	enum script script = script_main(family);
	bool joined = script == SCRIPT_HANGUL || script == SCRIPT_HAN || script == SCRIPT_KANA;
	struct buffer whole;
	enum status st;

	buffer_init(&whole, ENTITY_VALUE_MAX);
	buffer_add_text(&whole, family);
	if (!joined && family.len && given.len)
		buffer_add_char(&whole, ' ');
	buffer_add_text(&whole, given);
	st = buffer_status(&whole);
	if (st == ST_OK)
		st = arena_text(c->in->arena, buffer_text(&whole), ret);
	buffer_release(&whole);
	return st;
}

/* A whole name, or family and given name; `latin` for the columns that want Latin letters. */
static enum status name_take(struct check *c, enum submission_column whole, enum submission_column family, bool latin)
{
	enum submission_column given = (enum submission_column)(family + 1);
	struct text name = first(c, whole);
	bool good = true;

	for (size_t i = 0; i < 2; i++) {
		enum submission_column column = i ? given : family;

		if (c->count[column] && name_good(c, column, first(c, column), latin))
			TRY(put(c, i ? "firstName" : "lastName", first(c, column)));
	}
	if (name.len)
		good = name_good(c, whole, name, latin);
	else if (c->count[family] || c->count[given])
		TRY(name_join(c, first(c, family), first(c, given), &name));
	if (c->in->row->name.len == 0)
		c->in->row->name = name;
	return good ? put(c, "name", name) : ST_OK;
}

static enum status names_take(struct check *c)
{
	TRY(name_take(c, SUBMISSION_NAME, SUBMISSION_FAMILY_NAME, false));
	TRY(name_take(c, SUBMISSION_NAME_LATIN, SUBMISSION_FAMILY_NAME_LATIN, true));
	if (c->in->row->name.len == 0) {
		bool told = false;

		for (int i = SUBMISSION_NAME; i <= SUBMISSION_GIVEN_NAME_LATIN; i++)
			told = told || !is_empty(c, (enum submission_column)i);
		if (!told)
			problem(c, SUBMISSION_NAME, TEXT_NONE, "required");
	}
	for (size_t i = 0; i < c->count[SUBMISSION_ALIAS]; i++)
		if (name_good(c, SUBMISSION_ALIAS, c->values[SUBMISSION_ALIAS][i], false))
			TRY(put(c, "alias", c->values[SUBMISSION_ALIAS][i]));
	return ST_OK;
}

/* ---- dates ---- */

/* A day that must be whole; empty where there is none or a bad one. */
static enum status day_take(struct check *c, enum submission_column column, struct text *ret)
{
	struct text value = first(c, column);
	struct submission_date date = {.iso = ""};
	const char *reason;

	*ret = TEXT_NONE;
	if (value.len == 0)
		return ST_OK;
	reason = submission_date_read(value, &date);
	if (reason == NULL && (strlen(date.iso) != 10 || date.circa))
		reason = "date-partial";
	if (reason) {
		problem(c, column, value, reason);
		return ST_OK;
	}
	return arena_text(c->in->arena, text_of(date.iso), ret);
}

static enum status birth_take(struct check *c)
{
	struct text value = first(c, SUBMISSION_BIRTH_DATE);
	struct submission_date date = {.iso = ""};
	const char *reason;

	if (value.len == 0)
		return ST_OK;
	reason = submission_date_read(value, &date);
	if (reason == NULL && strncmp(date.iso, c->in->latest_day, strlen(date.iso)) > 0)
		reason = "date-future";
	if (reason == NULL && strncmp(date.iso, BIRTH_EARLIEST, 4) < 0)
		reason = "date-too-old";
	if (reason) {
		problem(c, SUBMISSION_BIRTH_DATE, value, reason);
		return ST_OK;
	}
	if (date.circa) {
		/* What is only about right: the year, and the wording for people. */
		date.iso[4] = '\0';
		TRY(put(c, "notes", value));
	}
	return put(c, "birthDate", text_of(date.iso));
}

static enum status warrant_take(struct check *c)
{
	struct nomination *n = c->made;

	n->warrant_number = first(c, SUBMISSION_WARRANT_NUMBER);
	n->warrant_issuer = first(c, SUBMISSION_WARRANT_ISSUER);
	TRY(day_take(c, SUBMISSION_WARRANT_DATE, &n->warrant_date));
	TRY(day_take(c, SUBMISSION_WARRANT_EXPIRY, &n->warrant_expiry));
	if (n->warrant_date.len && text_compare(n->warrant_date, text_of(c->in->latest_day)) > 0)
		problem(c, SUBMISSION_WARRANT_DATE, n->warrant_date, "date-future");
	if (n->warrant_expiry.len && text_compare(n->warrant_expiry, text_of(c->in->latest_day)) < 0)
		problem(c, SUBMISSION_WARRANT_EXPIRY, n->warrant_expiry, "warrant-expired");
	else if (n->warrant_expiry.len && n->warrant_date.len && text_compare(n->warrant_expiry, n->warrant_date) < 0)
		problem(c, SUBMISSION_WARRANT_EXPIRY, n->warrant_expiry, "date-order");
	return ST_OK;
}

/* ---- countries and documents ---- */

/* Codes of the values of a column; false where one is unknown, which is told. */
static bool countries_find(struct check *c, enum submission_column column, char codes[INTAKE_VALUES_MAX][3])
{
	bool good = true;

	for (size_t i = 0; i < c->count[column]; i++)
		if (!country_from_name(c->values[column][i], codes[i])) {
			problem(c, column, c->values[column][i], "country-unknown");
			codes[i][0] = '\0';
			good = false;
		}
	return good && is_empty(c, column) == (c->count[column] == 0);
}

/* The last character of a Chinese identity number checks the others. Source: GB 11643-1999, MOD 11-2 of ISO 7064. */
static bool chinese_check_fails(struct text number)
{
	static const char digits[] = "10X98765432";
	uint32_t sum = 0;

	if (number.len != 18)
		return false;
	for (size_t i = 0; i < 17; i++) {
		if (number.data[i] < '0' || number.data[i] > '9')
			return false;
		sum += (uint32_t)(number.data[i] - '0') * ((1u << (17 - i)) % 11);
	}
	return number.data[17] != digits[sum % 11];
}

/* What is wrong with a number, or NULL. */
static const char *number_fault(struct text number, bool passport, const char *country)
{
	char canonical[1024];
	struct text form = {canonical, 0};
	bool digit = false;

	if (number.len > sizeof canonical)
		return "document-number";
	form.len = document_canonical(number, false, canonical);
	for (size_t i = 0; i < form.len; i++)
		digit = digit || (form.data[i] >= '0' && form.data[i] <= '9');
	if (!digit || form.len < (passport ? 5 : 4) || form.len > (passport ? 15 : DOCUMENT_LEN_MAX))
		return "document-number";
	return !passport && strcmp(country, "cn") == 0 && chinese_check_fails(form) ? "document-check" : NULL;
}

static enum status document_put(struct check *c, enum submission_column column, struct text number, const char country[3])
{
	bool passport = column == SUBMISSION_PASSPORT_NUMBER;
	struct submission_document *d = &c->made->documents[c->made->document_count];

	if (c->made->document_count == SUBMISSION_DOCUMENTS_MAX) {
		intake_problem(c->in, column, number, "too-many-values", (int64_t)SUBMISSION_DOCUMENTS_MAX);
		return ST_OK;
	}
	*d = (struct submission_document){.kind = passport ? "passport" : "identity-card", .number = number};
	memcpy(d->country, country, strlen(country) + 1);
	c->made->document_count++;
	return put(c, passport ? "passportNumber" : "idNumber", number);
}

/* A machine-readable zone in place of a number tells number and issuer, and whether they were copied rightly. */
static enum status zone_take(struct check *c, enum submission_column column, struct text zone)
{
	char country[3] = "";
	struct text number;
	struct mrz mrz;

	if (mrz_parse(zone, 2000 + (c->in->latest_day[2] - '0') * 10 + (c->in->latest_day[3] - '0'), &mrz, NULL) != ST_OK) {
		problem(c, column, zone, "document-number");
		return ST_OK;
	}
	if (mrz_bad_field(&mrz)) {
		problem(c, column, zone, "document-check");
		return ST_OK;
	}
	(void)country_from_alpha3(text_of(mrz.issuer), country);
	TRY(arena_text(c->in->arena, text_of(mrz.number), &number));
	return document_put(c, column, number, country);
}

static enum status documents_take(struct check *c, enum submission_column column, const char nationality[3])
{
	enum submission_column country_column = (enum submission_column)(column + 1);
	char codes[INTAKE_VALUES_MAX][3];
	size_t numbers = c->count[column], countries = c->count[country_column];
	bool good = countries_find(c, country_column, codes);

	if (good && countries > 1 && countries != numbers) {
		problem(c, country_column, c->values[country_column][0], "country-count");
		good = false;
	}
	for (size_t i = 0; i < numbers; i++) {
		struct text number = c->values[column][i];
		const char *country = !good || countries == 0 ? nationality : codes[countries > 1 ? i : 0], *fault;

		if (mrz_looks_like(number)) {
			TRY(zone_take(c, column, number));
			continue;
		}
		fault = number_fault(number, column == SUBMISSION_PASSPORT_NUMBER, country);
		if (fault)
			problem(c, column, number, fault);
		else if (good && country[0] == '\0' && !c->nationality_bad)
			problem(c, country_column, TEXT_NONE, "country-missing");
		else
			TRY(document_put(c, column, number, country));
	}
	return ST_OK;
}

static enum status identity_take(struct check *c)
{
	char codes[INTAKE_VALUES_MAX][3], only[3] = "";

	if (countries_find(c, SUBMISSION_NATIONALITY, codes)) {
		for (size_t i = 0; i < c->count[SUBMISSION_NATIONALITY]; i++) {
			bool same = i == 0 || strcmp(codes[i], only) == 0;

			TRY(put(c, "nationality", text_of(codes[i])));
			memcpy(only, same ? codes[i] : "", same ? sizeof only : 1);
		}
	} else {
		c->nationality_bad = true;
	}
	TRY(documents_take(c, SUBMISSION_PASSPORT_NUMBER, only));
	return documents_take(c, SUBMISSION_ID_NUMBER, only);
}

/* ---- numbers to reach people by ---- */

static size_t digits_in(struct text t)
{
	size_t n = 0, at = 0;

	while (at < t.len)
		n += plain_digit(text_next(t, &at)) >= 0;
	return n;
}

static enum status contacts_take(struct check *c)
{
	for (size_t i = 0; i < c->count[SUBMISSION_PHONE]; i++) {
		struct text phone = c->values[SUBMISSION_PHONE][i];

		/* ITU-T E.164: at most 15 digits, with a 00 or 0 before. */
		if (digits_in(phone) < 6 || digits_in(phone) > 18 || text_has_letter(phone))
			problem(c, SUBMISSION_PHONE, phone, "phone-number");
		else
			TRY(put(c, "phone", phone));
	}
	for (size_t i = 0; i < c->count[SUBMISSION_ACCOUNT]; i++) {
		struct text account = c->values[SUBMISSION_ACCOUNT][i];
		char canonical[1024];
		struct text form = {canonical, identifier_canonical(account, canonical)};
		bool iban = form.len >= 15 && form.data[0] >= 'A' && form.data[1] >= 'A' && form.data[2] <= '9' && form.data[3] <= '9';

		if (digits_in(account) < 5 || form.len > 60 || (iban && identifier_check("iban", form) == IDENTIFIER_BAD))
			problem(c, SUBMISSION_ACCOUNT, account, "account-number");
		else
			TRY(put(c, iban ? "iban" : "accountNumber", account));
	}
	for (size_t i = 0; i < c->count[SUBMISSION_WALLET]; i++) {
		struct text wallet = c->values[SUBMISSION_WALLET][i];

		if (wallet.len < 20 || text_has(wallet, TEXT(" ")) || wallet_check(wallet).check == WALLET_BAD)
			problem(c, SUBMISSION_WALLET, wallet, "wallet-address");
		else
			TRY(put(c, "publicKey", wallet));
	}
	return ST_OK;
}

/* ---- what is asked for ---- */

static bool asks_for(const struct nomination *n, const char *measure)
{
	for (size_t i = 0; i < n->measure_count; i++)
		if (text_equal(n->measures[i], text_of(measure)))
			return true;
	return false;
}

static void measures_take(struct check *c)
{
	struct nomination *n = c->made;

	for (size_t i = 0; i < c->count[SUBMISSION_MEASURE]; i++) {
		struct text word = submission_word("measure", c->values[SUBMISSION_MEASURE][i]);
		bool twice = false;

		for (size_t k = 0; k < n->measure_count; k++)
			twice = twice || text_equal(n->measures[k], word);
		if (word.len == 0)
			problem(c, SUBMISSION_MEASURE, c->values[SUBMISSION_MEASURE][i], "measure-unknown");
		else if (!twice && n->measure_count < SUBMISSION_MEASURES_MAX)
			n->measures[n->measure_count++] = word;
	}
}

/* A person is detained only on a warrant, whoever asks for it; one stopped at a border must be told from others. */
static void measures_check(struct check *c)
{
	static const enum submission_column warrant[] = {SUBMISSION_WARRANT_NUMBER, SUBMISSION_WARRANT_ISSUER, SUBMISSION_WARRANT_EXPIRY};
	const struct nomination *n = c->made;
	bool known = !is_empty(c, SUBMISSION_BIRTH_DATE) || !is_empty(c, SUBMISSION_PASSPORT_NUMBER) || !is_empty(c, SUBMISSION_ID_NUMBER);

	for (size_t i = 0; asks_for(n, "detain") && i < 3; i++)
		if (is_empty(c, warrant[i]))
			problem(c, warrant[i], TEXT_NONE, "detain-warrant");
	if (asks_for(n, "protect") && (asks_for(n, "detain") || asks_for(n, "refuse-entry")))
		problem(c, SUBMISSION_MEASURE, c->in->cells[SUBMISSION_MEASURE].text, "measures-conflict");
	if (!known && (asks_for(n, "detain") || asks_for(n, "refuse-entry")))
		problem(c, SUBMISSION_BIRTH_DATE, TEXT_NONE, "identity-needed");
}

static void number_take(struct check *c)
{
	struct text value = first(c, SUBMISSION_PENALTY_MONTHS), word;
	uint64_t months = 0;
	size_t at = 0;
	bool digits = value.len != 0;

	c->made->penalty_months = -1;
	if (value.len == 0)
		return;
	word = submission_word("penalty", value);
	if (word.len) {
		digits = text_to_uint(word, PENALTY_MAX, &months) == ST_OK;
	} else {
		while (at < value.len && digits) {
			int digit = plain_digit(text_next(value, &at));

			digits = digit >= 0;
			months = digits && months <= PENALTY_MAX ? months * 10 + (uint64_t)digit : months;
		}
	}
	if (!digits)
		problem(c, SUBMISSION_PENALTY_MONTHS, value, "penalty-number");
	else if (months == 0 || months > PENALTY_MAX)
		intake_problem(c->in, SUBMISSION_PENALTY_MONTHS, value, "penalty-range", PENALTY_MAX);
	else
		c->made->penalty_months = (int64_t)months;
}

static enum status words_take(struct check *c)
{
	struct text gender = first(c, SUBMISSION_GENDER), handling = first(c, SUBMISSION_HANDLING), word;

	if (gender.len) {
		word = submission_word("gender", gender);
		if (word.len == 0)
			problem(c, SUBMISSION_GENDER, gender, "gender-unknown");
		TRY(put(c, "gender", word));
	}
	if (handling.len) {
		word = submission_word("handling", handling);
		if (word.len == 0)
			problem(c, SUBMISSION_HANDLING, handling, "handling-unknown");
		else
			c->made->handling = (uint8_t)(word.data[0] - '0');
	}
	number_take(c);
	return ST_OK;
}

/* ---- the row ---- */

static enum status row_take(struct check *c)
{
	struct nomination *n = c->made;

	for (int i = 0; i < SUBMISSION_COLUMNS; i++)
		TRY(cell_take(c, (enum submission_column)i));
	for (int i = 0; i < SUBMISSION_COLUMNS; i++)
		if (text_equal(submission_heading((enum submission_column)i)->required, TEXT("y")) &&
		    is_empty(c, (enum submission_column)i))
			problem(c, (enum submission_column)i, TEXT_NONE, "required");
	c->in->row->reference = first(c, SUBMISSION_REFERENCE);
	/* A row without a reference is refused in the end, but looked at whole. */
	TRY(entity_begin(&n->person, c->in->arena, c->in->row->reference.len ? c->in->row->reference : TEXT("-"), "Person",
			 TEXT("submission")));
	TRY(names_take(c));
	TRY(birth_take(c));
	TRY(put(c, "birthPlace", first(c, SUBMISSION_BIRTH_PLACE)));
	TRY(identity_take(c));
	TRY(contacts_take(c));
	TRY(put(c, "notes", first(c, SUBMISSION_NOTES)));
	n->offence = first(c, SUBMISSION_OFFENCE);
	n->law = first(c, SUBMISSION_LAW);
	n->article = first(c, SUBMISSION_ARTICLE);
	n->purpose = first(c, SUBMISSION_PURPOSE);
	TRY(words_take(c));
	TRY(warrant_take(c));
	measures_take(c);
	measures_check(c);
	return ST_OK;
}

enum status submission_check(struct intake *in, struct nomination **ret_nomination)
{
	struct check c; /* 16 KB, of which only the counts need to be empty */

	c.in = in;
	c.nationality_bad = false;
	memset(c.count, 0, sizeof c.count);
	c.made = ARENA_NEW(in->arena, struct nomination, 1);
	if (c.made == NULL)
		return arena_failure(in->arena, NULL);
	TRY(row_take(&c));
	*ret_nomination = c.made;
	return ST_OK;
}
