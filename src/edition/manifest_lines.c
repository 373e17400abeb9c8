#include "edition/manifest_lines.h"

#include "merkle/note.h"
#include "model/time.h"

static const char *const roles[] = {[EDITION_KEY_EDITION] = "edition", [EDITION_KEY_LOG] = "log", [EDITION_KEY_WITNESS] = "witness"};

bool line_next(struct text *text, struct line *ret_line)
{
	return text->data && text->len && text_split(text, '\n', &ret_line->rest);
}

struct text line_word(struct line *line)
{
	struct text word;

	return line->rest.data && text_split(&line->rest, ' ', &word) ? word : TEXT_NONE;
}

bool line_number(struct line *line, uint64_t max, uint64_t *ret)
{
	struct text word = line_word(line);

	return word.len && (word.len == 1 || word.data[0] != '0') && text_to_uint(word, max, ret) == ST_OK;
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool line_hash(struct line *line, struct merkle_hash *ret)
{
	struct text word = line_word(line);

	if (word.len != sizeof ret->b * 2)
		return false;
	for (size_t i = 0; i < sizeof ret->b; i++) {
		int high = digit_of(word.data[i * 2]), low = digit_of(word.data[i * 2 + 1]);

		if (high < 0 || low < 0)
			return false;
		ret->b[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool line_moment(struct line *line, int64_t *ret)
{
	struct text word = line_word(line);

	return word.len == TIME_SIZE - 1 && time_read(word, ret, NULL) == ST_OK;
}

bool line_key(struct line *line, struct edition_key *ret)
{
	struct text role = line_word(line);
	struct note_key key;
	size_t i = 0;

	while (i < sizeof roles / sizeof roles[0] && !text_equal(role, text_of(roles[i])))
		i++;
	if (i == sizeof roles / sizeof roles[0] || !line_moment(line, &ret->from_ms) || !line_moment(line, &ret->until_ms))
		return false;
	ret->role = (enum edition_role)i;
	ret->vkey = line->rest;
	return note_vkey_parse(ret->vkey, &key, NULL) == ST_OK;
}

bool line_revoked(struct line *line, struct edition_revoked *ret)
{
	struct note_key key;

	if (!line_moment(line, &ret->since_ms))
		return false;
	ret->vkey = line->rest;
	return note_vkey_parse(ret->vkey, &key, NULL) == ST_OK;
}

void hash_add(struct buffer *out, const struct merkle_hash *hash)
{
	for (size_t i = 0; i < sizeof hash->b; i++)
		buffer_printf(out, "%02x", hash->b[i]);
}

void moment_add(struct buffer *out, int64_t ms)
{
	char moment[TIME_SIZE];

	time_write(ms, moment);
	buffer_add_text(out, text_of(moment));
}

void key_lines_add(struct buffer *out, const struct edition_keys *keys)
{
	for (size_t i = 0; i < keys->key_count; i++) {
		buffer_printf(out, "key %s ", roles[keys->keys[i].role]);
		moment_add(out, keys->keys[i].from_ms);
		buffer_add_char(out, ' ');
		moment_add(out, keys->keys[i].until_ms);
		buffer_printf(out, " %.*s\n", TEXT_ARG(keys->keys[i].vkey));
	}
	for (size_t i = 0; i < keys->revoked_count; i++) {
		buffer_printf(out, "revoked ");
		moment_add(out, keys->revoked[i].since_ms);
		buffer_printf(out, " %.*s\n", TEXT_ARG(keys->revoked[i].vkey));
	}
}

/* ---- a file of keys ---- */

#define ALWAYS_MS INT64_C(253402300799999) /* the last moment of the year 9999 */

/* VKEY [until SIZE], as a hub writes down its own keys. */
static bool line_own(struct line *line, enum edition_role role, struct edition_key *ret)
{
	struct note_key key;

	*ret = (struct edition_key){.role = role, .vkey = line_word(line), .until_ms = ALWAYS_MS};
	if (line->rest.len) {
		if (!text_equal(line_word(line), TEXT("until")) || !line_number(line, INT64_MAX, &ret->size_max))
			return false;
		if (ret->size_max == 0)
			ret->until_ms = 0; /* ended before it signed anything */
	}
	return note_vkey_parse(ret->vkey, &key, NULL) == ST_OK;
}

/* What follows `log`: NAME and such a key. Keys of other logs than the list's count for nothing here. */
static bool line_log(struct line *line, struct edition_key *ret, bool *ret_counts)
{
	*ret_counts = text_equal(line_word(line), TEXT("list"));
	return line_own(line, EDITION_KEY_LOG, ret);
}

/* What follows `witness`: VKEY [URL]. */
static bool line_witness(struct line *line, struct edition_key *ret)
{
	struct note_key key;

	ret->role = EDITION_KEY_WITNESS;
	ret->vkey = line_word(line);
	ret->from_ms = 0;
	ret->until_ms = ALWAYS_MS;
	return note_vkey_parse(ret->vkey, &key, NULL) == ST_OK;
}

/* A later line of the same key counts. */
static size_t key_place(const struct edition_key *keys, size_t count, const struct edition_key *key)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].role == key->role && text_equal(keys[i].vkey, key->vkey))
			return i;
	return count;
}

static enum status row_bad(struct error *ret_error, int64_t row, const char *what)
{
	enum status st = error_because(ret_error, ST_MALFORMED, "edition-keys-malformed", NULL, "%s", what);

	if (ret_error)
		ret_error->row = row;
	return st;
}

/* One line into the set; false where it cannot be read. */
static bool keys_line(struct line *line, struct edition_keys *made, struct edition_key *keys, struct edition_revoked *revoked)
{
	struct text word = line_word(line);
	struct edition_key key = {.size_max = 0};
	bool counts = true;
	uint64_t epoch;
	size_t at;

	if (text_equal(word, TEXT("epoch"))) {
		counts = line_number(line, UINT32_MAX, &epoch);
		made->epoch = counts ? (uint32_t)epoch : 0;
		return counts;
	}
	if (text_equal(word, TEXT("public"))) /* of the bulletin; signs no edition */
		return true;
	if (text_equal(word, TEXT("revoked")))
		return line_revoked(line, &revoked[made->revoked_count]) && ++made->revoked_count;
	if (!(text_equal(word, TEXT("key")) && line_key(line, &key)) &&
	    !(text_equal(word, TEXT("edition")) && line_own(line, EDITION_KEY_EDITION, &key)) && !(text_equal(word, TEXT("log")) && line_log(line, &key, &counts)) &&
	    !(text_equal(word, TEXT("witness")) && line_witness(line, &key)))
		return false;
	if (!counts)
		return true;
	at = key_place(keys, made->key_count, &key);
	keys[at] = key;
	made->key_count += at == made->key_count;
	return true;
}

enum status edition_keys_read(struct text file, struct arena *arena, struct edition_keys *ret_keys, struct error *ret_error)
{
	struct edition_key *keys = ARENA_NEW(arena, struct edition_key, EDITION_KEYS_MAX);
	struct edition_revoked *revoked = ARENA_NEW(arena, struct edition_revoked, EDITION_KEYS_MAX);
	struct edition_keys made = {.keys = keys, .revoked = revoked};
	struct line line;
	int64_t row = 0;

	if (keys == NULL || revoked == NULL)
		return arena_failure(arena, ret_error);
	TRY(arena_text(arena, file, &file));
	while (line_next(&file, &line)) {
		row++;
		line.rest.len = text_find(line.rest, '#', 0);
		line.rest = text_trim(line.rest);
		if (line.rest.len == 0)
			continue;
		if (made.key_count == EDITION_KEYS_MAX || made.revoked_count == EDITION_KEYS_MAX)
			return row_bad(ret_error, row, "more keys than there may be");
		if (!keys_line(&line, &made, keys, revoked))
			return row_bad(ret_error, row, "not a line of keys, or not whole");
	}
	if (made.key_count == 0)
		return row_bad(ret_error, row, "there is no key in it");
	*ret_keys = made;
	return ST_OK;
}
