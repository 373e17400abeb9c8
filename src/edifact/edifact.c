#include "edifact/edifact.h"

struct reader {
	struct bytes in;
	size_t at;
	bool latin; /* not UTF-8 */
	char component, element, release, terminator; /* release: NUL where there is none */
	char *out;  /* values, one after another; never full, see edifact_read */
	size_t len;
	struct error *error;
};

/* What the next piece of the input is. */
enum piece { PIECE_VALUE, PIECE_COMPONENT, PIECE_ELEMENT, PIECE_TERMINATOR };

static bool is_service(const struct reader *r, uint8_t c)
{
	return c == (uint8_t)r->terminator || c == (uint8_t)r->element || c == (uint8_t)r->component ||
	       (r->release && c == (uint8_t)r->release);
}

static enum status refused_at(const struct reader *r, size_t position)
{
	if (r->error)
		r->error->position = (int64_t)position;
	return ST_MALFORMED;
}

static enum status truncated(const struct reader *r)
{
	(void)error_because(r->error, ST_MALFORMED, "edifact-truncated", "", "it ends within a segment, at byte %zu", r->in.len);
	return refused_at(r, r->in.len);
}

static enum status too_large(const struct reader *r, size_t position, const char *what, size_t limit)
{
	(void)error_because(r->error, ST_LIMIT, "edifact-size", "", "at most %zu %s", limit, what);
	(void)refused_at(r, position);
	return ST_LIMIT;
}

static enum status syntax_wrong(const struct reader *r, size_t position, const char *why)
{
	(void)error_because(r->error, ST_MALFORMED, "edifact-syntax", "", "%s at byte %zu", why, position);
	return refused_at(r, position);
}

/* The length of a line end at `at`, as it is or as the source of a program writes it; else 0. */
static size_t line_end(const struct reader *r, size_t at)
{
	const uint8_t *p = r->in.data + at;

	if (is_service(r, p[0]))
		return 0;
	if (p[0] == '\r' || p[0] == '\n')
		return 1;
	return p[0] == '\\' && at + 1 < r->in.len && (p[1] == 'n' || p[1] == 'r') ? 2 : 0;
}

/* Past what may stand between segments. */
static size_t gap_skip(const struct reader *r, size_t at)
{
	while (at < r->in.len) {
		size_t n = line_end(r, at);

		if (n == 0 && (r->in.data[at] > ' ' || is_service(r, r->in.data[at])))
			break;
		at += n ? n : 1;
	}
	return at;
}

/* The length of what may stand for the apostrophe at `at`: typographic quotes in UTF-8 or Windows-1252, the quotation mark that some
 * networks put, either with a backslash; else 0. */
static size_t quote_length(const struct reader *r, size_t at)
{
	const uint8_t *p = r->in.data + at;
	size_t left = r->in.len - at;

	if (p[0] == '"' || (r->latin && p[0] >= 0x91 && p[0] <= 0x94))
		return 1;
	if (p[0] == '\\' && left > 1 && (p[1] == '\'' || p[1] == '"'))
		return 2;
	return left > 2 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0x98 || p[2] == 0x99 || p[2] == 0x9c || p[2] == 0x9d) ? 3 : 0;
}

static bool is_tag_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether a segment begins at `at`, or nothing is left: only then was the quote before it a terminator, and not O’Brien's. */
static bool segment_follows(const struct reader *r, size_t at)
{
	const uint8_t *p;

	at = gap_skip(r, at);
	p = r->in.data + at;
	return at == r->in.len || (r->in.len - at > 3 && is_tag_letter(p[0]) && is_tag_letter(p[1]) && is_tag_letter(p[2]) &&
				   p[3] == (uint8_t)r->element);
}

/* Copies one character into the value. */
static enum status character_take(struct reader *r)
{
	const uint8_t *p = r->in.data + r->at;
	bool c1 = r->latin ? p[0] >= 0x80 && p[0] < 0xa0 : p[0] == 0xc2 && p[1] < 0xa0;

	if (r->latin && p[0] >= 0x91 && p[0] <= 0x94) {
		r->len += text_encode(p[0] < 0x93 ? 0x2018u + p[0] - 0x91 : 0x201cu + p[0] - 0x93, r->out + r->len);
		r->at++;
		return ST_OK;
	}
	if ((p[0] < ' ' && p[0] != '\t') || p[0] == 0x7f || c1) {
		(void)error_because(r->error, ST_MALFORMED, "edifact-text", "", "a control character at byte %zu", r->at);
		return refused_at(r, r->at);
	}
	if (r->latin)
		r->len += text_encode(p[0] == '\t' ? ' ' : p[0], r->out + r->len);
	else
		r->out[r->len++] = p[0] == '\t' ? ' ' : (char)p[0];
	r->at++;
	return ST_OK;
}

static enum status piece_take(struct reader *r, enum piece *ret)
{
	uint8_t c = r->in.data[r->at];
	size_t n = line_end(r, r->at), quote;

	*ret = PIECE_VALUE;
	if (c == (uint8_t)r->terminator || c == (uint8_t)r->element || c == (uint8_t)r->component) {
		*ret = c == (uint8_t)r->terminator ? PIECE_TERMINATOR : c == (uint8_t)r->element ? PIECE_ELEMENT : PIECE_COMPONENT;
		r->at++;
		return ST_OK;
	}
	if (r->release && c == (uint8_t)r->release) {
		/* What is released may stand on the next line; a backslash stands for itself. */
		for (r->at++; r->at < r->in.len && line_end(r, r->at) == 1; r->at++)
			;
		return r->at < r->in.len ? character_take(r) : truncated(r);
	}
	if (n) {
		r->at += n;
		return ST_OK;
	}
	quote = r->terminator == '\'' ? quote_length(r, r->at) : 0;
	if (quote && segment_follows(r, r->at + quote)) {
		*ret = PIECE_TERMINATOR;
		r->at += quote;
		return ST_OK;
	}
	r->at += quote == 2; /* a backslash before an apostrophe that belongs to a value */
	return character_take(r);
}

struct pieces {
	struct text values[EDIFACT_VALUES_MAX + 1]; /* the tag's first */
	uint16_t starts[EDIFACT_VALUES_MAX + 1];
	size_t count, elements;
};

static enum status segment_take(struct reader *r, struct pieces *p)
{
	enum piece piece = PIECE_VALUE;
	size_t start = r->len, position = r->at;

	p->count = p->elements = 0;
	while (piece != PIECE_TERMINATOR) {
		if (r->at == r->in.len)
			break;
		TRY(piece_take(r, &piece));
		if (piece == PIECE_VALUE)
			continue;
		if (p->count == EDIFACT_VALUES_MAX + 1)
			return too_large(r, position, "values in a segment", EDIFACT_VALUES_MAX);
		if (p->count && r->len - start > EDIFACT_VALUE_MAX)
			return too_large(r, position, "bytes in a value", EDIFACT_VALUE_MAX);
		p->values[p->count++] = (struct text){r->out + start, r->len - start};
		start = r->len;
		if (piece == PIECE_ELEMENT)
			p->starts[p->elements++] = (uint16_t)p->count;
	}
	if (p->count == 0)
		p->values[0] = (struct text){r->out + start, r->len - start};
	p->values[0] = text_trim(p->values[0]);
	for (size_t i = 0; i < p->values[0].len && i < 4; i++)
		if (i == 3 || !is_tag_letter((uint8_t)p->values[0].data[i]))
			return syntax_wrong(r, position, "no segment begins");
	if (piece != PIECE_TERMINATOR)
		return truncated(r);
	/* Advice that is torn apart by a line end says nothing. */
	if (p->values[0].len != 3 || text_equal(p->values[0], TEXT("UNA")))
		return syntax_wrong(r, position, "no segment begins");
	return ST_OK;
}

/* "UNA" and six characters: component, element, decimal mark, release, repetition, terminator. */
static enum status advice_take(struct reader *r)
{
	const uint8_t *p = r->in.data + r->at + 3;
	size_t end = r->at + 9, quote = 0;
	char service[4];

	if (r->in.len - r->at < 9)
		return truncated(r);
	r->terminator = '\'';
	r->release = '\0';
	quote = quote_length(r, r->at + 8);
	service[0] = (char)p[0];
	service[1] = (char)p[1];
	service[2] = (char)p[3];
	service[3] = quote > 1 ? '\'' : (char)p[5];
	for (size_t i = 0; i < 4; i++) {
		uint8_t c = (uint8_t)service[i];

		if (is_tag_letter(c) || (c >= 'a' && c <= 'z') || c >= 0x7f || c == 0 || (c == ' ' && i != 2))
			return syntax_wrong(r, r->at, "the service string advice names a character that can be none");
		for (size_t k = 0; k < i; k++)
			if (service[k] == service[i])
				return syntax_wrong(r, r->at, "the service string advice names one character twice");
	}
	r->component = service[0];
	r->element = service[1];
	r->release = service[2] == ' ' ? '\0' : service[2];
	r->terminator = service[3];
	r->at = end + (quote > 1 ? quote - 1 : 0);
	return ST_OK;
}

/* Without advice an interchange of level B may use control characters that no text holds. ISO 9735:1988, 5. */
static void level_set(struct reader *r)
{
	bool controls = r->in.len - r->at > 3 && r->in.data[r->at + 3] == 0x1d;

	r->component = controls ? 0x1f : ':';
	r->element = controls ? 0x1d : '+';
	r->release = controls ? '\0' : '?';
	r->terminator = controls ? 0x1c : '\'';
}

static enum status segment_keep(const struct pieces *p, size_t position, struct arena *arena, struct edifact_segment *ret, struct error *ret_error)
{
	size_t from = p->elements ? p->starts[0] : p->count, count = p->count - from;
	struct text *values = ARENA_NEW(arena, struct text, count + 1);
	uint16_t *starts = ARENA_NEW(arena, uint16_t, p->elements + 1);

	if (values == NULL || starts == NULL)
		return arena_failure(arena, ret_error);
	memcpy(values, p->values + from, count * sizeof *values);
	for (size_t i = 0; i < p->elements; i++)
		starts[i] = (uint16_t)(p->starts[i] - from);
	starts[p->elements] = (uint16_t)count;
	*ret = (struct edifact_segment){p->values[0], values, starts, p->elements, position};
	return ST_OK;
}

enum status edifact_read(struct bytes in, struct arena *arena, struct edifact *ret, struct error *ret_error)
{
	struct reader r = {.in = in, .error = ret_error};
	struct edifact_segment *segments;
	struct pieces pieces;
	struct text text;
	size_t count = 0, room = in.len / 4 + 1;

	if (in.len > EDIFACT_SIZE_MAX)
		return too_large(&r, EDIFACT_SIZE_MAX, "bytes", EDIFACT_SIZE_MAX);
	r.latin = text_check(in, &text, NULL) != ST_OK;
	room = room < EDIFACT_SEGMENTS_MAX ? room : EDIFACT_SEGMENTS_MAX;
	segments = ARENA_NEW(arena, struct edifact_segment, room);
	r.out = ARENA_NEW(arena, char, (r.latin ? 3 : 1) * in.len + 1);
	if (segments == NULL || r.out == NULL)
		return arena_failure(arena, ret_error);
	if (in.len >= 3 && memcmp(in.data, "\xef\xbb\xbf", 3) == 0)
		r.at = 3;
	while (r.at < in.len && in.data[r.at] <= ' ')
		r.at++;
	level_set(&r);
	while ((r.at = gap_skip(&r, r.at)) < in.len) {
		size_t position = r.at;

		if (in.data[r.at] == (uint8_t)r.terminator) {
			r.at++; /* one too many */
			continue;
		}
		if (in.len - r.at > 3 && memcmp(in.data + r.at, "UNA", 3) == 0) {
			TRY(advice_take(&r));
			continue;
		}
		TRY(segment_take(&r, &pieces));
		if (count == room)
			return too_large(&r, position, "segments", EDIFACT_SEGMENTS_MAX);
		TRY(segment_keep(&pieces, position, arena, &segments[count++], ret_error));
	}
	if (count == 0)
		return truncated(&r);
	*ret = (struct edifact){segments, count};
	return ST_OK;
}

struct text edifact_value(const struct edifact_segment *segment, size_t e, size_t c)
{
	if (e >= segment->element_count || c >= (size_t)(segment->starts[e + 1] - segment->starts[e]))
		return TEXT_NONE;
	return text_trim(segment->values[segment->starts[e] + c]);
}
