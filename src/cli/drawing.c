#include "cli/drawing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "/cordon-poster"
#define TICK_MS 100
#define TICKS_MAX 600u /* it ends itself after 20 seconds of the processor */

enum status drawing_program(char ret_path[DRAWING_PATH], struct error *ret_error)
{
	ssize_t n = readlink("/proc/self/exe", ret_path, DRAWING_PATH - 1);
	char *slash;

	ret_path[n > 0 ? n : 0] = '\0';
	slash = strrchr(ret_path, '/');
	if (slash == NULL || (size_t)(slash - ret_path) + sizeof NAME > DRAWING_PATH)
		return error_set(ret_error, ST_NOT_FOUND, "cordon-poster is not there");
	memcpy(slash, NAME, sizeof NAME);
	return access(ret_path, X_OK) == 0 ? ST_OK : error_set(ret_error, ST_NOT_FOUND, "%.200s is not there", ret_path);
}

/* One run of the program; -1: not open. */
struct run {
	pid_t pid;
	int in, out, said;
};

/* In memory of no name, as its standard input: it can neither wait for more nor break a pipe. */
static bool document_lay(struct run *run, struct text document)
{
	run->in = memfd_create("alerts", MFD_CLOEXEC);
	for (size_t at = 0; run->in >= 0 && at < document.len;) {
		ssize_t n = write(run->in, document.data + at, document.len - at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return run->in >= 0 && lseek(run->in, 0, SEEK_SET) == 0;
}

static bool run_start(struct run *run, const struct drawing *d)
{
	char kind[8], language[4], id[ALERT_ID_MAX + 1];
	char *argv[] = {(char[]){"cordon-poster"}, kind, language, id, NULL}, *env[] = {(char[]){"LC_ALL=C.UTF-8"}, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int pipes[2];
	bool good;

	snprintf(kind, sizeof kind, "%s", d->kind == ALERT_CARD ? "card" : "poster");
	snprintf(language, sizeof language, "%s", alert_language_word(d->language));
	snprintf(id, sizeof id, "%.*s", TEXT_ARG(d->id));
	run->said = memfd_create("said", MFD_CLOEXEC);
	if (run->said < 0 || pipe2(pipes, O_CLOEXEC) != 0)
		return false;
	run->out = pipes[0];
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	good = posix_spawn_file_actions_adddup2(&actions, run->in, STDIN_FILENO) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, run->said, STDERR_FILENO) == 0 &&
	       posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0 &&
	       posix_spawnattr_setsigmask(&attributes, &none) == 0 && posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0 &&
	       posix_spawn(&run->pid, d->program, &actions, &attributes, argv, env) == 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	return good;
}

/* Until it ends, says too much, takes too long or is stopped. *ret_whole: it ended by itself; *ret_good: and well. */
static void run_wait(struct run *run, const struct drawing *d, struct buffer *out, bool *ret_whole, bool *ret_good)
{
	size_t before = out->len;
	int status = 0;

	*ret_whole = false;
	for (unsigned tick = 0; tick < TICKS_MAX && !*ret_whole && out->len - before <= DRAWING_MAX && !d->stopping(d->context);) {
		struct pollfd one = {.fd = run->out, .events = POLLIN};
		uint8_t piece[16384];
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
		*ret_whole = n == 0;
	}
	if (!*ret_whole)
		kill(run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	*ret_good = *ret_whole && WIFEXITED(status) && WEXITSTATUS(status) == 0 && out->len > before;
}

/* The last line that it wrote. */
static enum status refused(struct run *run, struct error *ret_error)
{
	char said[256];
	ssize_t n = pread(run->said, said, sizeof said, 0);
	struct text rest = {said, n > 0 ? (size_t)n : 0}, line = TEXT(""), one;

	if (text_check(text_bytes(rest), &rest, NULL) != ST_OK)
		rest = TEXT("");
	while (rest.len && text_split(&rest, '\n', &one))
		if (one.len)
			line = one;
	return error_set(ret_error, ST_MALFORMED, "%.*s", TEXT_ARG(line.len ? line : TEXT("cordon-poster ended without an answer")));
}

enum status drawing_make(const struct drawing *d, struct buffer *out, struct error *ret_error)
{
	struct run run = {.in = -1, .out = -1, .said = -1};
	bool whole = false, good = false, started = document_lay(&run, d->document) && run_start(&run, d);
	size_t before = out->len;
	enum status st = ST_OK;

	if (started)
		run_wait(&run, d, out, &whole, &good);
	if (!good) {
		out->len = before;
		st = whole ? refused(&run, ret_error) : error_set(ret_error, ST_UNAVAILABLE, "cordon-poster could not be run to its end");
	}
	for (size_t i = 0; i < 3; i++) {
		int fd = i == 0 ? run.in : i == 1 ? run.out : run.said;

		if (fd >= 0)
			close(fd);
	}
	return st == ST_OK ? buffer_status(out) : st;
}
