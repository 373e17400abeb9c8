/* `cordon kit`: what a country needs that wants to join. docs/joining.md. */
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>

#include "cli/commands.h"
#include "kit/kit.h"

static const char usage_text[] =
	"usage: cordon kit\n"
	"\n"
	"Writes what a country needs that wants to join, as one JSON document: the formats with their SHA-256, keys, roles, templates, and\n"
	"examples to try one's own programs with. A public site gives the same under /join/kit.json. docs/joining.md says what to do with it.\n";

int command_kit(int argc, char **argv)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct buffer out;
	struct error error = {.message = ""};
	int option = getopt_long(argc, argv, "", options, NULL);
	bool good;

	if (option == 'h') {
		fputs(usage_text, stdout);
		return 0;
	}
	if (option != -1 || optind != argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	buffer_init(&out, KIT_SIZE_MAX);
	good = sodium_init() >= 0 && kit_write(&out, &error) == ST_OK;
	if (!good)
		fprintf(stderr, "cordon kit: %s\n", error.message);
	else if (fwrite(out.data, 1, out.len, stdout) != out.len || putchar('\n') == EOF || fflush(stdout) != 0) {
		fprintf(stderr, "cordon kit: standard output cannot be written\n");
		good = false;
	}
	buffer_release(&out);
	return !good;
}
