/* A portal for tests of those who ask: a signed note, two tables, and answers to questions on its standard input, one a line.
 *
 * usage: portal
 * It begins with the line of JSON that names the hub's public key, the note, and what the tables have. A question is "TABLE HOW HEX":
 * TABLE checks or receipts; HOW honest, other (with a key made for this asker, under the published id) or own (the same, under its own
 * id); HEX what was asked. The answer is in hexadecimal digits.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "bulletin/answer.h"
#include "bulletin/note.h"
#include "lib/random.h"

#define TIME_MS INT64_C(1795656225678)
#define PHONE TEXT("phone|85591234567")
#define SITE TEXT("url|https://example.com/")
#define RECEIPT TEXT("receipt|1234567890123456")

struct portal {
	struct oprf_key key, other;
	struct buffer files[2];
	struct bulletin_table tables[2];
	struct note_signer signer;
	struct buffer note;
};

static void must(enum status st)
{
	if (st != ST_OK)
		abort();
}

static void table(struct portal *p, size_t i, struct bulletin_row *rows, const struct text *xs, size_t count, uint8_t payload_size)
{
	struct bulletin_table_head head = {.payload_size = payload_size, .time_ms = TIME_MS};

	oprf_key_id(&p->key.public_key, head.key_id);
	for (size_t k = 0; k < count; k++) {
		rows[k].bucket = bulletin_bucket(xs[k]);
		must(oprf_direct(&p->key, text_bytes(xs[k]), &rows[k].output, NULL));
	}
	buffer_init(&p->files[i], BULLETIN_TABLE_MAX);
	must(bulletin_table_build(&head, rows, count, &random_env, &p->files[i], NULL));
	must(bulletin_table_open(buffer_bytes(&p->files[i]), &p->tables[i], NULL));
}

static void make(struct portal *p)
{
	const struct bulletin_check confirmed = {BULLETIN_CONFIRMED, BULLETIN_FROM_3, 82, "kh", 5};
	const struct bulletin_check reported = {BULLETIN_REPORTED, BULLETIN_FROM_10, 83, "", 0};
	const struct bulletin_receipt receipt = {4, 1, "kr", 2521, 70000, 12, 9};
	const struct text checks[2] = {PHONE, SITE}, receipts[1] = {RECEIPT};
	struct bulletin_row rows[2] = {{.bucket = 0}}, row[1] = {{.bucket = 0}};
	struct bulletin_note note = {.hub = "cordon.kh", .number = 1, .time_ms = TIME_MS, .key_count = 1};
	uint8_t seed[32];

	randombytes_buf(seed, sizeof seed);
	must(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &p->key, NULL));
	randombytes_buf(seed, sizeof seed);
	must(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &p->other, NULL));
	must(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, seed, &p->signer, NULL));
	must(bulletin_check_pack(&confirmed, rows[0].payload, NULL));
	must(bulletin_check_pack(&reported, rows[1].payload, NULL));
	must(bulletin_receipt_pack(&receipt, row[0].payload, NULL));
	table(p, 0, rows, checks, 2, BULLETIN_CHECK_SIZE);
	table(p, 1, row, receipts, 1, BULLETIN_RECEIPT_SIZE);
	note.keys[0] = p->key.public_key;
	must(bulletin_note_add(&note, TEXT("checks"), buffer_bytes(&p->files[0]), NULL));
	must(bulletin_note_add(&note, TEXT("receipts"), buffer_bytes(&p->files[1]), NULL));
	buffer_init(&p->note, BULLETIN_NOTE_MAX);
	must(bulletin_note_write(&note, &p->signer, &p->note, NULL));
}

static void tell(const struct portal *p)
{
	char vkey[NOTE_VKEY_SIZE];

	note_vkey(&p->signer.key, vkey);
	printf("{\"vkey\":\"%s\",\"time\":%lld,\"note\":\"", vkey, (long long)TIME_MS);
	for (size_t i = 0; i < p->note.len; i++)
		if (p->note.data[i] == '\n')
			fputs("\\n", stdout);
		else
			putchar(p->note.data[i]);
	printf("\"}\n");
	(void)fflush(stdout);
}

static bool answer(const struct portal *p, struct text line)
{
	uint8_t question[BULLETIN_QUESTION_SIZE];
	struct oprf_element blinded, evaluated;
	struct text table_name, how;
	struct oprf_proof proof;
	struct buffer out;
	uint16_t bucket;
	size_t len;

	if (!text_split(&line, ' ', &table_name) || !text_split(&line, ' ', &how) ||
	    sodium_hex2bin(question, sizeof question, line.data, line.len, NULL, &len, NULL) != 0)
		return false;
	must(bulletin_question_read((struct bytes){question, len}, &bucket, &blinded, NULL));
	must(oprf_evaluate(text_equal(how, TEXT("honest")) ? &p->key : &p->other, &random_env, &blinded, 1, &evaluated, &proof, NULL));
	buffer_init(&out, 1 << 20);
	must(bulletin_answer(&p->tables[text_equal(table_name, TEXT("receipts"))], bucket, &evaluated, &proof, &out, NULL));
	if (text_equal(how, TEXT("own")))
		oprf_key_id(&p->other.public_key, out.data + 96);
	for (size_t i = 0; i < out.len; i++)
		printf("%02x", out.data[i]);
	putchar('\n');
	(void)fflush(stdout);
	buffer_release(&out);
	return true;
}

int main(void)
{
	struct portal portal;
	char line[256];

	if (sodium_init() < 0)
		return 1;
	make(&portal);
	tell(&portal);
	while (fgets(line, sizeof line, stdin))
		if (!answer(&portal, (struct text){line, strcspn(line, "\n")}))
			return 2;
	for (size_t i = 0; i < 2; i++)
		buffer_release(&portal.files[i]);
	buffer_release(&portal.note);
	return 0;
}
