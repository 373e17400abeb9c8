/* Payment codes that merchants show: KHQR, PromptPay, VietQR and others of their family. Source: EMVCo, EMV QR Code Specification for
 * Payment Systems, Merchant-Presented Mode, 1.1. Pure. */
#ifndef IDENT_PAYMENT_H
#define IDENT_PAYMENT_H

#include "base/slice.h"

struct payment_code {
	struct text accounts; /* the objects of tags 26 to 51, as they stand: whose account it is, in templates of each scheme */
	struct text merchant, city;
	struct text currency, amount; /* ISO 4217 number; empty where the payer says how much */
	struct text country;  /* "KH" */
	bool dynamic;         /* for one payment only (tag 01: 12) */
};

enum payment_fault { PAYMENT_GOOD, PAYMENT_SHAPE, PAYMENT_CRC };

/* Takes the code's text, borrowed by what is given. Lengths count characters; codes whose maker counted bytes are read as well. */
MUST_USE enum payment_fault payment_read(struct text in, struct payment_code *ret_code);

/* Takes the first object of *rest and moves it on: "0211..." gives tag 2 and its value. false: there is none, or it is damaged.
 * Templates are ASCII. */
bool payment_next(struct text *rest, unsigned *ret_tag, struct text *ret_value);

/* Characters of the code that `in` begins with, in bytes: up to and with its CRC; 0 where there is none. */
size_t payment_length(struct text in);

/* CRC-16/CCITT-FALSE (ISO/IEC 13239 with start FFFF). */
uint16_t payment_crc(struct text in);

#endif
