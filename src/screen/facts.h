/* What else is known of a slot, as bytes: dates, countries, gender, schema, identifiers.
 *
 * u8 schema group, u8 gender | flags,
 * u8 n, n times { u32 from, u32 to } dates (packed; to 0 for a single date),
 * u8 n, n times u16 country (two letters),
 * u8 n, n times { u8 kind, u16 country, u8 len, bytes } identifiers in canonical form.
 */
#ifndef SCREEN_FACTS_H
#define SCREEN_FACTS_H

#include "base/arena.h"
#include "model/entity.h"

enum schema_group { GROUP_OTHER, GROUP_PERSON, GROUP_ORGANISATION, GROUP_OBJECT, GROUP_ANY };
enum gender { GENDER_UNKNOWN, GENDER_MALE, GENDER_FEMALE, GENDER_OTHER };
enum identifier_kind { ID_DOCUMENT, ID_OTHER, ID_PHONE, ID_WALLET };

#define FACTS_DATES_MAX 16u
#define FACTS_COUNTRIES_MAX 16u
#define FACTS_IDENTIFIERS_MAX 64u

struct fact_date {
	uint32_t from, to; /* packed; to 0 unless a range */
};

struct fact_identifier {
	enum identifier_kind kind;
	uint16_t country; /* two letters, 0 unknown */
	struct text value; /* canonical */
	struct text shown; /* as given; only on the query side and while building */
	bool guessed;      /* a '<' was taken for a K: one slip is spent; as `shown` */
};

struct facts {
	enum schema_group group;
	enum gender gender;
	struct fact_date dates[FACTS_DATES_MAX];
	size_t date_count;
	uint16_t countries[FACTS_COUNTRIES_MAX];
	size_t country_count;
	struct fact_identifier *identifiers;
	size_t identifier_count;
};

/* Reads what an entity says. Identifier memory comes from `arena`. `strict`: an unreadable date is an error (queries);
 * else it is passed over (lists; the reader has reported it). More than the maxima: the rest is passed over. */
MUST_USE enum status facts_of(const struct entity *entity, bool strict, struct arena *arena, struct facts *ret_facts,
			      struct error *ret_error);

/* Adds one identifier (a neighbour's). */
MUST_USE enum status facts_identifier(struct facts *facts, enum identifier_kind kind, struct text value,
				      struct text country, struct arena *arena);

void facts_write(const struct facts *facts, struct buffer *out);

/* Decodes; the identifiers' text points into `in`. Gives the bytes used, 0 if they are not whole. */
size_t facts_read(struct bytes in, struct fact_identifier identifiers[FACTS_IDENTIFIERS_MAX], struct facts *ret_facts);

/* "kr" -> 0x6b72; 0 unless two letters. */
uint16_t country_code(struct text t);

#endif
