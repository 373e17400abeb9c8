/* What stands in a request's JSON body, taken out member by member. Texts are kept in the request's arena. */
#ifndef OFFICE_BODY_H
#define OFFICE_BODY_H

#include <jansson.h>

#include "office/office.h"

/* The body as an object; *ret_root is to be given back with json_decref. Fails: ST_MALFORMED, ST_NO_MEMORY. */
MUST_USE enum status body_json(const struct office_call *call, json_t **ret_root, struct error *ret_error);

/* A text, a whole number, a truth, a moment; what is missing or null leaves *ret alone. Fails: ST_MALFORMED (another type; field
 * is `name`), ST_LIMIT (longer than BODY_TEXT_MAX), ST_NO_MEMORY. */
#define BODY_TEXT_MAX 10000u
MUST_USE enum status body_text(const struct office_call *call, const json_t *root, const char *name, struct text *ret,
			       struct error *ret_error);
MUST_USE enum status body_number(const json_t *root, const char *name, int64_t *ret, struct error *ret_error);
MUST_USE enum status body_flag(const json_t *root, const char *name, bool *ret, struct error *ret_error);
MUST_USE enum status body_time(const struct office_call *call, const json_t *root, const char *name, int64_t *ret_ms,
			       struct error *ret_error);

/* A member that is an object or a list; NULL where it is missing. Fails: ST_MALFORMED. */
MUST_USE enum status body_object(const json_t *root, const char *name, json_t **ret, struct error *ret_error);
MUST_USE enum status body_list(const json_t *root, const char *name, json_t **ret, struct error *ret_error);

#endif
