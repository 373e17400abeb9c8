/* Who sits where: browsers that were opened as lanes, and the officers who signed in on them. Thread-safe.
 *
 * A lane is opened with a code and has a cookie from then on; an officer signs in with login and PIN, for 12 hours at most, and proves
 * himself anew for what cannot be taken back. Five wrong PINs shut his door for a minute, then for twice as long each time.
 */
#ifndef POST_SITTING_H
#define POST_SITTING_H

#include "base/env.h"
#include "http/http.h"
#include "post/known.h"

#define LANE_NAME 33u
#define LANES_MAX 200u
#define SITTING_TOKEN 44u /* 256 bits as base64url, with a NUL */
#define LANE_CODE 10u     /* "k7xq-m2np" and a NUL */
#define SITTING_MS ((int64_t)12 * 3600000)

struct sittings;

MUST_USE enum status sittings_open(struct db *db, const struct env *env, struct known *known, struct sittings **ret,
				   struct error *ret_error);
void sittings_free(struct sittings *sittings); /* NULL is fine */

/* A new code, in place of the one before; it opens any number of lanes for 24 hours. */
void sittings_code(struct sittings *sittings, char ret_code[LANE_CODE]);

/* Opens a lane; a browser that had this name is one no more. Fails: ST_DENIED reason "lane-code" (wrong, old, or too many wrong ones),
 * ST_MALFORMED reason "value-invalid" (name: 1 to 32 bytes, no control characters), ST_LIMIT; as db_transact. */
MUST_USE enum status sittings_lane(struct sittings *sittings, struct text code, struct text name, char ret_token[SITTING_TOKEN],
				   struct error *ret_error);

/* Signs an officer in at a lane; whoever sat there is signed out. Fails: ST_DENIED reason "sign-in-failed", "pin-locked" (too many
 * wrong ones), "denied" (no role that works here). Cost: Argon2id, one at a time. */
MUST_USE enum status sittings_sign_in(struct sittings *sittings, struct text lane, struct text login, struct text pin,
				      char ret_token[SITTING_TOKEN], struct error *ret_error);
void sittings_sign_out(struct sittings *sittings, struct text lane);

/* His PIN anew. Fails: ST_DENIED reason "pin-wrong", "pin-locked". */
MUST_USE enum status sittings_prove(struct sittings *sittings, const struct officer *officer, struct text pin,
				    struct error *ret_error);

/* Which lane a request comes from; false: none. */
bool sittings_lane_of(struct sittings *sittings, const struct http_request *request, char ret_lane[LANE_NAME]);
/* Who sits there, as the roster has him now; false: nobody. */
bool sittings_officer_of(struct sittings *sittings, const struct http_request *request, struct text lane, struct officer *ret);

/* The same without a request, for streams that a lane's browser opened. */
bool sittings_seated(struct sittings *sittings, struct text lane, struct officer *ret);

unsigned sittings_count(struct sittings *sittings); /* lanes that are open */

#endif
