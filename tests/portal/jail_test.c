/* Whoever takes a process of the portal over has what its jail leaves him. Each try is made inside the real jail, in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/test.h"
#include "portal/jail.h"
#include "portal/key.h"

struct place {
	char folder[64], bulletin[80], inbox[80], key[80];
	int listener; /* somebody to connect to */
	struct sockaddr_in address;
};

static void place_make(struct place *p)
{
	socklen_t len = sizeof p->address;
	struct portal_key key;
	struct error error;

	snprintf(p->folder, sizeof p->folder, "/tmp/cordon-jail-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->bulletin, sizeof p->bulletin, "%s/bulletin", p->folder);
	snprintf(p->inbox, sizeof p->inbox, "%s/inbox", p->folder);
	snprintf(p->key, sizeof p->key, "%s/portal.key", p->folder);
	assert_int_equal(mkdir(p->bulletin, 0700), 0);
	assert_int_equal(mkdir(p->inbox, 0700), 0);
	assert_int_equal(portal_key_make(p->folder, &key, &error), ST_OK);
	p->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	p->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&p->address, sizeof p->address), 0);
	assert_int_equal(listen(p->listener, 8), 0);
	assert_int_equal(getsockname(p->listener, (struct sockaddr *)&p->address, &len), 0);
}

static void place_clear(struct place *p)
{
	char path[128];

	close(p->listener);
	snprintf(path, sizeof path, "%s/new", p->inbox);
	unlink(path);
	unlink(p->key);
	rmdir(p->bulletin);
	rmdir(p->inbox);
	rmdir(p->folder);
}

/* ---- tries: each gives whether it was possible ---- */

static bool try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool try_passwd(const struct place *p)
{
	(void)p;
	return try_open("/etc/passwd", O_RDONLY);
}

static bool try_key(const struct place *p)
{
	return try_open(p->key, O_RDONLY);
}

static bool try_memory(const struct place *p)
{
	char path[64];

	(void)p;
	snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
	return try_open(path, O_RDONLY) || try_open("/proc/self/mem", O_RDWR);
}

static bool try_write(const struct place *p)
{
	char path[128];

	snprintf(path, sizeof path, "%s/new", p->inbox);
	return try_open(path, O_WRONLY | O_CREAT);
}

static bool try_connect(const struct place *p)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool good = fd >= 0 && connect(fd, (const struct sockaddr *)&p->address, sizeof p->address) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

static bool try_listen(const struct place *p)
{
	const struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool good = fd >= 0 && bind(fd, (const struct sockaddr *)&any, sizeof any) == 0 && listen(fd, 1) == 0;

	(void)p;
	if (fd >= 0)
		close(fd);
	return good;
}

static bool try_exec(const struct place *p)
{
	char *const words[] = {(char *)(uintptr_t)"/bin/true", NULL};

	(void)p;
	execv(words[0], words);
	/* True if it came to another program: then its end says so. */
	return false;
}

static bool try_fork(const struct place *p)
{
	pid_t child = fork();

	(void)p;
	if (child == 0)
		_exit(0);
	return child > 0;
}

static bool try_ptrace(const struct place *p)
{
	(void)p;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 || ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool try_kill(const struct place *p)
{
	(void)p;
	return kill(getppid(), 0) == 0;
}

static bool try_code(const struct place *p)
{
	(void)p;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool try_root(const struct place *p)
{
	(void)p;
	return setuid(0) == 0 && (try_open("/etc/shadow", O_RDONLY) || chroot("/") == 0 || unshare(CLONE_NEWUSER) == 0);
}

static void *nothing(void *context)
{
	return context;
}

static bool try_thread(const struct place *p)
{
	pthread_t thread;

	(void)p;
	return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

typedef bool try_it(const struct place *p);

static const struct {
	const char *what;
	try_it *it;
	bool web, oracle, courier; /* whether it is possible there */
} tries[] = {
	{"read /etc/passwd", try_passwd, false, false, false}, {"read the oracle's key", try_key, false, false, false},
	{"read a process's memory", try_memory, false, false, false}, {"write into the inbox", try_write, false, false, true},
	{"connect to somebody", try_connect, false, false, false}, {"listen", try_listen, false, false, false},
	{"start a program", try_exec, false, false, false}, {"start a process", try_fork, false, false, false},
	{"trace a process", try_ptrace, false, false, false}, {"signal a process", try_kill, false, false, false},
	{"make memory that runs", try_code, false, false, false}, {"become somebody", try_root, false, false, false},
	{"start a thread", try_thread, true, false, true},
};

/* In a process of its own: 0 not possible, 1 possible, 2 no jail. A signal counts as not possible. */
static int inside(const struct place *p, enum jail_kind kind, try_it *it, uint16_t port)
{
	const char *writable[] = {p->bulletin, p->inbox};
	const struct jail jail = {.kind = kind, .writable = writable, .writable_count = kind == JAIL_COURIER ? 2 : 0, .ports = {port}};
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (jail_shut(&jail, NULL) != ST_OK)
			_exit(2);
		_exit(it(p) ? 1 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	/* An exit status of 0 is /bin/true's. */
	return WIFSIGNALED(status) ? 0 : WEXITSTATUS(status) == 3 ? 0 : WEXITSTATUS(status) == 2 ? 2 : 1;
}

static void test_what_is_left(void **state)
{
	struct place p;
	unsigned bad = 0;

	(void)state;
	place_make(&p);
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		const bool expected[] = {[JAIL_WEB] = tries[i].web, [JAIL_ORACLE] = tries[i].oracle, [JAIL_COURIER] = tries[i].courier};

		for (int kind = JAIL_WEB; kind <= JAIL_COURIER; kind++) {
			int got = inside(&p, (enum jail_kind)kind, tries[i].it, 0);

			if (got != (int)expected[kind]) {
				print_error("%s in jail %d: %d\n", tries[i].what, kind, got);
				bad++;
			}
		}
	}
	place_clear(&p);
	assert_int_equal(bad, 0);
}

/* Every try succeeds outside, or it would prove nothing inside. */
static void test_tries_are_real(void **state)
{
	struct place p;

	(void)state;
	place_make(&p);
	assert_true(try_passwd(&p));
	assert_true(try_key(&p));
	assert_true(try_memory(&p));
	assert_true(try_write(&p));
	assert_true(try_connect(&p));
	assert_true(try_listen(&p));
	assert_true(try_fork(&p));
	assert_true(try_kill(&p));
	assert_true(try_code(&p));
	assert_true(try_thread(&p));
	place_clear(&p);
}

/* The courier reaches the hub's port and no other, where the system can say so. */
static void test_courier_connects(void **state)
{
	struct place p;

	(void)state;
	place_make(&p);
	assert_int_equal(inside(&p, JAIL_COURIER, try_connect, ntohs(p.address.sin_port)), 1);
	if (jail_landlock() >= 4)
		assert_int_equal(inside(&p, JAIL_COURIER, try_connect, 9), 0);
	place_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tries_are_real),
		cmocka_unit_test(test_what_is_left),
		cmocka_unit_test(test_courier_connects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
