#include "helper/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS 50u
#define PIECE ((size_t)1 << 14)

bool helper_find(const char *name, char ret_program[HELPER_PATH])
{
	ssize_t n = readlink("/proc/self/exe", ret_program, HELPER_PATH - 1);
	size_t len = strlen(name);
	char *slash;

	ret_program[n > 0 ? n : 0] = '\0';
	slash = strrchr(ret_program, '/');
	if (slash == NULL || (size_t)(slash - ret_program) + len + 2 > HELPER_PATH)
		return false;
	memcpy(slash + 1, name, len + 1);
	return access(ret_program, X_OK) == 0;
}

/* -1: not open. */
struct run {
	pid_t pid;
	int in, out, said;
};

/* In memory of no name: the program can neither wait for more nor break a pipe. */
static bool input_lay(struct run *run, struct bytes input)
{
	run->in = memfd_create("input", MFD_CLOEXEC);
	for (size_t at = 0; run->in >= 0 && at < input.len;) {
		ssize_t n = write(run->in, input.data + at, input.len - at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return run->in >= 0 && lseek(run->in, 0, SEEK_SET) == 0;
}

/* Copies of the words, as posix_spawn wants to have them. */
static bool words_copy(const char *first, const char *const from[HELPER_WORDS_MAX], char *out[HELPER_WORDS_MAX + 2])
{
	size_t n = 0;
	bool good = true;

	if (first)
		out[n++] = strdup(first);
	for (size_t i = 0; i < HELPER_WORDS_MAX && from[i]; i++)
		out[n++] = strdup(from[i]);
	for (size_t i = 0; i < n; i++)
		good = good && out[i];
	return good;
}

static void words_free(char *words[HELPER_WORDS_MAX + 2])
{
	for (size_t i = 0; i < HELPER_WORDS_MAX + 2; i++)
		free(words[i]);
}

static bool spawn(struct run *run, const char *program, int out, char *const *argv, char *const *environment)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	bool good;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	good = posix_spawn_file_actions_adddup2(&actions, run->in, STDIN_FILENO) == 0 && posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, run->said, STDERR_FILENO) == 0 &&
	       posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0 && posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
	       posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0 &&
	       posix_spawn(&run->pid, program, &actions, &attributes, argv, environment) == 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

static bool run_start(struct run *run, const struct helper *helper, bool heard)
{
	const char *name = strrchr(helper->program, '/');
	char *argv[HELPER_WORDS_MAX + 2] = {NULL}, *environment[HELPER_WORDS_MAX + 2] = {NULL};
	int pipes[2];
	bool good;

	run->said = heard ? memfd_create("said", MFD_CLOEXEC) : open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (run->said < 0 || pipe2(pipes, O_CLOEXEC) != 0)
		return false;
	run->out = pipes[0];
	good = words_copy(name ? name + 1 : helper->program, helper->arguments, argv) && words_copy(NULL, helper->environment, environment) &&
	       spawn(run, helper->program, pipes[1], argv, environment);
	words_free(argv);
	words_free(environment);
	close(pipes[1]);
	return good;
}

static enum helper_end run_wait(struct run *run, const struct helper *helper, struct buffer *out)
{
	bool whole = false;
	int status = 0;

	for (unsigned silent = 0; silent < helper->wait_ms && !whole && buffer_status(out) == ST_OK && !(helper->stopping && helper->stopping(helper->context));) {
		struct pollfd one = {.fd = run->out, .events = POLLIN};
		uint8_t piece[PIECE];
		ssize_t n;

		if (poll(&one, 1, TICK_MS) == 0) {
			silent += TICK_MS;
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
	if (!whole || !WIFEXITED(status))
		return HELPER_KILLED;
	return WEXITSTATUS(status) == 0 ? HELPER_DONE : HELPER_FAILED;
}

enum helper_end helper_run(const struct helper *helper, struct buffer *out, struct buffer *said)
{
	struct run run = {.in = -1, .out = -1, .said = -1};
	enum helper_end end = input_lay(&run, helper->input) && run_start(&run, helper, said) ? run_wait(&run, helper, out) : HELPER_NOT_STARTED;
	char first[1024];
	ssize_t n = said && run.said >= 0 ? pread(run.said, first, sizeof first, 0) : 0;

	if (n > 0)
		buffer_add(said, first, (size_t)n);
	if (run.in >= 0)
		close(run.in);
	if (run.out >= 0)
		close(run.out);
	if (run.said >= 0)
		close(run.said);
	return end;
}
