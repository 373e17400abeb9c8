/* What `cordon lists`, `cordon import --as` and `cordon hub --refresh` share: settings of fetching, and telling about it. */
#ifndef CLI_FETCHING_H
#define CLI_FETCHING_H

#include "feed/refresh.h"

#define LISTS_FOLDER "run/lists" /* where a hub looks, too */

struct fetching {
	const char *folder;  /* NULL: LISTS_FOLDER, made if it is missing */
	const char *sources; /* a table to use instead of the one built in, or NULL */
	struct refresh_options refresh;
};

/* The defaults. */
void fetching_init(struct fetching *fetching);

/* One of the options --into, --sources, --ca, --patience, --max-megabytes, --force, by the letters i s c p m f. Gives
 * false if the value cannot be taken. */
bool fetching_take(struct fetching *fetching, int option, const char *value);

/* Its rows for getopt_long. */
#define FETCHING_OPTIONS                                                                                          \
	{"into", required_argument, NULL, 'i'}, {"sources", required_argument, NULL, 's'},                        \
		{"ca", required_argument, NULL, 'c'}, {"patience", required_argument, NULL, 'p'},                 \
		{"max-megabytes", required_argument, NULL, 'm'}, { "force", no_argument, NULL, 'f' }

/* The same for people. */
#define FETCHING_USAGE                                                                                        \
	"  --into DIR           the folder of lists (default: " LISTS_FOLDER ", which is made if it is missing)\n" \
	"  --sources FILE       another table of lists, of the form of data/list_sources.tsv\n"               \
	"  --ca FILE            certificates to trust instead of the system's\n"                              \
	"  --patience SECONDS   to connect, and to wait while next to nothing comes (default: 30)\n"          \
	"  --max-megabytes N    refuses larger files (default: 4096)\n"                                       \
	"  --force              takes a list that shrank below half of what is held, too\n"

/* Reads the table of sources. Fails: as list_sources_parse; ST_NOT_FOUND, ST_UNAVAILABLE; the message names the file. */
MUST_USE enum status fetching_sources(const char *file, struct list_sources *ret_sources, struct error *ret_error);

/* The folder's path; the default one is made. */
const char *fetching_folder(const struct fetching *fetching);

/* The line for one list that was fetched or taken, on standard output. */
void fetching_say(const struct held_list *held, enum refresh_outcome outcome);

/* Takes files as the list `name`, with the checks of a download. Gives the exit status, having told why. */
int fetching_import(const struct fetching *fetching, const char *name, const char *const *paths, size_t count);

#endif
