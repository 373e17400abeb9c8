#include "ident/document.h"

#include "ident/mrz.h"
#include "ident/plain.h"

#include "ocr_confusions.inc"

static bool keeps(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0x2000) || c >= 0x3040;
}

size_t document_canonical(struct text in, bool filler_is_k, char *out)
{
	size_t at = 0, n = 0, end = in.len;

	while (end && (in.data[end - 1] == '<' || in.data[end - 1] == ' '))
		end--;
	while (at < in.len) {
		size_t from = at;
		uint32_t c = plain_capital(text_next(in, &at));
		char bytes[4];
		size_t len;

		if (c == '<' && filler_is_k && from < end)
			c = 'K';
		if (!keeps(c))
			continue;
		len = text_encode(c, bytes);
		memcpy(out + n, bytes, len);
		n += len;
	}
	return n;
}

struct variants {
	struct document_variant *at;
	size_t count;
	char check_digit;
	bool fitting; /* this pass takes those that the digit fits */
};

static void add(struct variants *v, const struct document_variant *one)
{
	bool fits = v->check_digit == 0 || mrz_check_digit((struct text){one->c, one->len}) == v->check_digit;

	if (v->count == DOCUMENT_VARIANTS_MAX || fits != v->fitting || one->len == 0)
		return;
	v->at[v->count++] = *one;
}

/* Every row of the table is another pair, so that no two exchanges give the same number. */
static void exchanges_add(struct variants *v, const struct document_variant *seen, uint32_t rank)
{
	for (size_t k = 0; k < OCR_CONFUSIONS_COUNT; k++) {
		const char *pair = ocr_confusions_rows[k].pair.data;

		if (ocr_confusions_rows[k].rank != rank)
			continue;
		for (size_t i = 0; i < seen->len; i++) {
			struct document_variant one = *seen;

			if (one.c[i] != pair[0] && one.c[i] != pair[1])
				continue;
			one.c[i] = one.c[i] == pair[0] ? pair[1] : pair[0];
			add(v, &one);
		}
	}
}

/* K and '<': at the end the length changes; a K further in may have been a mark that stands for '-'. */
static void fillers_add(struct variants *v, const struct document_variant *seen)
{
	for (size_t i = seen->len; i-- > 0;) {
		struct document_variant one = *seen;

		if (seen->c[i] != 'K' || (i + 1 < seen->len && seen->c[i + 1] == 'K'))
			continue; /* of neighbouring Ks it is the same whichever goes */
		memmove(one.c + i, one.c + i + 1, (size_t)(seen->len - i - 1));
		one.len--;
		add(v, &one);
	}
	if (seen->len < DOCUMENT_LEN_MAX) {
		struct document_variant one = *seen;

		one.c[one.len++] = 'K';
		add(v, &one);
	}
}

size_t document_variants(struct text canonical, char check_digit, struct document_variant out[DOCUMENT_VARIANTS_MAX])
{
	struct variants v = {.at = out, .check_digit = check_digit};
	struct document_variant seen = {.len = 0};

	if (canonical.len == 0 || canonical.len > DOCUMENT_LEN_MAX)
		return 0;
	memcpy(seen.c, canonical.data, canonical.len);
	seen.len = (uint8_t)canonical.len;
	out[v.count++] = seen;
	for (int pass = 0; pass < (check_digit ? 2 : 1); pass++) {
		v.fitting = pass == 0;
		exchanges_add(&v, &seen, 1);
		fillers_add(&v, &seen);
		exchanges_add(&v, &seen, 2);
		exchanges_add(&v, &seen, 3);
	}
	return v.count;
}

bool document_confusable(struct text seen, struct text listed)
{
	struct document_variant variants[DOCUMENT_VARIANTS_MAX];
	size_t n, differ = 0;

	if (seen.len + 1 < listed.len || listed.len + 1 < seen.len)
		return false;
	for (size_t i = 0; seen.len == listed.len && i < seen.len; i++)
		differ += seen.data[i] != listed.data[i];
	if (seen.len == listed.len && differ != 1)
		return false;
	n = document_variants(seen, 0, variants);
	for (size_t i = 1; i < n; i++)
		if (variants[i].len == listed.len && memcmp(variants[i].c, listed.data, listed.len) == 0)
			return true;
	return false;
}
