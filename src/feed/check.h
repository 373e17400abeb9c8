/* Whether files are the list that they should be: by reading them whole, as they will be read when they are loaded. */
#ifndef FEED_CHECK_H
#define FEED_CHECK_H

#include "feed/sources.h"

struct check {
	char format[32];
	uint64_t listed; /* persons, organisations...; of a catalogue, datasets */
	uint64_t entities, skipped;
};

struct check_watch {
	/* Asked every few thousand entities; false stops. May be NULL. */
	bool (*go_on)(void *context, uint64_t entities);
	void *context;
};

/* `fds` are the source's files in its order, open for reading; read from their beginning. Fails: ST_MALFORMED (not that
 * format, nothing listed, a fault with its row), what the readers give, ST_UNAVAILABLE (stopped). */
MUST_USE enum status check_list(const struct list_source *source, const int *fds, const struct check_watch *watch,
				struct check *ret_check, struct error *ret_error);

#endif
