/* Why something was refused, in the four languages of data/problems.tsv, and how an answer says so (RFC 9457). Pure. */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "http/http.h"

/* Languages by number: 0 en, 1 km, 2 ko, 3 zh. */
#define HTTP_LANGUAGES 4u
const char *http_language_word(unsigned language);
bool http_language_find(struct text word, unsigned *ret_language);

/* The first of ours that ?lang= or Accept-Language names, else English; weights are not weighed, for clients name in the order of
 * their wish. */
unsigned http_language_of(const struct http_request *request);

/* What a reason's text may name; what is not known stays empty. */
struct problem_values {
	struct text field, value, limit, detail;
};

/* Appends the text of `reason`, its {field} {value} {limit} {detail} put in, as plain text; false for a word that the table
 * does not know (nothing is appended). */
bool problem_text(struct buffer *out, unsigned language, struct text reason, const struct problem_values *values);

/* Problem details by the error's reason or else its code, in place of what the body held. `base` is where the reasons are told of:
 * "/api/v1/" gives the type "/api/v1/#reason". */
void problem_answer(struct http_response *response, unsigned language, const char *base, const struct error *error);

/* What every answer that is data bears: a page that frames, runs, embeds or keeps it is wrong. Source: OWASP HTTP Headers Cheat Sheet;
 * ASVS 5.0, 3.4. */
void problem_headers(const struct http_request *request, struct http_response *response);

#endif
