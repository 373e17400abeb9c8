/* One listed entity against a query: the only place where similarity and evidence are put together.
 * The candidate stage finds entities for it; a brute-force comparison calls it for every entity. */
#ifndef SCREEN_SCORE_H
#define SCREEN_SCORE_H

#include "screen/align.h"
#include "screen/compare.h"

/* No score at or above the default threshold unless found by a shared key, a date or an identifier (see score.c). */
#define SCORE_UNFOUND_MAX 650000u

struct scored {
	uint32_t slot;
	uint32_t score_ppm;
	int32_t evidence_mbit;
	bool alert;           /* scored_alert, of him who ranks it */
	uint32_t name;        /* number of the listed name compared, UINT32_MAX if none */
	uint8_t query_name;
	struct alignment alignment; /* of those two */
	struct date_verdict date;
	struct verdict country, gender, identifier;
};

/* A name of which less than a third can be linked says nothing. */
#define NAME_SHARE_MIN 3u

/* How alike, in parts per million, a name must be for its holder to score `floor_ppm` without an identifier, if its dates give
 * `date_score` at most. Above a million: never. */
uint32_t similarity_needed(const struct query *query, int32_t date_score, uint32_t floor_ppm);

/* `joined` lists name numbers found through run-together parts (ascending), `joined_count` of them. */
struct joined_names {
	const uint32_t *names;
	size_t count;
};

/* Gives false if the two cannot be one thing (their schemata do not meet). */
bool slot_score(struct query *query, uint32_t slot, const struct joined_names *joined, struct scored *ret_scored);

/* The evidence reaches the operating point; or the very document is listed: that is a hit whoever carries it, for a name and a date
 * that contradict may be forged with it. */
bool scored_alert(const struct scored *scored, int32_t alert_mbit);

/* Travellers in a thousand million who would agree at least as well by chance. */
uint32_t chance_per_billion(int32_t evidence_mbit);

#endif
