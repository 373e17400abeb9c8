/* What the writers of figures share. */
#ifndef FIGURE_INSIDE_H
#define FIGURE_INSIDE_H

#include "figure/words.h"
#include "base/buffer.h"

/* Empty where it is no text. */
struct text member_string(const json_t *object, const char *name);
/* Of a text in four languages, or English where it lacks this one. */
struct text member_language(const json_t *object, const char *name, enum figure_language language);

/* Escaped for content and for quoted attributes. */
void markup_text(struct buffer *out, struct text text);
/* A word with {name} put in; the pairs of names and texts end with NULL. */
struct filling {
	const char *name;
	struct text text;
};
void markup_filled(struct buffer *out, struct text pattern, const struct filling *fillings, size_t count);

/* "2026-10" of "2026-10-01". */
struct text month_of(struct text date);

/* Whether it has all thirteen attributes: name, value, unit, definition, period, time of counting, source, method, what it counts, first
 * time or cumulative, what it revises, gaps, signer. One that lacks any is not shown. */
bool item_whole(const json_t *item);

/* The digits of a number, the same as in JSON and CSV; groups of three stand apart by style alone: a person who copies them has them
 * whole. `group`: the element that a group is put in ("span", "tspan"). */
void digits_write(struct buffer *out, int64_t value, const char *group);

#endif
