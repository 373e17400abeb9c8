#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/key_files.h"
#include "cli/key_rings.h"
#include "cli/source.h"
#include "cli/world.h"
#include "kit/kit.h"
#include "ledger/keys.h"
#include "ledger/ledger.h"
#include "model/time.h"
#include "registry/key_roll.h"

static const char usage_text[] =
	"usage: cordon key create [--data DIR] [--name NAME] [--token URI] PURPOSE\n"
	"       cordon key list   [--data DIR] [--db URL]\n"
	"       cordon key rotate [--data DIR] [--db URL] [--token URI] [--revoke] PURPOSE\n"
	"       cordon key revoke [--data DIR] [--db URL] [--key ID] PURPOSE\n"
	"\n"
	"Signing keys in files of mode 0600 under DATA/keys (DATA is run). PURPOSE is list or audit (the hub's logs), edition, public\n"
	"(the bulletin) or witness (cosigns another country's logs). NAME is the key's name and a log's origin, as cordon.kh/list.\n"
	"\n"
	"PURPOSE oprf (private checks), inbox (what the public writes) and evidence (files that are kept of it) are keys that do not\n"
	"sign: create and rotate print the public ones, newest first. rotate puts a new key before the old ones, of which at most two\n"
	"stay; of evidence all. A hub that runs takes it up within a minute.\n"
	"\n"
	"A hub makes the keys that it lacks by itself. rotate lets the old key end and a new one begin; revoke ends it without a\n"
	"new one: nothing is signed until one was created. What a key signed up to then stays good, what it signs after does not.\n"
	"rotate --revoke does both: for a key that may be in other hands; revoke --key ID for one that was rotated out before (ID are\n"
	"the eight digits in its name). All is written into the log.\n"
	"\n"
	"Checkpoints follow a rotation by themselves, since the old keys sign the new one in; after a plain revoke of edition or list\n"
	"they believe nothing new until each is told the mark of the new keys (cordon-post keys --accept). `list` prints it.\n"
	"\n"
	"--db is where the hub keeps its list (default: sqlite:DATA/cordon.db); a hub on SQLite\n"
	"must be stopped for them, and any hub started again after.\n"
	"\n"
	"With --token the key is on a PKCS #11 token that knows Ed25519, is made there if it is missing, and never leaves it:\n"
	"  pkcs11:token=NAME;object=KEY?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/etc/cordon/pin\n"
	"The PIN's file has mode 0600. DATA/keys/PURPOSE.key then says where the key is.\n"
	"\n"
	"DATA/keys/trusted names the public keys that `cordon verify` believes; give it to whoever verifies.\n";

struct request {
	const char *verb, *purpose, *name;
	const char *token; /* URI, or NULL: a file */
	const char *key;   /* digits of the one to revoke, or NULL: the active one */
	bool revoke;       /* rotate: the old one is revoked */
	char folder[4096]; /* of the keys */
	char db[4200];
};

static bool purpose_known(const char *purpose)
{
	for (size_t i = 0; i < kit_key_count; i++)
		if (kit_keys[i].signs && strcmp(purpose, kit_keys[i].purpose) == 0)
			return true;
	return false;
}

/* The line that makes verifiers believe a key. */
static enum status believe(const struct request *r, const struct note_key *key, const char *more, struct error *ret_error)
{
	if (key->type == NOTE_COSIGNATURE)
		return ST_OK; /* whom a witness cosigns for is told its public key: here it would trust itself */
	return trusted_add(r->folder, r->purpose, key, more, ret_error);
}

static enum status signer_make(const struct request *r, struct text name, enum note_type type, struct note_signer *ret,
			       struct error *ret_error)
{
	if (r->token)
		return key_of_token(r->token, name, type, ret, ret_error);
	return key_make(world_env(), name, type, ret, ret_error);
}

static enum status create(const struct request *r, struct error *ret_error)
{
	char name[NOTE_NAME_SIZE], vkey[NOTE_VKEY_SIZE];
	enum note_type type = strcmp(r->purpose, "witness") == 0 ? NOTE_COSIGNATURE : NOTE_ED25519;
	struct note_signer signer;
	struct note_key key;
	enum status st;

	snprintf(name, sizeof name, "cordon.kh/%s", r->purpose);
	TRY(signer_make(r, text_of(r->name ? r->name : name), type, &signer, ret_error));
	key = signer.key;
	note_vkey(&key, vkey);
	st = key_file_create(r->folder, r->purpose, &signer, r->token, ret_error);
	note_signer_clear(&signer);
	TRY(st);
	TRY(believe(r, &key, "", ret_error));
	printf("%s\n", vkey);
	return ST_OK;
}

/* ---- keys that do not sign ---- */

static enum status ring_change(const struct request *r, enum key_ring_kind kind, struct error *ret_error)
{
	struct key_ring set;

	if (strcmp(r->verb, "create") == 0)
		TRY(key_ring_create(r->folder, kind, world_env(), &set, ret_error));
	else
		TRY(key_ring_rotate(r->folder, kind, world_env(), &set, ret_error));
	for (size_t i = 0; i < set.count; i++) {
		char base64[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];

		printf("%s %s\n", set.keys[i].id,
		       sodium_bin2base64(base64, sizeof base64, set.keys[i].public_key, 32, sodium_base64_VARIANT_ORIGINAL));
	}
	key_ring_clear(&set);
	return ST_OK;
}

/* ---- with the database ---- */

struct changing {
	const struct request *request;
	struct note_key old, new; /* new: of the key that begins, where there is one */
	bool begins;
	uint64_t size;
	struct key_roll_options roll; /* whom checkpoints believe until now, and the new one */
	struct note_signer signers[KEY_ROLL_SIGNERS_MAX];
	struct trusted trusted;
	char name[NOTE_NAME_SIZE]; /* of the list */
	bool told;
	char mark[ROLL_MARK_SIZE];
};

static bool for_posts(const struct request *r)
{
	return strcmp(r->purpose, LEDGER_EDITION) == 0 || strcmp(r->purpose, LEDGER_LIST) == 0;
}

static void signer_add(struct changing *c, const struct note_signer *signer)
{
	c->signers[c->roll.signer_count] = *signer;
	c->roll.signers[c->roll.signer_count] = &c->signers[c->roll.signer_count];
	c->roll.signer_count++;
}

/* The keys that checkpoints believe sign what changes. Where one is missing, it was revoked, and checkpoints follow nothing any more. */
static enum status roll_begin(struct changing *c, struct error *ret_error)
{
	static const char *const purposes[] = {LEDGER_EDITION, LEDGER_LIST};
	char path[4200];
	enum status st;

	c->roll = (struct key_roll_options){.env = world_env(), .witnesses_stay = true};
	for (size_t i = 0; for_posts(c->request) && i < sizeof purposes / sizeof purposes[0]; i++) {
		struct note_signer signer;

		st = key_file_load(c->request->folder, purposes[i], &signer, ret_error);
		if (st == ST_NOT_FOUND)
			continue;
		TRY(st);
		signer_add(c, &signer);
		snprintf(c->name, sizeof c->name, "%.*s", (int)text_find(text_of(signer.key.name), '/', 0), signer.key.name);
	}
	snprintf(path, sizeof path, "%s/trusted", c->request->folder);
	st = trusted_read(path, &c->trusted, ret_error);
	c->roll.list = text_of(c->name);
	c->roll.witnesses = (struct key_witnesses){c->trusted.witnesses, c->trusted.witness_count};
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static void roll_end(struct changing *c)
{
	for (size_t i = 0; i < c->roll.signer_count; i++)
		note_signer_clear(&c->signers[i]);
}

static enum status roll_tell(struct changing *c, struct db_tx *tx, struct error *ret_error)
{
	uint32_t epoch;

	if (c->roll.signer_count == 0)
		return ST_OK;
	TRY(key_roll_tell(tx, &c->roll, &epoch, c->mark, ret_error));
	c->told = true;
	return ST_OK;
}

static enum status list_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct ledger_key_row *rows;
	struct roll_link link = {.epoch = 0};
	char mark[ROLL_MARK_SIZE];
	struct arena arena;
	struct text roll;
	size_t count;
	enum status st;

	(void)context;
	arena_init(&arena, 4 << 20);
	st = ledger_keys(tx, NULL, &arena, &rows, &count, ret_error);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		char created[TIME_SIZE], ended[TIME_SIZE] = "-";

		time_write(rows[i].created_ms, created);
		if (rows[i].ended_ms)
			time_write(rows[i].ended_ms, ended);
		printf("%.*s\t%.*s\t%s\t%s\t%.*s\n", TEXT_ARG(rows[i].purpose), TEXT_ARG(rows[i].state), created, ended,
		       TEXT_ARG(rows[i].vkey));
	}
	if (st == ST_OK)
		st = key_roll_load(tx, &arena, &roll, ret_error);
	while (st == ST_OK && (st = roll_next(&roll, &arena, &link, ret_error)) == ST_OK)
		;
	st = st == ST_NOT_FOUND ? ST_OK : st;
	if (st == ST_OK && link.epoch) {
		roll_mark(&link.hash, mark);
		printf("mark\t%s\n", mark);
	}
	arena_release(&arena);
	return st;
}

static enum status end_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct changing *c = context;

	TRY(ledger_key_end(tx, world_env(), c->request->purpose, c->begins && !c->request->revoke ? LEDGER_KEY_RETIRE : LEDGER_KEY_REVOKE, &c->size, ret_error));
	if (c->begins)
		TRY(ledger_key_begin(tx, world_env(), c->request->purpose, &c->new, ret_error));
	return roll_tell(c, tx, ret_error);
}

static enum status disown_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct changing *c = context;

	TRY(ledger_key_disown(tx, world_env(), c->request->purpose, text_of(c->request->key), ret_error));
	return roll_tell(c, tx, ret_error);
}

static enum status told(const struct changing *c, struct error *ret_error)
{
	char until[64], vkey[NOTE_VKEY_SIZE];

	snprintf(until, sizeof until, " until %llu", (unsigned long long)c->size);
	TRY(believe(c->request, &c->old, until, ret_error));
	if (!c->begins)
		return ST_OK;
	TRY(believe(c->request, &c->new, "", ret_error));
	note_vkey(&c->new, vkey);
	printf("%s\n", vkey);
	return ST_OK;
}

/* What cannot be undone is on the disk in the order in which a hub that finds it half done goes on. */
static enum status changed(struct changing *c, struct db *db, struct error *ret_error)
{
	enum status st = db_transact(db, DB_WRITE, end_work, c, ret_error);

	roll_end(c);
	return st;
}

/* The new key is on the disk before the database knows it, and in its place after: a hub that finds them apart puts it there. */
static enum status key_rotate(const struct request *r, struct db *db, struct error *ret_error)
{
	struct changing c = {.request = r, .begins = true};
	struct note_signer old, new;
	char next[64];

	snprintf(next, sizeof next, "%s.next", r->purpose);
	TRY(key_file_load(r->folder, r->purpose, &old, ret_error));
	c.old = old.key;
	note_signer_clear(&old);
	if (key_file_load(r->folder, next, &new, NULL) != ST_OK) {
		TRY(signer_make(r, text_of(c.old.name), NOTE_ED25519, &new, ret_error));
		TRY(key_file_create(r->folder, next, &new, r->token, ret_error));
	}
	c.new = new.key;
	TRY(roll_begin(&c, ret_error));
	if (for_posts(r))
		signer_add(&c, &new);
	else
		note_signer_clear(&new);
	TRY(changed(&c, db, ret_error));
	TRY(key_file_replace(r->folder, r->purpose, ret_error));
	return told(&c, ret_error);
}

static enum status key_revoke(const struct request *r, struct db *db, struct error *ret_error)
{
	struct changing c = {.request = r};
	struct note_signer old;

	TRY(key_file_load(r->folder, r->purpose, &old, ret_error));
	c.old = old.key;
	note_signer_clear(&old);
	TRY(roll_begin(&c, ret_error));
	TRY(changed(&c, db, ret_error));
	TRY(key_file_remove(r->folder, r->purpose, ret_error));
	return told(&c, ret_error);
}

/* Its line of whom to believe says already that it signs nothing new. */
static enum status key_disown(const struct request *r, struct db *db, struct error *ret_error)
{
	struct changing c = {.request = r};
	enum status st;

	TRY(roll_begin(&c, ret_error));
	st = db_transact(db, DB_WRITE, disown_work, &c, ret_error);
	roll_end(&c);
	return st;
}

static enum status with_database(const struct request *r, struct error *ret_error)
{
	struct db_options options = {.busy_ms = 2000, .read_only = strcmp(r->verb, "list") == 0};
	struct db *db;
	enum status st;

	TRY(db_open(r->db, &options, &db, ret_error));
	if (strcmp(r->verb, "rotate") == 0)
		st = key_rotate(r, db, ret_error);
	else if (strcmp(r->verb, "revoke") == 0)
		st = r->key ? key_disown(r, db, ret_error) : key_revoke(r, db, ret_error);
	else
		st = db_transact(db, DB_READ, list_work, NULL, ret_error);
	db_close(db);
	return st;
}

static bool request_read(int argc, char **argv, struct request *r, int *ret_exit)
{
	static const struct option options[] = {{"data", required_argument, NULL, 'd'}, {"db", required_argument, NULL, 'b'},
						{"name", required_argument, NULL, 'n'}, {"token", required_argument, NULL, 't'},
						{"key", required_argument, NULL, 'k'}, {"revoke", no_argument, NULL, 'r'},
						{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	const char *data = "run", *db = NULL;
	bool good = true, listing, set;
	enum key_ring_kind kind;
	int option;

	*ret_exit = 2;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		}
		if (option == 'd')
			data = optarg;
		else if (option == 'b')
			db = optarg;
		else if (option == 'n')
			r->name = optarg;
		else if (option == 't')
			r->token = optarg;
		else if (option == 'k')
			r->key = optarg;
		else if (option == 'r')
			r->revoke = true;
		else
			good = false;
	}
	r->verb = optind < argc ? argv[optind] : "";
	listing = strcmp(r->verb, "list") == 0;
	r->purpose = optind + 1 < argc ? argv[optind + 1] : "";
	set = key_ring_named(r->purpose, &kind);
	good = good && argc - optind == (listing ? 1 : 2) && (listing || set || purpose_known(r->purpose)) &&
	       !(set && (r->name || r->token || strcmp(r->verb, "revoke") == 0)) &&
	       (listing || strcmp(r->verb, "create") == 0 || strcmp(r->verb, "rotate") == 0 || strcmp(r->verb, "revoke") == 0) &&
	       snprintf(r->folder, sizeof r->folder, "%s/keys", data) < (int)sizeof r->folder &&
	       snprintf(r->db, sizeof r->db, "%s%s%s", db ? db : "sqlite:", db ? "" : data, db ? "" : "/cordon.db") < (int)sizeof r->db;
	if (!good)
		fputs(usage_text, stderr);
	return good;
}

int command_key(int argc, char **argv)
{
	struct request request = {.verb = NULL};
	struct error error = {.code = ST_OK};
	enum key_ring_kind kind;
	enum status st;
	int exit_status;

	if (!request_read(argc, argv, &request, &exit_status))
		return exit_status;
	if (key_ring_named(request.purpose, &kind))
		st = ring_change(&request, kind, &error);
	else
		st = strcmp(request.verb, "create") == 0 ? create(&request, &error) : with_database(&request, &error);
	if (st != ST_OK)
		say_error("cordon key", NULL, &error);
	return st != ST_OK;
}
