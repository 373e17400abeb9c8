/* A checkpoint that asks: it has signed the request with its own key. docs/formats/spool.md, "Who asks". */
#ifndef ACCOUNT_POST_ACTOR_H
#define ACCOUNT_POST_ACTOR_H

#include "db/db.h"
#include "http/http.h"
#include "model/actor.h"

#define POST_SKEW_MS ((int64_t)300000)

/* Whether the request says that a post makes it. */
bool post_actor_asks(const struct http_request *request);

/* Texts in the request's arena. Fails: ST_DENIED reasons "post-unknown", "post-revoked", "post-clock" (its time is not the hub's), "post-signature". */
MUST_USE enum status post_actor_find(struct db_tx *tx, const struct http_request *request, struct text host, int64_t now_ms,
				     struct actor *ret_actor, struct error *ret_error);

#endif
