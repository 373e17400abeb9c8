/* Where the part of a domain begins that somebody can register. Table: data/ident/suffixes.tsv. Source: publicsuffix.org, "algorithm". */
#ifndef IDENT_SUFFIX_H
#define IDENT_SUFFIX_H

#include "base/slice.h"

/* "a.b.github.io" -> "b.github.io"; the host itself where it is a suffix or one label. Takes a host in ASCII, small, without a full stop
 * at its end. Gives a part of it. */
struct text suffix_registrable(struct text host);

/* Whether there is such a top-level domain. Takes small letters. */
bool suffix_is_known(struct text top);

#endif
