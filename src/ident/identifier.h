/* Numbers of companies, vessels, accounts and taxpayers: one form for comparing, and the check each carries. */
#ifndef IDENT_IDENTIFIER_H
#define IDENT_IDENTIFIER_H

#include "base/slice.h"

/* Capitals and digits only; "IMO 9187629" is 9187629, as lists write it either way. Takes `in.len` bytes of room. */
size_t identifier_canonical(struct text in, char *out);

enum identifier_check { IDENTIFIER_UNCHECKED, IDENTIFIER_GOOD, IDENTIFIER_BAD };

/* Checks the canonical form of a value of a FollowTheMoney property:
 *   imoNumber   seven digits, sum of the first six times 7 to 2 (IMO Res. A.1117(30)); company numbers with 8 6 4 2 9 7
 *   mmsi        nine digits, first 2 to 7 for a ship (ITU-R M.585)
 *   leiCode     ISO 17442: 20 characters, mod 97
 *   iban        ISO 13616: mod 97
 *   isin        ISO 6166: Luhn over letters as numbers
 *   swiftBic    ISO 9362: 8 or 11 characters, country in places 5 and 6
 *   innCode     Russian taxpayer: 10 or 12 digits (order ММВ-7-6/435)
 *   ogrnCode    Russian register: 13 or 15 digits
 * Others are IDENTIFIER_UNCHECKED. */
enum identifier_check identifier_check(const char *property, struct text canonical);

#endif
