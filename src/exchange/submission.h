/* A submission: a partner's file of persons he nominates, bytes in, rows out. docs/formats/submission.md says what it may hold.
 *
 * Each row is either a nomination or a list of all that is wrong with it; a row is never half taken and one bad row takes no
 * good one with it. What is wrong with the file as a whole (damage, a heading that is missing) is one error and no row.
 * Pure: the day is a parameter.
 */
#ifndef EXCHANGE_SUBMISSION_H
#define EXCHANGE_SUBMISSION_H

#include "model/entity.h"

#define SUBMISSION_FILE_MAX ((size_t)20 << 20)
#define SUBMISSION_ROWS_MAX 10000u
#define SUBMISSION_MEMORY_MAX ((size_t)512 << 20) /* a sound ceiling for the arena */

/* In the order of data/registry/submission_columns.tsv, which is the template's. */
enum submission_column {
	SUBMISSION_REFERENCE,
	SUBMISSION_NAME,
	SUBMISSION_FAMILY_NAME,
	SUBMISSION_GIVEN_NAME,
	SUBMISSION_NAME_LATIN,
	SUBMISSION_FAMILY_NAME_LATIN,
	SUBMISSION_GIVEN_NAME_LATIN,
	SUBMISSION_ALIAS,
	SUBMISSION_BIRTH_DATE,
	SUBMISSION_BIRTH_PLACE,
	SUBMISSION_GENDER,
	SUBMISSION_NATIONALITY,
	SUBMISSION_PASSPORT_NUMBER,
	SUBMISSION_PASSPORT_COUNTRY,
	SUBMISSION_ID_NUMBER,
	SUBMISSION_ID_COUNTRY,
	SUBMISSION_PHONE,
	SUBMISSION_ACCOUNT,
	SUBMISSION_WALLET,
	SUBMISSION_OFFENCE,
	SUBMISSION_LAW,
	SUBMISSION_ARTICLE,
	SUBMISSION_PENALTY_MONTHS,
	SUBMISSION_WARRANT_NUMBER,
	SUBMISSION_WARRANT_ISSUER,
	SUBMISSION_WARRANT_DATE,
	SUBMISSION_WARRANT_EXPIRY,
	SUBMISSION_MEASURE,
	SUBMISSION_PURPOSE,
	SUBMISSION_HANDLING,
	SUBMISSION_NOTES,
	SUBMISSION_COLUMNS,
};

struct submission_problem {
	enum submission_column column; /* SUBMISSION_COLUMNS: none of the template's */
	struct text field;             /* the column's heading as the file has it, or its name */
	struct text value;             /* what stands there, shortened; may be empty */
	const char *reason;            /* a word of data/problems.tsv */
	int64_t limit;                 /* characters, values or the other row, where the reason speaks of one; else 0 */
};

#define SUBMISSION_DOCUMENTS_MAX 16u
#define SUBMISSION_MEASURES_MAX 5u

struct submission_document {
	const char *kind;    /* "passport", "identity-card" */
	struct text number;
	char country[3];     /* alpha-2, or empty */
};

/* A row that is good. Dates are YYYY-MM-DD, a birth date may be partial. */
struct nomination {
	struct entity person; /* FollowTheMoney Person; its id is the reference */
	struct submission_document documents[SUBMISSION_DOCUMENTS_MAX];
	size_t document_count;
	struct text offence, law, article, purpose;
	int64_t penalty_months; /* -1: not given */
	struct text warrant_number, warrant_issuer, warrant_date, warrant_expiry;
	struct text measures[SUBMISSION_MEASURES_MAX]; /* words: "refuse-entry"... */
	size_t measure_count;
	uint8_t handling;
};

struct submission_row {
	int64_t row; /* as the sender's program shows it: the sheet's row, the file's record or line, the item of an array */
	struct text reference, name;
	struct submission_problem *problems;
	size_t problem_count;
	struct nomination *nomination; /* NULL where there are problems */
};

struct submission {
	const char *format;  /* "csv", "xlsx", "json" */
	const char *charset; /* "utf-8", "cp949"... */
	struct submission_row *rows;
	size_t count, refused;
};

struct submission_source {
	struct bytes file;
	struct text charset;  /* declared with it, or empty */
	struct text language; /* of the sender: "en", "km", "ko", "zh", or empty */
	int64_t now_ms;
};

/* All memory is the arena's (SUBMISSION_MEMORY_MAX). Fails: ST_MALFORMED and ST_LIMIT with a reason ("file-...", "header-...")
 * and, where there is one, a row; ST_NO_MEMORY. Cost: linear in the file. */
MUST_USE enum status submission_read(const struct submission_source *source, struct arena *arena, struct submission *ret_submission,
				     struct error *ret_error);

/* A nomination as canonical JSON (RFC 8785), for comparing and for the ledger: the same row gives the same bytes. */
void submission_write(const struct nomination *nomination, struct buffer *out);

#endif
