#include "kit/vectors.h"

#include <sodium.h>

#include "bulletin/answer.h"
#include "bulletin/note.h"
#include "bulletin/payload.h"
#include "merkle/base64.h"
#include "merkle/checkpoint.h"
#include "merkle/leaf.h"

#define TIME_MS INT64_C(1795651200000) /* 2026-11-26T00:00:00Z */
#define NOTE_ROOM ((size_t)65536)
#define SECRET_LABEL "cordon kit v1|"

/* Keys that everybody may know: SHA-256 of a label and a word. */
static void secret_of(const char *word, uint8_t ret[32])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)SECRET_LABEL, sizeof SECRET_LABEL - 1);
	crypto_hash_sha256_update(&state, (const uint8_t *)word, strlen(word));
	crypto_hash_sha256_final(&state, ret);
}

/* What is drawn at random elsewhere follows from a count here, so that the same program writes the same bytes. */
static void count_fill(void *context, void *out, size_t len)
{
	uint64_t *count = context;
	uint8_t seed[randombytes_SEEDBYTES] = {0};

	memcpy(seed, count, sizeof *count);
	++*count;
	randombytes_buf_deterministic(out, len, seed);
}

static int64_t time_fixed(void *context)
{
	(void)context;
	return TIME_MS;
}

static json_t *hex(const void *data, size_t len)
{
	char digits[4096];

	return len < sizeof digits / 2 ? json_string(sodium_bin2hex(digits, sizeof digits, data, len)) : NULL;
}

static json_t *text(const struct buffer *buffer)
{
	return buffer_status(buffer) == ST_OK ? json_stringn((const char *)buffer->data, buffer->len) : NULL;
}

static json_t *vkey(const struct note_key *key)
{
	char word[NOTE_VKEY_SIZE];

	note_vkey(key, word);
	return json_string(word);
}

/* ---- the bulletin ---- */

static const struct bulletin_check listed = {.verdict = BULLETIN_REPORTED, .band = BULLETIN_FROM_10, .month = 82, .country = "kh"};

struct example {
	uint64_t count;
	struct env env;
	struct oprf_key key;
	struct buffer file, note;
	struct bulletin_table table;
	struct note_signer signer;
};

static enum status example_make(struct example *e, struct text x, struct error *ret_error)
{
	struct bulletin_table_head head = {.payload_size = BULLETIN_CHECK_SIZE, .time_ms = TIME_MS};
	struct bulletin_row row = {.bucket = bulletin_bucket(x)};
	struct bulletin_note note = {.hub = "kit.example", .number = 1, .time_ms = TIME_MS, .key_count = 1};
	uint8_t secret[32];

	secret_of("oprf", secret);
	TRY(oprf_key_derive(OPRF_VERIFIABLE, secret, (struct bytes){NULL, 0}, &e->key, ret_error));
	oprf_key_id(&e->key.public_key, head.key_id);
	TRY(oprf_direct(&e->key, text_bytes(x), &row.output, ret_error));
	TRY(bulletin_check_pack(&listed, row.payload, ret_error));
	TRY(bulletin_table_build(&head, &row, 1, &e->env, &e->file, ret_error));
	TRY(bulletin_table_open(buffer_bytes(&e->file), &e->table, ret_error));
	secret_of("inbox", secret);
	if (crypto_scalarmult_base(note.inbox, secret) != 0)
		return error_set(ret_error, ST_MALFORMED, "the inbox key");
	note.keys[0] = e->key.public_key;
	TRY(bulletin_note_add(&note, TEXT("checks"), buffer_bytes(&e->file), ret_error));
	secret_of("public", secret);
	TRY(note_signer_make(TEXT("kit.example/public"), NOTE_ED25519, secret, &e->signer, ret_error));
	return bulletin_note_write(&note, &e->signer, &e->note, ret_error);
}

/* A whole private check, with what the asker keeps to himself. */
static enum status check_make(struct example *e, struct text x, json_t *checks, struct error *ret_error)
{
	struct bulletin_asked asked;
	struct bulletin_found found;
	struct oprf_element blinded, evaluated;
	struct oprf_proof proof;
	struct oprf_output output;
	struct buffer answer;
	uint8_t question[BULLETIN_QUESTION_SIZE];
	uint16_t bucket;
	enum status st;

	TRY(bulletin_ask(&e->env, x, &asked, question, ret_error));
	TRY(bulletin_question_read((struct bytes){question, sizeof question}, &bucket, &blinded, ret_error));
	TRY(oprf_evaluate(&e->key, &e->env, &blinded, 1, &evaluated, &proof, ret_error));
	TRY(oprf_direct(&e->key, text_bytes(x), &output, ret_error));
	buffer_init(&answer, NOTE_ROOM);
	st = bulletin_answer(&e->table, bucket, &evaluated, &proof, &answer, ret_error);
	/* As the asker reads it: an example that this program refuses is none. */
	if (st == ST_OK)
		st = bulletin_answer_read(&asked, buffer_bytes(&answer), &e->key.public_key, 1, &found, ret_error);
	if (st == ST_OK || st == ST_NOT_FOUND) {
		(void)json_array_append_new(checks, json_pack("{s:s%, s:i, s:o, s:o, s:o, s:o, s:o}", "x", x.data, x.len, "bucket", (int)bucket,
							      "blind", hex(asked.blind.b, sizeof asked.blind.b), "question", hex(question, sizeof question),
							      "answer", hex(answer.data, answer.len), "output", hex(output.b, sizeof output.b),
							      "payload", st == ST_OK ? hex(found.payload, BULLETIN_CHECK_SIZE) : json_null()));
		st = ST_OK;
	}
	buffer_release(&answer);
	bulletin_asked_clear(&asked);
	return st;
}

json_t *vectors_bulletin(struct error *ret_error)
{
	struct example e = {.count = 0};
	json_t *checks = json_array(), *made = NULL;

	e.env = (struct env){time_fixed, count_fill, &e.count};
	buffer_init(&e.file, (size_t)1 << 20);
	buffer_init(&e.note, NOTE_ROOM);
	if (example_make(&e, TEXT("phone|85512345678"), ret_error) == ST_OK && check_make(&e, TEXT("phone|85512345678"), checks, ret_error) == ST_OK &&
	    check_make(&e, TEXT("phone|85512345679"), checks, ret_error) == ST_OK)
		made = json_pack("{s:o, s:o, s:o, s:O, s:{s:i, s:i, s:i, s:s}}", "key", vkey(&e.signer.key), "note", text(&e.note), "oprf_secret",
				 hex(e.key.secret.b, sizeof e.key.secret.b), "checks", checks, "listed", "verdict", (int)listed.verdict, "band",
				 (int)listed.band, "month", (int)listed.month, "country", listed.country);
	json_decref(checks);
	buffer_release(&e.file);
	buffer_release(&e.note);
	return made;
}

/* ---- the ledger ---- */

#define LEAVES 3u
#define PROVED 1u

static void leaf_make(unsigned i, struct buffer *body, json_t *leaves)
{
	static const char *const payloads[LEAVES] = {"{\"a\":1}", "{\"state\":\"published\"}", "{}"};
	static const char *const kinds[LEAVES] = {"entry.submit", "entry.publish", "key.begin"};
	char id[] = "00000000000000000000000000000000";
	struct leaf leaf = {.actor = TEXT(""), .log = TEXT("list"), .subject = text_of(id), .kind = text_of(kinds[i]), .time_ms = TIME_MS + (int64_t)i};
	uint8_t salt[LEAF_SALT_SIZE];

	for (uint8_t k = 0; k < LEAF_SALT_SIZE; k++)
		salt[k] = k;
	id[sizeof id - 2] = (char)('1' + i);
	leaf.id = text_of(id);
	leaf_commit(salt, text_of(payloads[i]), &leaf.commitment);
	leaf_write(&leaf, body);
	(void)json_array_append_new(leaves, json_pack("{s:o, s:s, s:o}", "salt", hex(salt, sizeof salt), "payload", payloads[i], "leaf", text(body)));
}

/* One log of three leaves: the tree of three is node(node(0, 1), 2). */
static enum status log_make(struct buffer *note, struct buffer *proof_file, json_t *leaves, json_t *keys, struct error *ret_error)
{
	struct note_signer log, witness;
	struct merkle_hash hashes[LEAVES];
	struct checkpoint checkpoint = {.origin = TEXT("kit.example/list"), .size = LEAVES};
	struct tlog_proof proof = {.index = PROVED, .proof = {.count = 2}};
	struct buffer body, base64, signed_text;
	uint8_t secret[32];
	enum status st;

	secret_of("list", secret);
	TRY(note_signer_make(checkpoint.origin, NOTE_ED25519, secret, &log, ret_error));
	secret_of("witness", secret);
	TRY(note_signer_make(TEXT("witness.kit.example"), NOTE_COSIGNATURE, secret, &witness, ret_error));
	buffer_init(&body, NOTE_ROOM);
	buffer_init(&base64, NOTE_ROOM);
	buffer_init(&signed_text, NOTE_ROOM);
	for (unsigned i = 0; i < LEAVES; i++) {
		buffer_clear(&body);
		leaf_make(i, &body, leaves);
		merkle_hash_leaf(buffer_bytes(&body), &hashes[i]);
		if (i == PROVED)
			base64_add(&base64, buffer_bytes(&body));
	}
	proof.extra = buffer_text(&base64);
	proof.proof.hashes[0] = hashes[0];
	proof.proof.hashes[1] = hashes[2];
	merkle_hash_node(&hashes[0], &hashes[1], &checkpoint.root);
	merkle_hash_node(&checkpoint.root, &hashes[2], &checkpoint.root);
	checkpoint_write(&checkpoint, &signed_text);
	buffer_add(note, signed_text.data, signed_text.len);
	buffer_add_char(note, '\n');
	st = note_sign(&log, buffer_text(&signed_text), 0, note, ret_error);
	if (st == ST_OK)
		st = note_sign(&witness, buffer_text(&signed_text), (uint64_t)(TIME_MS / 1000), note, ret_error);
	if (st == ST_OK)
		st = signed_checkpoint_open(buffer_bytes(note), &log.key, &proof.signed_checkpoint, ret_error);
	if (st == ST_OK)
		st = tlog_proof_check(&proof, &hashes[PROVED], ret_error);
	if (st == ST_OK)
		tlog_proof_write(&proof, proof_file);
	(void)json_object_set_new(keys, "log", vkey(&log.key));
	(void)json_object_set_new(keys, "witness", vkey(&witness.key));
	buffer_release(&body);
	buffer_release(&base64);
	buffer_release(&signed_text);
	return st;
}

json_t *vectors_ledger(struct error *ret_error)
{
	struct buffer note, proof;
	json_t *leaves = json_array(), *keys = json_object(), *made = NULL;

	buffer_init(&note, NOTE_ROOM);
	buffer_init(&proof, NOTE_ROOM);
	if (log_make(&note, &proof, leaves, keys, ret_error) == ST_OK)
		made = json_pack("{s:O, s:O, s:o, s:o, s:i}", "keys", keys, "leaves", leaves, "checkpoint", text(&note), "proof", text(&proof), "proved", (int)PROVED);
	json_decref(leaves);
	json_decref(keys);
	buffer_release(&note);
	buffer_release(&proof);
	return made;
}
