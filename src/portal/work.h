/* Work instead of waiting: a little computing that a browser does by itself, and with that may do once what its network's share did not
 * allow. docs/portal.md, "How often".
 *
 * A challenge is the portal's own, fresh, under a key that is forgotten with the process; it says nothing of who asked for it, is for one act, and
 * is spent once. Nothing is given out that is kept or spent later, so nothing ties two questions together.
 */
#ifndef PORTAL_WORK_H
#define PORTAL_WORK_H

#include "base/env.h"
#include "base/slice.h"

/* 34 bytes: act, bits, time (8, little-endian, ms), 8 random, 16 of a keyed hash. */
#define WORK_CHALLENGE_SIZE 34u
#define WORK_CHALLENGE_WORD (2 * WORK_CHALLENGE_SIZE + 1) /* in hexadecimal digits, and a NUL */

/* Several small pieces take nearly the same time each time, where one large one may take thrice as long. */
#define WORK_PIECES 8u
/* What is brought: the challenge, then for each piece a number of 4 bytes (little-endian) so that SHA-256(challenge, the piece's place as one
 * byte, number) begins with `bits` bits of zero. In hexadecimal digits. */
#define WORK_WORD_LEN (2 * (WORK_CHALLENGE_SIZE + 4 * WORK_PIECES))

#define WORK_LIFE_MS ((int64_t)120000)

struct works;

/* NULL: no memory. */
struct works *works_new(const struct env *env);
void works_free(struct works *works);

/* `bits` of each piece, at most 32. Any thread. */
void work_challenge(struct works *works, uint8_t act, uint8_t bits, char ret[WORK_CHALLENGE_WORD]);

/* Whether `word` is done work for the act with `bits` at least, of a challenge given within the last two minutes and not spent; it is spent then.
 * A clock that goes back, or is set far ahead, makes what was given before worth nothing. What cannot be remembered as spent is refused (of 100,000
 * in two minutes, one in a thousand). Any thread. */
bool work_spend(struct works *works, uint8_t act, uint8_t bits, struct text word);

#endif
