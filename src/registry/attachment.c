#include "registry/attachment.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/ledger.h"
#include "model/time.h"
#include "registry/inside.h"

static bool has_at(struct bytes b, size_t at, const char *mark, size_t len)
{
	return b.len >= at + len && memcmp(b.data + at, mark, len) == 0;
}

const char *attachment_type(struct bytes content)
{
	if (has_at(content, 0, "%PDF-", 5))
		return "application/pdf";
	if (has_at(content, 0, "\xFF\xD8\xFF", 3))
		return "image/jpeg";
	if (has_at(content, 0, "\x89PNG\r\n\x1A\n", 8))
		return "image/png";
	if (has_at(content, 0, "RIFF", 4) && has_at(content, 8, "WEBP", 4))
		return "image/webp";
	if (has_at(content, 0, "II*\0", 4) || has_at(content, 0, "MM\0*", 4))
		return "image/tiff";
	return NULL;
}

static enum status check(const struct attachment_new *a, struct error *ret_error)
{
	static const char *const kinds[] = {"warrant", "photo", "decision", "other"};
	bool known = false;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		known = known || text_equal(a->kind, text_of(kinds[i]));
	if (!known)
		return error_because(ret_error, ST_MALFORMED, "attachment-kind", "kind", "warrant, photo, decision or other");
	if (a->content.len == 0)
		return error_because(ret_error, ST_MALFORMED, "attachment-empty", NULL, "the file is empty");
	if (a->content.len > ATTACHMENT_SIZE_MAX)
		return error_because(ret_error, ST_LIMIT, "attachment-size", NULL, "more than %zu MB", ATTACHMENT_SIZE_MAX >> 20);
	if (attachment_type(a->content) == NULL)
		return error_because(ret_error, ST_MALFORMED, "attachment-type", NULL, "no PDF, JPEG, PNG, WebP or TIFF");
	return ST_OK;
}

struct adding {
	struct registry *registry;
	struct db_tx *tx;
	const struct actor *actor;
	const struct attachment_new *new;
	char id[ID_SIZE], sha256[65], leaf[ID_SIZE];
	int64_t now_ms;
};

static enum status leaf_append(struct adding *a, struct error *ret_error)
{
	char at[TIME_SIZE], payload[512];
	struct ledger_new leaf = {.log = LEDGER_LIST, .kind = "attachment.add", .subject = a->new->entry, .actor = a->actor->id};
	int n;

	time_write(a->now_ms, at);
	n = snprintf(payload, sizeof payload, "{\"at\":\"%s\",\"attachment\":\"%s\",\"by\":\"%.*s\",\"entry\":\"%.*s\",\"kind\":\"%.*s\","
		     "\"sha256\":\"%s\",\"size\":%zu}", at, a->id, TEXT_ARG(a->actor->id), TEXT_ARG(a->new->entry),
		     TEXT_ARG(a->new->kind), a->sha256, a->new->content.len);
	if (n < 0 || (size_t)n >= sizeof payload)
		return error_set(ret_error, ST_LIMIT, "the leaf of an attachment is too long");
	leaf.payload = (struct text){payload, (size_t)n};
	return ledger_append(a->tx, a->registry->env, &leaf, a->leaf, ret_error);
}

static enum status add_row(struct adding *a, struct error *ret_error)
{
	const struct attachment_new *n = a->new;

	id_make(a->registry->env, a->id);
	TRY(registry_now(a->registry, a->tx, &a->now_ms, ret_error));
	TRY(leaf_append(a, ret_error));
	TRY(db_exec(a->tx, "INSERT INTO attachment (id, entry_id, kind, name, type, size, sha256, content, country, created_by,"
		    " created_at, leaf_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		    DB_PARAMS(DB_V_TEXT(text_of(a->id)), DB_V_TEXT(n->entry), DB_V_TEXT(n->kind), DB_V_TEXT(n->name),
			      DB_V_TEXT(text_of(attachment_type(n->content))), DB_V_INT((int64_t)n->content.len),
			      DB_V_TEXT(text_of(a->sha256)), DB_V_BLOB(n->content), DB_V_TEXT(a->actor->country),
			      DB_V_TEXT(a->actor->id), DB_V_INT(a->now_ms), DB_V_TEXT(text_of(a->leaf))),
		    NULL, ret_error));
	return db_tell(a->tx, "entry", n->entry, a->now_ms, ret_error);
}

enum status attachment_add(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct attachment_new *attachment,
			   struct arena *arena, struct text *ret_id, struct error *ret_error)
{
	struct adding a = {.registry = registry, .tx = tx, .actor = actor, .new = attachment};
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct db_rows same, count;

	TRY(check(attachment, ret_error));
	crypto_hash_sha256(digest, attachment->content.data, attachment->content.len);
	sodium_bin2hex(a.sha256, sizeof a.sha256, digest, sizeof digest);
	TRY(db_query(tx, "SELECT id FROM attachment WHERE entry_id = $1 AND sha256 = $2",
		     DB_PARAMS(DB_V_TEXT(attachment->entry), DB_V_TEXT(text_of(a.sha256))), arena, &same, ret_error));
	if (same.rows) {
		*ret_id = db_text(&same, 0, 0);
		return ST_OK;
	}
	TRY(db_query_one(tx, "SELECT count(*) FROM attachment WHERE entry_id = $1", DB_PARAMS(DB_V_TEXT(attachment->entry)), arena, &count,
			 ret_error));
	if (db_int(&count, 0, 0) >= ATTACHMENTS_MAX)
		return error_because(ret_error, ST_LIMIT, "attachment-many", NULL, "at most %u attachments", ATTACHMENTS_MAX);
	TRY(add_row(&a, ret_error));
	return keep(arena, text_of(a.id), ret_id, ret_error);
}

#define COLUMNS "SELECT id, entry_id, kind, name, type, sha256, country, created_by, size, created_at"

static void take(const struct db_rows *rows, size_t i, struct attachment *ret)
{
	*ret = (struct attachment){.id = db_text(rows, i, 0), .entry = db_text(rows, i, 1), .kind = db_text(rows, i, 2),
				   .name = db_text(rows, i, 3), .type = db_text(rows, i, 4), .sha256 = db_text(rows, i, 5),
				   .country = db_text(rows, i, 6), .by = db_text(rows, i, 7), .size = db_int(rows, i, 8),
				   .at_ms = db_int(rows, i, 9)};
}

enum status attachment_load(struct db_tx *tx, struct text id, bool content, struct arena *arena, struct attachment *ret_attachment,
			    struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query_one(tx, content ? COLUMNS ", content FROM attachment WHERE id = $1" : COLUMNS " FROM attachment WHERE id = $1",
			 DB_PARAMS(DB_V_TEXT(id)), arena, &rows, ret_error));
	take(&rows, 0, ret_attachment);
	if (content)
		ret_attachment->content = db_blob(&rows, 0, 10);
	return ST_OK;
}

enum status attachment_list(struct db_tx *tx, struct text entry, struct arena *arena, struct attachment **ret_attachments,
			    size_t *ret_count, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, COLUMNS " FROM attachment WHERE entry_id = $1 ORDER BY created_at, id", DB_PARAMS(DB_V_TEXT(entry)), arena, &rows,
		     ret_error));
	*ret_attachments = ARENA_NEW(arena, struct attachment, rows.rows + 1);
	if (*ret_attachments == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		take(&rows, i, &(*ret_attachments)[i]);
	*ret_count = rows.rows;
	return ST_OK;
}
