/* The handlers of one kind of thing on the public's desk, made of its table: a list, one of them, a new one, an act on one.
 *
 * Who may read is asked first, then whether it is there, then whether he may do the act; each answer is the whole thing with its entity tag.
 */
#ifndef OFFICE_DESK_KIND_H
#define OFFICE_DESK_KIND_H

#include "office/desk.h"

/* Reads a body into what the kind's handler gave. */
typedef enum status desk_read(const struct office_call *call, const json_t *root, void *ret, struct error *ret_error);
/* Asks the decision point and makes one of what was read. */
typedef enum status desk_begin(struct office_call *call, struct db_tx *tx, const void *new, char ret_id[ID_SIZE], struct error *ret_error);
/* Does an act that he may do; `more` is what the kind reads beside the form. */
typedef enum status desk_do(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error);

/* What can be done in a state, and the action that it asks for. */
struct desk_act {
	const char *act, *action, *state;
};

struct desk_kind {
	struct desk_list list;          /* id and version come first; `put` begins an object and leaves it open */
	size_t state_column;
	size_t author_column;           /* 0: whoever made it may act on it as well */
	answer_row *more;             /* members of one that lists do not have; NULL: none */
	const struct desk_act *acts;    /* all that there are; the last row is empty */
	bool (*can)(const struct office_call *call, const struct db_rows *row, const struct desk_act *act); /* beside the state; NULL: always */
	const char *(*sees)(const struct office_call *call); /* " AND ..." of SQL: which of them the caller sees; NULL: all */
	desk_begin *begin;
	desk_do *act;
	desk_read *new_read, *act_read; /* act_read: NULL where an act is the form alone */
};

void desk_kind_list(struct office_call *call, const struct desk_kind *kind);
/* It as it is by now, with its entity tag: the answer of an act. Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status desk_kind_answer(struct office_call *call, struct db_tx *tx, const struct desk_kind *kind, struct text id, unsigned status,
				      struct error *ret_error);

void desk_kind_get(struct office_call *call, const struct desk_kind *kind);
/* `new` is what new_read fills, as it is where the body says nothing. */
void desk_kind_create(struct office_call *call, const struct desk_kind *kind, void *new);
/* `more` is what act_read fills; may be NULL. */
void desk_kind_act(struct office_call *call, const struct desk_kind *kind, void *more);

#endif
