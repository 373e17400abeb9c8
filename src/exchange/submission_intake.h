/* Rows of a submission on their way in: what its three readers (CSV, XLSX, JSON) hand over, and how a row is checked. */
#ifndef EXCHANGE_SUBMISSION_INTAKE_H
#define EXCHANGE_SUBMISSION_INTAKE_H

#include "exchange/submission_table.h"

#define INTAKE_COLUMNS_MAX 64u  /* of a table, named or not */
#define INTAKE_PROBLEMS_MAX 64u /* told of one row */
#define INTAKE_VALUES_MAX 32u   /* in one cell */

/* A cell as a reader found it. */
struct intake_cell {
	struct text text;
	const char *reason; /* why it cannot be taken (a word of data/problems.tsv), or NULL */
};

struct intake {
	struct arena *arena;
	struct submission *out;
	size_t room;                 /* of out->rows */
	char latest_day[11];         /* today where the day begins first: a later one is in the future, an earlier one has ended */
	/* the header of a table */
	bool has_header;
	size_t tried;                /* rows before the header */
	size_t columns;
	enum submission_column map[INTAKE_COLUMNS_MAX]; /* SUBMISSION_COLUMNS: an empty heading */
	struct text field[SUBMISSION_COLUMNS];          /* how problems name each column */
	/* references met: row number + 1 of out->rows by hash */
	uint32_t *references;
	size_t reference_room;
	/* the row being checked */
	struct submission_row *row;
	struct intake_cell cells[SUBMISSION_COLUMNS];
	struct submission_problem problems[INTAKE_PROBLEMS_MAX];
	size_t problem_count;
};

MUST_USE enum status intake_begin(struct intake *in, const struct submission_source *source, struct arena *arena,
				  struct submission *out, struct error *ret_error);

/* A row of a table, cell by cell from the left: the header, as long as there is none, then persons. Empty rows pass.
 * Fails: ST_MALFORMED ("header-..."), ST_LIMIT ("file-rows", "file-columns"), ST_NO_MEMORY. */
MUST_USE enum status intake_table_row(struct intake *in, int64_t row, const struct intake_cell *cells, size_t count,
				      struct error *ret_error);

/* The same by columns: in->cells is filled, problems may have been told already. intake_row_begin empties both. */
void intake_row_begin(struct intake *in);
MUST_USE enum status intake_row(struct intake *in, int64_t row, struct error *ret_error);

/* Adds what is wrong with the current row; one problem of a kind and column is enough. */
void intake_problem(struct intake *in, enum submission_column column, struct text value, const char *reason, int64_t limit);
/* The same of something that is none of the template's columns. */
void intake_stranger(struct intake *in, struct text field, struct text value, const char *reason);

/* Adds a problem to a row that was taken in already: it is refused from then on. */
MUST_USE enum status intake_refuse(struct intake *in, struct submission_row *row, enum submission_column column,
				   const char *reason);

/* After the last row. Fails: ST_MALFORMED ("header-missing", "file-empty"). */
MUST_USE enum status intake_end(struct intake *in, struct error *ret_error);

/* Checks in->cells and makes the nomination (submission_check.c). Fails: ST_NO_MEMORY, ST_LIMIT. */
MUST_USE enum status submission_check(struct intake *in, struct nomination **ret_nomination);

/* The readers. */
MUST_USE enum status submission_csv_read(struct intake *in, struct text file, struct error *ret_error);
MUST_USE enum status submission_xlsx_read(struct intake *in, struct bytes file, struct error *ret_error);
MUST_USE enum status submission_json_read(struct intake *in, struct text file, struct error *ret_error);

#endif
