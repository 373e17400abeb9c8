#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/edition_set.h"
#include "cli/log_bundles.h"
#include "cli/source.h"
#include "cli/verify.h"
#include "cli/world.h"
#include "model/time.h"
#include "registry/editions.h"

#define WHO "cordon verify edition"
#define MEMORY_MAX ((size_t)8 << 30)

static const char usage_text[] =
	"usage: cordon verify edition FILE [--keys FILE] [--db URL | --log PLACE [--ca FILE]] [--known N] [--witnessed] [--expired]\n"
	"                           [--at TIME]\n"
	"\n"
	"Checks an edition of the list: that it is whole and signed, that every record is one that the ledger committed to, and\n"
	"that the ledger was signed and cosigned. --keys says whose signatures count; without it the file is checked only against\n"
	"itself; DATA/keys/trusted of a hub is such a file. --db (a hub's database, with what leaves commit to) and --log (the\n"
	"public log, a folder or https://HOST/ledger/list) read the ledger's leaves anew and compare: nobody was added, left out\n"
	"or kept back. --known refuses an edition older than the one of that number, --witnessed one that no witness has\n"
	"cosigned; --expired takes one that has expired, --at another moment (RFC 3339) for now.\n"
	"\n"
	"exit status: 0 it holds, 1 it does not (the reason's code on standard error), 2 wrong usage\n";

struct settings {
	const char *file, *keys, *db;
	struct log_place log;
	struct edition_trust trust;
};

static bool setting_take(struct settings *s, int option, const char *value)
{
	switch (option) {
	case 'k':
		s->keys = value;
		return true;
	case 'd':
		s->db = value;
		return true;
	case 'l':
		s->log.place = value;
		return true;
	case 'c':
		s->log.ca_file = value;
		return true;
	case 'n':
		return text_to_uint(text_of(value), INT64_MAX, &s->trust.number_min) == ST_OK;
	case 'a':
		return time_read(text_of(value), &s->trust.now_ms, NULL) == ST_OK;
	case 'x':
		s->trust.expired_too = true;
		return true;
	case 'w':
		s->trust.witnessed_only = true;
		return true;
	default:
		return false;
	}
}

/* Gives 0 to go on, else the exit status plus one. */
static int settings_parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"keys", required_argument, NULL, 'k'}, {"db", required_argument, NULL, 'd'},   {"log", required_argument, NULL, 'l'},
		{"at", required_argument, NULL, 'a'},   {"expired", no_argument, NULL, 'x'},    {"witnessed", no_argument, NULL, 'w'},
		{"ca", required_argument, NULL, 'c'},   {"known", required_argument, NULL, 'n'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	*s = (struct settings){.trust = {.now_ms = env_now(world_env())}};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 1;
		}
		if (!setting_take(s, option, optarg)) {
			fputs(usage_text, stderr);
			return 3;
		}
	}
	if (argc - optind != 1 || (s->db && s->log.place)) {
		fputs(usage_text, stderr);
		return 3;
	}
	s->file = argv[optind];
	return 0;
}

/* ---- the ledger's own word ---- */

struct comparing {
	const struct edition *edition;
	struct fold_result result;
};

static enum status db_compare(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct comparing *c = context;

	return edition_audit(tx, c->edition, &c->result, ret_error);
}

static enum status ledger_compare(const struct settings *s, struct comparing *c, struct error *ret_error)
{
	const struct db_options options = {.read_only = true};
	struct db *db = NULL;
	enum status st;

	if (s->log.place)
		return log_bundles_compare(&s->log, c->edition, &c->result, ret_error);
	TRY(db_open(s->db, &options, &db, ret_error));
	st = db_transact(db, DB_READ, db_compare, c, ret_error);
	db_close(db);
	return st;
}

/* ---- telling ---- */

static void hash_print(const char *name, const struct merkle_hash *hash)
{
	char hex[2 * MERKLE_HASH_SIZE + 1];

	sodium_bin2hex(hex, sizeof hex, hash->b, sizeof hash->b);
	printf("  %-10s %s\n", name, hex);
}

static void tell(const struct settings *s, const struct comparing *c)
{
	const struct edition_manifest *m = edition_manifest(c->edition);
	char issued[TIME_SIZE], soft[TIME_SIZE], hard[TIME_SIZE];

	time_write(m->issued_ms, issued);
	time_write(m->soft_ms, soft);
	time_write(m->hard_ms, hard);
	printf("edition %llu of %.*s\n", (unsigned long long)m->number, TEXT_ARG(m->list));
	printf("  %-10s %s; old from %s, expires %s\n", "issued", issued, soft, hard);
	printf("  %-10s %s\n", "signed", s->keys ? "by a key that is trusted" : "by a key that only the file itself names: give --keys");
	printf("  %-10s %llu listings, %llu clearances, each proved to be in the ledger\n", "records", (unsigned long long)m->listings,
	       (unsigned long long)m->clearances);
	printf("  %-10s %.*s, %llu leaves, signed; ", "ledger", TEXT_ARG(m->origin), (unsigned long long)m->log_size);
	if (m->witnesses)
		printf("cosigned by %zu witness%s\n", m->witnesses, m->witnesses == 1 ? "" : "es");
	else
		printf("logged, not cosigned\n");
	hash_print("root", &m->root);
	hash_print("state", &m->state);
	if (s->db || s->log.place)
		printf("  %-10s read anew: the list is what its %llu leaves say, no more and no less; %llu erased, none of them in force\n",
		       "leaves", (unsigned long long)m->log_size, (unsigned long long)c->result.erased);
	printf("verified\n");
}

static enum status verify(struct settings *s, struct arena *arena, struct edition *edition, struct error *ret_error)
{
	struct comparing comparing = {.edition = edition};
	struct edition_keys keys;
	struct buffer file;
	enum status st;

	if (s->keys) {
		TRY(keys_load(s->keys, arena, &keys, ret_error));
		s->trust.keys = &keys;
	}
	TRY(file_whole(s->file, &file, ret_error));
	st = edition_take(edition, buffer_bytes(&file), &s->trust, ret_error);
	buffer_release(&file);
	TRY(st);
	if (s->db || s->log.place)
		TRY(ledger_compare(s, &comparing, ret_error));
	tell(s, &comparing);
	return ST_OK;
}

int verify_edition(int argc, char **argv)
{
	struct settings s;
	struct edition *edition = NULL;
	struct error error = {.code = ST_OK, .position = -1};
	struct arena arena;
	int usage = settings_parse(argc, argv, &s);
	enum status st;

	if (usage)
		return usage - 1;
	arena_init(&arena, (size_t)16 << 20);
	st = edition_new(MEMORY_MAX, &edition, &error);
	if (st == ST_OK)
		st = verify(&s, &arena, edition, &error);
	if (st != ST_OK)
		fprintf(stderr, WHO ": %s: %s%s%s\n", s.file, error.reason, error.reason[0] ? ": " : "", error.message);
	edition_free(edition);
	arena_release(&arena);
	return st == ST_OK ? 0 : 1;
}
