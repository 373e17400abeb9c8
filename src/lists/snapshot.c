#include "lists/snapshot.h"

#include <stdlib.h>
#include <time.h>

#include "lists/describe.h"
#include "lists/load.h"

void lists_time(int64_t ms, char out[LISTS_TIME_SIZE])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	out[0] = 0;
	if (gmtime_r(&seconds, &tm))
		strftime(out, LISTS_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
}

enum status snapshot_dataset_add(struct lists_snapshot *s, struct text name, struct lists_dataset **ret_dataset)
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

enum status snapshot_load(const char *folder, unsigned threads, const struct lists_told *told,
			  struct lists_snapshot **ret_snapshot, struct error *ret_error)
{
	struct lists_snapshot *s = calloc(1, sizeof *s);
	struct index_builder *builder = NULL;
	struct timespec now;
	enum status st;

	if (s == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	atomic_init(&s->holders, 1);
	arena_init(&s->arena, (size_t)16 << 30);
	buffer_init(&s->image, (size_t)64 << 30);
	TRY_OUT(lists_load_folder(folder, threads, told, s, &builder, ret_error));
	TRY_OUT(index_builder_finish(builder, &s->image, ret_error));
	index_builder_free(builder);
	builder = NULL;
	TRY_OUT(index_open(buffer_bytes(&s->image), &s->index, ret_error));
	TRY_OUT(lists_describe(s, ret_error));
	clock_gettime(CLOCK_REALTIME, &now);
	s->loaded_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	*ret_snapshot = s;
	s = NULL;
out:
	index_builder_free(builder);
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
