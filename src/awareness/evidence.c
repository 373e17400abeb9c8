#include "awareness/evidence.h"

#include <sodium.h>

#include "awareness/picture.h"
#include "bulletin/item.h"
#include "bulletin/upload.h"

#define PARTS_MAX 1000
/* A part or a copy. */
#define PLAIN_MAX (PICTURE_COPY_MAX > BULLETIN_ITEM_MAX ? PICTURE_COPY_MAX : BULLETIN_ITEM_MAX)

/* ---- opened: what has not been sealed anew yet is under a key of the inbox ---- */

static enum status item_open(const struct awareness *a, struct bytes sealed, struct bulletin_item_head *ret, struct buffer *out,
			     struct error *ret_error)
{
	enum status st = awareness_keys_open(a->keys, AWARENESS_EVIDENCE, sealed, ret, out, ret_error);

	return st == ST_DENIED ? awareness_keys_open(a->keys, AWARENESS_INBOX, sealed, ret, out, ret_error) : st;
}

static enum status box_open(const struct awareness *a, struct bytes sealed, struct buffer *out, struct error *ret_error)
{
	enum status st = awareness_keys_open_box(a->keys, AWARENESS_EVIDENCE, sealed, out, ret_error);

	return st == ST_DENIED ? awareness_keys_open_box(a->keys, AWARENESS_INBOX, sealed, out, ret_error) : st;
}

/* To the newest key of evidence. */
static enum status box_seal(const struct awareness *a, struct bytes plain, struct buffer *out, char ret_key[AWARENESS_KEY_ID_SIZE],
			    struct error *ret_error)
{
	uint8_t public_key[32], *sealed;

	awareness_keys_newest(a->keys, AWARENESS_EVIDENCE, public_key, ret_key);
	buffer_clear(out);
	sealed = buffer_extend(out, plain.len + crypto_box_SEALBYTES);
	if (sealed == NULL || crypto_box_seal(sealed, plain.data, plain.len, public_key) != 0)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	return ST_OK;
}

/* ---- joined ---- */

struct joining {
	const struct awareness *awareness;
	struct buffer *out, part;
	size_t begun; /* length of `out` before */
	int64_t size;
};

static enum status part_open(struct joining *j, struct bytes sealed, struct upload_part *ret, struct error *ret_error)
{
	struct bulletin_item_head head;

	buffer_clear(&j->part);
	TRY(item_open(j->awareness, sealed, &head, &j->part, ret_error));
	return upload_part_read(buffer_bytes(&j->part), ret, ret_error);
}

/* Parts come by their place; what is there already is passed over, a gap is left for the hash to tell. */
static enum status part_add(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct joining *j = context;
	struct upload_part part;
	size_t here = j->out->len - j->begun;

	if ((int64_t)here >= j->size)
		return ST_OK;
	TRY(part_open(j, db_blob(row, 0, 0), &part, ret_error));
	if (part.place + part.content.len <= here || part.place > here)
		return ST_OK;
	part.content.data += here - part.place;
	part.content.len -= here - (size_t)part.place;
	buffer_add(j->out, part.content.data, part.content.len);
	return buffer_status(j->out) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(j->out), "an upload is too large");
}

static bool is_sha256(struct bytes content, struct text wanted)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char word[2 * sizeof digest + 1];

	crypto_hash_sha256(digest, content.data, content.len);
	sodium_bin2hex(word, sizeof word, digest, sizeof digest);
	return text_equal(text_of(word), wanted);
}

/* Appends the file; ST_CORRUPT "evidence-differs" where it is not what the sender said. */
static enum status join(const struct awareness *awareness, struct db_tx *tx, struct text upload, const struct evidence *e, struct buffer *out,
			struct error *ret_error)
{
	struct joining j = {.awareness = awareness, .out = out, .begun = out->len, .size = e->size};
	struct bytes content;
	enum status st;

	buffer_init(&j.part, BULLETIN_ITEM_MAX);
	st = db_each(tx, "SELECT i.sealed FROM inbox_part p JOIN inbox_item i ON i.id = p.item_id WHERE p.upload = $1 AND i.sealed IS NOT NULL"
		     " ORDER BY p.place, p.received_at, p.item_id LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(upload), DB_V_INT(PARTS_MAX)), part_add, &j, ret_error);
	if (j.part.data)
		sodium_memzero(j.part.data, j.part.capacity);
	buffer_release(&j.part);
	TRY(st);
	content = (struct bytes){out->data ? out->data + j.begun : NULL, out->len - j.begun};
	if ((int64_t)content.len == e->size && is_sha256(content, e->sha256))
		return ST_OK;
	out->len = j.begun;
	return error_because(ret_error, ST_CORRUPT, "evidence-differs", NULL, "what came is not what the sender said");
}

/* ---- looked at ---- */

struct looking {
	struct awareness *awareness;
	const char *program;
	struct arena arena;
	struct buffer content, copy;
	struct text subject, upload; /* in the arena */
	int64_t number;
	struct evidence evidence;
	struct evidence found; /* what came of it */
	const char *copy_media;
	char copy_key[AWARENESS_KEY_ID_SIZE];
	bool left;
};

static enum status next_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	struct db_rows row;

	arena_clear(&l->arena);
	TRY(db_query(tx, "SELECT e.subject_id, e.number, e.upload, e.size, e.sha256 FROM evidence e WHERE e.state = 'waiting' AND (e.size > $1 OR"
		     " (SELECT coalesce(sum(p.size), 0) FROM inbox_part p WHERE p.upload = e.upload) >= e.size) ORDER BY e.subject_id, e.number LIMIT 1",
		     DB_PARAMS(DB_V_INT((int64_t)UPLOAD_SIZE_MAX)), &l->arena, &row, ret_error));
	l->left = row.rows > 0;
	if (!l->left)
		return ST_OK;
	l->subject = db_text(&row, 0, 0);
	l->number = db_int(&row, 0, 1);
	l->upload = db_text(&row, 0, 2);
	l->evidence = (struct evidence){.size = db_int(&row, 0, 3), .sha256 = db_text(&row, 0, 4)};
	return ST_OK;
}

static enum status join_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;

	buffer_clear(&l->content);
	return join(l->awareness, tx, l->upload, &l->evidence, &l->content, ret_error);
}

static enum status copy_make(struct looking *l, struct error *ret_error)
{
	struct error why = {.code = ST_OK};
	struct buffer plain;
	enum status st;

	if (l->program == NULL) {
		l->found.reason = TEXT("evidence-no-reader");
		return ST_OK;
	}
	buffer_init(&plain, PICTURE_COPY_MAX);
	st = picture_clean(l->program, buffer_bytes(&l->content), &l->copy_media, &plain, &why);
	if (st == ST_OK) {
		st = box_seal(l->awareness, buffer_bytes(&plain), &l->copy, l->copy_key, ret_error);
		l->found.state = TEXT("clean");
	} else if (st == ST_MALFORMED || st == ST_LIMIT) {
		l->found.state = TEXT("refused");
		l->found.reason = strcmp(why.reason, "evidence-large") == 0 || st == ST_LIMIT ? TEXT("evidence-large") : TEXT("evidence-unreadable");
		st = ST_OK;
	} else {
		*ret_error = why;
	}
	if (plain.data)
		sodium_memzero(plain.data, plain.capacity);
	buffer_release(&plain);
	return st;
}

static enum status look(struct looking *l, struct error *ret_error)
{
	const char *media;
	enum status st = ST_LIMIT;

	l->found = (struct evidence){.state = TEXT("refused")};
	l->copy_media = NULL;
	buffer_clear(&l->copy);
	if (l->evidence.size <= (int64_t)UPLOAD_SIZE_MAX)
		st = db_transact(l->awareness->db, DB_READ, join_work, l, ret_error);
	/* A part that no key of the hub opens will not be opened later. */
	if (st == ST_LIMIT || st == ST_DENIED || (st == ST_CORRUPT && strcmp(ret_error->reason, "evidence-differs") == 0)) {
		l->found.reason = st == ST_LIMIT ? TEXT("evidence-large") : TEXT("evidence-differs");
		return ST_OK;
	}
	TRY(st);
	media = upload_media(buffer_bytes(&l->content));
	if (media == NULL) {
		l->found.reason = TEXT("evidence-type");
		return ST_OK;
	}
	l->found.media = text_of(media);
	l->found.state = TEXT("sealed");
	return upload_is_picture(media) ? copy_make(l, ret_error) : ST_OK;
}

static enum status keep_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	const struct bytes copy = buffer_bytes(&l->copy);
	struct db_rows disputes;
	uint64_t changed;

	TRY(db_exec(tx, "UPDATE evidence SET state = $3, reason = $4, found_media = $5, copy_media = $6, copy = $7, copy_key_id = $8 WHERE subject_id = $1"
		    " AND number = $2 AND state = 'waiting'",
		    DB_PARAMS(DB_V_TEXT(l->subject), DB_V_INT(l->number), DB_V_TEXT(l->found.state), DB_V_TEXT_OR_NULL(l->found.reason),
			      DB_V_TEXT_OR_NULL(l->found.media), DB_V_TEXT_OR_NULL(text_of(l->copy_media)), copy.len ? DB_V_BLOB(copy) : DB_V_NULL,
			      copy.len ? DB_V_TEXT(text_of(l->copy_key)) : DB_V_NULL),
		    &changed, ret_error));
	if (changed == 0)
		return ST_OK;
	TRY(db_query(tx, "SELECT id FROM dispute WHERE id = $1", DB_PARAMS(DB_V_TEXT(l->subject)), &l->arena, &disputes, ret_error));
	return db_tell(tx, disputes.rows ? "dispute" : "report", l->subject, env_now(l->awareness->env), ret_error);
}

enum status evidence_run(struct awareness *awareness, const char *program, bool *ret_done, struct error *ret_error)
{
	struct looking l = {.awareness = awareness, .program = program};
	enum status st;

	*ret_done = false;
	arena_init(&l.arena, 65536);
	buffer_init(&l.content, UPLOAD_SIZE_MAX);
	buffer_init(&l.copy, PICTURE_COPY_MAX + crypto_box_SEALBYTES);
	TRY_OUT(db_transact(awareness->db, DB_READ, next_work, &l, ret_error));
	if (l.left) {
		TRY_OUT(look(&l, ret_error));
		TRY_OUT(db_transact(awareness->db, DB_WRITE, keep_work, &l, ret_error));
		*ret_done = true;
	}
out:
	if (l.content.data)
		sodium_memzero(l.content.data, l.content.capacity);
	buffer_release(&l.content);
	buffer_release(&l.copy);
	arena_release(&l.arena);
	return st;
}

/* ---- sealed anew: what was sealed to a key of the inbox, or to one of evidence that is not the newest ---- */

#define NO_KEY "none"

struct resealing {
	struct awareness *awareness;
	struct arena arena;
	struct buffer plain, sealed;
	char newest[AWARENESS_KEY_ID_SIZE];
	bool done;
};

static enum status part_reseal(struct resealing *r, struct db_tx *tx, struct error *ret_error)
{
	struct bulletin_item_head head;
	uint8_t public_key[32];
	struct db_rows row;
	enum status st;

	TRY(db_query(tx, "SELECT i.id, i.sealed FROM inbox_part p JOIN inbox_item i ON i.id = p.item_id WHERE coalesce(p.key_id, '') NOT IN ($1, '" NO_KEY "')"
		     " AND i.sealed IS NOT NULL ORDER BY i.id LIMIT 1", DB_PARAMS(DB_V_TEXT(text_of(r->newest))), &r->arena, &row, ret_error));
	r->done = row.rows != 0;
	if (!r->done)
		return ST_OK;
	st = item_open(r->awareness, db_blob(&row, 0, 1), &head, &r->plain, ret_error);
	if (st == ST_OK) {
		awareness_keys_newest(r->awareness->keys, AWARENESS_EVIDENCE, public_key, r->newest);
		TRY(bulletin_item_seal(public_key, &head, buffer_bytes(&r->plain), &r->sealed, ret_error));
		TRY(db_exec(tx, "UPDATE inbox_item SET sealed = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(db_text(&row, 0, 0)), DB_V_BLOB(buffer_bytes(&r->sealed))),
			    NULL, ret_error));
	} else if (st != ST_DENIED) {
		return st;
	}
	return db_exec(tx, "UPDATE inbox_part SET key_id = $2 WHERE item_id = $1",
		       DB_PARAMS(DB_V_TEXT(db_text(&row, 0, 0)), DB_V_TEXT(st == ST_OK ? text_of(r->newest) : TEXT(NO_KEY))), NULL, ret_error);
}

static enum status copy_reseal(struct resealing *r, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows row;
	enum status st;

	TRY(db_query(tx, "SELECT subject_id, number, copy FROM evidence WHERE copy IS NOT NULL AND coalesce(copy_key_id, '') NOT IN ($1, '" NO_KEY "')"
		     " ORDER BY subject_id, number LIMIT 1", DB_PARAMS(DB_V_TEXT(text_of(r->newest))), &r->arena, &row, ret_error));
	r->done = row.rows != 0;
	if (!r->done)
		return ST_OK;
	st = box_open(r->awareness, db_blob(&row, 0, 2), &r->plain, ret_error);
	if (st == ST_OK)
		TRY(box_seal(r->awareness, buffer_bytes(&r->plain), &r->sealed, r->newest, ret_error));
	else if (st != ST_DENIED)
		return st;
	return db_exec(tx, "UPDATE evidence SET copy = $3, copy_key_id = $4 WHERE subject_id = $1 AND number = $2",
		       DB_PARAMS(DB_V_TEXT(db_text(&row, 0, 0)), DB_V_INT(db_int(&row, 0, 1)),
				 DB_V_BLOB(st == ST_OK ? buffer_bytes(&r->sealed) : db_blob(&row, 0, 2)),
				 DB_V_TEXT(st == ST_OK ? text_of(r->newest) : TEXT(NO_KEY))),
		       NULL, ret_error);
}

static enum status reseal_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct resealing *r = context;
	uint8_t public_key[32];

	arena_clear(&r->arena);
	buffer_clear(&r->plain);
	buffer_clear(&r->sealed);
	awareness_keys_newest(r->awareness->keys, AWARENESS_EVIDENCE, public_key, r->newest);
	TRY(part_reseal(r, tx, ret_error));
	return r->done ? ST_OK : copy_reseal(r, tx, ret_error);
}

enum status evidence_reseal(struct awareness *awareness, bool *ret_done, struct error *ret_error)
{
	struct resealing r = {.awareness = awareness};
	enum status st;

	arena_init(&r.arena, (size_t)64 << 20);
	buffer_init(&r.plain, PLAIN_MAX);
	buffer_init(&r.sealed, PLAIN_MAX + crypto_box_SEALBYTES);
	st = db_transact(awareness->db, DB_WRITE, reseal_work, &r, ret_error);
	*ret_done = st == ST_OK && r.done;
	if (r.plain.data)
		sodium_memzero(r.plain.data, r.plain.capacity);
	buffer_release(&r.plain);
	buffer_release(&r.sealed);
	arena_release(&r.arena);
	return st;
}

/* ---- given ---- */

static enum status none(struct error *ret_error)
{
	return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such evidence");
}

/* Before anything of it is read. */
static enum status mark_look(struct db_tx *tx, const struct evidence_asked *asked, struct arena *arena, struct error *ret_error)
{
	struct db_rows row;
	bool restricted;

	TRY(db_query(tx, "SELECT restricted FROM evidence WHERE subject_id = $1 AND number = $2",
		     DB_PARAMS(DB_V_TEXT(asked->subject), DB_V_INT(asked->number)), arena, &row, ret_error));
	if (row.rows == 0)
		return none(ret_error);
	restricted = !db_is_null(&row, 0, 0);
	if (restricted && !asked->restricted)
		return error_because(ret_error, ST_DENIED, "evidence-restricted", NULL, "the file is restricted");
	if (!restricted && asked->restricted)
		return error_because(ret_error, ST_CONFLICT, "evidence-not-restricted", NULL, "the file is not restricted");
	return ST_OK;
}

static enum status row_load(struct db_tx *tx, const struct evidence_asked *asked, const char *sql, struct arena *arena, struct evidence *ret,
			    struct db_rows *ret_row, struct error *ret_error)
{
	enum status st;

	TRY(mark_look(tx, asked, arena, ret_error));
	st = db_query_one(tx, sql, DB_PARAMS(DB_V_TEXT(asked->subject), DB_V_INT(asked->number)), arena, ret_row, ret_error);
	if (st == ST_NOT_FOUND)
		return none(ret_error);
	TRY(st);
	*ret = (struct evidence){.state = db_text(ret_row, 0, 0), .reason = db_text(ret_row, 0, 1), .media = db_text(ret_row, 0, 2),
				 .sha256 = db_text(ret_row, 0, 3), .size = db_int(ret_row, 0, 4)};
	return ST_OK;
}

enum status evidence_copy(struct awareness *awareness, struct db_tx *tx, const struct evidence_asked *asked, struct arena *arena,
			  struct evidence *ret, struct buffer *out, struct error *ret_error)
{
	struct db_rows row;
	enum status st;

	TRY(row_load(tx, asked, "SELECT state, reason, copy_media, sha256, size, copy FROM evidence WHERE subject_id = $1 AND number = $2"
		     " AND copy IS NOT NULL", arena, ret, &row, ret_error));
	st = box_open(awareness, db_blob(&row, 0, 5), out, ret_error);
	return st == ST_DENIED ? error_because(ret_error, ST_CORRUPT, "inbox-key", NULL, "there is no key that opens the copy") : st;
}

enum status evidence_original(struct awareness *awareness, struct db_tx *tx, const struct evidence_asked *asked, struct arena *arena,
			      struct evidence *ret, struct buffer *out, struct error *ret_error)
{
	struct db_rows row;

	TRY(row_load(tx, asked, "SELECT e.state, e.reason, e.found_media, e.sha256, e.size, e.upload FROM evidence e WHERE e.subject_id = $1"
		     " AND e.number = $2 AND e.state <> 'waiting'", arena, ret, &row, ret_error));
	return join(awareness, tx, db_text(&row, 0, 5), ret, out, ret_error);
}
