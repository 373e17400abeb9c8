#include "feed/check.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "exchange/exchange.h"
#include "feed/catalogue.h"

#define ENTITIES_A_LOOK 4096u
#define HEAD 1024u

struct reading {
	const struct check_watch *watch;
	uint64_t entities;
};

static enum status fd_read(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	const int *fd = context;
	ssize_t n;

	do {
		n = read(*fd, out, room);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "cannot be read: %s", strerror(errno));
	*ret_len = (size_t)n;
	return ST_OK;
}

static enum status count(void *context, const struct entity *entity, struct error *ret_error)
{
	struct reading *r = context;

	(void)entity;
	if (++r->entities % ENTITIES_A_LOOK == 0 && r->watch && r->watch->go_on &&
	    !r->watch->go_on(r->watch->context, r->entities))
		return error_set(ret_error, ST_UNAVAILABLE, "stopped");
	return ST_OK;
}

/* Servers in trouble like to send a page that says so, with status 200. */
static bool is_web_page(int fd)
{
	char head[HEAD];
	ssize_t n = pread(fd, head, sizeof head, 0);
	struct text t = {head, n > 0 ? (size_t)n : 0};

	for (size_t i = 0; i + 5 < t.len; i++)
		if (text_equal_nocase((struct text){t.data + i, 5}, TEXT("<html")) ||
		    (i + 14 < t.len && text_equal_nocase((struct text){t.data + i, 14}, TEXT("<!doctype html"))))
			return true;
	return false;
}

static enum status read_list(const struct list_source *s, const int *fds, const struct check_watch *watch,
			     struct check *check, struct error *ret_error)
{
	struct exchange_source companions[SOURCE_FILES_MAX], source;
	struct reading reading = {watch, 0};
	struct exchange_sink sink = {count, NULL, &reading};
	struct exchange_report report;
	int held[SOURCE_FILES_MAX];
	enum status st;

	for (size_t i = 0; i < s->file_count; i++) {
		struct text name = text_of(s->files[i]);

		held[i] = fds[i];
		if (lseek(held[i], 0, SEEK_SET) < 0)
			return error_set(ret_error, ST_UNAVAILABLE, "cannot be read: %s", strerror(errno));
		/* A companion is known by its kind: its name without the ending. */
		companions[i] = (struct exchange_source){
			.read = fd_read, .context = &held[i], .name = {name.data, text_find(name, '.', 0)}};
	}
	source = companions[0];
	source.name = text_of(s->files[0]);
	source.companions = companions + 1;
	source.companion_count = s->file_count - 1;
	st = exchange_read(&source, &sink, &report, ret_error);
	if (st == ST_MALFORMED && is_web_page(fds[0]))
		return error_set(ret_error, st, "is a web page, not a list");
	if (st != ST_OK)
		return st;
	*check = (struct check){.listed = report.listed, .entities = report.entities, .skipped = report.skipped};
	snprintf(check->format, sizeof check->format, "%s", report.format);
	return ST_OK;
}

static enum status read_catalogue(int fd, struct check *check, struct error *ret_error)
{
	struct catalogue catalogue;
	struct catalogue_dataset dataset;

	TRY(catalogue_read(fd, &catalogue, ret_error));
	*check = (struct check){.format = SOURCE_CATALOGUE};
	for (size_t i = 0; i < catalogue.count; i++)
		check->listed += catalogue_dataset(&catalogue, i, &dataset);
	check->entities = catalogue.count;
	catalogue_release(&catalogue);
	return ST_OK;
}

enum status check_list(const struct list_source *source, const int *fds, const struct check_watch *watch,
		       struct check *ret_check, struct error *ret_error)
{
	struct check check;

	if (strcmp(source->format, SOURCE_CATALOGUE) == 0)
		TRY(read_catalogue(fds[0], &check, ret_error));
	else
		TRY(read_list(source, fds, watch, &check, ret_error));
	if (strcmp(check.format, source->format) != 0)
		return error_set(ret_error, ST_MALFORMED, "is of format %s, not %s", check.format, source->format);
	if (check.listed == 0)
		return error_set(ret_error, ST_MALFORMED, "lists nobody");
	*ret_check = check;
	return ST_OK;
}
