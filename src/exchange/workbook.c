#include "exchange/workbook.h"

#include <stdio.h>

#include "exchange/sheet_value.h"

#define SHEETS_MAX 1000u

enum status workbook_part(struct workbook *b, struct text path, uint64_t limit, const char *const *names,
			  xml_record *record, void *context, struct error *ret_error)
{
	struct zip_part part;
	struct xml_source source = {zip_part_read, &part, true};
	struct error why = {.code = ST_OK};
	enum status st;

	TRY(zip_part_open(&b->zip, path, limit, &part, ret_error));
	if (part.archive == NULL)
		return error_set(ret_error, ST_NOT_FOUND, "%.80s is missing in it", path.len ? path.data : "a part");
	st = xml_records_from(b->reader, &source, names, record, context, &why);
	zip_part_close(&part);
	if (st != ST_OK && ret_error) {
		*ret_error = why;
		if (why.message[0])
			snprintf(ret_error->message, sizeof ret_error->message, "%.80s: %.160s", path.data, why.message);
		ret_error->row = 0;
	}
	return st;
}

/* ---- texts ---- */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "_x000D_" at `at`: the character it stands for, or 0. Source: ECMA-376 part 1, 22.9.2.19 (ST_Xstring). */
static uint32_t escaped(struct text t, size_t at)
{
	uint32_t c = 0;

	if (at + 7 > t.len || t.data[at] != '_' || t.data[at + 1] != 'x' || t.data[at + 6] != '_')
		return 0;
	for (size_t i = at + 2; i < at + 6; i++) {
		if (hex(t.data[i]) < 0)
			return 0;
		c = c * 16 + (uint32_t)hex(t.data[i]);
	}
	return c >= 0xD800 && c < 0xE000 ? 0 : c;
}

static void text_collect(const xmlNode *t, struct buffer *out)
{
	for (const xmlNode *n = t->children; n; n = n->next) {
		struct text one = TEXT_NONE;

		if ((n->type != XML_TEXT_NODE && n->type != XML_CDATA_SECTION_NODE) || n->content == NULL ||
		    text_check((struct bytes){n->content, strlen((const char *)n->content)}, &one, NULL) != ST_OK)
			continue;
		for (size_t i = 0; i < one.len; i++) {
			uint32_t c = escaped(one, i);
			char utf8[4];

			if (c == 0) {
				buffer_add_char(out, one.data[i]);
				continue;
			}
			buffer_add(out, utf8, text_encode(c, utf8));
			i += 6;
		}
	}
}

enum status workbook_text(const xmlNode *item, struct arena *arena, struct text *ret_text)
{
	struct buffer all;
	enum status st;

	buffer_init(&all, XML_RECORD_MAX);
	for (const xmlNode *n = xml_child(item, NULL, NULL); n; n = xml_child(item, NULL, n)) {
		if (xml_is(n, "t"))
			text_collect(n, &all);
		for (const xmlNode *t = xml_is(n, "r") ? xml_child(n, "t", NULL) : NULL; t; t = xml_child(n, "t", t))
			text_collect(t, &all);
	}
	st = buffer_status(&all);
	*ret_text = TEXT("");
	if (st == ST_OK && all.len)
		st = arena_text(arena, buffer_text(&all), ret_text);
	buffer_release(&all);
	return st;
}

static enum status string_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct workbook *b = context;
	enum status st = ST_OK;

	(void)reader;
	if (b->string_count == b->string_room) {
		size_t room = b->string_room ? b->string_room * 2 : 256;
		struct text *grown = ARENA_NEW(&b->arena, struct text, room);

		if (grown && b->string_count)
			memcpy(grown, b->strings, b->string_count * sizeof *grown);
		st = grown ? ST_OK : arena_failure(&b->arena, NULL);
		b->strings = grown ? grown : b->strings;
		b->string_room = grown ? room : b->string_room;
	}
	if (st == ST_OK)
		st = workbook_text(node, &b->arena, &b->strings[b->string_count]);
	if (st == ST_LIMIT)
		return error_set(ret_error, ST_LIMIT, "more than %zu MB of texts", WORKBOOK_TEXT_MAX >> 20);
	b->string_count += st == ST_OK;
	return st;
}

/* ---- formats ---- */

static int format_by_id(const struct workbook *b, uint64_t id)
{
	for (size_t i = 0; i < b->own_count; i++)
		if (b->own_formats[i].id == id)
			return b->own_formats[i].format;
	return sheet_format_builtin(id);
}

static enum status own_formats_take(struct workbook *b, const xmlNode *list, struct error *ret_error)
{
	size_t count = 0;

	for (const xmlNode *n = xml_child(list, "numFmt", NULL); n; n = xml_child(list, "numFmt", n))
		count++;
	if (count > 1000)
		return error_set(ret_error, ST_LIMIT, "more than 1000 number formats");
	b->own_formats = ARENA_NEW(&b->arena, struct number_format, count + 1);
	if (b->own_formats == NULL)
		return arena_failure(&b->arena, ret_error);
	for (const xmlNode *n = xml_child(list, "numFmt", NULL); n; n = xml_child(list, "numFmt", n)) {
		uint64_t id;

		if (text_to_uint(xml_attribute(n, "numFmtId"), UINT32_MAX, &id) == ST_OK)
			b->own_formats[b->own_count++] =
				(struct number_format){id, sheet_format_of(xml_attribute(n, "formatCode"))};
	}
	return ST_OK;
}

/* numFmts stands before cellXfs. */
static enum status styles_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct workbook *b = context;
	size_t count = 0;

	(void)reader;
	if (xml_is(node, "numFmts"))
		return b->own_formats ? ST_OK : own_formats_take(b, node, ret_error);
	for (const xmlNode *n = xml_child(node, "xf", NULL); n; n = xml_child(node, "xf", n))
		count++;
	if (count > WORKBOOK_FORMATS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u cell formats", WORKBOOK_FORMATS_MAX);
	b->formats = ARENA_NEW(&b->arena, int, count + 1);
	if (b->formats == NULL)
		return arena_failure(&b->arena, ret_error);
	b->format_count = 0;
	for (const xmlNode *n = xml_child(node, "xf", NULL); n; n = xml_child(node, "xf", n)) {
		uint64_t id = 0;

		if (text_to_uint(xml_attribute(n, "numFmtId"), UINT32_MAX, &id) != ST_OK)
			id = 0;
		b->formats[b->format_count++] = format_by_id(b, id);
	}
	return ST_OK;
}

/* ---- which sheet ---- */

struct relation {
	struct text id, type, path;
};

struct relations {
	struct workbook *book;
	struct text folder; /* of the part they belong to, with its '/' */
	struct relation list[SHEETS_MAX];
	size_t count;
};

static bool ends(struct text t, const char *word)
{
	size_t n = strlen(word);

	return t.len >= n && memcmp(t.data + t.len - n, word, n) == 0;
}

static enum status relation_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct relations *r = context;
	struct arena *arena = &r->book->arena;
	struct text target = xml_attribute(node, "Target");
	struct relation *one = &r->list[r->count];
	char path[512];
	int n;

	(void)reader;
	if (r->count == SHEETS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u parts are named", SHEETS_MAX);
	if (text_equal(xml_attribute(node, "TargetMode"), TEXT("External")))
		return ST_OK;
	n = target.len && target.data[0] == '/'
		    ? snprintf(path, sizeof path, "%.*s", (int)target.len - 1, target.data + 1)
		    : snprintf(path, sizeof path, "%.*s%.*s", TEXT_ARG(r->folder), TEXT_ARG(target));
	if (n < 0 || n >= (int)sizeof path)
		return ST_OK;
	/* With a NUL, for messages. */
	TRY(arena_text(arena, (struct text){path, (size_t)n + 1}, &one->path));
	one->path.len--;
	TRY(arena_text(arena, xml_attribute(node, "Id"), &one->id));
	TRY(arena_text(arena, xml_attribute(node, "Type"), &one->type));
	r->count++;
	return ST_OK;
}

static enum status relations_read(struct workbook *b, struct text part, struct relations *r, struct error *ret_error)
{
	static const char *const names[] = {"Relationship", NULL};
	size_t slash = part.len;
	char path[600];
	int n;

	while (slash && part.data[slash - 1] != '/')
		slash--;
	*r = (struct relations){.book = b, .folder = {part.data, slash}};
	n = snprintf(path, sizeof path, "%.*s_rels/%.*s.rels", (int)slash, part.data, (int)(part.len - slash),
		     part.data + slash);
	return workbook_part(b, (struct text){path, (size_t)n}, WORKBOOK_PART_MAX, names, relation_take, r, ret_error);
}

static struct text relation_of_type(const struct relations *r, const char *type)
{
	for (size_t i = 0; i < r->count; i++)
		if (ends(r->list[i].type, type))
			return r->list[i].path;
	return TEXT_NONE;
}

struct sheets {
	struct workbook *book;
	const struct relations *relations;
};

/* The first sheet that is visible and has cells. Attributes come without their namespace's prefix. */
static enum status workbook_take(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct sheets *s = context;
	struct text since = xml_attribute(node, "date1904"), state = xml_attribute(node, "state");
	const struct relations *r = s->relations;

	(void)reader;
	(void)ret_error;
	if (xml_is(node, "workbookPr")) {
		s->book->since_1904 = text_equal(since, TEXT("1")) || text_equal(since, TEXT("true"));
		return ST_OK;
	}
	if (s->book->sheet_path.len || (state.len && !text_equal(state, TEXT("visible"))))
		return ST_OK;
	for (size_t i = 0; i < r->count; i++)
		if (ends(r->list[i].type, "/worksheet") && text_equal(r->list[i].id, xml_attribute(node, "id")))
			s->book->sheet_path = r->list[i].path;
	return ST_OK;
}

static enum status sheet_choose(struct workbook *b, struct relations *relations, struct error *ret_error)
{
	static const char *const names[] = {"workbookPr", "sheet", NULL};
	struct sheets sheets = {b, relations};
	struct text main = TEXT_NONE;
	enum status st = relations_read(b, TEXT(""), relations, ret_error);

	if (st == ST_OK)
		main = relation_of_type(relations, "/officeDocument");
	else if (st != ST_NOT_FOUND)
		return st;
	if (main.len == 0)
		return error_set(ret_error, ST_MALFORMED, "this is a zip file but no Excel workbook");
	TRY(relations_read(b, main, relations, ret_error));
	TRY(workbook_part(b, main, WORKBOOK_PART_MAX, names, workbook_take, &sheets, ret_error));
	b->strings_path = relation_of_type(relations, "/sharedStrings");
	b->styles_path = relation_of_type(relations, "/styles");
	return b->sheet_path.len ? ST_OK
				 : error_set(ret_error, ST_MALFORMED, "the workbook has no sheet that is visible");
}

enum status workbook_open(struct workbook *b, struct reader *reader, struct error *ret_error)
{
	static const char *const strings[] = {"si", NULL};
	static const char *const styles[] = {"numFmts", "cellXfs", NULL};
	struct relations *relations;
	enum status st;

	*b = (struct workbook){.reader = reader};
	arena_init(&b->arena, WORKBOOK_TEXT_MAX);
	TRY(zip_open(&b->zip, reader, ret_error));
	relations = ARENA_NEW(&b->arena, struct relations, 1);
	if (relations == NULL)
		return arena_failure(&b->arena, ret_error);
	st = sheet_choose(b, relations, ret_error);
	if (st == ST_OK && b->strings_path.len)
		st = workbook_part(b, b->strings_path, WORKBOOK_STRINGS_MAX, strings, string_take, b, ret_error);
	if (st == ST_OK && b->styles_path.len)
		st = workbook_part(b, b->styles_path, WORKBOOK_PART_MAX, styles, styles_take, b, ret_error);
	/* A part that is named and not there is damage. */
	return st == ST_NOT_FOUND ? ST_MALFORMED : st;
}

void workbook_release(struct workbook *b)
{
	arena_release(&b->arena);
	zip_close(&b->zip);
}
