/* The steps of a post's own database: src/post/migrations. */
#ifndef POST_SCHEMA_H
#define POST_SCHEMA_H

#include "db/migrate.h"

const struct migration *post_migrations(size_t *ret_count);

#endif
