#include "lists/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "exchange/exchange.h"

#define ENTITY_ARENA_MAX ((size_t)256 << 20)

void lists_time(int64_t ms, char out[LISTS_TIME_SIZE])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	out[0] = 0;
	if (gmtime_r(&seconds, &tm))
		strftime(out, LISTS_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
}

bool lists_is_file(const char *name)
{
	static const char *const endings[] = {".jsonl", ".json", ".csv", ".xml", ".xlsx"};
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t n = strlen(endings[i]);

		if (name[0] != '.' && len > n && strcmp(name + len - n, endings[i]) == 0)
			return true;
	}
	return false;
}

/* ---- reading the files ---- */

struct loading {
	struct lists_snapshot *snapshot;
	struct index_builder *builder;
	const char *folder;
	struct text stem; /* of the file being read */
};

static enum status fd_read(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	int fd = *(int *)context;
	ssize_t n;

	do {
		n = read(fd, out, room);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "cannot be read: %s", strerror(errno));
	*ret_len = (size_t)n;
	return ST_OK;
}

/* Every entity also belongs to the list that its file is. */
static enum status take_entity(void *context, const struct entity *entity, struct error *ret_error)
{
	struct loading *loading = context;
	struct entity copy = *entity;
	bool there = false;

	for (size_t i = 0; i < copy.dataset_count; i++)
		there = there || text_equal(copy.datasets[i], loading->stem);
	if (!there) {
		struct text *grown = ARENA_NEW(copy.arena, struct text, copy.dataset_count + 1);

		if (grown == NULL)
			return arena_failure(copy.arena, ret_error);
		if (copy.dataset_count)
			memcpy(grown, copy.datasets, copy.dataset_count * sizeof *grown);
		grown[copy.dataset_count++] = loading->stem;
		copy.datasets = grown;
	}
	return index_builder_add(loading->builder, &copy, ret_error);
}

static enum status dataset_add(struct lists_snapshot *s, struct text name, struct lists_dataset **ret_dataset)
{
	size_t at = snapshot_dataset(s, name);

	if (at == s->dataset_count) {
		struct text copy;

		/* Room is taken in powers of two, so the count tells when it is full. */
		if ((s->dataset_count & (s->dataset_count - 1)) == 0) {
			struct lists_dataset *grown =
				ARENA_NEW(&s->arena, struct lists_dataset, s->dataset_count ? s->dataset_count * 2 : 1);

			if (grown == NULL)
				return arena_failure(&s->arena, NULL);
			if (s->dataset_count)
				memcpy(grown, s->datasets, s->dataset_count * sizeof *grown);
			s->datasets = grown;
		}
		TRY(arena_text(&s->arena, name, &copy));
		for (at = 0; at < s->dataset_count && text_compare(s->datasets[at].name, name) < 0; at++)
			;
		memmove(&s->datasets[at + 1], &s->datasets[at], (s->dataset_count - at) * sizeof *s->datasets);
		s->datasets[at] = (struct lists_dataset){.name = copy, .title = copy};
		s->dataset_count++;
	}
	*ret_dataset = &s->datasets[at];
	return ST_OK;
}

static enum status dataset_of_file(struct loading *loading, const char *file, const struct stat *info)
{
	struct lists_dataset *dataset;
	struct tm tm;
	time_t seconds = info->st_mtim.tv_sec;

	TRY(dataset_add(loading->snapshot, loading->stem, &dataset));
	TRY(arena_text(&loading->snapshot->arena, text_of(file), &dataset->file));
	lists_time((int64_t)seconds * 1000, dataset->updated_at);
	if (gmtime_r(&seconds, &tm))
		strftime(dataset->version, sizeof dataset->version, "%Y%m%d%H%M%S", &tm);
	return ST_OK;
}

static enum status load_file(struct loading *loading, const char *name, struct error *ret_error)
{
	char path[4096];
	struct stat info;
	int fd;
	struct exchange_source source = {.read = fd_read, .context = &fd, .name = text_of(name)};
	struct exchange_sink sink = {take_entity, NULL, loading};
	struct exchange_report report;
	enum status st;

	if (snprintf(path, sizeof path, "%s/%s", loading->folder, name) >= (int)sizeof path)
		return error_set(ret_error, ST_LIMIT, "the path is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &info) != 0) {
		if (fd >= 0)
			close(fd);
		return error_set(ret_error, ST_UNAVAILABLE, "%s", strerror(errno));
	}
	loading->stem = (struct text){name, text_find(text_of(name), '.', 0)};
	st = text_check(text_bytes(loading->stem), &loading->stem, ret_error);
	if (st == ST_OK)
		st = exchange_read(&source, &sink, &report, ret_error);
	close(fd);
	return st == ST_OK ? dataset_of_file(loading, name, &info) : st;
}

static int not_hidden(const struct dirent *entry)
{
	return lists_is_file(entry->d_name);
}

static enum status load_folder(struct loading *loading, struct error *ret_error)
{
	struct dirent **names = NULL;
	int count = scandir(loading->folder, &names, not_hidden, alphasort);
	enum status st = ST_OK;

	if (count < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", loading->folder,
				 strerror(errno));
	if (count > (int)LISTS_FILES_MAX)
		st = error_set(ret_error, ST_LIMIT, "%s: more than %u lists", loading->folder, LISTS_FILES_MAX);
	for (int i = 0; i < count; i++) {
		struct error why = {.code = ST_OK};

		if (st == ST_OK) {
			st = load_file(loading, names[i]->d_name, &why);
			if (st != ST_OK && why.row)
				error_set(ret_error, st, "%.100s: row %lld: %.120s", names[i]->d_name,
					  (long long)why.row, why.message);
			else if (st != ST_OK)
				error_set(ret_error, st, "%.100s: %.140s", names[i]->d_name, why.message);
		}
		free(names[i]);
	}
	free(names);
	return st;
}

/* ---- what filters and neighbours need ---- */

static enum status entry_fill(struct lists_snapshot *s, const struct entity *e, struct lists_entry *entry)
{
	const struct property *topics = entity_get(e, "topics");
	uint32_t *datasets = ARENA_NEW(&s->arena, uint32_t, e->dataset_count);
	struct text *copies = ARENA_NEW(&s->arena, struct text, topics ? topics->count : 0);

	if (datasets == NULL || copies == NULL)
		return arena_failure(&s->arena, NULL);
	entry->schema = ftm_schema(e->schema);
	entry->datasets = datasets;
	entry->topics = copies;
	for (size_t i = 0; i < e->dataset_count; i++) {
		struct lists_dataset *dataset = &s->datasets[snapshot_dataset(s, e->datasets[i])];

		datasets[entry->dataset_count++] = (uint32_t)(dataset - s->datasets);
		dataset->entity_count++;
		dataset->thing_count += entry->schema && ftm_is_a(entry->schema, TEXT("Thing"));
	}
	for (size_t i = 0; topics && i < topics->count; i++)
		TRY(arena_text(&s->arena, topics->values[i], &copies[entry->topic_count++]));
	return arena_text(&s->arena, e->last_change, &entry->last_change);
}

static enum status references_add(struct lists_snapshot *s, entity_ref source, const struct entity *e, size_t *room)
{
	const struct ftm_schema *schema = ftm_schema(e->schema);

	for (size_t p = 0; schema && p < e->property_count; p++) {
		const struct ftm_property *property = ftm_property(schema, e->properties[p].name);

		if (property == NULL || property->range.len == 0)
			continue;
		for (size_t i = 0; i < e->properties[p].count; i++) {
			entity_ref target = index_find(s->index, e->properties[p].values[i]);

			if (target == ENTITY_NONE)
				continue;
			if (s->reference_count == *room) {
				size_t wanted = *room ? *room * 2 : 1024;
				struct lists_reference *grown = reallocarray(s->references, wanted, sizeof *grown);

				if (grown == NULL)
					return ST_NO_MEMORY;
				s->references = grown;
				*room = wanted;
			}
			s->references[s->reference_count++] = (struct lists_reference){target, source, property};
		}
	}
	return ST_OK;
}

static int reference_order(const void *a, const void *b)
{
	const struct lists_reference *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->property != y->property)
		return x->property < y->property ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

/* Twice over the entities: the catalogue must be whole before entries can number it. */
static enum status snapshot_describe(struct lists_snapshot *s, struct error *ret_error)
{
	uint32_t count = index_entity_count(s->index);
	struct arena arena;
	size_t room = 0;
	enum status st = ST_OK;

	arena_init(&arena, ENTITY_ARENA_MAX);
	s->entries = ARENA_NEW(&s->arena, struct lists_entry, count ? count : 1);
	if (s->entries == NULL)
		st = arena_failure(&s->arena, ret_error);
	for (unsigned pass = 0; pass < 2; pass++)
		for (entity_ref ref = 0; ref < count && st == ST_OK; ref++) {
			struct entity e;
			struct lists_dataset *dataset;

			arena_clear(&arena);
			st = entity_read(index_entity_json(s->index, ref), &arena, &e, ret_error);
			for (size_t i = 0; pass == 0 && st == ST_OK && i < e.dataset_count; i++)
				st = dataset_add(s, e.datasets[i], &dataset);
			if (pass == 1 && st == ST_OK)
				st = entry_fill(s, &e, &s->entries[ref]);
			if (pass == 1 && st == ST_OK)
				st = references_add(s, ref, &e, &room);
		}
	arena_release(&arena);
	if (st == ST_OK && s->reference_count)
		qsort(s->references, s->reference_count, sizeof *s->references, reference_order);
	return st;
}

enum status snapshot_load(const char *folder, unsigned threads, struct lists_snapshot **ret_snapshot,
			  struct error *ret_error)
{
	struct index_limits limits = {0, threads};
	struct lists_snapshot *s = calloc(1, sizeof *s);
	struct loading loading = {.snapshot = s, .folder = folder};
	struct timespec now;
	enum status st;

	if (s == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	atomic_init(&s->holders, 1);
	arena_init(&s->arena, (size_t)16 << 30);
	buffer_init(&s->image, (size_t)64 << 30);
	TRY_OUT(index_builder_new(&limits, &loading.builder, ret_error));
	TRY_OUT(load_folder(&loading, ret_error));
	TRY_OUT(index_builder_finish(loading.builder, &s->image, ret_error));
	index_builder_free(loading.builder);
	loading.builder = NULL;
	TRY_OUT(index_open(buffer_bytes(&s->image), &s->index, ret_error));
	TRY_OUT(snapshot_describe(s, ret_error));
	clock_gettime(CLOCK_REALTIME, &now);
	s->loaded_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	*ret_snapshot = s;
	s = NULL;
out:
	index_builder_free(loading.builder);
	snapshot_release(s);
	return st;
}

void snapshot_hold(struct lists_snapshot *snapshot)
{
	atomic_fetch_add(&snapshot->holders, 1);
}

void snapshot_release(struct lists_snapshot *snapshot)
{
	if (snapshot == NULL || atomic_fetch_sub(&snapshot->holders, 1) != 1)
		return;
	index_close(snapshot->index);
	buffer_release(&snapshot->image);
	free(snapshot->references);
	arena_release(&snapshot->arena);
	free(snapshot);
}

size_t snapshot_dataset(const struct lists_snapshot *snapshot, struct text name)
{
	size_t low = 0, high = snapshot->dataset_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = text_compare(snapshot->datasets[middle].name, name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return snapshot->dataset_count;
}

const struct lists_reference *snapshot_references(const struct lists_snapshot *snapshot, entity_ref target,
						  size_t *ret_count)
{
	size_t low = 0, high = snapshot->reference_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot->references[middle].target < target)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < snapshot->reference_count && snapshot->references[end].target == target; end++)
		;
	*ret_count = end - low;
	return snapshot->references ? snapshot->references + low : NULL;
}
