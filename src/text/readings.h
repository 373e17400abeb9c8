/* Collecting readings: the likeliest distinct ones, bounded, for all language modules. */
#ifndef TEXT_READINGS_H
#define TEXT_READINGS_H

#include "text/name.h"

/* A beam of spellings that grow letter by letter; the most likely are kept. */
struct spelling {
	char latin[READING_MAX + 1];
	uint8_t len;
	uint32_t cost; /* minus log2 of the likelihood, thousandths */
	uint32_t systems;
};

#define SPELLINGS_MAX 48u

struct spellings {
	struct spelling list[SPELLINGS_MAX];
	size_t count;
};

/* One empty spelling. */
void spellings_start(struct spellings *s, uint32_t systems);

/* What may come next: each choice (a-z taken, the rest left out) is put behind each spelling; equal results merge, the best are kept. */
struct choice {
	struct text latin;
	uint32_t cost;
};
void spellings_grow(struct spellings *s, const struct choice *choices, size_t count);

/* Adds a whole spelling (a-z taken, the rest left out); equal ones merge and keep the lower cost. */
void spellings_add(struct spellings *s, struct text latin, uint32_t cost, uint32_t systems);

/* Adds all of `more`, each dearer by `cost`. */
void spellings_merge(struct spellings *s, const struct spellings *more, uint32_t cost);

/* Turns them into the part's readings, likeliest first, relative to the likeliest. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status spellings_finish(struct spellings *s, struct arena *arena, struct name_part *part);

/* Minus log2 of a share in parts per million, in thousandths. */
uint32_t cost_of_ppm(uint32_t ppm);

#endif
