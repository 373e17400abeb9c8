/* Changes over a built index, without building it again: small indexes stand over the first, each over those before it, and hide what
 * they replace. An overlay never changes; whoever takes a change in builds the next one, and readers move to it when they like. What is
 * asked of an overlay is asked as of one index (screen.h).
 */
#ifndef SCREEN_OVERLAY_H
#define SCREEN_OVERLAY_H

#include "screen/screen.h"

struct overlay;

#define OVERLAY_LAYERS_MAX 3u

/* `layers`: the first is what was built whole; each further one holds entities added or changed since, each with all its neighbours (a
 * person comes with the documents that name him as holder). Of an id that stands in several the last counts. `removed` are ids that
 * are gone from all layers but the last; unknown ones are passed over. The indexes must outlive the overlay. Cost: a look-up in each
 * layer below for an entity of a further layer and for a removed id, and a bit an entity.
 * Fails: ST_NO_MEMORY. */
MUST_USE enum status overlay_new(const struct index *const *layers, size_t layer_count, const struct text *removed, size_t removed_count,
				 struct overlay **ret_overlay, struct error *ret_error);
void overlay_free(struct overlay *overlay); /* NULL is fine */

/* Entities of the first layer keep their numbers; those of the others follow them. Hidden numbers are never given. */
struct text overlay_entity_json(const struct overlay *overlay, entity_ref ref);
struct text overlay_entity_id(const struct overlay *overlay, entity_ref ref);
entity_ref overlay_find(const struct overlay *overlay, struct text id);

/* As screen_run; `keep` is asked with the overlay's numbers. Thread-safe with an arena per thread. */
MUST_USE enum status overlay_run(const struct overlay *overlay, const struct entity *query,
				 const struct screen_options *options, struct arena *arena,
				 struct screen_answer *ret_answer, struct error *ret_error);

#endif
