/* How a process of the portal shuts itself in before it hears anybody: what it may still do is a list, all else is refused.
 *
 * No new privileges, no capabilities, no core, bounds on memory and files; Landlock for files and connections; then a filter of system
 * calls. Not to be undone, and it holds for every thread that is started after it.
 *
 * Source: Linux, Documentation/userspace-api/landlock.rst and seccomp_filter.rst; libseccomp 2.5.
 */
#ifndef PORTAL_JAIL_H
#define PORTAL_JAIL_H

#include "base/slice.h"

enum jail_kind {
	JAIL_WEB,     /* connections that it is given, memory, threads; opens nothing, connects nowhere */
	JAIL_ORACLE,  /* messages and memory */
	JAIL_COURIER, /* its folders, connections out */
};

struct jail {
	enum jail_kind kind;
	bool no_landlock;              /* the operator said so */
	const char *const *readable;   /* files and folders, those that are missing are passed over */
	size_t readable_count;
	const char *const *writable;   /* folders in which files are made, written, removed */
	size_t writable_count;
	uint16_t ports[4];             /* to which a connection may be made; 0 ends. Where the system can say so (Landlock 4). */
};

/* The version of Landlock that the system has; 0: none. */
unsigned jail_landlock(void);

/* Before any thread is started. Fails: ST_UNAVAILABLE (the system cannot; nobody may be heard then). */
MUST_USE enum status jail_shut(const struct jail *jail, struct error *ret_error);

#endif
