/* One traveller at a lane: read, screened, judged, written down, told. Nothing is shown that is not stored. */
#ifndef POST_CHECK_H
#define POST_CHECK_H

#include "ident/mrz.h"
#include "model/id.h"
#include "post/inside.h"

struct check_asked {
	struct text zone;      /* lines of a machine-readable zone; data NULL: a person was typed */
	const json_t *person;  /* {"properties"} */
	enum verdict_point point;
	bool fears;            /* he says that he fears return */
	bool camera;           /* the zone was read from a picture */
	struct bytes sod, dg1, dg2; /* of the chip; empty: it was not read */
};

struct check {
	char id[ID_SIZE];
	char hit[ID_SIZE];   /* empty: none */
	char drill[ID_SIZE]; /* empty: a real traveller */
	int64_t at_ms;
	enum verdict_point point;
	bool judged;         /* the answer stands, stored or not */
	bool camera;         /* the zone was read from a picture */
	bool zoned, again;   /* again: read the page once more, nothing was screened */
	struct mrz mrz;
	struct text zone;
	struct entity person;
	struct verdict_traveller traveller;
	struct watch_answer answer;
	size_t listings;
	struct lanes_now now;
	int64_t age_ms;
	bool chip_read;
	struct emrtd_answer chip;
	uint32_t took_us;
	struct watch_list *list; /* held until check_release */
};

/* Fails: ST_MALFORMED (zone or person; field says which), ST_UNAVAILABLE reason "no-list" (this post has no list yet); ST_UNAVAILABLE,
 * ST_CORRUPT (the storage): where `ret` is judged, it is whole but not stored, and must be shown as such. */
MUST_USE enum status check_make(struct lane_call *call, const struct check_asked *asked, struct check *ret, struct error *ret_error);
void check_release(struct check *check);

/* As docs/formats/post-api.md has it. NULL: no memory. */
json_t *check_json(const struct check *check, unsigned language);
/* The traveller as both check and hit show him. */
json_t *check_traveller(const struct check *check);

/* The body of the spool's record of a check: nothing of it says who he was. */
json_t *check_trace(struct lane_call *call, const struct check *check);

#endif
