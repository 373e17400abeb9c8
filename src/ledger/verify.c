#include "ledger/verify.h"

#include <stdio.h>

#include "ledger/verifying.h"

#define VERIFY_BYTES_MAX ((size_t)1 << 30)

void verify_found(struct verifying *v, const char *what, const char *format, ...)
{
	char detail[512];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof detail, format, args);
	va_end(args);
	v->told->findings++;
	if (v->options->found)
		v->options->found(v->options->context, &(struct ledger_finding){what, v->log, detail});
}

struct verify_all {
	const struct ledger_verify_options *options;
	struct ledger_verified *told;
};

static enum status verify_log(struct db_tx *tx, const struct verify_all *all, const char *log, struct error *ret_error)
{
	struct arena arena;
	struct verifying v = {.options = all->options, .told = all->told, .tx = tx, .arena = &arena, .log = log};
	enum status st;

	arena_init(&arena, VERIFY_BYTES_MAX);
	TRY_OUT(verify_checkpoints(&v, ret_error));
	TRY_OUT(verify_cosignatures(&v, ret_error));
	TRY_OUT(verify_leaves(&v, ret_error));
	TRY_OUT(verify_tiles(&v, ret_error));
	all->told->logs++;
out:
	arena_release(&arena);
	return st;
}

/* Logs that the database knows of, and those that there are keys for. */
static const char logs_sql[] = "SELECT log FROM ledger_head UNION SELECT log FROM ledger_checkpoint "
			       "UNION SELECT log FROM ledger_leaf UNION SELECT log FROM ledger_tile ORDER BY log";

static bool log_listed(const struct db_rows *logs, const char *log)
{
	for (size_t i = 0; i < logs->rows; i++)
		if (text_equal(db_text(logs, i, 0), text_of(log)))
			return true;
	return false;
}

static enum status verify_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct verify_all *all = context;
	struct verifying rest = {.options = all->options, .told = all->told, .tx = tx, .log = ""};
	struct arena arena;
	struct db_rows logs;
	char log[256];
	enum status st;

	*all->told = (struct ledger_verified){0};
	arena_init(&arena, 1 << 20);
	TRY_OUT(db_query(tx, logs_sql, DB_NO_PARAMS, &arena, &logs, ret_error));
	for (size_t i = 0; i < logs.rows; i++) {
		snprintf(log, sizeof log, "%.*s", TEXT_ARG(db_text(&logs, i, 0)));
		TRY_OUT(verify_log(tx, all, log, ret_error));
	}
	for (size_t i = 0; i < all->options->trust.key_count; i++) {
		rest.log = all->options->trust.keys[i].log;
		if (!log_listed(&logs, rest.log))
			verify_found(&rest, "head-edited", "log %s, for which there is a key, is gone", rest.log);
	}
	rest.log = "";
	for (size_t i = 0; i < all->options->record_count; i++)
		TRY_OUT(verify_record(&rest, all->options->records[i], ret_error));
out:
	arena_release(&arena);
	return st;
}

enum status ledger_verify(struct db *db, const struct ledger_verify_options *options, struct ledger_verified *ret,
			  struct error *ret_error)
{
	struct verify_all all = {options, ret};

	return db_transact(db, DB_READ, verify_work, &all, ret_error);
}

enum status ledger_verify_tx(struct db_tx *tx, const struct ledger_verify_options *options, struct ledger_verified *ret,
			     struct error *ret_error)
{
	struct verify_all all = {options, ret};

	return verify_work(tx, &all, ret_error);
}

/* ---- records ---- */

struct record_walk {
	struct verifying *v;
	const struct ledger_record *record;
};

static enum status record_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct record_walk *w = context;
	struct text name = db_text(row, 0, 0);

	(void)ret_error;
	w->v->told->records++;
	if (db_is_null(row, 0, 1))
		verify_found(w->v, "record-inserted", "row %.*s of table %s has no leaf: it was put in, or its leaf's id was changed",
			     TEXT_ARG(name), w->record->table);
	else if (!db_is_null(row, 0, 2) && !w->record->same(w->record->context, row))
		verify_found(w->v, "record-edited", "row %.*s of table %s is not what its leaf %.*s commits to", TEXT_ARG(name),
			     w->record->table, TEXT_ARG(db_text(row, 0, 1)));
	return ST_OK;
}

static enum status missing_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct record_walk *w = context;

	(void)ret_error;
	verify_found(w->v, "record-deleted", "leaf %.*s (place %lld) has no row in table %s", TEXT_ARG(db_text(row, 0, 0)),
		     db_is_null(row, 0, 1) ? -1LL : (long long)db_int(row, 0, 1), w->record->table);
	return ST_OK;
}

enum status verify_record(struct verifying *v, const struct ledger_record *record, struct error *ret_error)
{
	struct record_walk w = {v, record};

	TRY(db_each(v->tx, record->sql, DB_NO_PARAMS, record_row, &w, ret_error));
	return db_each(v->tx, record->missing_sql, DB_NO_PARAMS, missing_row, &w, ret_error);
}
