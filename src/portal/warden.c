#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "http/server.h"
#include "portal/jail.h"
#include "portal/line.h"
#include "portal/parts.h"

enum child { WEB, ORACLE, COURIER, CHILDREN };

static const char *const names[CHILDREN] = {"web", "oracle", "courier"};

struct warden {
	const struct portal_settings *settings;
	struct portal_ends ends[CHILDREN];
	pid_t pids[CHILDREN];
	char name[65];
	int listener, signals;
	uint16_t port;
	bool first;
};

static int64_t now_ms(void *context)
{
	struct timespec t;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void random_fill(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

const struct env portal_env = {now_ms, random_fill, NULL};

void portal_say(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	fprintf(stderr, "cordon-portal: %s\n", line);
}

/* ---- the pairs ---- */

#define PAIRS (3 + PORTAL_LANES)

static int *end_of(struct portal_ends *ends, unsigned which)
{
	return which == 0 ? &ends->news : which == 1 ? &ends->hand : which == 2 ? &ends->grants : &ends->ask[which - 3];
}

/* Without closing anything. */
static void ends_forget(struct portal_ends *ends)
{
	for (unsigned which = 0; which < PAIRS; which++)
		*end_of(ends, which) = -1;
}

static void ends_close(struct warden *w)
{
	for (unsigned i = 0; i < CHILDREN; i++)
		for (unsigned which = 0; which < PAIRS; which++) {
			int *fd = end_of(&w->ends[i], which);

			if (*fd >= 0)
				close(*fd);
			*fd = -1;
		}
}

static enum status pairs_make(struct warden *w, struct error *ret_error)
{
	static const enum child who[4][2] = {{COURIER, WEB}, {WEB, COURIER}, {COURIER, ORACLE}, {WEB, ORACLE}};
	int pair[2];

	for (unsigned which = 0; which < PAIRS; which++) {
		TRY(line_pair(pair, ret_error));
		for (unsigned side = 0; side < 2; side++)
			*end_of(&w->ends[who[which < 3 ? which : 3][side]], which) = pair[side];
	}
	return ST_OK;
}

/* ---- a child ---- */

static bool user_take(const struct portal_settings *s)
{
	return s->user == 0 || (setgroups(0, NULL) == 0 && setresgid(s->group, s->group, s->group) == 0 && setresuid(s->user, s->user, s->user) == 0);
}

static int child_run(struct warden *w, enum child which, pid_t parent)
{
	const struct portal_ends mine = w->ends[which];
	struct portal_key key = {.name = ""};
	struct error error;
	sigset_t none;
	int status = 1;

	/* Nobody outlives the one who watches over him. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		return 1;
	ends_forget(&w->ends[which]);
	ends_close(w);
	close(w->signals);
	if (which != WEB)
		close(w->listener);
	/* The key is read before its owner is somebody else, and by the oracle alone. */
	if (which == ORACLE && portal_key_read(w->settings->folder, &key, &error) != ST_OK) {
		portal_say("%s", error.message);
		return 1;
	}
	if (!user_take(w->settings)) {
		portal_say("the user of --user cannot be taken: %s", strerror(errno));
		return 1;
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (which == WEB)
		status = portal_web(w->settings, &mine, w->name, w->listener, w->port, w->first);
	else if (which == ORACLE)
		status = portal_oracle(w->settings, &mine, &key);
	else
		status = portal_courier(w->settings, &mine, w->name);
	portal_key_wipe(&key);
	return status;
}

static enum status children_start(struct warden *w, struct error *ret_error)
{
	pid_t self = getpid();

	TRY(pairs_make(w, ret_error));
	for (unsigned i = 0; i < CHILDREN; i++) {
		/* What is buffered would be said by the child too. */
		fflush(NULL);
		w->pids[i] = fork();
		if (w->pids[i] == 0)
			_exit(child_run(w, (enum child)i, self));
		if (w->pids[i] < 0)
			return error_set(ret_error, ST_UNAVAILABLE, "a process cannot be started: %s", strerror(errno));
	}
	ends_close(w);
	w->first = false;
	return ST_OK;
}

static void children_end(struct warden *w)
{
	struct timespec pause = {0, 20000000};
	unsigned left = CHILDREN;

	for (unsigned i = 0; i < CHILDREN; i++)
		if (w->pids[i] > 0)
			kill(w->pids[i], SIGTERM);
	for (unsigned turn = 0; left && turn < 250; turn++) {
		left = 0;
		for (unsigned i = 0; i < CHILDREN; i++) {
			if (w->pids[i] > 0 && waitpid(w->pids[i], NULL, WNOHANG) == w->pids[i])
				w->pids[i] = 0;
			left += w->pids[i] > 0;
		}
		if (left)
			nanosleep(&pause, NULL);
	}
	for (unsigned i = 0; i < CHILDREN; i++)
		if (w->pids[i] > 0) {
			kill(w->pids[i], SIGKILL);
			waitpid(w->pids[i], NULL, 0);
			w->pids[i] = 0;
		}
}

/* Gives false when it is time to stop. */
static bool signal_await(struct warden *w, int timeout_ms, bool *ret_ended)
{
	struct pollfd wanted = {w->signals, POLLIN, 0};
	struct signalfd_siginfo info;
	int status;

	*ret_ended = false;
	if (poll(&wanted, 1, timeout_ms) <= 0 || read(w->signals, &info, sizeof info) != (ssize_t)sizeof info)
		return true;
	if (info.ssi_signo != SIGCHLD)
		return false;
	for (unsigned i = 0; i < CHILDREN; i++)
		if (w->pids[i] > 0 && waitpid(w->pids[i], &status, WNOHANG) == w->pids[i]) {
			portal_say("%s has ended (%s %d)", names[i], WIFSIGNALED(status) ? "signal" : "status",
				   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
			w->pids[i] = 0;
			*ret_ended = true;
		}
	return true;
}

/* One that ends again and again is started ever more slowly, so that a fault is not a fire. */
static enum status children_keep(struct warden *w, struct error *ret_error)
{
	int64_t started = now_ms(NULL);
	int pause_ms = 100;
	bool ended;

	TRY(children_start(w, ret_error));
	while (signal_await(w, -1, &ended)) {
		if (!ended)
			continue;
		children_end(w);
		pause_ms = now_ms(NULL) - started > 60000 ? 100 : pause_ms < 10000 ? pause_ms * 2 : pause_ms;
		for (int64_t until = now_ms(NULL) + pause_ms; now_ms(NULL) < until;)
			if (!signal_await(w, pause_ms, &ended))
				return ST_OK;
		started = now_ms(NULL);
		TRY(children_start(w, ret_error));
	}
	return ST_OK;
}

enum status portal_warden(const struct portal_settings *settings, struct error *ret_error)
{
	struct warden w = {.settings = settings, .listener = -1, .signals = -1, .first = true};
	struct portal_key key;
	sigset_t signals;
	enum status st;

	for (unsigned i = 0; i < CHILDREN; i++)
		ends_forget(&w.ends[i]);
	if (jail_landlock() == 0 && !settings->no_landlock)
		return error_set(ret_error, ST_UNAVAILABLE, "this system has no Landlock (Linux 5.13 or newer, enabled); --no-landlock goes without its protection of files");
	/* Only its public half is kept here, and in nobody who hears strangers. */
	TRY(portal_key_read(settings->folder, &key, ret_error));
	memcpy(w.name, key.name, sizeof w.name);
	portal_key_wipe(&key);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	w.signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w.signals < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "signalfd: %s", strerror(errno));
	st = http_listen(settings->address, settings->port, &w.listener, &w.port, ret_error);
	if (st == ST_OK)
		st = children_keep(&w, ret_error);
	children_end(&w);
	ends_close(&w);
	if (w.listener >= 0)
		close(w.listener);
	close(w.signals);
	return st;
}
