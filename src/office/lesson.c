/* Texts that the public is shown: read in their language, approved by two people. */
#include "review/review.h"

#include "model/entity_json.h"
#include "office/entry.h"
#include "office/people.h"

#include "handlers.inc"

struct asked_for {
	const struct lesson_document *document;
	size_t language;
	struct text act, hash;
};

static enum status head_put(struct people *people, const struct lesson_document *document, size_t language, struct error *ret_error)
{
	struct office_call *call = people->call;
	struct buffer *out = &call->response->body;
	struct review_approval *list;
	bool mine = false;
	size_t count;

	TRY(review_load(people->tx, document, language, call->arena, &list, &count, ret_error));
	buffer_printf(out, "{\"document\":\"%.*s\",\"language\":\"%s\",\"hash\":\"%.*s\",\"approved\":%s,\"approvals\":[", TEXT_ARG(document->id),
		      lesson_languages[language], TEXT_ARG(document->hashes[language]), count >= REVIEW_NEEDED ? "true" : "false");
	for (size_t i = 0; i < count; i++) {
		struct text name = TEXT_NONE;

		TRY(people_name(people, list[i].person, &name, ret_error));
		buffer_add_text(out, i ? TEXT(",{\"by\":") : TEXT("{\"by\":"));
		json_add_string(out, list[i].person);
		member_text(out, "byName", name);
		member_time(out, "at", list[i].at_ms);
		buffer_add_char(out, '}');
		mine = mine || text_equal(list[i].person, call->actor.id);
	}
	buffer_printf(out, "],\"mine\":%s", mine ? "true" : "false");
	return ST_OK;
}

static void items_put(struct buffer *out, const struct lesson_document *document, size_t language)
{
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t i = 0; document->items && i < LESSON_ITEMS; i++) {
		const struct lesson_item *item = &document->items[i];

		buffer_printf(out, "%s{\"id\":\"%.*s\",\"genuine\":%s,\"tactic\":\"%.*s\"", i ? "," : "", TEXT_ARG(item->id),
			      item->genuine ? "true" : "false", TEXT_ARG(item->tactic));
		member_text(out, "from", item->from[language]);
		member_text(out, "text", item->says[language]);
		member_text(out, "why", item->why[language]);
		buffer_add_char(out, '}');
	}
	buffer_add_text(out, TEXT("],\"flags\":["));
	for (size_t i = 0; document->items == NULL && lesson_flag_at(i); i++) {
		const struct lesson_flag *flag = lesson_flag_at(i);

		buffer_printf(out, "%s{\"id\":\"%.*s\",\"weight\":%u", i ? "," : "", TEXT_ARG(flag->id), flag->weight);
		member_text(out, "question", flag->question[language]);
		member_text(out, "advice", flag->advice[language]);
		buffer_add_char(out, '}');
	}
	buffer_add_text(out, TEXT("],\"registers\":["));
	for (size_t i = 0; document->items == NULL && lesson_register_at(i); i++) {
		const struct lesson_register *one = lesson_register_at(i);

		buffer_printf(out, "%s{\"country\":\"%.*s\"", i ? "," : "", TEXT_ARG(one->country));
		member_text(out, "address", one->address);
		member_text(out, "name", one->name[language]);
		member_text(out, "look", one->look[language]);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

static enum status answer(struct office_call *call, struct db_tx *tx, const struct asked_for *asked, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};

	TRY(head_put(&people, asked->document, asked->language, ret_error));
	items_put(&call->response->body, asked->document, asked->language);
	buffer_add_char(&call->response->body, '}');
	office_json(call, 200);
	return ST_OK;
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	int64_t total = 0;

	(void)context;
	TRY(office_may(call, tx, "review.read", NULL, "review", TEXT_NONE, ret_error));
	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t d = 0; lesson_document_at(d); d++)
		for (size_t language = 0; language < LESSON_LANGUAGES; language++) {
			buffer_add_text(out, total++ ? TEXT(",") : TEXT(""));
			TRY(head_put(&people, lesson_document_at(d), language, ret_error));
			buffer_add_char(out, '}');
		}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, total);
	office_json(call, 200);
	return ST_OK;
}

void office_lesson_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, list_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status asked_read(const struct office_call *call, struct asked_for *ret, struct error *ret_error)
{
	ret->document = lesson_document(call->request->captures[0]);
	ret->language = lesson_language(call->request->captures[1]);
	return ret->document && ret->language < LESSON_LANGUAGES ? ST_OK : error_set(ret_error, ST_NOT_FOUND, "there is no such text");
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked_for *asked = context;

	TRY(office_may(call, tx, "review.read", NULL, "review", asked->document->id, ret_error));
	return answer(call, tx, asked, ret_error);
}

void office_lesson_get(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct asked_for asked;

	if (asked_read(call, &asked, &error) != ST_OK || office_transact(call, DB_WRITE, get_work, &asked, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked_for *asked = context;

	TRY(office_may(call, tx, "review.approve", NULL, "review", asked->hash, ret_error));
	if (text_equal(asked->act, TEXT("approve")))
		TRY(review_approve(tx, &call->actor, asked->document, asked->language, asked->hash, call->now_ms, ret_error));
	else if (text_equal(asked->act, TEXT("withdraw")))
		TRY(review_withdraw(tx, &call->actor, asked->document, asked->language, asked->hash, call->now_ms, ret_error));
	else
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	return answer(call, tx, asked, ret_error);
}

void office_lesson_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct asked_for asked;
	json_t *root = NULL;
	enum status st = asked_read(call, &asked, &error);

	if (st == ST_OK)
		st = body_json(call, &root, &error);
	if (st == ST_OK)
		st = body_need(call, root, "hash", &asked.hash, &error);
	json_decref(root);
	asked.act = call->request->captures[2];
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &asked, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
