/* The text of a search taken apart, and what of the lists it finds. Pure.
 *
 * Words stand together (AND); AND OR NOT && || ! + - and parentheses; "phrases"; field:value; * and ? in words;
 * word~ and word~1 for near spellings; [a TO b], {a TO b}, >=a; field:* for any value. A boost (^2) is read and does
 * nothing. Fields: names, text, id, schema, datasets, topics, countries..., properties.NAME. The simple form knows
 * + | - "..." ( ) word* and word~1, and nothing is wrong in it.
 * Source: Lucene's classic query parser syntax; simple_query_string of its users.
 */
#ifndef API_TEXT_QUERY_H
#define API_TEXT_QUERY_H

#include "lists/snapshot.h"

#define CLAUSES_MAX 256u
#define CLAUSE_DEPTH_MAX 32u
#define SCANS_MAX 16u     /* words with * ? or ~, which look through many words */
#define READS_MAX 20000u  /* entities looked into, for phrases, fields and order */

enum clause_kind {
	CLAUSE_ALL,
	CLAUSE_NONE,
	CLAUSE_WORDS,  /* every pattern of `text`, anywhere in the field */
	CLAUSE_PHRASE, /* one after the other in one value */
	CLAUSE_EXACT,  /* the whole value, but for the case of a-z */
	CLAUSE_RANGE,
	CLAUSE_EXISTS,
	CLAUSE_AND,
	CLAUSE_OR,
	CLAUSE_NOT,
};

struct clause {
	enum clause_kind kind;
	struct text field; /* empty: everywhere */
	struct text text;  /* of a range: its lower end, empty for none */
	struct text upper;
	bool above, below; /* the lower, the upper end is not in the range itself */
	bool wild;         /* * and ? are not letters */
	unsigned edits;
	struct clause *first, *next;
};

struct query_options {
	bool simple;
	bool fuzzy; /* a bare ~ allows edits */
};

/* Empty text gives CLAUSE_ALL. Fails: ST_MALFORMED (position), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status text_query_read(struct text in, const struct query_options *options, struct arena *arena,
				     struct clause **ret_clause, struct error *ret_error);

MUST_USE enum status clause_new(struct arena *arena, enum clause_kind kind, struct text field, struct text text,
				struct clause **ret_clause);

struct hit {
	entity_ref ref;
	uint32_t weight;
};

struct hits {
	struct hit *list; /* by entity */
	size_t count;
};

/* A search in progress; zeroed but for the first two. */
struct finding {
	const struct lists_snapshot *lists;
	struct arena *arena;
	struct arena scratch; /* for the entity looked into; arena_init it, release it */
	struct entity entity;
	entity_ref entity_ref;
	bool has_entity;
	uint32_t reads, scans;
};

/* Fails: ST_LIMIT (SCANS_MAX, READS_MAX, memory), ST_NO_MEMORY. */
MUST_USE enum status text_query_find(struct finding *finding, const struct clause *clause, struct hits *ret_hits,
				     struct error *ret_error);

/* Calls `take` with every value of the field until it gives true; gives whether it did. `field` empty: every value.
 * Fails: as text_query_find. */
typedef bool value_taker(void *context, struct text value);
MUST_USE enum status field_each(struct finding *finding, entity_ref ref, struct text field, value_taker *take,
				void *context, bool *ret_taken);

/* Whether there is such a field, for ordering. */
bool field_known(struct text field);

#endif
