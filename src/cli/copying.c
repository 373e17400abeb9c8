#include "cli/copying.h"

#include <stdio.h>

#include "cli/source.h"
#include "cli/world.h"

void say_summary(const char *done, const char *path, const struct backup_summary *summary)
{
	printf("%s %s: %lld tables, %lld rows, %lld bytes, of %s\nmanifest %s\n", done, path, (long long)summary->tables,
	       (long long)summary->rows, (long long)summary->bytes, summary->made, summary->manifest);
}

int copy_out(const char *who, const char *url, const char *path, bool folder)
{
	const struct db_options reading = {.readers = 1, .read_only = true};
	const struct backup_what what = {.path = path, .folder = folder, .program = CORDON_VERSION, .now_ms = env_now(world_env())};
	struct backup_summary summary;
	struct error error = {.code = ST_OK};
	struct db *db = NULL;
	enum status st = db_open(url, &reading, &db, &error);

	if (st == ST_OK)
		st = backup_write(db, &what, &summary, &error);
	db_close(db);
	if (st != ST_OK) {
		say_error(who, NULL, &error);
		return 1;
	}
	say_summary("written", path, &summary);
	return 0;
}
