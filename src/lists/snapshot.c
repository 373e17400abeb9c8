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
#include "lists/describe.h"

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

enum status lists_dataset_add(struct lists_snapshot *s, struct text name, struct lists_dataset **ret_dataset)
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

	TRY(lists_dataset_add(loading->snapshot, loading->stem, &dataset));
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
	TRY_OUT(lists_describe(s, ret_error));
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
	free(snapshot->values);
	words_free(snapshot->words);
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
