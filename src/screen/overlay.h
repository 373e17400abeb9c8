/* Changes over a built index, without building it again: a second, small index stands over the first, and hides what it
 * replaces. An overlay never changes; whoever takes a change in builds the next one from all changes since the base, and
 * readers move to it when they like. What is asked of an overlay is asked as of one index (screen.h).
 */
#ifndef SCREEN_OVERLAY_H
#define SCREEN_OVERLAY_H

#include "screen/screen.h"

struct overlay;

/* `changed` holds every entity added or changed since `base` was built, each with all its neighbours (a person comes with the
 * documents that name him as holder); `removed` are ids of the base that are gone, unknown ones are passed over. Both indexes
 * must outlive the overlay. Cost: one look-up an entity of `changed` and an id, and a bit an entity of the base.
 * Fails: ST_NO_MEMORY. */
MUST_USE enum status overlay_new(const struct index *base, const struct index *changed, const struct text *removed,
				 size_t removed_count, struct overlay **ret_overlay, struct error *ret_error);
void overlay_free(struct overlay *overlay); /* NULL is fine */

/* Entities of the base keep their numbers; those of `changed` follow them. Hidden numbers are never given. */
struct text overlay_entity_json(const struct overlay *overlay, entity_ref ref);
struct text overlay_entity_id(const struct overlay *overlay, entity_ref ref);
entity_ref overlay_find(const struct overlay *overlay, struct text id);

/* As screen_run; `keep` is asked with the overlay's numbers. Thread-safe with an arena per thread. */
MUST_USE enum status overlay_run(const struct overlay *overlay, const struct entity *query,
				 const struct screen_options *options, struct arena *arena,
				 struct screen_answer *ret_answer, struct error *ret_error);

#endif
