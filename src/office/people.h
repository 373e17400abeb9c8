/* What the handlers of accounts share. */
#ifndef OFFICE_PEOPLE_H
#define OFFICE_PEOPLE_H

#include "account/person.h"
#include "account/sign_in.h"
#include "office/body.h"

/* As body_text, of what must be there. Fails: ST_MALFORMED, reason "value-invalid". */
MUST_USE enum status body_need(const struct office_call *call, const json_t *root, const char *name, struct text *ret_text,
			       struct error *ret_error);

/* The member "roles", a list of words; *ret_given false where it is missing. Fails: ST_MALFORMED, reason "role-unknown". */
MUST_USE enum status body_roles(const json_t *root, bool *ret_given, uint64_t *ret_roles, struct error *ret_error);

/* Appends "name":"value", with a comma before it but for the first; a time is left out where it is 0. */
void put_text(struct buffer *out, bool first, const char *name, struct text value);
void put_time(struct buffer *out, const char *name, int64_t ms);

/* ,"roles":[...] */
void put_roles(struct buffer *out, uint64_t roles);

/* The members of a Person, without braces. */
void put_person(struct buffer *out, const struct person *person);

/* The cookie and what comes next, or the problem. */
void office_signed_in(struct office_call *call, enum status st, const struct signed_in *in, const struct error *error);

#endif
