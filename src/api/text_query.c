#include "api/text_query.h"

struct parser {
	struct text in;
	size_t at;
	struct arena *arena;
	const struct query_options *options;
	struct error *error;
	struct text field;
	unsigned clauses, depth;
};

enum status clause_new(struct arena *arena, enum clause_kind kind, struct text field, struct text text,
		       struct clause **ret_clause)
{
	struct clause *clause = ARENA_NEW(arena, struct clause, 1);

	if (clause == NULL)
		return arena_failure(arena, NULL);
	*clause = (struct clause){.kind = kind, .field = field, .text = text};
	*ret_clause = clause;
	return ST_OK;
}

static enum status make(struct parser *p, enum clause_kind kind, struct text text, struct clause **ret)
{
	if (++p->clauses > CLAUSES_MAX)
		return error_at(p->error, ST_LIMIT, "q", (int64_t)p->at, "more than %u clauses", CLAUSES_MAX);
	return clause_new(p->arena, kind, p->field, text, ret);
}

static enum status wrong(struct parser *p, const char *what)
{
	return error_at(p->error, ST_MALFORMED, "q", (int64_t)p->at, "%s at position %zu", what, p->at + 1);
}

static char peek(const struct parser *p)
{
	return p->at < p->in.len ? p->in.data[p->at] : 0;
}

static void skip_space(struct parser *p)
{
	while (p->at < p->in.len && strchr(" \t\r\n", p->in.data[p->at]))
		p->at++;
}

/* Whether `word` stands here; an operator written in letters must end there. Moves past it. */
static bool take(struct parser *p, const char *word)
{
	size_t len = strlen(word);
	struct text rest = {p->in.data + p->at, p->in.len - p->at};
	bool letters = word[0] >= 'A' && word[0] <= 'Z';

	if (!text_starts(rest, text_of(word)) || (letters && rest.len > len && !strchr(" \t\r\n(", rest.data[len])))
		return false;
	p->at += len;
	return true;
}

/* A decimal number such as 2 or 0.5; its whole part, or -1 where there is none. */
static int take_number(struct parser *p)
{
	int n = -1;

	for (; peek(p) >= '0' && peek(p) <= '9'; p->at++)
		n = n > 99 ? n : (n < 0 ? 0 : n) * 10 + (peek(p) - '0');
	if (peek(p) == '.')
		for (p->at++; peek(p) >= '0' && peek(p) <= '9'; p->at++)
			n = n < 0 ? 0 : n;
	return n;
}

static enum status take_suffixes(struct parser *p, struct clause *clause)
{
	int number;

	if (peek(p) == '~') {
		p->at++;
		number = take_number(p);
		/* Without a number: none in words up to two letters, one up to five, then two; as the field does. */
		if (clause->kind == CLAUSE_WORDS && number < 0 && p->options->fuzzy)
			clause->edits = clause->text.len < 3 ? 0 : clause->text.len < 6 ? 1 : 2;
		else if (clause->kind == CLAUSE_WORDS && number > 0)
			clause->edits = number > 2 ? 2 : (unsigned)number;
	}
	if (peek(p) == '^' && !p->options->simple) {
		p->at++;
		if (take_number(p) < 0)
			return wrong(p, "a number is missing after ^");
	}
	return ST_OK;
}

static bool ends_word(const struct parser *p, char c)
{
	return strchr(p->options->simple ? " \t\r\n()\"|" : " \t\r\n()[]{}\"^:/", c) != NULL;
}

/* A word with its escapes taken away; * and ? written plainly make it wild. */
static enum status read_word(struct parser *p, struct text *ret_word, bool *ret_wild)
{
	char *out = arena_alloc(p->arena, p->in.len - p->at + 1, 1);
	size_t len = 0;

	if (out == NULL)
		return arena_failure(p->arena, p->error);
	*ret_wild = false;
	while (p->at < p->in.len && !ends_word(p, peek(p))) {
		if (peek(p) == '~' && len)
			break;
		if (peek(p) == '\\' && p->at + 1 < p->in.len)
			p->at++;
		else if (peek(p) == '*' || (peek(p) == '?' && !p->options->simple))
			*ret_wild = true;
		out[len++] = p->in.data[p->at++];
	}
	*ret_word = (struct text){out, len};
	return ST_OK;
}

static enum status read_phrase(struct parser *p, struct clause **ret)
{
	char *out = arena_alloc(p->arena, p->in.len - p->at + 1, 1);
	size_t len = 0;

	if (out == NULL)
		return arena_failure(p->arena, p->error);
	for (p->at++; peek(p) != '"'; p->at++) {
		if (peek(p) == '\\' && p->at + 1 < p->in.len)
			p->at++;
		if (p->at >= p->in.len)
			return wrong(p, "a quotation mark is missing");
		out[len++] = p->in.data[p->at];
	}
	p->at++;
	TRY(make(p, CLAUSE_PHRASE, (struct text){out, len}, ret));
	return take_suffixes(p, *ret);
}

static enum status range_end(struct parser *p, struct text *ret)
{
	bool wild;
	size_t from;

	skip_space(p);
	from = p->at;
	if (peek(p) == '"') {
		struct clause *phrase;

		TRY(read_phrase(p, &phrase));
		*ret = phrase->text;
		return ST_OK;
	}
	/* Times have colons. */
	while (p->at < p->in.len && !strchr(" \t\r\n]}", peek(p)))
		p->at++;
	*ret = (struct text){p->in.data + from, p->at - from};
	wild = text_equal(*ret, TEXT("*"));
	if (ret->len == 0)
		return wrong(p, "an end of a range is missing");
	if (wild)
		*ret = TEXT("");
	return ST_OK;
}

static enum status read_range(struct parser *p, struct clause **ret)
{
	TRY(make(p, CLAUSE_RANGE, TEXT(""), ret));
	(*ret)->above = peek(p) == '{';
	p->at++;
	TRY(range_end(p, &(*ret)->text));
	skip_space(p);
	if (!take(p, "TO"))
		return wrong(p, "TO is missing in a range");
	TRY(range_end(p, &(*ret)->upper));
	skip_space(p);
	(*ret)->below = peek(p) == '}';
	if (peek(p) != ']' && peek(p) != '}')
		return wrong(p, "a range does not end");
	p->at++;
	return take_suffixes(p, *ret);
}

/* >a, >=a, <a, <=a after a field. */
static enum status read_bound(struct parser *p, struct clause **ret)
{
	bool greater = peek(p) == '>', equal, wild;
	struct text word;

	p->at++;
	equal = peek(p) == '=';
	p->at += equal;
	TRY(read_word(p, &word, &wild));
	if (word.len == 0)
		return wrong(p, "an end of a range is missing");
	TRY(make(p, CLAUSE_RANGE, greater ? word : TEXT(""), ret));
	(*ret)->upper = greater ? TEXT("") : word;
	(*ret)->above = greater && !equal;
	(*ret)->below = !greater && !equal;
	return ST_OK;
}

static enum status read_or(struct parser *p, struct clause **ret);
static enum status read_primary(struct parser *p, struct clause **ret);

static enum status read_group(struct parser *p, struct clause **ret)
{
	p->at++;
	if (++p->depth > CLAUSE_DEPTH_MAX)
		return error_at(p->error, ST_LIMIT, "q", (int64_t)p->at, "more than %u parentheses", CLAUSE_DEPTH_MAX);
	TRY(read_or(p, ret));
	p->depth--;
	skip_space(p);
	if (peek(p) != ')')
		return wrong(p, "a parenthesis is missing");
	p->at++;
	return take_suffixes(p, *ret);
}

static enum status read_field(struct parser *p, struct text field, struct clause **ret)
{
	struct text outer = p->field;
	enum status st;

	p->at++;
	if (text_equal(field, TEXT("_exists_"))) {
		bool wild;

		TRY(read_word(p, &p->field, &wild));
		st = make(p, CLAUSE_EXISTS, TEXT(""), ret);
	} else {
		p->field = text_equal(field, TEXT("*")) ? TEXT("") : field;
		skip_space(p);
		st = peek(p) == '>' || peek(p) == '<' ? read_bound(p, ret) : read_primary(p, ret);
	}
	p->field = outer;
	return st;
}

static enum status read_primary(struct parser *p, struct clause **ret)
{
	struct text word;
	bool wild;

	skip_space(p);
	if (peek(p) == '(')
		return read_group(p, ret);
	if (peek(p) == '"')
		return read_phrase(p, ret);
	if (!p->options->simple && (peek(p) == '[' || peek(p) == '{'))
		return read_range(p, ret);
	if (!p->options->simple && peek(p) == '/')
		return wrong(p, "a regular expression is not understood, write \\/ for the character");
	TRY(read_word(p, &word, &wild));
	if (word.len == 0)
		return wrong(p, "a word is missing");
	if (peek(p) == ':' && !p->options->simple && p->field.len == 0)
		return read_field(p, word, ret);
	if (wild && text_equal(word, TEXT("*")))
		return make(p, p->field.len ? CLAUSE_EXISTS : CLAUSE_ALL, TEXT(""), ret);
	TRY(make(p, CLAUSE_WORDS, word, ret));
	(*ret)->wild = wild;
	return take_suffixes(p, *ret);
}

static enum status read_not(struct parser *p, struct clause **ret)
{
	bool negative = false, simple = p->options->simple;
	struct clause *inner;

	for (;;) {
		skip_space(p);
		if (take(p, "-") || (!simple && (take(p, "!") || take(p, "NOT"))))
			negative = !negative;
		else if (!take(p, "+"))
			break;
	}
	TRY(read_primary(p, negative ? &inner : ret));
	if (!negative)
		return ST_OK;
	TRY(make(p, CLAUSE_NOT, TEXT(""), ret));
	(*ret)->first = inner;
	return ST_OK;
}

/* One clause stays itself, several become the children of one. */
static enum status gather(struct parser *p, enum clause_kind kind, struct clause *first, struct clause **ret)
{
	*ret = first;
	if (first->next == NULL)
		return ST_OK;
	TRY(make(p, kind, TEXT(""), ret));
	(*ret)->first = first;
	return ST_OK;
}

static bool at_or(struct parser *p)
{
	size_t at = p->at;
	bool found;

	skip_space(p);
	found = p->options->simple ? take(p, "|") : take(p, "OR") || take(p, "||");
	if (!found)
		p->at = at;
	return found;
}

static enum status read_and(struct parser *p, struct clause **ret)
{
	struct clause *first = NULL, **end = &first;

	for (;;) {
		TRY(read_not(p, end));
		end = &(*end)->next;
		skip_space(p);
		if (!p->options->simple && (take(p, "AND") || take(p, "&&")))
			continue;
		size_t at = p->at;
		bool other = at_or(p);

		p->at = at;
		if (other || p->at == p->in.len || peek(p) == ')')
			return gather(p, CLAUSE_AND, first, ret);
	}
}

static enum status read_or(struct parser *p, struct clause **ret)
{
	struct clause *first = NULL, **end = &first;

	do {
		TRY(read_and(p, end));
		end = &(*end)->next;
	} while (at_or(p));
	return gather(p, CLAUSE_OR, first, ret);
}

static enum status read_whole(struct parser *p, struct clause **ret)
{
	TRY(read_or(p, ret));
	skip_space(p);
	return p->at == p->in.len ? ST_OK : wrong(p, "a parenthesis too many");
}

enum status text_query_read(struct text in, const struct query_options *options, struct arena *arena,
			    struct clause **ret_clause, struct error *ret_error)
{
	struct parser p = {.in = text_trim(in), .arena = arena, .options = options, .error = ret_error};
	enum status st;

	if (p.in.len == 0)
		return clause_new(arena, CLAUSE_ALL, TEXT(""), TEXT(""), ret_clause);
	st = read_whole(&p, ret_clause);
	if (options->simple && (st == ST_MALFORMED || st == ST_LIMIT))
		return clause_new(arena, CLAUSE_WORDS, TEXT(""), in, ret_clause);
	return st;
}
