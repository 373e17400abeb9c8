/* Links and codes that are no addresses of the web: tel:, mailto:, bitcoin: and their kin (data/ident/schemes.tsv). */
#include "ident/asked_parts.h"

#include "schemes.inc"

static const struct schemes_row *row_of(struct text plain)
{
	size_t colon = text_find(plain, ':', 0);

	for (size_t i = 0; colon + 1 < plain.len && i < SCHEMES_COUNT; i++)
		if (text_equal_nocase((struct text){plain.data, colon}, schemes_rows[i].scheme))
			return &schemes_rows[i];
	return NULL;
}

enum asked_scheme asked_scheme_of(struct text plain, struct text *ret_value)
{
	const struct schemes_row *row = row_of(plain);
	size_t end, from;

	if (row == NULL)
		return ASKED_SCHEME_NONE;
	from = row->scheme.len + 1;
	end = plain.len;
	for (size_t i = 0; i < row->ends.len; i++) {
		size_t found = text_find(plain, row->ends.data[i], from);

		end = found < end ? found : end;
	}
	*ret_value = (struct text){plain.data + from, end - from};
	if (text_equal(row->kind, TEXT("phone")))
		return ASKED_SCHEME_PHONE;
	if (text_equal(row->kind, TEXT("wallet")))
		return ASKED_SCHEME_WALLET;
	return text_equal(row->kind, TEXT("email")) ? ASKED_SCHEME_EMAIL : ASKED_SCHEME_OTHER;
}
