#include "cli/drawing.h"

#include <stdio.h>

#define NAME "cordon-poster"
#define WAIT_MS 60000u /* it ends itself after 20 seconds of the processor */
#define SAID_MAX 1024u

enum status drawing_program(char ret_path[HELPER_PATH], struct error *ret_error)
{
	return helper_find(NAME, ret_path) ? ST_OK : error_set(ret_error, ST_NOT_FOUND, "%.200s is not there", ret_path);
}

/* The last line that it wrote. */
static enum status refused(const struct buffer *said, struct error *ret_error)
{
	struct text rest, line = TEXT(""), one;

	if (text_check(buffer_bytes(said), &rest, NULL) != ST_OK)
		rest = TEXT("");
	while (rest.len && text_split(&rest, '\n', &one))
		if (one.len)
			line = one;
	return error_set(ret_error, ST_MALFORMED, "%.*s", TEXT_ARG(line.len ? line : TEXT(NAME " ended without an answer")));
}

enum status drawing_make(const struct drawing *d, struct buffer *out, struct error *ret_error)
{
	char id[ALERT_ID_MAX + 1];
	const struct helper helper = {.program = d->program,
				      .arguments = {d->kind == ALERT_CARD ? "card" : "poster", alert_language_word(d->language), id},
				      .environment = {"LC_ALL=C.UTF-8"},
				      .input = text_bytes(d->document),
				      .wait_ms = WAIT_MS,
				      .stopping = d->stopping,
				      .context = d->context};
	struct buffer file, said;
	enum helper_end end;
	enum status st = ST_OK;

	snprintf(id, sizeof id, "%.*s", TEXT_ARG(d->id));
	buffer_init(&file, DRAWING_MAX);
	buffer_init(&said, SAID_MAX);
	end = helper_run(&helper, &file, &said);
	if (end == HELPER_DONE && file.len)
		buffer_add(out, file.data, file.len);
	else
		st = end == HELPER_DONE || end == HELPER_FAILED ? refused(&said, ret_error) : error_set(ret_error, ST_UNAVAILABLE, NAME " could not be run to its end");
	buffer_release(&file);
	buffer_release(&said);
	return st == ST_OK ? buffer_status(out) : st;
}
