/* Memory of requests that carried an Idempotency-Key: the same request again gets the first answer, and nothing is done twice.
 *
 * What was answered is written in the transaction of the change, so that no crash can come between. The key is what unlocks
 * the answer; only its hash is kept. Source: IETF draft-ietf-httpapi-idempotency-key-header.
 */
#ifndef OFFICE_REPLAY_H
#define OFFICE_REPLAY_H

#include "office/office.h"

#define REPLAY_KEPT_MS TIME_DAY_MS
#define REPLAY_KEY_MAX 64u

/* One request with a key; in office_call.replay, NULL where it has none. */
struct replay {
	uint8_t id[32], body_hash[32], seal[32];
	bool kept;     /* what was answered so far is committed */
	bool complete; /* and is all of it */
	bool repeated; /* another request with this key was faster */
};

/* Looks whether the request has a key and was answered before. Gives *ret_answered: the response is the first answer.
 * Fails: ST_MALFORMED reason "idempotency-key"; ST_CONFLICT reasons "idempotency-other" (another body), "idempotency-done" (the
 * change stands, its answer is lost); as db_transact. */
MUST_USE enum status replay_begin(struct office_call *call, bool *ret_answered, struct error *ret_error);

/* In the transaction of the change, after it: keeps the answer as it is by now.
 * Fails: ST_CONFLICT (`repeated` is set); as db_exec. */
MUST_USE enum status replay_keep(struct office_call *call, struct db_tx *tx, struct error *ret_error);

/* ---- how an answer is written down; pure ---- */

/* "Name: value" lines of the headers that belong to the answer, an empty line, the body. */
void replay_write(const struct http_response *response, struct buffer *out);
/* Headers live as long as `in`. Fails: ST_CORRUPT. */
MUST_USE enum status replay_read(struct bytes in, struct http_response *response, struct error *ret_error);

#endif
