/* Electronic arrival cards, row by row: what became of each, and what is wrong with it in the sender's language. */
#include "border/arrival.h"
#include "office/arrival_cards.h"
#include "model/entity_json.h"
#include "office/entry.h"
#include "office/problem.h"

#include "handlers.inc"

#define CHUNK 200u
#define ARENA_MAX ((size_t)64 << 20)
#define TEXT_MAX 2000u
#define NOT_ACCEPTED TEXT("refuse-declaration") /* of data/verdict/acts.tsv */

struct declaring {
	struct card_file file;
	struct arena arena, one; /* of the rows in hand; of the screening of one */
	struct card cards[CHUNK];
	struct arrival_card kept[CHUNK]; /* of a row without problems */
	size_t count;
};

/* ---- in ---- */

static enum status card_take(struct office_call *call, struct declaring *d, struct error *ret_error)
{
	struct card *card = &d->cards[d->count];
	struct arrival_card *kept = &d->kept[d->count];

	d->count++;
	if (card->problem_count)
		return ST_OK;
	*kept = (struct arrival_card){.reference = card->cells[CARD_REFERENCE], .flight = card->cells[CARD_FLIGHT],
				      .place = card->cells[CARD_PLACE], .expected_ms = card->expected_ms};
	TRY(arrival_person_json(&card->person, &d->arena, &kept->person.json, ret_error));
	arena_clear(&d->one);
	return arrival_screen(call->office->border, VERDICT_DECLARATION, &card->person, &d->one, &kept->person.seen, ret_error);
}

static enum status chunk_read(struct office_call *call, struct declaring *d, bool *ret_more, struct error *ret_error)
{
	d->count = 0;
	arena_clear(&d->arena);
	for (*ret_more = true; *ret_more && d->count < CHUNK;) {
		TRY(card_next(&d->file, call->now_ms, &d->arena, &d->cards[d->count], ret_more, ret_error));
		if (*ret_more)
			TRY(card_take(call, d, ret_error));
	}
	return ST_OK;
}

/* ---- out ---- */

static void problem_put(const struct office_call *call, const struct card_problem *p)
{
	struct buffer *out = &call->response->body, text;
	const struct problem_values values = {.field = text_of(p->field), .value = p->value};

	buffer_init(&text, TEXT_MAX);
	(void)problem_text(&text, (unsigned)call->language, text_of(p->reason), &values);
	buffer_add_text(out, TEXT("{\"field\":"));
	json_add_string(out, values.field);
	buffer_add_text(out, TEXT(",\"value\":"));
	json_add_string(out, p->value);
	buffer_printf(out, ",\"reason\":\"%s\",\"text\":", p->reason);
	json_add_string(out, buffer_status(&text) == ST_OK ? buffer_text(&text) : TEXT(""));
	buffer_add_char(out, '}');
	buffer_release(&text);
}

static void row_put(const struct office_call *call, const struct card *card, const char *status)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "%s{\"row\":%lld,\"status\":\"%s\"", out->data[out->len - 1] == '[' ? "" : ",", (long long)card->row, status);
	member_text(out, "reference", card->cells[CARD_REFERENCE]);
	/* Whom he is like is told to nobody: he may ask. */
	if (strcmp(status, "not-accepted") == 0)
		member_text(out, "text", verdict_act_text(NOT_ACCEPTED, (unsigned)call->language));
	buffer_add_text(out, TEXT(",\"problems\":["));
	for (size_t i = 0; i < card->problem_count; i++) {
		if (i)
			buffer_add_char(out, ',');
		problem_put(call, &card->problems[i]);
	}
	buffer_add_text(out, TEXT("]}"));
}

static enum status chunk_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct declaring *d = context;

	for (size_t i = 0; i < d->count; i++) {
		bool accepted = false, faulty = d->cards[i].problem_count != 0;

		if (!faulty)
			TRY(arrival_card_keep(call->office->border, tx, &call->actor, &d->kept[i], &d->one, &accepted, ret_error));
		row_put(call, &d->cards[i], faulty ? "faulty" : accepted ? "accepted" : "not-accepted");
	}
	return buffer_status(&call->response->body);
}

static enum status ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = call->office->host};

	(void)context;
	TRY(office_may(call, tx, "arrival.declare", &thing, "arrival", TEXT_NONE, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	return ST_OK;
}

static enum status declare(struct office_call *call, struct declaring *d, struct error *ret_error)
{
	struct text media = http_header(call->request, "Content-Type");
	bool more = true;

	TRY(office_transact(call, DB_WRITE, ask_work, NULL, ret_error));
	TRY(card_file_open(&d->file, call->request->body, media, call->arena, ret_error));
	while (more) {
		TRY(chunk_read(call, d, &more, ret_error));
		if (d->count)
			TRY(office_transact(call, DB_WRITE, chunk_work, d, ret_error));
	}
	buffer_add_text(&call->response->body, TEXT("]}"));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_arrival_declare(struct office_call *call)
{
	struct declaring *d = ARENA_NEW(call->arena, struct declaring, 1);
	struct error error = {.code = ST_OK};
	enum status st;

	if (d == NULL) {
		(void)arena_failure(call->arena, &error);
		office_problem(call, &error);
		return;
	}
	arena_init(&d->arena, ARENA_MAX);
	arena_init(&d->one, ARENA_MAX);
	st = declare(call, d, &error);
	card_file_release(&d->file);
	arena_release(&d->arena);
	arena_release(&d->one);
	if (st != ST_OK)
		office_problem(call, &error);
}
