/* Status and errors: what a caller can do about a failure.
 *
 * Every fallible function returns `enum status` (must be used) and, where it takes a `struct error *`,
 * fills it with a sentence for people and the place of the fault. Both outputs are left alone on success.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

enum status {
	ST_OK = 0,
	ST_MALFORMED,   /* the input is wrong; the message names row, field and reason */
	ST_LIMIT,       /* a stated limit was reached */
	ST_NOT_FOUND,
	ST_CONFLICT,
	ST_DENIED,
	ST_NO_MEMORY,
	ST_UNAVAILABLE, /* the world outside failed: a file, a socket, a full disk */
	ST_CORRUPT,     /* our own stored bytes are not what we wrote */
};

#define ERROR_MESSAGE_SIZE 256
#define ERROR_FIELD_SIZE 64
#define ERROR_REASON_SIZE 48

/* Where and why. `row` counts from 1 (0: none); `position` is a byte or character offset (-1: none). */
struct error {
	enum status code;
	char message[ERROR_MESSAGE_SIZE];
	char field[ERROR_FIELD_SIZE];
	char reason[ERROR_REASON_SIZE]; /* a word of data/problems.tsv, which has it in four languages; empty: see `code` */
	int64_t row;
	int64_t position;
};

/* Fills *ret_error (may be NULL) with `code` and a formatted sentence, no row, field or position; returns `code`. */
enum status error_set(struct error *ret_error, enum status code, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same, naming the field and the offset in it (-1 for none). */
enum status error_at(struct error *ret_error, enum status code, const char *field, int64_t position,
		     const char *format, ...) PRINTF_LIKE(5, 6);

/* The same with a reason, a word of data/problems.tsv; `field` may be NULL. */
enum status error_because(struct error *ret_error, enum status code, const char *reason, const char *field,
			  const char *format, ...) PRINTF_LIKE(5, 6);

/* The word used in JSON errors: "malformed", "limit", ... */
const char *status_word(enum status code);

/* Leaves the function with the status of a failed call. */
#define TRY(call)                                \
	do {                                     \
		enum status try_status_ = (call); \
		if (try_status_ != ST_OK)        \
			return try_status_;      \
	} while (0)

/* The same through the `out:` label, where `st` is the function's status variable. */
#define TRY_OUT(call)            \
	do {                     \
		st = (call);     \
		if (st != ST_OK) \
			goto out; \
	} while (0)

#endif
