/* Preloaded into a program: keeps what would be left of its files if the power were cut now.
 *
 * KEEP (environment POWERCUT_KEEP) is a folder; after each fsync or fdatasync that succeeded it has
 *   KEEP/f<inode>  what the file held then
 *   KEEP/d<inode>  of a folder: a line `inode name` for each of its files
 *   KEEP/l<inode>  a link to each of them, so that no other file gets its inode's number
 * What was written, renamed or removed since is not durable: tools/powercut.py lets some of it be lost or torn.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

#define FILES 1024

/* Where it was written through each descriptor since its last sync; of files like SQLite's, which are written only so. */
static struct {
	off_t from, to;
} written[FILES];

static ssize_t (*real_pwrite(void))(int, const void *, size_t, off_t)
{
	return (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at)
{
	ssize_t n = real_pwrite()(fd, data, len, at);

	if (n > 0 && fd < FILES) {
		bool none = written[fd].from == written[fd].to;

		written[fd].from = none || at < written[fd].from ? at : written[fd].from;
		written[fd].to = none || at + n > written[fd].to ? at + n : written[fd].to;
	}
	return n;
}

static void copy(int from, int to, off_t at, off_t end)
{
	static __thread char block[1 << 16];

	while (at < end) {
		size_t want = end - at < (off_t)sizeof block ? (size_t)(end - at) : sizeof block;
		ssize_t n = pread(from, block, want, at);

		if (n <= 0)
			break; /* it was cut shorter meanwhile */
		if (real_pwrite()(to, block, (size_t)n, at) != n)
			abort();
		at += n;
	}
}

/* In its place: all of it is durable by now, so that half of it does no harm. */
static bool keep_part(int fd, const char *path, off_t size)
{
	int to = fd < FILES && written[fd].from < written[fd].to ? open(path, O_WRONLY | O_CLOEXEC) : -1;

	if (to < 0)
		return false;
	copy(fd, to, written[fd].from, written[fd].to);
	written[fd].from = written[fd].to = 0;
	if (ftruncate(to, size) != 0)
		abort();
	close(to);
	return true;
}

static void list(int folder, int to, const char *kept)
{
	DIR *dir = fdopendir(folder);
	char path[PATH_SIZE];
	struct dirent *one;

	while (dir && (one = readdir(dir)) != NULL) {
		if (one->d_type != DT_REG)
			continue;
		dprintf(to, "%llu %s\n", (unsigned long long)one->d_ino, one->d_name);
		snprintf(path, sizeof path, "%s/l%llu", kept, (unsigned long long)one->d_ino);
		if (linkat(folder, one->d_name, AT_FDCWD, path, 0) != 0 && errno != EEXIST && errno != ENOENT)
			abort();
	}
	if (dir)
		closedir(dir);
}

/* Beside, then in its place: the program may be killed here, too. */
static void keep(int fd)
{
	const char *folder = getenv("POWERCUT_KEEP");
	char fresh[PATH_SIZE], path[PATH_SIZE], self[64];
	struct stat about;
	int from, to;

	if (folder == NULL || fstat(fd, &about) != 0 || (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)))
		return;
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	snprintf(fresh, sizeof fresh, "%s/t%d", folder, (int)gettid());
	snprintf(path, sizeof path, "%s/%c%llu", folder, S_ISDIR(about.st_mode) ? 'd' : 'f', (unsigned long long)about.st_ino);
	/* Closing another descriptor of the same file would drop the locks that SQLite has on it: where it can be read, it is. */
	if (S_ISREG(about.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR && keep_part(fd, path, about.st_size))
		return;
	from = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR ? fd : open(self, O_RDONLY | O_CLOEXEC);
	to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (from < 0 || to < 0)
		abort();
	if (S_ISDIR(about.st_mode)) {
		list(from, to, folder);
	} else {
		copy(from, to, 0, about.st_size);
		if (from != fd)
			close(from);
	}
	close(to);
	if (rename(fresh, path) != 0)
		abort();
}

int fsync(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
	int result = real(fd);

	if (result == 0)
		keep(fd);
	return result;
}

int fdatasync(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
	int result = real(fd);

	if (result == 0)
		keep(fd);
	return result;
}
