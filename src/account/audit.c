#include "account/audit.h"

#include <stdlib.h>

#include "model/entity_json.h"
#include "text/fold.h"

#define PAYLOAD_MAX 65536u
#define WORDS_MAX 64u

static void put_member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, "%s\"%s\":", out->len && out->data[out->len - 1] == '{' ? "" : ",", name);
	json_add_string(out, value);
}

void audit_payload(const struct audit_event *event, int64_t at_ms, struct buffer *out)
{
	const struct actor *actor = event->actor;

	buffer_add_char(out, '{');
	put_member(out, "action", text_of(event->action));
	put_member(out, "actor", actor->id);
	put_member(out, "address", actor->address);
	buffer_printf(out, ",\"at\":%lld", (long long)at_ms);
	put_member(out, "country", actor->country);
	put_member(out, "detail", event->detail);
	put_member(out, "outcome", text_of(event->outcome));
	put_member(out, "purpose", actor->purpose);
	put_member(out, "session", actor->session);
	buffer_printf(out, ",\"strength\":%d", (int)actor->strength);
	put_member(out, "thing", event->thing);
	put_member(out, "thingKind", text_of(event->thing_kind));
	buffer_add_char(out, '}');
}

/* Empty text, not NULL. */
static struct db_value whole(struct text t)
{
	return DB_V_TEXT(t.len ? t : TEXT(""));
}

enum status audit_add(struct db_tx *tx, const struct env *env, const struct audit_event *event, struct error *ret_error)
{
	const struct actor *actor = event->actor;
	int64_t now_ms = env_now(env);
	char id[ID_SIZE];
	struct buffer payload;
	enum status st;

	buffer_init(&payload, PAYLOAD_MAX);
	audit_payload(event, now_ms, &payload);
	st = buffer_status(&payload);
	if (st != ST_OK) {
		error_set(ret_error, st, "the audit row is too large");
		goto out;
	}
	struct ledger_new leaf = {.log = LEDGER_AUDIT, .kind = event->action, .subject = event->thing, .actor = actor->id,
				  .payload = buffer_text(&payload)};
	TRY_OUT(ledger_append(tx, env, &leaf, id, ret_error));
	st = db_exec(tx,
		     "INSERT INTO audit (id, at_ms, actor, country, session, address, strength, purpose, action, thing_kind,"
		     " thing, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_INT(now_ms), whole(actor->id), whole(actor->country),
			       whole(actor->session), whole(actor->address), DB_V_INT(actor->strength), whole(actor->purpose),
			       DB_V_TEXT(text_of(event->action)), whole(text_of(event->thing_kind)), whole(event->thing),
			       DB_V_TEXT(text_of(event->outcome)), whole(event->detail)),
		     NULL, ret_error);
out:
	buffer_release(&payload);
	return st;
}

static int by_bytes(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

enum status audit_name_key(struct text name, struct arena *arena, struct text *ret_key)
{
	struct text folded, word, words[WORDS_MAX];
	size_t count = 0, at = 0;
	char *out;

	TRY(text_fold(name, arena, &folded));
	if (folded.len == 0) {
		*ret_key = TEXT("");
		return ST_OK;
	}
	for (struct text rest = folded; text_split(&rest, ' ', &word);) {
		if (count == WORDS_MAX)
			return ST_LIMIT;
		words[count++] = word;
	}
	qsort(words, count, sizeof words[0], by_bytes);
	out = arena_alloc(arena, folded.len, 1);
	if (!out)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < count; i++) {
		if (i)
			out[at++] = ' ';
		memcpy(out + at, words[i].data, words[i].len);
		at += words[i].len;
	}
	*ret_key = (struct text){out, at};
	return ST_OK;
}

enum status audit_flag_lookup(struct db_tx *tx, const struct env *env, const struct audit_event *event, struct text name,
			      struct error *ret_error)
{
	struct arena arena;
	struct text key;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, 1u << 20);
	st = audit_name_key(name, &arena, &key);
	if (st != ST_OK) {
		error_set(ret_error, st, "the name is too long to be compared");
		goto out;
	}
	TRY_OUT(db_query(tx, "SELECT id FROM person WHERE name_key = $1 AND name_key <> '' ORDER BY id LIMIT 20",
			 DB_PARAMS(DB_V_TEXT(key.len ? key : TEXT(""))), &arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		char detail[96];
		struct audit_event flagged = *event;
		bool self = text_equal(db_text(&rows, i, 0), event->actor->id);

		snprintf(detail, sizeof detail, "{\"officer\":\"%.*s\",\"who\":\"%s\"}", TEXT_ARG(db_text(&rows, i, 0)),
			 self ? "self" : "colleague");
		flagged.outcome = "flagged";
		flagged.detail = text_of(detail);
		TRY_OUT(audit_add(tx, env, &flagged, ret_error));
	}
out:
	arena_release(&arena);
	return st;
}
