#include "post/terms.h"

#include <assert.h>

#include "base/slice.h"

struct post_term_row {
	struct text term;
	uint32_t value;
};

#include "post_terms.inc"

uint32_t post_term(const char *term)
{
	for (size_t i = 0; i < POST_TERMS_COUNT; i++)
		if (text_equal(post_terms_rows[i].term, text_of(term)))
			return post_terms_rows[i].value;
	assert(term == NULL); /* no such term */
	return 0;
}
