/* The index over all, built beside: whoever takes changes goes on over the one that there is, and finds the new one when it is done. */
#include "watch/inside.h"

static void *build(void *context)
{
	struct watch_rebuild *r = context;

	if (r->begin)
		r->begin(r->begin_context);
	r->st = watch_part_build(&r->options, &r->base->part, NULL);
	atomic_store(&r->done, true);
	return NULL;
}

bool watch_rebuild_start(struct watch_rebuild *r, const struct watch_options *options, struct watch_base *records)
{
	/* One processor for it, the others for those who ask. */
	r->options = *options;
	r->options.threads = 1;
	r->base = records;
	atomic_store(&r->done, false);
	r->running = pthread_create(&r->thread, NULL, build, r) == 0;
	if (!r->running)
		watch_base_release(records);
	return r->running;
}

enum status watch_rebuild_end(struct watch_rebuild *r, bool wait, struct watch_base **ret)
{
	if (!r->running || (!wait && !atomic_load(&r->done)))
		return ST_NOT_FOUND;
	pthread_join(r->thread, NULL);
	r->running = false;
	if (r->st == ST_OK)
		*ret = r->base;
	else
		watch_base_release(r->base);
	r->base = NULL;
	return r->st;
}
