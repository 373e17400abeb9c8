/* Everything of a post behind its lanes: checks, the second line, officers, drills, the spool. The program gives it a database, the
 * list in force, the keys it seals with and a way to its hub; it gives back routes. docs/formats/post-api.md says what they answer. */
#ifndef POST_LANES_H
#define POST_LANES_H

#include "base/env.h"
#include "db/db.h"
#include "emrtd/emrtd.h"
#include "http/server.h"
#include "post/camera.h"
#include "post/keep.h"
#include "post/spool.h"
#include "watch/watch.h"

#define LANES_TROUBLE_MAX 8u

/* What the program knows of the list and of its line at this moment. */
struct lanes_now {
	int64_t issued_ms, heard_ms; /* of the edition; of the newest heartbeat; 0: none */
	const char *colour;          /* "green", "amber", "red", "none" */
	uint64_t urgent;             /* the later edition whose urgent entries lie over it; 0: none */
	uint64_t number;             /* of the edition that was shown last, */
	char state[65];              /* and the hash of its list, hexadecimal; empty: none */
	bool witnessed, online;
	bool offset_known, ratcheted;
	int64_t offset_ms;           /* hub's clock less ours */
	const char *trouble[LANES_TROUBLE_MAX]; /* words; NULL ends */
};

struct lanes_options {
	struct db *db;         /* with the tables of src/post/migrations */
	const struct env *env; /* the post's clock, that never goes back */
	struct keep keep;
	struct watch *watch;
	struct text id, host;   /* the post; its country, alpha-2 */
	const char *version;
	const char *folder;     /* for the reserve of a full disk; NULL: none is kept */
	const struct emrtd_anchors *anchors; /* of chips; NULL: none are checked */
	void (*now)(void *context, struct lanes_now *ret);
	/* A signed call to the hub; `path` behind /api/v1/posts/ID/ ("spool"); a body of data NULL is a GET. Blocks. NULL: no hub.
	 * Fails: ST_UNAVAILABLE, ST_LIMIT, ST_NO_MEMORY. */
	enum status (*hub)(void *context, const char *path, struct text body, unsigned *ret_status, struct buffer *ret_answer,
			   struct error *ret_error);
	/* The machine-readable zone on a picture of the page, as camera_read. NULL: this post cannot read pictures. */
	enum status (*reading)(void *context, struct bytes picture, const atomic_bool *stop, struct camera_zone *ret,
			       struct error *ret_error);
	void *context;
	/* A line for the operator's log; never a name. May be NULL. */
	void (*say)(void *context, const char *line);
};

struct lanes;

/* Reads what was kept. Texts and pointers of the options must outlive it. Fails: ST_UNAVAILABLE, ST_CORRUPT, ST_NO_MEMORY. */
MUST_USE enum status lanes_open(const struct lanes_options *options, struct lanes **ret, struct error *ret_error);
/* Starts the threads that send the spool and mind the clocks; writes down that it started. */
MUST_USE enum status lanes_start(struct lanes *lanes, struct error *ret_error);
/* Stops them, writes down that it stopped, frees everything; the server must have stopped. NULL is fine. */
void lanes_close(struct lanes *lanes);

/* /post/v1/...; streams are woken through `server`, which may be set after lanes_start. */
struct http_table lanes_table(struct lanes *lanes);
void lanes_serve(struct lanes *lanes, struct http_server *server);

/* A new code that opens lanes, to be printed. */
#define LANES_CODE_SIZE 10u
void lanes_code(struct lanes *lanes, char ret_code[LANES_CODE_SIZE]);

/* ---- for the sync with the hub ---- */

/* The number of the last piece of news that was kept. */
MUST_USE enum status lanes_since(struct lanes *lanes, uint64_t *ret_since, struct error *ret_error);

/* Takes the news of an answer, all or none, and from then on names its number. Kinds that this program does not know are passed
 * over. Fails: ST_MALFORMED (field says what), ST_CONFLICT (numbers do not follow), as db_transact. */
MUST_USE enum status lanes_news(struct lanes *lanes, const json_t *news, struct error *ret_error);

/* How many records wait, the last of all, the lanes that are open. */
struct lanes_figures {
	uint64_t queue, seq;
	unsigned lanes;
	bool disk_full, forked;
};
MUST_USE enum status lanes_figures(struct lanes *lanes, struct lanes_figures *ret, struct error *ret_error);

/* Something that the hub should know of the post itself: a word of docs/formats/spool.md, "event". */
MUST_USE enum status lanes_event(struct lanes *lanes, const char *what, struct text detail, struct text officer,
				 struct error *ret_error);

/* The list or the line changed: browsers are told. From any thread. */
void lanes_changed(struct lanes *lanes);

#endif
