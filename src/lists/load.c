#include "lists/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lists/file.h"
#include "lists/kept.h"

/* What of a file is to be taken. It only ever moves down, which ends the passes below. */
enum taken { TAKE_FILE, TAKE_KEPT, TAKE_NOTHING, TAKE_GONE };

struct listed_file {
	char *name;
	struct text stem;
	enum taken taken;
	int64_t changed_ns;
	struct error why; /* the file itself is bad */
};

struct loading {
	struct lists_snapshot *snapshot;
	const struct lists_told *told;
	const char *folder;
	struct listed_file *files;
	size_t count;
	/* Of one pass: */
	struct index_builder *builder;
	struct listed_file *file;
	struct kept_writer *keeping; /* NULL while a kept copy is read */
};

static void say(const struct loading *l, const char *line)
{
	if (l->told && l->told->say)
		l->told->say(l->told->context, line);
}

/* ---- one file ---- */

/* What is known of a dataset through one more file: its oldest date, its worst state. */
static void dataset_date(struct lists_dataset *dataset, int64_t changed_ns)
{
	char at[LISTS_TIME_SIZE];
	size_t n = 0;

	lists_time(changed_ns / 1000000, at);
	if (changed_ns == 0 || (dataset->updated_at[0] && strcmp(dataset->updated_at, at) <= 0))
		return;
	memcpy(dataset->updated_at, at, sizeof at);
	for (const char *c = at; *c; c++)
		if (*c >= '0' && *c <= '9')
			dataset->version[n++] = *c;
	dataset->version[n] = '\0';
}

static enum status dataset_trouble(const struct loading *l, struct lists_dataset *dataset)
{
	const struct listed_file *f = l->file;
	char line[2 * ERROR_MESSAGE_SIZE], row[32] = "", day[LISTS_TIME_SIZE] = "";

	if (f->taken == TAKE_FILE || dataset->state != LISTS_CURRENT)
		return ST_OK;
	dataset->state = f->taken == TAKE_KEPT ? LISTS_OLD : LISTS_FAILED;
	lists_time(f->changed_ns / 1000000, day);
	if (f->why.row)
		snprintf(row, sizeof row, "row %lld: ", (long long)f->why.row);
	if (f->taken == TAKE_KEPT)
		snprintf(line, sizeof line, "%s: %s%s; its last good content, of %.10s, stays in force", f->name, row,
			 f->why.message, day);
	else
		snprintf(line, sizeof line, "%s: %s%s; nothing of it is in force", f->name, row, f->why.message);
	return arena_text(&l->snapshot->arena, text_of(line), &dataset->trouble);
}

static enum status dataset_met(const struct loading *l, struct text name, bool is_file)
{
	struct lists_dataset *dataset;

	TRY(snapshot_dataset_add(l->snapshot, name, &dataset));
	dataset_date(dataset, l->file->changed_ns);
	TRY(dataset_trouble(l, dataset));
	if (is_file)
		return arena_text(&l->snapshot->arena, text_of(l->file->name), &dataset->file);
	return ST_OK;
}

/* Every entity also belongs to the list that its file is. */
static enum status take_entity(void *context, const struct entity *entity, struct error *ret_error)
{
	struct loading *l = context;
	struct entity copy = *entity;
	bool there = false;

	if (l->keeping)
		kept_add(l->keeping, entity);
	for (size_t i = 0; i < copy.dataset_count; i++) {
		there = there || text_equal(copy.datasets[i], l->file->stem);
		TRY(dataset_met(l, copy.datasets[i], false));
	}
	if (!there) {
		struct text *grown = ARENA_NEW(copy.arena, struct text, copy.dataset_count + 1);

		if (grown == NULL)
			return arena_failure(copy.arena, ret_error);
		if (copy.dataset_count)
			memcpy(grown, copy.datasets, copy.dataset_count * sizeof *grown);
		grown[copy.dataset_count++] = l->file->stem;
		copy.datasets = grown;
	}
	return index_builder_add(l->builder, &copy, ret_error);
}

/* The message of a failed open begins with the path: people know the file by its name. */
static void strip_folder(const struct loading *l, struct error *error)
{
	size_t folder = strlen(l->folder) + 1, name = strlen(l->file->name);
	char *m = error->message;

	if (strncmp(m, l->folder, folder - 1) != 0 || m[folder - 1] != '/')
		return;
	memmove(m, m + folder, strlen(m + folder) + 1);
	if (strncmp(m, l->file->name, name) == 0 && strncmp(m + name, ": ", 2) == 0)
		memmove(m, m + name + 2, strlen(m + name + 2) + 1);
}

static enum status read_file(struct loading *l, struct error *ret_error)
{
	struct exchange_sink sink = {take_entity, NULL, l};
	struct exchange_report report;
	struct file_source source;
	struct kept_writer keeping;
	struct stat info;
	char path[4096];
	enum status st;

	if (snprintf(path, sizeof path, "%s/%s", l->folder, l->file->name) >= (int)sizeof path)
		return error_set(ret_error, ST_LIMIT, "the path is too long");
	if (lists_is_companion(l->file->name))
		return error_set(ret_error, ST_MALFORMED, "it belongs beside OFAC's sdn.csv, which is not here");
	st = file_source_open(path, &source, ret_error);
	if (st != ST_OK) {
		strip_folder(l, ret_error);
		/* It has a name still: not deleted, but a link whose end is missing. */
		return st == ST_NOT_FOUND && lstat(path, &info) == 0 ? ST_UNAVAILABLE : st;
	}
	file_source_settle(&source);
	l->file->changed_ns = source.changed_ns;
	kept_begin(&keeping, l->folder, l->file->name, source.changed_ns, source.fingerprint);
	l->keeping = &keeping;
	st = exchange_read(&source.source, &sink, &report, ret_error);
	l->keeping = NULL;
	if (st == ST_OK && file_source_moved(&source))
		st = error_set(ret_error, ST_UNAVAILABLE, "it was written to while it was read");
	kept_end(&keeping, st == ST_OK);
	file_source_close(&source);
	if (st == ST_OK && keeping.error.code != ST_OK) {
		char line[2 * ERROR_MESSAGE_SIZE];

		snprintf(line, sizeof line, "%s: %s", l->file->name, keeping.error.message);
		say(l, line);
	}
	return st;
}

/* One file into the builder; a failure that is the file's own moves it down. Fails: ST_NO_MEMORY. */
static enum status take_file(struct loading *l, bool *ret_spoilt)
{
	struct listed_file *f = l->file;
	struct exchange_sink sink = {take_entity, NULL, l};
	struct error why = {.code = ST_OK};
	enum status st = ST_OK;

	if (f->taken == TAKE_FILE)
		st = read_file(l, &why);
	else if (f->taken == TAKE_KEPT)
		st = kept_read(l->folder, f->name, &sink, &f->changed_ns, &why);
	if (st == ST_NO_MEMORY)
		return st;
	if (st == ST_OK)
		return f->taken == TAKE_GONE ? ST_OK : dataset_met(l, f->stem, true);
	*ret_spoilt = true;
	if (f->taken == TAKE_FILE) {
		f->why = why;
		f->why.code = st;
		f->taken = st == ST_NOT_FOUND ? TAKE_GONE : TAKE_KEPT;
	} else {
		f->taken = TAKE_NOTHING;
		f->changed_ns = 0;
	}
	return ST_OK;
}

/* ---- all of them ---- */

static bool is_there(const void *context, const char *name)
{
	const struct loading *l = context;

	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->files[i].name, name) == 0)
			return l->files[i].taken != TAKE_GONE;
	return false;
}

static int is_list(const struct dirent *entry)
{
	return lists_is_file(entry->d_name);
}

static enum status folder_scan(struct loading *l, struct error *ret_error)
{
	struct dirent **names = NULL;
	int count = scandir(l->folder, &names, is_list, alphasort);
	bool has_main = false;
	enum status st = ST_OK;

	if (count < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", l->folder,
				 strerror(errno));
	for (int i = 0; i < count; i++)
		has_main = has_main || lists_has_companions(names[i]->d_name);
	if (count > (int)LISTS_FILES_MAX)
		st = error_set(ret_error, ST_LIMIT, "%s: more than %u lists", l->folder, LISTS_FILES_MAX);
	else
		l->files = calloc((size_t)count + 1, sizeof *l->files);
	if (st == ST_OK && l->files == NULL)
		st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (int i = 0; i < count; i++) {
		const char *name = names[i]->d_name;

		if (st == ST_OK && !(has_main && lists_is_companion(name))) {
			struct listed_file *f = &l->files[l->count];
			struct text stem = {name, text_find(text_of(name), '.', 0)};

			f->name = strdup(name);
			/* A name that is no UTF-8 gives no dataset. */
			if (text_check(text_bytes(stem), &stem, NULL) != ST_OK) {
				say(l, "a file is left out whose name is not UTF-8");
				free(f->name);
			} else if (f->name == NULL) {
				st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
			} else {
				f->stem = (struct text){f->name, stem.len};
				l->count++;
			}
		}
		free(names[i]);
	}
	free(names);
	return st;
}

/* Takes all files into a fresh builder. A bad file spoils the pass, for some of it is in the builder; it goes on all the
 * same to know the others, and the next pass takes what is left of the bad ones. */
static enum status pass(struct loading *l, unsigned threads, bool *ret_spoilt, struct error *ret_error)
{
	struct index_limits limits = {0, threads};

	*ret_spoilt = false;
	l->snapshot->datasets = NULL;
	l->snapshot->dataset_count = 0;
	TRY(index_builder_new(&limits, &l->builder, ret_error));
	for (size_t i = 0; i < l->count; i++) {
		l->file = &l->files[i];
		if (take_file(l, ret_spoilt) != ST_OK)
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	return ST_OK;
}

static void say_troubles(const struct loading *l)
{
	const struct lists_snapshot *s = l->snapshot;
	char line[2 * ERROR_MESSAGE_SIZE];

	for (size_t i = 0; i < s->dataset_count; i++) {
		const struct lists_dataset *d = &s->datasets[i];

		if (d->trouble.len == 0 || d->file.len == 0)
			continue;
		snprintf(line, sizeof line, "%.*s", TEXT_ARG(d->trouble));
		say(l, line);
	}
}

enum status lists_load_folder(const char *folder, unsigned threads, const struct lists_told *told,
			      struct lists_snapshot *snapshot, struct index_builder **ret_builder,
			      struct error *ret_error)
{
	struct loading l = {.snapshot = snapshot, .told = told, .folder = folder};
	enum status st = folder_scan(&l, ret_error);
	bool spoilt = st == ST_OK;

	while (st == ST_OK && spoilt) {
		index_builder_free(l.builder);
		l.builder = NULL;
		st = pass(&l, threads, &spoilt, ret_error);
	}
	for (size_t i = 0; i < l.count; i++) {
		const struct listed_file *f = &l.files[i];

		if (f->taken == TAKE_KEPT || f->taken == TAKE_NOTHING) {
			snapshot->troubled++;
			snapshot->may_pass = snapshot->may_pass || f->why.code == ST_UNAVAILABLE;
		}
	}
	if (st == ST_OK) {
		say_troubles(&l);
		kept_sweep(folder, is_there, &l);
		*ret_builder = l.builder;
		l.builder = NULL;
	}
	index_builder_free(l.builder);
	for (size_t i = 0; i < l.count; i++)
		free(l.files[i].name);
	free(l.files);
	return st;
}
