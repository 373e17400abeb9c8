#include <cordon/cordon.h>

#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/query.h"
#include "cli/source.h"
#include "ident/document.h"
#include "lists/image_file.h"

#define ANSWER_MEMORY_MAX ((size_t)64 << 20)
#define DOCUMENT_TEXT_MAX 256u
#define THREADS_MAX 64u

/* Built in memory, or mapped. */
struct cordon_index {
	struct buffer built;
	struct image_file mapped;
	struct index *index;
};

_Static_assert((int)CORDON_MALFORMED == ST_MALFORMED && (int)CORDON_LIMIT == ST_LIMIT &&
	       (int)CORDON_NOT_FOUND == ST_NOT_FOUND && (int)CORDON_CONFLICT == ST_CONFLICT &&
	       (int)CORDON_NO_MEMORY == ST_NO_MEMORY && (int)CORDON_UNAVAILABLE == ST_UNAVAILABLE &&
	       (int)CORDON_CORRUPT == ST_CORRUPT, "the numbers are part of the interface");

static enum cordon_status fail(const struct error *error, struct cordon_error *ret_error)
{
	if (ret_error) {
		*ret_error = (struct cordon_error){.status = (enum cordon_status)error->code, .row = error->row,
						   .position = error->position};
		memcpy(ret_error->field, error->field, sizeof ret_error->field);
		memcpy(ret_error->message, error->message, sizeof ret_error->message);
	}
	return (enum cordon_status)error->code;
}

static struct cordon_index *index_new(struct cordon_error *ret_error)
{
	struct cordon_index *index = calloc(1, sizeof *index);
	struct error error = {.code = ST_OK};

	if (index)
		buffer_init(&index->built, (size_t)64 << 30);
	else
		fail((error_set(&error, ST_NO_MEMORY, "out of memory"), &error), ret_error);
	return index;
}

const char *cordon_version(void)
{
	return CORDON_VERSION;
}

/* The readers take paths that they do not change. */
static char **paths_copy(const char *const *paths, size_t count)
{
	char **copy = calloc(count + 1, sizeof *copy);

	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = strdup(paths[i]);
		if (copy[i] == NULL) {
			while (i--)
				free(copy[i]);
			free(copy);
			return NULL;
		}
	}
	return copy;
}

enum cordon_status cordon_index_build(const char *const *paths, size_t count, unsigned threads,
				      struct cordon_index **ret_index, struct cordon_error *ret_error)
{
	struct loading loading = {.threads = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads};
	struct cordon_index *index = index_new(ret_error);
	struct error error = {.code = ST_OK, .position = -1};
	char **copy = index ? paths_copy(paths, count) : NULL;
	enum status st = copy ? ST_OK : error_set(&error, ST_NO_MEMORY, "out of memory");

	if (st == ST_OK)
		st = lists_load(copy, count, &loading, &index->built, &error);
	if (st == ST_OK)
		st = index_open(buffer_bytes(&index->built), &index->index, &error);
	for (size_t i = 0; copy && i < count; i++)
		free(copy[i]);
	free(copy);
	if (st != ST_OK) {
		cordon_index_close(index);
		return fail(&error, ret_error);
	}
	*ret_index = index;
	return CORDON_OK;
}

enum cordon_status cordon_index_save(const struct cordon_index *index, const char *path, struct cordon_error *ret_error)
{
	struct bytes image = index->mapped.index ? index->mapped.image : buffer_bytes(&index->built);
	struct error error = {.code = ST_OK, .position = -1};

	return image_file_save(image, path, &error) == ST_OK ? CORDON_OK : fail(&error, ret_error);
}

enum cordon_status cordon_index_open(const char *path, struct cordon_index **ret_index, struct cordon_error *ret_error)
{
	struct cordon_index *index = index_new(ret_error);
	struct error error = {.code = ST_OK, .position = -1};

	if (index == NULL)
		return CORDON_NO_MEMORY;
	if (image_file_map(path, &index->mapped, &error) != ST_OK) {
		cordon_index_close(index);
		return fail(&error, ret_error);
	}
	index->index = index->mapped.index;
	*ret_index = index;
	return CORDON_OK;
}

void cordon_index_close(struct cordon_index *index)
{
	if (index == NULL)
		return;
	if (index->mapped.index)
		image_file_unmap(&index->mapped);
	else
		index_close(index->index);
	buffer_release(&index->built);
	free(index);
}

uint64_t cordon_index_entities(const struct cordon_index *index)
{
	return index_entity_count(index->index);
}

/* A copy that free() takes, without the last `less` bytes. */
static char *text_out(const struct buffer *buffer, size_t less)
{
	return buffer_status(buffer) == ST_OK && buffer->len >= less
		       ? strndup(buffer->len ? (const char *)buffer->data : "", buffer->len - less)
		       : NULL;
}

/* What a caller who forgot the size meant cannot be known, and defaults in its place would screen otherwise than asked. */
static enum cordon_status options_refuse(char **ret_answer)
{
	*ret_answer = strdup("{\"error\":{\"code\":\"malformed\",\"message\":\"options: size is not set\",\"field\":\"size\"}}");
	return *ret_answer ? CORDON_MALFORMED : CORDON_NO_MEMORY;
}

enum cordon_status cordon_screen(const struct cordon_index *index, const struct cordon_options *options,
				 const char *query, char **ret_answer)
{
	struct screen_options o = {.limit = 5, .threshold_ppm = 700000, .cutoff_ppm = 700000};
	struct arena arena;
	struct buffer out;
	bool good;

	if (options && options->size < sizeof *options)
		return options_refuse(ret_answer);
	if (options) {
		o.limit = options->limit;
		o.threshold_ppm = options->threshold_ppm;
		o.cutoff_ppm = options->cutoff_ppm;
	}
	arena_init(&arena, ANSWER_MEMORY_MAX);
	buffer_init(&out, ANSWER_MEMORY_MAX);
	good = answer_line(&(struct answering){index->index, &o, NULL}, text_of(query), &arena, &out);
	*ret_answer = text_out(&out, 1); /* the line end */
	buffer_release(&out);
	arena_release(&arena);
	return *ret_answer == NULL ? CORDON_NO_MEMORY : good ? CORDON_OK : CORDON_MALFORMED;
}

enum cordon_status cordon_mrz_read(const char *lines, char **ret_query, struct cordon_error *ret_error)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct text zone;
	struct entity query;
	struct arena arena;
	struct buffer out;
	enum status st;

	arena_init(&arena, ANSWER_MEMORY_MAX);
	buffer_init(&out, ANSWER_MEMORY_MAX);
	entity_init(&query, &arena);
	st = text_check(text_bytes(text_of(lines)), &zone, &error);
	if (st == ST_OK)
		st = query_of_mrz(zone, &arena, &query, &error);
	if (st == ST_OK) {
		query_write(&query, &out);
		*ret_query = text_out(&out, 0);
		if (*ret_query == NULL)
			st = error_set(&error, ST_NO_MEMORY, "out of memory");
	}
	buffer_release(&out);
	arena_release(&arena);
	return st == ST_OK ? CORDON_OK : fail(&error, ret_error);
}

int cordon_document_compare(const char *a, const char *b)
{
	char first[DOCUMENT_TEXT_MAX], second[DOCUMENT_TEXT_MAX];
	struct text x = text_of(a), y = text_of(b);

	if (x.len > DOCUMENT_TEXT_MAX || y.len > DOCUMENT_TEXT_MAX || text_check(text_bytes(x), &x, NULL) != ST_OK ||
	    text_check(text_bytes(y), &y, NULL) != ST_OK)
		return 0;
	x = (struct text){first, document_canonical(x, false, first)};
	y = (struct text){second, document_canonical(y, false, second)};
	if (x.len == 0 || y.len == 0)
		return 0;
	return text_equal(x, y) ? 2 : document_confusable(x, y) || document_confusable(y, x) ? 1 : 0;
}

void cordon_free(char *text)
{
	free(text);
}
