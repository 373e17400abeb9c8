/* The public page of people who were stopped: no account, no script; a number and a word at once, and both clocks.
 *
 * Pages: /redress (the form; POST gives the number), /redress/status (POST: how it stands). What was written is never lost to an
 * error: the form comes back as it was filled in.
 */
#ifndef PAGE_REDRESS_H
#define PAGE_REDRESS_H

#include "http/http.h"

/* What somebody asks. Texts are as written, trimmed; empty where nothing was. */
struct redress_request {
	struct text kind; /* access, correction, deletion, mistaken-identity */
	struct text name, birth_date, document, contact, text;
	const char *language;
};

/* Where it stands. Texts live in the request's arena; times are RFC 3339, empty where there is none. */
struct redress_standing {
	struct text number, word; /* the word is told only once, with the number */
	struct text state;        /* received, taken, answered, dismissed, upheld */
	struct text received, due_access, due_decision;
	struct text answer;       /* empty: none yet */
};

struct redress_context {
	void *host;
	/* Takes a request down. Fails: ST_MALFORMED (field says which), ST_LIMIT (too many from this address), ST_UNAVAILABLE. */
	enum status (*create)(void *host, const struct http_request *request, const struct redress_request *asked,
			      struct redress_standing *ret_standing, struct error *ret_error);
	/* By its number and word. Fails: ST_NOT_FOUND (also where the word is wrong), ST_LIMIT, ST_UNAVAILABLE. */
	enum status (*follow)(void *host, const struct http_request *request, struct text number, struct text word,
			      struct redress_standing *ret_standing, struct error *ret_error);
};

/* Handlers take `struct redress_context *` as their context. */
extern const struct http_route redress_routes[];
extern const size_t redress_route_count;

#endif
