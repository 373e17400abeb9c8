#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/edition_set.h"
#include "cli/log_bundles.h"
#include "cli/verify.h"
#include "cli/world.h"
#include "figure/release.h"
#include "merkle/base64.h"
#include "merkle/checkpoint.h"
#include "merkle/leaf.h"
#include "model/time.h"

#define WHO "cordon verify figures"
#define KEYS_MAX 64u
#define KEYS_FILE_MAX 65536u

static const char usage_text[] =
	"usage: cordon verify figures FILE --keys FILE [--ledger PLACE [--ca FILE]]\n"
	"\n"
	"A release of figures (figures.json, figures-3.json): whether it is what the hub signed. Whatever was altered is named: the figure,\n"
	"what the file says, what was signed. --ledger: that the hub's ledger has it, so that it was not signed anew later. PLACE is the log\n"
	"over HTTP (https://hub.example/ledger/list), a folder with the same files, or one file with a proof (C2SP tlog-proof).\n"
	"\n"
	"--keys names the public keys to believe: lines `public VKEY` and `log list VKEY`, as in DATA/keys/trusted.\n"
	"exit status: 0 it holds, 1 it does not (or could not be read), 2 wrong usage\n";

struct settings {
	const char *file, *keys, *ledger, *ca_file;
};

struct keys {
	struct note_key keys[KEYS_MAX];
	size_t count;
};

/* Gives 0 to go on, else the exit status plus one. */
static int settings_parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {{"keys", required_argument, NULL, 'k'}, {"ledger", required_argument, NULL, 'l'},
						{"ca", required_argument, NULL, 'c'},   {"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	int option;

	*s = (struct settings){0};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 1;
		}
		if (option == '?')
			break;
		*(option == 'k' ? &s->keys : option == 'l' ? &s->ledger : &s->ca_file) = optarg;
	}
	if (option != -1 || argc - optind != 1) {
		fputs(usage_text, stderr);
		return 3;
	}
	s->file = argv[optind];
	return 0;
}

/* Lines `public VKEY ...`; others are for other readers. */
static enum status public_keys(const char *path, struct keys *ret, struct error *ret_error)
{
	struct buffer file;
	struct text rest, line;

	ret->count = 0;
	TRY(file_whole(path, &file, ret_error));
	rest = buffer_text(&file);
	while (text_split(&rest, '\n', &line)) {
		struct text word;

		line = text_trim(line);
		if (line.len == 0 || !text_split(&line, ' ', &word) || !text_equal(word, TEXT("public")) || line.data == NULL)
			continue;
		line = text_trim(line);
		line.len = text_find(line, ' ', 0);
		if (ret->count < KEYS_MAX && note_vkey_parse(line, &ret->keys[ret->count], NULL) == ST_OK)
			ret->count++;
	}
	buffer_release(&file);
	return ret->count ? ST_OK : error_set(ret_error, ST_NOT_FOUND, "%.150s has no line `public VKEY`", path);
}

static void found(void *context, const char *what, const char *detail)
{
	(void)context;
	printf("%s: %s\n", what, detail);
}

/* ---- in the ledger ---- */

static bool leaf_is_it(struct text body, const char *hash, int64_t *ret_ms)
{
	struct leaf leaf;

	if (leaf_parse(body, &leaf, NULL) != ST_OK || !text_equal(leaf.kind, TEXT(FIGURE_LEAF)) || !text_equal(leaf.subject, text_of(hash)))
		return false;
	*ret_ms = leaf.time_ms;
	return true;
}

static void leaf_tell(struct text origin, uint64_t index, uint64_t size, int64_t at_ms)
{
	char at[TIME_SIZE];

	time_write(at_ms, at);
	printf("ledger     %.*s, leaf %llu of %llu, %s\n", TEXT_ARG(origin), (unsigned long long)index, (unsigned long long)size, at);
}

/* By a file with a proof. */
static enum status proof_find(struct bytes file, const struct edition_keys *keys, const char *hash, struct error *ret_error)
{
	uint8_t body[LEAF_BODY_MAX];
	struct tlog_proof proof;
	struct merkle_hash leaf;
	size_t len, witnesses;
	int64_t at_ms;

	TRY(tlog_proof_parse(file, &proof, ret_error));
	if (base64_read(proof.extra, body, sizeof body, &len) != ST_OK || !leaf_is_it((struct text){(const char *)body, len}, hash, &at_ms))
		return error_set(ret_error, ST_NOT_FOUND, "the proof is not of this release");
	merkle_hash_leaf((struct bytes){body, len}, &leaf);
	TRY(tlog_proof_check(&proof, &leaf, ret_error));
	TRY(edition_checkpoint_trust(proof.signed_checkpoint.raw, keys, env_now(world_env()), &witnesses, ret_error));
	leaf_tell(proof.signed_checkpoint.checkpoint.origin, proof.index, proof.signed_checkpoint.checkpoint.size, at_ms);
	return ST_OK;
}

/* The root of what was read so far: whole subtrees, largest first. */
struct reading {
	struct merkle_hash subtrees[MERKLE_PROOF_MAX + 1];
	size_t count;
	uint64_t size, index;
	const char *hash;
	int64_t at_ms; /* 0: not found */
};

static enum status leaf_read(void *context, struct text body, struct error *ret_error)
{
	struct reading *r = context;
	int64_t at_ms;

	(void)ret_error;
	if (r->at_ms == 0 && leaf_is_it(body, r->hash, &at_ms)) {
		r->at_ms = at_ms;
		r->index = r->size;
	}
	merkle_hash_leaf(text_bytes(body), &r->subtrees[r->count++]);
	for (uint64_t n = r->size; n & 1; n >>= 1) {
		merkle_hash_node(&r->subtrees[r->count - 2], &r->subtrees[r->count - 1], &r->subtrees[r->count - 2]);
		r->count--;
	}
	r->size++;
	return ST_OK;
}

static void root_make(const struct reading *r, struct merkle_hash *ret)
{
	merkle_hash_empty(ret);
	for (size_t i = r->count; i-- > 0;) {
		if (i + 1 == r->count)
			*ret = r->subtrees[i];
		else
			merkle_hash_node(&r->subtrees[i], ret, ret);
	}
}

static enum status log_find(const struct settings *s, const struct edition_keys *keys, const char *hash, struct error *ret_error)
{
	const struct log_place log = {.place = s->ledger, .ca_file = s->ca_file};
	struct signed_checkpoint *opened;
	struct reading r = {.hash = hash};
	struct merkle_hash root;
	struct buffer note;
	struct arena arena;
	size_t witnesses;
	enum status st;

	TRY(log_bundles_checkpoint(&log, &note, ret_error));
	arena_init(&arena, (size_t)1 << 20);
	opened = ARENA_NEW(&arena, struct signed_checkpoint, 1);
	st = opened ? signed_checkpoint_parse(buffer_bytes(&note), opened, ret_error) : arena_failure(&arena, ret_error);
	if (st == ST_OK)
		st = edition_checkpoint_trust(buffer_text(&note), keys, env_now(world_env()), &witnesses, ret_error);
	if (st == ST_OK)
		st = log_bundles_each(&log, opened->checkpoint.size, leaf_read, &r, ret_error);
	root_make(&r, &root);
	if (st == ST_OK && !merkle_hash_equal(&root, &opened->checkpoint.root))
		st = error_set(ret_error, ST_CORRUPT, "the ledger's leaves do not lead to the root that was signed");
	else if (st == ST_OK && r.at_ms == 0)
		st = error_set(ret_error, ST_NOT_FOUND, "the ledger has no leaf of this release");
	else if (st == ST_OK)
		leaf_tell(opened->checkpoint.origin, r.index, r.size, r.at_ms);
	arena_release(&arena);
	buffer_release(&note);
	return st;
}

static enum status ledger_find(const struct settings *s, const char *hash, struct error *ret_error)
{
	struct edition_keys keys;
	struct arena arena;
	struct buffer file;
	struct stat about;
	enum status st;

	arena_init(&arena, (size_t)1 << 20);
	st = keys_load(s->keys, &arena, &keys, ret_error);
	if (st == ST_OK && stat(s->ledger, &about) == 0 && S_ISREG(about.st_mode)) {
		st = file_whole(s->ledger, &file, ret_error);
		if (st == ST_OK) {
			st = proof_find(buffer_bytes(&file), &keys, hash, ret_error);
			buffer_release(&file);
		}
	} else if (st == ST_OK) {
		st = log_find(s, &keys, hash, ret_error);
	}
	arena_release(&arena);
	return st;
}

static enum status verify(const struct settings *s, size_t *ret_findings, struct error *ret_error)
{
	struct keys keys = {.count = 0};
	struct figure_checking checking = {.keys = keys.keys, .found = found};
	struct buffer file;
	enum status st;

	if (s->keys)
		TRY(public_keys(s->keys, &keys, ret_error));
	checking.key_count = keys.count;
	TRY(file_whole(s->file, &file, ret_error));
	st = figure_check(buffer_bytes(&file), &checking, ret_error);
	buffer_release(&file);
	TRY(st);
	printf("release %lld, %zu figures, hash %s\n", (long long)checking.number, checking.figures, checking.hash);
	if (checking.signer[0])
		printf("signed by  %s\n", checking.signer);
	*ret_findings = checking.findings;
	return s->ledger ? ledger_find(s, checking.hash, ret_error) : ST_OK;
}

int verify_figures(int argc, char **argv)
{
	struct error error = {.code = ST_OK};
	struct settings s;
	size_t findings = 0;
	int usage = settings_parse(argc, argv, &s);
	enum status st;

	if (usage)
		return usage - 1;
	if (s.ledger && s.keys == NULL) {
		fprintf(stderr, WHO ": --ledger wants --keys\n");
		return 2;
	}
	st = verify(&s, &findings, &error);
	if (st != ST_OK)
		fprintf(stderr, WHO ": %s: %s%s%s\n", s.file, error.reason, error.reason[0] ? ": " : "", error.message);
	else if (findings)
		printf("IT DOES NOT HOLD: %zu findings\n", findings);
	else
		printf("%s\n", s.keys ? "it holds" : "it is what its note says; whether the note is the hub's is not known: give --keys");
	return st == ST_OK && findings == 0 ? 0 : 1;
}
