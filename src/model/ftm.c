#include "model/ftm.h"

#include "ftm_tables.inc"

const struct ftm_schema *ftm_schema(struct text name)
{
	size_t low = 0, high = FTM_SCHEMA_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = text_compare(ftm_schemata[middle].name, name);

		if (order == 0)
			return &ftm_schemata[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

size_t ftm_schema_count(void)
{
	return FTM_SCHEMA_COUNT;
}

const struct ftm_schema *ftm_schema_at(size_t i)
{
	return &ftm_schemata[i];
}

bool ftm_is_a(const struct ftm_schema *schema, struct text ancestor)
{
	struct text rest = schema->extends, part;

	while (text_split(&rest, ',', &part))
		if (text_equal(part, ancestor))
			return true;
	return false;
}

bool ftm_compatible(const struct ftm_schema *a, const struct ftm_schema *b)
{
	return a->matchable && b->matchable && (ftm_is_a(a, b->name) || ftm_is_a(b, a->name));
}

const struct ftm_property *ftm_property(const struct ftm_schema *schema, struct text name)
{
	size_t low = 0, high = FTM_PROPERTY_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (text_compare(ftm_properties[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < FTM_PROPERTY_COUNT && text_equal(ftm_properties[low].name, name); low++)
		if (ftm_is_a(schema, ftm_properties[low].schema))
			return &ftm_properties[low];
	return NULL;
}

size_t ftm_property_count(void)
{
	return FTM_PROPERTY_COUNT;
}

const struct ftm_property *ftm_property_at(size_t i)
{
	return &ftm_properties[i];
}
