/* Invented people, seeded, their names drawn by the frequencies of data/. */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include "model/entity.h"

struct pool {
	char (*names)[32];
	uint64_t *upto; /* running sums of weights */
	size_t count;
};

struct people {
	struct pool latin[8];  /* by culture; given names alone where it has `family` */
	struct pool family[8]; /* empty: the culture's names are not told apart */
	struct pool korean_family, korean_given, khmer;
	bool nations; /* whether people have a nationality; not after people_read */
};

/* Reads the tables under ROOT/data; ends the program if there is nothing to draw from. */
void people_read(const char *root, struct people *ret_people);

/* Draws begin anew. */
void people_seed(uint64_t seed);

/* One listed person: a name, aliases to make 2.5 names each, a date, a document. */
MUST_USE enum status person_make(const struct people *people, size_t number, struct arena *arena, struct entity *ret_entity);

/* A traveller whom the list does not know but by chance: a name and a date, or a document number alone. */
MUST_USE enum status traveller_make(const struct people *people, struct arena *arena, struct entity *ret_entity);
MUST_USE enum status document_make(struct arena *arena, struct entity *ret_entity);

#endif
