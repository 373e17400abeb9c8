/* Folding: what two writings of one name have in common before anything is read or compared.
 *
 * NFKC case folding through ICU; invisible characters go (zero width, bidi controls, soft hyphen, variation
 * selectors); letters of another script that only look alike inside a word are mended (Cyrillic А in a Latin word);
 * Khmer and Thai are put into one order without losing a sign that tells two people apart; Latin keeps its
 * diacritics here (the Latin reader removes them); apostrophes inside a word vanish, every other
 * punctuation (dots too: J.K., Dr.Ali) and every space becomes one space. "SURNAME, Given" becomes "surname given".
 */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include "base/arena.h"
#include "text/script.h"

#define FOLD_INPUT_MAX 2048u /* bytes of one name */

/* Gives folded words separated by single spaces, in the arena. Fails: ST_LIMIT (input longer than FOLD_INPUT_MAX),
 * ST_NO_MEMORY. Cost: under a microsecond for a usual name. */
MUST_USE enum status text_fold(struct text in, struct arena *arena, struct text *ret_folded);

#endif
