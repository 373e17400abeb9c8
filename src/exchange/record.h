/* Building listed entities: what all readers of published lists do alike. */
#ifndef EXCHANGE_RECORD_H
#define EXCHANGE_RECORD_H

#include "exchange/reader.h"

/* One listed person, organisation, vessel...; its documents are neighbours, handed over after it. */
struct record {
	struct reader *reader;
	struct entity entity;
	struct entity *documents; /* in the entity's arena */
	size_t document_count, document_room;
};

#define RECORD_DOCUMENTS_MAX 256u /* further ones are values of the entity only */

/* Starts the entity "<dataset>-<reference>" in the reader's arena, which it clears. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status record_begin(struct record *record, struct reader *reader, const char *dataset,
				  struct text reference, const char *schema);

/* The same in an arena of the caller's, which it leaves as it is: for records that are open side by side. */
MUST_USE enum status record_begin_in(struct record *record, struct reader *reader, struct arena *arena,
				     const char *dataset, struct text reference, const char *schema);

/* Adds a value; one that is too long is reported as passed over, not an error. */
MUST_USE enum status record_add(struct record *record, const char *property, struct text value);

/* A value put together from `count` parts, empty ones left out, with `between` between them. */
MUST_USE enum status record_add_parts(struct record *record, const char *property, const struct text *parts,
				      size_t count, const char *between);

/* A birth date as published: exact ones as they are, others as their year or the two years of a range, with the wording
 * kept in `notes`. One that cannot be read is reported. */
MUST_USE enum status record_birth_date(struct record *record, struct text published);

/* A country by name or code; one that is not known is reported and kept in `notes`. */
MUST_USE enum status record_country(struct record *record, const char *property, struct text name);

/* A document: inline on the entity, and as a neighbour with its issuing country, once however often it is told. The
 * neighbour is a Passport where `property`, the inline one, is passportNumber, else an Identification. */
MUST_USE enum status record_document(struct record *record, const char *property, struct text number,
				     struct text country, struct text type);

/* Hands over the entity and its documents; one without any name is reported and left out. */
MUST_USE enum status record_end(struct record *record, struct error *ret_error);

#endif
