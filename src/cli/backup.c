#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/copying.h"
#include "cli/source.h"

static const char usage_text[] =
	"usage: cordon backup --db URL FILE\n"
	"       cordon backup --check FILE\n"
	"\n"
	"Writes the whole database, as it stands at one moment, to FILE; the hub may go on meanwhile. FILE is replaced only when\n"
	"all is written. Keep the manifest's SHA-256 that is printed at another place: it proves later what was backed up.\n"
	"FILE holds everything that the database holds, and is for its owner's eyes only; private keys are not in it.\n"
	"--check reads a backup, or a folder of `cordon export --all`, and compares all of it with its manifest.\n"
	"\n"
	"URL is sqlite:PATH or postgresql://...; FILE is a tar archive as docs/formats/export.md describes it.\n";

static int check(const char *path)
{
	struct backup_summary summary;
	struct error error = {.code = ST_OK};

	if (backup_check(path, &summary, &error) != ST_OK) {
		say_error("cordon backup", NULL, &error);
		return 1;
	}
	say_summary("whole", path, &summary);
	return 0;
}

int command_backup(int argc, char **argv)
{
	static const struct option options[] = {
		{"db", required_argument, NULL, 'd'}, {"check", no_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	const char *url = NULL;
	bool checking = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			url = optarg;
			break;
		case 'c':
			checking = true;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || checking == (url != NULL)) {
		fputs(usage_text, stderr);
		return 2;
	}
	return checking ? check(argv[optind]) : copy_out("cordon backup", url, argv[optind], false);
}
