/* What handlers about the public share: all of it is the host's own, lists go from the newest back, acts name the version that was seen. */
#ifndef OFFICE_DESK_H
#define OFFICE_DESK_H

#include "awareness/awareness.h"
#include "office/body.h"
#include "office/entry.h"

static inline struct policy_thing desk_thing(const struct office_call *call)
{
	return (struct policy_thing){.owner = call->office->host};
}

/* Whether the caller bears a role; false for a word that is none. */
bool desk_bears(const struct office_call *call, struct text role);

/* Where a list goes on: its rows are older than this one. */
struct desk_page {
	struct office_page page;
	int64_t before_ms;
	struct text before_id;
};
MUST_USE enum status desk_page_read(const struct office_call *call, struct desk_page *ret, struct error *ret_error);

struct desk_list {
	const char *action, *thing; /* what is asked for, what stands in the audit */
	const char *columns;        /* "SELECT ... FROM ... " */
	const char *from;           /* "FROM ... ": for the count */
	const char *where;          /* "WHERE ..." with $1 and so on */
	const char *at, *id;        /* columns that it is sorted by */
	size_t at_column;           /* place of `at` in `columns`, where `id` is the first */
	const char *queries[4];     /* parameters of the query, $1 and so on, empty where the request has none of them; or */
	struct db_value params[8];  /* the values themselves */
	size_t param_count;
	answer_row *put;               /* from its "{" on; the "}" is added */
	const struct policy_thing *whose; /* NULL: the host's own */
};
/* The whole of a handler that asks the decision point and answers with a page. */
void desk_list_run(struct office_call *call, const struct desk_list *list);

/* The query parameter, or empty text, as a parameter of SQL. */
struct db_value desk_query(const struct office_call *call, const char *name);

/* ,"story":[...] of a subject. */
MUST_USE enum status desk_story_put(struct people *people, struct text subject, struct error *ret_error);
/* ,"evidence":[...] of a subject; of one that was given to a partner without what officers of the hub say of it. */
MUST_USE enum status desk_evidence_put(struct people *people, struct text subject, bool given, struct error *ret_error);
/* `sql` of desk_act_may for a dispute: another country sees what was appealed. */
const char *desk_dispute_visible(const struct office_call *call);

/* An act: id, If-Match, the word in the path, the body (NULL where there is none; to be given back). */
struct desk_act_form {
	struct text id, act, note, reason;
	int64_t version;
	json_t *root;
};
MUST_USE enum status desk_act_read(struct office_call *call, struct desk_act_form *ret, struct error *ret_error);

/* First whether he may read it at all and it is there, then whether he may do this. `sql`: one row of $1, whose first column is its author. */
MUST_USE enum status desk_act_may(struct office_call *call, struct db_tx *tx, const char *read, const char *action, const char *thing,
				  const char *sql, struct text id, struct error *ret_error);

/* ,"acts":[{"act":"..."}]: those that he may do. */
#define DESK_CHOICES_MAX 8u
struct desk_choice {
	const char *act, *action;
};
void desk_acts_put(struct office_call *call, const struct desk_choice *choices, size_t count, const struct policy_thing *thing);

/* {"type","value","country","bank","service"} of a body. */
struct item_identifier;
MUST_USE enum status desk_identifier_read(const struct office_call *call, const json_t *value, struct item_identifier *ret, struct error *ret_error);

#endif
