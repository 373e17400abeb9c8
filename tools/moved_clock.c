/* Preloaded into a program: its clock is the machine's and as many milliseconds ahead as stand, as a machine word of 64 bits, in the file
 * MOVED_CLOCK (environment), which may be written meanwhile. Clocks that only measure spans stay as they are. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t *ahead_ms;

__attribute__((constructor)) static void look(void)
{
	const char *path = getenv("MOVED_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *word = fd >= 0 ? mmap(NULL, sizeof *ahead_ms, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

	if (word == MAP_FAILED)
		abort();
	close(fd);
	ahead_ms = word;
}

int clock_gettime(clockid_t which, struct timespec *out)
{
	int result = (int)syscall(SYS_clock_gettime, which, out);
	int64_t ns;

	if (result != 0 || ahead_ms == NULL || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE))
		return result;
	ns = out->tv_nsec + atomic_load(ahead_ms) * 1000000;
	out->tv_sec += ns / 1000000000 - (ns % 1000000000 < 0);
	out->tv_nsec = (ns % 1000000000 + 1000000000) % 1000000000;
	return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	*out = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
	return 0;
}

time_t time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out)
		*out = t.tv_sec;
	return t.tv_sec;
}
