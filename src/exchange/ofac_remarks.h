/* The remarks column of OFAC's CSV: facts divided by semicolons, "DOB 10 Dec 1948; nationality Iraq; Passport 123 (Iraq)". */
#ifndef EXCHANGE_OFAC_REMARKS_H
#define EXCHANGE_OFAC_REMARKS_H

#include "exchange/record.h"

/* Adds what is recognised to the record; the rest goes into `notes`. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status ofac_remarks_read(struct record *record, struct text remarks);

#endif
