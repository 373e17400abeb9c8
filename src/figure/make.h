/* From a frozen snapshot the document that is released: docs/formats/figures.md. Whoever has the snapshot gets the same bytes. Pure.
 *
 * A snapshot holds the numbers before anything is withheld, the definitions as they were, and what was released of the same month before.
 */
#ifndef FIGURE_MAKE_H
#define FIGURE_MAKE_H

#include "base/buffer.h"
#include "figure/withhold.h"
#include "figure/words.h"

#define FIGURE_FORMAT "cordon.figures.v1"
#define FIGURE_SNAPSHOT_FORMAT "cordon.figures-snapshot.v1"
#define FIGURE_SIZE_MAX ((size_t)4 << 20)

/* A definition as a snapshot holds it. NULL without memory. */
json_t *figure_definition_json(const struct figure_definition *d);

/* The document without its note. *ret is to be given back with json_decref. A figure that has another number than the release before
 * and no reason is ST_CONFLICT, reason "figures-reason", field: its id.
 * Fails: ST_MALFORMED reason "figures-snapshot" with the field (a member is missing or no such thing), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status figure_make(const json_t *snapshot, json_t **ret, struct error *ret_error);

/* What the next snapshot of the same month is to hold of this one: {"number","items":[...]}. NULL without memory. */
json_t *figure_earlier(const json_t *snapshot, const json_t *document);

/* SHA-256 of a value's canonical bytes, 64 hexadecimal digits. Fails: as canonical_write. */
#define FIGURE_HASH_SIZE 65u
MUST_USE enum status figure_hash(const json_t *value, char ret[FIGURE_HASH_SIZE]);

#endif
