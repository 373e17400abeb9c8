/* The acts on a clearance: proposed, confirmed by another person, ended. */
#include "registry/clearance.h"

#include <sodium.h>
#include <stdio.h>

#include "ident/document.h"
#include "ledger/ledger.h"
#include "model/canonical.h"
#include "model/entity_json.h"
#include "model/time.h"
#include "registry/attachment.h"
#include "registry/inside.h"

#define PERSON_MAX ((size_t)64 << 10)
#define NUMBER_MAX 256u

static const char *const document_properties[] = {"passportNumber", "idNumber"};

/* ---- what is proposed ---- */

static bool is_number_of(const struct entry *entry, struct text number)
{
	char a[NUMBER_MAX], b[NUMBER_MAX];
	struct text one = {a, 0};

	if (number.len > NUMBER_MAX)
		return true;
	one.len = document_canonical(number, false, a);
	for (size_t i = 0; i < entry->document_count; i++) {
		struct text other = entry->documents[i].number;

		if (other.len <= NUMBER_MAX && text_equal(one, (struct text){b, document_canonical(other, false, b)}))
			return true;
	}
	return one.len == 0;
}

/* He is told from the listed person by a document: one, of a country, that is not the other's. */
static enum status person_check(const struct clearance_new *c, const struct entry *entry, struct error *ret_error)
{
	size_t documents = 0;

	if (entity_first(c->person, "name").len == 0 || entity_first(c->person, "nationality").len == 0)
		return error_because(ret_error, ST_MALFORMED, "clearance-person", "person", "name and nationality are needed");
	for (size_t k = 0; k < 2; k++) {
		const struct property *p = entity_get(c->person, document_properties[k]);

		for (size_t i = 0; p && i < p->count; i++, documents++)
			if (is_number_of(entry, p->values[i]))
				return error_because(ret_error, ST_MALFORMED, "clearance-document", "person",
						     "the document is the listed person's, or none");
	}
	return documents ? ST_OK
			 : error_because(ret_error, ST_MALFORMED, "clearance-document", "person", "the number of a document is needed");
}

static enum status check(const struct clearance_new *c, const struct entry *entry, int64_t now_ms, struct error *ret_error)
{
	const char *type = c->photo.len ? attachment_type(c->photo) : NULL;

	if (!c->consent)
		return error_because(ret_error, ST_MALFORMED, "clearance-consent", "consent", "the traveller has to consent");
	if (c->photo.len && (c->photo.len > CLEARANCE_PHOTO_MAX || type == NULL || strncmp(type, "image/", 6) != 0 ||
			     strcmp(type, "image/tiff") == 0))
		return error_because(ret_error, ST_MALFORMED, "clearance-photo", "photo", "a JPEG, PNG or WebP of at most 2 MB");
	if (c->expires_ms && (c->expires_ms <= now_ms || c->expires_ms > now_ms + lifecycle_term_ms("clearance-most")))
		return error_because(ret_error, ST_MALFORMED, "clearance-expiry", "expiresAt", "in the future, and at most five years");
	if (entry->erased || text_equal(entry->state, TEXT("refused")) || text_equal(entry->state, TEXT("removed")) ||
	    text_equal(entry->state, TEXT("expired")))
		return error_because(ret_error, ST_CONFLICT, "clearance-entry", "entry", "he is on no list any more");
	return person_check(c, entry, ret_error);
}

static json_t *person_json(const struct entity *person, const char *id)
{
	json_t *root = json_object(), *properties = json_object();

	for (size_t i = 0; i < person->property_count; i++) {
		const struct property *p = &person->properties[i];
		json_t *values = json_array();

		for (size_t k = 0; k < p->count; k++)
			json_array_append_new(values, json_stringn(p->values[k].data, p->values[k].len));
		json_object_setn_new(properties, p->name.data, p->name.len, values);
	}
	json_object_set_new(root, "id", json_string(id));
	json_object_set_new(root, "properties", properties);
	json_object_set_new(root, "schema", json_string("Person"));
	return root;
}

static enum status person_write(const struct entity *person, const char *id, struct arena *arena, struct text *ret,
				struct error *ret_error)
{
	json_t *root = person_json(person, id);
	struct buffer out;
	enum status st;

	buffer_init(&out, PERSON_MAX);
	st = canonical_write(root, &out);
	if (st == ST_OK)
		st = keep(arena, buffer_text(&out), ret, ret_error);
	else
		error_because(ret_error, st, "clearance-person", "person", "the person cannot be written");
	json_decref(root);
	buffer_release(&out);
	return st;
}

static enum status propose(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct clearance_new *c,
			   struct arena *arena, char id[ID_SIZE], struct error *ret_error)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char sha256[65] = "";
	struct entry entry;
	struct text person;
	int64_t now_ms;

	TRY(entry_load(tx, c->entry, arena, &entry, ret_error));
	TRY(registry_now(registry, tx, &now_ms, ret_error));
	TRY(check(c, &entry, now_ms, ret_error));
	id_make(registry->env, id);
	TRY(person_write(c->person, id, arena, &person, ret_error));
	if (c->photo.len) {
		crypto_hash_sha256(digest, c->photo.data, c->photo.len);
		sodium_bin2hex(sha256, sizeof sha256, digest, sizeof digest);
	}
	TRY(db_exec(tx, "INSERT INTO clearance (id, version, state, entry_id, person, caption, photo, photo_type, photo_sha256, note,"
		    " consent, proposed_by, proposed_at, expires_at) VALUES ($1, 1, 'proposed', $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(c->entry), DB_V_TEXT(person), DB_V_TEXT(entity_first(c->person, "name")),
			      c->photo.len ? DB_V_BLOB(c->photo) : DB_V_NULL,
			      c->photo.len ? DB_V_TEXT(text_of(attachment_type(c->photo))) : DB_V_NULL,
			      DB_V_TEXT_OR_NULL(text_of(sha256)), DB_V_TEXT_OR_NULL(c->note), DB_V_TEXT(actor->id), DB_V_INT(now_ms),
			      DB_V_INT(c->expires_ms ? c->expires_ms : now_ms + lifecycle_term_ms("clearance-default"))),
		    NULL, ret_error));
	TRY(clearance_watch(registry, tx, actor, now_ms, ret_error));
	return db_tell(tx, "clearance", text_of(id), now_ms, ret_error);
}

enum status clearance_propose(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct clearance_new *clearance,
			      char ret_id[ID_SIZE], struct error *ret_error)
{
	struct arena arena;
	enum status st;

	arena_init(&arena, (size_t)8 << 20);
	st = propose(registry, tx, actor, clearance, &arena, ret_id, ret_error);
	arena_release(&arena);
	return st;
}

/* ---- what is done with it ---- */

struct doing {
	struct registry *registry;
	struct db_tx *tx;
	const struct actor *actor;
	struct clearance_record record;
	struct arena *arena;
	int64_t now_ms;
};

static enum status append(struct doing *d, const char *kind, struct text payload, char leaf[ID_SIZE], struct error *ret_error)
{
	const struct ledger_new new = {.log = LEDGER_LIST, .kind = kind, .subject = d->record.id, .actor = d->actor->id,
				       .payload = payload};

	TRY(ledger_append(d->tx, d->registry->env, &new, leaf, ret_error));
	return db_tell(d->tx, "list", d->record.id, d->now_ms, ret_error);
}

/* docs/formats/edition.md: members in the order of their names. */
static enum status put_payload(const struct doing *d, struct buffer *out)
{
	const struct clearance_record *r = &d->record;
	char expires[TIME_SIZE];

	time_write(r->expires_ms, expires);
	buffer_printf(out, "{\"confirmed\":true,\"entry\":\"%.*s\",\"expires\":\"%s\",\"id\":\"%.*s\",\"person\":%.*s", TEXT_ARG(r->entry),
		      expires, TEXT_ARG(r->id), TEXT_ARG(r->person));
	if (r->photo_sha256.len)
		buffer_printf(out, ",\"photo\":\"%.*s\"", TEXT_ARG(r->photo_sha256));
	buffer_add_text(out, TEXT(",\"version\":1}"));
	return buffer_status(out);
}

static enum status confirm(struct doing *d, struct error *ret_error)
{
	struct clearance_record *r = &d->record;
	char leaf[ID_SIZE];
	struct buffer payload;
	struct entry entry;
	enum status st;

	if (!text_equal(r->state, TEXT("proposed")))
		return error_because(ret_error, ST_CONFLICT, "clearance-state", NULL, "it is not proposed");
	if (text_equal(r->proposed_by, d->actor->id))
		return error_because(ret_error, ST_CONFLICT, "clearance-same-person", NULL, "another person confirms");
	TRY(entry_load(d->tx, r->entry, d->arena, &entry, ret_error));
	if (entry.erased)
		return error_because(ret_error, ST_CONFLICT, "clearance-entry", "entry", "he is on no list any more");
	if (r->expires_ms <= d->now_ms)
		return error_because(ret_error, ST_CONFLICT, "clearance-state", NULL, "its time is over");
	buffer_init(&payload, PERSON_MAX * 2);
	TRY_OUT(put_payload(d, &payload));
	TRY_OUT(append(d, "clearance.put", buffer_text(&payload), leaf, ret_error));
	st = db_exec(d->tx, "UPDATE clearance SET version = version + 1, state = 'in-force', confirmed_by = $2, confirmed_at = $3,"
		     " put_leaf = $4 WHERE id = $1",
		     DB_PARAMS(DB_V_TEXT(r->id), DB_V_TEXT(d->actor->id), DB_V_INT(d->now_ms), DB_V_TEXT(text_of(leaf))), NULL, ret_error);
	if (st == ST_OK)
		st = clearance_watch(d->registry, d->tx, d->actor, d->now_ms, ret_error);
out:
	buffer_release(&payload);
	return st;
}

/* The leaf that told of him loses its payload; that it stood there, the ledger keeps. */
static enum status forget(struct doing *d, struct text leaf, struct error *ret_error)
{
	const struct ledger_new why = {.actor = d->actor->id, .payload = TEXT("{\"why\":\"consent-withdrawn\"}")};
	char id[ID_SIZE];

	if (leaf.len)
		TRY(ledger_erase(d->tx, d->registry->env, leaf, &why, id, ret_error));
	return db_exec(d->tx, "UPDATE clearance SET person = NULL, caption = NULL, photo = NULL, photo_type = NULL, photo_sha256 = NULL,"
		       " note = NULL, consent = 0 WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->record.id)), NULL, ret_error);
}

static enum status end(struct doing *d, struct text reason, const char *state, struct error *ret_error)
{
	static const char *const reasons[] = {"consent-withdrawn", "mistake", "other", "expired"};
	bool known = false, told = text_equal(d->record.state, TEXT("in-force"));
	char leaf[ID_SIZE], at[TIME_SIZE], payload[160];
	struct db_rows rows;

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		known = known || text_equal(reason, text_of(reasons[i]));
	if (!known)
		return error_because(ret_error, ST_MALFORMED, "clearance-reason", "reason", "consent-withdrawn, mistake or other");
	if (!told && !text_equal(d->record.state, TEXT("proposed")))
		return error_because(ret_error, ST_CONFLICT, "clearance-state", NULL, "it has ended already");
	TRY(db_query_one(d->tx, "SELECT put_leaf FROM clearance WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->record.id)), d->arena, &rows,
			 ret_error));
	if (told) {
		time_write(d->now_ms, at);
		snprintf(payload, sizeof payload, "{\"at\":\"%s\",\"id\":\"%.*s\"}", at, TEXT_ARG(d->record.id));
		TRY(append(d, "clearance.drop", text_of(payload), leaf, ret_error));
	}
	TRY(db_exec(d->tx, "UPDATE clearance SET version = version + 1, state = $2, ended_by = $3, ended_at = $4, end_reason = $5,"
		    " put_leaf = NULL WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->record.id), DB_V_TEXT(text_of(state)), DB_V_TEXT(d->actor->id), DB_V_INT(d->now_ms),
			      DB_V_TEXT(reason)),
		    NULL, ret_error));
	return text_equal(reason, TEXT("consent-withdrawn")) ? forget(d, db_text(&rows, 0, 0), ret_error) : ST_OK;
}

static enum status act_do(struct doing *d, const struct clearance_act *act, struct error *ret_error)
{
	TRY(registry_now(d->registry, d->tx, &d->now_ms, ret_error));
	TRY(clearance_load(d->tx, act->id, d->arena, &d->record, ret_error));
	if (act->version != d->record.version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	if (text_equal(act->act, TEXT("confirm")))
		TRY(confirm(d, ret_error));
	else if (text_equal(act->act, TEXT("end")) && !text_equal(act->reason, TEXT("expired")))
		TRY(end(d, act->reason, "ended", ret_error));
	else if (text_equal(act->act, TEXT("expire")) && d->record.expires_ms <= d->now_ms)
		TRY(end(d, TEXT("expired"), "expired", ret_error));
	else
		return error_because(ret_error, ST_MALFORMED, "clearance-reason", "act", "confirm or end");
	return db_tell(d->tx, "clearance", d->record.id, d->now_ms, ret_error);
}

enum status clearance_do(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct clearance_act *act,
			 struct error *ret_error)
{
	struct doing d = {.registry = registry, .tx = tx, .actor = actor};
	struct arena arena;
	enum status st;

	arena_init(&arena, (size_t)8 << 20);
	d.arena = &arena;
	st = act_do(&d, act, ret_error);
	arena_release(&arena);
	return st;
}
