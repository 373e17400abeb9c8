#include "backup/manifest.h"

#include <jansson.h>
#include <sodium.h>

#include "model/entity_json.h"

void sha256_hex(struct bytes in, char out[SHA256_HEX_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, in.data, in.len);
	sodium_bin2hex(out, SHA256_HEX_SIZE, hash, sizeof hash);
}

/* ---- writing ---- */

static void add_text(struct buffer *out, const char *before, struct text value)
{
	buffer_add_text(out, text_of(before));
	json_add_string(out, value);
}

static void add_number(struct buffer *out, const char *before, int64_t value)
{
	buffer_printf(out, "%s%lld", before, (long long)value);
}

static void write_steps(const struct backup_manifest *m, struct buffer *out)
{
	for (size_t i = 0; i < m->step_count; i++) {
		add_number(out, i ? ",\n  {\"number\":" : "\n  {\"number\":", m->steps[i].number);
		add_text(out, ",\"name\":", m->steps[i].name);
		add_text(out, ",\"sha256\":", m->steps[i].sha256);
		buffer_add_char(out, '}');
	}
}

static void write_tables(const struct backup_manifest *m, struct buffer *out)
{
	for (size_t i = 0; i < m->table_count; i++) {
		const struct backup_manifest_table *t = &m->tables[i];

		add_text(out, i ? ",\n  {\"name\":" : "\n  {\"name\":", t->name);
		add_number(out, ",\"rows\":", t->rows);
		buffer_add_text(out, TEXT(",\"columns\":["));
		for (size_t k = 0; k < t->column_count; k++)
			add_text(out, k ? "," : "", t->columns[k]);
		buffer_add_text(out, TEXT("]}"));
	}
}

static void write_members(const struct backup_manifest *m, struct buffer *out)
{
	for (size_t i = 0; i < m->member_count; i++) {
		add_text(out, i ? ",\n  {\"name\":" : "\n  {\"name\":", m->members[i].name);
		add_text(out, ",\"table\":", m->members[i].table);
		add_number(out, ",\"rows\":", m->members[i].rows);
		add_number(out, ",\"bytes\":", m->members[i].bytes);
		add_text(out, ",\"sha256\":", m->members[i].sha256);
		buffer_add_char(out, '}');
	}
}

static void write_logs(const struct backup_manifest *m, struct buffer *out)
{
	for (size_t i = 0; i < m->log_count; i++) {
		add_text(out, i ? ",\n  {\"name\":" : "\n  {\"name\":", m->logs[i].name);
		add_number(out, ",\"size\":", m->logs[i].size);
		add_text(out, ",\"root\":", m->logs[i].root);
		buffer_add_char(out, '}');
	}
}

void backup_manifest_write(const struct backup_manifest *m, struct buffer *out)
{
	buffer_printf(out, "{\"format\":\"%s\",\"version\":%d", MANIFEST_FORMAT, MANIFEST_VERSION);
	add_text(out, ",\"program\":", m->program);
	add_text(out, ",\"made\":", m->made);
	buffer_add_text(out, TEXT(",\n \"schema\":["));
	write_steps(m, out);
	buffer_add_text(out, TEXT("],\n \"tables\":["));
	write_tables(m, out);
	buffer_add_text(out, TEXT("],\n \"members\":["));
	write_members(m, out);
	buffer_add_text(out, TEXT("],\n \"logs\":["));
	write_logs(m, out);
	buffer_add_text(out, TEXT("]}\n"));
}

/* ---- reading ---- */

static enum status wrong(const char *field, struct error *ret_error)
{
	return error_because(ret_error, ST_CORRUPT, "backup-damaged", field, "the manifest is damaged: %s", field);
}

static enum status read_text(const json_t *object, const char *field, struct arena *arena, struct text *ret, struct error *ret_error)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_string(value))
		return wrong(field, ret_error);
	if (arena_text(arena, (struct text){json_string_value(value), json_string_length(value)}, ret) != ST_OK)
		return arena_failure(arena, ret_error);
	return ST_OK;
}

static enum status read_number(const json_t *object, const char *field, int64_t *ret, struct error *ret_error)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return wrong(field, ret_error);
	*ret = json_integer_value(value);
	return ST_OK;
}

static enum status read_step(const json_t *from, struct arena *arena, void *to, struct error *ret_error)
{
	struct backup_manifest_step *step = to;

	TRY(read_number(from, "number", &step->number, ret_error));
	TRY(read_text(from, "name", arena, &step->name, ret_error));
	return read_text(from, "sha256", arena, &step->sha256, ret_error);
}

static enum status read_table(const json_t *from, struct arena *arena, void *to, struct error *ret_error)
{
	struct backup_manifest_table *table = to;
	const json_t *columns = json_object_get(from, "columns");
	struct text *names;

	TRY(read_text(from, "name", arena, &table->name, ret_error));
	TRY(read_number(from, "rows", &table->rows, ret_error));
	if (!json_is_array(columns))
		return wrong("columns", ret_error);
	table->column_count = json_array_size(columns);
	names = ARENA_NEW(arena, struct text, table->column_count);
	if (names == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < table->column_count; i++) {
		const json_t *name = json_array_get(columns, i);

		if (!json_is_string(name))
			return wrong("columns", ret_error);
		if (arena_text(arena, (struct text){json_string_value(name), json_string_length(name)}, &names[i]) != ST_OK)
			return arena_failure(arena, ret_error);
	}
	table->columns = names;
	return ST_OK;
}

static enum status read_member(const json_t *from, struct arena *arena, void *to, struct error *ret_error)
{
	struct backup_manifest_member *member = to;

	TRY(read_text(from, "name", arena, &member->name, ret_error));
	TRY(read_text(from, "table", arena, &member->table, ret_error));
	TRY(read_number(from, "rows", &member->rows, ret_error));
	TRY(read_number(from, "bytes", &member->bytes, ret_error));
	return read_text(from, "sha256", arena, &member->sha256, ret_error);
}

static enum status read_log(const json_t *from, struct arena *arena, void *to, struct error *ret_error)
{
	struct backup_manifest_log *log = to;

	TRY(read_text(from, "name", arena, &log->name, ret_error));
	TRY(read_number(from, "size", &log->size, ret_error));
	return read_text(from, "root", arena, &log->root, ret_error);
}

struct list {
	const char *field;
	size_t size; /* of one */
	enum status (*read)(const json_t *from, struct arena *arena, void *to, struct error *ret_error);
};

/* The items, or NULL: *ret_error says why. */
static void *read_list(const json_t *root, const struct list *list, struct arena *arena, size_t *ret_count, struct error *ret_error)
{
	const json_t *array = json_object_get(root, list->field);
	size_t count = json_array_size(array);
	uint8_t *items;

	if (!json_is_array(array)) {
		wrong(list->field, ret_error);
		return NULL;
	}
	items = arena_alloc(arena, count, list->size);
	if (items == NULL)
		arena_failure(arena, ret_error);
	for (size_t i = 0; i < count && items; i++)
		if (list->read(json_array_get(array, i), arena, items + i * list->size, ret_error) != ST_OK)
			items = NULL;
	*ret_count = count;
	return items;
}

static enum status read_all(const json_t *root, struct arena *arena, struct backup_manifest *m, struct error *ret_error)
{
	static const struct list steps = {"schema", sizeof(struct backup_manifest_step), read_step};
	static const struct list tables = {"tables", sizeof(struct backup_manifest_table), read_table};
	static const struct list members = {"members", sizeof(struct backup_manifest_member), read_member};
	static const struct list logs = {"logs", sizeof(struct backup_manifest_log), read_log};
	struct text format;
	int64_t version = 0;

	TRY(read_text(root, "format", arena, &format, ret_error));
	TRY(read_number(root, "version", &version, ret_error));
	if (!text_equal(format, TEXT(MANIFEST_FORMAT)))
		return wrong("format", ret_error);
	if (version != MANIFEST_VERSION)
		return error_because(ret_error, ST_CONFLICT, "schema-newer", "version", "the export was made by a newer program");
	TRY(read_text(root, "program", arena, &m->program, ret_error));
	TRY(read_text(root, "made", arena, &m->made, ret_error));
	m->steps = read_list(root, &steps, arena, &m->step_count, ret_error);
	m->tables = m->steps ? read_list(root, &tables, arena, &m->table_count, ret_error) : NULL;
	m->members = m->tables ? read_list(root, &members, arena, &m->member_count, ret_error) : NULL;
	m->logs = m->members ? read_list(root, &logs, arena, &m->log_count, ret_error) : NULL;
	return m->logs ? ST_OK : ret_error->code;
}

enum status backup_manifest_read(struct bytes in, struct arena *arena, struct backup_manifest *ret_manifest, struct error *ret_error)
{
	json_t *root = json_loadb((const char *)in.data, in.len, JSON_REJECT_DUPLICATES, NULL);
	struct backup_manifest manifest = {.steps = NULL};
	struct error error = {.code = ST_OK};
	enum status st = root ? read_all(root, arena, &manifest, &error) : wrong("JSON", &error);

	json_decref(root);
	if (st == ST_OK)
		*ret_manifest = manifest;
	else if (ret_error)
		*ret_error = error;
	return st;
}
