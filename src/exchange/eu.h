/* What the EU's financial sanctions files say alike as XML and as CSV. */
#ifndef EXCHANGE_EU_H
#define EXCHANGE_EU_H

#include "exchange/record.h"

struct eu_name {
	struct text whole, parts[3]; /* first, middle, last: used where there is no whole name */
	struct text strong, remark, gender, function, title;
};

/* The first strong name is the name, others are aliases; a weak one is told by its remark or by strong="false". */
MUST_USE enum status eu_name_add(struct record *record, const struct eu_name *name);

struct eu_birth {
	struct text date, year, month, day, from, to, circa; /* circa: "true" */
	struct text places[3];
};

MUST_USE enum status eu_birth_add(struct record *record, const struct eu_birth *birth);

/* `type` is the code of the file: passport, id, regnumber, imo... */
MUST_USE enum status eu_identification_add(struct record *record, struct text type, struct text number,
					   struct text country);

/* An ISO code; "00" says that it is not known. */
MUST_USE enum status eu_citizenship_add(struct record *record, struct text country);

#endif
