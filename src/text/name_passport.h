/* A name as a passport would spell it: the likeliest Latin reading of each part. Pure. */
#ifndef TEXT_NAME_PASSPORT_H
#define TEXT_NAME_PASSPORT_H

#include "base/arena.h"

#define NAME_PASSPORT_SIZE 40u /* with the NUL; what is longer is cut */

/* The family name, and all else but titles (empty for people of one name). False: there is nothing to be read. */
bool name_passport(struct text name, struct arena *arena, char ret_family[NAME_PASSPORT_SIZE], char ret_given[NAME_PASSPORT_SIZE]);

#endif
