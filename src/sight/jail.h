/* What the process may still do once it holds a picture that anybody may have made: compute, and write its answer. */
#ifndef SIGHT_JAIL_H
#define SIGHT_JAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Bounds on memory, time and files, no new privileges, and a filter that refuses every system call but those for memory, the files that
 * are open and the end. `memory`: bytes of address space; `cpu_s`: seconds. Not to be undone. Fails: ST_UNAVAILABLE. */
MUST_USE enum status jail_shut(size_t memory, unsigned cpu_s, struct error *ret_error);

#endif
