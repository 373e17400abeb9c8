/* Identifiers of our own: 128 random bits as 32 lower-case hexadecimal digits. They say nothing of what they name. */
#ifndef MODEL_ID_H
#define MODEL_ID_H

#include "base/env.h"
#include "base/slice.h"

#define ID_SIZE 33u /* with the ending NUL */

void id_make(const struct env *env, char out[ID_SIZE]);

/* Whether `t` has the form of an identifier. */
bool id_valid(struct text t);

#endif
