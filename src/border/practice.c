/* A practice traveller, made like a listed person. */
#include <stdio.h>

#include "border/drill.h"
#include "ident/document.h"
#include "ident/mrz_write.h"
#include "model/time.h"
#include "text/name_passport.h"

#define VALID_MS ((int64_t)5 * 366 * TIME_DAY_MS)

/* One that a passport can hold, in capitals and digits. */
static bool number_take(const struct entry *entry, char number[DOCUMENT_LEN_MAX + 1], struct text *ret_country)
{
	for (size_t i = 0; i < entry->document_count; i++) {
		const struct entry_document *d = &entry->documents[i];
		size_t len;

		if (!text_equal(d->kind, TEXT("passport")) || d->number.len > DOCUMENT_LEN_MAX)
			continue;
		len = document_canonical(d->number, false, number);
		number[len] = '\0';
		if (len == 0 || len > 9)
			continue;
		*ret_country = d->country.len == 2 ? d->country : entry->nationality;
		return true;
	}
	return false;
}

bool practice_make(const struct entry *entry, const struct env *env, struct arena *arena, struct practice *ret)
{
	char number[DOCUMENT_LEN_MAX + 1], family[NAME_PASSPORT_SIZE], given[NAME_PASSPORT_SIZE], expiry[TIME_SIZE];
	struct mrz_passport p = {.nationality = entry->nationality, .issuer = entry->nationality, .birth = entry->birth_date, .sex = '<'};
	struct entity person;
	uint32_t any;

	if (entry->name_count == 0 || !name_passport(entry->names[0].name, arena, family, given))
		return false;
	if (!number_take(entry, number, &p.issuer)) {
		env_random(env, &any, sizeof any);
		snprintf(number, sizeof number, "X%08u", any % 100000000u);
	}
	if (entity_read(entry->person, arena, &person, NULL) == ST_OK)
		p.sex = text_equal(entity_first(&person, "gender"), TEXT("male"))     ? 'M'
			: text_equal(entity_first(&person, "gender"), TEXT("female")) ? 'F'
										      : '<';
	time_write(env_now(env) + VALID_MS, expiry);
	p.expiry = (struct text){expiry, 10};
	p.number = text_of(number);
	p.family = text_of(family);
	p.given = text_of(given);
	snprintf(ret->name, sizeof ret->name, "%s %s", family, given);
	return mrz_passport_write(&p, ret->mrz);
}
