#include "edition/roll.h"

#include "edition/digest.h"
#include "edition/manifest_lines.h"
#include "merkle/note.h"

#define HEAD "cordon keys v1\n"
#define MARK_DIGITS 20u

static enum status malformed(struct error *ret_error, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, "feed-malformed", NULL, "%s", what);
}

static enum status unfollowed(struct error *ret_error, const char *what)
{
	return error_because(ret_error, ST_DENIED, "keys-unfollowed", NULL, "%s", what);
}

/* ---- writing ---- */

void roll_text_add(struct buffer *out, const struct roll_link *link)
{
	buffer_printf(out, HEAD "list %.*s\nepoch %u\nbefore ", TEXT_ARG(link->list), link->epoch);
	hash_add(out, &link->before);
	buffer_printf(out, "\ntime ");
	moment_add(out, link->time_ms);
	buffer_add_char(out, '\n');
	buffer_add_text(out, link->lines);
}

static bool ended(const struct edition_key *key)
{
	return key->size_max || key->until_ms == 0;
}

void roll_lines_add(struct buffer *out, const struct edition_keys *keys)
{
	for (size_t i = 0; i < keys->key_count; i++) {
		const struct edition_key *key = &keys->keys[i];
		const struct edition_keys one = {.keys = key, .key_count = 1};

		if (!ended(key))
			key_lines_add(out, &one);
		else
			buffer_printf(out, "%s %.*s until %llu\n", key->role == EDITION_KEY_LOG ? "log list" : "edition", TEXT_ARG(key->vkey),
				      (unsigned long long)key->size_max);
	}
	key_lines_add(out, &(struct edition_keys){.revoked = keys->revoked, .revoked_count = keys->revoked_count});
}

/* ---- reading ---- */

/* A text, an empty line, lines of signatures, an empty line. */
static bool link_cut(struct text *roll, struct text *ret_note, struct text *ret_text)
{
	struct text rest = *roll, line;
	size_t empty = 0;

	while (empty < 2 && rest.len && text_split(&rest, '\n', &line)) {
		if (line.len == 0 && empty++ == 0)
			*ret_text = (struct text){roll->data, (size_t)(line.data - roll->data)};
		else if (line.len == 0)
			*ret_note = (struct text){roll->data, (size_t)(line.data - roll->data)};
	}
	*roll = rest;
	return empty == 2;
}

static bool head_read(struct text *rest, struct roll_link *ret)
{
	struct line line;
	uint64_t epoch;

	if (!line_next(rest, &line) || !text_equal(line.rest, TEXT("cordon keys v1")))
		return false;
	if (!line_next(rest, &line) || !text_equal(line_word(&line), TEXT("list")) || (ret->list = line.rest).len == 0)
		return false;
	if (!line_next(rest, &line) || !text_equal(line_word(&line), TEXT("epoch")) || !line_number(&line, UINT32_MAX, &epoch) || epoch == 0)
		return false;
	ret->epoch = (uint32_t)epoch;
	return line_next(rest, &line) && text_equal(line_word(&line), TEXT("before")) && line_hash(&line, &ret->before) && line_next(rest, &line) &&
	       text_equal(line_word(&line), TEXT("time")) && line_moment(&line, &ret->time_ms);
}

enum status roll_next(struct text *roll, struct arena *arena, struct roll_link *ret, struct error *ret_error)
{
	struct roll_link link = {.epoch = 0};

	if (roll->len == 0)
		return ST_NOT_FOUND;
	if (roll->len > ROLL_MAX)
		return error_because(ret_error, ST_LIMIT, "feed-malformed", NULL, "the key roll is too long");
	if (!link_cut(roll, &link.note, &link.text))
		return malformed(ret_error, "the key roll is cut short");
	link.lines = link.text;
	if (!head_read(&link.lines, &link) || edition_keys_read(link.lines, arena, &link.keys, NULL) != ST_OK)
		return malformed(ret_error, "a link of the key roll cannot be read");
	if (edition_digest_of(text_bytes(link.text), &link.hash) != ST_OK)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	*ret = link;
	return ST_OK;
}

/* ---- who signed ---- */

static bool revoked(const struct edition_keys *keys, struct text vkey)
{
	for (size_t i = 0; i < keys->revoked_count; i++)
		if (text_equal(keys->revoked[i].vkey, vkey))
			return true;
	return false;
}

/* Whether a key of the role that is in use has signed; *ret_any: there is one that is in use. */
static bool role_signed(const struct note *note, const struct edition_keys *keys, enum edition_role role, bool *ret_any)
{
	struct note_key parsed;

	*ret_any = false;
	for (size_t i = 0; i < keys->key_count; i++) {
		const struct edition_key *key = &keys->keys[i];

		if (key->role != role || ended(key) || revoked(keys, key->vkey) || note_vkey_parse(key->vkey, &parsed, NULL) != ST_OK ||
		    parsed.type != NOTE_ED25519)
			continue;
		*ret_any = true;
		if (note_verify(note, &parsed, NULL, NULL) == ST_OK)
			return true;
	}
	return false;
}

/* By the set before, both roles. */
static bool introduced(const struct note *note, const struct edition_keys *keys)
{
	bool any;

	return role_signed(note, keys, EDITION_KEY_EDITION, &any) && role_signed(note, keys, EDITION_KEY_LOG, &any);
}

/* By the set itself: nobody names a key that he does not have. A role may have no key left. */
static bool stands(const struct note *note, const struct edition_keys *keys)
{
	bool edition, log, any_edition, any_log;

	edition = role_signed(note, keys, EDITION_KEY_EDITION, &any_edition);
	log = role_signed(note, keys, EDITION_KEY_LOG, &any_log);
	return (edition || !any_edition) && (log || !any_log) && (edition || log);
}


/* One link, where it is newer than the place; false in *ret_taken: it is not, or does not lead on from what a reader was given. */
static enum status step(const struct roll_link *link, struct roll_place *at, bool *ret_taken, struct error *ret_error)
{
	bool by_roll = at->epoch != 0;
	struct note note;

	*ret_taken = false;
	if (!text_equal(link->list, at->list))
		return unfollowed(ret_error, "the key roll is another list's");
	if (link->epoch <= at->epoch)
		return ST_OK;
	if (note_parse(text_bytes(link->note), &note, NULL) != ST_OK)
		return malformed(ret_error, "a link of the key roll cannot be read");
	if (introduced(&note, at->keys) && stands(&note, &link->keys) && (!by_roll || merkle_hash_equal(&link->before, &at->hash))) {
		at->keys = &link->keys;
		at->epoch = link->epoch;
		at->hash = link->hash;
		*ret_taken = true;
		return ST_OK;
	}
	/* Whoever was given his keys later than the first links passes those over. */
	return by_roll ? unfollowed(ret_error, "the hub's keys were changed, and those that are believed here did not say so") : ST_OK;
}

enum status roll_follow(struct text roll, const struct roll_place *place, struct arena *arena, struct buffer *ret_followed,
			struct roll_link *ret_last, struct error *ret_error)
{
	struct roll_place at = *place;
	struct roll_link *link, last = {.epoch = 0};
	bool any = false, own = place->epoch == 0, taken;
	enum status st;

	for (;;) {
		link = ARENA_NEW(arena, struct roll_link, 1); /* `at` points into it */
		if (link == NULL)
			return arena_failure(arena, ret_error);
		st = roll_next(&roll, arena, link, ret_error);
		if (st == ST_NOT_FOUND)
			break;
		TRY(st);
		any = true;
		own = own || merkle_hash_equal(&link->hash, &place->hash);
		TRY(step(link, &at, &taken, ret_error));
		if (!taken)
			continue;
		buffer_add_text(ret_followed, link->note);
		buffer_add_char(ret_followed, '\n');
		last = *link;
	}
	if (any && !own)
		return unfollowed(ret_error, "the key roll tells another history than the one that was followed");
	if (any && at.epoch == 0)
		return unfollowed(ret_error, "none of the keys that are believed here leads to those of the hub");
	*ret_last = last;
	return buffer_status(ret_followed);
}

/* ---- marks ---- */

void roll_mark(const struct merkle_hash *hash, char out[ROLL_MARK_SIZE])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t n = 0;

	for (size_t i = 0; i < MARK_DIGITS; i++) {
		size_t bit = i * 5;
		unsigned two = (unsigned)hash->b[bit / 8] << 8 | hash->b[bit / 8 + 1];

		if (i && i % 4 == 0)
			out[n++] = '-';
		out[n++] = digits[two >> (11 - bit % 8) & 31];
	}
	out[n] = '\0';
}

/* As people write it: I and L are 1, O is 0. */
static char digit_plain(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	return c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
}

static bool mark_equal(struct text said, const char *mark)
{
	for (size_t i = 0; i < said.len; i++) {
		if (said.data[i] == '-' || said.data[i] == ' ')
			continue;
		mark += *mark == '-';
		if (*mark == '\0' || digit_plain(said.data[i]) != *mark++)
			return false;
	}
	return *mark == '\0';
}

enum status roll_accept(struct text roll, struct text list, struct text mark, struct arena *arena, struct roll_link *ret, struct error *ret_error)
{
	struct roll_link link = {.epoch = 0};
	char own[ROLL_MARK_SIZE];
	struct note note;
	enum status st;

	while ((st = roll_next(&roll, arena, &link, ret_error)) == ST_OK)
		;
	if (st != ST_NOT_FOUND)
		return st;
	if (link.epoch == 0)
		return error_set(ret_error, ST_NOT_FOUND, "the key roll is empty");
	roll_mark(&link.hash, own);
	if (!text_equal(link.list, list) || note_parse(text_bytes(link.note), &note, NULL) != ST_OK || !stands(&note, &link.keys) || !mark_equal(mark, own))
		return error_because(ret_error, ST_DENIED, "keys-mark", NULL, "the hub's newest keys have another mark: %s", own);
	*ret = link;
	return ST_OK;
}
