/* The engine: find the listed person. Pure: no clock, file, socket or log.
 *
 * Build: entities in, one image (a byte string) out; the same bytes in a file, mapped read-only, are the index.
 * Query: image and a query in, ranked results with reasons out. Readers share an image without locks.
 * All scores are integers: similarity in parts per million, evidence in thousandths of a bit.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "model/entity.h"

/* ---- building ---- */

struct index_builder;

struct index_limits {
	size_t image_max; /* bytes; 0: 64 GiB */
	unsigned threads; /* for the readings of names; 0: 1 */
};

MUST_USE enum status index_builder_new(const struct index_limits *limits, struct index_builder **ret_builder,
				       struct error *ret_error);
void index_builder_free(struct index_builder *builder);

/* Copies what it needs. A later entity of the same id replaces the earlier one. Neighbours (Passport,
 * Identification...) may come before or after their holder. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status index_builder_add(struct index_builder *builder, const struct entity *entity,
				       struct error *ret_error);

/* Gives the whole image in *ret_image (an initialised buffer). The same entities give the same bytes. */
MUST_USE enum status index_builder_finish(struct index_builder *builder, struct buffer *ret_image,
					  struct error *ret_error);

/* ---- reading ---- */

struct index; /* a checked view of an image; holds no copy of it */

/* Checks the header, the section table, checksums and every offset, so that no later read can leave the image.
 * `image` must be 8-byte aligned and outlive the index.
 * Fails: ST_CORRUPT (position says where), ST_CONFLICT (another version of the format or the tables), ST_NO_MEMORY. */
MUST_USE enum status index_open(struct bytes image, struct index **ret_index, struct error *ret_error);
void index_close(struct index *index);

/* Entities, matchable or not, are numbered from 0 in the order of their ids. */
typedef uint32_t entity_ref;
#define ENTITY_NONE UINT32_MAX

uint32_t index_entity_count(const struct index *index);
uint32_t index_person_count(const struct index *index);
uint64_t index_name_count(const struct index *index);
/* The stored FollowTheMoney JSON object; lives as long as the image. */
struct text index_entity_json(const struct index *index, entity_ref ref);
/* By id or by a former id (referent); ENTITY_NONE where there is none. */
entity_ref index_find(const struct index *index, struct text id);
struct text index_entity_id(const struct index *index, entity_ref ref);

/* ---- asking ---- */

struct screen_options {
	uint32_t limit;         /* results at most; 1..500 */
	uint32_t threshold_ppm; /* `match` is score >= threshold */
	uint32_t cutoff_ppm;    /* results below are not given */
	/* May be NULL. Called once per candidate that would be given; false leaves it out. */
	bool (*keep)(void *context, entity_ref ref);
	void *keep_context;
	int32_t alert_mbit; /* the operating point; 0: that of a list as long as this index */
};

/* One reason, in the order in which they are to be told. */
struct explanation {
	const char *feature; /* "name", "birthDate", "document", "country", "gender", "identifier", "mrz" */
	const char *rule;    /* a fixed word for the message files: "name-equal", "date-day-month-swapped"... */
	int32_t score_ppm;   /* its part in the similarity; negative where it takes away */
	int32_t evidence_mbit;
	struct text query;     /* as asked, in the query's own script */
	struct text candidate; /* as listed */
	struct text detail;    /* the readings and steps in short, for the record; a-z and ASCII */
};

struct screen_result {
	entity_ref ref;
	uint32_t score_ppm;
	int32_t evidence_mbit;
	bool match; /* score_ppm >= threshold */
	int32_t alert_mbit; /* the operating point */
	bool alert; /* evidence reaches it, or his very document (number and issuer) is listed */
	uint32_t chance_per_billion; /* travellers in a thousand million who would agree as well by chance */
	const struct explanation *explanations;
	size_t explanation_count;
};

struct screen_answer {
	const struct screen_result *results; /* best evidence among alerts first, then by score, then by id */
	size_t count;
	uint32_t matches;    /* candidates at or above the threshold, beyond the limit too */
	uint32_t candidates; /* entities compared */
	bool bounded;        /* the work bound was reached: there may be more */
};

/* The query is an entity: schema "Person" (or another matchable one) with name, alias, birthDate, nationality,
 * country, gender, passportNumber, idNumber, phone, publicKey (wallet)... An MRZ is turned into such an entity by
 * ident/mrz.h first. All answer memory comes from `arena`. Thread-safe on one index with an arena per thread.
 * Fails: ST_MALFORMED (unknown schema, unreadable date: field says which), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status screen_run(const struct index *index, const struct entity *query,
				const struct screen_options *options, struct arena *arena,
				struct screen_answer *ret_answer, struct error *ret_error);

/* The operating point for a list of `names` names (data/screen/operating_point.tsv): the more names there are, the more often one of
 * them is like an honest traveller's, so a longer list asks for more evidence, and as few are referred. */
int32_t alert_evidence_mbit(uint64_t names);

/* The order of results: alerts first, then evidence ranks, similarity settles ties, and then the id, so that equal inputs give equal answers. */
bool screen_ranks_before(const struct screen_result *a, struct text id_a, const struct screen_result *b, struct text id_b);

#endif
