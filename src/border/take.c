#include <stdio.h>
#include <stdlib.h>

#include "border/crossing.h"
#include "border/drill.h"
#include "border/hit.h"
#include "border/member.h"

#define DETAIL_MAX 1000u
#define LANE_MAX 100u
#define RECORD_MAX ((size_t)1 << 20)

struct told_event {
	struct text what, detail, record;
};

static enum status event_add(struct border *border, struct db_tx *tx, const struct border_record *record, const struct told_event *event,
			     struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);

	TRY(db_exec(tx, "INSERT INTO post_event (post_id, seq, at, what, detail, officer, record) VALUES ($1, $2, $3, $4, $5, $6, $7)"
		    " ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(record->post), DB_V_INT(record->seq), DB_V_INT(border_record_at(record, now_ms)),
			      DB_V_TEXT(event->what), DB_V_TEXT_OR_NULL(event->detail), DB_V_TEXT_OR_NULL(record->officer),
			      DB_V_TEXT_OR_NULL(event->record)),
		    NULL, ret_error));
	return db_tell(tx, "post", record->post, now_ms, ret_error);
}

enum status post_event_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
			    struct error *ret_error)
{
	struct told_event event = {.record = TEXT_NONE};

	(void)arena;
	TRY(member_any_word_take(record->body, "what", &event.what, ret_error));
	TRY(member_text_take(record->body, "detail", DETAIL_MAX, false, &event.detail, ret_error));
	return event_add(border, tx, record, &event, ret_error);
}

static enum status unreadable(struct border *border, struct db_tx *tx, const struct border_record *record, const struct error *why,
			      struct error *ret_error)
{
	char *dumped = json_dumps(record->body, JSON_COMPACT | JSON_ENCODE_ANY), detail[160];
	struct told_event event = {.what = TEXT("record-unreadable")};
	enum status st;

	if (dumped == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	snprintf(detail, sizeof detail, "%.*s %s %s", (int)(record->kind.len < 32 ? record->kind.len : 32),
		 record->kind.data ? record->kind.data : "", why->reason, why->field);
	event.detail = text_of(detail);
	if (strlen(dumped) <= RECORD_MAX)
		event.record = text_of(dumped);
	st = event_add(border, tx, record, &event, ret_error);
	free(dumped);
	return st;
}

typedef enum status taker(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
			  struct error *ret_error);

static taker *taker_of(struct text kind)
{
	static const struct {
		const char *kind;
		taker *take;
	} takers[] = {{"check", crossing_take}, {"hit", hit_take}, {"act", hit_act_take}, {"drill", drill_take}, {"event", post_event_take}};

	for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++)
		if (text_equal(kind, text_of(takers[i].kind)))
			return takers[i].take;
	return NULL;
}

enum status border_take_record(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
			       struct error *ret_error)
{
	struct error why = {.reason = "kind-unknown"};
	struct border_record known = *record;
	taker *take = taker_of(record->kind);
	enum status st = ST_MALFORMED;

	if (known.lane.len == 0)
		known.lane = TEXT("");
	if (known.officer.len == 0)
		known.officer = TEXT("");
	if (known.lane.len > LANE_MAX || (known.officer.len && !id_valid(known.officer))) {
		known.lane = known.officer = TEXT("");
		(void)error_because(&why, ST_MALFORMED, "value-invalid", "officer", "no such lane or officer can be");
	} else if (take) {
		st = take(border, tx, &known, arena, &why);
	}
	/* Bodies are read before anything is written. */
	if (st == ST_MALFORMED)
		return unreadable(border, tx, &known, &why, ret_error);
	if (st != ST_OK)
		*ret_error = why;
	return st;
}
