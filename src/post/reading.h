/* POST /post/v1/reading: a picture, and what stands on it. */
#ifndef POST_READING_H
#define POST_READING_H

#include "post/inside.h"

void reading_post(struct lane_call *call);

#endif
