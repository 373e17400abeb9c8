#include <sodium.h>
#include <stdlib.h>

#include "bulletin/answer.h"
#include "lib/random.h"

#define SLOTS_MAX 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes are a table's head and the beginning of its slots, which go on in ascending numbers up to the size that the head says. */
static void table(struct bytes in)
{
	struct bulletin_table table;
	uint32_t slots = (uint32_t)in.data[12] | (uint32_t)in.data[13] << 8;
	size_t len = BULLETIN_TABLE_HEAD_SIZE + (size_t)BULLETIN_BUCKETS * (slots % (SLOTS_MAX + 1)) * (BULLETIN_TAG_SIZE + in.data[10] % 32u);
	uint8_t *file = calloc(1, len + in.len);

	if (file == NULL)
		return;
	memcpy(file, in.data, in.len);
	for (size_t i = in.len; i < len; i++)
		file[i] = (uint8_t)(i * slots / (len + 1));
	if (bulletin_table_open((struct bytes){file, len}, &table, NULL) == ST_OK)
		for (uint32_t b = 0; b < BULLETIN_BUCKETS; b += 1023) {
			struct bytes bucket = bulletin_table_bucket(&table, (uint16_t)b);

			if (bucket.data < file || bucket.data + bucket.len > file + len)
				abort();
		}
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[32] = {1};
	uint8_t question[BULLETIN_QUESTION_SIZE];
	struct oprf_element blinded;
	struct bulletin_asked asked;
	struct bulletin_found found;
	struct oprf_key key;
	uint16_t bucket;

	if (sodium_init() < 0 || oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &key, NULL) != ST_OK ||
	    bulletin_ask(&random_env, TEXT("phone|85591234567"), &asked, question, NULL) != ST_OK)
		abort();
	if (bulletin_question_read((struct bytes){data, size}, &bucket, &blinded, NULL) == ST_OK && bucket >= BULLETIN_BUCKETS)
		abort();
	/* Nobody makes a proof for a question that he has not seen. */
	if (bulletin_answer_read(&asked, (struct bytes){data, size}, &key.public_key, 1, &found, NULL) == ST_OK)
		abort();
	if (size >= BULLETIN_TABLE_HEAD_SIZE)
		table((struct bytes){data, size});
	return 0;
}
