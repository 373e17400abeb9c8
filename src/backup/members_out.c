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

struct members_out {
	char path[4096];
	char part[4096 + 8];      /* where a file stands until it is finished */
	int fd;                   /* of the folder, or of the file */
	struct archive *archive;  /* NULL: a folder */
	bool made, finished;
};

static enum status failed(const struct members_out *out, const char *name, struct error *ret_error)
{
	return error_set(ret_error, ST_UNAVAILABLE, "%s%s%s cannot be written: %s", out->path, name ? "/" : "", name ? name : "",
			 strerrordesc_np(errno));
}

static bool folder_is_empty(int fd)
{
	int copy = dup(fd);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	size_t entries = 0;

	while (dir && readdir(dir))
		entries++;
	if (dir)
		closedir(dir);
	return entries == 2; /* . and .. */
}

static enum status create_folder(struct members_out *out, struct error *ret_error)
{
	out->made = mkdir(out->path, 0700) == 0;
	if (!out->made && errno != EEXIST)
		return failed(out, NULL, ret_error);
	out->fd = open(out->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->fd < 0)
		return failed(out, NULL, ret_error);
	if (!folder_is_empty(out->fd))
		return error_set(ret_error, ST_CONFLICT, "%s is not empty", out->path);
	out->made = true;
	return mkdirat(out->fd, MEMBERS_FOLDER, 0700) == 0 ? ST_OK : failed(out, MEMBERS_FOLDER, ret_error);
}

static enum status create_file(struct members_out *out, struct error *ret_error)
{
	snprintf(out->part, sizeof out->part, "%s.part", out->path);
	out->fd = open(out->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (out->fd < 0)
		return failed(out, NULL, ret_error);
	out->made = true;
	out->archive = archive_write_new();
	if (out->archive == NULL || archive_write_set_format_pax_restricted(out->archive) != ARCHIVE_OK ||
	    archive_write_add_filter_gzip(out->archive) != ARCHIVE_OK || archive_write_open_fd(out->archive, out->fd) != ARCHIVE_OK)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	return ST_OK;
}

enum status members_create(const char *path, bool folder, struct members_out **ret_out, struct error *ret_error)
{
	struct members_out *out = calloc(1, sizeof *out);
	enum status st;

	if (out == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	out->fd = -1;
	snprintf(out->path, sizeof out->path, "%s", path);
	st = folder ? create_folder(out, ret_error) : create_file(out, ret_error);
	if (st != ST_OK) {
		members_out_free(out);
		return st;
	}
	*ret_out = out;
	return ST_OK;
}

static enum status add_file(struct members_out *out, const char *name, struct bytes data, struct error *ret_error)
{
	int fd = openat(out->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status st = fd < 0 ? failed(out, name, ret_error) : ST_OK;
	size_t done = 0;

	while (st == ST_OK && done < data.len) {
		ssize_t n = write(fd, data.data + done, data.len - done);

		if (n < 0 && errno != EINTR)
			st = failed(out, name, ret_error);
		else if (n > 0)
			done += (size_t)n;
	}
	if (st == ST_OK && fsync(fd) != 0)
		st = failed(out, name, ret_error);
	if (fd >= 0)
		close(fd);
	return st;
}

enum status members_add(struct members_out *out, const char *name, struct bytes data, struct error *ret_error)
{
	struct archive_entry *entry;
	int rc;

	if (out->archive == NULL)
		return add_file(out, name, data, ret_error);
	entry = archive_entry_new();
	if (entry == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	archive_entry_set_size(entry, (int64_t)data.len);
	rc = archive_write_header(out->archive, entry);
	archive_entry_free(entry);
	if (rc != ARCHIVE_OK || archive_write_data(out->archive, data.data, data.len) != (ssize_t)data.len) {
		errno = archive_errno(out->archive) ? archive_errno(out->archive) : EIO;
		return failed(out, name, ret_error);
	}
	return ST_OK;
}

static enum status sync_folder_of(const struct members_out *out, struct error *ret_error)
{
	const char *slash = strrchr(out->path, '/');
	char parent[4096];
	int fd;
	bool good;

	snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - out->path) + 1 : 1, slash ? out->path : ".");
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	good = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good ? ST_OK : failed(out, NULL, ret_error);
}

enum status members_finish(struct members_out *out, struct error *ret_error)
{
	int tables;

	if (out->archive) {
		if (archive_write_close(out->archive) != ARCHIVE_OK || fsync(out->fd) != 0 || rename(out->part, out->path) != 0)
			return failed(out, NULL, ret_error);
	} else {
		tables = openat(out->fd, MEMBERS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (tables < 0 || fsync(tables) != 0 || close(tables) != 0 || fsync(out->fd) != 0)
			return failed(out, NULL, ret_error);
	}
	out->finished = true;
	return sync_folder_of(out, ret_error);
}

static void remove_files(int fd, const char *folder)
{
	int inside = openat(fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = inside >= 0 ? fdopendir(inside) : NULL;
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL)
		unlinkat(inside, entry->d_name, 0); /* folders stay: this removes only files */
	if (dir)
		closedir(dir);
}

void members_out_free(struct members_out *out)
{
	if (out == NULL)
		return;
	archive_write_free(out->archive);
	if (out->made && !out->finished && out->archive)
		unlink(out->part);
	if (out->made && !out->finished && out->archive == NULL && out->fd >= 0) {
		remove_files(out->fd, MEMBERS_FOLDER);
		remove_files(out->fd, ".");
		unlinkat(out->fd, MEMBERS_FOLDER, AT_REMOVEDIR);
		rmdir(out->path);
	}
	if (out->fd >= 0)
		close(out->fd);
	free(out);
}
