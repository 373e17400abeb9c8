#include "cli/verify.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

struct kind {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

/* One file a kind: verify_<kind>.c. */
static const struct kind kinds[] = {
	{"ledger", "a ledger: leaves, payloads, tiles, roots, signatures, and the rows that they commit to", verify_ledger},
	{"edition", "an edition of the list: signatures, proofs, and that it is what the ledger says", verify_edition},
	{"entry", "one entry: that the ledger has it, by a proof in a file or in an edition", verify_entry},
	{"figures", "a release of figures: that no digit was altered, and that the ledger has it", verify_figures},
};

static int usage(FILE *out)
{
	fprintf(out, "usage: cordon verify KIND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		fprintf(out, "  %-10s %s\n", kinds[i].name, kinds[i].summary);
	fprintf(out, "\n`cordon verify KIND --help` tells more. exit status: 0 it holds, 1 it does not, 2 wrong usage\n");
	return out == stdout ? 0 : 2;
}

int command_verify(int argc, char **argv)
{
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			return kinds[i].run(argc - 1, argv + 1);
	fprintf(stderr, "cordon verify: there is no kind '%s'\n\n", argv[1]);
	return usage(stderr);
}
