#include "awareness/rules.h"

#include <stdlib.h>

#include <sodium.h>

#include "awareness/identity.h"
#include "awareness/listing.h"
#include "awareness/sketch.h"

#define WEIGHED_MAX 1000
#define KEYS_EACH (5u + SKETCH_BANDS)

/* ---- what hangs together ---- */

/* Something that two reports have in common. */
struct shared {
	uint64_t key;
	uint32_t report;
	bool story; /* a band: what it says has still to be compared */
};

struct weighing {
	struct arena *arena;
	struct db_rows rows; /* id, received_at, token, network, device, grams, sketch */
	struct sketch *sketches;
	uint32_t *parent;
	struct shared *shared;
	size_t shared_count, shared_max;
};

static uint64_t key_of(char kind, struct text value, int64_t window)
{
	uint8_t digest[16], head[9] = {(uint8_t)kind};
	crypto_generichash_state state;
	uint64_t key;

	memcpy(head + 1, &window, sizeof window);
	crypto_generichash_init(&state, NULL, 0, sizeof digest);
	crypto_generichash_update(&state, head, sizeof head);
	crypto_generichash_update(&state, (const uint8_t *)(value.len ? value.data : ""), value.len);
	crypto_generichash_final(&state, digest, sizeof digest);
	memcpy(&key, digest, sizeof key);
	return key;
}

static void share(struct weighing *w, size_t report, uint64_t key, bool story)
{
	if (w->shared_count < w->shared_max)
		w->shared[w->shared_count++] = (struct shared){key, (uint32_t)report, story};
}

static uint32_t root_of(const struct weighing *w, uint32_t i)
{
	while (w->parent[i] != i) {
		w->parent[i] = w->parent[w->parent[i]];
		i = w->parent[i];
	}
	return i;
}

static void keys_of(struct weighing *w, size_t i)
{
	int64_t at_ms = db_int(&w->rows, i, 1);
	struct bytes sketch = db_blob(&w->rows, i, 6);

	if (db_text(&w->rows, i, 2).len)
		share(w, i, key_of('t', db_text(&w->rows, i, 2), 0), false);
	/* One that does not say from where it came is told from no other that does not. */
	share(w, i, key_of('n', db_text(&w->rows, i, 3), at_ms / (awareness_term("network-hours") * AWARENESS_HOUR_MS)), false);
	if (db_text(&w->rows, i, 4).len)
		share(w, i, key_of('d', db_text(&w->rows, i, 4), at_ms / (awareness_term("device-minutes") * 60000)), false);
	if (!sketch_read(sketch, &w->sketches[i]) || db_int(&w->rows, i, 5) == 0)
		return;
	share(w, i, key_of('s', (struct text){(const char *)sketch.data, sketch.len}, 0), false);
	if (db_int(&w->rows, i, 5) >= awareness_term("alike-grams")) {
		int64_t bands[SKETCH_BANDS];

		sketch_bands(&w->sketches[i], bands);
		for (size_t k = 0; k < SKETCH_BANDS; k++)
			share(w, i, (uint64_t)bands[k] << 1 | 1, true);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct shared *x = a, *y = b;

	return x->key != y->key ? (x->key < y->key ? -1 : 1) : x->report != y->report ? (x->report < y->report ? -1 : 1) : 0;
}

static void tie(struct weighing *w)
{
	const unsigned needed = (unsigned)awareness_term("alike");
	size_t first = 0;

	qsort(w->shared, w->shared_count, sizeof w->shared[0], by_key);
	for (size_t i = 1; i < w->shared_count; i++) {
		const struct shared *a = &w->shared[first], *b = &w->shared[i];

		if (a->key != b->key) {
			first = i;
			continue;
		}
		if (b->story && sketch_alike(&w->sketches[a->report], &w->sketches[b->report]) < needed)
			continue;
		w->parent[root_of(w, b->report)] = root_of(w, a->report);
	}
}

/* ---- weighing ---- */

static enum status payments_add(struct db_tx *tx, struct text x, int64_t since_ms, struct weighing *w, struct rules_weight *ret,
				struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT p.report_id, p.reference, p.verified_at FROM report_payment p JOIN report_identifier i ON i.report_id = p.report_id"
		     " JOIN report r ON r.id = p.report_id WHERE i.x = $1 AND r.received_at >= $2 AND r.state <> 'withdrawn'"
		     " AND (r.state <> 'closed' OR r.reason NOT IN ('misuse', 'not-fraud')) AND (p.reference IS NOT NULL OR p.verified_at IS NOT NULL)",
		     DB_PARAMS(DB_V_TEXT(x), DB_V_INT(since_ms)), w->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		ret->paid = ret->paid || !db_is_null(&rows, i, 2);
		for (size_t k = 0; db_text(&rows, i, 1).len && k < w->rows.rows; k++)
			if (text_equal(db_text(&w->rows, k, 0), db_text(&rows, i, 0)))
				share(w, k, key_of('p', db_text(&rows, i, 1), 0), false);
	}
	return ST_OK;
}

static void count(struct weighing *w, int64_t now_ms, struct rules_weight *ret)
{
	int64_t hour_ms = now_ms - awareness_term("flood-minutes") * 60000;
	bool *seen = ARENA_NEW(w->arena, bool, w->rows.rows + 1);

	for (size_t i = 0; i < w->rows.rows; i++) {
		int64_t at_ms = db_int(&w->rows, i, 1);
		uint32_t root = root_of(w, (uint32_t)i);
		bool recent = at_ms > hour_ms;

		ret->reports++;
		ret->hour_reports += recent;
		if (w->parent[i] == i)
			ret->independent++;
		/* newest first: the first of a group says whether any of it is of the last hour */
		if (seen && recent && !seen[root]) {
			seen[root] = true;
			ret->hour_independent++;
		}
		if (i == 0)
			ret->last_ms = at_ms;
		ret->first_ms = at_ms;
	}
}

enum status rules_weigh(struct db_tx *tx, struct text x, int64_t since_ms, int64_t now_ms, struct arena *arena, struct rules_weight *ret,
			struct error *ret_error)
{
	struct weighing w = {.arena = arena};
	struct rules_weight weight = {.reports = 0};

	TRY(db_query(tx, "SELECT r.id, r.received_at, r.token, r.network, r.device, r.grams, r.sketch FROM report_identifier i"
		     " JOIN report r ON r.id = i.report_id WHERE i.x = $1 AND r.received_at >= $2 AND r.state <> 'withdrawn'"
		     " AND (r.state <> 'closed' OR r.reason NOT IN ('misuse', 'not-fraud', 'duplicate')) ORDER BY r.received_at DESC, r.id LIMIT $3",
		     DB_PARAMS(DB_V_TEXT(x), DB_V_INT(since_ms), DB_V_INT(WEIGHED_MAX)), arena, &w.rows, ret_error));
	w.shared_max = w.rows.rows * (KEYS_EACH + 20);
	w.shared = ARENA_NEW(arena, struct shared, w.shared_max + 1);
	w.sketches = ARENA_NEW(arena, struct sketch, w.rows.rows + 1);
	w.parent = ARENA_NEW(arena, uint32_t, w.rows.rows + 1);
	if (w.shared == NULL || w.sketches == NULL || w.parent == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < w.rows.rows; i++) {
		w.parent[i] = (uint32_t)i;
		keys_of(&w, i);
	}
	TRY(payments_add(tx, x, since_ms, &w, &weight, ret_error));
	tie(&w);
	count(&w, now_ms, &weight);
	*ret = weight;
	return ST_OK;
}

/* ---- what follows ---- */

static enum status flood_check(struct awareness *awareness, struct db_tx *tx, struct text x, const struct rules_weight *weight, int64_t now_ms,
			       struct arena *arena, bool *ret_open, struct error *ret_error)
{
	char id[ID_SIZE];
	struct db_rows rows;

	TRY(db_query(tx, "SELECT seen_at FROM flood WHERE x = $1 AND (seen_at IS NULL OR at > $2)",
		     DB_PARAMS(DB_V_TEXT(x), DB_V_INT(now_ms - AWARENESS_DAY_MS)), arena, &rows, ret_error));
	*ret_open = false;
	for (size_t i = 0; i < rows.rows; i++)
		*ret_open = *ret_open || db_is_null(&rows, i, 0);
	if (rows.rows || weight->hour_reports < awareness_term("flood-reports") ||
	    weight->hour_independent * awareness_term("flood-share") >= weight->hour_reports)
		return ST_OK;
	id_make(awareness->env, id);
	TRY(db_exec(tx, "INSERT INTO flood (id, x, at, reports, independent) VALUES ($1, $2, $3, $4, $5)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(x), DB_V_INT(now_ms), DB_V_INT(weight->hour_reports),
			      DB_V_INT(weight->hour_independent)),
		    NULL, ret_error));
	*ret_open = true;
	return db_tell(tx, "flood", text_of(id), now_ms, ret_error);
}

enum status rules_apply(struct awareness *awareness, struct db_tx *tx, struct text x, struct arena *arena, struct error *ret_error)
{
	const struct listing_rule *rule;
	struct identifier_row known;
	struct rules_weight weight;
	struct listing_now now;
	int64_t now_ms, since_ms;
	bool flooded, enough;

	TRY(identifier_load(tx, x, arena, &known, ret_error));
	if (known.safe)
		return ST_OK;
	rule = awareness_rule(known.type);
	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(listing_now(tx, x, arena, &now, ret_error));
	since_ms = now_ms - rule->days * AWARENESS_DAY_MS;
	if (now.reported.len && now.first_ms < since_ms)
		since_ms = now.first_ms;
	if (since_ms < known.counts_from_ms)
		since_ms = known.counts_from_ms;
	TRY(rules_weigh(tx, x, since_ms, now_ms, arena, &weight, ret_error));
	TRY(flood_check(awareness, tx, x, &weight, now_ms, arena, &flooded, ret_error));
	enough = weight.independent >= rule->reports || weight.paid;
	if (now.reported.len && !enough)
		return listing_end(awareness, tx, &awareness_rules, now.reported, TEXT("mistake"), now_ms, ret_error);
	if (weight.reports && (now.reported.len || now.confirmed.len))
		return listing_renew(tx, x, rule, &weight, now_ms, ret_error);
	return enough && !flooded && weight.reports ? listing_report(awareness, tx, x, rule, &weight, now_ms, ret_error) : ST_OK;
}

enum status flood_seen(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct arena *arena,
		       struct error *ret_error)
{
	struct db_rows row;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT x, seen_at FROM flood WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	if (!db_is_null(&row, 0, 1))
		return error_because(ret_error, ST_CONFLICT, "flood-seen", NULL, "somebody has seen it already");
	TRY(db_exec(tx, "UPDATE flood SET seen_by = $2, seen_at = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id), DB_V_INT(now_ms)), NULL, ret_error));
	TRY(db_tell(tx, "flood", id, now_ms, ret_error));
	return rules_apply(awareness, tx, db_text(&row, 0, 0), arena, ret_error);
}
