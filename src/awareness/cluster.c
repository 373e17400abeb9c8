#include "awareness/cluster.h"

#define FOUND_MAX 200

struct joining {
	struct db_tx *tx;
	struct arena *arena;
	struct text report, cluster; /* cluster: empty while it belongs to none */
};

static enum status size_of(struct joining *j, struct text cluster, int64_t *ret, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(j->tx, "SELECT count(*) FROM report WHERE cluster_id = $1", DB_PARAMS(DB_V_TEXT(cluster)), j->arena, &row, ret_error));
	*ret = db_int(&row, 0, 0);
	return ST_OK;
}

/* The smaller one becomes part of the larger. */
static enum status join(struct joining *j, struct text other, struct error *ret_error)
{
	int64_t own_size, other_size;
	struct text goes = j->cluster, stays = other;

	if (other.len == 0 || text_equal(other, j->cluster))
		return ST_OK;
	if (j->cluster.len == 0) {
		j->cluster = other;
		return ST_OK;
	}
	TRY(size_of(j, j->cluster, &own_size, ret_error));
	TRY(size_of(j, other, &other_size, ret_error));
	if (own_size >= other_size) {
		goes = other;
		stays = j->cluster;
	}
	TRY(db_exec(j->tx, "UPDATE report SET cluster_id = $2 WHERE cluster_id = $1", DB_PARAMS(DB_V_TEXT(goes), DB_V_TEXT(stays)), NULL,
		    ret_error));
	TRY(db_exec(j->tx, "UPDATE identifier SET cluster_id = $2 WHERE cluster_id = $1", DB_PARAMS(DB_V_TEXT(goes), DB_V_TEXT(stays)), NULL,
		    ret_error));
	j->cluster = stays;
	return ST_OK;
}

static enum status by_identifier(struct joining *j, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(j->tx, "SELECT i.cluster_id FROM report_identifier r JOIN identifier i ON i.x = r.x WHERE r.report_id = $1 AND i.safe = 0"
		     " AND i.cluster_id IS NOT NULL",
		     DB_PARAMS(DB_V_TEXT(j->report)), j->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct db_rows now;

		/* one that was joined meanwhile has another name */
		TRY(db_query(j->tx, "SELECT cluster_id FROM identifier WHERE cluster_id = $1 LIMIT 1", DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0))),
			     j->arena, &now, ret_error));
		if (now.rows)
			TRY(join(j, db_text(&rows, i, 0), ret_error));
	}
	return ST_OK;
}

static enum status by_story(struct joining *j, const struct sketch *sketch, struct error *ret_error)
{
	const unsigned needed = (unsigned)awareness_term("alike");
	int64_t bands[SKETCH_BANDS];
	struct db_value values[SKETCH_BANDS + 2];
	struct db_rows rows;

	if ((int64_t)sketch->grams < awareness_term("alike-grams"))
		return ST_OK;
	sketch_bands(sketch, bands);
	for (size_t i = 0; i < SKETCH_BANDS; i++)
		values[i] = DB_V_INT(bands[i]);
	values[SKETCH_BANDS] = DB_V_TEXT(j->report);
	values[SKETCH_BANDS + 1] = DB_V_INT(FOUND_MAX);
	TRY(db_query(j->tx, "SELECT DISTINCT b.report_id, r.cluster_id, r.sketch FROM report_band b JOIN report r ON r.id = b.report_id"
		     " WHERE b.band IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AND b.report_id <> $17"
		     " AND r.apart = 0 ORDER BY b.report_id LIMIT $18",
		     (struct db_params){values, SKETCH_BANDS + 2}, j->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct sketch other;
		struct db_rows now;

		if (!sketch_read(db_blob(&rows, i, 2), &other) || sketch_alike(sketch, &other) < needed)
			continue;
		TRY(db_query_one(j->tx, "SELECT cluster_id FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0))), j->arena, &now,
				 ret_error));
		TRY(join(j, db_text(&now, 0, 0), ret_error));
	}
	return ST_OK;
}

enum status cluster_join(struct awareness *awareness, struct db_tx *tx, struct text report, const struct sketch *sketch, struct arena *arena,
			 struct text *ret_cluster, struct error *ret_error)
{
	struct joining j = {.tx = tx, .arena = arena, .report = report};

	(void)awareness;
	TRY(by_identifier(&j, ret_error));
	TRY(by_story(&j, sketch, ret_error));
	if (j.cluster.len == 0)
		j.cluster = report;
	TRY(db_exec(tx, "UPDATE report SET cluster_id = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(j.cluster)), NULL, ret_error));
	TRY(db_exec(tx, "UPDATE identifier SET cluster_id = $2 WHERE safe = 0 AND cluster_id IS NULL AND x IN"
		    " (SELECT x FROM report_identifier WHERE report_id = $1)",
		    DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(j.cluster)), NULL, ret_error));
	*ret_cluster = j.cluster;
	return ST_OK;
}

enum status cluster_again(struct awareness *awareness, struct db_tx *tx, struct text report, struct arena *arena, struct error *ret_error)
{
	struct sketch sketch;
	struct text cluster;
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT grams, sketch, apart FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(report)), arena, &row, ret_error));
	if (!sketch_read(db_blob(&row, 0, 1), &sketch) || db_int(&row, 0, 2) != 0)
		return ST_OK;
	sketch.grams = (size_t)db_int(&row, 0, 0);
	return cluster_join(awareness, tx, report, &sketch, arena, &cluster, ret_error);
}
