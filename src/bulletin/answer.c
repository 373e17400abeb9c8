#include "bulletin/answer.h"

#include <sodium.h>

#include "bulletin/bytes.h"

#define PROOF_AT 32u
#define TABLE_AT 96u

enum status bulletin_question_read(struct bytes in, uint16_t *ret_bucket, struct oprf_element *ret_blinded, struct error *ret_error)
{
	if (in.len != BULLETIN_QUESTION_SIZE)
		return error_at(ret_error, ST_MALFORMED, "length", -1, "a question has %u bytes", BULLETIN_QUESTION_SIZE);
	if (bytes_get_16(in.data) >= BULLETIN_BUCKETS)
		return error_at(ret_error, ST_MALFORMED, "bucket", 0, "there is no bucket %u", bytes_get_16(in.data));
	*ret_bucket = bytes_get_16(in.data);
	memcpy(ret_blinded->b, in.data + 2, sizeof ret_blinded->b);
	return ST_OK;
}

size_t bulletin_answer_size(const struct bulletin_table *table)
{
	return BULLETIN_ANSWER_HEAD_SIZE + bulletin_table_bucket(table, 0).len;
}

enum status bulletin_answer(const struct bulletin_table *table, uint16_t bucket, const struct oprf_element *evaluated,
			    const struct oprf_proof *proof, struct buffer *out, struct error *ret_error)
{
	const struct bytes slots = bulletin_table_bucket(table, bucket);
	uint8_t *at = buffer_extend(out, bulletin_answer_size(table));

	if (at == NULL)
		return error_set(ret_error, buffer_status(out), "the answer is larger than may be held");
	memcpy(at, evaluated->b, sizeof evaluated->b);
	memcpy(at + PROOF_AT, proof->b, sizeof proof->b);
	at += TABLE_AT;
	memcpy(at, table->head.key_id, OPRF_KEY_ID_SIZE);
	bytes_put_64(at + 8, (uint64_t)table->head.time_ms);
	bytes_put_32(at + 16, table->slots);
	bytes_put_16(at + 20, table->head.payload_size);
	bytes_put_16(at + 22, 0);
	memcpy(at + 24, slots.data, slots.len);
	return ST_OK;
}

/* ---- who asks ---- */

enum status bulletin_ask(const struct env *env, struct text x, struct bulletin_asked *ret, uint8_t ret_question[BULLETIN_QUESTION_SIZE],
			 struct error *ret_error)
{
	TRY(oprf_blind(OPRF_VERIFIABLE, env, text_bytes(x), &ret->blind, &ret->blinded, ret_error));
	ret->x = x;
	bytes_put_16(ret_question, bulletin_bucket(x));
	memcpy(ret_question + 2, ret->blinded.b, sizeof ret->blinded.b);
	return ST_OK;
}

void bulletin_asked_clear(struct bulletin_asked *asked)
{
	sodium_memzero(asked, sizeof *asked);
}

static enum status malformed(struct error *ret_error)
{
	return error_at(ret_error, ST_MALFORMED, "answer", -1, "this is no answer of a table");
}

static const struct oprf_element *key_named(const uint8_t id[OPRF_KEY_ID_SIZE], const struct oprf_element *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t own[OPRF_KEY_ID_SIZE];

		oprf_key_id(&keys[i], own);
		if (memcmp(own, id, sizeof own) == 0)
			return &keys[i];
	}
	return NULL;
}

enum status bulletin_answer_read(const struct bulletin_asked *asked, struct bytes answer, const struct oprf_element *keys, size_t key_count,
				 struct bulletin_found *ret, struct error *ret_error)
{
	const uint8_t *table = answer.data + TABLE_AT;
	const struct oprf_element *key;
	struct bulletin_table_head head;
	struct oprf_element evaluated;
	struct oprf_output output;
	struct oprf_proof proof;
	uint64_t time;
	enum status st;

	if (answer.len < BULLETIN_ANSWER_HEAD_SIZE)
		return malformed(ret_error);
	time = bytes_get_64(table + 8);
	head = (struct bulletin_table_head){.payload_size = (uint8_t)bytes_get_16(table + 20), .time_ms = (int64_t)time};
	memcpy(head.key_id, table, sizeof head.key_id);
	if ((head.payload_size != BULLETIN_CHECK_SIZE && head.payload_size != BULLETIN_RECEIPT_SIZE) || table[21] || table[22] || table[23] ||
	    time > INT64_MAX || bytes_get_32(table + 16) > BULLETIN_SLOTS_MAX ||
	    answer.len != BULLETIN_ANSWER_HEAD_SIZE + bytes_get_32(table + 16) * (BULLETIN_TAG_SIZE + (size_t)head.payload_size))
		return malformed(ret_error);
	key = key_named(head.key_id, keys, key_count);
	if (key == NULL)
		return error_at(ret_error, ST_DENIED, "key", -1, "this was answered with a key that the bulletin does not name");
	memcpy(evaluated.b, answer.data, sizeof evaluated.b);
	memcpy(proof.b, answer.data + PROOF_AT, sizeof proof.b);
	TRY(oprf_verify(key, &asked->blinded, &evaluated, 1, &proof, ret_error));
	TRY(oprf_finalize(text_bytes(asked->x), &asked->blind, &evaluated, &output, ret_error));
	ret->head = head;
	st = bulletin_bucket_find(&head, (struct bytes){answer.data + BULLETIN_ANSWER_HEAD_SIZE, answer.len - BULLETIN_ANSWER_HEAD_SIZE}, &output,
				  ret->payload);
	sodium_memzero(&output, sizeof output);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the table does not have it");
}
