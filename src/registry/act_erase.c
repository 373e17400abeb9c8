/* Erasure: what is left is an id, dates and codes; the ledger still proves that something was there, and not what. */
#include "ledger/ledger.h"
#include "registry/acts.h"

enum status settle_erase(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.erasure_by = w->actor->id;
	w->after.erasure_text = w->act->note;
	return ST_OK;
}

static void forget(struct entry *e)
{
	struct text *const texts[] = {
		&e->person,	     &e->caption,	 &e->latin,	      &e->birth_date,	  &e->nationality,  &e->document,
		&e->offence,	     &e->purpose,	 &e->proportionality, &e->child_decision, &e->decision_text,
		&e->extension_text,  &e->extension_measures, &e->erasure_text, &e->agency};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		*texts[i] = TEXT_NONE;
	e->reference = e->id;
	e->content_hash = TEXT("erased");
	e->name_count = 0;
	e->document_count = 0;
	e->measure_count = 0;
	e->erased = true;
}

/* Payload and salt of every leaf of his; that a leaf stood there, and that it was erased, the ledger keeps. */
static enum status erase_leaves(struct working *w, struct error *ret_error)
{
	const struct ledger_new why = {.actor = w->actor->id, .payload = TEXT("{\"why\":\"erasure\"}")};
	struct db_rows rows;

	TRY(db_query(w->tx, "SELECT leaf_id, listing_leaf FROM entry_event WHERE entry_id = $1 ORDER BY seq",
		     DB_PARAMS(DB_V_TEXT(w->after.id)), w->arena, &rows, ret_error));
	for (size_t i = 0; i < 2 * rows.rows; i++) {
		struct text leaf = db_text(&rows, i / 2, i % 2);
		char id[ID_SIZE];
		enum status st = leaf.len ? ledger_erase(w->tx, w->registry->env, leaf, &why, id, ret_error) : ST_OK;

		if (st != ST_OK && st != ST_NOT_FOUND)
			return st;
	}
	return ST_OK;
}

enum status settle_erase_confirm(struct working *w, struct error *ret_error)
{
	static const char *const statements[] = {
		"DELETE FROM measure WHERE entry_id = $1",
		"DELETE FROM challenge WHERE entry_id = $1",
		"DELETE FROM attachment WHERE entry_id = $1",
		"DELETE FROM nomination_content WHERE entry_id = $1",
		"UPDATE submission_row SET reference = NULL, name = NULL, lookalikes = NULL WHERE entry_id = $1",
		"UPDATE entry_event SET note = NULL WHERE entry_id = $1",
	};

	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		TRY(db_exec(w->tx, statements[i], DB_PARAMS(DB_V_TEXT(w->after.id)), NULL, ret_error));
	TRY(erase_leaves(w, ret_error));
	forget(&w->after);
	w->identity_changed = true;
	return ST_OK;
}
