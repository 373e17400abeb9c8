/* The kinds of identifiers that OFAC writes (data/exchange/ofac_identifiers.tsv). */
#ifndef EXCHANGE_OFAC_IDENTIFIERS_H
#define EXCHANGE_OFAC_IDENTIFIERS_H

#include "exchange/record.h"

/* The property of a kind ("Tax ID No.", with or without the last point), or NULL. */
const char *ofac_identifier_property(struct text kind);

/* Of a remark that begins with a kind, the longest one: its property, and the rest in *ret_value; NULL if none does. */
const char *ofac_identifier_begins(struct text remark, struct text *ret_value);

/* Adds a number under the property, with its country where it is a document. `type` may be empty. */
MUST_USE enum status ofac_identifier_add(struct record *record, const char *property, struct text number,
					 struct text country, struct text type);

#endif
