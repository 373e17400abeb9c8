#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/edition_set.h"
#include "cli/source.h"
#include "cli/verify.h"
#include "cli/world.h"
#include "merkle/base64.h"
#include "merkle/checkpoint.h"
#include "merkle/leaf.h"
#include "model/id.h"
#include "model/time.h"

#define WHO "cordon verify entry"
#define MEMORY_MAX ((size_t)8 << 30)

static const char usage_text[] =
	"usage: cordon verify entry ID --edition FILE [--keys FILE] [--expired] [--proof OUT]\n"
	"       cordon verify entry PROOF --keys FILE [--payload FILE --salt HEX]\n"
	"\n"
	"One entry, by its id (32 hexadecimal digits) in an edition of the list: the record as it is told to checkpoints, and that\n"
	"the ledger committed to exactly this. --proof writes that as a file which proves it alone (C2SP tlog-proof), for whoever\n"
	"has the payload and the salt. The second form checks such a file: that the leaf stands in a ledger signed by a log of\n"
	"--keys, and with --payload and --salt that the leaf commits to this very text.\n"
	"\n"
	"exit status: 0 it holds, 1 it does not (the reason's code on standard error), 2 wrong usage\n";

struct settings {
	const char *what, *edition, *keys, *proof, *payload, *salt;
	bool expired_too;
};

/* Gives 0 to go on, else the exit status plus one. */
static int settings_parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"edition", required_argument, NULL, 'e'}, {"keys", required_argument, NULL, 'k'}, {"proof", required_argument, NULL, 'p'},
		{"payload", required_argument, NULL, 't'}, {"salt", required_argument, NULL, 's'}, {"expired", no_argument, NULL, 'x'},
		{"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
	};
	int option;

	*s = (struct settings){0};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char **value = option == 'e'   ? &s->edition
				     : option == 'k' ? &s->keys
				     : option == 'p' ? &s->proof
				     : option == 't' ? &s->payload
				     : option == 's' ? &s->salt
						     : NULL;

		if (option == 'h') {
			fputs(usage_text, stdout);
			return 1;
		}
		if (option == 'x')
			s->expired_too = true;
		else if (value)
			*value = optarg;
		else
			break;
	}
	if (option != -1 || argc - optind != 1 || (s->payload == NULL) != (s->salt == NULL) ||
	    (s->edition ? s->payload != NULL : s->keys == NULL || s->proof)) {
		fputs(usage_text, stderr);
		return 3;
	}
	s->what = argv[optind];
	return 0;
}

static void leaf_tell(const struct leaf *leaf, uint64_t index, const struct checkpoint *checkpoint, size_t witnesses)
{
	char at[TIME_SIZE], hex[2 * MERKLE_HASH_SIZE + 1];

	time_write(leaf->time_ms, at);
	sodium_bin2hex(hex, sizeof hex, leaf->commitment.b, sizeof leaf->commitment.b);
	printf("%.*s of %.*s\n", TEXT_ARG(leaf->kind), TEXT_ARG(leaf->subject));
	printf("  %-10s %s, by %.*s\n", "at", at, TEXT_ARG(leaf->actor));
	printf("  %-10s %.*s, leaf %llu of %llu; signed; ", "ledger", TEXT_ARG(checkpoint->origin), (unsigned long long)index,
	       (unsigned long long)checkpoint->size);
	if (witnesses)
		printf("cosigned by %zu witness%s\n", witnesses, witnesses == 1 ? "" : "es");
	else
		printf("logged, not cosigned\n");
	printf("  %-10s %s\n", "commits to", hex);
}

/* ---- by a proof in a file ---- */

static enum status payload_check(const struct settings *s, const struct leaf *leaf, struct error *ret_error)
{
	uint8_t salt[LEAF_SALT_SIZE];
	struct merkle_hash commitment;
	struct buffer payload;
	size_t len;

	if (sodium_hex2bin(salt, sizeof salt, s->salt, strlen(s->salt), NULL, &len, NULL) != 0 || len != sizeof salt)
		return error_set(ret_error, ST_MALFORMED, "a salt has 64 hexadecimal digits");
	TRY(file_whole(s->payload, &payload, ret_error));
	leaf_commit(salt, buffer_text(&payload), &commitment);
	buffer_release(&payload);
	return merkle_hash_equal(&commitment, &leaf->commitment)
		       ? ST_OK
		       : error_because(ret_error, ST_CORRUPT, "edition-unproven", NULL, "the leaf commits to another payload");
}

static enum status proof_verify(const struct settings *s, struct bytes file, struct arena *arena, struct error *ret_error)
{
	uint8_t body[LEAF_BODY_MAX];
	struct edition_keys keys;
	struct tlog_proof proof;
	struct merkle_hash hash;
	struct leaf leaf;
	size_t len, witnesses;

	TRY(keys_load(s->keys, arena, &keys, ret_error));
	TRY(tlog_proof_parse(file, &proof, ret_error));
	if (base64_read(proof.extra, body, sizeof body, &len) != ST_OK ||
	    leaf_parse((struct text){(const char *)body, len}, &leaf, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "edition-malformed", NULL, "the proof does not bring its leaf");
	merkle_hash_leaf((struct bytes){body, len}, &hash);
	if (tlog_proof_check(&proof, &hash, ret_error) != ST_OK)
		return error_because(ret_error, ST_DENIED, "edition-unproven", NULL, "the leaf does not stand where the proof says");
	TRY(edition_checkpoint_trust(proof.signed_checkpoint.raw, &keys, env_now(world_env()), &witnesses, ret_error));
	if (s->payload)
		TRY(payload_check(s, &leaf, ret_error));
	leaf_tell(&leaf, proof.index, &proof.signed_checkpoint.checkpoint, witnesses);
	if (s->payload)
		printf("  %-10s is what the leaf commits to\n", "payload");
	return ST_OK;
}

/* ---- in an edition ---- */

static enum status proof_save(const struct edition *edition, const struct edition_record *record, const char *path,
			      struct error *ret_error)
{
	struct buffer proof;
	enum status st;
	FILE *out;

	buffer_init(&proof, (size_t)1 << 20);
	st = edition_proof(edition, record, &proof, ret_error);
	if (st == ST_OK) {
		out = fopen(path, "w");
		st = out && fwrite(proof.data, 1, proof.len, out) == proof.len ? ST_OK : ST_UNAVAILABLE;
		if (out && fclose(out) != 0)
			st = ST_UNAVAILABLE;
		if (st != ST_OK)
			st = error_set(ret_error, st, "%s cannot be written", path);
	}
	buffer_release(&proof);
	return st;
}

static enum status record_tell(const struct edition *edition, const struct edition_record *record, struct error *ret_error)
{
	const struct edition_manifest *m = edition_manifest(edition);
	struct checkpoint checkpoint = {.origin = m->origin, .size = m->log_size, .root = m->root};
	char salt[2 * LEAF_SALT_SIZE + 1];
	struct buffer body;
	struct leaf leaf;
	enum status st;

	buffer_init(&body, LEAF_BODY_MAX);
	edition_leaf_write(record, &body);
	st = leaf_parse(buffer_text(&body), &leaf, ret_error);
	if (st == ST_OK) {
		leaf_tell(&leaf, record->index, &checkpoint, m->witnesses);
		sodium_bin2hex(salt, sizeof salt, record->salt, sizeof record->salt);
		printf("  %-10s %s\n  %-10s %.*s\n", "salt", salt, "payload", TEXT_ARG(record->payload));
	}
	buffer_release(&body);
	return st;
}

static enum status record_verify(const struct settings *s, struct arena *arena, struct edition *edition, struct error *ret_error)
{
	struct edition_trust trust = {.now_ms = env_now(world_env()), .expired_too = s->expired_too};
	const struct edition_record *record;
	uint8_t subject[EDITION_ID_SIZE];
	struct edition_keys keys;
	struct buffer file;
	enum status st;

	if (!id_valid(text_of(s->what)) || sodium_hex2bin(subject, sizeof subject, s->what, strlen(s->what), NULL, NULL, NULL) != 0)
		return error_set(ret_error, ST_MALFORMED, "an entry's id has 32 hexadecimal digits");
	if (s->keys) {
		TRY(keys_load(s->keys, arena, &keys, ret_error));
		trust.keys = &keys;
	}
	TRY(file_whole(s->edition, &file, ret_error));
	st = edition_take(edition, buffer_bytes(&file), &trust, ret_error);
	buffer_release(&file);
	TRY(st);
	record = edition_find(edition, subject);
	if (record == NULL)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "edition %llu does not have it",
				     (unsigned long long)edition_manifest(edition)->number);
	TRY(record_tell(edition, record, ret_error));
	return s->proof ? proof_save(edition, record, s->proof, ret_error) : ST_OK;
}

static enum status file_verify(const struct settings *s, struct arena *arena, struct error *ret_error)
{
	struct buffer file;
	enum status st;

	TRY(file_whole(s->what, &file, ret_error));
	st = proof_verify(s, buffer_bytes(&file), arena, ret_error);
	buffer_release(&file);
	return st;
}

int verify_entry(int argc, char **argv)
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
	if (s.edition) {
		st = edition_new(MEMORY_MAX, &edition, &error);
		if (st == ST_OK)
			st = record_verify(&s, &arena, edition, &error);
	} else {
		st = file_verify(&s, &arena, &error);
	}
	if (st == ST_OK && s.edition && s.keys == NULL)
		printf("verified only against the file itself: give --keys\n");
	else if (st == ST_OK)
		printf("verified\n");
	else
		fprintf(stderr, WHO ": %s: %s%s%s\n", s.what, error.reason, error.reason[0] ? ": " : "", error.message);
	edition_free(edition);
	arena_release(&arena);
	return st == ST_OK ? 0 : 1;
}
