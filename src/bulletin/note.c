#include "bulletin/note.h"

#include <sodium.h>

#include "bulletin/lines.h"
#include "merkle/base64.h"
#include "model/time.h"

#define FILE_SIZE_MAX ((uint64_t)1 << 32)

static bool name_valid(struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i && (c == '.' || c == '-'))))
			return false;
	}
	return name.len > 0 && name.len < BULLETIN_FILE_NAME_SIZE;
}

const struct bulletin_file *bulletin_note_file(const struct bulletin_note *note, struct text name)
{
	for (size_t i = 0; i < note->file_count; i++)
		if (text_equal(text_of(note->files[i].name), name))
			return &note->files[i];
	return NULL;
}

/* A file by that name that the note does not have yet. */
static enum status file_begin(struct bulletin_note *note, struct text name, struct bulletin_file **ret, struct error *ret_error)
{
	if (!name_valid(name))
		return lines_malformed("file", ret_error);
	if (bulletin_note_file(note, name))
		return error_at(ret_error, ST_CONFLICT, "file", -1, "the bulletin has %.*s already", TEXT_ARG(name));
	if (note->file_count == BULLETIN_FILES_MAX)
		return error_at(ret_error, ST_LIMIT, "file", -1, "a bulletin has at most %u files", BULLETIN_FILES_MAX);
	*ret = &note->files[note->file_count];
	memset(*ret, 0, sizeof **ret);
	memcpy((*ret)->name, name.data, name.len);
	return ST_OK;
}

enum status bulletin_note_add(struct bulletin_note *note, struct text name, struct bytes content, struct error *ret_error)
{
	struct bulletin_file *file = NULL;

	TRY(file_begin(note, name, &file, ret_error));
	(void)crypto_hash_sha256(file->hash, content.data, content.len);
	file->size = content.len;
	note->file_count++;
	return ST_OK;
}

/* ---- writing ---- */

static void key_write(const struct oprf_element *key, struct buffer *text)
{
	uint8_t id[OPRF_KEY_ID_SIZE];

	oprf_key_id(key, id);
	buffer_add_text(text, TEXT("oprf "));
	lines_add_hex(text, id, sizeof id);
	buffer_add_char(text, ' ');
	base64_add(text, (struct bytes){key->b, sizeof key->b});
	buffer_add_char(text, '\n');
}

static void text_write(const struct bulletin_note *note, struct buffer *text)
{
	char moment[TIME_SIZE];

	time_write(note->time_ms, moment);
	buffer_printf(text, "cordon bulletin v1\nhub %s\nnumber %llu\ntime %s\ninbox ", note->hub, (unsigned long long)note->number, moment);
	base64_add(text, (struct bytes){note->inbox, sizeof note->inbox});
	buffer_add_char(text, '\n');
	for (size_t i = 0; i < note->key_count; i++)
		key_write(&note->keys[i], text);
	for (size_t i = 0; i < note->file_count; i++) {
		buffer_printf(text, "file %s ", note->files[i].name);
		lines_add_hex(text, note->files[i].hash, BULLETIN_HASH_SIZE);
		buffer_printf(text, " %llu\n", (unsigned long long)note->files[i].size);
	}
}

enum status bulletin_note_write(const struct bulletin_note *note, const struct note_signer *signer, struct buffer *out,
				struct error *ret_error)
{
	struct buffer text;
	enum status st;

	if (!note_name_valid(text_of(note->hub)) || note->number > INT64_MAX)
		return lines_malformed("hub", ret_error);
	if (note->key_count == 0 || note->key_count > BULLETIN_KEYS_MAX)
		return lines_malformed("oprf", ret_error);
	buffer_init(&text, BULLETIN_NOTE_MAX / 2);
	text_write(note, &text);
	st = buffer_status(&text);
	if (st == ST_OK) {
		buffer_add_text(out, buffer_text(&text));
		buffer_add_char(out, '\n');
		st = note_sign(signer, buffer_text(&text), 0, out, ret_error);
	} else {
		st = error_set(ret_error, st, "out of memory");
	}
	buffer_release(&text);
	return st;
}

/* ---- reading ---- */

static bool number_read(struct text in, uint64_t max, uint64_t *ret)
{
	return text_to_uint(in, max, ret) == ST_OK && (in.data[0] != '0' || in.len == 1);
}

static bool time_line(struct text in, int64_t *ret)
{
	char again[TIME_SIZE];

	if (in.len == 0 || time_read(in, ret, NULL) != ST_OK)
		return false;
	time_write(*ret, again);
	return text_equal(text_of(again), in);
}

static bool key_line(struct text line, struct oprf_element *ret)
{
	uint8_t id[OPRF_KEY_ID_SIZE], own[OPRF_KEY_ID_SIZE];
	struct text word;

	if (!text_split(&line, ' ', &word) || !lines_hex(word, id, sizeof id) || base64_read_exactly(line, ret->b, sizeof ret->b) != ST_OK ||
	    !oprf_element_valid(ret))
		return false;
	oprf_key_id(ret, own);
	return memcmp(id, own, sizeof id) == 0;
}

static enum status file_line(struct text line, struct bulletin_note *note, struct error *ret_error)
{
	struct bulletin_file *file = NULL;
	struct text name, hash;

	if (!text_split(&line, ' ', &name) || line.len == 0 || !text_split(&line, ' ', &hash) || line.len == 0)
		return lines_malformed("file", ret_error);
	TRY(file_begin(note, name, &file, ret_error));
	if (!lines_hex(hash, file->hash, BULLETIN_HASH_SIZE) || !number_read(line, FILE_SIZE_MAX, &file->size))
		return lines_malformed("file", ret_error);
	note->file_count++;
	return ST_OK;
}

static enum status text_read(struct text rest, struct bulletin_note *ret, struct error *ret_error)
{
	struct text line;

	memset(ret, 0, sizeof *ret);
	if (!lines_take(&rest, TEXT("cordon bulletin v1")))
		return lines_malformed("beginning", ret_error);
	line = lines_value(&rest, TEXT("hub"));
	if (line.len >= sizeof ret->hub || !note_name_valid(line))
		return lines_malformed("hub", ret_error);
	memcpy(ret->hub, line.data, line.len);
	line = lines_value(&rest, TEXT("number"));
	if (line.len == 0 || !number_read(line, INT64_MAX, &ret->number))
		return lines_malformed("number", ret_error);
	if (!time_line(lines_value(&rest, TEXT("time")), &ret->time_ms))
		return lines_malformed("time", ret_error);
	if (base64_read_exactly(lines_value(&rest, TEXT("inbox")), ret->inbox, sizeof ret->inbox) != ST_OK)
		return lines_malformed("inbox", ret_error);
	while ((line = lines_value(&rest, TEXT("oprf"))).len)
		if (ret->key_count == BULLETIN_KEYS_MAX || !key_line(line, &ret->keys[ret->key_count++]))
			return lines_malformed("oprf", ret_error);
	if (ret->key_count == 0)
		return lines_malformed("oprf", ret_error);
	while ((line = lines_value(&rest, TEXT("file"))).len)
		TRY(file_line(line, ret, ret_error));
	return rest.len == 0 ? ST_OK : lines_malformed("end", ret_error);
}

enum status bulletin_note_read(struct bytes in, const struct note_key *keys, size_t key_count, struct bulletin_note *ret,
			       struct error *ret_error)
{
	struct bulletin_note read;
	struct note note;

	if (in.len > BULLETIN_NOTE_MAX || note_parse(in, &note, NULL) != ST_OK)
		return lines_malformed("form", ret_error);
	for (size_t i = 0; i < key_count; i++) {
		if (keys[i].type != NOTE_ED25519 || note_verify(&note, &keys[i], NULL, NULL) != ST_OK)
			continue;
		TRY(text_read(note.text, &read, ret_error));
		*ret = read;
		return ST_OK;
	}
	return error_because(ret_error, ST_DENIED, "bulletin-unknown-key", NULL, "no key that is trusted here has signed this bulletin");
}

enum status bulletin_note_follows(const struct bulletin_note *held, const struct bulletin_note *next, struct error *ret_error)
{
	if (!text_equal(text_of(held->hub), text_of(next->hub)))
		return error_because(ret_error, ST_DENIED, "bulletin-other-hub", "hub", "the bulletin is of %s, not of %s", next->hub, held->hub);
	if (next->number < held->number || next->time_ms < held->time_ms)
		return error_because(ret_error, ST_CONFLICT, "bulletin-older", "number", "the bulletin is older than the one that is here");
	if (next->number == held->number &&
	    (next->file_count != held->file_count || memcmp(next->files, held->files, sizeof held->files) != 0))
		return error_because(ret_error, ST_CONFLICT, "bulletin-older", "number", "two bulletins have one number and differ");
	return ST_OK;
}

/* ---- files ---- */

void bulletin_file_address(const struct bulletin_file *file, char ret[2 * BULLETIN_HASH_SIZE + 1])
{
	(void)sodium_bin2hex(ret, 2 * BULLETIN_HASH_SIZE + 1, file->hash, BULLETIN_HASH_SIZE);
}

enum status bulletin_file_check(const struct bulletin_file *file, struct bytes content, struct error *ret_error)
{
	uint8_t hash[BULLETIN_HASH_SIZE];

	(void)crypto_hash_sha256(hash, content.data, content.len);
	if (content.len != file->size || memcmp(hash, file->hash, sizeof hash) != 0)
		return error_because(ret_error, ST_CORRUPT, "bulletin-altered", "file", "%s is not what the bulletin names", file->name);
	return ST_OK;
}
