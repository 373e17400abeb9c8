/* Electronic arrival cards as a file brings them: CSV with a heading, JSON, or one JSON object a line. Pure. */
#ifndef OFFICE_ARRIVAL_CARDS_H
#define OFFICE_ARRIVAL_CARDS_H

#include <jansson.h>

#include "base/arena.h"
#include "model/entity.h"

enum card_column { CARD_REFERENCE, CARD_NAME, CARD_LAST_NAME, CARD_FIRST_NAME, CARD_BIRTH_DATE, CARD_NATIONALITY, CARD_GENDER,
		   CARD_PASSPORT, CARD_PASSPORT_COUNTRY, CARD_EXPECTED, CARD_PLACE, CARD_FLIGHT, CARD_COLUMNS };

const char *card_column_name(enum card_column column); /* "reference"... */

/* A file being read. */
struct card_file {
	struct text rest;        /* of CSV and of lines */
	json_t *root;            /* of JSON: owned */
	size_t at;               /* in its list */
	enum { CARD_CSV, CARD_JSON, CARD_LINES } kind;
	char separator;
	enum card_column map[64]; /* of a table's columns; CARD_COLUMNS: none of ours */
	size_t columns;
	int64_t row;             /* of the file as an editor counts it; of JSON the place in the list from 1 */
};

/* `media`: of the request. Fails: ST_MALFORMED reasons "file-format", "file-encoding", "file-quote", "header-missing", "header-unknown",
 * "header-twice", with field; ST_NO_MEMORY. To be released in any case. */
MUST_USE enum status card_file_open(struct card_file *file, struct bytes in, struct text media, struct arena *arena, struct error *ret_error);
void card_file_release(struct card_file *file);

#define CARD_PROBLEMS_MAX 8u

struct card_problem {
	const char *field, *reason;
	struct text value;
};

/* One row, checked. What cannot be taken stands among the problems; the file goes on behind it. */
struct card {
	int64_t row;
	struct text cells[CARD_COLUMNS];
	struct entity person;
	int64_t expected_ms;
	struct card_problem problems[CARD_PROBLEMS_MAX];
	size_t problem_count;
};
/* *ret_more false: there was no other row. All in the arena, or the file's. Fails: ST_MALFORMED "file-quote"; ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status card_next(struct card_file *file, int64_t now_ms, struct arena *arena, struct card *ret, bool *ret_more,
			       struct error *ret_error);

#endif
