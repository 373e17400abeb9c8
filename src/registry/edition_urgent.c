/* With each edition a small one that has its urgent entries alone: whoever must fetch much takes it first. docs/formats/feed.md */
#include "edition/listing.h"
#include "edition/pack.h"
#include "lifecycle/lifecycle.h"
#include "registry/edition_inside.h"

#define MARK "\"urgent\":true"
#define SCRATCH_MAX ((size_t)16 << 20)
#define NAME_MAX 256u

static bool urgent_is(const struct edition_record *record, struct arena *scratch)
{
	struct listing listing;

	/* In canonical JSON no text can hold the mark, so whoever lacks it need not be read. */
	if (record->kind != EDITION_LISTING || memmem(record->payload.data, record->payload.len, MARK, sizeof MARK - 1) == NULL)
		return false;
	arena_clear(scratch);
	return listing_read(record, scratch, &listing, NULL) == ST_OK && listing.urgent;
}

/* What was urgent and was decided since goes on being told for as long as an urgent entry lives, or whoever has only the urgent file
 * would let him through between the two. */
static bool was_urgent(const struct edition *before, const struct edition_record *record, int64_t now_ms)
{
	return record->kind == EDITION_LISTING && edition_find(before, record->subject) &&
	       now_ms - record->time_ms < lifecycle_term_ms("urgent");
}

static enum status urgent_pick(const struct edition_urgent *u, const struct edition *before, struct arena *arena,
			       struct edition_record **ret_records, size_t *ret_count, struct error *ret_error)
{
	size_t count = 0;
	struct arena scratch;
	bool *picked = ARENA_NEW(arena, bool, edition_count(u->whole) + 1);

	if (picked == NULL)
		return arena_failure(arena, ret_error);
	arena_init(&scratch, SCRATCH_MAX);
	for (size_t i = 0; i < edition_count(u->whole); i++) {
		const struct edition_record *record = edition_at(u->whole, i);

		picked[i] = was_urgent(before, record, u->manifest->issued_ms) || urgent_is(record, &scratch);
		count += picked[i];
	}
	arena_release(&scratch);
	*ret_records = ARENA_NEW(arena, struct edition_record, count + 1);
	if (*ret_records == NULL)
		return arena_failure(arena, ret_error);
	*ret_count = 0;
	for (size_t i = 0; i < edition_count(u->whole); i++)
		if (picked[i])
			(*ret_records)[(*ret_count)++] = *edition_at(u->whole, i);
	return ST_OK;
}

static enum status name_make(struct text list, struct arena *arena, struct text *ret, struct error *ret_error)
{
	char name[NAME_MAX];

	snprintf(name, sizeof name, "%.*s" EDITION_URGENT_SUFFIX, TEXT_ARG(list));
	return arena_text(arena, text_of(name), ret) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

/* The urgent file of the edition before; of none the empty list. It may be past its end. */
static enum status before_load(const struct edition_urgent *u, struct db_tx *tx, struct arena *arena, struct edition **ret,
			       struct error *ret_error)
{
	struct edition_trust trust = {.keys = &u->manifest->keys, .now_ms = u->manifest->issued_ms, .expired_too = true};
	struct bytes file;
	enum status st;

	TRY(edition_new(EDITION_MEMORY, ret, ret_error));
	st = edition_urgent_load(tx, u->manifest->previous, arena, &file, ret_error);
	/* One that cannot be read any more, as of a key that was revoked, is none. */
	if (st == ST_OK)
		(void)!edition_take(*ret, file, &trust, NULL);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* Body and manifest of what was picked; the times, keys and checkpoint are the whole edition's. */
static enum status file_make(const struct edition_urgent *u, struct db_tx *tx, const struct edition_record *records, size_t count,
			     struct arena *arena, struct buffer *out, struct error *ret_error)
{
	struct edition_change change = {.size = u->size, .puts = records, .put_count = count};
	struct edition_manifest manifest = *u->manifest;
	struct buffer body, packed, note;
	struct edition_tiles tiles;
	struct cover_source source = {edition_tiles_hash, &tiles};
	enum status st;

	buffer_init(&body, EDITION_BODY_MAX);
	buffer_init(&packed, EDITION_BODY_MAX);
	buffer_init(&note, (size_t)4 * EDITION_MANIFEST_MAX);
	edition_tiles_init(&tiles, tx, u->size);
	edition_state_empty(&change.from_state);
	manifest.delta_count = 0;
	manifest.listings = count;
	manifest.clearances = 0;
	TRY_OUT(name_make(u->manifest->list, arena, &manifest.list, ret_error));
	TRY_OUT(edition_state_of(records, count, &manifest.state));
	TRY_OUT(edition_body_write(&change, &source, &body, ret_error));
	TRY_OUT(edition_part_make(buffer_bytes(&body), 0, &packed, &manifest.snapshot, ret_error));
	TRY_OUT(edition_note_make(&manifest, u->signer, arena, &note, ret_error));
	edition_file_write(buffer_text(&note), manifest.snapshot.packing, buffer_bytes(&packed), out);
	st = buffer_status(out);
out:
	buffer_release(&body);
	buffer_release(&packed);
	buffer_release(&note);
	return st;
}

enum status edition_urgent_make(const struct edition_urgent *u, struct db_tx *tx, struct arena *arena, struct buffer *out,
				struct error *ret_error)
{
	struct edition *before = NULL;
	struct edition_record *records;
	size_t count;
	enum status st;

	TRY_OUT(before_load(u, tx, arena, &before, ret_error));
	TRY_OUT(urgent_pick(u, before, arena, &records, &count, ret_error));
	st = file_make(u, tx, records, count, arena, out, ret_error);
out:
	edition_free(before);
	return st;
}

enum status edition_urgent_keep(struct db_tx *tx, const struct edition_urgent *u, struct bytes file, struct error *ret_error)
{
	const struct edition_manifest *m = u->manifest;
	struct edition_trust trust = {.keys = &m->keys, .now_ms = m->issued_ms};
	struct edition *urgent = NULL;
	struct merkle_hash state;
	struct arena arena;
	struct db_rows row;
	char number[24];
	bool same;
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(name_make(m->list, &arena, &trust.list, ret_error));
	TRY_OUT(edition_new(EDITION_MEMORY, &urgent, ret_error));
	/* As a reader would: what does not pass here is not published. */
	TRY_OUT(edition_take(urgent, file, &trust, ret_error));
	edition_state(urgent, &state);
	TRY_OUT(db_query_one(tx, "SELECT count(*) FROM edition_urgent WHERE number = $1 AND state = $2",
			     DB_PARAMS(DB_V_INT((int64_t)m->previous), DB_V_BLOB(merkle_bytes(&state))), &arena, &row, ret_error));
	same = db_int(&row, 0, 0) == 1;
	TRY_OUT(db_exec(tx, "INSERT INTO edition_urgent (number, state, bytes) VALUES ($1, $2, $3)",
			DB_PARAMS(DB_V_INT((int64_t)m->number), DB_V_BLOB(merkle_bytes(&state)), DB_V_BLOB(file)), NULL, ret_error));
	snprintf(number, sizeof number, "%llu", (unsigned long long)m->number);
	if (!same)
		st = db_tell(tx, "urgent", text_of(number), m->issued_ms, ret_error);
out:
	edition_free(urgent);
	arena_release(&arena);
	return st;
}

enum status edition_urgent_load(struct db_tx *tx, uint64_t number, struct arena *arena, struct bytes *ret, struct error *ret_error)
{
	struct db_rows rows;

	if (number > INT64_MAX)
		return ST_NOT_FOUND;
	TRY(db_query_one(tx, "SELECT bytes FROM edition_urgent WHERE number = $1", DB_PARAMS(DB_V_INT((int64_t)number)), arena, &rows,
			 ret_error));
	*ret = db_blob(&rows, 0, 0);
	return ST_OK;
}
