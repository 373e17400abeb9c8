/* A program of ours that stands beside this one and does one dangerous or heavy thing in a process of its own, bytes in and bytes out: what a
 * picture does to its decoder costs this process nothing. */
#ifndef HELPER_HELPER_H
#define HELPER_HELPER_H

#include "base/buffer.h"

#define HELPER_PATH 4096u
#define HELPER_WORDS_MAX 4u /* arguments, and variables of its environment */

struct helper {
	const char *program; /* its path */
	const char *arguments[HELPER_WORDS_MAX], *environment[HELPER_WORDS_MAX]; /* up to the first NULL */
	struct bytes input;  /* all of its standard input */
	unsigned wait_ms;    /* it is killed when it was silent for so long, all silences together */
	bool (*stopping)(void *context); /* asked meanwhile: true has it killed; may be NULL */
	void *context;
};

enum helper_end {
	HELPER_NOT_STARTED,
	HELPER_KILLED, /* it took too long, said more than `out` may hold, was stopped, or a signal ended it */
	HELPER_FAILED, /* it ended by itself, with an exit status that is not 0 */
	HELPER_DONE,
};

/* The program of this name in the folder of the running one. False: it is not there. */
bool helper_find(const char *name, char ret_program[HELPER_PATH]);

/* Runs it to its end; appends its standard output to `out`, whatever the end, and to `said` (may be NULL) the first of what it wrote to
 * standard error. It has no other open file, and no signal is blocked. */
enum helper_end helper_run(const struct helper *helper, struct buffer *out, struct buffer *said);

#endif
