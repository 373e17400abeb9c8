#include "cli/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status fd_read(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct file_source *file = context;
	ssize_t n;

	do {
		n = read(file->fd, out, room);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "cannot be read: %s", strerror(errno));
	file->done += (uint64_t)n;
	*ret_len = (size_t)n;
	return ST_OK;
}

/* The first file of `folder` whose name begins with `stem` and ends in .csv; an empty path if there is none. */
static void companion_find(const char *folder, const char *stem, char *path, size_t size)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	path[0] = '\0';
	while (dir && (entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (strncasecmp(entry->d_name, stem, strlen(stem)) == 0 && len > 4 &&
		    strcasecmp(entry->d_name + len - 4, ".csv") == 0 &&
		    snprintf(path, size, "%s/%s", folder, entry->d_name) >= (int)size)
			path[0] = '\0';
	}
	if (dir)
		closedir(dir);
}

/* OFAC publishes its CSV in several files: aliases and overflowing remarks stand beside sdn.csv. */
static enum status companions_open(const char *path, struct file_source *file, struct error *ret_error)
{
	static const char *const stems[] = {"alt", "sdn_comments"};
	char folder[PATH_MAX], found[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!text_starts(file->source.name, TEXT("sdn")) || text_starts(file->source.name, TEXT("sdn_comments")) ||
	    (size_t)(slash ? slash - path : 1) >= sizeof folder)
		return ST_OK;
	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	file->companions = calloc(2, sizeof *file->companions);
	if (file->companions == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < 2; i++) {
		struct file_source *companion = &file->companions[file->source.companion_count];

		companion_find(folder, stems[i], found, sizeof found);
		if (found[0] == '\0')
			continue;
		companion->fd = open(found, O_RDONLY | O_CLOEXEC);
		if (companion->fd < 0)
			return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", found, strerror(errno));
		/* A companion is known by its kind, not by its file's name. */
		file->companion_sources[file->source.companion_count++] =
			(struct exchange_source){.read = fd_read, .context = companion, .name = text_of(stems[i])};
	}
	file->source.companions = file->companion_sources;
	return ST_OK;
}

enum status file_source_open(const char *path, struct file_source *ret, struct error *ret_error)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", path,
				 strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return error_set(ret_error, ST_UNAVAILABLE, "%s: is a directory", path);
	}
	*ret = (struct file_source){.fd = fd, .size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0};
	ret->source = (struct exchange_source){.read = fd_read, .context = ret, .name = text_of(slash ? slash + 1 : path)};
	return companions_open(path, ret, ret_error);
}

void file_source_close(struct file_source *file)
{
	for (size_t i = 0; i < file->source.companion_count; i++)
		close(file->companions[i].fd);
	free(file->companions);
	file->companions = NULL;
	file->source.companion_count = 0;
	if (file->fd > STDIN_FILENO)
		close(file->fd);
	file->fd = -1;
}

void file_source_settle(struct file_source *file)
{
	file->source.context = file;
	file->source.companions = file->companion_sources;
}

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
	if (st == ST_OK)
		st = index_builder_finish(builder, ret_image, ret_error);
	index_builder_free(builder);
	return st;
}
