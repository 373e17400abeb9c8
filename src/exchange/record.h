/* Building listed entities: what all readers of published lists do alike. */
#ifndef EXCHANGE_RECORD_H
#define EXCHANGE_RECORD_H

#include "exchange/reader.h"

/* One listed person, organisation, vessel...; its documents are neighbours, handed over after it. */
struct record {
	struct reader *reader;
	struct entity entity;
	struct entity documents[64];
	size_t document_count;
};

/* Starts the entity "<dataset>-<reference>". Clears the reader's arena. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status record_begin(struct record *record, struct reader *reader, const char *dataset,
				  struct text reference, const char *schema);

/* Adds a value; one that is too long is reported as passed over, not an error. */
MUST_USE enum status record_add(struct record *record, const char *property, struct text value);

/* A birth date as published: exact ones as they are, others as their year or the two years of a range, with the wording
 * kept in `notes`. One that cannot be read is reported. */
MUST_USE enum status record_birth_date(struct record *record, struct text published);

/* A country by name or code; one that is not known is reported and kept in `notes`. */
MUST_USE enum status record_country(struct record *record, const char *property, struct text name);

/* A document: inline on the entity, and as a neighbour with its issuing country. `schema` "Passport" or
 * "Identification", `property` the inline one. */
MUST_USE enum status record_document(struct record *record, const char *property, struct text number,
				     struct text country, struct text type);

/* Hands over the entity and its documents; one without any name is reported and left out. */
MUST_USE enum status record_end(struct record *record, struct error *ret_error);

#endif
