#include "awareness/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bulletin/upload.h"

#define NAME "cordon-clean-picture"
#define TICK_MS 100
#define TICKS_MAX 200u
#define PIECE ((size_t)1 << 16)

bool picture_find(char ret_program[PICTURE_PROGRAM_SIZE])
{
	ssize_t n = readlink("/proc/self/exe", ret_program, PICTURE_PROGRAM_SIZE - 1);
	char *slash;

	if (n <= 0)
		return false;
	ret_program[n] = '\0';
	slash = strrchr(ret_program, '/');
	if (slash == NULL || (size_t)(slash - ret_program) + sizeof "/" NAME > PICTURE_PROGRAM_SIZE)
		return false;
	memcpy(slash, "/" NAME, sizeof "/" NAME);
	return access(ret_program, X_OK) == 0;
}

/* One run of the program. */
struct run {
	pid_t pid;
	int in, out;
};

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

static bool run_start(struct run *run, const char *program)
{
	char *argv[] = {(char[]){NAME}, NULL}, *env[] = {(char[]){"LC_ALL=C"}, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int pipes[2];
	bool good;

	if (pipe2(pipes, O_CLOEXEC) != 0)
		return false;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	good = posix_spawn_file_actions_adddup2(&actions, run->in, STDIN_FILENO) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO) == 0 &&
	       posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
	       posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0 && posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
	       posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0 &&
	       posix_spawn(&run->pid, program, &actions, &attributes, argv, env) == 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	run->out = pipes[0];
	return good;
}

/* Until it ends, says too much or takes too long. True: it ended by itself, well. */
static bool run_wait(struct run *run, struct buffer *out)
{
	bool whole = false;
	int status = 0;

	for (unsigned tick = 0; tick < TICKS_MAX && !whole && buffer_status(out) == ST_OK;) {
		struct pollfd one = {.fd = run->out, .events = POLLIN};
		uint8_t piece[PIECE];
		ssize_t n;

		if (poll(&one, 1, TICK_MS) == 0) {
			tick++;
			continue;
		}
		n = read(run->out, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		buffer_add(out, piece, (size_t)n);
		whole = n == 0;
	}
	if (!whole)
		kill(run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static enum status answer_take(struct bytes answer, const char **ret_media, struct buffer *out, struct error *ret_error)
{
	static const char *const kinds[] = {"image/jpeg", "image/png"};
	const uint8_t *end = answer.len ? memchr(answer.data, '\n', answer.len < 64 ? answer.len : 64) : NULL;
	struct text line = {(const char *)answer.data, end ? (size_t)(end - answer.data) : 0};
	struct bytes copy = {end ? end + 1 : NULL, end ? answer.len - line.len - 1 : 0};
	const char *media = copy.len ? upload_media(copy) : NULL;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (text_equal(line, text_of(kinds[i])) && media && strcmp(media, kinds[i]) == 0) {
			*ret_media = kinds[i];
			buffer_add(out, copy.data, copy.len);
			return buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(out), "the copy of a picture is too large");
		}
	return error_because(ret_error, ST_MALFORMED, text_equal(line, TEXT("!evidence-large")) ? "evidence-large" : "evidence-unreadable", NULL,
			     "no copy of the picture can be made");
}

enum status picture_clean(const char *program, struct bytes picture, const char **ret_media, struct buffer *out, struct error *ret_error)
{
	struct run run = {.in = -1, .out = -1};
	struct buffer answer;
	enum status st;
	bool started, ended = false;

	buffer_init(&answer, PICTURE_COPY_MAX);
	started = picture_lay(&run, picture) && run_start(&run, program);
	if (started)
		ended = run_wait(&run, &answer);
	if (run.in >= 0)
		close(run.in);
	if (run.out >= 0)
		close(run.out);
	if (!started)
		st = error_set(ret_error, ST_UNAVAILABLE, "%s could not be started: %s", NAME, strerror(errno));
	else if (!ended)
		st = error_because(ret_error, ST_MALFORMED, "evidence-unreadable", NULL, "the decoder crashed or took too long");
	else
		st = answer_take(buffer_bytes(&answer), ret_media, out, ret_error);
	buffer_release(&answer);
	return st;
}
