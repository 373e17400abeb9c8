#include "registry/verify.h"

#include <jansson.h>
#include <stdio.h>

#include "account/audit_check.h"
#include "ledger/ledger.h"
#include "model/time.h"
#include "registry/columns.h"
#include "registry/inside.h"

#define PAYLOAD_MAX ((size_t)1 << 20)
#define ENTRY_BYTES_MAX ((size_t)16 << 20)
#define IDS_AT_ONCE 500

/* ---- timeline: entry_id, seq, at, actor, country, act, from_state, to_state, reason, note, erased ---- */

static const char event_sql[] =
	"SELECT e.leaf_id, l.id, p.payload, e.entry_id, e.seq, e.at, e.actor, e.country, e.act, e.from_state, e.to_state, e.reason, "
	"e.note, n.erased FROM entry_event e JOIN entry n ON n.id = e.entry_id "
	"LEFT JOIN ledger_leaf l ON l.id = e.leaf_id AND l.log = 'list' LEFT JOIN ledger_payload p ON p.leaf = l.id "
	"ORDER BY e.entry_id, e.seq";

/* Not by a join: SQLite would go through all events for each leaf, which took minutes of 50,000. */
static const char event_missing_sql[] =
	"SELECT l.id, l.place FROM ledger_leaf l WHERE l.id IN (SELECT id FROM ledger_leaf WHERE log = 'list' "
	"AND body LIKE '%\"kind\":\"entry.%' EXCEPT SELECT leaf_id FROM entry_event) ORDER BY l.place";

static bool member_is(const json_t *payload, const char *name, struct text expected)
{
	const json_t *value = json_object_get(payload, name);

	return json_is_string(value) && text_equal((struct text){json_string_value(value), json_string_length(value)}, expected);
}

static bool event_same(void *context, const struct db_rows *row)
{
	static const struct {
		const char *member;
		size_t column;
	} texts[] = {{"act", 8}, {"by", 6}, {"country", 7}, {"entry", 3}, {"from", 9}, {"reason", 11}, {"to", 10}};
	struct text payload = db_text(row, 0, 2);
	json_t *json = json_loadb(payload.data ? payload.data : "", payload.len, JSON_REJECT_DUPLICATES, NULL);
	char at[TIME_SIZE];
	bool same;

	(void)context;
	time_write(db_int(row, 0, 5), at);
	same = member_is(json, "at", text_of(at)) && json_integer_value(json_object_get(json, "seq")) == db_int(row, 0, 4);
	for (size_t i = 0; same && i < sizeof texts / sizeof texts[0]; i++)
		same = member_is(json, texts[i].member, db_text(row, 0, texts[i].column));
	/* An erasure takes the words out of the timeline. */
	if (db_int(row, 0, 13) == 0)
		same = same && member_is(json, "note", db_text(row, 0, 12));
	json_decref(json);
	return same;
}

static const struct ledger_record event_record = {
	.table = "entry_event", .sql = event_sql, .missing_sql = event_missing_sql, .same = event_same};

const struct ledger_record *const *registry_ledger_records(size_t *ret_count)
{
	static const struct ledger_record *const records[] = {&audit_record, &event_record};

	*ret_count = sizeof records / sizeof records[0];
	return records;
}

/* ---- entries as they stand now ---- */

struct entry_walk {
	struct registry_verifying *told;
	struct arena ids, one;
	char after[ID_SIZE];
	size_t seen;
};

static void found(struct entry_walk *w, struct text id, const char *why)
{
	char detail[256];

	snprintf(detail, sizeof detail, "entry %.*s %s", TEXT_ARG(id), why);
	w->told->findings++;
	if (w->told->found)
		w->told->found(w->told->context, &(struct ledger_finding){"record-edited", LEDGER_LIST, detail});
}

/* What the last act says that the entry holds. */
static enum status check_content(struct db_tx *tx, struct entry_walk *w, const struct entry *entry, struct error *ret_error)
{
	char content[65];
	struct db_rows rows;
	json_t *json;
	bool same;

	TRY(db_query(tx,
		     "SELECT e.seq, p.payload FROM entry_event e LEFT JOIN ledger_payload p ON p.leaf = e.leaf_id "
		     "WHERE e.entry_id = $1 ORDER BY e.seq DESC LIMIT 1",
		     DB_PARAMS(DB_V_TEXT(entry->id)), &w->one, &rows, ret_error));
	if (rows.rows == 0) {
		found(w, entry->id, "has no step in its timeline");
		return ST_OK;
	}
	if (db_int(&rows, 0, 0) != entry->version)
		found(w, entry->id, "has another version than the last step of its timeline");
	if (db_is_null(&rows, 0, 1))
		return ST_OK; /* erased, or told by ledger_verify */
	TRY(entry_content(entry, content, ret_error));
	json = json_loadb(db_text(&rows, 0, 1).data, db_text(&rows, 0, 1).len, JSON_REJECT_DUPLICATES, NULL);
	same = member_is(json, "content", text_of(content));
	json_decref(json);
	if (!same)
		found(w, entry->id, "(or its documents or measures) is not what its last act committed to");
	return ST_OK;
}

/* The names are those of the person, who is part of the content. */
static enum status check_names(struct entry_walk *w, const struct entry *entry, struct error *ret_error)
{
	struct entry expected = {.name_count = 0};
	struct entity person;
	bool same;

	if (entry->erased)
		return ST_OK;
	TRY(entity_read(entry->person, &w->one, &person, ret_error));
	TRY(entry_take_names(&person, &w->one, &expected, ret_error));
	same = expected.name_count == entry->name_count;
	for (size_t i = 0; same && i < expected.name_count; i++)
		same = text_equal(expected.names[i].name, entry->names[i].name) &&
		       text_equal(expected.names[i].kind, entry->names[i].kind) &&
		       text_equal(expected.names[i].script, entry->names[i].script) &&
		       text_equal(expected.names[i].language, entry->names[i].language);
	if (!same)
		found(w, entry->id, "has other names in table entry_name than the person that its last act committed to");
	return ST_OK;
}

/* What checkpoints are told is what the leaf that it names commits to. */
static enum status check_listing(struct db_tx *tx, struct entry_walk *w, const struct entry *entry, struct error *ret_error)
{
	struct buffer listing;
	struct db_rows rows;
	enum status st;

	if (entry->listing_leaf.len == 0)
		return ST_OK;
	buffer_init(&listing, PAYLOAD_MAX);
	TRY_OUT(db_query(tx, "SELECT payload FROM ledger_payload WHERE leaf = $1", DB_PARAMS(DB_V_TEXT(entry->listing_leaf)), &w->one,
			 &rows, ret_error));
	TRY_OUT(entry_write_listing(entry, &listing, ret_error));
	if (rows.rows == 0)
		found(w, entry->id, "is on the list by a leaf that has no payload");
	else if (!text_equal(db_text(&rows, 0, 0), buffer_text(&listing)))
		found(w, entry->id, "is not what checkpoints were told of it");
out:
	buffer_release(&listing);
	return st;
}

static enum status check_entry(struct db_tx *tx, struct entry_walk *w, struct text id, struct error *ret_error)
{
	struct entry entry;

	arena_clear(&w->one);
	w->told->entries++;
	TRY(entry_load(tx, id, &w->one, &entry, ret_error));
	TRY(check_content(tx, w, &entry, ret_error));
	TRY(check_names(w, &entry, ret_error));
	return check_listing(tx, w, &entry, ret_error);
}

static enum status some_entries(struct db_tx *tx, struct entry_walk *w, struct error *ret_error)
{
	struct db_rows rows;

	arena_clear(&w->ids);
	TRY(db_query(tx, "SELECT id FROM entry WHERE id > $1 ORDER BY id LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(text_of(w->after)), DB_V_INT(IDS_AT_ONCE)), &w->ids, &rows, ret_error));
	w->seen = rows.rows;
	for (size_t i = 0; i < rows.rows; i++) {
		struct text id = db_text(&rows, i, 0);

		TRY(check_entry(tx, w, id, ret_error));
		snprintf(w->after, sizeof w->after, "%.*s", TEXT_ARG(id));
	}
	return ST_OK;
}

enum status registry_verify_entries_tx(struct db_tx *tx, struct registry_verifying *verifying, struct error *ret_error)
{
	struct entry_walk w = {.told = verifying, .after = ""};
	enum status st;

	w.told->entries = w.told->findings = 0;
	arena_init(&w.ids, ENTRY_BYTES_MAX);
	arena_init(&w.one, ENTRY_BYTES_MAX);
	do
		st = some_entries(tx, &w, ret_error);
	while (st == ST_OK && w.seen == IDS_AT_ONCE);
	arena_release(&w.ids);
	arena_release(&w.one);
	return st;
}

static enum status entries_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	return registry_verify_entries_tx(tx, context, ret_error);
}

enum status registry_verify_entries(struct db *db, struct registry_verifying *verifying, struct error *ret_error)
{
	return db_transact(db, DB_READ, entries_work, verifying, ret_error);
}
