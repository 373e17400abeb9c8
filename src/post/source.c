#include "post/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "feed/call.h"
#include "post/terms.h"

#define PATIENCE_S 3600u /* a list over a bad line; what came is kept when it breaks */
#define TRIES 20u        /* of one file, each going on where the last one broke */

/* One file that is on its way. */
struct coming {
	const struct source *source;
	uint64_t len;     /* what is still to come; 0: not known */
	int64_t looked_s; /* 0: not yet */
	int64_t rung_s;   /* the last look for a bell's sake */
	bool again;       /* in vain */
};

static int64_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1;
}

static bool stopped(const struct source *source)
{
	return source->stop && atomic_load(source->stop);
}

/* The bell told of urgent entries, and not just now: one that rings on and on does not keep the file from coming. */
static bool rung(const struct coming *c)
{
	return c->source->rung && atomic_load(c->source->rung) && now_s() - c->rung_s >= post_term("urgent-pause");
}

/* Whether to let a large file go for a moment. */
static bool pause_due(const struct coming *c)
{
	int64_t since = now_s() - c->looked_s;

	if (c->source->between == NULL || c->len <= post_term("much"))
		return false;
	return c->looked_s == 0 || since >= post_term("urgent-look") || (c->again && since >= post_term("urgent-pause")) || rung(c);
}

static bool go_on(void *context)
{
	const struct coming *c = context;

	return !stopped(c->source) && !pause_due(c);
}

static enum status hub_get(const struct source *source, const char *name, struct buffer *out, struct error *ret_error)
{
	struct coming coming = {.source = source};
	char address[1400], etag[CALL_ETAG_SIZE] = "";
	struct call call = {.address = address, .line = source->kept, .etag = etag, .ca_file = source->ca_file, .patience_s = PATIENCE_S, .resume = true, .coming = &coming.len,
			    .go_on = go_on, .context = &coming};
	unsigned status = 0, tries = 0;
	enum status st = ST_UNAVAILABLE;

	snprintf(address, sizeof address, "%s/feed/%s", source->hub, name);
	while (tries < TRIES && st == ST_UNAVAILABLE && !stopped(source)) {
		st = call_make(&call, &status, out, ret_error);
		if (st == ST_UNAVAILABLE && !stopped(source) && pause_due(&coming)) {
			if (rung(&coming))
				coming.rung_s = now_s();
			if (source->rung)
				atomic_store(source->rung, false);
			coming.again = !source->between(source->context);
			coming.looked_s = now_s();
			continue;
		}
		tries++;
		if (st == ST_UNAVAILABLE && out->len == 0)
			break; /* no way there at all */
		if (st == ST_UNAVAILABLE && !stopped(source))
			nanosleep(&(struct timespec){.tv_sec = 1}, NULL); /* what has come is not given up because it breaks again at once */
	}
	if (stopped(source))
		return error_set(ret_error, ST_UNAVAILABLE, "stopped");
	TRY(st);
	if (status == 200 || status == 206)
		return ST_OK;
	buffer_clear(out);
	return error_set(ret_error, status == 404 || status == 410 ? ST_NOT_FOUND : ST_UNAVAILABLE, "the hub answers %u for %s", status, name);
}

static enum status folder_get(const char *folder, const char *name, struct buffer *out, struct error *ret_error)
{
	char path[4300];
	uint8_t piece[16384];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", path, strerrordesc_np(errno));
	while ((n = read(fd, piece, sizeof piece)) > 0 && buffer_status(out) == ST_OK)
		buffer_add(out, piece, (size_t)n);
	close(fd);
	return n == 0 && buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "%s cannot be read", path);
}

enum status source_get(const struct source *source, const char *name, struct buffer *out, struct error *ret_error)
{
	return source->hub ? hub_get(source, name, out, ret_error) : folder_get(source->folder, name, out, ret_error);
}
