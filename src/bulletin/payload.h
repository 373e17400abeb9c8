/* What a slot of a table says, packed: verdicts of checks, states of receipts. docs/formats/bulletin.md. Pure. */
#ifndef BULLETIN_PAYLOAD_H
#define BULLETIN_PAYLOAD_H

#include "base/slice.h"

#define BULLETIN_CHECK_SIZE 4u
#define BULLETIN_RECEIPT_SIZE 16u
#define BULLETIN_PAYLOAD_MAX 16u

enum bulletin_verdict { BULLETIN_CONFIRMED = 1, BULLETIN_REPORTED = 2, BULLETIN_OFFICIAL = 3 };

/* How many independent reports, for BULLETIN_REPORTED. */
enum bulletin_band { BULLETIN_FROM_3 = 0, BULLETIN_FROM_10 = 1, BULLETIN_FROM_100 = 2 };

struct bulletin_check {
	enum bulletin_verdict verdict;
	enum bulletin_band band;  /* BULLETIN_FROM_3 unless reported */
	uint16_t month;           /* since January 2020, below 512: confirmed since, first reported, contact checked */
	char country[3];          /* two small letters, or empty */
	uint8_t authority;        /* row of data/awareness/authorities.tsv, 0: none */
};

struct bulletin_receipt {
	uint8_t state;     /* data/awareness/states.tsv */
	uint8_t flags;
	char country[3];   /* two small letters, or empty */
	uint16_t day;      /* of the last act, since 2020-01-01 */
	uint32_t campaign; /* 0: none */
	uint16_t others;   /* reports of that campaign, 65,535 and more being 65,535 */
	uint8_t reason;    /* data/awareness/reasons.tsv */
};

/* Fails: ST_MALFORMED with the field (a verdict or band that is none, a month above 511, a country that is not two small letters). */
MUST_USE enum status bulletin_check_pack(const struct bulletin_check *check, uint8_t ret[BULLETIN_CHECK_SIZE], struct error *ret_error);
MUST_USE enum status bulletin_check_unpack(const uint8_t payload[BULLETIN_CHECK_SIZE], struct bulletin_check *ret,
					   struct error *ret_error);

/* The same; unpacking also refuses spare bytes that are not zero. */
MUST_USE enum status bulletin_receipt_pack(const struct bulletin_receipt *receipt, uint8_t ret[BULLETIN_RECEIPT_SIZE],
					   struct error *ret_error);
MUST_USE enum status bulletin_receipt_unpack(const uint8_t payload[BULLETIN_RECEIPT_SIZE], struct bulletin_receipt *ret,
					     struct error *ret_error);

#endif
