#include "portal/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)

enum status keep_read(const char *path, struct buffer *out, struct error *ret_error)
{
	size_t before = out->len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(ret_error, errno == ENOENT || errno == ENOTDIR ? ST_NOT_FOUND : ST_UNAVAILABLE, "%.120s: %s", path, strerror(errno));
	for (;;) {
		uint8_t piece[PIECE];
		ssize_t got = read(fd, piece, sizeof piece);

		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0)
			buffer_add(out, piece, (size_t)got);
		if (got > 0 && buffer_status(out) == ST_OK)
			continue;
		close(fd);
		if (got == 0)
			return ST_OK;
		out->len = before;
		return got < 0 ? error_set(ret_error, ST_UNAVAILABLE, "%.120s: %s", path, strerror(errno))
			       : error_set(ret_error, buffer_status(out), "%.120s is larger than %zu bytes", path, out->ceiling);
	}
}

static bool written(int fd, struct bytes content)
{
	while (content.len) {
		ssize_t n = write(fd, content.data, content.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		content.data += n;
		content.len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

static bool folder_synced(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

enum status keep_write(const char *folder, const char *name, struct bytes content, struct error *ret_error)
{
	char path[KEEP_PATH], part[KEEP_PATH];
	bool good;
	int fd;

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path || snprintf(part, sizeof part, "%s/%s.part", folder, name) >= (int)sizeof part)
		return error_set(ret_error, ST_LIMIT, "a path is too long");
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	good = fd >= 0 && written(fd, content);
	if (fd >= 0)
		good = close(fd) == 0 && good;
	good = good && rename(part, path) == 0 && folder_synced(folder);
	if (good)
		return ST_OK;
	error_set(ret_error, ST_UNAVAILABLE, "%.120s: %s", path, strerror(errno));
	if (fd >= 0)
		unlink(part);
	return ST_UNAVAILABLE;
}
