/* What a topic is called and whether it makes an entity a target. Table: data/topics.tsv. */
#ifndef API_TOPICS_H
#define API_TOPICS_H

#include "base/slice.h"

/* Empty where the topic is not in the table. */
struct text topic_label(struct text topic);
/* Unknown kinds of crime and sanction are risks too. */
bool topic_is_risk(struct text topic);

#endif
