#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/edition_set.h"
#include "figure/output.h"
#include "figure/release.h"
#include "model/canonical.h"

#define WHO "cordon figures recompute"

static const char usage_text[] =
	"usage: cordon figures recompute --snapshot FILE [--release FILE]\n"
	"       cordon figures csv FILE\n"
	"\n"
	"recompute: makes a release anew from its frozen snapshot (an auditor takes it from the hub), with what is withheld found anew, and\n"
	"writes it; with --release it is compared with what was released, and each figure that differs is named.\n"
	"csv: a release as a table.\n"
	"exit status: 0 the same, 1 it differs (or could not be read), 2 wrong usage\n";

static enum status json_file(const char *path, json_t **ret, struct error *ret_error)
{
	struct buffer file;

	TRY(file_whole(path, &file, ret_error));
	*ret = json_loadb((const char *)file.data, file.len, JSON_REJECT_DUPLICATES, NULL);
	buffer_release(&file);
	return *ret ? ST_OK : error_because(ret_error, ST_MALFORMED, "figures-malformed", NULL, "%.150s is no JSON", path);
}

static bool same(const json_t *a, const json_t *b)
{
	char x[FIGURE_HASH_SIZE], y[FIGURE_HASH_SIZE];

	return a && b && figure_hash(a, x) == ST_OK && figure_hash(b, y) == ST_OK && strcmp(x, y) == 0;
}

/* Member by member; the figures one by one. */
static size_t compare(json_t *made, json_t *released)
{
	json_t *items = json_object_get(made, "items"), *theirs = json_object_get(released, "items"), *value;
	size_t differences = 0;
	const char *name;

	json_object_foreach(made, name, value)
		if (strcmp(name, "items") != 0 && !same(value, json_object_get(released, name))) {
			printf("%s: not what the snapshot gives\n", name);
			differences++;
		}
	for (size_t i = 0; i < json_array_size(items) || i < json_array_size(theirs); i++) {
		const json_t *one = json_array_get(items, i), *other = json_array_get(theirs, i);
		const char *id = json_string_value(json_object_get(one ? one : other, "id"));

		if (same(one, other))
			continue;
		printf("%s: not what the snapshot gives\n", id ? id : "?");
		differences++;
	}
	return differences;
}

static enum status recompute(const char *snapshot_path, const char *release_path, size_t *ret_differences, struct error *ret_error)
{
	json_t *snapshot = NULL, *document = NULL, *released = NULL;
	struct buffer out;
	enum status st;

	buffer_init(&out, 2 * FIGURE_SIZE_MAX);
	TRY_OUT(json_file(snapshot_path, &snapshot, ret_error));
	TRY_OUT(figure_make(snapshot, &document, ret_error));
	if (release_path) {
		TRY_OUT(json_file(release_path, &released, ret_error));
		*ret_differences = compare(document, released);
		printf("%zu figures computed anew: %s\n", json_array_size(json_object_get(document, "items")),
		       *ret_differences ? "IT DIFFERS" : "the same");
		goto out;
	}
	TRY_OUT(canonical_write(document, &out));
	st = buffer_status(&out);
	if (st == ST_OK && (fwrite(out.data, 1, out.len, stdout) != out.len || putchar('\n') == EOF))
		st = error_set(ret_error, ST_UNAVAILABLE, "it cannot be written");
out:
	buffer_release(&out);
	json_decref(snapshot);
	json_decref(document);
	json_decref(released);
	return st;
}

static enum status csv(const char *path, struct error *ret_error)
{
	struct buffer out;
	json_t *document;
	enum status st;

	TRY(json_file(path, &document, ret_error));
	buffer_init(&out, 2 * FIGURE_SIZE_MAX);
	figure_csv(document, &out);
	json_decref(document);
	st = buffer_status(&out);
	if (st != ST_OK || fwrite(out.data, 1, out.len, stdout) != out.len)
		st = error_set(ret_error, st == ST_OK ? ST_UNAVAILABLE : st, "it cannot be written");
	buffer_release(&out);
	return st;
}

int command_figures(int argc, char **argv)
{
	static const struct option options[] = {{"snapshot", required_argument, NULL, 's'}, {"release", required_argument, NULL, 'r'},
						{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	const char *snapshot = NULL, *release = NULL;
	struct error error = {.code = ST_OK};
	size_t differences = 0;
	int option;
	enum status st;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 0;
		}
		if (option == '?')
			goto wrong;
		*(option == 's' ? &snapshot : &release) = optarg;
	}
	if (argc - optind == 1 && strcmp(argv[optind], "recompute") == 0 && snapshot)
		st = recompute(snapshot, release, &differences, &error);
	else if (argc - optind == 2 && strcmp(argv[optind], "csv") == 0 && snapshot == NULL && release == NULL)
		st = csv(argv[optind + 1], &error);
	else
		goto wrong;
	if (st != ST_OK)
		fprintf(stderr, WHO ": %s%s%s%s%s\n", error.reason, error.reason[0] ? ": " : "", error.field, error.field[0] ? ": " : "", error.message);
	return st == ST_OK && differences == 0 ? 0 : 1;
wrong:
	fputs(usage_text, stderr);
	return 2;
}
