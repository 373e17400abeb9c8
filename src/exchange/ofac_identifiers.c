#include "exchange/ofac_identifiers.h"

#include "ofac_identifiers.inc"

static struct text without_point(struct text t)
{
	return t.len && t.data[t.len - 1] == '.' ? (struct text){t.data, t.len - 1} : t;
}

const char *ofac_identifier_property(struct text kind)
{
	for (size_t i = 0; i < OFAC_IDENTIFIERS_COUNT; i++)
		if (text_equal(without_point(ofac_identifiers_rows[i].kind), without_point(kind)))
			return ofac_identifiers_rows[i].property.data;
	return NULL;
}

const char *ofac_identifier_begins(struct text remark, struct text *ret_value)
{
	const struct ofac_identifiers_row *best = NULL;

	for (size_t i = 0; i < OFAC_IDENTIFIERS_COUNT; i++) {
		const struct ofac_identifiers_row *row = &ofac_identifiers_rows[i];

		if (text_starts(remark, row->kind) && remark.len > row->kind.len && remark.data[row->kind.len] == ' ' &&
		    (best == NULL || row->kind.len > best->kind.len))
			best = row;
	}
	if (best == NULL)
		return NULL;
	*ret_value = (struct text){remark.data + best->kind.len + 1, remark.len - best->kind.len - 1};
	return best->property.data;
}

enum status ofac_identifier_add(struct record *r, const char *property, struct text number, struct text country,
				struct text type)
{
	if (strcmp(property, "passportNumber") == 0 || strcmp(property, "idNumber") == 0)
		return record_document(r, property, number, country, type);
	return record_add(r, property, number);
}
