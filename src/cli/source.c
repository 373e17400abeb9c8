#include "cli/source.h"

#include <stdio.h>

void say_error(const char *who, const char *path, const struct error *error)
{
	fprintf(stderr, "%s: ", who);
	if (path)
		fprintf(stderr, "%s: ", path);
	if (error->row)
		fprintf(stderr, "row %lld: ", (long long)error->row);
	fprintf(stderr, "%s\n", error->message);
}

struct collector {
	struct index_builder *builder;
	const struct loading *loading;
	const struct file_source *file;
	const char *path;
	uint64_t count;
};

static enum status collect(void *context, const struct entity *entity, struct error *ret_error)
{
	struct collector *c = context;

	if (++c->count % 20000 == 0 && c->loading->progress)
		fprintf(stderr, "\r%s: %llu entities, %llu %%  ", c->path, (unsigned long long)c->count,
			(unsigned long long)(c->file->size ? c->file->done * 100 / c->file->size : 0));
	return index_builder_add(c->builder, entity, ret_error);
}

static void skipped(void *context, int64_t row, const char *field, const char *reason)
{
	const struct collector *c = context;

	if (c->loading->say_skipped)
		fprintf(stderr, "%s: row %lld: %s: %s\n", c->path, (long long)row, field, reason);
}

static enum status load_one(struct index_builder *builder, const char *path, const struct loading *loading,
			    struct error *ret_error)
{
	struct file_source file;
	struct exchange_report report;
	struct collector c = {builder, loading, &file, path, 0};
	struct exchange_sink sink = {collect, skipped, &c};
	enum status st;

	TRY(file_source_open(path, &file, ret_error));
	file_source_settle(&file);
	st = exchange_read(&file.source, &sink, &report, ret_error);
	file_source_close(&file);
	if (loading->progress && c.count >= 20000)
		fprintf(stderr, "\r\033[K");
	if (st == ST_OK && loading->loaded)
		loading->loaded(loading->context, path, &report);
	return st;
}

enum status lists_load(char *const *paths, size_t count, const struct loading *loading, struct buffer *ret_image,
		       struct error *ret_error)
{
	struct index_limits limits = {0, loading->threads};
	struct index_builder *builder;
	enum status st;

	TRY(index_builder_new(&limits, &builder, ret_error));
	st = ST_OK;
	for (size_t i = 0; i < count && st == ST_OK; i++) {
		struct error why = {.row = 0};

		st = load_one(builder, paths[i], loading, &why);
		if (st != ST_OK && ret_error) {
			*ret_error = why;
			snprintf(ret_error->message, sizeof ret_error->message, "%.100s: %.150s", paths[i], why.message);
		}
	}
	if (st == ST_OK && loading->more)
		st = loading->more(loading->more_context, builder, ret_error);
	if (st == ST_OK)
		st = index_builder_finish(builder, ret_image, ret_error);
	index_builder_free(builder);
	return st;
}
