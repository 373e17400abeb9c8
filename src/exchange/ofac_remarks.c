#include "exchange/ofac_remarks.h"

#include "exchange/ofac_identifiers.h"

enum act { ACT_DATE, ACT_COUNTRY, ACT_TEXT, ACT_GENDER, ACT_WALLET };

struct remark {
	const char *starts;
	enum act act;
	const char *property;
};

static const struct remark remarks_known[] = {
	{"DOB ", ACT_DATE, "birthDate"},
	{"POB ", ACT_TEXT, "birthPlace"},
	{"nationality ", ACT_COUNTRY, "nationality"},
	{"citizen ", ACT_COUNTRY, "citizenship"},
	{"Gender ", ACT_GENDER, "gender"},
	{"Digital Currency Address - ", ACT_WALLET, "publicKey"},
};

/* "123 (Iraq) expires 2010": the number ends at the bracket, the issuer is inside it. */
static void number_cut(struct text *number, struct text *ret_country)
{
	size_t open = text_find(*number, '(', 0), close = text_find(*number, ')', open);

	*ret_country = TEXT_NONE;
	if (open < number->len) {
		*ret_country = (struct text){number->data + open + 1, close - open - 1};
		number->len = open;
	} else {
		for (size_t i = 0; i + 7 < number->len; i++)
			if (memcmp(number->data + i, " expires", 8 < number->len - i ? 8 : number->len - i) == 0) {
				number->len = i;
				break;
			}
	}
	*number = text_trim(*number);
}

static enum status remark_apply(struct record *r, const struct remark *known, struct text value)
{
	size_t skip;

	switch (known->act) {
	case ACT_DATE:
		return record_birth_date(r, value);
	case ACT_COUNTRY:
		return record_country(r, known->property, value);
	case ACT_TEXT:
		return record_add(r, known->property, value);
	case ACT_GENDER:
		return record_add(r, known->property, text_starts(value, TEXT("F")) ? TEXT("female") : TEXT("male"));
	case ACT_WALLET: /* "XBT 1A2b...": the currency, then the address */
		skip = text_find(value, ' ', 0);
		return record_add(r, known->property, (struct text){value.data + skip, value.len - skip});
	}
	return ST_OK;
}

static enum status weak_alias(struct record *r, struct text remark, bool *ret_taken)
{
	size_t first = text_find(remark, '\'', 0), last = remark.len;

	*ret_taken = text_starts(remark, TEXT("a.k.a. '")) || text_starts(remark, TEXT("f.k.a. '"));
	if (!*ret_taken)
		return ST_OK;
	while (last > first + 1 && remark.data[last - 1] != '\'')
		last--;
	return record_add(r, "weakAlias",
			  last > first + 2 ? (struct text){remark.data + first + 1, last - first - 2} : TEXT_NONE);
}

static enum status remark_read(struct record *r, struct text remark)
{
	struct text value, country;
	const char *property;
	bool taken;

	if (remark.len && remark.data[remark.len - 1] == '.')
		remark.len--;
	if (text_starts(remark, TEXT("alt. ")))
		remark = (struct text){remark.data + 5, remark.len - 5};
	TRY(weak_alias(r, remark, &taken));
	if (taken)
		return ST_OK;
	for (size_t i = 0; i < sizeof remarks_known / sizeof remarks_known[0]; i++) {
		struct text start = text_of(remarks_known[i].starts);

		if (text_starts(remark, start))
			return remark_apply(r, &remarks_known[i],
					    (struct text){remark.data + start.len, remark.len - start.len});
	}
	property = ofac_identifier_begins(remark, &value);
	if (property == NULL)
		return record_add(r, "notes", remark);
	number_cut(&value, &country);
	return ofac_identifier_add(r, property, value, country, TEXT_NONE);
}

enum status ofac_remarks_read(struct record *r, struct text remarks)
{
	struct text rest = remarks, one;

	while (rest.len && text_split(&rest, ';', &one))
		TRY(remark_read(r, text_trim(one)));
	return ST_OK;
}
