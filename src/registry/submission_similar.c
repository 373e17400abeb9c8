/* Look-alikes of a submission: each good row against the registry, and against the other rows of its own file. */
#include "registry/similar.h"
#include "registry/submission_inside.h"

#define CUTOFF_PPM 700000u
#define IMAGE_MAX ((size_t)1 << 30)
#define SCRATCH_MAX ((size_t)64 << 20)
#define NUMBER_SIZE 24u

/* The file's own rows as an index; its entities are named by their place in the file. */
struct own_rows {
	struct buffer image;
	struct index *index;
};

static enum status own_rows_build(const struct submission_draft *draft, struct own_rows *ret, struct error *ret_error)
{
	const struct index_limits limits = {.image_max = IMAGE_MAX, .threads = 1};
	struct index_builder *builder = NULL;
	enum status st;

	buffer_init(&ret->image, IMAGE_MAX);
	ret->index = NULL;
	TRY_OUT(index_builder_new(&limits, &builder, ret_error));
	for (size_t i = 0; i < draft->submission.count; i++) {
		const struct nomination *n = draft->submission.rows[i].nomination;
		char number[NUMBER_SIZE];
		struct entity person;

		if (n == NULL)
			continue;
		person = n->person;
		snprintf(number, sizeof number, "%zu", i);
		person.id = text_of(number);
		TRY_OUT(index_builder_add(builder, &person, ret_error));
	}
	TRY_OUT(index_builder_finish(builder, &ret->image, ret_error));
	st = index_open(buffer_bytes(&ret->image), &ret->index, ret_error);
out:
	index_builder_free(builder);
	return st;
}

struct besides {
	const struct index *index;
	struct text id;
};

static bool is_another(void *context, entity_ref ref)
{
	const struct besides *b = context;

	return !text_equal(index_entity_id(b->index, ref), b->id);
}

static enum status own_look_up(const struct own_rows *own, const struct nomination *n, size_t row, struct arena *scratch,
			       struct draft_row *ret, struct error *ret_error)
{
	char number[NUMBER_SIZE];
	struct besides besides = {.index = own->index, .id = {number, 0}};
	const struct screen_options options = {.limit = DRAFT_MATCHES_MAX, .threshold_ppm = CUTOFF_PPM, .cutoff_ppm = CUTOFF_PPM,
					       .keep = is_another, .keep_context = &besides};
	struct screen_answer answer;

	snprintf(number, sizeof number, "%zu", row);
	besides.id = text_of(number);
	TRY(screen_run(own->index, &n->person, &options, scratch, &answer, ret_error));
	for (size_t i = 0; i < answer.count; i++) {
		struct draft_match *m = &ret->matches[ret->match_count];
		uint64_t other;

		if (text_to_uint(index_entity_id(own->index, answer.results[i].ref), SUBMISSION_ROWS_MAX, &other) != ST_OK)
			continue;
		*m = (struct draft_match){.row = (size_t)other, .score_ppm = answer.results[i].score_ppm,
					  .evidence_mbit = answer.results[i].evidence_mbit};
		ret->match_count++;
	}
	return ST_OK;
}

static enum status registry_look_up(struct registry *registry, const struct nomination *n, struct arena *scratch,
				    struct arena *arena, struct draft_row *ret, struct error *ret_error)
{
	const struct registry_ask ask = {.limit = DRAFT_MATCHES_MAX, .cutoff_ppm = CUTOFF_PPM};
	struct registry_matches matches;

	TRY(registry_similar(registry, &n->person, &ask, scratch, &matches, ret_error));
	for (size_t i = 0; i < matches.count && i < DRAFT_MATCHES_MAX; i++) {
		struct draft_match *m = &ret->matches[ret->match_count];

		*m = (struct draft_match){.row = DRAFT_ALONE, .score_ppm = matches.items[i].score_ppm,
					  .evidence_mbit = matches.items[i].evidence_mbit};
		TRY(arena_text(arena, matches.items[i].entry, &m->entry));
		TRY(arena_text(arena, matches.items[i].owner, &m->owner));
		ret->match_count++;
	}
	return ST_OK;
}

enum status draft_similar(struct registry *registry, struct submission_draft *draft, struct error *ret_error)
{
	struct own_rows own;
	struct arena scratch;
	enum status st;

	arena_init(&scratch, SCRATCH_MAX);
	TRY_OUT(registry_refresh(registry, ret_error));
	TRY_OUT(own_rows_build(draft, &own, ret_error));
	for (size_t i = 0; i < draft->submission.count; i++) {
		const struct nomination *n = draft->submission.rows[i].nomination;

		if (n == NULL)
			continue;
		arena_clear(&scratch);
		TRY_OUT(registry_look_up(registry, n, &scratch, draft->arena, &draft->rows[i], ret_error));
		TRY_OUT(own_look_up(&own, n, i, &scratch, &draft->rows[i], ret_error));
	}
out:
	index_close(own.index);
	buffer_release(&own.image);
	arena_release(&scratch);
	return st;
}
