/* The officers' interface under /api/v1/: what every handler is given, and how it answers.
 *
 * Routes, the action each asks for and the kind of thing it is about come from data/api/openapi.yaml. Before a handler runs,
 * the frame has found who acts, refused what no role of his may do, checked the wish to change anything (X-Cordon, Origin),
 * answered a repeated Idempotency-Key from memory, and counted him against his limits. The handler asks office_may() once it
 * knows whose the thing is. Everything is audited: what office_may() answered, in the transaction that it was asked in.
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include "account/audit.h"
#include "account/policy.h"
#include "http/server.h"
#include "awareness/awareness.h"
#include "border/border.h"
#include "ledger/verify.h"
#include "tally/tally.h"

/* One hub: made by `cordon hub`, the same for all threads. Services add what they need. */
struct office {
	struct db *db;
	const struct env *env;
	struct text host;            /* country of the hub, alpha-2 */
	struct accounts *accounts;   /* account/: sessions, limits, OIDC */
	struct registry *registry;   /* registry/: tables of life, the engine over all entries */
	struct editions *editions;   /* registry/: builder of editions */
	struct border *border;       /* border/: checkpoints, hits, drills */
	struct awareness *awareness; /* awareness/: reports of the public, what it is told */
	const struct tally *tally;   /* tally/: figures; NULL: none here */
	struct text list;            /* that editions are of: "cordon.kh" */
	struct text trusted;         /* the public keys that readers are given, as keys/trusted has them */
	struct events *events;       /* office/events.h */
	struct ledger_trust trust;   /* whose signatures count in the ledger */
	void (*committed)(void *context); /* told after each commit of office_transact */
	void (*news)(void *context);      /* told by the thread of events when the outbox has something new; may be NULL */
	void *context;                    /* of both */
};

enum office_language { OFFICE_EN, OFFICE_KM, OFFICE_KO, OFFICE_ZH };

struct office_call {
	struct office *office;
	const struct http_request *request;
	struct http_response *response;
	struct arena *arena; /* the request's */
	struct actor actor;
	const char *action;  /* of the route */
	enum office_language language;
	int64_t now_ms;      /* one clock reading for the whole request */
	struct text detail;  /* a JSON object: which part of the thing it is about, for the audit; or empty */
	/* The frame's own. */
	struct replay *replay; /* of the Idempotency-Key, or NULL */
	bool refused;          /* by office_may, in the transaction that runs */
};

typedef void office_handler(struct office_call *call);

/* The table for http_server_start. `office` must outlive the server. */
struct http_table office_table(struct office *office);

/* Decides, and writes the audit in `tx` (also when refused). Gives ST_OK; or ST_NOT_FOUND, ST_DENIED with the reason in
 * *ret_error: pass it on to office_problem. `thing_id` stands in the audit. After a refusal the transaction must still be
 * committed for the audit's sake: office_transact does that. */
MUST_USE enum status office_may(struct office_call *call, struct db_tx *tx, const char *action, const struct policy_thing *thing,
				const char *thing_kind, struct text thing_id, struct error *ret_error);

/* Where there is no such thing: the same answer as for another country's, and written down as that is. */
MUST_USE enum status office_missing(struct office_call *call, struct db_tx *tx, const char *action, const char *thing_kind,
				    struct text thing_id, struct error *ret_error);

/* As db_transact; a refusal by office_may is committed (the audit stays) and then given as the result. What `work` changed
 * before a refusal must be nothing. `work` may run several times. Where it changes something, let it write the answer too
 * (office_json...): then what an Idempotency-Key answers again is committed with the change. What it wrote is taken back
 * before it runs again. */
typedef enum status office_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error);
MUST_USE enum status office_transact(struct office_call *call, enum db_mode mode, office_work *work, void *context,
				     struct error *ret_error);

/* The whole of a handler that needs nothing but the {id} of its path: `work` gets it as a struct text. */
void office_by_id(struct office_call *call, enum db_mode mode, office_work *work);
/* The same of one that needs the version in If-Match besides: `work` gets it as a struct office_version. */
struct office_version {
	struct text id;
	int64_t version;
};
void office_by_version(struct office_call *call, office_work *work);

/* Forgets what is kept for repeated requests and is older than a day: once an hour. Fails: as db_transact. */
MUST_USE enum status office_forget(struct office *office, struct error *ret_error);

/* ---- answers ---- */

/* application/json; the body is whatever stands in call->response->body. */
void office_json(struct office_call *call, unsigned status);
/* ETag: "7" */
void office_etag(struct office_call *call, int64_t version);
/* Problem details in the caller's language, by the error's reason (data/problems.tsv) or else its code. */
void office_problem(struct office_call *call, const struct error *error);

/* ---- what requests bring ---- */

/* The version that If-Match names. Fails: ST_MALFORMED reason "if-match-missing" (428). Compare with `"id" = version` in the
 * UPDATE's WHERE; no row changed is ST_CONFLICT reason "version" (412). */
MUST_USE enum status office_if_match(const struct office_call *call, int64_t *ret_version, struct error *ret_error);

/* The {id} of the path, checked. Fails: ST_NOT_FOUND. */
MUST_USE enum status office_id(const struct office_call *call, size_t capture, struct text *ret_id, struct error *ret_error);

struct office_page {
	uint32_t limit;
	struct text after; /* opaque to clients: what the last row was sorted by, decoded; empty at first */
};
MUST_USE enum status office_page(const struct office_call *call, struct office_page *ret_page, struct error *ret_error);
/* Appends ,"next":...,"total":n} ; `last` is empty where nothing follows. */
void office_page_end(struct office_call *call, struct text last, int64_t total);

/* Of lists ordered by a time and an id: behind which of both the page begins; untouched where it is the first. Fails: ST_MALFORMED. */
MUST_USE enum status office_page_place(const struct office_page *page, int64_t *place_ms, struct text *place_id, struct error *ret_error);
/* The same as office_page_end; `last_id` is empty where nothing follows. */
void office_page_end_at(struct office_call *call, int64_t last_ms, struct text last_id, int64_t total);
/* The same of rows that have their id in column 0 and their time in `ms_column`, one more than the page shows where something follows. */
void office_page_end_rows(struct office_call *call, const struct office_page *page, const struct db_rows *rows, size_t ms_column,
			  int64_t total);

#endif
