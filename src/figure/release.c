#include "figure/release.h"

#include <sodium.h>
#include <stdio.h>

#include "model/canonical.h"

#define DETAIL_SIZE 400u

static struct text string_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

static void value_write(const json_t *value, struct buffer *out)
{
	if (json_is_integer(value))
		buffer_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		buffer_add_text(out, json_is_null(value) ? TEXT("withheld") : TEXT("?"));
}

/* ---- the note's text: docs/formats/figures.md ---- */

static void item_line(const json_t *item, struct buffer *out)
{
	const json_t *parts = json_object_get(item, "parts");
	char hash[FIGURE_HASH_SIZE];
	struct text id = string_of(item, "id");

	if (figure_hash(item, hash) != ST_OK)
		snprintf(hash, sizeof hash, "-");
	buffer_printf(out, "figure %.*s ", TEXT_ARG(id));
	value_write(json_object_get(item, "value"), out);
	buffer_printf(out, " %s\n", hash);
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i);

		buffer_printf(out, "part %.*s %.*s ", TEXT_ARG(id), TEXT_ARG(string_of(part, "country")));
		value_write(json_object_get(part, "value"), out);
		buffer_add_char(out, '\n');
	}
}

static void head_lines(const json_t *document, struct buffer *out)
{
	const json_t *revises = json_object_get(document, "revises");
	char joint[FIGURE_HASH_SIZE];

	if (figure_hash(json_object_get(document, "joint") ? json_object_get(document, "joint") : json_false(), joint) != ST_OK)
		snprintf(joint, sizeof joint, "-");
	buffer_printf(out, "cordon figures v1\nhub %.*s\nnumber %" JSON_INTEGER_FORMAT "\ntime %.*s\nperiod %.*s %.*s\n",
		      TEXT_ARG(string_of(document, "hub")), json_integer_value(json_object_get(document, "number")),
		      TEXT_ARG(string_of(document, "time")), TEXT_ARG(string_of(document, "from")), TEXT_ARG(string_of(document, "to")));
	if (json_is_integer(revises))
		buffer_printf(out, "revises %" JSON_INTEGER_FORMAT "\n", json_integer_value(revises));
	else
		buffer_add_text(out, TEXT("revises -\n"));
	buffer_printf(out, "snapshot %.*s\njoint %s\n", TEXT_ARG(string_of(document, "snapshot")), joint);
}

static void note_text_write(const json_t *document, struct buffer *out)
{
	const json_t *items = json_object_get(document, "items");

	head_lines(document, out);
	for (size_t i = 0; i < json_array_size(items); i++)
		item_line(json_array_get(items, i), out);
}

static void note_hash(struct text text, char ret[FIGURE_HASH_SIZE])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, (const uint8_t *)text.data, text.len);
	sodium_bin2hex(ret, FIGURE_HASH_SIZE, digest, sizeof digest);
}

enum status figure_sign(json_t *document, const struct note_signer *signer, char ret_hash[FIGURE_HASH_SIZE], struct buffer *out,
			struct error *ret_error)
{
	struct buffer note;
	size_t text_len;
	enum status st;

	buffer_init(&note, NOTE_SIZE_MAX);
	note_text_write(document, &note);
	text_len = note.len;
	st = buffer_status(&note);
	if (st != ST_OK) {
		error_set(ret_error, st, "the note of the figures is too long");
		goto out;
	}
	note_hash(buffer_text(&note), ret_hash);
	buffer_add_char(&note, '\n');
	TRY_OUT(note_sign(signer, (struct text){(const char *)note.data, text_len}, 0, &note, ret_error));
	TRY_OUT(buffer_status(&note));
	st = json_object_set_new(document, "note", json_stringn((const char *)note.data, note.len)) == 0 ? ST_OK : ST_NO_MEMORY;
	if (st == ST_OK)
		st = canonical_write(document, out);
	if (st == ST_OK)
		st = buffer_status(out);
	if (st != ST_OK)
		error_set(ret_error, st, "the release cannot be written");
out:
	buffer_release(&note);
	return st;
}

/* ---- checking ---- */

static void found(struct figure_checking *c, const char *what, const char *format, ...) PRINTF_LIKE(3, 4);
static void found(struct figure_checking *c, const char *what, const char *format, ...)
{
	char detail[DETAIL_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	c->findings++;
	if (c->found)
		c->found(c->context, what, detail);
}

/* The lines of two notes, made from the file and signed, side by side: words[0] says what kind of line, words[1] of which figure. */
#define WORDS_MAX 4u
struct line {
	struct text words[WORDS_MAX];
	size_t count;
};

static bool line_next(struct text *rest, struct line *ret)
{
	struct text line;

	if (rest->len == 0 || !text_split(rest, '\n', &line) || line.len == 0)
		return false;
	for (ret->count = 0; ret->count < WORDS_MAX && line.data && text_split(&line, ' ', &ret->words[ret->count]);)
		ret->count++;
	return true;
}

static bool is_figure(const struct line *l)
{
	return l->count == 4 && (text_equal(l->words[0], TEXT("figure")) || text_equal(l->words[0], TEXT("part")));
}

/* "figure ID" or "part ID COUNTRY". */
static bool same_figure(const struct line *a, const struct line *b)
{
	return text_equal(a->words[0], b->words[0]) && text_equal(a->words[1], b->words[1]) &&
	       (text_equal(a->words[0], TEXT("figure")) || text_equal(a->words[2], b->words[2]));
}

static bool figure_line_find(struct text note, const struct line *wanted, struct line *ret)
{
	while (line_next(&note, ret))
		if (is_figure(ret) && same_figure(ret, wanted))
			return true;
	return false;
}

static void figure_compare(struct figure_checking *c, const struct line *said, const struct line *was)
{
	bool part = text_equal(said->words[0], TEXT("part"));
	struct text now = said->words[part ? 3 : 2], before = was->words[part ? 3 : 2];

	if (!text_equal(now, before))
		found(c, "number-changed", "%.*s%s%.*s: the file says %.*s, signed was %.*s", TEXT_ARG(said->words[1]), part ? " of " : "",
		      part ? (int)said->words[2].len : 0, said->words[2].data, TEXT_ARG(now), TEXT_ARG(before));
	else if (!part && !text_equal(said->words[3], was->words[3]))
		found(c, "figure-changed", "%.*s: its text, period or other attributes, or a part, are not what was signed", TEXT_ARG(said->words[1]));
}

/* What the file says now against what was signed. */
static void notes_compare(struct figure_checking *c, struct text said, struct text was)
{
	struct text rest = said, other = was;
	struct line a, b;

	while (line_next(&rest, &a)) {
		if (!is_figure(&a))
			continue;
		c->figures += text_equal(a.words[0], TEXT("figure"));
		if (figure_line_find(was, &a, &b))
			figure_compare(c, &a, &b);
		else
			found(c, "figure-added", "%.*s%s%.*s was not signed", TEXT_ARG(a.words[1]), text_equal(a.words[0], TEXT("part")) ? " of " : "",
			      text_equal(a.words[0], TEXT("part")) ? (int)a.words[2].len : 0, a.words[2].data);
	}
	while (line_next(&other, &b))
		if (is_figure(&b) && !figure_line_find(said, &b, &a))
			found(c, "figure-missing", "%.*s%s%.*s was signed and is not in the file", TEXT_ARG(b.words[1]),
			      text_equal(b.words[0], TEXT("part")) ? " of " : "", text_equal(b.words[0], TEXT("part")) ? (int)b.words[2].len : 0,
			      b.words[2].data);
}

/* The lines of the head, in their order. */
static void heads_compare(struct figure_checking *c, struct text said, struct text was)
{
	struct text a, b;

	while (text_split(&said, '\n', &a) && text_split(&was, '\n', &b)) {
		if (text_starts(a, TEXT("figure ")) || text_starts(b, TEXT("figure ")) || a.len == 0)
			return;
		if (!text_equal(a, b))
			found(c, "head-changed", "the file says \"%.*s\", signed was \"%.*s\"", TEXT_ARG(a), TEXT_ARG(b));
		if (said.data == NULL || was.data == NULL)
			return;
	}
}

static void signatures_check(struct figure_checking *c, const struct note *note)
{
	bool known = false;

	for (size_t i = 0; i < c->key_count; i++) {
		enum status st = note_verify(note, &c->keys[i], NULL, NULL);

		if (st == ST_DENIED)
			found(c, "note-forged", "the signature of %s does not hold: the note itself was altered", c->keys[i].name);
		known = known || st == ST_DENIED;
		if (st != ST_OK)
			continue;
		known = true;
		snprintf(c->signer, sizeof c->signer, "%s", c->keys[i].name);
	}
	if (!known && c->key_count)
		found(c, "note-unsigned", "no key that is believed here signed the note");
}

enum status figure_read(struct bytes file, json_t **ret, struct error *ret_error)
{
	json_error_t at;
	json_t *document = file.len > FIGURE_SIZE_MAX ? NULL : json_loadb((const char *)file.data, file.len, JSON_REJECT_DUPLICATES, &at);

	if (document == NULL || !text_equal(string_of(document, "format"), TEXT(FIGURE_FORMAT)) ||
	    !json_is_array(json_object_get(document, "items"))) {
		json_decref(document);
		return error_because(ret_error, ST_MALFORMED, "figures-malformed", NULL, "this is not a release of figures");
	}
	*ret = document;
	return ST_OK;
}

/* No byte may hide beside what was signed. */
static enum status canonical_check(struct figure_checking *c, struct bytes file, const json_t *document)
{
	static const char *const members[] = {"format", "from", "hub", "items", "joint", "note", "number", "revises", "snapshot", "time", "to", "version"};
	struct buffer bytes;
	enum status st;

	buffer_init(&bytes, 2 * FIGURE_SIZE_MAX);
	st = canonical_write(document, &bytes);
	while (st == ST_OK && file.len && file.data[file.len - 1] == '\n')
		file.len--;
	if (st == ST_MALFORMED || (st == ST_OK && (bytes.len != file.len || memcmp(bytes.data, file.data, bytes.len) != 0)))
		found(c, "not-canonical", "the file is not written as releases are");
	buffer_release(&bytes);
	if (json_object_size(document) != sizeof members / sizeof members[0])
		found(c, "head-changed", "the file has another number of members than a release");
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (json_object_get(document, members[i]) == NULL)
			found(c, "head-changed", "the member %s is missing", members[i]);
	if (json_integer_value(json_object_get(document, "version")) != 1)
		found(c, "head-changed", "the file's version is not 1");
	return st == ST_LIMIT || st == ST_NO_MEMORY ? st : ST_OK;
}

static enum status document_check(struct figure_checking *c, struct bytes file, const json_t *document, struct error *ret_error)
{
	struct text note_bytes = string_of(document, "note");
	struct buffer said;
	struct note note;
	enum status st;

	if (note_parse(text_bytes(note_bytes), &note, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "figures-malformed", "note", "the file has no signed note");
	c->number = json_integer_value(json_object_get(document, "number"));
	note_hash(note.text, c->hash);
	snprintf(c->snapshot, sizeof c->snapshot, "%.*s", TEXT_ARG(string_of(document, "snapshot")));
	signatures_check(c, &note);
	buffer_init(&said, 8 * NOTE_SIZE_MAX);
	note_text_write(document, &said);
	st = buffer_status(&said);
	if (st == ST_OK) {
		heads_compare(c, buffer_text(&said), note.text);
		notes_compare(c, buffer_text(&said), note.text);
		st = canonical_check(c, file, document);
	}
	/* What no finding names: the order of the figures. */
	if (st == ST_OK && c->findings == 0 && !text_equal(buffer_text(&said), note.text))
		found(c, "head-changed", "the figures do not stand in the order that was signed");
	buffer_release(&said);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the file is too large");
}

enum status figure_check(struct bytes file, struct figure_checking *checking, struct error *ret_error)
{
	json_t *document;
	enum status st;

	checking->findings = checking->figures = 0;
	checking->hash[0] = checking->signer[0] = checking->snapshot[0] = '\0';
	TRY(figure_read(file, &document, ret_error));
	st = document_check(checking, file, document, ret_error);
	json_decref(document);
	return st;
}
