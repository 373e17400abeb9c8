#include "exchange/submission_intake.h"

#include "model/time.h"
#include "text/clean.h"

#define HEADER_TRIES 20u       /* a title may stand above the header */
#define VALUE_SHOWN_MAX 120u   /* bytes of a value told with a problem */
#define EXAMPLE "EXAMPLE"      /* reference of the template's example row */
#define HOUR_MS ((int64_t)3600 * 1000)

enum status intake_begin(struct intake *in, const struct submission_source *source, struct arena *arena, struct submission *out,
			 struct error *ret_error)
{
	char now[TIME_SIZE];

	*in = (struct intake){.arena = arena, .out = out};
	/* UTC+14. A warrant whose last day has ended there counts as expired: rather hours too early than too late. */
	time_write(source->now_ms + 14 * HOUR_MS, now);
	memcpy(in->latest_day, now, 10);
	for (int i = 0; i < SUBMISSION_COLUMNS; i++)
		in->field[i] = submission_heading((enum submission_column)i)->name;
	in->reference_room = 2 * SUBMISSION_ROWS_MAX + 1;
	in->references = ARENA_NEW(arena, uint32_t, in->reference_room);
	return in->references ? ST_OK : arena_failure(arena, ret_error);
}

/* ---- problems ---- */

static struct text shown(struct text value)
{
	size_t at = 0, len = 0;

	while (at < value.len && at <= VALUE_SHOWN_MAX) {
		len = at;
		(void)text_next(value, &at);
	}
	return at >= value.len && at <= VALUE_SHOWN_MAX ? value : (struct text){value.data, len};
}

static void add(struct intake *in, const struct submission_problem *problem)
{
	for (size_t i = 0; i < in->problem_count; i++)
		if (in->problems[i].column == problem->column && strcmp(in->problems[i].reason, problem->reason) == 0 &&
		    text_equal(in->problems[i].field, problem->field))
			return;
	if (in->problem_count < INTAKE_PROBLEMS_MAX)
		in->problems[in->problem_count++] = *problem;
}

void intake_problem(struct intake *in, enum submission_column column, struct text value, const char *reason, int64_t limit)
{
	add(in, &(struct submission_problem){column, in->field[column], shown(value), reason, limit});
}

void intake_stranger(struct intake *in, struct text field, struct text value, const char *reason)
{
	add(in, &(struct submission_problem){SUBMISSION_COLUMNS, shown(field), shown(value), reason, 0});
}

enum status intake_refuse(struct intake *in, struct submission_row *row, enum submission_column column, const char *reason)
{
	struct submission_problem *grown = ARENA_NEW(in->arena, struct submission_problem, row->problem_count + 1);

	if (grown == NULL)
		return arena_failure(in->arena, NULL);
	if (row->problem_count)
		memcpy(grown, row->problems, row->problem_count * sizeof *grown);
	grown[row->problem_count++] = (struct submission_problem){column, in->field[column], TEXT_NONE, reason, 0};
	in->out->refused += row->nomination != NULL;
	row->problems = grown;
	row->nomination = NULL;
	return ST_OK;
}

/* ---- the header ---- */

/* What a heading says, cleaned; a fault makes it unknown, not an error. */
static enum status heading_read(struct intake *in, const struct intake_cell *cell, struct text *ret)
{
	enum text_fault fault;

	return text_clean(cell->text, in->arena, ret, &fault);
}

static enum status bad_header(const char *reason, struct text field, int64_t row, struct error *ret_error)
{
	char name[ERROR_FIELD_SIZE];
	size_t len = 0;

	for (size_t at = 0; at < field.len;) {
		(void)text_next(field, &at);
		if (at < sizeof name)
			len = at;
	}
	if (len)
		memcpy(name, field.data, len);
	name[len] = '\0';
	error_because(ret_error, ST_MALFORMED, reason, name, "row %lld: the header: %s: %s", (long long)row, reason, name);
	if (ret_error)
		ret_error->row = row;
	return ST_MALFORMED;
}

/* Two headings that are known make a header: a title or a remark above has none. */
static enum status header_find(struct intake *in, const struct intake_cell *cells, size_t count, bool *ret_is)
{
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		struct text heading;

		TRY(heading_read(in, &cells[i], &heading));
		known += submission_column_of(heading) != SUBMISSION_COLUMNS;
	}
	*ret_is = known >= 2;
	return ST_OK;
}

static enum status header_take(struct intake *in, int64_t row, const struct intake_cell *cells, size_t count,
			       struct error *ret_error)
{
	bool seen[SUBMISSION_COLUMNS] = {false};

	for (size_t i = 0; i < count; i++) {
		struct text heading;
		enum submission_column column;

		TRY(heading_read(in, &cells[i], &heading));
		column = submission_column_of(heading);
		if (heading.len && column == SUBMISSION_COLUMNS)
			return bad_header("header-unknown", heading, row, ret_error);
		in->map[i] = column;
		if (column == SUBMISSION_COLUMNS)
			continue;
		if (seen[column])
			return bad_header("header-twice", heading, row, ret_error);
		seen[column] = true;
		in->field[column] = heading;
	}
	in->columns = count;
	for (int i = 0; i < SUBMISSION_COLUMNS; i++)
		if (text_equal(submission_heading((enum submission_column)i)->required, TEXT("y")) && !seen[i])
			return bad_header("header-missing", submission_heading((enum submission_column)i)->name, row, ret_error);
	in->has_header = true;
	return ST_OK;
}

/* ---- rows ---- */

/* Another row of the reference, or NULL; remembers this one if it is the first. */
static const struct submission_row *reference_twice(struct intake *in, struct text reference, size_t index)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */
	size_t at;

	for (size_t i = 0; i < reference.len; i++)
		hash = (hash ^ (uint8_t)reference.data[i]) * 1099511628211u;
	at = (size_t)(hash % in->reference_room);
	while (in->references[at]) {
		const struct submission_row *other = &in->out->rows[in->references[at] - 1];

		if (text_equal(other->reference, reference))
			return other;
		at = at + 1 == in->reference_room ? 0 : at + 1;
	}
	in->references[at] = (uint32_t)index + 1;
	return NULL;
}

static enum status row_room(struct intake *in, struct error *ret_error)
{
	size_t room = in->room ? in->room * 2 : 64;
	struct submission_row *grown;

	if (in->out->count == SUBMISSION_ROWS_MAX)
		return error_because(ret_error, ST_LIMIT, "file-rows", NULL, "more than %u rows", SUBMISSION_ROWS_MAX);
	if (in->out->count < in->room)
		return ST_OK;
	grown = ARENA_NEW(in->arena, struct submission_row, room);
	if (grown == NULL)
		return arena_failure(in->arena, ret_error);
	if (in->out->count)
		memcpy(grown, in->out->rows, in->out->count * sizeof *grown);
	in->out->rows = grown;
	in->room = room;
	return ST_OK;
}

void intake_row_begin(struct intake *in)
{
	memset(in->cells, 0, sizeof in->cells);
	in->problem_count = 0;
}

enum status intake_row(struct intake *in, int64_t row, struct error *ret_error)
{
	const struct submission_row *other = NULL;
	struct nomination *made = NULL;
	struct submission_row *r;

	TRY(row_room(in, ret_error));
	in->row = r = &in->out->rows[in->out->count];
	*r = (struct submission_row){.row = row};
	TRY(submission_check(in, &made));
	if (text_equal_nocase(r->reference, TEXT(EXAMPLE)))
		intake_problem(in, SUBMISSION_REFERENCE, r->reference, "example-row", 0);
	else if (r->reference.len)
		other = reference_twice(in, r->reference, in->out->count);
	if (other)
		intake_problem(in, SUBMISSION_REFERENCE, r->reference, "reference-twice", other->row);
	in->out->count++;
	if (in->problem_count == 0) {
		r->nomination = made;
		return ST_OK;
	}
	in->out->refused++;
	r->problems = ARENA_NEW(in->arena, struct submission_problem, in->problem_count);
	if (r->problems == NULL)
		return arena_failure(in->arena, ret_error);
	memcpy(r->problems, in->problems, in->problem_count * sizeof *r->problems);
	r->problem_count = in->problem_count;
	return ST_OK;
}

static bool is_empty(const struct intake_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cells[i].text.len || cells[i].reason)
			return false;
	return true;
}

enum status intake_table_row(struct intake *in, int64_t row, const struct intake_cell *cells, size_t count, struct error *ret_error)
{
	while (count && is_empty(&cells[count - 1], 1))
		count--;
	if (count == 0)
		return ST_OK;
	if (!in->has_header) {
		bool is = false;

		if (count > INTAKE_COLUMNS_MAX) {
			error_because(ret_error, ST_LIMIT, "file-columns", NULL, "more than %u columns", INTAKE_COLUMNS_MAX);
			return ST_LIMIT;
		}
		TRY(header_find(in, cells, count, &is));
		if (is)
			return header_take(in, row, cells, count, ret_error);
		if (++in->tried == HEADER_TRIES)
			return bad_header("header-none", TEXT_NONE, row, ret_error);
		return ST_OK;
	}
	intake_row_begin(in);
	for (size_t i = 0; i < count; i++) {
		enum submission_column column = i < in->columns ? in->map[i] : SUBMISSION_COLUMNS;

		if (column != SUBMISSION_COLUMNS)
			in->cells[column] = cells[i];
		else if (!is_empty(&cells[i], 1))
			intake_stranger(in, TEXT_NONE, cells[i].text, "cell-stranger");
	}
	return intake_row(in, row, ret_error);
}

enum status intake_end(struct intake *in, struct error *ret_error)
{
	if (in->out->count)
		return ST_OK;
	if (!in->has_header && in->tried)
		return bad_header("header-none", TEXT_NONE, 1, ret_error);
	return error_because(ret_error, ST_MALFORMED, "file-empty", NULL, "the file has no row");
}
