/* Lists in: published files to entities. Pure mapping: bytes come through a callback, entities go out through one.
 *
 * A file's format is recognised by its content. Every reader streams in bounded memory, reports row by row what it
 * passed over and why, and fails as a whole on a file that is damaged or hostile: whoever collects the entities then
 * throws away what came so far.
 */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "model/entity.h"

/* Where the bytes come from. read() gives up to `room` bytes, 0 at the end. */
struct exchange_source {
	enum status (*read)(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error);
	void *context;
	struct text name; /* of the file, without its folder; names the dataset where the content does not */
	/* Files that stand beside it and belong to it (OFAC's alt.csv and sdn_comments.csv for sdn.csv). */
	const struct exchange_source *companions;
	size_t companion_count;
};

/* Where entities go. The entity lives until the call returns. `skipped` may be NULL. */
struct exchange_sink {
	enum status (*entity)(void *context, const struct entity *entity, struct error *ret_error);
	void (*skipped)(void *context, int64_t row, const char *field, const char *reason);
	void *context;
};

struct exchange_report {
	const char *format; /* the format's word: "ftm", "ofac-csv", "un-xml"... */
	uint64_t entities;  /* all that came, neighbours too */
	uint64_t listed;    /* persons, organisations, vessels...: what can be matched */
	uint64_t persons;
	uint64_t names;     /* primary names, aliases, weak aliases and former names of what is listed */
	uint64_t aliases;
	uint64_t weak_aliases;
	uint64_t dates;
	uint64_t identifiers;
	uint64_t skipped;
};

#define EXCHANGE_LINE_MAX ((size_t)4 << 20)

/* Reads a whole file. Fails: ST_MALFORMED (row, field and reason), ST_LIMIT, ST_NO_MEMORY, what read() and entity()
 * give. Cost: one pass; memory bounded by EXCHANGE_LINE_MAX and one entity. */
MUST_USE enum status exchange_read(const struct exchange_source *source, const struct exchange_sink *sink,
				   struct exchange_report *ret_report, struct error *ret_error);

/* The same for a file that is known to be FollowTheMoney JSON lines, whatever it begins with. */
MUST_USE enum status exchange_read_ftm(const struct exchange_source *source, const struct exchange_sink *sink,
				       struct exchange_report *ret_report, struct error *ret_error);

#endif
