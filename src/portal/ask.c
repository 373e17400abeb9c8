/* Questions to the tables: the same way for a browser's own and for what a plain form brought. */
#include "bulletin/answer.h"
#include "portal/site.h"

static enum status answer_make(struct site *site, const struct news_paper *paper, enum news_table which, struct bytes question, struct buffer *out,
			       struct error *ret_error)
{
	struct asking_question asked;
	struct asking_answer answer;
	uint16_t bucket;

	if (paper == NULL || !paper->has[which])
		return error_set(ret_error, ST_UNAVAILABLE, "no table has come yet");
	TRY(bulletin_question_read(question, &bucket, &asked.blinded, ret_error));
	if (which == NEWS_CHECKS)
		surge_count(site->surge, bucket);
	memcpy(asked.key_id, paper->tables[which].head.key_id, sizeof asked.key_id);
	TRY(asking_ask(site->asking, &asked, &answer, ret_error));
	return bulletin_answer(&paper->tables[which], bucket, &answer.evaluated, &answer.proof, out, ret_error);
}

static void ask(enum news_table which, void *context, const struct http_request *request, struct http_response *response)
{
	struct site *site = context;
	const struct news_paper *paper;
	struct error error;
	enum status st;

	if (!limit_may(site, LIMIT_CHECK, request, response))
		return;
	paper = news_hold(site->news);
	st = answer_make(site, paper, which, request->body, &response->body, &error);
	response->status = st == ST_OK ? 200 : st == ST_MALFORMED ? 400 : 503;
	http_set_header(response, TEXT("Content-Type"), TEXT("application/octet-stream"));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	if (st != ST_OK)
		buffer_clear(&response->body);
	news_release(site->news, paper);
}

void ask_check(void *context, const struct http_request *request, struct http_response *response)
{
	ask(NEWS_CHECKS, context, request, response);
}

void ask_receipt(void *context, const struct http_request *request, struct http_response *response)
{
	ask(NEWS_RECEIPTS, context, request, response);
}

/* The signed note, from which a browser has the public keys: it takes an answer by no other. */
void ask_note(void *context, const struct http_request *request, struct http_response *response)
{
	struct site *site = context;
	const struct news_paper *paper = news_hold(site->news);

	(void)request;
	response->status = paper ? 200 : 503;
	http_set_header(response, TEXT("Content-Type"), TEXT("text/plain; charset=utf-8"));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-cache"));
	if (paper)
		buffer_add(&response->body, paper->signed_note.data, paper->signed_note.len);
	news_release(site->news, paper);
}

/* What a browser takes along to check without a network. It believes it by the note, so that no cache may give another's. */
void ask_pack(void *context, const struct http_request *request, struct http_response *response)
{
	struct site *site = context;
	const struct news_paper *paper = news_hold(site->news);
	const bool has = paper && paper->pack.data;

	(void)request;
	response->status = has ? 200 : 404;
	http_set_header(response, TEXT("Content-Type"), TEXT("application/octet-stream"));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-cache"));
	if (has)
		buffer_add(&response->body, paper->pack.data, paper->pack.len);
	news_release(site->news, paper);
}

enum status site_look_up(struct visit *v, enum news_table table, struct text x, struct bulletin_table_head *ret_head, uint8_t ret_payload[BULLETIN_PAYLOAD_MAX])
{
	struct bulletin_asked asked;
	struct bulletin_found found;
	uint8_t question[BULLETIN_QUESTION_SIZE];
	struct buffer answer;
	struct error error;
	enum status st;

	TRY(bulletin_ask(&portal_env, x, &asked, question, &error));
	buffer_init(&answer, (size_t)1 << 20);
	st = answer_make(v->site, v->paper, table, (struct bytes){question, sizeof question}, &answer, &error);
	if (st == ST_OK)
		st = bulletin_answer_read(&asked, buffer_bytes(&answer), v->paper->note.keys, v->paper->note.key_count, &found, &error);
	else if (st == ST_NOT_FOUND)
		st = ST_UNAVAILABLE; /* the oracle has not the key; only a table says that there is no row */
	if (st == ST_OK || st == ST_NOT_FOUND)
		*ret_head = found.head;
	if (st == ST_OK)
		memcpy(ret_payload, found.payload, sizeof found.payload);
	bulletin_asked_clear(&asked);
	buffer_release(&answer);
	return st;
}
