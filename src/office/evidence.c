/* Files that came with a report or dispute: what they are, the copies that officers see, and the originals for whoever says why. What is restricted has
 * routes of its own: nobody comes upon it by a link that used to show it. What is fetched never runs in a browser. */
#include "office/evidence.h"

#include "awareness/evidence.h"

#include "model/entity_json.h"
#include "office/referral.h"

#include "handlers.inc"

/* What became of one: who marked it and in which words is the hub's own. */
static enum status mark_put(struct people *people, const struct db_rows *rows, size_t i, bool given, struct error *ret_error)
{
	static const struct desk_choice put = {"evidence-restrict", "evidence.restrict"}, lift = {"evidence-lift", "evidence.lift"};
	struct policy_thing thing = desk_thing(people->call);
	struct buffer *out = &people->call->response->body;

	member_text(out, "restricted", db_text(rows, i, 8));
	member_time(out, "restrictedAt", db_int(rows, i, 9));
	if (given)
		return ST_OK;
	thing.author = db_text(rows, i, 10);
	TRY(member_person(people, "restrictedBy", thing.author, ret_error));
	member_text(out, "restrictedNote", db_text(rows, i, 11));
	desk_acts_put(people->call, thing.author.len ? &lift : &put, 1, &thing);
	return ST_OK;
}

enum status desk_evidence_put(struct people *people, struct text subject, bool given, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT e.number, e.name, coalesce(e.found_media, e.media), e.size, e.sha256, (SELECT coalesce(sum(p.size), 0)"
		     " FROM inbox_part p WHERE p.upload = e.upload), e.state, e.reason, e.restricted, e.restricted_at, e.restricted_by, CASE WHEN e.restricted"
		     " IS NOT NULL THEN (SELECT d.note FROM desk_act d WHERE d.subject_id = e.subject_id AND d.evidence = e.number"
		     " AND d.act = 'evidence-restrict' ORDER BY d.number DESC LIMIT 1) END FROM evidence e WHERE e.subject_id = $1 ORDER BY e.number",
		     DB_PARAMS(DB_V_TEXT(subject)), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"evidence\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"number\":%lld,\"size\":%lld,\"here\":%lld", i ? "," : "", (long long)db_int(&rows, i, 0),
			      (long long)db_int(&rows, i, 3), (long long)db_int(&rows, i, 5));
		member_text(out, "name", db_text(&rows, i, 1));
		member_text(out, "media", db_text(&rows, i, 2));
		member_text(out, "sha256", db_text(&rows, i, 4));
		member_text(out, "state", db_text(&rows, i, 6));
		member_text(out, "reason", db_text(&rows, i, 7));
		TRY(mark_put(people, &rows, i, given, ret_error));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

/* ---- GET: one of them ---- */

enum whose { REPORT, DISPUTE, REFERRED /* a partner's, who was given the report */ };

struct fetching {
	struct text thing, subject; /* thing: id in the path */
	int64_t number;
	enum whose whose;
	bool original, restricted;
};

static const char *ending(struct text media)
{
	static const char *const endings[][2] = {{"image/jpeg", "jpg"}, {"image/png", "png"}, {"image/webp", "webp"}, {"application/pdf", "pdf"},
						 {"video/mp4", "mp4"}, {"audio/ogg", "ogg"}};

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (text_equal(media, text_of(endings[i][0])))
			return endings[i][1];
	return "bin";
}

/* Named by us: "evidence-0a1b2c3d-1.jpg". */
static enum status headers_set(struct office_call *call, const struct fetching *f, const struct evidence *e, struct error *ret_error)
{
	struct buffer name;
	struct text kept;
	enum status st;

	buffer_init(&name, 256);
	buffer_printf(&name, "attachment; filename=\"evidence-%.8s-%lld.%s\"", f->subject.data, (long long)f->number, ending(e->media));
	st = buffer_status(&name) == ST_OK && arena_text(call->arena, buffer_text(&name), &kept) == ST_OK ? ST_OK : arena_failure(call->arena, ret_error);
	buffer_release(&name);
	TRY(st);
	http_set_header(call->response, TEXT("Content-Disposition"), kept);
	http_set_header(call->response, TEXT("X-Content-Type-Options"), TEXT("nosniff"));
	http_set_header(call->response, TEXT("Content-Security-Policy"), TEXT("default-src 'none'; sandbox"));
	http_set_header(call->response, TEXT("Cache-Control"), TEXT("no-store"));
	return ST_OK;
}

/* Whether the caller may have it, and whose file it is then. */
static enum status fetch_may(struct office_call *call, struct db_tx *tx, struct fetching *f, struct error *ret_error)
{
	const char *action = f->restricted ? "evidence.restricted" : NULL;

	f->subject = f->thing;
	if (f->whose == REFERRED)
		return referral_may(call, tx, "referral.open", f->thing, true, &f->subject, ret_error);
	if (f->whose == DISPUTE)
		return desk_act_may(call, tx, "dispute.read", action ? action : f->original ? "dispute.original" : "dispute.read", "dispute",
				    desk_dispute_visible(call), f->thing, ret_error);
	return desk_act_may(call, tx, "report.read", action ? action : f->original ? "report.original" : "report.read", "report",
			    "SELECT item_id FROM report WHERE id = $1", f->thing, ret_error);
}

/* Whoever asks for it as for any other is refused, whatever he may do, and that stands in the audit. */
static enum status withheld(struct office_call *call, struct db_tx *tx, const struct fetching *f, struct error *ret_error)
{
	static const char *const things[] = {[REPORT] = "report", [DISPUTE] = "dispute", [REFERRED] = "referral"};
	const struct audit_event event = {.actor = &call->actor, .action = "evidence.restricted", .thing_kind = things[f->whose], .thing = f->thing,
					  .outcome = "refused", .detail = call->detail};

	TRY(audit_add(tx, call->office->env, &event, ret_error));
	call->refused = true;
	return error_because(ret_error, ST_DENIED, "evidence-restricted", NULL, "the file is restricted");
}

static enum status fetch_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct fetching *f = context;
	struct buffer *out = &call->response->body;
	struct evidence_asked asked;
	struct evidence e;
	enum status st;

	TRY(fetch_may(call, tx, f, ret_error));
	asked = (struct evidence_asked){.subject = f->subject, .number = f->number, .restricted = f->restricted};
	st = f->original ? evidence_original(call->office->awareness, tx, &asked, call->arena, &e, out, ret_error)
			 : evidence_copy(call->office->awareness, tx, &asked, call->arena, &e, out, ret_error);
	if (st == ST_DENIED && strcmp(ret_error->reason, "evidence-restricted") == 0)
		return withheld(call, tx, f, ret_error);
	TRY(st);
	TRY(headers_set(call, f, &e, ret_error));
	http_answer(call->response, 200, f->original ? TEXT("application/octet-stream") : e.media, TEXT(""));
	return buffer_status(out);
}

static void fetch(struct office_call *call, struct fetching f)
{
	struct error error = {.code = ST_OK};
	uint64_t number = 0;
	enum status st = office_id(call, 0, &f.thing, &error);

	if (st == ST_OK && text_to_uint(call->request->captures[1], INT32_MAX, &number) != ST_OK)
		st = error_because(&error, ST_NOT_FOUND, "not-found", NULL, "there is no such evidence");
	f.number = (int64_t)number;
	if (st == ST_OK)
		st = evidence_detail(call, f.number, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, fetch_work, &f, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_report_evidence(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = REPORT});
}

void office_report_original(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = REPORT, .original = true});
}

void office_report_restricted(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = REPORT, .restricted = true});
}

void office_report_restricted_original(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = REPORT, .original = true, .restricted = true});
}

void office_referral_evidence(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = REFERRED});
}

void office_dispute_evidence(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = DISPUTE});
}

void office_dispute_original(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = DISPUTE, .original = true});
}

void office_dispute_restricted(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = DISPUTE, .restricted = true});
}

void office_dispute_restricted_original(struct office_call *call)
{
	fetch(call, (struct fetching){.whose = DISPUTE, .original = true, .restricted = true});
}
