#include <sodium.h>

#include "merkle/base64.h"
#include "merkle/note.h"

/* The largest signature that a line may carry: an ML-DSA-87 one is 4,627 bytes. */
#define RAW_MAX 8192u
#define COSIGNATURE_SIZE (8u + crypto_sign_BYTES)

static const struct text dash = {"\xE2\x80\x94 ", 4};

static enum status bad_note(struct error *ret_error)
{
	return error_set(ret_error, ST_MALFORMED, "this is not a signed note");
}

/* "— name base64\n" */
static enum status parse_line(struct text line, struct note_signature *ret, struct error *ret_error)
{
	struct text body = {line.data + dash.len, line.len - dash.len - 1};
	size_t space = text_find(body, ' ', 0), len;
	uint8_t raw[RAW_MAX];

	if (space == body.len)
		return bad_note(ret_error);
	ret->line = line;
	ret->name = (struct text){body.data, space};
	ret->base64 = (struct text){body.data + space + 1, body.len - space - 1};
	if (!note_name_valid(ret->name) || base64_read(ret->base64, raw, sizeof raw, &len) != ST_OK || len <= NOTE_ID_SIZE)
		return bad_note(ret_error);
	memcpy(ret->id, raw, NOTE_ID_SIZE);
	return ST_OK;
}

enum status note_parse_lines(struct text lines, struct note *ret, struct error *ret_error)
{
	ret->text = TEXT_NONE;
	ret->count = 0;
	if (lines.len == 0)
		return bad_note(ret_error);
	for (size_t at = 0; at < lines.len;) {
		size_t end = text_find(lines, '\n', at);
		struct text line = {lines.data + at, end + 1 - at};

		if (end == lines.len || !text_starts(line, dash) || line.len <= dash.len)
			return bad_note(ret_error);
		if (ret->count == NOTE_SIGNATURES_MAX)
			return error_set(ret_error, ST_LIMIT, "a note has at most %u signatures", NOTE_SIGNATURES_MAX);
		TRY(parse_line(line, &ret->signatures[ret->count++], ret_error));
		at = end + 1;
	}
	return ST_OK;
}

enum status note_parse(struct bytes in, struct note *ret, struct error *ret_error)
{
	struct text all;
	size_t split;

	if (in.len > NOTE_SIZE_MAX)
		return error_set(ret_error, ST_LIMIT, "a note has at most %zu bytes", NOTE_SIZE_MAX);
	TRY(text_check(in, &all, ret_error));
	for (size_t i = 0; i < all.len; i++)
		if ((uint8_t)all.data[i] < 0x20 && all.data[i] != '\n')
			return bad_note(ret_error);
	/* The last blank line parts the text from the signatures. */
	for (split = all.len; split >= 2; split--)
		if (all.data[split - 1] == '\n' && all.data[split - 2] == '\n')
			break;
	if (split < 2)
		return bad_note(ret_error);
	TRY(note_parse_lines((struct text){all.data + split, all.len - split}, ret, ret_error));
	ret->text = (struct text){all.data, split - 1};
	return ST_OK;
}

/* What a cosigner signs: "cosignature/v1\ntime T\n" and the checkpoint. */
static enum status cosigned(struct text text, uint64_t time, struct buffer *out)
{
	buffer_init(out, NOTE_SIZE_MAX + 64);
	buffer_printf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	buffer_add_text(out, text);
	return buffer_status(out);
}

static uint64_t read_u64(const uint8_t b[8])
{
	uint64_t value = 0;

	for (size_t i = 0; i < 8; i++)
		value = value << 8 | b[i];
	return value;
}

static bool verify_one(struct text text, const struct note_signature *signature, const struct note_key *key, uint64_t *time)
{
	uint8_t raw[NOTE_ID_SIZE + COSIGNATURE_SIZE];
	const uint8_t *body = raw + NOTE_ID_SIZE;
	struct buffer message;
	bool good;

	if (key->type == NOTE_ED25519)
		return base64_read_exactly(signature->base64, raw, NOTE_ID_SIZE + crypto_sign_BYTES) == ST_OK &&
		       crypto_sign_verify_detached(body, (const uint8_t *)text.data, text.len, key->public_key) == 0;
	if (base64_read_exactly(signature->base64, raw, sizeof raw) != ST_OK)
		return false;
	*time = read_u64(body);
	good = cosigned(text, *time, &message) == ST_OK &&
	       crypto_sign_verify_detached(body + 8, message.data, message.len, key->public_key) == 0;
	buffer_release(&message);
	return good;
}

enum status note_verify(const struct note *note, const struct note_key *key, uint64_t *ret_time, struct error *ret_error)
{
	bool found = false;
	uint64_t newest = 0;

	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *signature = &note->signatures[i];
		uint64_t time = 0;

		if (memcmp(signature->id, key->id, NOTE_ID_SIZE) != 0 || !text_equal(signature->name, text_of(key->name)))
			continue;
		if (!verify_one(note->text, signature, key, &time))
			return error_set(ret_error, ST_DENIED, "the signature of %s does not verify", key->name);
		found = true;
		newest = time > newest ? time : newest;
	}
	if (!found)
		return error_set(ret_error, ST_NOT_FOUND, "there is no signature of %s", key->name);
	if (ret_time)
		*ret_time = newest;
	return ST_OK;
}

enum status note_sign(const struct note_signer *signer, struct text text, uint64_t time, struct buffer *out, struct error *ret_error)
{
	uint8_t raw[NOTE_ID_SIZE + COSIGNATURE_SIZE];
	size_t len = NOTE_ID_SIZE;
	struct buffer message = {.data = NULL};
	enum status st = ST_OK;

	memcpy(raw, signer->key.id, NOTE_ID_SIZE);
	if (signer->key.type == NOTE_COSIGNATURE) {
		st = cosigned(text, time, &message);
		if (st != ST_OK) {
			buffer_release(&message);
			return error_set(ret_error, st, "out of memory");
		}
		text = buffer_text(&message);
		for (size_t i = 0; i < 8; i++)
			raw[len++] = (uint8_t)(time >> (56 - 8 * i));
	}
	if (signer->token)
		st = signer->token->sign(signer->token, (struct bytes){(const uint8_t *)text.data, text.len}, raw + len, ret_error);
	else
		crypto_sign_detached(raw + len, NULL, (const uint8_t *)text.data, text.len, signer->secret);
	len += crypto_sign_BYTES;
	buffer_release(&message);
	TRY(st);
	buffer_add_text(out, dash);
	buffer_printf(out, "%s ", signer->key.name);
	base64_add(out, (struct bytes){raw, len});
	buffer_add_char(out, '\n');
	return buffer_status(out);
}
