#include "awareness/alert.h"

#include <sodium.h>
#include <stdio.h>

#include "ident/country.h"
#include "model/entity_json.h"
#include "model/time.h"

/* ---- what is written ---- */

/* What nobody sees, or what turns the direction of what stands beside it, has no place in what everybody reads. */
static bool letter(uint32_t c, bool lines)
{
	return c >= 0x20 ? !(c >= 0x7f && c < 0xa0) && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff &&
				   c != 0xfffe && c != 0xffff
			 : lines && c == '\n';
}

static bool text_good(struct text t, size_t max, bool lines)
{
	size_t count = 0;

	for (size_t at = 0; at < t.len; count++)
		if (!letter(text_next(t, &at), lines))
			return false;
	return count <= max;
}

static enum status invalid(const char *field, enum alert_language language, const char *why, struct error *ret_error)
{
	char path[32];

	snprintf(path, sizeof path, "%s.%s", field, alert_language_word(language));
	return error_because(ret_error, ST_MALFORMED, "value-invalid", path, "%s %s", path, why);
}

static enum status texts_check(struct alert_new *a, struct error *ret_error)
{
	const struct {
		const char *field;
		struct alert_texts *texts;
		size_t max;
		bool lines;
	} all[] = {{"title", &a->title, ALERT_TITLE_MAX, false}, {"text", &a->text, ALERT_TEXT_MAX, true}, {"advice", &a->advice, ALERT_ADVICE_MAX, true}};
	bool any = false;

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (unsigned l = 0; l < ALERT_LANGUAGES; l++) {
			all[i].texts->of[l] = text_trim(all[i].texts->of[l]);
			if (!text_good(all[i].texts->of[l], all[i].max, all[i].lines))
				return invalid(all[i].field, (enum alert_language)l, "is too long or has a character that may not stand there", ret_error);
		}
	for (unsigned l = 0; l < ALERT_LANGUAGES; l++) {
		if ((a->title.of[l].len == 0) != (a->text.of[l].len == 0))
			return invalid(a->title.of[l].len ? "text" : "title", (enum alert_language)l, "is missing", ret_error);
		if (a->advice.of[l].len && a->title.of[l].len == 0)
			return invalid("title", (enum alert_language)l, "is missing", ret_error);
		any = any || a->title.of[l].len;
	}
	return any ? ST_OK : error_because(ret_error, ST_MALFORMED, "value-invalid", "title", "an alert has a title");
}

static bool is_country(struct text t)
{
	return t.len == 2 && t.data[0] >= 'a' && t.data[0] <= 'z' && country_name(t, TEXT("en")).len != 0;
}

static enum status lists_check(const struct alert_new *a, int64_t now_ms, struct error *ret_error)
{
	for (size_t i = 0; i < a->country_count; i++)
		if (!is_country(a->countries[i]))
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "countries", "%.*s is no country", TEXT_ARG(a->countries[i]));
	for (size_t i = 0; i < a->channel_count; i++)
		if (alert_channel(a->channels[i], ALERT_EN).len == 0)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "channels", "%.*s is no channel", TEXT_ARG(a->channels[i]));
	if (a->expires_ms && a->expires_ms <= now_ms)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "expires", "it would be over already");
	return a->cancel && a->refers.len == 0 ? error_because(ret_error, ST_MALFORMED, "value-invalid", "refers", "what is taken back is missing")
					       : ST_OK;
}

static enum status texts_write(const struct alert_texts *texts, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct buffer out;
	bool any = false;
	enum status st;

	buffer_init(&out, 65536);
	buffer_add_char(&out, '{');
	for (unsigned l = 0; l < ALERT_LANGUAGES; l++)
		if (texts->of[l].len) {
			buffer_printf(&out, "%s\"%s\":", any ? "," : "", alert_language_word((enum alert_language)l));
			json_add_string(&out, texts->of[l]);
			any = true;
		}
	buffer_add_char(&out, '}');
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the texts cannot be written");
}

/* Words with | between. */
static enum status words_write(const struct text *words, size_t count, struct arena *arena, struct text *ret, struct error *ret_error)
{
	char out[ALERT_COUNTRIES_MAX * 65];
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count && len < sizeof out; i++)
		len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s", i ? "|" : "", TEXT_ARG(words[i]));
	return arena_text(arena, text_of(out), ret) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

/* ---- what it refers to ---- */

/* Only the newest of what follows each other can be replaced, and nothing that was taken back. */
static enum status refers_check(struct db_tx *tx, struct text refers, struct arena *arena, struct error *ret_error)
{
	struct db_rows row;

	if (refers.len == 0)
		return ST_OK;
	TRY(db_query_one(tx, "SELECT a.state, a.kind, (SELECT count(*) FROM public_alert n WHERE n.refers = a.id AND n.number IS NOT NULL)"
			 " FROM public_alert a WHERE a.id = $1", DB_PARAMS(DB_V_TEXT(refers)), arena, &row, ret_error));
	if (!text_equal(db_text(&row, 0, 0), TEXT("released")) || text_equal(db_text(&row, 0, 1), TEXT("cancel")) || db_int(&row, 0, 2) != 0)
		return error_because(ret_error, ST_CONFLICT, "alert-replaced", "refers", "it is not the newest one that is in force");
	return ST_OK;
}

static enum status told(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, const char *act,
			const char *state, struct text note, int64_t now_ms, struct error *ret_error)
{
	const struct desk_line line = {.kind = "public-alert", .subject = id, .actor = actor, .act = text_of(act), .state = text_of(state),
				       .note = note};

	return desk_line_add(awareness, tx, &line, now_ms, ret_error);
}

enum status alert_propose(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct alert_new *new,
			  struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error)
{
	struct alert_new a = *new;
	struct text title, text, advice, countries, channels;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(texts_check(&a, ret_error));
	TRY(lists_check(&a, now_ms, ret_error));
	TRY(refers_check(tx, a.refers, arena, ret_error));
	TRY(texts_write(&a.title, arena, &title, ret_error));
	TRY(texts_write(&a.text, arena, &text, ret_error));
	TRY(texts_write(&a.advice, arena, &advice, ret_error));
	TRY(words_write(a.countries, a.country_count, arena, &countries, ret_error));
	TRY(words_write(a.channels, a.channel_count, arena, &channels, ret_error));
	if (a.campaign.len) {
		struct db_rows row;

		TRY(db_query_one(tx, "SELECT number FROM campaign WHERE id = $1", DB_PARAMS(DB_V_TEXT(a.campaign)), arena, &row, ret_error));
	}
	id_make(awareness->env, ret_id);
	TRY(db_exec(tx, "INSERT INTO public_alert (id, version, kind, refers, exercise, title, body, advice, urgency, severity, certainty, countries,"
		    " channels, campaign_id, expires_at, state, proposed_by, proposed_at)"
		    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'proposed', $15, $16)",
		    DB_PARAMS(DB_V_TEXT(text_of(ret_id)),
			      DB_V_TEXT(a.cancel ? TEXT("cancel") : a.refers.len ? TEXT("update") : TEXT("alert")), DB_V_TEXT_OR_NULL(a.refers),
			      DB_V_INT(a.exercise), DB_V_TEXT(title), DB_V_TEXT(text), DB_V_TEXT(advice),
			      DB_V_TEXT(alert_scale_word(ALERT_URGENCY, a.urgency)), DB_V_TEXT(alert_scale_word(ALERT_SEVERITY, a.severity)),
			      DB_V_TEXT(alert_scale_word(ALERT_CERTAINTY, a.certainty)), DB_V_TEXT(countries), DB_V_TEXT(channels),
			      DB_V_TEXT_OR_NULL(a.campaign), a.expires_ms ? DB_V_INT(a.expires_ms) : DB_V_NULL, DB_V_TEXT(actor->id),
			      DB_V_INT(now_ms)),
		    NULL, ret_error));
	return told(awareness, tx, actor, text_of(ret_id), "propose", "proposed", TEXT_NONE, now_ms, ret_error);
}

/* ---- released, declined ---- */

enum column { VERSION, STATE, AUTHOR, REFERS, EXPIRES, TITLE, BODY, ADVICE };

/* Whoever has the texts can show that they are those of the log. */
static void words_hash(const struct db_rows *row, char ret[2 * crypto_hash_sha256_BYTES + 1])
{
	static const enum column parts[] = {TITLE, BODY, ADVICE};
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct text t = db_text(row, 0, parts[i]);

		crypto_hash_sha256_update(&state, (const uint8_t *)t.data, t.len);
		crypto_hash_sha256_update(&state, (const uint8_t *)"\n", 1);
	}
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(ret, 2 * sizeof hash + 1, hash, sizeof hash);
}

static enum status release(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, const struct db_rows *row,
			   int64_t now_ms, struct arena *arena, struct error *ret_error)
{
	char payload[320], at[TIME_SIZE], leaf[ID_SIZE], hash[2 * crypto_hash_sha256_BYTES + 1];
	struct db_rows next;

	if (text_equal(db_text(row, 0, AUTHOR), actor->id))
		return error_because(ret_error, ST_DENIED, "alert-same-person", NULL, "another officer releases it");
	if (db_int(row, 0, EXPIRES) && db_int(row, 0, EXPIRES) <= now_ms)
		return error_because(ret_error, ST_CONFLICT, "alert-over", "expires", "its time has ended");
	TRY(refers_check(tx, db_text(row, 0, REFERS), arena, ret_error));
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) + 1 FROM public_alert", DB_NO_PARAMS, arena, &next, ret_error));
	words_hash(row, hash);
	time_write(now_ms, at);
	snprintf(payload, sizeof payload, "{\"act\":\"release\",\"alert\":\"%.*s\",\"at\":\"%s\",\"number\":%lld,\"sha256\":\"%s\"}", TEXT_ARG(id), at,
		 (long long)db_int(&next, 0, 0), hash);
	TRY(awareness_log(awareness, tx, actor, "public-alert.release", id, text_of(payload), leaf, ret_error));
	TRY(db_exec(tx, "UPDATE public_alert SET version = version + 1, state = 'released', number = $2, released_by = $3, released_at = $4,"
		    " leaf_id = $5 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_INT(db_int(&next, 0, 0)), DB_V_TEXT(actor->id), DB_V_INT(now_ms), DB_V_TEXT(text_of(leaf))),
		    NULL, ret_error));
	TRY(told(awareness, tx, actor, id, "release", "released", TEXT_NONE, now_ms, ret_error));
	return db_tell(tx, "public", id, now_ms, ret_error);
}

enum status alert_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct alert_act *act, struct arena *arena,
		     struct error *ret_error)
{
	struct db_rows row;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT version, state, proposed_by, refers, expires_at, title, body, advice FROM public_alert WHERE id = $1",
			 DB_PARAMS(DB_V_TEXT(act->id)), arena, &row, ret_error));
	if (db_int(&row, 0, VERSION) != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	if (!text_equal(act->act, TEXT("release")) && !text_equal(act->act, TEXT("decline")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	if (!text_equal(db_text(&row, 0, STATE), TEXT("proposed")))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "it is not proposed");
	if (text_equal(act->act, TEXT("release")))
		return release(awareness, tx, actor, act->id, &row, now_ms, arena, ret_error);
	TRY(db_exec(tx, "UPDATE public_alert SET version = version + 1, state = 'declined' WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id)), NULL, ret_error));
	return told(awareness, tx, actor, act->id, "decline", "declined", act->note, now_ms, ret_error);
}
