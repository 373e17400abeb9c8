/* The ledger, for officers: heads, witnesses, keys; and whether it still adds up. */
#include <stdio.h>

#include "ledger/keys.h"
#include "ledger/ledger.h"
#include "merkle/base64.h"
#include "model/entity_json.h"
#include "office/people.h"
#include "registry/verify.h"

#include "handlers.inc"

static const char *const shown_logs[] = {LEDGER_LIST, LEDGER_AUDIT};

static void put_root(struct buffer *out, const struct merkle_hash *root)
{
	buffer_printf(out, ",\"root\":\"");
	base64_add(out, (struct bytes){root->b, MERKLE_HASH_SIZE});
	buffer_add_char(out, '"');
}

/* ---- status ---- */

static void put_witnesses(const struct office_call *call, struct buffer *out, const struct ledger_head *head)
{
	buffer_printf(out, ",\"witnesses\":[");
	for (size_t i = 0; i < head->witness_count; i++) {
		const struct ledger_witnessed *w = &head->witnesses[i];

		buffer_printf(out, i ? ",{" : "{");
		put_text(out, true, "name", w->witness);
		put_time(out, "at", w->at_ms);
		buffer_printf(out, ",\"size\":%llu,\"ageMs\":%lld}", (unsigned long long)w->size, (long long)(call->now_ms - w->at_ms));
	}
	buffer_add_char(out, ']');
}

static enum status put_log(struct office_call *call, struct db_tx *tx, const char *log, bool first, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct ledger_head head;
	struct db_rows waiting;
	struct text note;
	enum status st = ledger_head(tx, log, call->arena, &head, ret_error);

	if (st == ST_NOT_FOUND)
		return ST_OK; /* not signed yet: a moment after the first start */
	TRY(st);
	TRY(ledger_checkpoint(tx, log, false, call->arena, &note, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM ledger_leaf WHERE log = $1 AND place IS NULL", DB_PARAMS(DB_V_TEXT(text_of(log))),
			 call->arena, &waiting, ret_error));
	buffer_printf(out, first ? "{" : ",{");
	put_text(out, true, "log", text_of(log));
	put_text(out, false, "origin", (struct text){note.data, text_find(note, '\n', 0)});
	buffer_printf(out, ",\"size\":%llu", (unsigned long long)head.size);
	put_root(out, &head.root);
	put_time(out, "signedAt", head.signed_ms);
	buffer_printf(out, ",\"pending\":%lld,\"cosignedSize\":%llu", (long long)db_int(&waiting, 0, 0),
		      (unsigned long long)head.cosigned_size);
	put_witnesses(call, out, &head);
	put_text(out, false, "checkpoint", note);
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status put_keys(struct office_call *call, struct db_tx *tx, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	const struct ledger_key_row *keys;
	size_t count;

	TRY(ledger_keys(tx, NULL, call->arena, &keys, &count, ret_error));
	buffer_printf(out, ",\"keys\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_text(out, true, "name", keys[i].vkey);
		put_text(out, false, "purpose", keys[i].purpose);
		put_text(out, false, "state", keys[i].state);
		put_time(out, "from", keys[i].created_ms);
		put_time(out, "until", keys[i].ended_ms);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status status_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;

	(void)context;
	TRY(office_may(call, tx, "ledger.status", NULL, "ledger", TEXT_NONE, ret_error));
	buffer_printf(out, "{\"logs\":[");
	for (size_t i = 0; i < sizeof shown_logs / sizeof shown_logs[0]; i++)
		TRY(put_log(call, tx, shown_logs[i], out->data[out->len - 1] == '[', ret_error));
	buffer_add_char(out, ']');
	TRY(put_keys(call, tx, ret_error));
	buffer_add_char(out, '}');
	office_json(call, 200);
	return ST_OK;
}

void office_ledger_status(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_WRITE, status_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- verification ---- */

/* What findings are called on the page, by how their words begin. */
static const struct {
	const char *name;
	const char *begins[3];
} checks[] = {
	{"tree", {"leaf-", "tile-", "log-"}},
	{"signature", {"checkpoint-", "head-", NULL}},
	{"cosignatures", {"cosignature-", NULL, NULL}},
	{"commitment", {"payload-", NULL, NULL}},
	{"records", {"record-", NULL, NULL}},
};
#define CHECKS (sizeof checks / sizeof checks[0])

struct verifying {
	uint64_t count[CHECKS];
	char first[CHECKS][256]; /* what was found first */
	struct ledger_head head;
	struct arena *arena;
};

static void found(void *context, const struct ledger_finding *finding)
{
	struct verifying *v = context;

	for (size_t i = 0; i < CHECKS; i++)
		for (size_t b = 0; b < 3 && checks[i].begins[b]; b++)
			if (text_starts(text_of(finding->what), text_of(checks[i].begins[b])) && v->count[i]++ == 0)
				snprintf(v->first[i], sizeof v->first[i], "%s", finding->detail);
}

static enum status asked_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct verifying *v = context;

	TRY(office_may(call, tx, "ledger.status", NULL, "ledger", TEXT_NONE, ret_error));
	return ledger_head(tx, LEDGER_LIST, call->arena, &v->head, ret_error);
}

static void put_result(struct office_call *call, const struct verifying *v, uint64_t findings)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"ok\":%s,\"size\":%llu", findings ? "false" : "true", (unsigned long long)v->head.size);
	put_root(out, &v->head.root);
	buffer_printf(out, ",\"findings\":%llu,\"checks\":[", (unsigned long long)findings);
	for (size_t i = 0; i < CHECKS; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_text(out, true, "name", text_of(checks[i].name));
		buffer_printf(out, ",\"ok\":%s", v->count[i] ? "false" : "true");
		if (v->count[i])
			put_text(out, false, "detail", text_of(v->first[i]));
		buffer_add_char(out, '}');
	}
	buffer_printf(out, "]}");
	office_json(call, 200);
}

/* Who asked is written first; then everything is read, without holding up who writes. */
void office_ledger_verify(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct verifying v = {.arena = call->arena};
	struct ledger_verify_options options = {.trust = call->office->trust, .found = found, .context = &v};
	struct registry_verifying entries = {.found = found, .context = &v};
	struct ledger_verified told;
	enum status st;

	options.records = registry_ledger_records(&options.record_count);
	st = office_transact(call, DB_WRITE, asked_work, &v, &error);
	if (st == ST_OK)
		st = ledger_verify(call->office->db, &options, &told, &error);
	if (st == ST_OK)
		st = registry_verify_entries(call->office->db, &entries, &error);
	if (st == ST_OK)
		put_result(call, &v, told.findings + entries.findings);
	else
		office_problem(call, &error);
}
