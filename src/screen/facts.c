#include "screen/facts.h"

#include "ident/country.h"
#include "ident/document.h"
#include "ident/identifier.h"
#include "ident/phone.h"
#include "ident/wallet.h"
#include "screen/image.h"

#define IDENTIFIER_LEN_MIN 4u
#define IDENTIFIER_LEN_MAX 200u

struct identifier_property {
	const char *name;
	enum identifier_kind kind;
};

static const struct identifier_property identifier_properties[] = {
	{"passportNumber", ID_DOCUMENT}, {"idNumber", ID_DOCUMENT},      {"socialSecurityNumber", ID_DOCUMENT},
	{"taxNumber", ID_OTHER},         {"innCode", ID_OTHER},          {"ogrnCode", ID_OTHER},
	{"registrationNumber", ID_OTHER},{"leiCode", ID_OTHER},          {"swiftBic", ID_OTHER},
	{"imoNumber", ID_OTHER},         {"mmsi", ID_OTHER},             {"uniqueEntityId", ID_OTHER},
	{"npiCode", ID_OTHER},           {"isin", ID_OTHER},             {"callSign", ID_OTHER},
	{"vatCode", ID_OTHER},           {"kppCode", ID_OTHER},          {"okpoCode", ID_OTHER},
	{"phone", ID_PHONE},             {"publicKey", ID_WALLET},       {"iban", ID_OTHER},
	{"serialNumber", ID_OTHER},      {"uscCode", ID_OTHER},          {"dunsCode", ID_OTHER},
	{"bikCode", ID_OTHER},
};

static const char *const country_properties[] = {"nationality", "citizenship", "country", "jurisdiction", "flag",
						 "birthCountry"};

uint16_t country_code(struct text t)
{
	uint16_t code = 0;

	if (t.len != 2)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		char c = t.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if (c < 'a' || c > 'z')
			return 0;
		code = (uint16_t)(code << 8 | (uint8_t)c);
	}
	return code;
}

static enum schema_group group_of(struct text schema)
{
	static const struct {
		const char *schema;
		enum schema_group group;
	} groups[] = {
		{"Person", GROUP_PERSON},      {"LegalEntity", GROUP_ANY},        {"Thing", GROUP_ANY},
		{"Organization", GROUP_ORGANISATION}, {"Company", GROUP_ORGANISATION},
		{"PublicBody", GROUP_ORGANISATION},   {"Vessel", GROUP_OBJECT},   {"Airplane", GROUP_OBJECT},
		{"Vehicle", GROUP_OBJECT},     {"CryptoWallet", GROUP_OBJECT},    {"Security", GROUP_OBJECT},
		{"BankAccount", GROUP_OBJECT}, {"Asset", GROUP_OBJECT},
	};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		if (text_equal(schema, text_of(groups[i].schema)))
			return groups[i].group;
	return GROUP_OTHER;
}

/* YYYY, YYYY-MM or YYYY-MM-DD (what follows a T or a space is a time and ignored). */
static bool date_parse(struct text t, uint32_t *ret_packed)
{
	uint64_t part[3] = {0, 0, 0};
	struct text rest = t, piece;
	size_t n = 0;

	for (size_t i = 0; i < rest.len; i++)
		if (rest.data[i] == 'T' || rest.data[i] == ' ') {
			rest.len = i;
			break;
		}
	while (n < 3 && text_split(&rest, '-', &piece)) {
		if (piece.len != (n == 0 ? 4u : 2u) || text_to_uint(piece, 9999, &part[n]) != ST_OK)
			return false;
		n++;
	}
	if (rest.data || n == 0 || part[0] < 1800 || part[0] > 2200 || part[1] > 12 || part[2] > 31 ||
	    (n > 1 && part[1] == 0) || (n > 2 && part[2] == 0))
		return false;
	*ret_packed = DATE_PACK(part[0], part[1], part[2]);
	return true;
}

/* Writes the form that is compared into `room` (as long as the value); gives its length. */
static size_t canonical(enum identifier_kind kind, struct text in, bool filler_is_k, char *room)
{
	switch (kind) {
	case ID_DOCUMENT:
		return document_canonical(in, filler_is_k, room);
	case ID_PHONE:
		return phone_canonical(in, TEXT_NONE, room);
	case ID_WALLET:
		return wallet_canonical(in, room);
	case ID_OTHER:
		break;
	}
	return identifier_canonical(in, room);
}

static void keep(struct facts *facts, const struct fact_identifier *id)
{
	for (size_t i = 0; i < facts->identifier_count; i++) {
		struct fact_identifier *have = &facts->identifiers[i];

		if (have->kind == id->kind && text_equal(have->value, id->value) &&
		    (have->country == id->country || have->country == 0 || id->country == 0)) {
			if (have->country == 0)
				have->country = id->country;
			return;
		}
	}
	if (id->value.len >= IDENTIFIER_LEN_MIN && facts->identifier_count < FACTS_IDENTIFIERS_MAX)
		facts->identifiers[facts->identifier_count++] = *id;
}

enum status facts_identifier(struct facts *facts, enum identifier_kind kind, struct text value, struct text country,
			     struct arena *arena)
{
	struct fact_identifier id = {.kind = kind, .country = country_code(country), .shown = value};

	if (value.len > IDENTIFIER_LEN_MAX)
		return ST_OK;
	if (facts->identifiers == NULL) {
		facts->identifiers = ARENA_NEW(arena, struct fact_identifier, FACTS_IDENTIFIERS_MAX);
		if (facts->identifiers == NULL)
			return arena_failure(arena, NULL);
	}
	/* A '<' within a number was printed for a mark, or is a K read wrong: both are looked for. */
	for (int filler_is_k = 0; filler_is_k <= (kind == ID_DOCUMENT && text_find(value, '<', 0) < value.len);
	     filler_is_k++) {
		char *room = arena_alloc(arena, value.len, 1);

		if (room == NULL)
			return arena_failure(arena, NULL);
		id.guessed = filler_is_k;
		id.value = (struct text){room, canonical(kind, value, filler_is_k, room)};
		keep(facts, &id);
	}
	return ST_OK;
}

static enum gender gender_of(struct text t)
{
	if (text_equal_nocase(t, TEXT("male")) || text_equal_nocase(t, TEXT("m")))
		return GENDER_MALE;
	if (text_equal_nocase(t, TEXT("female")) || text_equal_nocase(t, TEXT("f")))
		return GENDER_FEMALE;
	return t.len ? GENDER_OTHER : GENDER_UNKNOWN;
}

/* FollowTheMoney has two letters; people also write KHM and Cambodia. */
static void country_add(struct facts *facts, struct text value)
{
	uint16_t code = country_code(value);
	char alpha2[3];

	if (code == 0 && value.len > 2 && country_from_name(value, alpha2))
		code = country_code((struct text){alpha2, 2});
	if (code == 0 || facts->country_count == FACTS_COUNTRIES_MAX)
		return;
	for (size_t i = 0; i < facts->country_count; i++)
		if (facts->countries[i] == code)
			return;
	facts->countries[facts->country_count++] = code;
}

static enum status dates_add(struct facts *facts, const struct property *property, bool strict,
			     struct error *ret_error)
{
	for (size_t i = 0; property && i < property->count; i++) {
		uint32_t packed;
		bool known = false;

		if (!date_parse(property->values[i], &packed)) {
			if (strict)
				return error_at(ret_error, ST_MALFORMED, "birthDate", 0,
						"a date is YYYY, YYYY-MM or YYYY-MM-DD");
			continue;
		}
		for (size_t k = 0; k < facts->date_count; k++)
			known = known || facts->dates[k].from == packed;
		if (!known && facts->date_count < FACTS_DATES_MAX)
			facts->dates[facts->date_count++] = (struct fact_date){packed, 0};
	}
	return ST_OK;
}

/* "kr M12345678": numbers whose issuers are known one by one. */
static enum status documents_of(const struct property *property, struct arena *arena, struct facts *facts)
{
	for (size_t i = 0; property && i < property->count; i++) {
		struct text rest = property->values[i], country;

		if (text_split(&rest, ' ', &country))
			TRY(facts_identifier(facts, ID_DOCUMENT, rest, country, arena));
	}
	return ST_OK;
}

enum status facts_of(const struct entity *entity, bool strict, struct arena *arena, struct facts *ret_facts,
		     struct error *ret_error)
{
	struct facts facts = {.group = group_of(entity->schema)};

	TRY(dates_add(&facts, entity_get(entity, "birthDate"), strict, ret_error));
	for (size_t i = 0; i < sizeof country_properties / sizeof country_properties[0]; i++) {
		const struct property *p = entity_get(entity, country_properties[i]);

		for (size_t k = 0; p && k < p->count; k++)
			country_add(&facts, p->values[k]);
	}
	facts.gender = gender_of(entity_first(entity, "gender"));
	for (size_t i = 0; i < sizeof identifier_properties / sizeof identifier_properties[0]; i++) {
		const struct property *p = entity_get(entity, identifier_properties[i].name);

		for (size_t k = 0; p && k < p->count; k++)
			TRY(facts_identifier(&facts, identifier_properties[i].kind, p->values[k],
					     entity_first(entity, "x-issuer"), arena));
	}
	TRY(documents_of(entity_get(entity, "x-document"), arena, &facts));
	*ret_facts = facts;
	return ST_OK;
}

/* ---- bytes ---- */

static void put16(struct buffer *out, uint32_t v)
{
	uint8_t b[2] = {(uint8_t)v, (uint8_t)(v >> 8)};

	buffer_add(out, b, sizeof b);
}

static void put32(struct buffer *out, uint32_t v)
{
	put16(out, v & 0xFFFF);
	put16(out, v >> 16);
}

void facts_write(const struct facts *facts, struct buffer *out)
{
	buffer_add_char(out, (char)facts->group);
	buffer_add_char(out, (char)facts->gender);
	buffer_add_char(out, (char)facts->date_count);
	for (size_t i = 0; i < facts->date_count; i++) {
		put32(out, facts->dates[i].from);
		put32(out, facts->dates[i].to);
	}
	buffer_add_char(out, (char)facts->country_count);
	for (size_t i = 0; i < facts->country_count; i++)
		put16(out, facts->countries[i]);
	buffer_add_char(out, (char)facts->identifier_count);
	for (size_t i = 0; i < facts->identifier_count; i++) {
		const struct fact_identifier *id = &facts->identifiers[i];

		buffer_add_char(out, (char)id->kind);
		put16(out, id->country);
		buffer_add_char(out, (char)id->value.len);
		buffer_add_text(out, id->value);
	}
}

struct cursor {
	const uint8_t *at, *end;
	bool bad;
};

static uint32_t take(struct cursor *c, size_t n)
{
	uint32_t v = 0;

	if ((size_t)(c->end - c->at) < n) {
		c->bad = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		v |= (uint32_t)c->at[i] << (8 * i);
	c->at += n;
	return v;
}

size_t facts_read(struct bytes in, struct fact_identifier identifiers[FACTS_IDENTIFIERS_MAX], struct facts *ret_facts)
{
	struct cursor c = {in.data, in.data + in.len, false};
	struct facts f = {.identifiers = identifiers};

	f.group = (enum schema_group)take(&c, 1);
	f.gender = (enum gender)take(&c, 1);
	f.date_count = take(&c, 1);
	if (c.bad || f.date_count > FACTS_DATES_MAX || f.group > GROUP_ANY || f.gender > GENDER_OTHER)
		return 0;
	for (size_t i = 0; i < f.date_count; i++) {
		f.dates[i].from = take(&c, 4);
		f.dates[i].to = take(&c, 4);
	}
	f.country_count = take(&c, 1);
	if (c.bad || f.country_count > FACTS_COUNTRIES_MAX)
		return 0;
	for (size_t i = 0; i < f.country_count; i++)
		f.countries[i] = (uint16_t)take(&c, 2);
	f.identifier_count = take(&c, 1);
	if (c.bad || f.identifier_count > FACTS_IDENTIFIERS_MAX)
		return 0;
	for (size_t i = 0; i < f.identifier_count; i++) {
		size_t len;

		identifiers[i] = (struct fact_identifier){.kind = (enum identifier_kind)(take(&c, 1) & 3)};
		identifiers[i].country = (uint16_t)take(&c, 2);
		len = take(&c, 1);
		if (c.bad || (size_t)(c.end - c.at) < len)
			return 0;
		identifiers[i].value = (struct text){(const char *)c.at, len};
		identifiers[i].shown = identifiers[i].value;
		c.at += len;
	}
	if (c.bad)
		return 0;
	*ret_facts = f;
	return (size_t)(c.at - in.data);
}
