/* A hub's public folder for tests of the portal, made and signed as a hub makes it.
 *
 * usage: bulletin_tool make FOLDER SEED NUMBER TIME_MS PORTAL CHECKS.tsv RECEIPTS.tsv [NAME=FILE]...
 *        bulletin_tool open SEED ITEM
 *        bulletin_tool key SEED
 *
 * SEED is a word that all keys follow from. make writes bulletin, files/ (also the pack of CHECKS), grants/PORTAL. CHECKS: x, verdict, band, month, country; x "-" is
 * one that nobody knows, its output random (to measure large tables without a minute of computing them).
 * RECEIPTS: x, state, country, day, campaign, others. open prints the content of a sealed item; key prints the key that signs.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "bulletin/grant.h"
#include "bulletin/item.h"
#include "bulletin/pack.h"
#include "bulletin/table.h"

#define ROWS_MAX ((size_t)1 << 20)
#define FILE_MAX ((size_t)64 << 20)

static void must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "bulletin_tool: %s\n", what);
		exit(1);
	}
}

static void must_ok(enum status st, const struct error *error)
{
	must(st == ST_OK, error->message);
}

static int64_t now_ms(void *context)
{
	struct timespec t;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000;
}

static void random_fill(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env env = {now_ms, random_fill, NULL};

struct keys {
	struct note_signer signer;
	struct oprf_key oprf;
	uint8_t inbox[32], inbox_secret[32];
};

static void keys_make(const char *seed, struct keys *ret)
{
	struct error error;
	uint8_t part[3][32];

	for (uint8_t i = 0; i < 3; i++)
		crypto_generichash(part[i], 32, (const uint8_t *)seed, strlen(seed), &(uint8_t[16]){i}[0], 16);
	must_ok(note_signer_make(TEXT("hub.example/public"), NOTE_ED25519, part[0], &ret->signer, &error), &error);
	must_ok(oprf_key_derive(OPRF_VERIFIABLE, part[1], (struct bytes){NULL, 0}, &ret->oprf, &error), &error);
	memcpy(ret->inbox_secret, part[2], 32);
	must(crypto_scalarmult_base(ret->inbox, ret->inbox_secret) == 0, "inbox key");
}

static void file_read(const char *path, struct buffer *out)
{
	FILE *in = fopen(path, "rb");
	uint8_t piece[65536];
	size_t got;

	must(in != NULL, path);
	while ((got = fread(piece, 1, sizeof piece, in)) > 0)
		buffer_add(out, piece, got);
	fclose(in);
	must(buffer_status(out) == ST_OK, path);
}

static void file_write(const char *folder, const char *name, struct bytes content)
{
	char path[4400], part[4400];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	snprintf(part, sizeof part, "%s/%s.new", folder, name);
	out = fopen(part, "wb");
	must(out != NULL && fwrite(content.data, 1, content.len, out) == content.len && fclose(out) == 0 && rename(part, path) == 0, path);
}

/* Columns of one line. */
static size_t columns(char *line, char *ret[8])
{
	size_t count = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at && count < 8; count++) {
		ret[count] = at;
		at = strchr(at, '\t');
		if (at)
			*at++ = '\0';
	}
	return count;
}

static unsigned number(const char *word)
{
	return (unsigned)strtoul(word, NULL, 10);
}

static void row_make(const struct keys *keys, char *const column[8], bool receipts, struct bulletin_row *row)
{
	const struct bulletin_check check = {.verdict = (enum bulletin_verdict)number(column[1]), .band = (enum bulletin_band)number(column[2]),
					     .month = (uint16_t)number(column[3]), .country = {column[receipts ? 2 : 4][0], receipts ? '\0' : column[4][1], '\0'}};
	struct bulletin_receipt receipt = {.state = (uint8_t)number(column[1]), .country = {column[2][0], column[2][0] ? column[2][1] : '\0', '\0'},
					   .day = (uint16_t)number(column[3])};
	struct error error;

	if (strcmp(column[0], "-") == 0) {
		randombytes_buf(&row->output, sizeof row->output);
		row->bucket = (uint16_t)randombytes_uniform(BULLETIN_BUCKETS);
	} else {
		must_ok(oprf_direct(&keys->oprf, text_bytes(text_of(column[0])), &row->output, &error), &error);
		row->bucket = bulletin_bucket(text_of(column[0]));
	}
	if (receipts) {
		receipt.campaign = number(column[4]);
		receipt.others = (uint16_t)number(column[5]);
		must_ok(bulletin_receipt_pack(&receipt, row->payload, &error), &error);
	} else {
		must_ok(bulletin_check_pack(&check, row->payload, &error), &error);
	}
}

static void table_make(const struct keys *keys, const char *path, bool receipts, int64_t time_ms, struct buffer *out)
{
	struct bulletin_table_head head = {.payload_size = receipts ? BULLETIN_RECEIPT_SIZE : BULLETIN_CHECK_SIZE, .time_ms = time_ms};
	struct bulletin_row *rows = calloc(ROWS_MAX, sizeof *rows);
	struct error error;
	char line[2048], *column[8];
	FILE *in = fopen(path, "r");
	size_t count = 0;

	must(in != NULL && rows != NULL, path);
	oprf_key_id(&keys->oprf.public_key, head.key_id);
	while (count < ROWS_MAX && fgets(line, sizeof line, in))
		if (columns(line, column) >= (receipts ? 6u : 5u))
			row_make(keys, column, receipts, &rows[count++]);
	fclose(in);
	must_ok(bulletin_table_build(&head, rows, count, &env, out, &error), &error);
	free(rows);
}

/* What is confirmed; nothing that is official. */
static void pack_make(const char *path, struct buffer *out)
{
	struct text *rows[2] = {calloc(ROWS_MAX, sizeof *rows[0]), calloc(ROWS_MAX, sizeof *rows[1])};
	struct error error;
	char line[2048], *column[8];
	FILE *in = fopen(path, "r");
	size_t count[2] = {0, 0};

	must(in != NULL && rows[0] && rows[1], path);
	while (fgets(line, sizeof line, in)) {
		unsigned verdict = columns(line, column) >= 5 ? number(column[1]) : 0, official = verdict == BULLETIN_OFFICIAL;

		if (verdict != BULLETIN_CONFIRMED && !official)
			continue;
		rows[official][count[official]++] = text_of(strdup(column[0]));
		must(count[official] < ROWS_MAX, path);
	}
	fclose(in);
	must_ok(bulletin_pack_build(rows[0], count[0], rows[1], count[1], out, &error), &error);
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < count[i]; k++)
			free((char *)(uintptr_t)rows[i][k].data);
		free(rows[i]);
	}
}

static void file_add(const char *folder, struct bulletin_note *note, const char *name, struct bytes content)
{
	char address[2 * BULLETIN_HASH_SIZE + 1], path[128];
	struct error error;

	must_ok(bulletin_note_add(note, text_of(name), content, &error), &error);
	bulletin_file_address(&note->files[note->file_count - 1], address);
	snprintf(path, sizeof path, "files/%s", address);
	file_write(folder, path, content);
}

static void make(int argc, char **argv)
{
	static const char *const tables[] = {"checks", "receipts"}, *const folders[] = {"", "/files", "/grants"};
	const char *folder = argv[2], *portal = argv[6];
	struct bulletin_note note = {.number = strtoull(argv[4], NULL, 10), .time_ms = strtoll(argv[5], NULL, 10)};
	struct buffer out;
	struct keys keys;
	struct error error;
	uint8_t portal_key[32];
	char path[4400];

	keys_make(argv[3], &keys);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", folder, folders[i]);
		mkdir(path, 0755);
	}
	snprintf(note.hub, sizeof note.hub, "hub.example");
	memcpy(note.inbox, keys.inbox, sizeof note.inbox);
	note.keys[0] = keys.oprf.public_key;
	note.key_count = 1;
	buffer_init(&out, FILE_MAX);
	for (int i = 0; i < 2; i++) {
		buffer_clear(&out);
		table_make(&keys, argv[7 + i], i == 1, note.time_ms, &out);
		file_add(folder, &note, tables[i], buffer_bytes(&out));
	}
	buffer_clear(&out);
	pack_make(argv[7], &out);
	file_add(folder, &note, "pack", buffer_bytes(&out));
	for (int i = 9; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		must(equals != NULL, argv[i]);
		*equals = '\0';
		buffer_clear(&out);
		file_read(equals + 1, &out);
		file_add(folder, &note, argv[i], buffer_bytes(&out));
	}
	must(sodium_hex2bin(portal_key, sizeof portal_key, portal, strlen(portal), NULL, NULL, NULL) == 0, "PORTAL is no key");
	buffer_clear(&out);
	must_ok(bulletin_grant_write(portal_key, &keys.oprf, 1, &out, &error), &error);
	snprintf(path, sizeof path, "grants/%s", portal);
	file_write(folder, path, buffer_bytes(&out));
	buffer_clear(&out);
	must_ok(bulletin_note_write(&note, &keys.signer, &out, &error), &error);
	file_write(folder, "bulletin", buffer_bytes(&out));
	buffer_release(&out);
}

static void item_open(const char *seed, const char *path)
{
	struct bulletin_item_head head;
	struct buffer item, content;
	struct error error;
	struct keys keys;

	keys_make(seed, &keys);
	buffer_init(&item, BULLETIN_ITEM_MAX);
	buffer_init(&content, BULLETIN_ITEM_MAX);
	file_read(path, &item);
	must_ok(bulletin_item_open(buffer_bytes(&item), keys.inbox, keys.inbox_secret, &head, &content, &error), &error);
	printf("%u ", (unsigned)head.kind);
	fwrite(content.data, 1, content.len, stdout); /* a part of a file is any bytes */
	printf("\n");
	buffer_release(&item);
	buffer_release(&content);
}

int main(int argc, char **argv)
{
	struct keys keys;
	char vkey[NOTE_VKEY_SIZE];

	must(sodium_init() >= 0, "libsodium");
	if (argc >= 9 && strcmp(argv[1], "make") == 0) {
		make(argc, argv);
	} else if (argc == 4 && strcmp(argv[1], "open") == 0) {
		item_open(argv[2], argv[3]);
	} else if (argc == 3 && strcmp(argv[1], "key") == 0) {
		keys_make(argv[2], &keys);
		note_vkey(&keys.signer.key, vkey);
		printf("%s\n", vkey);
	} else {
		fprintf(stderr, "usage: see the head of this file\n");
		return 2;
	}
	return 0;
}
