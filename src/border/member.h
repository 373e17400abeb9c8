/* Members of a record's body, checked: what a post sends is foreign. Texts live as long as the body. */
#ifndef BORDER_MEMBER_H
#define BORDER_MEMBER_H

#include <jansson.h>

#include "base/slice.h"
#include "base/status.h"

/* A text of at most `max` bytes; what is missing or null is empty, and a fault where `needed`. Fails: ST_MALFORMED reason
 * "value-invalid", field `name`. */
MUST_USE enum status member_text_take(const json_t *body, const char *name, size_t max, bool needed, struct text *ret,
				      struct error *ret_error);
/* An id of ours. Fails: the same. */
MUST_USE enum status member_id_take(const json_t *body, const char *name, struct text *ret, struct error *ret_error);
/* A whole number within bounds, that must be there. Fails: the same. */
MUST_USE enum status member_number_take(const json_t *body, const char *name, int64_t min, int64_t max, int64_t *ret,
					struct error *ret_error);
/* One of the words, a list that ends in NULL. Fails: the same. */
MUST_USE enum status member_word_take(const json_t *body, const char *name, const char *const *words, struct text *ret,
				      struct error *ret_error);
/* A word of a table that this program may not know yet: a to z, 0 to 9 and '-', at most 64. Fails: the same. */
MUST_USE enum status member_any_word_take(const json_t *body, const char *name, struct text *ret, struct error *ret_error);

extern const char *const border_points[];  /* "entry", "exit", NULL */
extern const char *const border_results[]; /* "pass", "refer", "stop", NULL */

#endif
