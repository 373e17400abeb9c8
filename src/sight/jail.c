#include "sight/jail.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const int calls[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(brk),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
	SCMP_SYS(getpid), SCMP_SYS(getrandom), SCMP_SYS(sched_yield), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(exit),
	SCMP_SYS(exit_group),
#ifdef ADDRESS_SANITIZER /* which puts its signal stack away at the end */
	SCMP_SYS(sigaltstack),
#endif
};

static bool limits_set(size_t memory, unsigned cpu_s)
{
	const struct { int what; rlim_t most; } limits[] = {
		{RLIMIT_CPU, cpu_s}, {RLIMIT_CORE, 0}, {RLIMIT_NPROC, 0},
#ifndef ADDRESS_SANITIZER /* which lays claim to more than there is */
		{RLIMIT_AS, memory},
#endif
	};
	bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;

	(void)memory; /* where it is not bounded */
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		good = good && setrlimit((__rlimit_resource_t)limits[i].what, &(struct rlimit){limits[i].most, limits[i].most}) == 0;
	return good;
}

enum status jail_shut(size_t memory, unsigned cpu_s, struct error *ret_error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool good = filter && limits_set(memory, cpu_s);

	for (size_t i = 0; good && i < sizeof calls / sizeof calls[0]; i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	/* Memory, yes; memory that runs, no. */
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 0)) == 0 &&
	       seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return good ? ST_OK : error_because(ret_error, ST_UNAVAILABLE, "reading-none", NULL, "this machine does not let a process shut itself in");
}
