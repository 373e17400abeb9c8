/* What people type or paste into a field, made regular without changing a letter: composed (NFC), full-width forms of ASCII
 * narrow, every kind of space one space, line ends '\n', marks that nobody sees gone. Stricter than text_fold(), which makes
 * things alike for comparing: what comes out here is stored and shown. */
#ifndef TEXT_CLEAN_H
#define TEXT_CLEAN_H

#include "base/arena.h"

enum text_fault {
	TEXT_GOOD,
	TEXT_CONTROL, /* control characters, or ones that turn the direction of writing */
	TEXT_DAMAGED, /* U+FFFD, private use, noncharacters: what a wrong character set leaves behind */
};

/* Gives the cleaned text (over the same memory where nothing changed, else in the arena), trimmed; what makes a fault stands
 * in it as U+FFFD. Fails: ST_LIMIT, ST_NO_MEMORY. Cost: linear. */
MUST_USE enum status text_clean(struct text in, struct arena *arena, struct text *ret_text, enum text_fault *ret_fault);

/* Whether some word mixes letters of Latin, Cyrillic and Greek, which look alike: a slip of the keyboard or a disguise. */
bool text_mixes_scripts(struct text t);

/* Whether all letters are Latin, and there is one. */
bool text_is_latin(struct text t);

/* Whether there is a letter of any script. */
bool text_has_letter(struct text t);

/* Characters as people count them: code points. */
size_t text_characters(struct text t);

#endif
