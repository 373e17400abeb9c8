#include "tally/files.h"

#include <sodium.h>
#include <stdio.h>

#include "figure/output.h"
#include "model/time.h"

#define FILES_MAX 2000u

struct filling_in {
	const struct tally *tally;
	struct arena *arena;
	struct tally_file *files;
	size_t count;
	struct figure_release *releases; /* newest first */
	size_t release_count;
};

static enum status file_add(struct filling_in *f, const char *name, const char *media, struct text content, struct error *ret_error)
{
	struct tally_file *file = &f->files[f->count];

	if (f->count == FILES_MAX)
		return error_set(ret_error, ST_LIMIT, "more files of figures than a bulletin can have");
	if (arena_text(f->arena, text_of(name), &file->name) != ST_OK || arena_text(f->arena, content, &file->content) != ST_OK)
		return arena_failure(f->arena, ret_error);
	file->media = text_of(media);
	f->count++;
	return ST_OK;
}

static enum status made_add(struct filling_in *f, const char *name, const char *media, struct buffer *made, struct error *ret_error)
{
	enum status st = buffer_status(made);

	if (st != ST_OK)
		error_set(ret_error, st, "%s cannot be written", name);
	else
		st = file_add(f, name, media, buffer_text(made), ret_error);
	buffer_clear(made);
	return st;
}

/* number, month, document, hash */
static enum status release_take(struct filling_in *f, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct figure_release *r = &f->releases[i];
	struct text document = db_text(rows, i, 2);
	char from[TALLY_DATE_SIZE], to[TALLY_DATE_SIZE], name[48], time[TIME_SIZE], hex[65];
	uint8_t digest[crypto_hash_sha256_BYTES];

	r->number = db_int(rows, i, 0);
	r->hash = db_text(rows, i, 3);
	r->size = document.len;
	tally_month_dates(db_int(rows, i, 1), from, to);
	time_write(db_int(rows, i, 4), time);
	snprintf(name, sizeof name, "figures-%lld.json", (long long)r->number);
	crypto_hash_sha256(digest, (const uint8_t *)document.data, document.len);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	if (arena_text(f->arena, text_of(from), &r->from) != ST_OK || arena_text(f->arena, text_of(to), &r->to) != ST_OK ||
	    arena_text(f->arena, text_of(name), &r->file) != ST_OK || arena_text(f->arena, text_of(time), &r->time) != ST_OK ||
	    arena_text(f->arena, text_of(hex), &r->sha256) != ST_OK)
		return arena_failure(f->arena, ret_error);
	/* Rows are by number downwards: the newer ones stand before. */
	for (size_t k = i; k-- > 0;)
		if (db_int(rows, k, 1) == db_int(rows, i, 1) && f->releases[k].revises == 0) {
			f->releases[k].revises = r->number;
			r->replaced_by = f->releases[k].number;
			break;
		}
	return file_add(f, name, "application/json", document, ret_error);
}

static enum status of_newest(struct filling_in *f, struct text document, struct buffer *made, struct error *ret_error)
{
	json_t *root = json_loadb(document.data, document.len, 0, NULL);
	char name[64];
	enum status st;

	if (root == NULL)
		return error_set(ret_error, ST_CORRUPT, "a release of figures cannot be read");
	TRY_OUT(file_add(f, "figures.json", "application/json", document, ret_error));
	figure_csv(root, made);
	TRY_OUT(made_add(f, "figures.csv", "text/csv; charset=utf-8", made, ret_error));
	for (size_t i = 0; figure_funnel_at(i); i++)
		for (unsigned l = 0; l < FIGURE_LANGUAGES; l++) {
			enum figure_language language = (enum figure_language)l;

			snprintf(name, sizeof name, "figures-%s.%s.svg", figure_funnel_at(i), figure_language_word(language));
			if (figure_chart(root, text_of(figure_funnel_at(i)), language, made))
				TRY_OUT(made_add(f, name, "image/svg+xml", made, ret_error));
		}
	st = ST_OK;
out:
	json_decref(root);
	return st;
}

static enum status fill(struct filling_in *f, const struct db_rows *rows, struct buffer *made, struct error *ret_error)
{
	size_t newest = 0;

	for (size_t i = 0; i < rows->rows; i++) {
		TRY(release_take(f, rows, i, ret_error));
		if (db_int(rows, i, 1) > db_int(rows, newest, 1))
			newest = i;
	}
	TRY(of_newest(f, db_text(rows, newest, 2), made, ret_error));
	figure_releases_json(f->releases, f->release_count, made);
	TRY(made_add(f, "figures.releases.json", "application/json", made, ret_error));
	figure_dcat(f->tally->hub, f->releases, f->release_count, made);
	return made_add(f, "figures.dcat.json", "application/ld+json", made, ret_error);
}

enum status tally_files(const struct tally *tally, struct db_tx *tx, struct arena *arena, const struct tally_file **ret_files,
			size_t *ret_count, struct error *ret_error)
{
	struct filling_in f = {.tally = tally, .arena = arena};
	struct buffer made;
	struct db_rows rows;
	enum status st = ST_OK;

	TRY(db_query(tx, "SELECT number, month, document, hash, released_at FROM figures_release WHERE state = 'released' ORDER BY number DESC",
		     DB_NO_PARAMS, arena, &rows, ret_error));
	f.files = ARENA_NEW(arena, struct tally_file, FILES_MAX);
	f.releases = ARENA_NEW(arena, struct figure_release, rows.rows + 1);
	f.release_count = rows.rows;
	if (f.files == NULL || f.releases == NULL)
		return arena_failure(arena, ret_error);
	buffer_init(&made, 2 * FIGURE_SIZE_MAX);
	if (rows.rows)
		st = fill(&f, &rows, &made, ret_error);
	buffer_release(&made);
	if (st == ST_OK) {
		*ret_files = f.files;
		*ret_count = f.count;
	}
	return st;
}
