#include "cli/lists_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lists/file.h"
#include "lists/snapshot.h"

struct row {
	const char *name, *title, *publisher, *state;
	bool counted;
	uint64_t count;
	int64_t date_s, checked_ms; /* 0: none */
};

/* What others wrote cannot steer a terminal. */
static void plain_write(const char *s)
{
	for (; *s; s++)
		putchar((unsigned char)*s < 0x20 || *s == 0x7F ? '?' : *s);
}

static void age_write(int64_t ms, char out[16])
{
	int64_t minutes = ms / 60000;

	if (minutes < 120)
		snprintf(out, 16, "%lld min", (long long)(minutes > 0 ? minutes : 0));
	else if (minutes < 48 * 60)
		snprintf(out, 16, "%lld h", (long long)(minutes / 60));
	else
		snprintf(out, 16, "%lld d", (long long)(minutes / (24 * 60)));
}

static void row_write(const struct row *r, int64_t now)
{
	char count[24] = "-", date[LISTS_TIME_SIZE] = "-", age[16] = "-";

	if (r->counted)
		snprintf(count, sizeof count, "%llu", (unsigned long long)r->count);
	if (r->date_s > 0)
		lists_time(r->date_s * 1000, date);
	if (r->checked_ms)
		age_write(now - r->checked_ms, age);
	printf("%-20s %-11s %9s  %-10.10s  %7s  ", r->name, r->state, count, date, age);
	plain_write(r->title);
	printf("%s", r->publisher[0] ? " (" : "");
	plain_write(r->publisher);
	printf("%s\n", r->publisher[0] ? ")" : "");
}

static const char *state_of(int folder, const struct held_list *held, int64_t now)
{
	if (held == NULL || (held->fetched_ms == 0 && held->trouble[0] == '\0'))
		return "not fetched";
	if (held->trouble[0])
		return "failing";
	if (folder >= 0 && faccessat(folder, held->files[0].name, F_OK, 0) != 0)
		return "missing";
	if (!refresh_held_good(folder, held))
		return "changed";
	if (held->files[0].address[0] == '\0')
		return "brought";
	return now - held->checked_ms > LIST_OLD_MS ? "old" : "current";
}

static void details_write(const struct list_source *source, const struct held_list *held)
{
	for (size_t i = 0; source && i < source->file_count; i++)
		printf("    %s from %s\n", source->files[i], source->addresses[i]);
	if (source && source->terms[0])
		printf("    terms: %s\n", source->terms);
	for (size_t i = 0; held && i < held->file_count; i++)
		printf("    %s: %llu bytes, sha256 %s\n", held->files[i].name, (unsigned long long)held->files[i].bytes,
		       held->files[i].digests.sha256);
}

static void list_write(int folder, const struct list_source *source, const struct held_list *held, bool with_details)
{
	int64_t now = refresh_now_ms();
	bool has = held && held->fetched_ms;
	struct row row = {
		.name = source ? source->name : held->name,
		.title = source ? source->title : "",
		.publisher = source ? source->publisher : "",
		.state = state_of(folder, held, now),
		.counted = has,
		.count = has ? held->listed : 0,
		.date_s = !has ? 0 : held->modified_s > 0 ? held->modified_s : held->fetched_ms / 1000,
		.checked_ms = has ? held->checked_ms : 0,
	};

	row_write(&row, now);
	if (held && held->trouble[0]) {
		printf("    ");
		plain_write(held->trouble);
		printf("%s\n", has ? "; what is held stays in force" : "");
	}
	if (with_details)
		details_write(source, held);
}

static bool is_recorded(const struct holding *holding, const char *file)
{
	for (size_t i = 0; i < holding->count; i++)
		for (size_t j = 0; j < holding->lists[i].file_count; j++)
			if (strcmp(holding->lists[i].files[j].name, file) == 0)
				return true;
	return false;
}

static int is_list(const struct dirent *entry)
{
	return lists_is_file(entry->d_name) && !lists_is_companion(entry->d_name);
}

static void by_hand_write(const char *path, int folder, const struct holding *holding)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_list, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		struct row row = {.name = name, .state = "by hand", .title = "", .publisher = ""};
		struct stat info;

		if (!is_recorded(holding, name) && fstatat(folder, name, &info, 0) == 0) {
			row.date_s = info.st_mtim.tv_sec;
			row_write(&row, 0);
		}
		free(entries[i]);
	}
	free(entries);
}

enum status lists_table_write(const char *path, const struct list_sources *sources, bool with_details,
			      struct error *ret_error)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct holding holding = {NULL, 0};
	enum status st = ST_OK;

	if (folder < 0 && errno != ENOENT)
		return error_set(ret_error, ST_UNAVAILABLE, "%.200s: %s", path, strerror(errno));
	if (folder >= 0)
		st = holding_read(folder, &holding, ret_error);
	if (st == ST_OK) {
		printf("%-20s %-11s %9s  %-10s  %7s  %s\n", "name", "state", "listed", "date", "checked", "title");
		for (size_t i = 0; i < sources->count; i++)
			list_write(folder, &sources->rows[i], holding_find(&holding, sources->rows[i].name), with_details);
		for (size_t i = 0; i < holding.count; i++)
			if (list_sources_find(sources, holding.lists[i].name) == NULL)
				list_write(folder, NULL, &holding.lists[i], with_details);
		if (folder >= 0)
			by_hand_write(path, folder, &holding);
	}
	holding_release(&holding);
	if (folder >= 0)
		close(folder);
	return st;
}

size_t catalogue_write(const struct catalogue *catalogue, char *const *words, int word_count)
{
	size_t shown = 0;

	for (size_t i = 0; i < catalogue->count; i++) {
		struct catalogue_dataset d;
		bool wanted = catalogue_dataset(catalogue, i, &d);

		for (int w = 0; wanted && w < word_count; w++)
			wanted = strcasestr(d.name, words[w]) || strcasestr(d.title, words[w]);
		if (!wanted)
			continue;
		printf(SOURCE_DATASET_PREFIX "%-36s %9llu  %8.1f MB  ", d.name, (unsigned long long)d.things,
		       (double)d.size / 1e6);
		plain_write(d.updated_at[0] ? d.updated_at : "-");
		printf("  ");
		plain_write(d.title);
		putchar('\n');
		shown++;
	}
	return shown;
}
