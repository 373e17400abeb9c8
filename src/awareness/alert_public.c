/* Released alerts as the public is given them (docs/alerts.md), and what is drawn of them. */
#include <stdio.h>

#include "awareness/alert.h"
#include "model/entity_json.h"
#include "model/time.h"

#define PUBLISHED 200u /* the newest; what is older is no longer told */

enum column { ID, NUMBER, KIND, REFERS, EXERCISE, TITLE, BODY, ADVICE, URGENCY, SEVERITY, CERTAINTY, COUNTRIES, CHANNELS, CAMPAIGN, EXPIRES, RELEASED };

static void member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

static void member_moment(struct buffer *out, const char *name, int64_t ms)
{
	char time[TIME_SIZE];

	time_write(ms, time);
	buffer_printf(out, ",\"%s\":\"%s\"", name, time);
}

/* Those before it, from the nearest back. */
static void references_put(struct buffer *out, const struct db_rows *rows, size_t i)
{
	struct text refers = db_text(rows, i, REFERS);
	size_t count = 0;

	if (refers.len == 0)
		return;
	buffer_add_text(out, TEXT(",\"references\":["));
	/* Numbers grow: what is referred to stands further down. */
	for (size_t k = i + 1; refers.len && k < rows->rows && count < ALERT_REFERENCES_MAX; k++)
		if (text_equal(db_text(rows, k, ID), refers)) {
			buffer_printf(out, "%s\"%lld\"", count++ ? "," : "", (long long)db_int(rows, k, NUMBER));
			refers = db_text(rows, k, REFERS);
		}
	buffer_add_char(out, ']');
}

static void replaced_put(struct buffer *out, const struct db_rows *rows, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (text_equal(db_text(rows, k, REFERS), db_text(rows, i, ID))) {
			buffer_printf(out, ",\"replaced\":\"%lld\"", (long long)db_int(rows, k, NUMBER));
			return;
		}
}

static void drawn_put(struct buffer *out, const struct db_rows *media, struct text id, const char *name, const char *kind)
{
	bool any = false;

	buffer_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < media->rows; i++)
		if (text_equal(db_text(media, i, 0), id) && text_equal(db_text(media, i, 2), text_of(kind))) {
			buffer_printf(out, "%s\"%.*s\"", any ? "," : "", TEXT_ARG(db_text(media, i, 1)));
			any = true;
		}
	buffer_add_char(out, ']');
}

static void item_put(struct buffer *out, const struct db_rows *rows, size_t i, const struct db_rows *media)
{
	struct text kind = db_text(rows, i, KIND);

	buffer_printf(out, "{\"id\":\"%lld\"", (long long)db_int(rows, i, NUMBER));
	member(out, "state", text_equal(kind, TEXT("cancel")) ? TEXT("cancelled") : kind);
	member_moment(out, "time", db_int(rows, i, RELEASED));
	if (!db_is_null(rows, i, EXPIRES))
		member_moment(out, "expires", db_int(rows, i, EXPIRES));
	if (db_int(rows, i, EXERCISE))
		buffer_add_text(out, TEXT(",\"exercise\":true"));
	buffer_printf(out, ",\"title\":%.*s,\"text\":%.*s,\"advice\":%.*s", TEXT_ARG(db_text(rows, i, TITLE)), TEXT_ARG(db_text(rows, i, BODY)),
		      TEXT_ARG(db_text(rows, i, ADVICE)));
	member(out, "urgency", db_text(rows, i, URGENCY));
	member(out, "severity", db_text(rows, i, SEVERITY));
	member(out, "certainty", db_text(rows, i, CERTAINTY));
	json_add_words(out, "countries", db_text(rows, i, COUNTRIES));
	json_add_words(out, "channels", db_text(rows, i, CHANNELS));
	if (!db_is_null(rows, i, CAMPAIGN))
		buffer_printf(out, ",\"campaign\":%lld", (long long)db_int(rows, i, CAMPAIGN));
	references_put(out, rows, i);
	replaced_put(out, rows, i);
	drawn_put(out, media, db_text(rows, i, ID), "cards", "card");
	drawn_put(out, media, db_text(rows, i, ID), "posters", "poster");
	buffer_add_char(out, '}');
}

static void head_put(struct buffer *out, const struct alert_head *head)
{
	member(out, "site", head->site);
	member(out, "sender", head->sender);
	if (head->hotline.len)
		member(out, "hotline", head->hotline);
	if (head->authority.len) {
		buffer_add_text(out, TEXT(",\"authority\":{\"en\":"));
		json_add_string(out, head->authority);
		buffer_add_char(out, '}');
	}
}

#define IN_BULLETIN "a.number > (SELECT max(number) FROM public_alert) - $1"

enum status alerts_write(struct db_tx *tx, const struct alert_head *head, int64_t number, struct arena *arena, struct buffer *out,
			 struct error *ret_error)
{
	struct db_rows rows, media;
	bool any = false;

	TRY(db_query(tx, "SELECT a.id, a.number, a.kind, a.refers, a.exercise, a.title, a.body, a.advice, a.urgency, a.severity, a.certainty, a.countries,"
		     " a.channels, c.number, a.expires_at, a.released_at FROM public_alert a LEFT JOIN campaign c ON c.id = a.campaign_id"
		     " WHERE a.number IS NOT NULL ORDER BY a.number DESC LIMIT $1", DB_PARAMS(DB_V_INT(PUBLISHED)), arena, &rows, ret_error));
	TRY(db_query(tx, "SELECT m.alert_id, m.language, m.kind FROM alert_media m JOIN public_alert a ON a.id = m.alert_id WHERE m.bytes IS NOT NULL"
		     " AND " IN_BULLETIN " ORDER BY m.name", DB_PARAMS(DB_V_INT(ALERTS_DRAWN)), arena, &media, ret_error));
	head_put(out, head);
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t i = 0; i < rows.rows; i++)
		if (number == 0 || db_int(&rows, i, NUMBER) == number) {
			if (any)
				buffer_add_char(out, ',');
			item_put(out, &rows, i, &media);
			any = true;
		}
	buffer_add_char(out, ']');
	return buffer_status(out);
}

/* ---- images and posters ---- */

enum status alert_draw_next(struct db_tx *tx, struct arena *arena, struct alert_drawing *ret, struct error *ret_error)
{
	struct db_rows rows, media;

	TRY(db_query(tx, "SELECT a.id, a.number, a.title FROM public_alert a WHERE " IN_BULLETIN " ORDER BY a.number DESC",
		     DB_PARAMS(DB_V_INT(ALERTS_DRAWN)), arena, &rows, ret_error));
	TRY(db_query(tx, "SELECT m.name FROM alert_media m JOIN public_alert a ON a.id = m.alert_id WHERE " IN_BULLETIN,
		     DB_PARAMS(DB_V_INT(ALERTS_DRAWN)), arena, &media, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		for (unsigned k = 0; k < 2 * ALERT_LANGUAGES; k++) {
			struct alert_drawing d = {.id = db_text(&rows, i, 0), .number = db_int(&rows, i, 1),
						  .language = (enum alert_language)(k % ALERT_LANGUAGES), .kind = (enum alert_file_kind)(k / ALERT_LANGUAGES)};
			char number[24], name[ALERT_FILE_SIZE], written[8];
			bool there = false;

			/* A title is an object of texts by language, and the first of them has no comma before. */
			snprintf(written, sizeof written, "\"%s\":", alert_language_word(d.language));
			snprintf(number, sizeof number, "%lld", (long long)d.number);
			if (!text_has(db_text(&rows, i, 2), text_of(written)) || !alert_file(text_of(number), d.language, d.kind, name))
				continue;
			for (size_t m = 0; m < media.rows; m++)
				there = there || text_equal(db_text(&media, m, 0), text_of(name));
			if (!there) {
				*ret = d;
				return ST_OK;
			}
		}
	return error_set(ret_error, ST_NOT_FOUND, "everything is drawn");
}

enum status alert_drawn(struct awareness *awareness, struct db_tx *tx, const struct alert_drawing *drawing, struct bytes content,
			struct text trouble, struct error *ret_error)
{
	char number[24], name[ALERT_FILE_SIZE];
	int64_t now_ms;

	snprintf(number, sizeof number, "%lld", (long long)drawing->number);
	if (!alert_file(text_of(number), drawing->language, drawing->kind, name))
		return error_set(ret_error, ST_LIMIT, "the alert's number is too long");
	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_exec(tx, "INSERT INTO alert_media (name, alert_id, language, kind, made_at, bytes, trouble) VALUES ($1, $2, $3, $4, $5, $6, $7)"
		    " ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(text_of(name)), DB_V_TEXT(drawing->id), DB_V_TEXT(text_of(alert_language_word(drawing->language))),
			      DB_V_TEXT(drawing->kind == ALERT_CARD ? TEXT("card") : TEXT("poster")), DB_V_INT(now_ms),
			      content.len ? DB_V_BLOB(content) : DB_V_NULL, content.len ? DB_V_NULL : DB_V_TEXT(trouble)),
		    NULL, ret_error));
	return db_tell(tx, "public", drawing->id, now_ms, ret_error);
}
