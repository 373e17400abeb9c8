/* What a record says: a listing (docs/formats/listing.md) or a clearance (docs/formats/edition.md), from its payload. Pure. */
#ifndef EDITION_LISTING_H
#define EDITION_LISTING_H

#include "edition/edition.h"
#include "model/entity.h"

#define LISTING_MEASURES_MAX 64u

struct listing_measure {
	struct text id, kind, basis;
	struct text number, issuer; /* or empty */
	int64_t from_ms, expires_ms;
};

/* All memory is the arena's. */
struct listing {
	struct text id, owner, reference;
	int handling;  /* 0 to 3 */
	bool urgent;
	int64_t expires_ms;
	struct entity person; /* its id is the listing's; documents are among its properties */
	const struct listing_measure *measures;
	size_t measure_count;
};

/* Fails: ST_MALFORMED (not JSON; the field that is missing or wrong; an id that is not the record's), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status listing_read(const struct edition_record *record, struct arena *arena, struct listing *ret,
				  struct error *ret_error);

/* Begun and not ended. */
bool listing_measure_in_force(const struct listing_measure *measure, int64_t now_ms);

/* Whether anything may be done about the person: not expired, and one measure in force. */
bool listing_in_force(const struct listing *listing, int64_t now_ms);

struct clearance {
	struct text id, entry; /* entry: the listed person he is not */
	struct text photo;     /* SHA-256 in hexadecimal digits, or empty */
	int64_t expires_ms;
	struct entity person;
};

/* Fails: as listing_read. */
MUST_USE enum status clearance_read(const struct edition_record *record, struct arena *arena, struct clearance *ret,
				    struct error *ret_error);

/* Whether `traveller` is the one who was cleared of being `listed`: a document of the clearance, no birth date against it, and the
 * document is none of the listed person's. Two people of one name are told apart by it; a name alone clears nobody. */
bool clearance_holds(const struct clearance *clearance, const struct entity *traveller, const struct entity *listed,
		     int64_t now_ms);

#endif
