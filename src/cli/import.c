#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/fetching.h"
#include "cli/source.h"
#include "lists/image_file.h"

static const char usage_text[] =
	"usage: cordon import [--report] [-o OUT.ftm.jsonl] FILE...\n"
	"       cordon import --index OUT FILE...\n"
	"       cordon import --as NAME [--into DIR] [--sources FILE] [--max-megabytes N] [--force] FILE...\n"
	"\n"
	"Recognises each file by its content and writes it as FollowTheMoney JSON lines to OUT, or to standard output.\n"
	"What was taken, and every row passed over with its reason, is told on standard error; --report writes only the\n"
	"counts, as one JSON object a file, and no entities. OUT is replaced only if every file was read whole.\n"
	"--index builds all files into one index, which \"cordon screen --index OUT\" maps instead of reading them again.\n"
	"\n"
	"--as keeps the files as the published list NAME (`cordon lists` names them), as if they had been downloaded: checked\n"
	"by reading them whole, and put in place of what the folder holds only if they are good. A list of several files\n"
	"wants them in the order of data/list_sources.tsv.\n";

struct writing {
	FILE *out; /* NULL: only counting */
	struct buffer line;
	const char *path;
};

static enum status write_entity(void *context, const struct entity *entity, struct error *ret_error)
{
	struct writing *w = context;

	if (w->out == NULL)
		return ST_OK;
	buffer_clear(&w->line);
	entity_write(entity, &w->line);
	buffer_add_char(&w->line, '\n');
	if (buffer_status(&w->line) != ST_OK || fwrite(w->line.data, 1, w->line.len, w->out) != w->line.len)
		return error_set(ret_error, ST_UNAVAILABLE, "cannot be written");
	return ST_OK;
}

static void say_skipped(void *context, int64_t row, const char *field, const char *reason)
{
	const struct writing *w = context;

	fprintf(stderr, "%s: row %lld: %s: %s\n", w->path, (long long)row, field, reason);
}

static void say_report(FILE *out, const char *path, const struct exchange_report *r)
{
	fprintf(out,
		"{\"file\":\"%s\",\"format\":\"%s\",\"entities\":%llu,\"listed\":%llu,\"persons\":%llu,\"names\":%llu,"
		"\"aliases\":%llu,\"weak_aliases\":%llu,\"dates\":%llu,\"identifiers\":%llu,\"skipped\":%llu}\n",
		path, r->format, (unsigned long long)r->entities, (unsigned long long)r->listed,
		(unsigned long long)r->persons, (unsigned long long)r->names, (unsigned long long)r->aliases,
		(unsigned long long)r->weak_aliases, (unsigned long long)r->dates, (unsigned long long)r->identifiers,
		(unsigned long long)r->skipped);
}

static enum status import_one(struct writing *w, const char *path, bool only_report, struct error *ret_error)
{
	struct file_source file;
	struct exchange_report report;
	struct exchange_sink sink = {write_entity, say_skipped, w};
	enum status st;

	w->path = path;
	TRY(file_source_open(path, &file, ret_error));
	file_source_settle(&file);
	st = exchange_read(&file.source, &sink, &report, ret_error);
	file_source_close(&file);
	if (st == ST_OK)
		say_report(only_report ? stdout : stderr, path, &report);
	return st;
}

/* Writes beside the file wanted and moves it there at the end, so that a failure leaves the old one. */
static int import_all(char *const *paths, int count, const char *out_path, bool only_report)
{
	struct writing w = {.out = only_report ? NULL : stdout};
	struct error error = {.code = ST_OK};
	char temporary[4096];
	enum status st = ST_OK;

	buffer_init(&w.line, (size_t)256 << 20);
	if (out_path) {
		snprintf(temporary, sizeof temporary, "%s.part", out_path);
		w.out = fopen(temporary, "w");
		if (w.out == NULL) {
			fprintf(stderr, "cordon import: %s cannot be written\n", out_path);
			return 1;
		}
	}
	for (int i = 0; i < count && st == ST_OK; i++) {
		st = import_one(&w, paths[i], only_report, &error);
		if (st != ST_OK)
			say_error("cordon import", paths[i], &error);
	}
	if (w.out && (fflush(w.out) != 0 || (out_path && fsync(fileno(w.out)) != 0)))
		st = ST_UNAVAILABLE;
	if (out_path) {
		fclose(w.out);
		if (st != ST_OK || rename(temporary, out_path) != 0) {
			unlink(temporary);
			st = st == ST_OK ? ST_UNAVAILABLE : st;
		}
	}
	buffer_release(&w.line);
	return st == ST_OK ? 0 : 1;
}

static int import_index(char *const *paths, int count, const char *out_path)
{
	struct loading loading = {.threads = 2, .progress = isatty(STDERR_FILENO), .say_skipped = true};
	struct error error = {.code = ST_OK, .position = -1};
	struct buffer image;
	enum status st;

	buffer_init(&image, (size_t)64 << 30);
	st = lists_load(paths, (size_t)count, &loading, &image, &error);
	if (st == ST_OK)
		st = image_file_save(buffer_bytes(&image), out_path, &error);
	if (st != ST_OK)
		say_error("cordon import", NULL, &error);
	buffer_release(&image);
	return st == ST_OK ? 0 : 1;
}

int command_import(int argc, char **argv)
{
	static const struct option options[] = {
		{"report", no_argument, NULL, 'r'}, {"out", required_argument, NULL, 'o'}, {"index", required_argument, NULL, 'x'},
		{"help", no_argument, NULL, 'h'}, {"as", required_argument, NULL, 'a'}, FETCHING_OPTIONS, {NULL, 0, NULL, 0},
	};
	struct fetching fetching;
	const char *out = NULL, *index = NULL, *as = NULL;
	bool report = false;
	int option;

	fetching_init(&fetching);
	while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 0;
		}
		if (option == 'r')
			report = true;
		else if (option == 'o')
			out = optarg;
		else if (option == 'x')
			index = optarg;
		else if (option == 'a')
			as = optarg;
		else if (!fetching_take(&fetching, option, optarg))
			break;
	}
	if (option != -1 || optind == argc || (as != NULL) + (index != NULL) + (out || report) > 1) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (index)
		return import_index(argv + optind, argc - optind, index);
	if (as)
		return fetching_import(&fetching, as, (const char *const *)argv + optind, (size_t)(argc - optind));
	return import_all(argv + optind, argc - optind, out, report);
}
