#include "review/review.h"

#include "review/trial.h"

enum status review_load(struct db_tx *tx, const struct lesson_document *document, size_t language, struct arena *arena,
			struct review_approval **ret, size_t *ret_count, struct error *ret_error)
{
	struct review_approval *list;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT person, at FROM public_review WHERE document = $1 AND language = $2 AND hash = $3 ORDER BY at, person",
		     DB_PARAMS(DB_V_TEXT(document->id), DB_V_TEXT(text_of(lesson_languages[language])), DB_V_TEXT(document->hashes[language])), arena,
		     &rows, ret_error));
	list = arena_alloc(arena, sizeof *list * (rows.rows + 1), _Alignof(struct review_approval));
	if (list == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		list[i] = (struct review_approval){db_text(&rows, i, 0), db_int(&rows, i, 1)};
	*ret = list;
	*ret_count = rows.rows;
	return ST_OK;
}

static enum status same_text(const struct lesson_document *document, size_t language, struct text hash, struct error *ret_error)
{
	return text_equal(document->hashes[language], hash)
		       ? ST_OK
		       : error_because(ret_error, ST_CONFLICT, "review-other-text", "hash", "the text is no longer the one that was read");
}

enum status review_approve(struct db_tx *tx, const struct actor *actor, const struct lesson_document *document, size_t language,
			   struct text hash, int64_t now_ms, struct error *ret_error)
{
	TRY(same_text(document, language, hash, ret_error));
	TRY(db_exec(tx, "INSERT INTO public_review (document, language, hash, person, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(document->id), DB_V_TEXT(text_of(lesson_languages[language])), DB_V_TEXT(hash), DB_V_TEXT(actor->id),
			      DB_V_INT(now_ms)),
		    NULL, ret_error));
	return db_tell(tx, "public", document->id, now_ms, ret_error);
}

enum status review_withdraw(struct db_tx *tx, const struct actor *actor, const struct lesson_document *document, size_t language,
			    struct text hash, int64_t now_ms, struct error *ret_error)
{
	TRY(same_text(document, language, hash, ret_error));
	TRY(db_exec(tx, "DELETE FROM public_review WHERE document = $1 AND language = $2 AND hash = $3 AND person = $4",
		    DB_PARAMS(DB_V_TEXT(document->id), DB_V_TEXT(text_of(lesson_languages[language])), DB_V_TEXT(hash), DB_V_TEXT(actor->id)), NULL,
		    ret_error));
	return db_tell(tx, "public", document->id, now_ms, ret_error);
}

enum status published_lessons(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	const struct lesson_document *document;
	bool any = false;

	(void)now_ms;
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t d = 0; (document = lesson_document_at(d)) != NULL; d++)
		for (size_t language = 0; language < LESSON_LANGUAGES; language++) {
			struct review_approval *list;
			size_t count;

			TRY(review_load(tx, document, language, arena, &list, &count, ret_error));
			if (count < REVIEW_NEEDED)
				continue;
			buffer_printf(out, "%s{\"document\":\"%.*s\",\"hash\":\"%.*s\",\"language\":\"%s\"}", any ? "," : "", TEXT_ARG(document->id),
				      TEXT_ARG(document->hashes[language]), lesson_languages[language]);
			any = true;
		}
	buffer_add_char(out, ']');
	return published_effect(tx, arena, out, ret_error);
}
