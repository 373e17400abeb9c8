#include "post/practice.h"

#include <stdio.h>

#include "ident/document.h"
#include "ident/mrz_write.h"
#include "model/time.h"
#include "text/name_passport.h"

struct practice_part {
	struct text culture, kind, latin;
};

#include "practice_parts.inc"

#define VALID_MS ((int64_t)5 * 366 * TIME_DAY_MS)

static void number_take(struct lane_call *call, const struct entity *person, char number[DOCUMENT_LEN_MAX + 1])
{
	const struct property *p = person ? entity_get(person, "passportNumber") : NULL;
	uint32_t any;
	size_t len;

	for (size_t i = 0; p && i < p->count; i++) {
		if (p->values[i].len > DOCUMENT_LEN_MAX)
			continue;
		len = document_canonical(p->values[i], false, number);
		number[len] = '\0';
		if (len > 0 && len <= 9)
			return;
	}
	env_random(call->lanes->env, &any, sizeof any);
	snprintf(number, DOCUMENT_LEN_MAX + 1, "X%08u", any % 100000000u);
}

static enum status write_zone(struct lane_call *call, const struct entity *person, struct mrz_passport *p,
			      char ret_lines[2][MRZ_LINE_MAX + 1], struct error *ret_error)
{
	char number[DOCUMENT_LEN_MAX + 1], expiry[TIME_SIZE];

	_Static_assert(MRZ_LINE_MAX == MRZ_PASSPORT_LINE, "a passport's line is the longest");
	number_take(call, person, number);
	time_write(call->now_ms + VALID_MS, expiry);
	p->expiry = (struct text){expiry, 10};
	p->number = text_of(number);
	p->issuer = p->nationality;
	if (!mrz_passport_write(p, ret_lines))
		return error_because(ret_error, ST_CONFLICT, "drill-traveller", "entry", "no passport can be made of this entry");
	return ST_OK;
}

/* Any Korean name part of a kind: most who are listed are Korean. */
static struct text any_part(const char *kind, uint32_t any)
{
	for (size_t i = 0; i < 2 * PRACTICE_PARTS_COUNT; i++) {
		const struct practice_part *part = &practice_parts_rows[(any + i) % PRACTICE_PARTS_COUNT];

		if (text_equal(part->culture, TEXT("kr")) && text_starts(part->kind, text_of(kind)))
			return part->latin;
	}
	return TEXT("Kim");
}

static enum status of_nobody(struct lane_call *call, char ret_lines[2][MRZ_LINE_MAX + 1], struct error *ret_error)
{
	struct mrz_passport p = {.nationality = TEXT("kr"), .sex = '<'};
	char birth[11];
	uint32_t any[4];

	env_random(call->lanes->env, any, sizeof any);
	p.family = any_part("family", any[0] % PRACTICE_PARTS_COUNT);
	p.given = any_part("given", any[1] % PRACTICE_PARTS_COUNT);
	snprintf(birth, sizeof birth, "19%02u-%02u-%02u", 60 + any[2] % 40, 1 + any[3] % 12, 1 + any[3] / 12 % 28);
	p.birth = text_of(birth);
	return write_zone(call, NULL, &p, ret_lines, ret_error);
}

enum status practice_zone(struct lane_call *call, struct text entry, char ret_lines[2][MRZ_LINE_MAX + 1], struct error *ret_error)
{
	struct watch_list *list;
	struct listing listing;
	char family[NAME_PASSPORT_SIZE], given[NAME_PASSPORT_SIZE];
	struct mrz_passport p = {.sex = '<'};
	enum status st;

	if (entry.len == 0)
		return of_nobody(call, ret_lines, ret_error);
	list = watch_hold(call->lanes->options.watch);
	if (list == NULL || watch_listing(list, entry, call->arena, &listing, NULL) != ST_OK) {
		st = error_because(ret_error, ST_NOT_FOUND, "not-found", "entry", "there is no such entry on the list");
	} else if (!name_passport(entity_first(&listing.person, "name"), call->arena, family, given)) {
		st = error_because(ret_error, ST_CONFLICT, "drill-traveller", "entry", "no passport can be made of this entry");
	} else {
		struct text gender = entity_first(&listing.person, "gender");

		p.family = text_of(family);
		p.given = text_of(given);
		p.nationality = entity_first(&listing.person, "nationality");
		p.birth = entity_first(&listing.person, "birthDate");
		p.sex = text_equal(gender, TEXT("male")) ? 'M' : text_equal(gender, TEXT("female")) ? 'F' : '<';
		st = write_zone(call, &listing.person, &p, ret_lines, ret_error);
	}
	watch_release(list);
	return st;
}
