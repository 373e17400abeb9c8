#include "lists/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static const char *const companion_stems[LIST_COMPANIONS] = {"alt", "add", "sdn_comments"};

static bool ends_nocase(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);

	return len > n && strcasecmp(name + len - n, ending) == 0;
}

bool lists_is_file(const char *name)
{
	static const char *const endings[] = {".jsonl", ".json", ".csv", ".xml", ".xlsx"};

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (name[0] != '.' && ends_nocase(name, endings[i]))
			return true;
	return false;
}

/* STEM.csv or STEM, a mark, anything, .csv: "alt_2025.csv" but not "alternatives.csv". */
static bool is_of_stem(const char *name, const char *stem)
{
	size_t len = strlen(stem);
	char next;

	if (strncasecmp(name, stem, len) != 0 || !ends_nocase(name, ".csv"))
		return false;
	next = name[len];
	return next == '.' || next == '_' || next == '-' || (next >= '0' && next <= '9');
}

bool lists_is_companion(const char *name)
{
	for (size_t i = 0; i < LIST_COMPANIONS; i++)
		if (is_of_stem(name, companion_stems[i]))
			return true;
	return false;
}

bool lists_has_companions(const char *name)
{
	return is_of_stem(name, "sdn") && !lists_is_companion(name);
}

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

static int64_t time_ns(const struct stat *info)
{
	return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

static uint64_t fingerprint_of(const struct stat *info)
{
	const int64_t facts[] = {(int64_t)info->st_size, time_ns(info), (int64_t)info->st_ctim.tv_sec,
				 (int64_t)info->st_ctim.tv_nsec, (int64_t)info->st_ino};

	return XXH3_64bits(facts, sizeof facts);
}

static enum status file_open(const char *path, struct file_source *ret, struct error *ret_error)
{
	const char *slash = strrchr(path, '/');
	struct stat info;
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", path,
				 strerror(errno));
	if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
		close(fd);
		return error_set(ret_error, ST_UNAVAILABLE, "%s: is a directory", path);
	}
	*ret = (struct file_source){.fd = fd};
	if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
		ret->size = (uint64_t)info.st_size;
		ret->changed_ns = time_ns(&info);
		ret->fingerprint = fingerprint_of(&info);
	}
	ret->source = (struct exchange_source){.read = fd_read, .context = ret, .name = text_of(slash ? slash + 1 : path)};
	return ST_OK;
}

/* The file of `folder` that is STEM.csv, or else the last by name of that stem; an empty path if there is none. */
static void companion_find(const char *folder, const char *stem, char *path, size_t size)
{
	char best[NAME_MAX + 1] = "";
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	path[0] = '\0';
	while (dir && (entry = readdir(dir)) != NULL) {
		bool plain = strlen(entry->d_name) == strlen(stem) + 4;

		if (!is_of_stem(entry->d_name, stem) || (!plain && strcmp(entry->d_name, best) < 0))
			continue;
		snprintf(best, sizeof best, "%s", entry->d_name);
		if (plain)
			break;
	}
	if (dir)
		closedir(dir);
	if (best[0] && snprintf(path, size, "%s/%s", folder, best) >= (int)size)
		path[0] = '\0';
}

/* OFAC publishes its CSV in several files: aliases, addresses and overflowing remarks stand beside sdn.csv. */
static enum status companions_open(const char *path, struct file_source *file, struct error *ret_error)
{
	char folder[PATH_MAX], found[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!lists_has_companions(slash ? slash + 1 : path) || (size_t)(slash ? slash - path : 1) >= sizeof folder)
		return ST_OK;
	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	file->companions = calloc(LIST_COMPANIONS, sizeof *file->companions);
	if (file->companions == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < LIST_COMPANIONS; i++) {
		struct file_source *companion = &file->companions[file->source.companion_count];

		companion_find(folder, companion_stems[i], found, sizeof found);
		if (found[0] == '\0')
			continue;
		TRY(file_open(found, companion, ret_error));
		file->fingerprint = file->fingerprint * 31 + companion->fingerprint;
		if (companion->changed_ns > file->changed_ns)
			file->changed_ns = companion->changed_ns;
		/* A companion is known by its kind, not by its file's name. */
		file->companion_sources[file->source.companion_count++] =
			(struct exchange_source){.read = fd_read, .context = companion, .name = text_of(companion_stems[i])};
	}
	file->source.companions = file->companion_sources;
	return ST_OK;
}

enum status file_source_open(const char *path, struct file_source *ret, struct error *ret_error)
{
	enum status st;

	TRY(file_open(path, ret, ret_error));
	st = companions_open(path, ret, ret_error);
	if (st != ST_OK)
		file_source_close(ret);
	return st;
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

static bool has_moved(const struct file_source *file, int64_t changed_ns)
{
	struct stat info;

	return fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode) &&
	       ((uint64_t)info.st_size != file->size || time_ns(&info) > changed_ns);
}

bool file_source_moved(const struct file_source *file)
{
	bool moved = has_moved(file, file->changed_ns);

	for (size_t i = 0; i < file->source.companion_count; i++)
		moved = moved || has_moved(&file->companions[i], file->companions[i].changed_ns);
	return moved;
}
