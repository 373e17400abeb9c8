/* libcordon: find the listed person. Screening, machine readable zones and document numbers for other programs.
 *
 *     struct cordon_error why;
 *     struct cordon_index *index;
 *     char *answer;
 *
 *     if (cordon_index_build(&path, 1, 2, &index, &why) != CORDON_OK)
 *             fprintf(stderr, "%s\n", why.message);
 *     cordon_screen(index, NULL, "{\"properties\":{\"name\":[\"KIM MIN SOO\"]}}", &answer);
 *
 * An index never changes once it is there: any number of threads may screen against one, each call by itself. All text is
 * UTF-8. Nothing is written to standard output or error, no signal is touched, no locale is asked.
 *
 * The version of this interface is the library's soname. Structs that callers fill begin with their size, so that later
 * versions can add members at the end.
 */
#ifndef CORDON_CORDON_H
#define CORDON_CORDON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CORDON_API __attribute__((visibility("default")))
#else
#define CORDON_API
#endif

enum cordon_status {
	CORDON_OK = 0,
	CORDON_MALFORMED = 1,   /* the input is wrong */
	CORDON_LIMIT = 2,       /* a stated limit was reached */
	CORDON_NOT_FOUND = 3,
	CORDON_CONFLICT = 4,    /* an index of another version */
	CORDON_NO_MEMORY = 6,
	CORDON_UNAVAILABLE = 7, /* a file could not be read or written */
	CORDON_CORRUPT = 8,     /* an index file is damaged */
};

/* Why a call failed, and where: row counts from 1 (0: none), position from 0 (-1: none). Left alone on success. */
struct cordon_error {
	enum cordon_status status;
	int64_t row, position;
	char field[64];
	char message[256];
};

/* "0.1.0" */
CORDON_API const char *cordon_version(void);

/* ---- an index ---- */

struct cordon_index;

/* Reads lists of any format that `cordon import` knows, recognised by content, and builds an index with `threads` threads
 * (1 to 64). Nothing is given unless every file was read whole. */
CORDON_API enum cordon_status cordon_index_build(const char *const *paths, size_t count, unsigned threads,
						 struct cordon_index **ret_index, struct cordon_error *ret_error);

/* Writes an index to a file, whole or not at all. */
CORDON_API enum cordon_status cordon_index_save(const struct cordon_index *index, const char *path,
						struct cordon_error *ret_error);

/* Maps an index file, read-only and shared with all others who map it, after checking all of it. An index is good only for the
 * version of the library that wrote it (CORDON_CONFLICT otherwise): build it again from its lists. */
CORDON_API enum cordon_status cordon_index_open(const char *path, struct cordon_index **ret_index,
						struct cordon_error *ret_error);

/* NULL is fine. */
CORDON_API void cordon_index_close(struct cordon_index *index);

/* Entities in the index, neighbours such as passports included. */
CORDON_API uint64_t cordon_index_entities(const struct cordon_index *index);

/* ---- screening ---- */

struct cordon_options {
	size_t size;            /* sizeof(struct cordon_options); a smaller one is CORDON_MALFORMED */
	uint32_t limit;         /* results at most, 1 to 500; default 5 */
	uint32_t threshold_ppm; /* `match` is score >= threshold, in parts per million; default 700000 */
	uint32_t cutoff_ppm;    /* results below are not given; default 700000 */
};

/* Screens one query, a JSON object as `cordon screen` reads it: FollowTheMoney properties, or the lines of a machine readable
 * zone under "mrz". `options` may be NULL. Gives in *ret_answer one JSON object, without a line end, as `cordon screen`
 * writes it: with "results", or with "error" (CORDON_MALFORMED; its "code" says more) when the query is wrong. Only when memory ran
 * out (CORDON_NO_MEMORY) it is NULL. Free it with cordon_free. */
CORDON_API enum cordon_status cordon_screen(const struct cordon_index *index, const struct cordon_options *options,
					    const char *query, char **ret_answer);

/* ---- documents ---- */

/* Reads a machine readable zone (Doc 9303: TD1, TD2, TD3, MRV-A, MRV-B), lines separated by line ends. Gives a query for
 * cordon_screen: a JSON object with schema and properties. Free it with cordon_free. */
CORDON_API enum cordon_status cordon_mrz_read(const char *lines, char **ret_query, struct cordon_error *ret_error);

/* Whether two document numbers are one: 2 if they are equal but for spaces, case and signs, 1 if one character may have been
 * read for another (O and 0, I and 1...), 0 if not, or if one is empty, over 256 bytes or not UTF-8. */
CORDON_API int cordon_document_compare(const char *a, const char *b);

/* Frees what a call gave. NULL is fine. */
CORDON_API void cordon_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
