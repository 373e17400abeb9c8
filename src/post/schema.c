#include "post/schema.h"

#include "post_migrations.inc"

const struct migration *post_migrations(size_t *ret_count)
{
	*ret_count = sizeof embedded / sizeof embedded[0];
	return embedded;
}
