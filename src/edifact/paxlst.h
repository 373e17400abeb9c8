/* Passenger lists: PAXLST, batch and interactive. UN/EDIFACT D.05B and later; WCO/IATA/ICAO API guidelines. Pure. */
#ifndef EDIFACT_PAXLST_H
#define EDIFACT_PAXLST_H

#include "edifact/edifact.h"
#include "model/entity.h"

#define PAXLST_PASSENGERS_MAX 1000u
#define PAXLST_LEGS_MAX 16u
#define PAXLST_DOCUMENTS_MAX 4u

struct paxlst_leg { struct text from, to; int64_t departs_ms, arrives_ms; /* as if UTC: local time of the place; INT64_MIN: not told */ };

struct paxlst_document { struct text kind, number, issuer, expiry; }; /* kind "P", "V", "I"...; issuer as written; expiry YYYY-MM-DD or empty */

struct paxlst_passenger {
	struct text role;          /* "FL", "FM", "DDU", "DDT" */
	struct text family, given; /* as written, FNU put to empty */
	struct text sex, birth;    /* YYYY-MM-DD or as much as is told */
	struct text nationality;
	struct paxlst_document documents[PAXLST_DOCUMENTS_MAX];
	size_t document_count;
	struct text locator, reference; /* RFF+AVF, RFF+ABO */
	struct text embarks, disembarks;
	size_t position;           /* of its NAD */
};

struct paxlst {
	struct edifact_syntax syntax;
	struct text sender, recipient, control; /* of UNB */
	struct text message_reference;          /* of UNH */
	struct text code;        /* of BGM: "745", "250", "266"... */
	struct text function;    /* of BGM: "CP" and such; or empty */
	struct text transaction; /* RFF+TN */
	struct text flight;      /* TDT */
	struct paxlst_leg legs[PAXLST_LEGS_MAX];
	size_t leg_count;
	const struct paxlst_passenger *passengers;
	size_t passenger_count;
	uint32_t counted;        /* CNT+42, or 0: not told */
	bool interactive;        /* an answer is wanted */
	struct text unread;      /* segments that were passed over, their tags joined by spaces */
};

/* Every PAXLST of the interchange. What a passenger lacks stays empty. Fails: as edifact_read; ST_MALFORMED reasons "paxlst-none" (no
 * PAXLST inside), "paxlst-passengers" (none), with position; ST_LIMIT. */
MUST_USE enum status paxlst_read(struct bytes in, struct arena *arena, const struct paxlst **ret_lists, size_t *ret_count,
				 struct error *ret_error);

/* A query of it: Person with name, birthDate, nationality, gender, passportNumber. Fails: ST_NO_MEMORY. */
MUST_USE enum status paxlst_person(const struct paxlst_passenger *passenger, struct arena *arena, struct entity *ret, struct error *ret_error);

#endif
