/* Records of a post's spool: in order, once, of one chain. docs/formats/spool.md. */
#include <sodium.h>

#include <stdio.h>

#include "account/audit.h"
#include "border/member.h"
#include "border/post.h"
#include "model/canonical.h"
#include "model/time.h"

#define RECORD_MAX ((size_t)1 << 20)
#define HASH_SIZE 65u
#define KEPT 2000 /* hashes of a post's records: more than any upload that it repeats reaches back */

struct taking {
	struct border *border;
	struct db_tx *tx;
	struct text id;
	struct arena *arena;
	bool gone;            /* the post says that it has no more some of those between */
	int64_t seq;
	char hash[HASH_SIZE]; /* of record seq */
};

static enum status forked(struct error *ret_error)
{
	return error_because(ret_error, ST_CONFLICT, "spool-forked", NULL, "the records are not those that follow: a copy of this post is at work");
}

static enum status record_hash(const json_t *record, char out[HASH_SIZE], struct error *ret_error)
{
	uint8_t digest[32];
	struct buffer text;
	enum status st;

	buffer_init(&text, RECORD_MAX);
	st = canonical_write(record, &text);
	if (st == ST_OK) {
		crypto_hash_sha256(digest, text.data, text.len);
		sodium_bin2hex(out, HASH_SIZE, digest, sizeof digest);
	}
	buffer_release(&text);
	return st == ST_OK ? ST_OK : error_because(ret_error, st, "value-invalid", "records", "a record cannot be written canonically");
}

static enum status record_open(const struct taking *t, const json_t *root, struct border_record *ret, struct error *ret_error)
{
	struct text at;

	*ret = (struct border_record){.post = t->id, .seq = t->seq + 1, .body = json_object_get(root, "body")};
	TRY(member_text_take(root, "at", 40, true, &at, ret_error));
	if (time_read(at, &ret->at_ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "at", "this is no moment");
	ret->offset_known = json_is_integer(json_object_get(root, "offset"));
	if (ret->offset_known)
		TRY(member_number_take(root, "offset", -INT64_C(1000000000000), INT64_C(1000000000000), &ret->offset_ms, ret_error));
	TRY(member_text_take(root, "kind", 64, true, &ret->kind, ret_error));
	TRY(member_text_take(root, "lane", 1000, false, &ret->lane, ret_error));
	return member_text_take(root, "officer", 1000, false, &ret->officer, ret_error);
}

/* A record that stands here already must be this one: else a copy of the post would be told that its own was taken, and drop it. */
static enum status known_check(const struct taking *t, int64_t seq, const char *hash, struct error *ret_error)
{
	struct db_rows row;
	enum status st = db_query_one(t->tx, "SELECT hash FROM post_record WHERE post_id = $1 AND seq = $2",
				      DB_PARAMS(DB_V_TEXT(t->id), DB_V_INT(seq)), t->arena, &row, ret_error);

	/* One of before there were hashes has none. */
	if (st == ST_NOT_FOUND && seq > t->seq - KEPT)
		return ST_OK;
	if (st == ST_NOT_FOUND || (st == ST_OK && !text_equal(db_text(&row, 0, 0), text_of(hash))))
		return forked(ret_error);
	return st;
}

/* A hub that was put back from an older copy lacks what the post was told that it has, and of that the post has no checks any more. The
 * chain cannot go on where it was cut; that it was, and what is missing, stays for officers and in the audit. */
static enum status gap_take(struct taking *t, int64_t seq, struct error *ret_error)
{
	const struct actor actor = {.id = t->id, .country = t->border->host};
	struct audit_event event = {.actor = &actor, .action = "post.sync", .thing_kind = "post", .thing = t->id, .outcome = "flagged"};
	int64_t now_ms = env_now(t->border->env);
	char missing[48], detail[80];

	if (!t->gone)
		return error_because(ret_error, ST_MALFORMED, "spool-gap", "records", "record %lld does not follow %lld", (long long)seq,
				     (long long)t->seq);
	snprintf(missing, sizeof missing, "%lld-%lld", (long long)t->seq + 1, (long long)seq - 1);
	snprintf(detail, sizeof detail, "{\"missing\":\"%s\"}", missing);
	event.detail = text_of(detail);
	TRY(db_exec(t->tx, "INSERT INTO post_event (post_id, seq, at, what, detail) VALUES ($1, $2, $3, 'spool-gap', $4) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(t->id), DB_V_INT(t->seq + 1), DB_V_INT(now_ms), DB_V_TEXT(text_of(missing))), NULL, ret_error));
	TRY(db_tell(t->tx, "post", t->id, now_ms, ret_error));
	return audit_add(t->tx, t->border->env, &event, ret_error);
}

static enum status record_take(struct taking *t, const json_t *root, struct error *ret_error)
{
	struct border_record record;
	char hash[HASH_SIZE];
	struct text previous;
	int64_t seq;

	TRY(member_number_take(root, "seq", 1, INT64_MAX, &seq, ret_error));
	TRY(record_hash(root, hash, ret_error));
	if (seq <= t->seq)
		return known_check(t, seq, hash, ret_error);
	TRY(member_text_take(root, "previous", 64, true, &previous, ret_error));
	if (seq > t->seq + 1)
		TRY(gap_take(t, seq, ret_error));
	else if (!text_equal(previous, text_of(t->hash)))
		return forked(ret_error);
	t->seq = seq - 1;
	TRY(record_open(t, root, &record, ret_error));
	TRY(border_take_record(t->border, t->tx, &record, t->arena, ret_error));
	TRY(db_exec(t->tx, "INSERT INTO post_record (post_id, seq, hash) VALUES ($1, $2, $3)",
		    DB_PARAMS(DB_V_TEXT(t->id), DB_V_INT(seq), DB_V_TEXT(text_of(hash))), NULL, ret_error));
	memcpy(t->hash, hash, sizeof hash);
	t->seq = seq;
	return ST_OK;
}

enum status post_spool(struct border *border, struct db_tx *tx, struct text id, const json_t *upload, struct arena *arena, int64_t *ret_upto,
		       struct error *ret_error)
{
	struct taking t = {.border = border, .tx = tx, .id = id, .arena = arena, .gone = json_is_true(json_object_get(upload, "gone"))};
	const json_t *records = json_object_get(upload, "records"), *record;
	struct db_rows row;
	size_t i;

	if (!json_is_array(records) || json_array_size(records) > POST_RECORDS_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "records", "records are a list of at most %u", POST_RECORDS_MAX);
	TRY(db_query_one(tx, "SELECT spool_seq, spool_hash FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	t.seq = db_int(&row, 0, 0);
	memcpy(t.hash, db_text(&row, 0, 1).data, HASH_SIZE - 1);
	t.hash[HASH_SIZE - 1] = '\0';
	json_array_foreach((json_t *)(uintptr_t)records, i, record)
		TRY(record_take(&t, record, ret_error));
	TRY(db_exec(tx, "UPDATE post SET spool_seq = $2, spool_hash = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_INT(t.seq), DB_V_TEXT(text_of(t.hash))), NULL, ret_error));
	*ret_upto = t.seq;
	return db_exec(tx, "DELETE FROM post_record WHERE post_id = $1 AND seq <= $2",
		       DB_PARAMS(DB_V_TEXT(id), DB_V_INT(t.seq - KEPT)), NULL, ret_error);
}
