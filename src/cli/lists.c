#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/fetching.h"
#include "cli/lists_table.h"
#include "cli/source.h"

#define NAMES_MEMORY_MAX ((size_t)64 << 20)
#define OFFLINE_ENOUGH 2u /* places that cannot be reached, and none that could: there is no network */

static const char usage_text[] =
	"usage: cordon lists [--long] [--into DIR] [--sources FILE]\n"
	"       cordon lists fetch [NAME...] [--into DIR] [--force] [OPTIONS]\n"
	"       cordon lists catalogue [WORD...] [--into DIR] [OPTIONS]\n"
	"\n"
	"Without a word: every published list that is known, what the folder holds of it, its date, its count, and when its\n"
	"publisher was last asked. --long adds addresses, terms and checksums.\n"
	"\n"
	"fetch downloads the lists named (ftm:NAME is a dataset of the catalogue); without names what the folder holds, or,\n"
	"where it holds nothing, the standard ones. A list is put in place only after it was read whole; otherwise the last\n"
	"good one stays. A hub takes it up at once. Without a network, `cordon import --as NAME FILE` takes a file that was\n"
	"brought. catalogue lists the FollowTheMoney datasets that have every WORD in name or title.\n"
	"\n" FETCHING_USAGE
	"\n"
	"exit status: 0 done, 3 some lists could not be fetched (or the catalogue shown is an older one), 2 wrong usage,\n"
	"1 anything else\n";

struct tally {
	size_t fetched, failed, offline;
	struct error network; /* the first of those */
};

static void fetch_one(struct list_folder *folder, const struct list_sources *sources, const char *name,
		      struct arena *arena, struct tally *tally)
{
	struct error error = {.code = ST_OK};
	const struct held_list *held;
	struct list_source source;
	enum refresh_outcome outcome;
	enum status st = refresh_source(folder, sources, name, arena, &source, &error);

	if (st == ST_OK)
		st = refresh_fetch(folder, &source, &outcome, &error);
	held = holding_find(&folder->holding, name);
	if (st == ST_OK) {
		tally->fetched++;
		fetching_say(held, outcome);
		return;
	}
	tally->failed++;
	if (strcmp(error.field, FETCH_NO_NETWORK) == 0) {
		if (tally->offline++ == 0)
			tally->network = error;
		return;
	}
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	fprintf(stderr, "cordon lists: %s: ", name);
	if (error.row)
		fprintf(stderr, "row %lld: ", (long long)error.row);
	fprintf(stderr, "%s%s\n", error.message, held && held->fetched_ms ? "; what is held stays in force" : "");
}

static int fetch_names(struct list_folder *folder, const struct list_sources *sources, const char *const *names,
		       size_t count, struct arena *arena)
{
	struct tally tally = {0};

	for (size_t i = 0; i < count; i++) {
		if (tally.offline == OFFLINE_ENOUGH && tally.offline == tally.failed && tally.fetched == 0) {
			tally.failed += count - i;
			break;
		}
		fetch_one(folder, sources, names[i], arena, &tally);
	}
	if (tally.offline) {
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\r\033[K");
		fprintf(stderr, "cordon lists: %s; what is held stays in force, and `cordon import --as NAME FILE` takes a file\n",
			tally.network.message);
	}
	return tally.failed == 0 ? 0 : tally.fetched ? 3 : 1;
}

static int run_fetch(const struct fetching *f, const struct list_sources *sources, const char *const *names, size_t count)
{
	struct error error = {.code = ST_OK};
	struct list_folder folder = {.fd = -1, .lock = -1};
	struct arena arena;
	const char **found = NULL;
	enum status st;
	int result = 1;

	arena_init(&arena, NAMES_MEMORY_MAX);
	st = list_folder_open(fetching_folder(f), &f->refresh, &folder, &error);
	if (st == ST_OK && count == 0) {
		st = refresh_names(&folder, sources, &arena, &found, &count, &error);
		names = found;
	}
	if (st == ST_OK)
		result = fetch_names(&folder, sources, names, count, &arena);
	else
		say_error("cordon lists", NULL, &error);
	if (folder.fd >= 0)
		list_folder_close(&folder);
	arena_release(&arena);
	return result;
}

static int run_catalogue(const struct fetching *f, const struct list_sources *sources, char *const *words, int word_count)
{
	struct error error = {.code = ST_OK}, stale = {.code = ST_OK};
	struct list_folder folder;
	enum status st = list_folder_open(fetching_folder(f), &f->refresh, &folder, &error);

	if (st != ST_OK) {
		say_error("cordon lists", NULL, &error);
		return 1;
	}
	st = refresh_catalogue(&folder, sources, &stale, &error);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	if (st == ST_OK && stale.code != ST_OK) {
		const struct held_list *held = holding_find(&folder.holding, list_sources_catalogue(sources)->name);

		fprintf(stderr, "cordon lists: %s; this is the catalogue of %lld h ago\n", stale.message,
			(long long)((refresh_now_ms() - held->checked_ms) / 3600000));
	}
	if (st == ST_OK && catalogue_write(&folder.catalogue, words, word_count) == 0)
		fprintf(stderr, "cordon lists: the catalogue has no such dataset\n");
	if (st != ST_OK)
		say_error("cordon lists", "catalogue", &error);
	list_folder_close(&folder);
	return st != ST_OK ? 1 : stale.code != ST_OK ? 3 : 0;
}

static int run_table(const struct fetching *f, const struct list_sources *sources, bool with_details)
{
	struct error error = {.code = ST_OK};

	if (lists_table_write(f->folder ? f->folder : LISTS_FOLDER, sources, with_details, &error) == ST_OK)
		return 0;
	say_error("cordon lists", NULL, &error);
	return 1;
}

static int run(const struct fetching *f, bool with_details, int argc, char **argv)
{
	struct error error = {.code = ST_OK};
	struct list_sources sources;
	int result;

	if (fetching_sources(f->sources, &sources, &error) != ST_OK) {
		say_error("cordon lists", NULL, &error);
		return 1;
	}
	if (argc == 0)
		result = run_table(f, &sources, with_details);
	else if (strcmp(argv[0], "fetch") == 0)
		result = run_fetch(f, &sources, (const char *const *)argv + 1, (size_t)argc - 1);
	else
		result = run_catalogue(f, &sources, argv + 1, argc - 1);
	list_sources_release(&sources);
	return result;
}

int command_lists(int argc, char **argv)
{
	static const struct option options[] = {
		{"long", no_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'}, FETCHING_OPTIONS, {NULL, 0, NULL, 0},
	};
	struct fetching fetching;
	bool with_details = false, good = true;
	int option;

	fetching_init(&fetching);
	while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 0;
		}
		if (option == 'l')
			with_details = true;
		else
			good = fetching_take(&fetching, option, optarg);
	}
	argc -= optind;
	argv += optind;
	good = good && (argc == 0 || strcmp(argv[0], "fetch") == 0 || strcmp(argv[0], "catalogue") == 0);
	if (!good) {
		fputs(usage_text, stderr);
		return 2;
	}
	return run(&fetching, with_details, argc, argv);
}
