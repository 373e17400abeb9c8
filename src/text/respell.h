/* Latin words that are another language's sounds written down: the same sounds as other writers spell them. */
#ifndef TEXT_RESPELL_H
#define TEXT_RESPELL_H

#include "text/name.h"

/* Adds readings to the first form's Latin parts where the whole name is Korean in Latin letters: LEE also reads
 * "i", MIN SOO also "minsu". Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status name_respell(struct arena *arena, struct name *name);

#endif
