/* How handlers answer: JSON, entity tags, pages of lists. */
#include "model/entity_json.h"
#include "office/office.h"

#define PAGE_DEFAULT 50u
#define PAGE_MAX 500u
#define CURSOR_MAX 512u

void office_json(struct office_call *call, unsigned status)
{
	call->response->status = status;
	http_set_header(call->response, TEXT("Content-Type"), TEXT("application/json"));
}

void office_etag(struct office_call *call, int64_t version)
{
	struct buffer tag;
	struct text copy;

	buffer_init(&tag, 32);
	buffer_printf(&tag, "\"%lld\"", (long long)version);
	/* Without memory the answer goes without its tag: a change of it is then refused, never lost. */
	if (buffer_status(&tag) == ST_OK && arena_text(call->arena, buffer_text(&tag), &copy) == ST_OK)
		http_set_header(call->response, TEXT("ETag"), copy);
	buffer_release(&tag);
}

enum status office_if_match(const struct office_call *call, int64_t *ret_version, struct error *ret_error)
{
	struct text tag = text_trim(http_header(call->request, "If-Match"));
	uint64_t version;

	/* Only strong tags compare here (RFC 9110, 13.1.1), and ours are numbers between quotes. */
	if (tag.len < 3 || tag.data[0] != '"' || tag.data[tag.len - 1] != '"' ||
	    text_to_uint((struct text){tag.data + 1, tag.len - 2}, INT64_MAX, &version) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "if-match-missing", "If-Match", "no version in If-Match");
	*ret_version = (int64_t)version;
	return ST_OK;
}

enum status office_id(const struct office_call *call, size_t capture, struct text *ret_id, struct error *ret_error)
{
	if (capture >= call->request->capture_count || !id_valid(call->request->captures[capture]))
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "not an identifier");
	*ret_id = call->request->captures[capture];
	return ST_OK;
}

/* ---- pages of lists: the cursor is the last row's key in hexadecimal ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum status cursor_read(struct text cursor, struct arena *arena, struct text *ret_after, struct error *ret_error)
{
	uint8_t *out;

	if (cursor.len % 2 || cursor.len > 2 * CURSOR_MAX)
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	out = arena_alloc(arena, cursor.len / 2 + 1, 1);
	if (out == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < cursor.len / 2; i++) {
		int high = hex_digit(cursor.data[2 * i]), low = hex_digit(cursor.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
		out[i] = (uint8_t)(high << 4 | low);
	}
	if (text_check((struct bytes){out, cursor.len / 2}, ret_after, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	return ST_OK;
}

enum status office_page(const struct office_call *call, struct office_page *ret_page, struct error *ret_error)
{
	struct text limit = http_query(call->request, "limit"), cursor = http_query(call->request, "cursor");
	struct office_page page = {.limit = PAGE_DEFAULT};
	uint64_t n;

	if (limit.data) {
		if (text_to_uint(limit, PAGE_MAX, &n) != ST_OK || n == 0)
			return error_because(ret_error, ST_MALFORMED, "malformed", "limit", "limit is 1 to %u", PAGE_MAX);
		page.limit = (uint32_t)n;
	}
	if (cursor.len)
		TRY(cursor_read(cursor, call->arena, &page.after, ret_error));
	*ret_page = page;
	return ST_OK;
}

void office_page_end(struct office_call *call, struct text last, int64_t total)
{
	static const char digits[] = "0123456789abcdef";
	struct buffer *out = &call->response->body;

	buffer_printf(out, ",\"next\":%s", last.len ? "\"" : "null");
	for (size_t i = 0; i < last.len; i++) {
		buffer_add_char(out, digits[(uint8_t)last.data[i] >> 4]);
		buffer_add_char(out, digits[(uint8_t)last.data[i] & 15]);
	}
	buffer_printf(out, "%s,\"total\":%lld}", last.len ? "\"" : "", (long long)total);
}

enum status office_page_place(const struct office_page *page, int64_t *place_ms, struct text *place_id, struct error *ret_error)
{
	size_t space = text_find(page->after, ' ', 0);
	struct text id;
	uint64_t ms;

	if (page->after.len == 0)
		return ST_OK;
	if (space + ID_SIZE != page->after.len || text_to_uint((struct text){page->after.data, space}, INT64_MAX, &ms) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	id = (struct text){page->after.data + space + 1, ID_SIZE - 1};
	if (!id_valid(id))
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	*place_ms = (int64_t)ms;
	*place_id = id;
	return ST_OK;
}

void office_page_end_at(struct office_call *call, int64_t last_ms, struct text last_id, int64_t total)
{
	char last[64] = "";

	if (last_id.len)
		snprintf(last, sizeof last, "%lld %.*s", (long long)last_ms, TEXT_ARG(last_id));
	office_page_end(call, text_of(last), total);
}

void office_page_end_rows(struct office_call *call, const struct office_page *page, const struct db_rows *rows, size_t ms_column,
			  int64_t total)
{
	size_t last = page->limit - 1;

	if (rows->rows > page->limit)
		office_page_end_at(call, db_int(rows, last, ms_column), db_text(rows, last, 0), total);
	else
		office_page_end(call, TEXT_NONE, total);
}
