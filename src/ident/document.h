/* Numbers of travel and identity documents: one form for comparing, and the forms a reader may have taken them for. */
#ifndef IDENT_DOCUMENT_H
#define IDENT_DOCUMENT_H

#include "base/slice.h"

/* Writes the canonical form: capitals and digits of ASCII; letters of other scripts that look like none of them stay
 * as capitals; all else is left out. `filler_is_k`: '<' before the last character counts as a K read wrong, instead of
 * as the mark that stands for one (Doc 9303-3, 4.7). Takes at least `in.len` bytes of room; gives the length. */
size_t document_canonical(struct text in, bool filler_is_k, char *out);

#define DOCUMENT_VARIANTS_MAX 64u
#define DOCUMENT_LEN_MAX 32u

struct document_variant {
	char c[DOCUMENT_LEN_MAX + 1];
	uint8_t len;
};

/* The number itself and what it may have been before one of its characters was read wrong, likelier ones first:
 * exchanges of data/ocr_confusions.tsv, a last filler read as K, a last K read as filler. With the check digit printed
 * beside it (0: unknown) those it fits come before those it does not. Takes a canonical form; gives how many were
 * written, 0 for an empty number and one above DOCUMENT_LEN_MAX. */
size_t document_variants(struct text canonical, char check_digit, struct document_variant out[DOCUMENT_VARIANTS_MAX]);

/* Whether `listed` is among the variants of `seen`, and not the same. */
bool document_confusable(struct text seen, struct text listed);

#endif
