#include "post/camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS 50
#define TICKS_MAX 400u
#define ANSWER_MAX 512u

/* One run of the program. */
struct run {
	pid_t pid;
	int in, out;
	char answer[ANSWER_MAX];
	size_t len;
};

static enum status failed(struct error *ret_error)
{
	return error_because(ret_error, ST_UNAVAILABLE, "reading-failed", NULL, "the picture could not be read");
}

/* The picture in memory of no name, as its standard input: it can neither wait for more nor break a pipe. */
static bool picture_lay(struct run *run, struct bytes picture)
{
	run->in = memfd_create("picture", MFD_CLOEXEC);
	for (size_t at = 0; run->in >= 0 && at < picture.len;) {
		ssize_t n = write(run->in, picture.data + at, picture.len - at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return run->in >= 0 && lseek(run->in, 0, SEEK_SET) == 0;
}

static bool run_start(struct run *run, const char *program, const char *word)
{
	char *argv[] = {(char[]){"cordon-read-zone"}, NULL, NULL}, given[16];
	char *env[] = {(char[]){"OMP_THREAD_LIMIT=1"}, (char[]){"LC_ALL=C"}, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int pipes[2];
	bool good;

	if (word) {
		snprintf(given, sizeof given, "%s", word);
		argv[1] = given;
	}
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return false;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	good = posix_spawn_file_actions_adddup2(&actions, run->in, STDIN_FILENO) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO) == 0 &&
	       posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
	       posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0 &&
	       posix_spawnattr_setsigmask(&attributes, &none) == 0 && posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0 &&
	       posix_spawn(&run->pid, program, &actions, &attributes, argv, env) == 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	run->out = pipes[0];
	return good;
}

/* Until it ends, says too much, takes too long or is stopped. True: it ended by itself, well. */
static bool run_wait(struct run *run, const atomic_bool *stop)
{
	bool whole = false;
	int status = 0;

	for (unsigned tick = 0; tick < TICKS_MAX && !whole && !(stop && atomic_load(stop));) {
		struct pollfd one = {.fd = run->out, .events = POLLIN};
		ssize_t n;

		if (poll(&one, 1, TICK_MS) == 0) {
			tick++;
			continue;
		}
		n = read(run->out, run->answer + run->len, sizeof run->answer - run->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (size_t)n == sizeof run->answer - run->len)
			break;
		run->len += (size_t)n;
		whole = n == 0;
	}
	if (!whole)
		kill(run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run_whole(struct run *run, const char *program, const char *word, struct bytes picture, const atomic_bool *stop)
{
	bool good = picture_lay(run, picture) && run_start(run, program, word) && run_wait(run, stop);

	if (run->in >= 0)
		close(run->in);
	if (run->out >= 0)
		close(run->out);
	return good;
}

bool camera_find(char ret_program[CAMERA_PATH])
{
	struct run run = {.in = -1, .out = -1};
	ssize_t n = readlink("/proc/self/exe", ret_program, CAMERA_PATH - 1);
	char *slash;

	if (n <= 0)
		return false;
	ret_program[n] = '\0';
	slash = strrchr(ret_program, '/');
	if (slash == NULL || (size_t)(slash - ret_program) + sizeof "/cordon-read-zone" > CAMERA_PATH)
		return false;
	memcpy(slash, "/cordon-read-zone", sizeof "/cordon-read-zone");
	return access(ret_program, X_OK) == 0 && run_whole(&run, ret_program, "--probe", (struct bytes){NULL, 0}, NULL) && run.len == 0;
}

static enum status refused(struct text word, struct error *ret_error)
{
	static const struct { const char *reason; enum status code; } known[] = {{"picture-unreadable", ST_MALFORMED},
		{"picture-large", ST_LIMIT}, {"zone-none", ST_NOT_FOUND}, {"reading-none", ST_UNAVAILABLE}};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (text_equal(word, text_of(known[i].reason)))
			return error_because(ret_error, known[i].code, known[i].reason, NULL, "the picture was not read");
	return failed(ret_error);
}

static bool line_take(struct text *rest, size_t len, const char *letters, char out[MRZ_LINE_MAX + 1])
{
	if (rest->len <= len || rest->data[len] != '\n')
		return false;
	memcpy(out, rest->data, len);
	out[len] = '\0';
	*rest = (struct text){rest->data + len + 1, rest->len - len - 1};
	return strspn(out, letters) == len;
}

static bool zone_take(struct text rest, struct camera_zone *zone)
{
	const char *end = rest.len ? memchr(rest.data, '\n', rest.len) : NULL;
	size_t wide = end ? (size_t)(end - rest.data) : 0;

	if (wide != 30 && wide != 36 && wide != MRZ_LINE_MAX)
		return false;
	for (*zone = (struct camera_zone){0}; rest.len && zone->lines < 3; zone->lines++)
		if (!line_take(&rest, wide, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", zone->line[zone->lines]) ||
		    !line_take(&rest, wide, ".?", zone->marks[zone->lines]))
			return false;
	return rest.len == 0 && zone->lines == (wide == 30 ? 3 : 2);
}

enum status camera_read(const char *program, struct bytes picture, const atomic_bool *stop, struct camera_zone *ret, struct error *ret_error)
{
	struct run run = {.in = -1, .out = -1};
	struct camera_zone zone;
	bool ended = run_whole(&run, program, NULL, picture, stop);
	struct text answer = {run.answer, run.len};

	if (!ended)
		return failed(ret_error);
	if (answer.len > 1 && answer.data[0] == '!')
		return refused((struct text){answer.data + 1, answer.len - 2}, ret_error);
	if (!zone_take(answer, &zone))
		return failed(ret_error);
	*ret = zone;
	return ST_OK;
}
