/* Inside of the builder, shared by build.c (what comes in), build_names.c (hearing and interning) and
 * build_image.c (what goes out). */
#ifndef SCREEN_BUILD_H
#define SCREEN_BUILD_H

#include "screen/facts.h"
#include "screen/image.h"
#include "screen/screen.h"

/* An entity as taken in, before slots are given out. */
struct pending {
	uint64_t entity;     /* offset in entities */
	uint32_t entity_len;
	uint32_t id_len;
	uint64_t id;         /* offset in text */
	uint32_t facts;      /* offset in facts */
	uint32_t facts_len;
	uint32_t first_name; /* number in names */
	uint32_t name_count;
	uint32_t date;       /* packed, 0 with none or several */
	uint32_t sequence;
	bool matchable;
};

struct pending_name {
	uint32_t text; /* offset in text */
	uint16_t len;
	uint8_t kind;
};

/* A document entity (Passport, Identification) or a former id, waiting for its holder. */
struct pending_link {
	uint64_t holder; /* hash of the holder's id */
	uint32_t value;  /* offset in text */
	uint32_t value_len;
	uint16_t country;
	uint8_t kind;    /* enum identifier_kind */
};

struct pending_former {
	uint64_t former; /* hash */
	uint32_t pending;
};

struct index_builder {
	struct index_limits limits;
	struct arena scratch;
	struct buffer entities, text, facts;
	struct buffer pendings, names, links, formers; /* arrays of the structs above */
};

static inline struct pending *pending_at(const struct index_builder *b, size_t i)
{
	return (struct pending *)(void *)b->pendings.data + i;
}

static inline size_t pending_count(const struct index_builder *b)
{
	return b->pendings.len / sizeof(struct pending);
}

/* The order of slots: pendings that stay, by date and id. */
struct slot_order {
	uint32_t *pendings; /* owned by the caller's arena */
	size_t count;
};

/* Sections being written. */
struct image_parts {
	struct buffer section[SECTION_COUNT];
	uint32_t persons;
};

/* Hears every name of every slot and fills NAMES, PARTS, TOKENS, READINGS, POSTINGS, KEYS, JOINS, their starts, and TEXT. */
MUST_USE enum status build_names(struct index_builder *b, const struct slot_order *order, struct image_parts *parts,
				 struct error *ret_error);

#endif
