#include "awareness/contact.h"

#include <stdio.h>

#include "awareness/identity.h"
#include "awareness/listing.h"
#include "model/entity_json.h"
#include "model/time.h"

#define NAME_MAX_BYTES 400u
#define SOURCE_MAX 1000u

static const char *const kinds[] = {"hotline", "police", "embassy", "bank", "telecom", "aid", "app", "site", "authority", "exchange"};
static const char *const types[] = {"phone", "url", "bank", "wallet", "telegram", "line", "facebook", "email"};

static bool among(struct text word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(word, text_of(words[i])))
			return true;
	return false;
}

static bool is_country(struct text t)
{
	return t.len == 2 && t.data[0] >= 'a' && t.data[0] <= 'z' && t.data[1] >= 'a' && t.data[1] <= 'z';
}

static enum status check(const struct contact_new *c, struct error *ret_error)
{
	int64_t ms;
	const struct {
		const char *field;
		bool good;
	} checks[] = {
		{"kind", among(c->kind, kinds, sizeof kinds / sizeof kinds[0])},
		{"country", is_country(c->country)},
		{"name", c->name.en.len && c->name.en.len <= NAME_MAX_BYTES && c->name.km.len <= NAME_MAX_BYTES &&
				 c->name.ko.len <= NAME_MAX_BYTES && c->name.zh.len <= NAME_MAX_BYTES},
		{"checked", c->checked.len == 10 && time_read(c->checked, &ms, NULL) == ST_OK},
		{"source", c->source.len && c->source.len <= SOURCE_MAX},
		{"note", c->note.len <= AWARENESS_NOTE_MAX},
		{"serves", c->serves.len <= NAME_MAX_BYTES},
		{"languages", c->languages.len <= NAME_MAX_BYTES},
		{"hours", c->hours.len <= NAME_MAX_BYTES},
		{"values", c->value_count > 0},
	};

	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (!checks[i].good)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", checks[i].field, "%s cannot be taken", checks[i].field);
	for (size_t i = 0; i < c->value_count; i++)
		if (!among(c->values[i].type, types, sizeof types / sizeof types[0]) || c->values[i].value.len == 0)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "values", "value %zu has no known type", i + 1);
	return ST_OK;
}

/* An e-mail address is nobody's to check, so it has no x. */
static enum status value_identify(const struct awareness *awareness, const struct contact_new *c, size_t i, struct arena *arena,
				  struct identified *ret, struct error *ret_error)
{
	struct item_identifier typed = c->values[i];
	static const char *const services[] = {"telegram", "line", "facebook"};

	*ret = (struct identified){.x = TEXT_NONE};
	if (text_equal(typed.type, TEXT("email")))
		return ST_OK;
	if (among(typed.type, services, 3)) {
		typed.service = typed.type;
		typed.type = TEXT("handle");
		/* reached by its number */
		if (typed.value.data[0] == '+')
			typed.type = TEXT("phone");
	}
	typed.country = c->country;
	return identify(&typed, awareness->host, arena, ret, ret_error);
}

static enum status names_write(const struct contact_names *names, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, 8192);
	buffer_add_text(&out, TEXT("{\"en\":"));
	json_add_string(&out, names->en);
	buffer_add_text(&out, TEXT(",\"km\":"));
	json_add_string(&out, names->km.len ? names->km : names->en);
	buffer_add_text(&out, TEXT(",\"ko\":"));
	json_add_string(&out, names->ko.len ? names->ko : names->en);
	buffer_add_text(&out, TEXT(",\"zh\":"));
	json_add_string(&out, names->zh.len ? names->zh : names->en);
	buffer_add_char(&out, '}');
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the names cannot be written");
}

static enum status values_insert(struct awareness *awareness, struct db_tx *tx, const struct contact_new *c, const char *id,
				 struct arena *arena, struct error *ret_error)
{
	for (size_t i = 0; i < c->value_count; i++) {
		struct identified what;

		TRY(value_identify(awareness, c, i, arena, &what, ret_error));
		if (what.x.len)
			TRY(identifier_need(tx, &what, ret_error));
		TRY(db_exec(tx, "INSERT INTO contact_value (contact_id, number, type, value, x) VALUES ($1, $2, $3, $4, $5)",
			    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_INT((int64_t)i + 1), DB_V_TEXT(c->values[i].type),
				      DB_V_TEXT(c->values[i].value), DB_V_TEXT_OR_NULL(what.x)),
			    NULL, ret_error));
	}
	return ST_OK;
}

static enum status told(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, const char *act,
			const char *state, struct text note, int64_t now_ms, struct error *ret_error)
{
	char kind[64], payload[256], at[TIME_SIZE], leaf[ID_SIZE];
	const struct desk_line line = {.kind = "contact", .subject = id, .actor = actor, .act = text_of(act), .state = text_of(state),
				       .note = note};

	time_write(now_ms, at);
	snprintf(kind, sizeof kind, "public-contact.%s", act);
	snprintf(payload, sizeof payload, "{\"act\":\"%s\",\"at\":\"%s\",\"contact\":\"%.*s\",\"to\":\"%s\"}", act, at, TEXT_ARG(id), state);
	TRY(awareness_log(awareness, tx, actor, kind, id, text_of(payload), leaf, ret_error));
	TRY(desk_line_add(awareness, tx, &line, now_ms, ret_error));
	return db_tell(tx, "public", id, now_ms, ret_error);
}

enum status contact_insert(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct contact_new *c,
			   int64_t now_ms, struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error)
{
	struct text names;

	TRY(check(c, ret_error));
	TRY(names_write(&c->name, arena, &names, ret_error));
	id_make(awareness->env, ret_id);
	TRY(db_exec(tx, "INSERT INTO official_contact (id, version, shipped, shown, kind, country, serves, name, note, hours, languages,"
		    " checked_on, source, state, proposed_by, proposed_at)"
		    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'proposed', $13, $14)",
		    DB_PARAMS(DB_V_TEXT(text_of(ret_id)), DB_V_TEXT_OR_NULL(c->shipped), DB_V_INT(c->shown), DB_V_TEXT(c->kind),
			      DB_V_TEXT(c->country), DB_V_TEXT(c->serves.len ? c->serves : TEXT("")), DB_V_TEXT(names),
			      DB_V_TEXT_OR_NULL(c->note), DB_V_TEXT_OR_NULL(c->hours),
			      DB_V_TEXT(c->languages.len ? c->languages : TEXT("")), DB_V_TEXT(c->checked), DB_V_TEXT(c->source),
			      DB_V_TEXT(actor->id), DB_V_INT(now_ms)),
		    NULL, ret_error));
	return values_insert(awareness, tx, c, ret_id, arena, ret_error);
}

enum status contact_propose(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct contact_new *c,
			    struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error)
{
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(contact_insert(awareness, tx, actor, c, now_ms, arena, ret_id, ret_error));
	return told(awareness, tx, actor, text_of(ret_id), "propose", "proposed", TEXT_NONE, now_ms, ret_error);
}

/* ---- in force, and ended ---- */

enum status contact_begin(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, int64_t now_ms,
			  struct arena *arena, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT x FROM contact_value WHERE contact_id = $1 AND x IS NOT NULL", DB_PARAMS(DB_V_TEXT(id)), arena, &rows,
		     ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		/* First what is listed of it ends: the schema holds the two apart. */
		TRY(listing_end_all(awareness, tx, actor, db_text(&rows, i, 0), TEXT("official"), now_ms, arena, ret_error));
		TRY(db_exec(tx, "UPDATE identifier SET safe = 1, cluster_id = NULL WHERE x = $1 AND safe = 0",
			    DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0))), NULL, ret_error));
	}
	TRY(db_exec(tx, "UPDATE contact_value SET safe = 1 WHERE contact_id = $1 AND x IS NOT NULL", DB_PARAMS(DB_V_TEXT(id)), NULL, ret_error));
	TRY(db_exec(tx, "UPDATE official_contact SET version = version + 1, state = 'in-force', confirmed_by = $2, confirmed_at = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), actor == &awareness_rules ? DB_V_NULL : DB_V_TEXT(actor->id), DB_V_INT(now_ms)), NULL, ret_error));
	return told(awareness, tx, actor, id, "confirm", "in-force", TEXT_NONE, now_ms, ret_error);
}

enum status contact_end(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct text reason,
			int64_t now_ms, struct arena *arena, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT x FROM contact_value WHERE contact_id = $1 AND safe = 1", DB_PARAMS(DB_V_TEXT(id)), arena, &rows, ret_error));
	TRY(db_exec(tx, "UPDATE contact_value SET safe = NULL WHERE contact_id = $1", DB_PARAMS(DB_V_TEXT(id)), NULL, ret_error));
	/* Another contact may still hold it; what was said of it while it was safe counts for nothing. */
	for (size_t i = 0; i < rows.rows; i++)
		TRY(db_exec(tx, "UPDATE identifier SET safe = 0, counts_from = $2 WHERE x = $1 AND NOT EXISTS"
			    " (SELECT 1 FROM contact_value WHERE x = $1 AND safe = 1)",
			    DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0)), DB_V_INT(now_ms)), NULL, ret_error));
	TRY(db_exec(tx, "UPDATE official_contact SET version = version + 1, state = 'ended', ended_by = $2, ended_at = $3, end_reason = $4"
		    " WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id), DB_V_INT(now_ms), DB_V_TEXT_OR_NULL(reason)), NULL, ret_error));
	return told(awareness, tx, actor, id, "end", "ended", reason, now_ms, ret_error);
}

enum status contact_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct contact_act *act,
		       struct arena *arena, struct error *ret_error)
{
	struct db_rows row;
	struct text state;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT version, state, proposed_by FROM official_contact WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id)), arena, &row,
			 ret_error));
	if (db_int(&row, 0, 0) != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	state = db_text(&row, 0, 1);
	if (text_equal(act->act, TEXT("confirm"))) {
		if (!text_equal(state, TEXT("proposed")))
			return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "it is not proposed");
		if (text_equal(db_text(&row, 0, 2), actor->id))
			return error_because(ret_error, ST_CONFLICT, "contact-same-person", NULL, "another officer confirms");
		return contact_begin(awareness, tx, actor, act->id, now_ms, arena, ret_error);
	}
	if (text_equal(act->act, TEXT("end")) || text_equal(act->act, TEXT("decline"))) {
		if (!text_equal(state, text_equal(act->act, TEXT("end")) ? TEXT("in-force") : TEXT("proposed")))
			return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "not in state %.*s", TEXT_ARG(state));
		return contact_end(awareness, tx, actor, act->id, act->reason, now_ms, arena, ret_error);
	}
	return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
}
