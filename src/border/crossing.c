#include "border/crossing.h"

#include "border/member.h"
#include "ident/trace.h"

#define HOUR_MS ((int64_t)3600000)
#define OFFSET_MAX_MS ((int64_t)3660 * 86400000) /* ten years: whatever is further off is no clock */

struct crossing {
	struct text id, point, result, document, identity;
	int64_t edition, took_us, at_ms;
};

int64_t border_record_at(const struct border_record *record, int64_t now_ms)
{
	bool believable = record->offset_known && record->offset_ms < OFFSET_MAX_MS && record->offset_ms > -OFFSET_MAX_MS;
	int64_t at = record->at_ms < now_ms + OFFSET_MAX_MS ? record->at_ms + (believable ? record->offset_ms : 0) : now_ms;

	return at > now_ms ? now_ms : at;
}

/* "3:ab12...": digits, a colon, 64 hexadecimal digits. */
static bool is_hash(struct text t)
{
	size_t colon = text_find(t, ':', 0);
	uint64_t number;

	if (text_to_uint((struct text){t.data, colon}, UINT64_MAX, &number) != ST_OK || colon + 65 != t.len)
		return false;
	for (size_t i = colon + 1; i < t.len; i++)
		if (!((t.data[i] >= '0' && t.data[i] <= '9') || (t.data[i] >= 'a' && t.data[i] <= 'f')))
			return false;
	return true;
}

static enum status hash_take(const json_t *body, const char *name, struct text *ret, struct error *ret_error)
{
	TRY(member_text_take(body, name, TRACE_SIZE, false, ret, ret_error));
	if (ret->len && !is_hash(*ret))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is no keyed hash", name);
	return ST_OK;
}

static enum status body_read(const json_t *body, struct crossing *c, struct error *ret_error)
{
	TRY(member_id_take(body, "id", &c->id, ret_error));
	TRY(member_word_take(body, "point", border_points, &c->point, ret_error));
	TRY(member_word_take(body, "result", border_results, &c->result, ret_error));
	TRY(hash_take(body, "document", &c->document, ret_error));
	TRY(hash_take(body, "identity", &c->identity, ret_error));
	TRY(member_number_take(body, "edition", 0, INT64_MAX, &c->edition, ret_error));
	return member_number_take(body, "tookUs", 0, INT64_MAX, &c->took_us, ret_error);
}

static enum status count_add(struct db_tx *tx, const struct border_record *record, const struct crossing *c, struct error *ret_error)
{
	int64_t hour = c->at_ms - ((c->at_ms % HOUR_MS) + HOUR_MS) % HOUR_MS;

	return db_exec(tx, "INSERT INTO crossing_count (post_id, hour, point, result, count, slow) VALUES ($1, $2, $3, $4, 1, $5)"
		       " ON CONFLICT (post_id, hour, point, result) DO UPDATE SET count = crossing_count.count + 1,"
		       " slow = crossing_count.slow + excluded.slow",
		       DB_PARAMS(DB_V_TEXT(record->post), DB_V_INT(hour), DB_V_TEXT(c->point), DB_V_TEXT(c->result),
				 DB_V_INT(c->took_us > CROSSING_SLOW_US)),
		       NULL, ret_error);
}

enum status crossing_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
			  struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct crossing c;
	uint64_t added;

	(void)arena;
	TRY(body_read(record->body, &c, ret_error));
	c.at_ms = border_record_at(record, now_ms);
	if (c.at_ms <= now_ms - CROSSING_KEPT_MS)
		return count_add(tx, record, &c, ret_error);
	TRY(db_exec(tx, "INSERT INTO crossing (id, post_id, seq, lane, at, clock_offset, point, result, document, identity, edition, took_us)"
		    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(c.id), DB_V_TEXT(record->post), DB_V_INT(record->seq), DB_V_TEXT(record->lane), DB_V_INT(c.at_ms),
			      record->offset_known ? DB_V_INT(record->offset_ms) : DB_V_NULL, DB_V_TEXT(c.point), DB_V_TEXT(c.result),
			      DB_V_TEXT_OR_NULL(c.document), DB_V_TEXT_OR_NULL(c.identity), DB_V_INT(c.edition), DB_V_INT(c.took_us)),
		    &added, ret_error));
	if (added == 0)
		return ST_OK;
	TRY(count_add(tx, record, &c, ret_error));
	/* Whom newer editions added was not looked for at the lane: border/past.h does it. */
	return db_exec(tx, "INSERT INTO crossing_late (edition) SELECT number FROM edition WHERE number = $1"
		       " AND EXISTS (SELECT 1 FROM edition WHERE number = $1 + 1) ON CONFLICT DO NOTHING",
		       DB_PARAMS(DB_V_INT(c.edition)), NULL, ret_error);
}
