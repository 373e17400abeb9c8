#include "feed/sources.h"

#include "feed/fetch.h"

#define TABLE_MEMORY_MAX ((size_t)16 << 20)
#define COLUMNS 8u
#define FIELDS_MAX 32u

/* The columns that are read, in the order of the members. */
static const char *const columns[COLUMNS] = {"name",  "title", "publisher", "format",
					     "standard", "files", "addresses", "terms"};

struct source_row {
	struct text name, title, publisher, format, standard, files, addresses, terms;
};

#include "list_sources.inc"

bool source_name_good(struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return name.len && name.len <= SOURCE_NAME_MAX;
}

/* A name in the folder itself: nothing that leads out of it, and hidden only where it is not a list. */
static bool file_good(struct text file, bool hidden)
{
	for (size_t i = 0; i < file.len; i++)
		if ((unsigned char)file.data[i] <= 0x20 || file.data[i] == '/' || file.data[i] == 0x7F)
			return false;
	return file.len && file.len <= 100 && (file.data[0] == '.') == hidden && !text_equal(file, TEXT(".")) &&
	       !text_equal(file, TEXT(".."));
}

static enum status text_keep(struct arena *arena, struct text t, const char **ret_string, struct error *ret_error)
{
	char *copy = ARENA_NEW(arena, char, t.len + 1);

	if (copy == NULL)
		return arena_failure(arena, ret_error);
	if (t.len)
		memcpy(copy, t.data, t.len);
	*ret_string = copy;
	return ST_OK;
}

static enum status parts_keep(struct arena *arena, struct text list, const char *parts[SOURCE_FILES_MAX],
			      size_t *ret_count, struct error *ret_error)
{
	struct text part;

	*ret_count = 0;
	while (list.len && text_split(&list, ' ', &part)) {
		if (*ret_count == SOURCE_FILES_MAX)
			return error_set(ret_error, ST_LIMIT, "more than %u", SOURCE_FILES_MAX);
		TRY(text_keep(arena, part, &parts[*ret_count], ret_error));
		++*ret_count;
	}
	return ST_OK;
}

static enum status files_take(struct list_source *s, const struct source_row *row, struct arena *arena,
			      struct error *ret_error)
{
	bool hidden = strcmp(s->format, SOURCE_CATALOGUE) == 0;
	size_t addresses;

	TRY(parts_keep(arena, row->files, s->files, &s->file_count, ret_error));
	TRY(parts_keep(arena, row->addresses, s->addresses, &addresses, ret_error));
	if (s->file_count == 0 || s->file_count != addresses)
		return error_at(ret_error, ST_MALFORMED, "addresses", -1, "there must be one for each file");
	for (size_t i = 0; i < s->file_count; i++) {
		if (!file_good(text_of(s->files[i]), hidden))
			return error_at(ret_error, ST_MALFORMED, "files", -1, "'%.100s' cannot be a file's name",
					s->files[i]);
		TRY(fetch_check_address(s->addresses[i], ret_error));
	}
	return ST_OK;
}

static bool files_shared(const struct list_source *a, const struct list_source *b)
{
	for (size_t i = 0; i < a->file_count; i++)
		for (size_t j = 0; j < b->file_count; j++)
			if (strcmp(a->files[i], b->files[j]) == 0)
				return true;
	return false;
}

static enum status source_take(struct list_sources *sources, const struct source_row *row, struct error *ret_error)
{
	struct list_source *s = &sources->rows[sources->count];
	struct arena *arena = &sources->arena;

	*s = (struct list_source){.standard = text_equal(row->standard, TEXT("y")), .sha1 = ""};
	if (!source_name_good(row->name))
		return error_at(ret_error, ST_MALFORMED, "name", -1, "'%.*s' is not lower-case letters, digits, - and _",
				row->name.len < 100 ? (int)row->name.len : 100, row->name.data);
	if (!s->standard && !text_equal(row->standard, TEXT("n")))
		return error_at(ret_error, ST_MALFORMED, "standard", -1, "is neither y nor n");
	TRY(text_keep(arena, row->name, &s->name, ret_error));
	TRY(text_keep(arena, row->title, &s->title, ret_error));
	TRY(text_keep(arena, row->publisher, &s->publisher, ret_error));
	TRY(text_keep(arena, row->format, &s->format, ret_error));
	TRY(text_keep(arena, row->terms, &s->terms, ret_error));
	TRY(files_take(s, row, arena, ret_error));
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->rows[i].name, s->name) == 0 || files_shared(&sources->rows[i], s))
			return error_at(ret_error, ST_CONFLICT, "name", -1, "a row above has the same name or file");
	sources->count++;
	return ST_OK;
}

static enum status sources_begin(struct list_sources *sources, size_t room, struct error *ret_error)
{
	*sources = (struct list_sources){0};
	arena_init(&sources->arena, TABLE_MEMORY_MAX);
	sources->rows = ARENA_NEW(&sources->arena, struct list_source, room);
	return sources->rows ? ST_OK : arena_failure(&sources->arena, ret_error);
}

enum status list_sources_standard(struct list_sources *ret_sources, struct error *ret_error)
{
	struct list_sources sources;
	enum status st = sources_begin(&sources, LIST_SOURCES_COUNT, ret_error);

	for (size_t i = 0; i < LIST_SOURCES_COUNT && st == ST_OK; i++)
		st = source_take(&sources, &list_sources_rows[i], ret_error);
	if (st == ST_OK)
		*ret_sources = sources;
	else
		list_sources_release(&sources);
	return st;
}

/* Finds in which field of the table each column stands. */
static enum status header_read(struct text line, size_t ret_at[COLUMNS], size_t *ret_fields, struct error *ret_error)
{
	struct text field;

	for (size_t i = 0; i < COLUMNS; i++)
		ret_at[i] = SIZE_MAX;
	for (*ret_fields = 0; text_split(&line, '\t', &field); ++*ret_fields)
		for (size_t i = 0; i < COLUMNS; i++)
			if (text_equal(field, text_of(columns[i])))
				ret_at[i] = *ret_fields;
	for (size_t i = 0; i < COLUMNS; i++)
		if (ret_at[i] == SIZE_MAX)
			return error_at(ret_error, ST_MALFORMED, columns[i], -1, "the table has no column '%s'",
					columns[i]);
	if (*ret_fields > FIELDS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u columns", FIELDS_MAX);
	return ST_OK;
}

static enum status row_read(struct list_sources *sources, struct text line, const size_t at[COLUMNS], size_t wanted,
			    struct error *ret_error)
{
	struct text fields[FIELDS_MAX];
	struct source_row row;
	size_t count = 0;

	while (count < FIELDS_MAX && text_split(&line, '\t', &fields[count]))
		count++;
	if (count != wanted || line.data)
		return error_set(ret_error, ST_MALFORMED, "the row has not %zu fields, as the first has", wanted);
	row = (struct source_row){fields[at[0]], fields[at[1]], fields[at[2]], fields[at[3]],
				  fields[at[4]], fields[at[5]], fields[at[6]], fields[at[7]]};
	if (sources->count == SOURCES_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u lists", SOURCES_MAX);
	return source_take(sources, &row, ret_error);
}

enum status list_sources_parse(struct text table, struct list_sources *ret_sources, struct error *ret_error)
{
	struct list_sources sources;
	struct text line;
	size_t at[COLUMNS] = {0}, fields = 0;
	struct error why = {.code = ST_OK};
	enum status st = sources_begin(&sources, SOURCES_MAX, &why);

	for (int64_t number = 1; st == ST_OK && table.len && text_split(&table, '\n', &line); number++) {
		if (line.len && line.data[line.len - 1] == '\r')
			line.len--;
		if (line.len == 0 || line.data[0] == '#')
			continue;
		st = fields ? row_read(&sources, line, at, fields, &why) : header_read(line, at, &fields, &why);
		why.row = number;
	}
	if (st == ST_OK && sources.count == 0)
		st = error_set(&why, ST_MALFORMED, "the table has no rows");
	if (st == ST_OK) {
		*ret_sources = sources;
		return ST_OK;
	}
	list_sources_release(&sources);
	if (ret_error)
		*ret_error = why;
	return st;
}

void list_sources_release(struct list_sources *sources)
{
	arena_release(&sources->arena);
	*sources = (struct list_sources){0};
}

const struct list_source *list_sources_find(const struct list_sources *sources, const char *name)
{
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->rows[i].name, name) == 0)
			return &sources->rows[i];
	return NULL;
}

const struct list_source *list_sources_catalogue(const struct list_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->rows[i].format, SOURCE_CATALOGUE) == 0)
			return &sources->rows[i];
	return NULL;
}

struct text list_sources_title(struct text name)
{
	for (size_t i = 0; i < LIST_SOURCES_COUNT; i++) {
		struct text files = list_sources_rows[i].files;

		if (text_equal((struct text){files.data, text_find(files, '.', 0)}, name))
			return list_sources_rows[i].title;
	}
	return name;
}
