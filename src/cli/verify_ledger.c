#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/key_files.h"
#include "cli/log_remote.h"
#include "cli/source.h"
#include "cli/verify.h"
#include "registry/verify.h"

static const char usage_text[] =
	"usage: cordon verify ledger [--data DIR | --db URL | --url URL] [--keys FILE] [--ca FILE]\n"
	"\n"
	"Recomputes a ledger from its leaves: every payload's commitment, every tile, root, signature and cosignature, and that the\n"
	"rows of the blacklist and of the audit are what their leaves commit to. What was edited, deleted, moved, put in or\n"
	"backdated is named, one line each. --db is where the hub keeps its list (default: sqlite:DATA/cordon.db; DATA is run); a\n"
	"hub may be running.\n"
	"\n"
	"--url takes a log over HTTP (as https://hub.example/ledger/list): its tiles, root, signature and cosignatures.\n"
	"\n"
	"--keys names the public keys to believe (default: DATA/keys/trusted): lines `log NAME VKEY [until SIZE]` and\n"
	"`witness VKEY`. They must not come from whoever might have changed the database.\n"
	"exit status: 0 it holds, 1 it does not (or could not be read), 2 wrong usage\n";

struct request {
	const char *data, *db, *url, *keys, *ca_file;
	char db_room[4200], keys_room[4200];
	struct trusted trusted;
};

static void found(void *context, const struct ledger_finding *finding)
{
	(void)context;
	printf("%s%s%s: %s\n", finding->log, finding->log[0] ? " " : "", finding->what, finding->detail);
}

static enum status verify_database(const struct request *r, uint64_t *ret_findings, struct error *ret_error)
{
	struct db_options read_only = {.read_only = true};
	struct ledger_verify_options options = {.trust = {r->trusted.logs, r->trusted.log_count, r->trusted.witnesses,
							  r->trusted.witness_count},
						.found = found};
	struct registry_verifying entries = {.found = found};
	struct ledger_verified told;
	struct db *db;
	enum status st;

	options.records = registry_ledger_records(&options.record_count);
	TRY(db_open(r->db, &read_only, &db, ret_error));
	st = ledger_verify(db, &options, &told, ret_error);
	if (st == ST_OK)
		st = registry_verify_entries(db, &entries, ret_error);
	db_close(db);
	TRY(st);
	printf("%llu logs, %llu leaves (%llu erased, %llu waiting), %llu tiles, %llu checkpoints, %llu cosignatures (%llu of witnesses not "
	       "known here), %llu records, %llu entries: %s\n",
	       (unsigned long long)told.logs, (unsigned long long)told.leaves, (unsigned long long)told.erased,
	       (unsigned long long)told.waiting, (unsigned long long)told.tiles, (unsigned long long)told.checkpoints,
	       (unsigned long long)told.cosignatures, (unsigned long long)told.unknown_cosignatures, (unsigned long long)told.records,
	       (unsigned long long)entries.entries, told.findings || entries.findings ? "IT DOES NOT HOLD" : "it holds");
	*ret_findings = told.findings + entries.findings;
	return ST_OK;
}

static bool request_read(int argc, char **argv, struct request *r, int *ret_exit)
{
	static const struct option options[] = {{"data", required_argument, NULL, 'd'}, {"db", required_argument, NULL, 'b'},
						{"url", required_argument, NULL, 'u'},  {"keys", required_argument, NULL, 'k'},
						{"ca", required_argument, NULL, 'c'},   {"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	bool good = true;
	int option;

	*ret_exit = 2;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char **const texts[] = {['d'] = &r->data, ['b'] = &r->db, ['u'] = &r->url, ['k'] = &r->keys, ['c'] = &r->ca_file};

		if (option == 'h') {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		}
		if (option == '?')
			good = false;
		else
			*texts[option] = optarg;
	}
	good = good && optind == argc && !(r->db && r->url);
	if (!good) {
		fputs(usage_text, stderr);
		return false;
	}
	snprintf(r->db_room, sizeof r->db_room, "sqlite:%s/cordon.db", r->data);
	snprintf(r->keys_room, sizeof r->keys_room, "%s/keys/trusted", r->data);
	r->db = r->db ? r->db : r->db_room;
	r->keys = r->keys ? r->keys : r->keys_room;
	return true;
}

int verify_ledger(int argc, char **argv)
{
	struct request *r = calloc(1, sizeof *r);
	struct error error = {.code = ST_OK};
	uint64_t findings = 0;
	enum status st;
	int exit_status;

	if (r == NULL)
		return 1;
	r->data = "run";
	if (!request_read(argc, argv, r, &exit_status)) {
		free(r);
		return exit_status;
	}
	st = trusted_read(r->keys, &r->trusted, &error);
	if (st == ST_OK && r->url)
		st = log_remote_verify(r->url, &r->trusted, r->ca_file, &findings, &error);
	else if (st == ST_OK)
		st = verify_database(r, &findings, &error);
	if (st != ST_OK)
		say_error("cordon verify ledger", NULL, &error);
	free(r);
	return st != ST_OK || findings != 0;
}
