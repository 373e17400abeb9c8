/* How a checkpoint fetches: data/post/terms.tsv. */
#ifndef POST_TERMS_H
#define POST_TERMS_H

#include <stdint.h>

uint32_t post_term(const char *term); /* which must be one of the table's */

#endif
