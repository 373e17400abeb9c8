#include <getopt.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/copying.h"
#include "cli/edition_set.h"
#include "cli/source.h"
#include "cli/world.h"
#include "edition/listing.h"

#define MEMORY_MAX ((size_t)8 << 30)

static const char usage_text[] =
	"usage: cordon export --edition FILE [--keys FILE] [--expired]\n"
	"       cordon export --all --db URL FOLDER\n"
	"\n"
	"Writes the listed persons of an edition as FollowTheMoney JSON lines to standard output, after checking it as\n"
	"`cordon verify edition` does. Clearances are of persons who are not listed, and are left out.\n"
	"\n"
	"--all writes the whole database, as it stands at one moment, to FOLDER, which must not be there yet or be empty: JSON\n"
	"lines, and a manifest with the number of rows and the SHA-256 of each file. The hub may go on meanwhile.\n"
	"docs/formats/export.md describes it; `cordon restore` reads it, into a database of either kind.\n";

static enum status records_write(const struct edition *edition, struct error *ret_error)
{
	struct arena arena;
	struct buffer line;
	enum status st = ST_OK;

	arena_init(&arena, (size_t)64 << 20);
	buffer_init(&line, (size_t)64 << 20);
	for (size_t i = 0; i < edition_count(edition) && st == ST_OK; i++) {
		struct listing listing;

		if (edition_at(edition, i)->kind != EDITION_LISTING)
			continue;
		arena_clear(&arena);
		buffer_clear(&line);
		st = listing_read(edition_at(edition, i), &arena, &listing, ret_error);
		if (st != ST_OK)
			break;
		listing.person.dataset_count = 0;
		if (entity_add_dataset(&listing.person, edition_manifest(edition)->list) != ST_OK)
			st = arena_failure(&arena, ret_error);
		entity_write(&listing.person, &line);
		buffer_add_char(&line, '\n');
		if (st == ST_OK && (buffer_status(&line) != ST_OK || fwrite(line.data, 1, line.len, stdout) != line.len))
			st = error_set(ret_error, ST_UNAVAILABLE, "cannot be written");
	}
	if (fflush(stdout) != 0 && st == ST_OK)
		st = error_set(ret_error, ST_UNAVAILABLE, "cannot be written");
	arena_release(&arena);
	buffer_release(&line);
	return st;
}

static enum status export_edition(const char *path, const char *keys_path, bool expired_too, struct error *ret_error)
{
	struct edition_trust trust = {.now_ms = env_now(world_env()), .expired_too = expired_too};
	struct edition *edition = NULL;
	struct edition_keys keys;
	struct buffer file;
	struct arena arena;
	enum status st;

	arena_init(&arena, (size_t)16 << 20);
	buffer_init(&file, 0);
	if (keys_path) {
		TRY_OUT(keys_load(keys_path, &arena, &keys, ret_error));
		trust.keys = &keys;
	}
	TRY_OUT(file_whole(path, &file, ret_error));
	TRY_OUT(edition_new(MEMORY_MAX, &edition, ret_error));
	TRY_OUT(edition_take(edition, buffer_bytes(&file), &trust, ret_error));
	st = records_write(edition, ret_error);
out:
	edition_free(edition);
	buffer_release(&file);
	arena_release(&arena);
	return st;
}

int command_export(int argc, char **argv)
{
	static const struct option options[] = {
		{"all", no_argument, NULL, 'a'}, {"db", required_argument, NULL, 'd'}, {"edition", required_argument, NULL, 'e'}, {"keys", required_argument, NULL, 'k'}, {"expired", no_argument, NULL, 'x'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0},
	};
	const char *edition = NULL, *keys = NULL, *db = NULL;
	struct error error = {.code = ST_OK};
	bool expired_too = false, all = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 0;
		}
		if (option == 'e')
			edition = optarg;
		else if (option == 'a')
			all = true;
		else if (option == 'd')
			db = optarg;
		else if (option == 'k')
			keys = optarg;
		else if (option == 'x')
			expired_too = true;
		else
			break;
	}
	if (option != -1 || all != (db != NULL) || all == (edition != NULL) || optind + (all ? 1 : 0) != argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (all)
		return copy_out("cordon export", db, argv[optind], true);
	if (export_edition(edition, keys, expired_too, &error) == ST_OK)
		return 0;
	fprintf(stderr, "cordon export: %s: %s%s%s\n", edition, error.reason, error.reason[0] ? ": " : "", error.message);
	return 1;
}
