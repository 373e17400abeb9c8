#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"screen", "screen JSON lines, CSV or MRZ against lists", command_screen},
	{"import", "read published lists and write FollowTheMoney JSON lines", command_import},
	{"export", "write an edition as FollowTheMoney JSON lines, or the whole database", command_export},
	{"lists", "download published lists, keep them fresh, tell what is held", command_lists},
	{"backup", "write the whole database to one file, or check such a file", command_backup},
	{"restore", "put a backup or an export into an empty database", command_restore},
	{"doctor", "look at the database, its settings, its disk and its backup", command_doctor},
	{"feed", "write the list on a stick for checkpoints without a line", command_feed},
	{"hub", "serve the screening API over HTTP", command_hub},
	{"user", "people of a hub, by its operator", command_user},
	{"demo", "fill a new data folder with invented officers", command_demo},
	{"key", "make, list, rotate and revoke signing keys", command_key},
	{"verify", "check a ledger, an edition, one entry or a release of figures", command_verify},
	{"figures", "compute a release of figures anew from its frozen snapshot", command_figures},
	{"portal", "which portals are given the keys of private checking", command_portal},
	{"kit", "what a country needs that wants to join, as one file", command_kit},
	{"witness", "cosign another country's checkpoints, and raise the alarm on a fork", command_witness},
};

static int usage(FILE *out)
{
	fprintf(out, "usage: cordon COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fprintf(out, "\n`cordon COMMAND --help` tells more.\n");
	return out == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		printf("cordon %s\n", CORDON_VERSION);
		return 0;
	}
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "cordon: there is no command '%s'\n\n", argv[1]);
	return usage(stderr);
}
