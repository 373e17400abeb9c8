/* FollowTheMoney: one JSON object a line. */
#include <stdio.h>

#include "exchange/reader.h"

/* A line that is no entity spoils only itself; one that is not even UTF-8 text spoils the file. */
enum status ftm_read(struct reader *r, struct error *ret_error)
{
	struct text line;

	r->report.format = "ftm";
	for (;;) {
		struct entity entity;
		struct error why;
		enum status st;

		TRY(reader_line(r, &line, ret_error));
		if (line.data == NULL)
			return ST_OK;
		line = text_trim(line);
		if (line.len == 0)
			continue;
		arena_clear(&r->arena);
		st = entity_read(line, &r->arena, &entity, &why);
		if (st == ST_OK && entity.id.len == 0) {
			reader_skip(r, "id", "missing");
			continue;
		}
		if (st == ST_MALFORMED || st == ST_LIMIT) {
			reader_skip(r, why.field, why.message);
			continue;
		}
		if (st != ST_OK) {
			if (ret_error)
				*ret_error = why;
			return st;
		}
		if (entity.dataset_count == 0 && r->source->name.len)
			TRY(entity_add_dataset(&entity, r->source->name));
		TRY(reader_entity(r, &entity, ret_error));
	}
}
