#include "cli/passengers.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "edifact/paxlst.h"
#include "model/entity_json.h"

#define LISTS_ARENA_MAX ((size_t)256 << 20)

struct passengers {
	struct arena arena;
	const struct paxlst *lists;
	size_t list_count, list, passenger; /* the next one */
	size_t given;
};

bool passengers_begin(struct text head)
{
	static const char *const segments[] = {"UNB+", "UNG+", "UNH+", "UNB\x1d", "UNG\x1d", "UNH\x1d"};

	head = text_trim(head);
	/* UNA tells six characters that divide; what it tells them for comes next. */
	if (text_starts(head, TEXT("UNA")) && head.len > 9)
		return text_starts(text_trim((struct text){head.data + 9, head.len - 9}), TEXT("UN"));
	for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++)
		if (text_starts(head, text_of(segments[i])))
			return true;
	return false;
}

static enum status whole_read(struct reader *reader, struct buffer *whole, struct error *ret_error)
{
	uint8_t part[16384];
	size_t len;

	do {
		TRY(reader_take(reader, part, sizeof part, &len, ret_error));
		buffer_add(whole, part, len);
	} while (len && buffer_status(whole) == ST_OK);
	if (buffer_status(whole) == ST_LIMIT)
		return error_set(ret_error, ST_LIMIT, "an interchange of more than %zu bytes", EDIFACT_SIZE_MAX);
	return buffer_status(whole) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(whole), "out of memory");
}

enum status passengers_read(struct reader *reader, int64_t now_ms, struct passengers **ret, struct error *ret_error)
{
	struct passengers *p = calloc(1, sizeof *p);
	struct buffer whole;
	enum status st;

	if (p == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	arena_init(&p->arena, LISTS_ARENA_MAX);
	buffer_init(&whole, EDIFACT_SIZE_MAX);
	st = whole_read(reader, &whole, ret_error);
	if (st == ST_OK)
		st = paxlst_read(buffer_bytes(&whole), now_ms, &p->arena, &p->lists, &p->list_count, ret_error);
	buffer_release(&whole);
	if (st == ST_OK)
		*ret = p;
	else
		passengers_free(p);
	return st;
}

void passengers_free(struct passengers *p)
{
	if (p == NULL)
		return;
	arena_release(&p->arena);
	free(p);
}

static enum status query_write(const struct paxlst_passenger *passenger, size_t number, struct arena *arena, struct query_line *ret)
{
	struct entity person;
	struct buffer json;
	char id[32];
	enum status st;

	snprintf(id, sizeof id, "row-%zu", number);
	TRY(arena_text(arena, text_of(id), &ret->id));
	TRY(paxlst_person(passenger, arena, &person));
	person.id = ret->id;
	/* Asked for nobody, the list would answer that nobody is on it. */
	if (!entity_get(&person, "name") && !entity_get(&person, "passportNumber") && !entity_get(&person, "idNumber")) {
		ret->failed = true;
		error_at(&ret->error, ST_MALFORMED, "name", (int64_t)passenger->position, "a passenger without name and document");
		return ST_OK;
	}
	buffer_init(&json, EXCHANGE_LINE_MAX);
	entity_write(&person, &json);
	st = buffer_status(&json);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&json), &ret->json);
	buffer_release(&json);
	return st;
}

enum status passengers_next(struct passengers *p, struct arena *arena, struct query_line *ret_line, struct error *ret_error)
{
	enum status st;

	while (p->list < p->list_count && p->passenger == p->lists[p->list].passenger_count) {
		p->list++;
		p->passenger = 0;
	}
	*ret_line = (struct query_line){.more = p->list < p->list_count};
	if (!ret_line->more)
		return ST_OK;
	st = query_write(&p->lists[p->list].passengers[p->passenger++], ++p->given, arena, ret_line);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "a passenger cannot be held");
}
