/* Carriers: passenger lists in and answers out, unsolicited answers fetched and acknowledged. docs/formats/carriers.md. */
#include "border/reversal.h"
#include "office/office.h"

#include "handlers.inc"

#define EDIFACT TEXT("application/edifact")

static void edifact(struct office_call *call)
{
	call->response->status = 200;
	http_set_header(call->response, TEXT("Content-Type"), EDIFACT);
}

static enum status paxlst_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	TRY(office_may(call, tx, "arrival.send", NULL, "arrival", TEXT_NONE, ret_error));
	TRY(arrival_keep(call->office->border, tx, &call->actor, context, call->arena, &call->response->body, ret_error));
	edifact(call);
	return ST_OK;
}

void office_arrival_paxlst(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct arrival_interchange interchange;
	enum status st = arrival_read(call->office->border, call->request->body, call->arena, &interchange, &error);

	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, paxlst_work, &interchange, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

static enum status cusres_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	size_t count;

	(void)context;
	TRY(office_may(call, tx, "arrival.send", NULL, "reversal", TEXT_NONE, ret_error));
	TRY(reversal_acknowledge(call->office->border, tx, call->actor.id, call->request->body, call->arena, &count, ret_error));
	buffer_printf(&call->response->body, "{\"acknowledged\":%zu}", count);
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_arrival_cusres(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_WRITE, cusres_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status unsolicited_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct text last;

	(void)context;
	TRY(office_may(call, tx, "arrival.send", NULL, "reversal", TEXT_NONE, ret_error));
	TRY(reversal_fetch(call->office->border, tx, call->actor.id, TEXT_NONE, call->arena, &call->response->body, &last, ret_error));
	edifact(call);
	return ST_OK;
}

void office_arrival_unsolicited(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, unsolicited_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}
