/* Lines of words: how manifests and files of keys are read. Pure. */
#ifndef EDITION_MANIFEST_LINES_H
#define EDITION_MANIFEST_LINES_H

#include "edition/manifest.h"

/* Words of one line, one space between. */
struct line {
	struct text rest;
};

/* The next line of *text; false at its end. */
bool line_next(struct text *text, struct line *ret_line);
/* The next word; empty at the line's end. */
struct text line_word(struct line *line);
bool line_number(struct line *line, uint64_t max, uint64_t *ret);
bool line_hash(struct line *line, struct merkle_hash *ret);
bool line_moment(struct line *line, int64_t *ret);

/* What follows `key` and `revoked`. */
bool line_key(struct line *line, struct edition_key *ret);
bool line_revoked(struct line *line, struct edition_revoked *ret);

void hash_add(struct buffer *out, const struct merkle_hash *hash);
void moment_add(struct buffer *out, int64_t ms);
void key_lines_add(struct buffer *out, const struct edition_keys *keys);

#endif
