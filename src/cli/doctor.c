#include <getopt.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/copying.h"
#include "cli/source.h"
#include "cli/world.h"
#include "db/examine.h"
#include "model/time.h"

#define HOUR_MS ((int64_t)3600000)

static const char usage_text[] =
	"usage: cordon doctor --db URL [--backup FILE] [--backup-hours N]\n"
	"\n"
	"Looks the database over: version and known faults, settings, schema, damage, room on the disk; the hub may go on\n"
	"meanwhile. With --backup it reads that backup whole, and says how old it is: more than N hours (25) is bad.\n"
	"Exit status: 0 where nothing is bad, 1 otherwise.\n";

static void say(void *context, enum db_health health, const char *sentence)
{
	static const char *const words[] = {[DB_FINE] = "ok", [DB_NOTE] = "note", [DB_BAD] = "BAD"};
	int *bad = context;

	*bad += health == DB_BAD;
	printf("%-5s %s\n", words[health], sentence);
}

static void look_at_backup(const char *path, int64_t hours_max, int *bad)
{
	struct backup_summary summary;
	struct error error = {.code = ST_OK};
	char sentence[400];
	int64_t made = 0;
	enum status st = backup_check(path, &summary, &error);

	if (st == ST_OK)
		st = time_read(text_of(summary.made), &made, &error);
	if (st != ST_OK) {
		snprintf(sentence, sizeof sentence, "backup: %s", error.message);
		say(bad, DB_BAD, sentence);
		return;
	}
	snprintf(sentence, sizeof sentence, "backup %s: whole, %lld rows, of %s, %lld hours old", path, (long long)summary.rows,
		 summary.made, (long long)((env_now(world_env()) - made) / HOUR_MS));
	say(bad, env_now(world_env()) - made > hours_max * HOUR_MS ? DB_BAD : DB_FINE, sentence);
}

static int examine(const char *url, const char *backup, int64_t hours_max)
{
	const struct db_options reading = {.readers = 1, .read_only = true};
	struct error error = {.code = ST_OK};
	struct db *db = NULL;
	int bad = 0;
	enum status st = db_open(url, &reading, &db, &error);

	if (st == ST_OK)
		st = db_examine(db, url, say, &bad, &error);
	db_close(db);
	if (st != ST_OK)
		say(&bad, DB_BAD, error.message);
	if (backup)
		look_at_backup(backup, hours_max, &bad);
	else
		say(&bad, DB_NOTE, "no backup was named (--backup)");
	return bad ? 1 : 0;
}

int command_doctor(int argc, char **argv)
{
	static const struct option options[] = {{"db", required_argument, NULL, 'd'},
						{"backup", required_argument, NULL, 'b'},
						{"backup-hours", required_argument, NULL, 'n'},
						{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	const char *url = NULL, *backup = NULL;
	uint64_t hours = 25;
	bool wrong = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			url = optarg;
			break;
		case 'b':
			backup = optarg;
			break;
		case 'n':
			wrong = text_to_uint(text_of(optarg), 1000000, &hours) != ST_OK;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			return 2;
		}
	}
	if (wrong || optind != argc || url == NULL) {
		fputs(usage_text, stderr);
		return 2;
	}
	return examine(url, backup, (int64_t)hours);
}
