#include "cli/hub_posters.h"

#include <stdio.h>
#include <stdlib.h>

#include "beat/beat.h"
#include "cli/drawing.h"

#define REST_MS 60000
#define AGAIN_MS 10000 /* after a failure */
#define DOCUMENT_MAX ((size_t)1 << 20)
#define ARENA_MAX ((size_t)32 << 20)

struct hub_posters {
	struct office *office;
	struct alert_head head;
	struct beat *beat;
	void (*say)(void *context, const char *line);
	void *say_context;
	bool failing;
	char program[HELPER_PATH];
};

/* One that is drawn. */
struct round {
	struct hub_posters *posters;
	struct arena arena;
	struct alert_drawing drawing;
	struct buffer document, file;
	struct text trouble;
};

static void tell(struct hub_posters *p, enum status st, const struct error *error)
{
	char line[512];

	if ((st != ST_OK) != p->failing && p->say) {
		snprintf(line, sizeof line, "posters: %s", st != ST_OK ? error->message : "works again");
		p->say(p->say_context, line);
	}
	p->failing = st != ST_OK;
}

static enum status next_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct round *r = context;

	arena_clear(&r->arena);
	buffer_clear(&r->document);
	TRY(alert_draw_next(tx, &r->arena, &r->drawing, ret_error));
	buffer_add_text(&r->document, TEXT("{\"version\":1"));
	TRY(alerts_write(tx, &r->posters->head, r->drawing.number, &r->arena, &r->document, ret_error));
	buffer_add_char(&r->document, '}');
	return buffer_status(&r->document);
}

static enum status drawn_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct round *r = context;

	return alert_drawn(r->posters->office->awareness, tx, &r->drawing, buffer_bytes(&r->file), r->trouble, ret_error);
}

static bool stopping(void *context)
{
	const struct hub_posters *p = context;

	return p->beat && beat_stopping(p->beat);
}

static enum status draw(struct round *r, struct error *ret_error)
{
	struct hub_posters *p = r->posters;
	struct error why = {.code = ST_OK};
	char number[24], line[256];
	struct drawing drawing = {.program = p->program, .kind = r->drawing.kind, .language = r->drawing.language, .document = buffer_text(&r->document),
				  .stopping = stopping, .context = p};
	enum status st;

	snprintf(number, sizeof number, "%lld", (long long)r->drawing.number);
	drawing.id = text_of(number);
	st = drawing_make(&drawing, &r->file, &why);
	if (st != ST_OK && st != ST_MALFORMED)
		return error_set(ret_error, st, "%s", why.message);
	if (st == ST_MALFORMED) {
		/* It will not be otherwise the next time: it is kept that it could not be drawn. */
		snprintf(line, sizeof line, "%s", why.message);
		r->trouble = text_of(line);
		if (p->say)
			p->say(p->say_context, line);
	}
	return db_transact(p->office->db, DB_WRITE, drawn_work, r, ret_error);
}

static struct beat_next posters_round(void *context, bool woken)
{
	struct hub_posters *p = context;
	struct round r = {.posters = p, .trouble = TEXT_NONE};
	struct error error = {.code = ST_OK};
	enum status st;

	(void)woken;
	arena_init(&r.arena, ARENA_MAX);
	buffer_init(&r.document, DOCUMENT_MAX);
	buffer_init(&r.file, 2 * DRAWING_MAX);
	st = db_transact(p->office->db, DB_READ, next_work, &r, &error);
	if (st == ST_OK) {
		st = draw(&r, &error);
		if (st == ST_OK)
			p->office->committed(p->office->context);
	} else if (st == ST_NOT_FOUND) {
		st = ST_OK;
		error.code = ST_NOT_FOUND;
	}
	buffer_release(&r.file);
	buffer_release(&r.document);
	arena_release(&r.arena);
	tell(p, st, &error);
	/* One after another, while there are some. */
	return (struct beat_next){st != ST_OK ? AGAIN_MS : error.code == ST_NOT_FOUND ? REST_MS : 0, st != ST_OK};
}

static enum status again_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return db_exec(tx, "DELETE FROM alert_media WHERE bytes IS NULL", DB_NO_PARAMS, NULL, ret_error);
}

enum status hub_posters_start(struct office *office, const struct alert_head *head, void (*say)(void *context, const char *line), void *say_context,
			      struct hub_posters **ret, struct error *ret_error)
{
	struct hub_posters *p = calloc(1, sizeof *p);
	struct error error = {.code = ST_OK};

	if (p == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	*ret = p;
	p->office = office;
	p->head = *head;
	p->say = say;
	p->say_context = say_context;
	if (drawing_program(p->program, &error) != ST_OK) {
		tell(p, error.code, &error);
		return ST_OK;
	}
	TRY(db_transact(office->db, DB_WRITE, again_work, NULL, ret_error));
	return beat_start(posters_round, p, false, &p->beat, ret_error);
}

void hub_posters_wake(struct hub_posters *p)
{
	if (p)
		beat_wake(p->beat);
}

void hub_posters_stop(struct hub_posters *p)
{
	if (p == NULL)
		return;
	beat_stop(p->beat);
	free(p);
}
