/* Editions of the list: which there are, and their files for checkpoints. */
#include "model/entity_json.h"
#include "office/people.h"
#include "registry/editions.h"

#include "handlers.inc"

static void hex_put(struct buffer *out, const char *name, const struct merkle_hash *hash)
{
	buffer_printf(out, ",\"%s\":\"", name);
	for (size_t i = 0; i < sizeof hash->b; i++)
		buffer_printf(out, "%02x", hash->b[i]);
	buffer_add_char(out, '"');
}

/* Who cosigned stands in the manifest, which was checked before it was kept. */
static void cosigners_put(struct office_call *call, const struct edition_row *row)
{
	struct edition_trust trust = {.now_ms = call->now_ms, .expired_too = true};
	struct buffer *out = &call->response->body;
	struct edition_manifest manifest;
	size_t count = 0;

	if (manifest_read(row->manifest, &trust, call->arena, &manifest, NULL) == ST_OK)
		count = manifest.witnesses < EDITION_COSIGNERS_MAX ? manifest.witnesses : EDITION_COSIGNERS_MAX;
	buffer_printf(out, ",\"cosignedBy\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, i ? "," : "");
		json_add_string(out, manifest.cosigners[i]);
	}
	buffer_add_char(out, ']');
}

static void put_edition(struct office_call *call, const struct edition_row *row)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"number\":%llu", (unsigned long long)row->number);
	put_time(out, "issuedAt", row->issued_ms);
	put_time(out, "oldAt", row->soft_ms);
	put_time(out, "expiresAt", row->hard_ms);
	buffer_printf(out, ",\"entries\":%llu,\"clearances\":%llu,\"added\":%llu,\"changed\":%llu,\"removed\":%llu,\"ledgerSize\":%llu",
		      (unsigned long long)row->listings, (unsigned long long)row->clearances, (unsigned long long)row->added,
		      (unsigned long long)row->changed, (unsigned long long)row->removed, (unsigned long long)row->log_size);
	hex_put(out, "root", &row->root);
	hex_put(out, "state", &row->state);
	if (row->size) {
		buffer_printf(out, ",\"size\":%llu", (unsigned long long)row->size);
		hex_put(out, "sha256", &row->sha256);
	}
	cosigners_put(call, row);
	buffer_add_char(out, '}');
}

/* ---- list ---- */

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_page *page = context;
	struct edition_row *rows, newest;
	uint64_t before = 0;
	char last[24] = "";
	enum status st;
	size_t count;

	TRY(office_may(call, tx, "edition.read", NULL, "edition", TEXT_NONE, ret_error));
	if (page->after.len && text_to_uint(page->after, INT64_MAX, &before) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	TRY(edition_rows_load(tx, before, page->limit + 1, call->arena, &rows, &count, ret_error));
	st = edition_row_load(tx, 0, call->arena, &newest, ret_error);
	if (st == ST_NOT_FOUND)
		newest.number = 0;
	else
		TRY(st);
	buffer_printf(&call->response->body, "{\"items\":[");
	for (size_t i = 0; i < count && i < page->limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		put_edition(call, &rows[i]);
	}
	buffer_add_char(&call->response->body, ']');
	if (count > page->limit)
		snprintf(last, sizeof last, "%llu", (unsigned long long)rows[page->limit - 1].number);
	office_page_end(call, text_of(last), (int64_t)newest.number);
	office_json(call, 200);
	return ST_OK;
}

void office_edition_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct office_page page;
	enum status st;

	TRY_OUT(office_page(call, &page, &error));
	st = office_transact(call, DB_WRITE, list_work, &page, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- one ---- */

struct wanted {
	uint64_t number, from;
	struct bytes file;
	struct merkle_hash sha256;
};

static enum status number_read(const struct office_call *call, struct wanted *ret, struct error *ret_error)
{
	struct text from = http_query(call->request, "from");

	*ret = (struct wanted){0};
	if (text_to_uint(call->request->captures[0], INT64_MAX, &ret->number) != ST_OK || ret->number == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such edition");
	if (from.data && (text_to_uint(from, INT64_MAX, &ret->from) != ST_OK || ret->from >= ret->number))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "from", "'from' is the number of an earlier edition");
	return ST_OK;
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct wanted *wanted = context;
	struct edition_row row;
	enum status st = edition_row_load(tx, wanted->number, call->arena, &row, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "edition.read", "edition", call->request->captures[0], ret_error);
	TRY(st);
	TRY(office_may(call, tx, "edition.read", NULL, "edition", call->request->captures[0], ret_error));
	put_edition(call, &row);
	office_json(call, 200);
	return ST_OK;
}

void office_edition_get(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct wanted wanted;
	enum status st;

	TRY_OUT(number_read(call, &wanted, &error));
	st = office_transact(call, DB_WRITE, get_work, &wanted, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- its file ---- */

static enum status file_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct wanted *wanted = context;
	enum status st = edition_file_load(tx, wanted->number, wanted->from, call->arena, &wanted->file, &wanted->sha256, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "edition.fetch", "edition", call->request->captures[0], ret_error);
	TRY(st);
	return office_may(call, tx, "edition.fetch", NULL, "edition", call->request->captures[0], ret_error);
}

/* One range, "bytes=FROM-", "bytes=FROM-TO" or "bytes=-LAST". Gives 200 where there is none that counts, 206, or 416.
 * Source: RFC 9110, 14.1.2 and 14.2: a range that cannot be read is as if there were none. */
static unsigned range_read(struct text range, uint64_t len, uint64_t *ret_from, uint64_t *ret_to)
{
	struct text first, last;
	size_t dash;

	*ret_from = 0;
	*ret_to = len - 1;
	if (!text_starts(range, TEXT("bytes=")))
		return 200;
	range = (struct text){range.data + 6, range.len - 6};
	dash = text_find(range, '-', 0);
	if (dash == range.len || text_find(range, ',', 0) < range.len)
		return 200;
	first = (struct text){range.data, dash};
	last = (struct text){range.data + dash + 1, range.len - dash - 1};
	if (first.len == 0) {
		uint64_t count;

		if (text_to_uint(last, INT64_MAX, &count) != ST_OK)
			return 200;
		*ret_from = count < len ? len - count : 0;
		return count ? 206 : 416;
	}
	if (text_to_uint(first, INT64_MAX, ret_from) != ST_OK || (last.len && text_to_uint(last, INT64_MAX, ret_to) != ST_OK) ||
	    (last.len && *ret_to < *ret_from)) {
		*ret_from = 0;
		*ret_to = len - 1;
		return 200;
	}
	*ret_to = *ret_to < len ? *ret_to : len - 1;
	return *ret_from < len ? 206 : 416;
}

static enum status header_put(struct office_call *call, const char *name, const struct buffer *value)
{
	struct text kept;

	TRY(arena_text(call->arena, buffer_text(value), &kept));
	http_set_header(call->response, text_of(name), kept);
	return ST_OK;
}

/* A file never changes under its number: its tag is its hash, and what was fetched in part goes on where it ended. */
static enum status file_answer(struct office_call *call, const struct wanted *wanted, struct error *ret_error)
{
	struct text if_range = http_header(call->request, "If-Range"), range = http_header(call->request, "Range");
	struct buffer value;
	uint64_t from, to;
	unsigned status;
	enum status st;

	buffer_init(&value, 256);
	buffer_add_char(&value, '"');
	for (size_t i = 0; i < 16; i++)
		buffer_printf(&value, "%02x", wanted->sha256.b[i]);
	buffer_add_char(&value, '"');
	TRY_OUT(header_put(call, "ETag", &value));
	http_set_header(call->response, TEXT("Accept-Ranges"), TEXT("bytes"));
	if (http_etag_known(call->request, buffer_text(&value))) {
		call->response->status = 304;
		goto out;
	}
	status = range_read(if_range.data && !text_equal(if_range, buffer_text(&value)) ? TEXT_NONE : range, wanted->file.len, &from, &to);
	buffer_clear(&value);
	if (status == 416)
		buffer_printf(&value, "bytes */%zu", wanted->file.len);
	else if (status == 206)
		buffer_printf(&value, "bytes %llu-%llu/%zu", (unsigned long long)from, (unsigned long long)to, wanted->file.len);
	if (value.len)
		TRY_OUT(header_put(call, "Content-Range", &value));
	buffer_clear(&value);
	buffer_printf(&value, "attachment; filename=\"%.*s-%lld%s\"", TEXT_ARG(call->office->host), (long long)wanted->number,
		      wanted->from ? ".delta" : ".edition");
	TRY_OUT(header_put(call, "Content-Disposition", &value));
	http_answer(call->response, status, TEXT("application/octet-stream"),
		    status == 416 ? TEXT_NONE
				  : (struct text){(const char *)wanted->file.data + from, (size_t)(to - from + 1)});
out:
	buffer_release(&value);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "out of memory");
}

void office_edition_file(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct wanted wanted;
	enum status st;

	TRY_OUT(number_read(call, &wanted, &error));
	TRY_OUT(office_transact(call, DB_WRITE, file_work, &wanted, &error));
	st = file_answer(call, &wanted, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}
