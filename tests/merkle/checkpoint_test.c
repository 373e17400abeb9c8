#include "lib/test.h"

#include <stdio.h>

#include "merkle/naive.h"
#include "merkle/policy.h"

static const uint8_t log_seed[32] = {1}, witness_seed[32] = {2};

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static void checkpoints_are_read_and_written(void **state)
{
	static const struct {
		const char *text;
		enum status st;
	} rows[] = {
		{"example.com/behind-the-sofa\n20852163\n" ROOT "\n", ST_OK},
		{"o\n0\n" ROOT "\n", ST_OK},
		{"o\n9223372036854775807\n" ROOT "\n", ST_OK},
		{"o\n1\n" ROOT "\nmore\nlines\n", ST_OK},
		{"o\n9223372036854775808\n" ROOT "\n", ST_MALFORMED},
		{"o\n01\n" ROOT "\n", ST_MALFORMED},
		{"o\n-1\n" ROOT "\n", ST_MALFORMED},
		{"o\n\n" ROOT "\n", ST_MALFORMED},
		{"\n1\n" ROOT "\n", ST_MALFORMED},
		{"o\n1\n" ROOT, ST_MALFORMED},
		{"o\n1\nAAAA\n", ST_MALFORMED},
		{"o\n1\n" ROOT "=\n", ST_MALFORMED},
		/* the same bytes with spare bits set */
		{"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", ST_MALFORMED},
		{"o\n1\n" ROOT "\n\n", ST_MALFORMED},
		{"o\n1\n", ST_MALFORMED},
		{"", ST_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct checkpoint checkpoint;
		struct buffer out;

		if (checkpoint_parse(text_of(rows[i].text), &checkpoint, NULL) != rows[i].st)
			fail_msg("row %zu", i);
		if (rows[i].st != ST_OK)
			continue;
		buffer_init(&out, 1024);
		checkpoint_write(&checkpoint, &out);
		assert_text(buffer_text(&out), rows[i].text);
		buffer_release(&out);
	}
}

/* A log of `size` numbered leaves with one signature and one cosignature. */
struct log {
	struct memory_tiles *tiles;
	struct tile_store store;
	struct note_signer signer, witness;
	struct buffer note;
	uint64_t size;
};

static void log_sign(struct log *log)
{
	struct checkpoint checkpoint = {.origin = text_of(log->signer.key.name), .size = log->size};
	struct text text;

	assert_ok(tiles_root(&log->store, log->size, &checkpoint.root, NULL));
	buffer_clear(&log->note);
	checkpoint_write(&checkpoint, &log->note);
	text = (struct text){strndup((const char *)log->note.data, log->note.len), log->note.len};
	buffer_add_char(&log->note, '\n');
	assert_ok(note_sign(&log->signer, text, 0, &log->note, NULL));
	assert_ok(note_sign(&log->witness, text, 1763000000, &log->note, NULL));
	free((void *)(uintptr_t)text.data);
}

static void log_open(struct log *log, uint64_t size)
{
	struct merkle_hash *leaves = naive_leaves(size);

	*log = (struct log){.tiles = memory_tiles_new(), .size = size};
	log->store = memory_store(log->tiles);
	buffer_init(&log->note, 1 << 16);
	assert_ok(note_signer_make(TEXT("cordon.kh/list"), NOTE_ED25519, log_seed, &log->signer, NULL));
	assert_ok(note_signer_make(TEXT("witness.kr"), NOTE_COSIGNATURE, witness_seed, &log->witness, NULL));
	assert_ok(tiles_extend(&log->store, 0, leaves, size, NULL));
	free(leaves);
	log_sign(log);
}

static void log_close(struct log *log)
{
	memory_tiles_free(log->tiles);
	buffer_release(&log->note);
}

static void a_checkpoint_is_opened_with_its_log_s_key(void **state)
{
	struct log log;
	struct signed_checkpoint opened;
	struct note_signer other;

	(void)state;
	log_open(&log, 300);
	assert_ok(signed_checkpoint_open(buffer_bytes(&log.note), &log.signer.key, &opened, NULL));
	assert_true(opened.checkpoint.size == 300);
	assert_ok(note_signer_make(TEXT("cordon.kh/audit"), NOTE_ED25519, log_seed, &other, NULL));
	assert_int_equal(signed_checkpoint_open(buffer_bytes(&log.note), &other.key, &opened, NULL), ST_NOT_FOUND);
	assert_ok(note_signer_make(TEXT("cordon.kh/list"), NOTE_ED25519, witness_seed, &other, NULL));
	assert_int_equal(signed_checkpoint_open(buffer_bytes(&log.note), &other.key, &opened, NULL), ST_NOT_FOUND);
	log_close(&log);
}

static void proofs_for_a_file_go_round(void **state)
{
	static const uint64_t indexes[] = {0, 1, 255, 256, 299};
	struct log log;
	struct merkle_hash *leaves = naive_leaves(300);

	(void)state;
	log_open(&log, 300);
	for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
		struct tlog_proof proof = {.index = indexes[i], .extra = i % 2 ? TEXT("AAAA") : TEXT_NONE}, got;
		struct buffer out;

		assert_ok(tiles_inclusion(&log.store, indexes[i], 300, &proof.proof, NULL));
		proof.signed_checkpoint.raw = buffer_text(&log.note);
		buffer_init(&out, 1 << 16);
		tlog_proof_write(&proof, &out);
		assert_ok(tlog_proof_parse(buffer_bytes(&out), &got, NULL));
		assert_true(got.index == indexes[i]);
		assert_text(got.extra, i % 2 ? "AAAA" : "");
		assert_ok(tlog_proof_check(&got, &leaves[indexes[i]], NULL));
		assert_ok(note_verify(&got.signed_checkpoint.note, &log.signer.key, NULL, NULL));
		assert_int_not_equal(tlog_proof_check(&got, &leaves[(indexes[i] + 1) % 300], NULL), ST_OK);
		for (size_t cut = 0; cut < out.len; cut++)
			assert_true(tlog_proof_parse((struct bytes){out.data, cut}, &got, NULL) != ST_OK ||
				    got.signed_checkpoint.note.count == 1); /* a cut between the signatures */
		buffer_release(&out);
	}
	free(leaves);
	log_close(&log);
}

static void what_a_witness_is_sent_goes_round(void **state)
{
	struct log log;
	struct merkle_proof proof;
	struct add_checkpoint got;
	struct buffer out;

	(void)state;
	log_open(&log, 300);
	assert_ok(tiles_consistency(&log.store, 77, 300, &proof, NULL));
	buffer_init(&out, 1 << 16);
	add_checkpoint_write(77, &proof, buffer_text(&log.note), &out);
	assert_ok(add_checkpoint_parse(buffer_bytes(&out), &got, NULL));
	assert_true(got.old_size == 77 && got.signed_checkpoint.checkpoint.size == 300);
	assert_int_equal(got.proof.count, proof.count);
	assert_memory_equal(got.proof.hashes, proof.hashes, proof.count * sizeof proof.hashes[0]);
	for (size_t cut = 0; cut < out.len; cut++)
		assert_true(add_checkpoint_parse((struct bytes){out.data, cut}, &got, NULL) != ST_OK ||
			    got.signed_checkpoint.note.count == 1);
	buffer_clear(&out);
	buffer_printf(&out, "old 07\n\n");
	buffer_add(&out, log.note.data, log.note.len);
	assert_int_equal(add_checkpoint_parse(buffer_bytes(&out), &got, NULL), ST_MALFORMED);
	buffer_clear(&out);
	buffer_printf(&out, "old 7\n");
	for (unsigned i = 0; i < 64; i++)
		buffer_printf(&out, ROOT "\n");
	buffer_add_char(&out, '\n');
	buffer_add(&out, log.note.data, log.note.len);
	assert_int_equal(add_checkpoint_parse(buffer_bytes(&out), &got, NULL), ST_LIMIT);
	buffer_release(&out);
	log_close(&log);
}

static void a_policy_asks_for_log_and_quorum(void **state)
{
	struct log log;
	struct signed_checkpoint opened;
	struct tlog_policy policy;
	struct note_signer absent;
	char keys[3][NOTE_VKEY_SIZE], text[2048];
	static const struct {
		const char *rest;
		enum status st;
	} rows[] = {
		{"quorum none\n", ST_OK},
		{"quorum kr\n", ST_OK},
		{"quorum th\n", ST_DENIED},
		{"group both all kr th\nquorum both\n", ST_DENIED},
		{"group one any kr th\nquorum one\n", ST_OK},
		{"group two 2 kr th\nquorum two\n", ST_DENIED},
		{"group inner any kr th\ngroup outer all inner\nquorum outer\n", ST_OK},
	};

	(void)state;
	log_open(&log, 5);
	assert_ok(note_signer_make(TEXT("witness.th"), NOTE_COSIGNATURE, log_seed, &absent, NULL));
	note_vkey(&log.signer.key, keys[0]);
	note_vkey(&log.witness.key, keys[1]);
	note_vkey(&absent.key, keys[2]);
	assert_ok(signed_checkpoint_parse(buffer_bytes(&log.note), &opened, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t witnesses;
		enum status st;

		snprintf(text, sizeof text, "log %s https://hub.example/\nwitness kr %s\n witness\tth %s\n%s", keys[0], keys[1], keys[2],
			 rows[i].rest);
		assert_ok(tlog_policy_parse(text_bytes(text_of(text)), &policy, NULL));
		st = tlog_policy_check(&policy, &opened, &witnesses, NULL);
		if (st != rows[i].st)
			fail_msg("row %zu: %d", i, (int)st);
		if (st == ST_OK)
			assert_int_equal(witnesses & 3, 1);
	}
	/* Another log alone. */
	snprintf(text, sizeof text, "quorum none\n");
	assert_ok(tlog_policy_parse(text_bytes(text_of(text)), &policy, NULL));
	assert_int_equal(tlog_policy_check(&policy, &opened, NULL, NULL), ST_NOT_FOUND);
	log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checkpoints_are_read_and_written),
		cmocka_unit_test(a_checkpoint_is_opened_with_its_log_s_key),
		cmocka_unit_test(proofs_for_a_file_go_round),
		cmocka_unit_test(what_a_witness_is_sent_goes_round),
		cmocka_unit_test(a_policy_asks_for_log_and_quorum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
