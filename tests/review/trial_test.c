/* Records of nobody are added up; an effect goes into the bulletin only when it may be claimed. */
#include "review/trial.h"

#include "lib/db.h"
#include "review/review.h"

static enum status take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	return trial_take(tx, context, ret_error);
}

static enum status take(struct db *db, struct trial_record record, struct error *ret_error)
{
	if (record.edition.data == NULL)
		record.edition = trial_edition(lesson_language(record.language));
	return db_transact(db, DB_WRITE, take_work, &record, ret_error);
}

#define RECORD(language_, arm_, phase_, ...) \
	((struct trial_record){.language = TEXT(language_), .arm = TEXT(arm_), .phase = TEXT(phase_), __VA_ARGS__})

struct loading {
	struct arena arena;
	struct trial_sums sums;
	int64_t others;
	struct buffer lessons;
	const char *sql;
};

static enum status load_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct loading *l = context;

	buffer_clear(&l->lessons);
	if (l->sql)
		TRY(db_exec(tx, l->sql, DB_NO_PARAMS, NULL, ret_error));
	TRY(trial_load(tx, &l->arena, &l->sums, &l->others, ret_error));
	return published_lessons(tx, 0, &l->arena, &l->lessons, ret_error);
}

static void load(struct db *db, struct loading *l, const char *sql)
{
	struct error error = {.code = ST_OK};

	l->sql = sql;
	if (db_transact(db, DB_WRITE, load_work, l, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static void begin(struct loading *l)
{
	*l = (struct loading){.others = 0};
	arena_init(&l->arena, 1 << 20);
	buffer_init(&l->lessons, 1 << 16);
}

static void end(struct loading *l)
{
	buffer_release(&l->lessons);
	arena_release(&l->arena);
}

static void records_are_added_up_and_not_kept(void **state)
{
	struct db *db = test_db(state);
	struct error error;
	struct loading l;

	begin(&l);
	for (int i = 0; i < 3; i++)
		assert_ok(take(db, RECORD("km", "lesson", "now", .before = {1, 2}, .after = {3, 1}), &error));
	assert_ok(take(db, RECORD("ko", "lesson", "now", .before = {3, 0}, .after = {3, 0}), &error));
	assert_ok(take(db, RECORD("ko", "control", "later", .after = {2, 3}), &error));
	load(db, &l, NULL);
	assert_int_equal(l.sums.of[TRIAL_BEFORE][TRIAL_TAUGHT].people, 4);
	assert_int_equal(l.sums.of[TRIAL_BEFORE][TRIAL_TAUGHT].d, 3 * -1 + 3);
	assert_int_equal(l.sums.of[TRIAL_AFTER][TRIAL_TAUGHT].d, 3 * 2 + 3);
	assert_int_equal(l.sums.of[TRIAL_AFTER][TRIAL_TAUGHT].alarms, 3);
	assert_int_equal(l.sums.of[TRIAL_LATER][TRIAL_CONTROL].people, 1);
	assert_int_equal(l.sums.of[TRIAL_LATER][TRIAL_CONTROL].d_squares, 1);
	assert_int_equal(l.sums.of[TRIAL_LATER][TRIAL_TAUGHT].people, 0);
	assert_int_equal(l.others, 0);
	/* what was measured with texts of before stands apart */
	load(db, &l, "UPDATE trial_count SET edition = '0123456789012345678901234567890123456789' WHERE language = 'km'");
	assert_int_equal(l.sums.of[TRIAL_AFTER][TRIAL_TAUGHT].people, 1);
	assert_int_equal(l.others, 3);
	end(&l);
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		struct trial_record record;
		const char *field;
	} rows[] = {
		{{.language = {"xx", 2}, .arm = {"lesson", 6}, .phase = {"now", 3}}, "language"},
		{{.language = {"km", 2}, .arm = {"both", 4}, .phase = {"now", 3}}, "arm"},
		{{.language = {"km", 2}, .arm = {"lesson", 6}, .phase = {"then", 4}}, "phase"},
		{{.language = {"km", 2}, .arm = {"lesson", 6}, .phase = {"now", 3}, .after = {4, 0}}, "after"},
		{{.language = {"km", 2}, .arm = {"lesson", 6}, .phase = {"now", 3}, .before = {0, 4}}, "before"},
		{{.language = {"km", 2}, .arm = {"lesson", 6}, .phase = {"later", 5}, .before = {1, 0}}, "before"},
		{{.language = {"km", 2}, .arm = {"lesson", 6}, .phase = {"now", 3}, .edition = {"0123456789012345678901234567890123456789", 40}}, "edition"},
	};
	struct db *db = test_db(state);
	struct loading l;

	begin(&l);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct trial_record record = rows[i].record;
		struct error error = {.code = ST_OK};

		if (record.edition.data == NULL && lesson_language(record.language) == LESSON_LANGUAGES)
			record.edition = trial_edition(0);
		assert_int_equal(take(db, record, &error), ST_MALFORMED);
		assert_string_equal(error.reason, "item-member");
		assert_string_equal(error.field, rows[i].field);
	}
	load(db, &l, NULL);
	assert_int_equal(l.sums.of[TRIAL_AFTER][TRIAL_TAUGHT].people, 0);
	end(&l);
}

static void no_effect_is_published_of_too_few(void **state)
{
	struct db *db = test_db(state);
	struct error error;
	struct loading l;

	begin(&l);
	for (unsigned i = 0; i < 2; i++) {
		const char *arm = i ? "control" : "lesson";

		for (unsigned hits = i ? 1 : 2; hits <= (i ? 2u : 3u); hits++) {
			assert_ok(take(db, (struct trial_record){.language = TEXT("en"), .arm = text_of(arm), .phase = TEXT("now"), .after = {hits, 0}}, &error));
			assert_ok(take(db, (struct trial_record){.language = TEXT("en"), .arm = text_of(arm), .phase = TEXT("later"), .after = {hits, 0}}, &error));
		}
	}
	load(db, &l, "UPDATE trial_count SET people = 350");
	assert_true(text_has(buffer_text(&l.lessons), TEXT(",\"effect\":{\"reached\":true,\"now\":{\"alarms\":[0,0,0],\"control\":700,")));
	assert_true(text_has(buffer_text(&l.lessons), TEXT(",\"lesson\":700}}")));
	load(db, &l, "UPDATE trial_count SET people = 349 WHERE arm = 'control' AND phase = 'later' AND hits = 1");
	assert_false(text_has(buffer_text(&l.lessons), TEXT("effect")));
	assert_true(text_has(buffer_text(&l.lessons), TEXT(",\"items\":[]")));
	end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(records_are_added_up_and_not_kept),
		db_unit_test(what_cannot_be_is_refused),
		db_unit_test(no_effect_is_published_of_too_few),
	};

	return db_run_group_tests(tests);
}
