#include "text/name_passport.h"

#include <stdio.h>

#include "text/name.h"

bool name_passport(struct text name, struct arena *arena, char ret_family[NAME_PASSPORT_SIZE], char ret_given[NAME_PASSPORT_SIZE])
{
	const struct name_form *form;
	struct name read;
	size_t first = 0, n = 0;

	if (name.len == 0 || name_read(name, "", arena, &read) != ST_OK || read.form_count == 0)
		return false;
	form = &read.forms[0];
	while (first < form->part_count && form->parts[first].role != PART_FAMILY)
		first++;
	if (first == form->part_count)
		first = 0;
	if (form->part_count == 0 || form->parts[first].reading_count == 0)
		return false;
	snprintf(ret_family, NAME_PASSPORT_SIZE, "%.*s", TEXT_ARG(form->parts[first].readings[0].latin));
	ret_given[0] = '\0';
	for (size_t i = 0; i < form->part_count; i++)
		if (i != first && form->parts[i].reading_count && form->parts[i].role != PART_TITLE && n + 1 < NAME_PASSPORT_SIZE)
			n += (size_t)snprintf(ret_given + n, NAME_PASSPORT_SIZE - n, "%s%.*s", n ? " " : "",
					      TEXT_ARG(form->parts[i].readings[0].latin));
	return true;
}
