/* What a browser is told of the post as a whole, once and as it changes. */
#ifndef POST_STATE_H
#define POST_STATE_H

#include "post/inside.h"

/* docs/formats/post-api.md, `GET state`. NULL: no memory. */
json_t *state_json(struct lane_call *call);

void state_get(struct lane_call *call);
void state_events(struct lane_call *call);
void state_acknowledge(struct lane_call *call);

#endif
