/* What the officers' interface reads of a request: tags, cursors, identifiers, JSON; and the form that answers are kept in.
 * The input is four lines (If-Match, cursor, limit, identifier) and a body. */
#include "office/body.h"
#include "office/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_body(const struct office_call *call)
{
	struct text text = TEXT_NONE;
	struct error error;
	json_t *root = NULL, *inner = NULL;
	int64_t number = 0;
	bool flag = false;

	if (body_json(call, &root, &error) != ST_OK)
		return;
	/* One and the same member as everything it might be. */
	if (body_text(call, root, "a", &text, &error) == ST_OK && text.len > BODY_TEXT_MAX)
		__builtin_trap();
	(void)!body_number(root, "a", &number, &error);
	(void)!body_flag(root, "a", &flag, &error);
	(void)!body_time(call, root, "a", &number, &error);
	(void)!body_object(root, "a", &inner, &error);
	(void)!body_list(root, "a", &inner, &error);
	json_decref(root);
}

static void kept_and_read(struct bytes body)
{
	struct http_response first = {.status = 201}, second = {.status = 201};
	struct buffer kept;
	struct error error;

	buffer_init(&first.body, 1 << 20);
	buffer_init(&second.body, 1 << 20);
	buffer_init(&kept, 1 << 21);
	http_set_header(&first, TEXT("ETag"), TEXT("\"7\""));
	http_set_header(&first, TEXT("Set-Cookie"), TEXT("not kept"));
	buffer_add(&first.body, body.data, body.len);
	replay_write(&first, &kept);
	if (buffer_status(&kept) == ST_OK &&
	    (replay_read(buffer_bytes(&kept), &second, &error) != ST_OK || second.header_count != 1 ||
	     second.body.len != body.len || (body.len && memcmp(second.body.data, body.data, body.len) != 0)))
		__builtin_trap();
	buffer_clear(&second.body);
	second.header_count = 0;
	(void)!replay_read(body, &second, &error);
	buffer_release(&first.body);
	buffer_release(&second.body);
	buffer_release(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest, lines[4] = {{0}};
	struct office_page page;
	struct error error;
	struct arena arena;
	int64_t version;
	size_t n = 0;

	while (n < 4 && text_check((struct bytes){data, size}, &rest, NULL) == ST_OK && text_split(&rest, '\n', &lines[n])) {
		data += lines[n].len + (lines[n].len < size);
		size -= lines[n].len + (lines[n].len < size);
		n++;
	}
	const struct http_field headers[] = {{TEXT("If-Match"), lines[0]}};
	const struct http_field query[] = {{TEXT("cursor"), lines[1]}, {TEXT("limit"), lines[2]}};
	const struct http_request request = {.headers = headers, .header_count = 1, .query = query, .query_count = n > 2 ? 2 : 1,
					     .captures = &lines[3], .capture_count = 1, .body = {data, size}};
	struct http_response response = {.status = 0};
	struct office_call call = {.request = &request, .response = &response, .arena = &arena};

	arena_init(&arena, (size_t)16 << 20);
	buffer_init(&response.body, (size_t)16 << 20);
	if (office_if_match(&call, &version, &error) == ST_OK && version < 0)
		__builtin_trap();
	if (office_id(&call, 0, &rest, &error) == ST_OK && rest.len != 32)
		__builtin_trap();
	if (office_page(&call, &page, &error) == ST_OK) {
		if (page.limit == 0 || page.limit > 500)
			__builtin_trap();
		office_page_end(&call, page.after, 0);
		/* What a page ends with is the cursor that began it. */
		if (page.after.len && memmem(response.body.data, response.body.len, lines[1].data, lines[1].len) == NULL)
			__builtin_trap();
	}
	take_body(&call);
	kept_and_read((struct bytes){data, size});
	arena_release(&arena);
	buffer_release(&response.body);
	return 0;
}
