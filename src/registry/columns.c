#include "registry/columns.h"

#define T(member, name) {name, COLUMN_TEXT, offsetof(struct entry, member)}
#define N(member, name) {name, COLUMN_NUMBER, offsetof(struct entry, member)}
#define M(member, name) {name, COLUMN_TIME, offsetof(struct entry, member)}
#define F(member) {#member, COLUMN_FLAG, offsetof(struct entry, member)}

const struct column entry_columns[COLUMNS_COUNT] = {
	T(id, "id"),
	N(version, "version"),
	T(state, "state"),
	N(since_ms, "state_since"),
	T(owner, "owner"),
	T(agency, "agency"),
	T(reference, "reference"),
	T(inflow, "inflow"),
	T(submission, "submission_id"),
	N(handling, "handling"),
	T(submitted_by, "submitted_by"),
	N(submitted_ms, "submitted_at"),
	T(schema, "schema_name"),
	T(person, "person"),
	T(content_hash, "content_hash"),
	T(caption, "caption"),
	T(latin, "latin"),
	T(birth_date, "birth_date"),
	T(nationality, "nationality"),
	T(document, "document"),
	F(has_birth_date),
	F(has_document),
	T(offence, "offence"),
	T(purpose, "purpose"),
	T(reviewed_by, "reviewed_by"),
	T(assessed_by, "assessed_by"),
	M(assessed_ms, "assessed_at"),
	T(law, "law"),
	T(article, "article"),
	{"penalty_months", COLUMN_COUNT, offsetof(struct entry, penalty_months)},
	F(dual_criminality),
	F(convicted),
	T(proportionality, "proportionality"),
	F(exclusions_done),
	F(own_national),
	F(refugee),
	F(child),
	F(political),
	F(possible_victim),
	T(child_decision, "child_decision"),
	T(decision_number, "decision_number"),
	T(decision_text, "decision_text"),
	M(validity_days, "validity_days"),
	T(first_decider, "first_decider"),
	M(first_decided_ms, "first_decided_at"),
	T(second_decider, "second_decider"),
	M(second_decided_ms, "second_decided_at"),
	M(published_ms, "published_at"),
	M(review_due_ms, "review_due_at"),
	M(expires_ms, "expires_at"),
	N(reminded, "reminded"),
	T(suspended_by, "suspended_by"),
	T(listing_leaf, "listing_leaf"),
	T(extension_by, "extension_by"),
	M(extension_until_ms, "extension_until"),
	T(extension_text, "extension_text"),
	T(extension_measures, "extension_measures"),
	T(urgent_by, "urgent_by"),
	M(urgent_ms, "urgent_at"),
	T(urgent_confirmed_by, "urgent_confirmed_by"),
	M(urgent_until_ms, "urgent_until"),
	T(erasure_by, "erasure_by"),
	T(erasure_text, "erasure_text"),
	F(erased),
};

void columns_list(const char *prefix, struct buffer *out)
{
	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		buffer_printf(out, "%s%s%s", i ? ", " : "", prefix, entry_columns[i].name);
}

void columns_take(const struct db_rows *rows, size_t row, size_t first, struct entry *ret_entry)
{
	char *base = (char *)ret_entry;

	for (size_t i = 0; i < COLUMNS_COUNT; i++) {
		const struct column *column = &entry_columns[i];
		void *member = base + column->at;
		size_t at = first + i;

		if (column->kind == COLUMN_TEXT)
			*(struct text *)member = db_text(rows, row, at);
		else if (column->kind == COLUMN_FLAG)
			*(bool *)member = db_int(rows, row, at) != 0;
		else
			*(int64_t *)member = column->kind == COLUMN_COUNT && db_is_null(rows, row, at) ? -1
											       : db_int(rows, row, at);
	}
}

struct db_value columns_value(const struct entry *entry, const struct column *column)
{
	const void *member = (const char *)entry + column->at;
	struct text text;
	int64_t number;

	switch (column->kind) {
	case COLUMN_TEXT:
		text = *(const struct text *)member;
		return DB_V_TEXT_OR_NULL(text);
	case COLUMN_FLAG:
		return DB_V_INT(*(const bool *)member);
	case COLUMN_NUMBER:
	case COLUMN_TIME:
	case COLUMN_COUNT:
		break;
	}
	number = *(const int64_t *)member;
	if ((column->kind == COLUMN_TIME && number == 0) || (column->kind == COLUMN_COUNT && number < 0))
		return DB_V_NULL;
	return DB_V_INT(number);
}
