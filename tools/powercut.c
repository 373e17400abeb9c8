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
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

static void copy(int from, int to)
{
	static __thread char block[1 << 16];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(from, block, sizeof block, at)) > 0) {
		if (write(to, block, (size_t)n) != n)
			abort();
		at += n;
	}
	if (n < 0)
		abort();
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
	from = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR ? fd : open(self, O_RDONLY | O_CLOEXEC);
	to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (from < 0 || to < 0)
		abort();
	if (S_ISDIR(about.st_mode)) {
		list(from, to, folder);
	} else {
		copy(from, to);
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
