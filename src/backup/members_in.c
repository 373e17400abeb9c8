#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/members.h"

struct members_in {
	char path[4096];
	struct archive *archive; /* NULL: a folder */
	DIR *dir;
	bool inside;             /* MEMBERS_FOLDER, which comes after the folder itself */
	char name[MEMBER_NAME_SIZE];
	struct buffer data;
};

static enum status unreadable(const struct members_in *in, struct error *ret_error)
{
	return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s cannot be read: %s", in->path,
			 strerrordesc_np(errno));
}

static enum status damaged(const struct members_in *in, const char *what, struct error *ret_error)
{
	return error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "%s: %s", in->path, what);
}

enum status members_open(const char *path, struct members_in **ret_in, struct error *ret_error)
{
	struct members_in *in = calloc(1, sizeof *in);
	struct stat info;
	enum status st = ST_OK;

	if (in == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	buffer_init(&in->data, MEMBER_SIZE_MAX);
	snprintf(in->path, sizeof in->path, "%s", path);
	if (stat(path, &info) != 0) {
		st = unreadable(in, ret_error);
	} else if (S_ISDIR(info.st_mode)) {
		in->dir = opendir(path);
		if (in->dir == NULL)
			st = unreadable(in, ret_error);
	} else {
		in->archive = archive_read_new();
		if (in->archive == NULL || archive_read_support_filter_gzip(in->archive) < ARCHIVE_WARN ||
		    archive_read_support_format_tar(in->archive) != ARCHIVE_OK)
			st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
		else if (archive_read_open_filename(in->archive, path, 1 << 16) != ARCHIVE_OK)
			st = damaged(in, "is no backup", ret_error);
	}
	if (st != ST_OK) {
		members_in_free(in);
		return st;
	}
	*ret_in = in;
	return ST_OK;
}

/* ---- folder ---- */

static enum status read_file(struct members_in *in, int fd, struct error *ret_error)
{
	struct stat info;
	uint8_t *to;
	ssize_t n;

	if (fd < 0 || fstat(fd, &info) != 0)
		return unreadable(in, ret_error);
	if (!S_ISREG(info.st_mode))
		return damaged(in, "holds something that is no file", ret_error);
	if ((uint64_t)info.st_size > MEMBER_SIZE_MAX)
		return error_set(ret_error, ST_LIMIT, "%s: %s is too large", in->path, in->name);
	to = buffer_extend(&in->data, (size_t)info.st_size);
	if (to == NULL)
		return error_set(ret_error, buffer_status(&in->data), "out of memory");
	for (size_t done = 0; done < (size_t)info.st_size; done += (size_t)n) {
		n = read(fd, to + done, (size_t)info.st_size - done);
		if (n <= 0)
			return damaged(in, "changed while it was read", ret_error);
	}
	return ST_OK;
}

/* The folder's own files, then those in MEMBERS_FOLDER. */
static enum status next_file(struct members_in *in, struct error *ret_error)
{
	const struct dirent *entry;
	enum status st;
	int fd;

	for (;;) {
		errno = 0;
		entry = readdir(in->dir);
		if (entry == NULL && errno != 0)
			return unreadable(in, ret_error);
		if (entry == NULL && in->inside)
			return ST_NOT_FOUND;
		if (entry == NULL) {
			fd = openat(dirfd(in->dir), MEMBERS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			closedir(in->dir);
			in->dir = fd >= 0 ? fdopendir(fd) : NULL;
			in->inside = true;
			if (in->dir == NULL)
				return damaged(in, "has no folder " MEMBERS_FOLDER, ret_error);
			continue;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    (in->inside || strcmp(entry->d_name, MEMBERS_FOLDER) != 0))
			break;
	}
	if (strlen(entry->d_name) + sizeof MEMBERS_FOLDER >= sizeof in->name)
		return damaged(in, "holds a file with a strange name", ret_error);
	snprintf(in->name, sizeof in->name, "%s%.100s", in->inside ? MEMBERS_FOLDER "/" : "", entry->d_name);
	fd = openat(dirfd(in->dir), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	st = read_file(in, fd, ret_error);
	if (fd >= 0)
		close(fd);
	return st;
}

/* ---- archive ---- */

static enum status next_entry(struct members_in *in, struct error *ret_error)
{
	struct archive_entry *entry;
	const char *name;
	uint8_t part[1 << 16];
	ssize_t n;
	int rc = archive_read_next_header(in->archive, &entry);

	if (rc == ARCHIVE_EOF)
		return ST_NOT_FOUND;
	if (rc != ARCHIVE_OK)
		return damaged(in, "is damaged or cut off", ret_error);
	name = archive_entry_pathname(entry);
	if (name == NULL || strlen(name) >= sizeof in->name || archive_entry_filetype(entry) != AE_IFREG)
		return damaged(in, "holds a member of a strange name or kind", ret_error);
	snprintf(in->name, sizeof in->name, "%s", name);
	while ((n = archive_read_data(in->archive, part, sizeof part)) > 0)
		buffer_add(&in->data, part, (size_t)n);
	if (n < 0)
		return damaged(in, "is damaged or cut off", ret_error);
	if (buffer_status(&in->data) != ST_OK)
		return error_set(ret_error, buffer_status(&in->data), "%s: %s is too large", in->path, in->name);
	return ST_OK;
}

enum status members_next(struct members_in *in, struct text *ret_name, struct bytes *ret_data, struct error *ret_error)
{
	buffer_clear(&in->data);
	TRY(in->archive ? next_entry(in, ret_error) : next_file(in, ret_error));
	*ret_name = text_of(in->name);
	*ret_data = buffer_bytes(&in->data);
	return ST_OK;
}

void members_in_free(struct members_in *in)
{
	if (in == NULL)
		return;
	archive_read_free(in->archive);
	if (in->dir)
		closedir(in->dir);
	buffer_release(&in->data);
	free(in);
}
