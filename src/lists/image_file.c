#include "lists/image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status write_all(int fd, struct bytes image)
{
	for (size_t at = 0; at < image.len;) {
		ssize_t n = write(fd, image.data + at, image.len - at);

		if (n < 0 && errno != EINTR)
			return ST_UNAVAILABLE;
		at += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0 ? ST_OK : ST_UNAVAILABLE;
}

/* The rename lasts only once the folder does. */
static enum status folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	int fd;
	bool good;

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ST_UNAVAILABLE;
	good = fsync(fd) == 0;
	close(fd);
	return good ? ST_OK : ST_UNAVAILABLE;
}

enum status image_file_save(struct bytes image, const char *path, struct error *ret_error)
{
	char part[4096];
	enum status st;
	int fd;

	if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part)
		return error_set(ret_error, ST_UNAVAILABLE, "the file's name is too long");
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s cannot be written: %s", path, strerror(errno));
	st = write_all(fd, image);
	if (close(fd) != 0 || st != ST_OK || rename(part, path) != 0 || folder_sync(path) != ST_OK) {
		st = error_set(ret_error, ST_UNAVAILABLE, "%s cannot be written: %s", path, strerror(errno));
		unlink(part);
	}
	return st;
}

enum status image_file_map(const char *path, struct image_file *ret, struct error *ret_error)
{
	struct image_file file = {{NULL, 0}, NULL};
	struct stat about;
	enum status st;
	void *map;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0) {
		close(fd);
		return error_set(ret_error, ST_CORRUPT, "%s is not an index file", path);
	}
	map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return error_set(ret_error, ST_UNAVAILABLE, "%s cannot be mapped: %s", path, strerror(errno));
	file.image = (struct bytes){map, (size_t)about.st_size};
	st = index_open(file.image, &file.index, ret_error);
	if (st != ST_OK) {
		munmap(map, (size_t)about.st_size);
		return st;
	}
	*ret = file;
	return ST_OK;
}

void image_file_unmap(struct image_file *file)
{
	union {
		const void *read_only;
		void *mapped;
	} at = {file->image.data};

	index_close(file->index);
	if (at.mapped)
		munmap(at.mapped, file->image.len);
	*file = (struct image_file){{NULL, 0}, NULL};
}
