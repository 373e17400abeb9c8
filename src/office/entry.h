/* Entries as the officers' interface shows and takes them. */
#ifndef OFFICE_ENTRY_H
#define OFFICE_ENTRY_H

#include "office/body.h"
#include "registry/registry.h"

/* Whose an entry is, as the decision point wants it. A nomination was released to the host by being made. Lives with the entry
 * and the office. */
struct policy_thing entry_thing(const struct office *office, const struct entry *entry);

/* Loads it and asks; what is another country's, or nobody's, is not there, and that it was asked for is written down. */
MUST_USE enum status entry_ask(struct office_call *call, struct db_tx *tx, struct text id, const char *action,
			       struct entry *ret_entry, struct error *ret_error);

/* Whether this person may see entries of every country (else of his own alone). Nothing is audited by asking. */
bool entry_sees_all(const struct office_call *call);

/* ---- reading what comes in (entry_body.c) ---- */

struct entry_form {
	struct entity person;
	struct registry_nomination nomination;
};
/* A nomination by form: reference, inflow, person, documents, offence, purpose, law, article, maximumPenaltyMonths, measures,
 * handling. Its owner is the country of who sends it. Fails: ST_MALFORMED with the field, ST_NO_MEMORY. */
MUST_USE enum status entry_form_read(struct office_call *call, const json_t *root, struct entry_form *ret_form,
				     struct error *ret_error);

struct entry_act_form {
	struct registry_act act;
	struct registry_assessment assessment;
	struct entry_form change;
};
/* What an act needs: reason, text, assessment, decision, extension, measures, measure, person and what follows it. */
MUST_USE enum status entry_act_read(struct office_call *call, const json_t *root, struct entry_act_form *ret_form,
				    struct error *ret_error);

/* ---- writing what goes out (entry_json.c) ---- */

/* Names of people by id, as far as this person may know them: those of his own country, and for the host's people all. */
struct people {
	struct office_call *call;
	struct db_tx *tx;
	struct {
		struct text id, name;
	} known[64];
	size_t count;
};
/* Empty where he may not know it. Fails: as db_query. */
MUST_USE enum status people_name(struct people *people, struct text id, struct text *ret_name, struct error *ret_error);

/* ,"name": value (before says what stands in front); nothing where the value is empty. */
void member_text(struct buffer *out, const char *name, struct text value);
void member_time(struct buffer *out, const char *name, int64_t ms);
/* ,"name": who that is; nothing where nobody is, or he may not know it. Fails: as db_query. */
MUST_USE enum status member_person_name(struct people *people, const char *name, struct text id, struct error *ret_error);
/* ,"by": id, "byName": who that is. Fails: as db_query. */
MUST_USE enum status member_person(struct people *people, const char *name, struct text id, struct error *ret_error);

/* One row of an answer, written to the call's body. */
typedef enum status answer_row(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error);
/* {"items":[...] of at most so many rows; the object is left open for office_page_end. Fails: as `put`. */
MUST_USE enum status answer_rows(struct people *people, const struct db_rows *rows, size_t limit, answer_row *put, struct error *ret_error);

/* The whole Entry. Fails: as db_query. */
MUST_USE enum status entry_write(struct office_call *call, struct db_tx *tx, const struct entry *entry, struct error *ret_error);

/* An EntrySummary from a row of ENTRY_SUMMARY_COLUMNS (first column `first`) and the measures' kinds. */
#define ENTRY_SUMMARY_COLUMNS                                                                                             \
	"e.id, e.version, e.state, e.owner, e.reference, e.inflow, e.caption, e.latin, e.birth_date, e.nationality, e.document," \
	" e.state_since, e.review_due_at, e.urgent_by, e.urgent_until"
#define ENTRY_SUMMARY_COUNT 15u
void entry_summary_write(struct buffer *out, const struct db_rows *rows, size_t row, const struct db_rows *measures);

/* One summary by id. Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status entry_summary(struct office_call *call, struct db_tx *tx, struct text id, struct buffer *out,
				   struct error *ret_error);

#endif
