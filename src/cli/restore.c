#include <getopt.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/copying.h"
#include "cli/source.h"

static const char usage_text[] =
	"usage: cordon restore --db URL [--manifest SHA256] FILE\n"
	"\n"
	"Puts a backup, or a folder of `cordon export --all`, into a database that is not there yet (SQLite) or empty (PostgreSQL).\n"
	"All of it is checked first; whatever fails leaves the database as empty as it was. --manifest refuses any other backup\n"
	"than the one of which that SHA-256 was printed.\n"
	"\n"
	"The log of a restored ledger may be behind what its witnesses have seen. Before the hub signs anything, let\n"
	"`cordon verify ledger` compare it with them.\n";

int command_restore(int argc, char **argv)
{
	static const struct option options[] = {{"db", required_argument, NULL, 'd'},
						{"manifest", required_argument, NULL, 'm'},
						{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	struct restore_what what = {.path = NULL};
	struct backup_summary summary;
	struct error error = {.code = ST_OK};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			what.url = optarg;
			break;
		case 'm':
			what.manifest = optarg;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || what.url == NULL) {
		fputs(usage_text, stderr);
		return 2;
	}
	what.path = argv[optind];
	if (backup_restore(&what, &summary, &error) != ST_OK) {
		say_error("cordon restore", NULL, &error);
		return 1;
	}
	say_summary("restored", what.path, &summary);
	return 0;
}
