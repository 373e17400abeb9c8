#include "awareness/found.h"

#include "awareness/cluster.h"
#include "awareness/identity.h"
#include "awareness/rules.h"
#include "ident/asked_find.h"

#include "awareness_languages.inc"

/* ---- proposed ---- */

struct findings {
	struct asked_found *all;
	size_t count, room;
};

static struct text home_of(struct text language)
{
	for (size_t i = 0; i < AWARENESS_LANGUAGES_COUNT; i++)
		if (text_equal(awareness_languages_rows[i].language, language))
			return awareness_languages_rows[i].country;
	return TEXT_NONE;
}

static bool overlaps(const struct findings *f, size_t until, const struct asked_found *one)
{
	for (size_t i = 0; i < until; i++)
		if (one->at < f->all[i].at + f->all[i].len && f->all[i].at < one->at + one->len)
			return true;
	return false;
}

/* As the host reads it, where nothing was read before. */
static void find_here(struct findings *f, struct text text, struct text host, struct asked_found *room)
{
	const size_t before = f->count, count = asked_find(text, host, room, f->room);

	for (size_t i = 0; i < count && f->count < f->room; i++)
		if (!overlaps(f, before, &room[i]))
			f->all[f->count++] = room[i];
}

static enum status find(const struct awareness *awareness, const struct found_text *said, struct arena *arena, struct findings *ret,
			struct error *ret_error)
{
	const struct text home = home_of(said->language);
	struct findings f = {.room = (size_t)awareness_term("found-max")};
	struct asked_found *room = ARENA_NEW(arena, struct asked_found, f.room);

	f.all = ARENA_NEW(arena, struct asked_found, f.room);
	if (f.all == NULL || room == NULL)
		return arena_failure(arena, ret_error);
	if (home.len && !text_equal(home, awareness->host))
		f.count = asked_find(said->text, home, f.all, f.room);
	find_here(&f, said->text, awareness->host, room);
	*ret = f;
	return ST_OK;
}

enum status found_keep(struct awareness *awareness, struct db_tx *tx, struct text report, const struct found_text *said, struct arena *arena,
		       struct error *ret_error)
{
	struct findings f = {.all = NULL};
	struct db_rows row;
	int64_t number;

	if (said->text.len == 0)
		return ST_OK;
	TRY(find(awareness, said, arena, &f, ret_error));
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM report_found WHERE report_id = $1", DB_PARAMS(DB_V_TEXT(report)), arena, &row,
			 ret_error));
	number = db_int(&row, 0, 0);
	for (size_t i = 0; i < f.count && number < (int64_t)f.room; i++) {
		const struct asked_found *one = &f.all[i];
		uint64_t added;

		TRY(db_exec(tx, "INSERT INTO report_found (report_id, number, x, type, typed, state) SELECT $1, $2, $3, $4, $5, 'proposed'"
			    " WHERE NOT EXISTS (SELECT 1 FROM report_identifier WHERE report_id = $1 AND x = $3) ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(report), DB_V_INT(number + 1), DB_V_TEXT(text_of(one->asked.x)),
				      DB_V_TEXT(text_of(asked_kind_word(one->asked.kind))),
				      DB_V_TEXT(((struct text){said->text.data + one->at, one->len}))),
			    &added, ret_error));
		number += (int64_t)added;
	}
	return ST_OK;
}

enum status found_named(struct db_tx *tx, struct text report, struct text x, struct error *ret_error)
{
	return db_exec(tx, "DELETE FROM report_found WHERE report_id = $1 AND x = $2", DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(x)), NULL, ret_error);
}

/* ---- decided ---- */

static enum status confirm(struct awareness *awareness, struct db_tx *tx, struct text report, const struct identified *what, struct text typed,
			   struct arena *arena, struct error *ret_error)
{
	TRY(identifier_need(tx, what, ret_error));
	TRY(db_exec(tx, "INSERT INTO report_identifier (report_id, x, typed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(what->x), DB_V_TEXT(typed)), NULL, ret_error));
	return cluster_again(awareness, tx, report, arena, ret_error);
}

enum status found_decide(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct found_decision *decision,
			 struct arena *arena, struct error *ret_error)
{
	const struct text state = decision->confirm ? TEXT("confirmed") : TEXT("rejected");
	struct identified what;
	struct db_rows row;
	bool counted;

	TRY(db_query(tx, "SELECT f.x, f.type, f.typed, f.state, coalesce(i.safe, 0) FROM report_found f LEFT JOIN identifier i ON i.x = f.x"
		     " WHERE f.report_id = $1 AND f.number = $2", DB_PARAMS(DB_V_TEXT(decision->report), DB_V_INT(decision->number)), arena, &row,
		     ret_error));
	if (row.rows == 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "found", "nothing of this number was found in the text");
	if (text_equal(db_text(&row, 0, 3), state))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "found", "it is %.*s already", TEXT_ARG(state));
	if (decision->confirm && db_int(&row, 0, 4))
		return error_because(ret_error, ST_CONFLICT, "listing-official", "found", "it is an official contact");
	what = (struct identified){.x = db_text(&row, 0, 0), .type = db_text(&row, 0, 1)};
	counted = text_equal(db_text(&row, 0, 3), TEXT("confirmed"));
	TRY(db_exec(tx, "UPDATE report_found SET state = $3, decided_by = $4, decided_at = $5 WHERE report_id = $1 AND number = $2",
		    DB_PARAMS(DB_V_TEXT(decision->report), DB_V_INT(decision->number), DB_V_TEXT(state), DB_V_TEXT(actor->id),
			      DB_V_INT(decision->now_ms)),
		    NULL, ret_error));
	if (decision->confirm)
		TRY(confirm(awareness, tx, decision->report, &what, db_text(&row, 0, 2), arena, ret_error));
	else if (counted)
		TRY(db_exec(tx, "DELETE FROM report_identifier WHERE report_id = $1 AND x = $2",
			    DB_PARAMS(DB_V_TEXT(decision->report), DB_V_TEXT(what.x)), NULL, ret_error));
	else
		return ST_OK;
	return rules_apply(awareness, tx, what.x, arena, ret_error);
}
