#include "cli/hub_redress.h"

#include "account/accounts.h"
#include "model/time.h"
#include "registry/appeal.h"

#define CREATE_COST 10u
#define FOLLOW_COST 10u

/* Strangers are counted by their address, as under /api/v1/. */
static enum status count(struct office *office, const struct http_request *request, unsigned cost, struct error *ret_error)
{
	const struct actor stranger = {.address = request->address};

	return accounts_count(office->accounts, &stranger, cost, env_now(office->env), ret_error);
}

static enum status time_text(struct arena *arena, int64_t ms, struct text *ret)
{
	char text[TIME_SIZE];

	time_write(ms, text);
	return arena_text(arena, text_of(text), ret);
}

/* ---- a request is taken down ---- */

struct creating {
	struct office *office;
	struct appeal_request request;
	struct appeal_receipt receipt;
};

static enum status create_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct creating *c = context;

	return appeal_receive(c->office->registry, tx, &c->request, &c->receipt, ret_error);
}

static enum status create(void *host, const struct http_request *request, const struct redress_request *asked,
			  struct redress_standing *ret_standing, struct error *ret_error)
{
	struct creating c = {.office = host,
			     .request = {.kind = asked->kind, .name = asked->name, .birth_date = asked->birth_date,
					 .document = asked->document, .contact = asked->contact, .request = asked->text,
					 .language = text_of(asked->language)}};
	struct redress_standing standing = {.state = TEXT("received")};

	TRY(count(c.office, request, CREATE_COST, ret_error));
	TRY(db_transact(c.office->db, DB_WRITE, create_work, &c, ret_error));
	if (c.office->committed)
		c.office->committed(c.office->context);
	TRY(arena_text(request->arena, text_of(c.receipt.number), &standing.number));
	TRY(arena_text(request->arena, text_of(c.receipt.word), &standing.word));
	TRY(time_text(request->arena, c.receipt.received_ms, &standing.received));
	TRY(time_text(request->arena, c.receipt.due_access_ms, &standing.due_access));
	TRY(time_text(request->arena, c.receipt.due_decision_ms, &standing.due_decision));
	*ret_standing = standing;
	return ST_OK;
}

/* ---- how it stands ---- */

struct following {
	struct office *office;
	struct arena *arena;
	struct text number, word;
	struct appeal appeal;
};

static enum status follow_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct following *f = context;

	return appeal_follow(f->office->registry, tx, f->number, f->word, f->arena, &f->appeal, ret_error);
}

static enum status follow(void *host, const struct http_request *request, struct text number, struct text word,
			  struct redress_standing *ret_standing, struct error *ret_error)
{
	struct following f = {.office = host, .arena = request->arena, .number = number, .word = word};
	struct redress_standing standing = {0};

	TRY(count(f.office, request, FOLLOW_COST, ret_error));
	TRY(db_transact(f.office->db, DB_READ, follow_work, &f, ret_error));
	standing.number = f.appeal.number;
	standing.state = appeal_state_told(&f.appeal);
	standing.answer = f.appeal.answer;
	TRY(time_text(request->arena, f.appeal.received_ms, &standing.received));
	TRY(time_text(request->arena, f.appeal.due_access_ms, &standing.due_access));
	TRY(time_text(request->arena, f.appeal.due_decision_ms, &standing.due_decision));
	*ret_standing = standing;
	return ST_OK;
}

struct redress_context hub_redress_context(struct office *office)
{
	return (struct redress_context){.host = office, .create = create, .follow = follow};
}
