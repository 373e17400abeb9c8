#include "cli/fetching.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/source.h"

#define TABLE_MAX ((size_t)4 << 20)
#define MEGABYTES_MAX ((uint64_t)1 << 20)
#define PATIENCE_MAX_S 3600u

/* A progress line on a terminal. */
static bool show(void *context, const char *name, const char *act, uint64_t done, uint64_t total)
{
	(void)context;
	if (!isatty(STDERR_FILENO))
		return true;
	if (strcmp(act, "checked") == 0)
		fprintf(stderr, "\r\033[K%s: %llu entities checked ", name, (unsigned long long)done);
	else if (total)
		fprintf(stderr, "\r\033[K%s: %.1f of %.1f MB, %llu %% ", name, (double)done / 1e6, (double)total / 1e6,
			(unsigned long long)(done * 100 / total));
	else
		fprintf(stderr, "\r\033[K%s: %.1f MB ", name, (double)done / 1e6);
	return true;
}

void fetching_init(struct fetching *fetching)
{
	*fetching = (struct fetching){
		.refresh = {.limits = {.bytes_max = (uint64_t)4096 << 20, .patience_s = 30}, .go_on = show}};
}

bool fetching_take(struct fetching *f, int option, const char *value)
{
	uint64_t n;

	switch (option) {
	case 'i':
		f->folder = value;
		return true;
	case 's':
		f->sources = value;
		return true;
	case 'c':
		f->refresh.limits.ca_file = value;
		return true;
	case 'p':
		if (text_to_uint(text_of(value), PATIENCE_MAX_S, &n) != ST_OK || n == 0)
			return false;
		f->refresh.limits.patience_s = (unsigned)n;
		return true;
	case 'm':
		if (text_to_uint(text_of(value), MEGABYTES_MAX, &n) != ST_OK || n == 0)
			return false;
		f->refresh.limits.bytes_max = n << 20;
		return true;
	case 'f':
		f->refresh.force = true;
		return true;
	default:
		return false;
	}
}

static enum status file_read(const char *path, struct buffer *out, struct error *ret_error)
{
	struct file_source file;
	enum status st;
	size_t n = 1;

	TRY(file_source_open(path, &file, ret_error));
	file_source_settle(&file);
	for (st = ST_OK; st == ST_OK && n;) {
		uint8_t *room = buffer_extend(out, 4096);

		if (room == NULL) {
			st = error_set(ret_error, buffer_status(out), "%.150s: larger than %zu bytes", path, TABLE_MAX);
			break;
		}
		st = file.source.read(file.source.context, room, 4096, &n, ret_error);
		out->len -= 4096 - (st == ST_OK ? n : 0);
	}
	file_source_close(&file);
	return st;
}

enum status fetching_sources(const char *file, struct list_sources *ret_sources, struct error *ret_error)
{
	struct error why = {.code = ST_OK};
	struct buffer bytes;
	struct text table;
	enum status st;

	if (file == NULL)
		return list_sources_standard(ret_sources, ret_error);
	buffer_init(&bytes, TABLE_MAX);
	st = file_read(file, &bytes, ret_error);
	if (st == ST_OK) {
		st = text_check(buffer_bytes(&bytes), &table, &why);
		if (st == ST_OK)
			st = list_sources_parse(table, ret_sources, &why);
		if (st != ST_OK) {
			error_set(ret_error, st, "%.80s: row %lld: %.150s", file, (long long)why.row, why.message);
		}
	}
	buffer_release(&bytes);
	return st;
}

const char *fetching_folder(const struct fetching *fetching)
{
	if (fetching->folder)
		return fetching->folder;
	(void)mkdir("run", 0777);
	(void)mkdir(LISTS_FOLDER, 0777);
	return LISTS_FOLDER;
}

void fetching_say(const struct held_list *held, enum refresh_outcome outcome)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	printf("%s: %s, %llu listed", held->name, outcome == REFRESH_NEW ? "new" : "current",
	       (unsigned long long)held->listed);
	if (held->skipped)
		printf(", %llu rows passed over", (unsigned long long)held->skipped);
	printf(", sha256 %s\n", held->files[0].digests.sha256);
	fflush(stdout);
}

static enum status import(const struct fetching *f, const char *name, const char *const *paths, size_t count,
			  struct error *ret_error)
{
	const size_t prefix = sizeof SOURCE_DATASET_PREFIX - 1;
	struct list_folder folder = {.fd = -1, .lock = -1};
	struct list_sources sources = {.count = 0};
	const struct list_source *row;
	struct list_source source;
	enum refresh_outcome outcome;
	enum status st;

	TRY_OUT(fetching_sources(f->sources, &sources, ret_error));
	row = list_sources_find(&sources, name);
	if (row)
		source = *row;
	else if (strncmp(name, SOURCE_DATASET_PREFIX, prefix) == 0)
		TRY_OUT(dataset_source(name + prefix, &sources.arena, &source, ret_error));
	else
		TRY_OUT(error_set(ret_error, ST_NOT_FOUND, "there is no list '%.100s'; `cordon lists` names them", name));
	TRY_OUT(list_folder_open(fetching_folder(f), &f->refresh, &folder, ret_error));
	TRY_OUT(refresh_take(&folder, &source, paths, count, &outcome, ret_error));
	fetching_say(holding_find(&folder.holding, name), outcome);
out:
	list_folder_close(&folder);
	list_sources_release(&sources);
	return st;
}

int fetching_import(const struct fetching *fetching, const char *name, const char *const *paths, size_t count)
{
	struct error error = {.code = ST_OK};
	enum status st = import(fetching, name, paths, count, &error);

	if (st != ST_OK)
		say_error("cordon import", name, &error);
	return st == ST_OK ? 0 : 1;
}
