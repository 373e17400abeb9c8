/* A name as it was written, with the parts that met others marked in it. */
#ifndef PAGE_MARKS_H
#define PAGE_MARKS_H

#include "base/arena.h"
#include "page/words.h"

#define MARKS_NAME_MAX 512u /* bytes; a longer name is shown unmarked */
#define MARKS_MAX 16u

struct mark {
	struct text place; /* a slice of the name */
	const char *class; /* of the <mark>; our own word */
};

struct marked_name {
	struct text name;
	struct mark marks[MARKS_MAX];
	size_t count;
	/* The name folded letter by letter without its spaces, and for each byte of that where its letter begins and ends
	 * in `name`. */
	struct text folded;
	uint16_t *from, *to;
};

/* Makes ready to mark `name`. A name too long or without memory gets no marks, which is no failure. */
void marks_begin(struct marked_name *m, struct text name, struct arena *arena);

/* Finds the folded `part` in the name where no mark is yet, whole words first, and marks it.
 * Gives the part as it was written, or `part` itself where it cannot be found. */
struct text marks_add(struct marked_name *m, struct text part, const char *class);

/* The name with its marks, isolated and in its language. */
void html_marked(struct html *html, const struct marked_name *m);

#endif
