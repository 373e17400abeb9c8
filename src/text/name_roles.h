/* What part a folded word plays when its letters alone tell: titles, particles, patronymics. */
#ifndef TEXT_NAME_ROLES_H
#define TEXT_NAME_ROLES_H

#include "text/name.h"

/* Role of a word from the tables of data/text and from its ending; PART_UNKNOWN where they are silent.
 * A particle leads something, some never stand first; some titles only stand first or behind the comma. */
struct word_place {
	bool first;
	bool last;
	bool opens; /* first, or first behind the comma */
};
enum part_role role_of_word(struct text word, struct word_place place);

/* Bytes of the title that a folded word begins with and that is written in one go with what follows (นายสมชาย); 0 if it
 * has none, or is one. */
size_t title_attached(struct text word);

#endif
