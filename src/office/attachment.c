/* Files that stand with an entry: put there, listed, fetched. What is fetched never runs in a browser. */
#include "registry/attachment.h"

#include "model/entity_json.h"
#include "office/entry.h"

#include "handlers.inc"

#define NAME_MAX_BYTES 200u

struct attaching {
	struct text entry;
	struct attachment_new new;
};

static void attachment_put(struct buffer *out, const struct attachment *a)
{
	buffer_add_text(out, TEXT("{\"id\":"));
	json_add_string(out, a->id);
	member_text(out, "entry", a->entry);
	member_text(out, "kind", a->kind);
	member_text(out, "name", a->name);
	member_text(out, "type", a->type);
	member_text(out, "sha256", a->sha256);
	member_text(out, "country", a->country);
	member_text(out, "by", a->by);
	member_time(out, "at", a->at_ms);
	buffer_printf(out, ",\"size\":%lld}", (long long)a->size);
}

/* ---- POST ---- */

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct attaching *a = context;
	struct attachment attachment;
	struct entry entry;
	struct text id;

	TRY(entry_ask(call, tx, a->entry, "attachment.create", &entry, ret_error));
	if (entry.erased)
		return error_because(ret_error, ST_CONFLICT, "clearance-entry", NULL, "the entry was erased");
	TRY(attachment_add(call->office->registry, tx, &call->actor, &a->new, call->arena, &id, ret_error));
	TRY(attachment_load(tx, id, false, call->arena, &attachment, ret_error));
	attachment_put(&call->response->body, &attachment);
	office_json(call, 201);
	return ST_OK;
}

void office_attachment_create(struct office_call *call)
{
	struct text name = text_trim(http_query(call->request, "name")), kind = http_query(call->request, "kind");
	struct attaching a = {.new = {.kind = kind.len ? kind : TEXT("other"), .content = call->request->body}};
	struct error error = {.code = ST_OK};
	enum status st = office_id(call, 0, &a.entry, &error);

	a.new.entry = a.entry;
	a.new.name = name.len && name.len <= NAME_MAX_BYTES ? name : TEXT("-");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &a, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- GET: those of an entry ---- */

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct attachment *attachments;
	struct entry entry;
	size_t count;

	TRY(entry_ask(call, tx, *(const struct text *)context, "attachment.read", &entry, ret_error));
	TRY(attachment_list(tx, entry.id, call->arena, &attachments, &count, ret_error));
	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_char(out, ',');
		attachment_put(out, &attachments[i]);
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)count);
	office_json(call, 200);
	return ST_OK;
}

void office_attachment_list(struct office_call *call)
{
	office_by_id(call, DB_WRITE, list_work);
}

/* ---- GET: one ---- */

/* "attachment; filename*=UTF-8''..." with everything but letters, digits and . - _ as %XX. Source: RFC 6266, RFC 8187. */
static enum status disposition(struct arena *arena, struct text name, struct text *ret)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, 2048);
	buffer_add_text(&out, TEXT("attachment; filename*=UTF-8''"));
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.data[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';

		buffer_printf(&out, plain ? "%c" : "%%%02X", c);
	}
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st;
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	struct attachment a;
	struct entry entry;
	struct text name;
	enum status st = attachment_load(tx, *id, true, call->arena, &a, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "attachment.read", "attachment", *id, ret_error);
	TRY(st);
	TRY(entry_ask(call, tx, a.entry, "attachment.read", &entry, ret_error));
	TRY(disposition(call->arena, a.name, &name));
	http_set_header(call->response, TEXT("Content-Disposition"), name);
	http_set_header(call->response, TEXT("X-Content-Type-Options"), TEXT("nosniff"));
	http_set_header(call->response, TEXT("Content-Security-Policy"), TEXT("default-src 'none'; sandbox"));
	http_answer(call->response, 200, a.type, (struct text){(const char *)a.content.data, a.content.len});
	return buffer_status(&call->response->body);
}

void office_attachment_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}
