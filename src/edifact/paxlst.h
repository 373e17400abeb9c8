/* Passenger lists: PAXLST, batch and interactive. UN/EDIFACT D.02B and later; WCO/IATA/ICAO API guidelines, PAXLST MIG. Pure.
 *
 * All text is UTF-8, trimmed, in the arena; what is not told is empty. */
#ifndef EDIFACT_PAXLST_H
#define EDIFACT_PAXLST_H

#include "edifact/edifact.h"
#include "model/entity.h"

#define PAXLST_PASSENGERS_MAX 1000u
#define PAXLST_LEGS_MAX 16u
#define PAXLST_DOCUMENTS_MAX 8u

/* From one LOC to the next. The leg from "125" to "87" crosses the border; "92" are the other places on the way. */
struct paxlst_leg {
	struct text flight;
	struct text from, from_kind, to, to_kind; /* "ICN", "125" */
	struct text departs, arrives;             /* as written, be it a date or not */
	int64_t departs_ms, arrives_ms;           /* the place's own time as if it were UTC; INT64_MIN: not told, or no date */
};

/* kind "P", "V", "I"...; issuer as written; expiry YYYY-MM-DD. */
struct paxlst_document { struct text kind, number, issuer, expiry; };

struct paxlst_passenger {
	struct text role;          /* "FL" passenger, "FM" crew, "DDU" and "DDT" those in transit; others as written */
	struct text family, given; /* as written; FNU, "first name unknown", is empty */
	struct text sex;           /* as written */
	struct text birth;         /* YYYY-MM-DD, YYYY-MM or YYYY */
	struct text nationality;   /* as written */
	struct paxlst_document documents[PAXLST_DOCUMENTS_MAX];
	size_t document_count;
	struct text locator, reference; /* RFF+AVF, RFF+ABO */
	struct text embarks, disembarks;
	size_t position;           /* of its NAD */
};

struct paxlst {
	struct edifact_message message; /* its envelope and references */
	struct text code;        /* of BGM: "745" passengers, "250" crew, "266" flight closed... */
	struct text function;    /* of BGM: "CP" change, "CLOB" and "CLNB" who is on board and who is not; or empty */
	struct text transaction; /* RFF+TN */
	struct text flight;      /* of the leg that crosses the border, else the first */
	const struct paxlst_leg *legs;
	size_t leg_count;
	const struct paxlst_passenger *passengers;
	size_t passenger_count;
	uint32_t counted;        /* CNT+41 (crew) and 42: of all parts together; 0: not told */
	bool miscounted;         /* CNT, UNT, UNE or UNZ counts what is not there; the list is as it is read */
	bool interactive;        /* an answer is wanted */
};

/* Every PAXLST of the interchange. `now_ms` settles the century of two-digit years. Fails: as edifact_read and edifact_messages;
 * ST_MALFORMED "paxlst-none" (no PAXLST inside), "paxlst-passengers" (one names nobody, and closes no flight); ST_LIMIT "paxlst-size";
 * all with position. */
MUST_USE enum status paxlst_read(struct bytes in, int64_t now_ms, struct arena *arena, const struct paxlst **ret_lists, size_t *ret_count,
				 struct error *ret_error);

/* A query of it: Person with name, birthDate, nationality, gender, passportNumber or idNumber; a visa's number is none of them. As with
 * a zone the issuer goes into "x-issuer", numbers of other issuers into "x-document". Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status paxlst_person(const struct paxlst_passenger *passenger, struct arena *arena, struct entity *ret);

#endif
