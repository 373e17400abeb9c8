/* What an act of the second line rests on. */
#ifndef POST_SECOND_ACT_H
#define POST_SECOND_ACT_H

#include "hit/hit.h"
#include "post/second.h"

#define SECOND_MEASURES LISTING_MEASURES_MAX

struct second_measure {
	struct text kind, basis, number, issuer;
	int64_t expires_ms;
};

/* Measures in force now of a candidate that was kept: as the list in force has him; where this post holds no list, as he was found.
 * Who is no longer on the list has none. Texts live in the arena or the candidate. Gives how many. */
size_t second_measures(struct lanes *lanes, const json_t *candidate, int64_t now_ms, struct arena *arena,
		       struct second_measure out[SECOND_MEASURES]);

/* The measure that `act` rests on, of the person who was confirmed or else stands first; kind and basis empty: none is in force. */
struct second_measure second_rests_on(struct lane_call *call, const json_t *body, struct text act, struct text basis);
/* Whether there is such a measure, or the act needs none. */
bool second_act_rests(struct lane_call *call, const json_t *body, struct text act);

struct hit_now second_now(const json_t *body);

bool second_needs_pin(struct text act);
bool second_needs_note(struct text act);

/* Whether the photograph of an entry is kept here. */
bool second_photo_there(struct lane_call *call, struct text entry);

#endif
