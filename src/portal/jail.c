#include "portal/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY_MAX ((rlim_t)4 << 30)
#define FILES_MAX 8192

/* ---- what every process needs: memory, its threads, the clock, files that are open, the end ---- */

static const int common[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrandom), SCMP_SYS(sched_yield), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(recvmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(sendto),
};

static const int threads[] = {SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler)};

static const int web[] = {
	SCMP_SYS(accept4), SCMP_SYS(getpeername), SCMP_SYS(getsockname), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(shutdown),
	SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
	SCMP_SYS(eventfd2), SCMP_SYS(pipe2), SCMP_SYS(fcntl),
};

static const int courier[] = {
	SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(getdents64), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
	SCMP_SYS(ftruncate), SCMP_SYS(fchmod), SCMP_SYS(pread64), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(getpeername), SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(shutdown), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(recvmmsg), SCMP_SYS(sendmmsg), SCMP_SYS(ioctl),
	SCMP_SYS(fcntl), SCMP_SYS(pipe2), SCMP_SYS(pipe), SCMP_SYS(eventfd2), SCMP_SYS(uname), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(sysinfo), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(alarm), SCMP_SYS(umask),
};

static bool allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	bool good = true;

	for (size_t i = 0; good && i < count; i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	return good;
}

#define ALLOW(filter, calls) allow((filter), (calls), sizeof(calls) / sizeof(calls)[0])

/* Threads, no processes: flags that only a thread has must be there. clone3 hides its flags in memory, so it is said to be missing,
 * and the C library takes the older one. */
static bool allow_threads(scmp_filter_ctx filter)
{
	const scmp_datum_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;

	return ALLOW(filter, threads) && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)) == 0;
}

static bool filter_load(enum jail_kind kind)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool good = filter && ALLOW(filter, common);

	/* Memory, yes; memory that runs, no. */
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 0)) == 0;
	if (kind != JAIL_ORACLE)
		good = good && allow_threads(filter) && (kind == JAIL_WEB ? ALLOW(filter, web) : ALLOW(filter, courier));
	/* abort() says so to the process itself and to nobody else. */
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) == 0 &&
	       seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return good;
}

/* ---- Landlock ---- */

/* As the system has it since version 4; older ones are told how much of it they know. */
struct ruleset {
	uint64_t files, connections, scopes;
};

struct port_rule {
	uint64_t access, port;
};

enum { RULE_PORT = 2, ACCESS_BIND = 1, ACCESS_CONNECT = 2, SCOPE_SOCKETS = 1, SCOPE_SIGNALS = 2 };

#define ACCESS_TRUNCATE ((uint64_t)1 << 14)
#define ACCESS_DEVICE ((uint64_t)1 << 15)
#define ACCESS_FIRST (((uint64_t)1 << 13) - 1) /* of version 1 */
#define ACCESS_READ ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))
#define ACCESS_FILE ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE) | ACCESS_TRUNCATE)

unsigned jail_landlock(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (unsigned)version : 0;
}

static bool path_allow(int ruleset, const char *path, uint64_t access, uint64_t known)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access & known, .parent_fd = open(path, O_PATH | O_CLOEXEC)};
	struct stat about;
	bool good;

	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (fstat(rule.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode))
		rule.allowed_access &= ACCESS_FILE;
	good = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return good;
}

static bool landlock_shut(const struct jail *jail)
{
	unsigned version = jail_landlock();
	uint64_t known = ACCESS_FIRST | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) | (version >= 3 ? ACCESS_TRUNCATE : 0) |
			 (version >= 5 ? ACCESS_DEVICE : 0);
	struct ruleset rules = {known, version >= 4 ? ACCESS_BIND | ACCESS_CONNECT : 0, version >= 6 ? SCOPE_SOCKETS | SCOPE_SIGNALS : 0};
	const uint64_t write = ACCESS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | ACCESS_TRUNCATE;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, version >= 6 ? 24 : version >= 4 ? 16 : (size_t)8, 0);
	bool good = ruleset >= 0;

	for (size_t i = 0; good && i < jail->readable_count; i++)
		good = path_allow(ruleset, jail->readable[i], ACCESS_READ, known);
	for (size_t i = 0; good && i < jail->writable_count; i++)
		good = path_allow(ruleset, jail->writable[i], write, known);
	for (size_t i = 0; good && version >= 4 && i < sizeof jail->ports / sizeof jail->ports[0] && jail->ports[i]; i++) {
		struct port_rule rule = {ACCESS_CONNECT, jail->ports[i]};

		good = syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) == 0;
	}
	good = good && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	if (ruleset >= 0)
		close(ruleset);
	return good;
}

/* ---- the rest ---- */

static bool privileges_drop(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0;
}

static bool limits_set(enum jail_kind kind)
{
	const struct { int what; rlim_t most; } limits[] = {
		{RLIMIT_CORE, 0}, {RLIMIT_NOFILE, kind == JAIL_ORACLE ? 32 : FILES_MAX},
#ifndef ADDRESS_SANITIZER /* which lays claim to more than there is */
		{RLIMIT_AS, MEMORY_MAX},
#endif
	};
	bool good = true;

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		struct rlimit now;
		rlim_t most = limits[i].most;

		good = good && getrlimit((__rlimit_resource_t)limits[i].what, &now) == 0;
		most = good && now.rlim_max < most ? now.rlim_max : most;
		good = good && setrlimit((__rlimit_resource_t)limits[i].what, &(struct rlimit){most, most}) == 0;
	}
	return good;
}

enum status jail_shut(const struct jail *jail, struct error *ret_error)
{
	if (!limits_set(jail->kind) || !privileges_drop())
		return error_set(ret_error, ST_UNAVAILABLE, "this system does not let a process give up its privileges: %s", strerror(errno));
	if (!jail->no_landlock && !landlock_shut(jail))
		return error_set(ret_error, ST_UNAVAILABLE, "this system does not let a process give up its files (Landlock): %s", strerror(errno));
	if (!filter_load(jail->kind))
		return error_set(ret_error, ST_UNAVAILABLE, "this system does not let a process give up system calls (seccomp)");
	return ST_OK;
}
