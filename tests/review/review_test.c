/* Two people, exactly this text, this language. */
#include "review/review.h"

#include "lib/db.h"

struct approving {
	const char *person, *document, *hash; /* hash NULL: of the text as it is */
	size_t language;
	bool withdraw;
};

static enum status approve_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct approving *a = context;
	const struct lesson_document *document = lesson_document(text_of(a->document));
	struct actor actor = {.id = text_of(a->person)};
	struct text hash = a->hash ? text_of(a->hash) : document->hashes[a->language];

	return a->withdraw ? review_withdraw(tx, &actor, document, a->language, hash, 1000, ret_error)
			   : review_approve(tx, &actor, document, a->language, hash, 1000, ret_error);
}

static enum status approve(struct db *db, struct approving a, struct error *ret_error)
{
	return db_transact(db, DB_WRITE, approve_work, &a, ret_error);
}

static enum status published_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = context;
	struct arena arena;
	enum status st;

	buffer_clear(out);
	arena_init(&arena, 1 << 20);
	st = published_lessons(tx, 0, &arena, out, ret_error);
	arena_release(&arena);
	return st;
}

/* How many documents are good, and whether this one is in this language. */
static unsigned published(struct db *db, const char *document, size_t language, bool *ret_there)
{
	struct buffer out;
	struct error error;
	char item[200];
	unsigned count = 0;

	buffer_init(&out, 65536);
	assert_ok(db_transact(db, DB_READ, published_work, &out, &error));
	snprintf(item, sizeof item, "{\"document\":\"%s\",\"hash\":\"%.*s\",\"language\":\"%s\"}", document,
		 TEXT_ARG(lesson_document(text_of(document))->hashes[language]), lesson_languages[language]);
	*ret_there = text_has(buffer_text(&out), text_of(item));
	for (size_t i = 0; i < out.len; i++)
		count += ((const char *)out.data)[i] == '{';
	buffer_release(&out);
	return count;
}

static void two_people_make_it_good(void **state)
{
	struct db *db = test_db(state);
	struct error error;
	bool there;

	assert_int_equal(published(db, "call", 1, &there), 0);
	assert_ok(approve(db, (struct approving){.person = "a", .document = "call", .language = 1}, &error));
	/* The same one twice is still one. */
	assert_ok(approve(db, (struct approving){.person = "a", .document = "call", .language = 1}, &error));
	assert_int_equal(published(db, "call", 1, &there), 0);
	/* Another language is another text. */
	assert_ok(approve(db, (struct approving){.person = "b", .document = "call", .language = 0}, &error));
	assert_int_equal(published(db, "call", 1, &there), 0);
	assert_ok(approve(db, (struct approving){.person = "b", .document = "call", .language = 1}, &error));
	assert_int_equal(published(db, "call", 1, &there), 1);
	assert_true(there);
	assert_int_equal(published(db, "call", 0, &there), 1);
	assert_false(there);
	assert_ok(approve(db, (struct approving){.person = "a", .document = "call", .language = 1, .withdraw = true}, &error));
	assert_int_equal(published(db, "call", 1, &there), 0);
}

static void another_text_is_not_approved(void **state)
{
	struct db *db = test_db(state);
	struct error error = {.code = ST_OK};
	bool there;

	assert_int_equal(approve(db, (struct approving){.person = "a", .document = "job-offer", .language = 2, .hash = "00"}, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "review-other-text");
	for (const char *person = "ab"; *person; person++) {
		char name[2] = {*person, '\0'};

		assert_ok(approve(db, (struct approving){.person = name, .document = "job-offer", .language = 2}, &error));
	}
	assert_int_equal(published(db, "job-offer", 2, &there), 1);
	assert_true(there);
}

int main(void)
{
	const struct CMUnitTest tests[] = {db_unit_test(two_people_make_it_good), db_unit_test(another_text_is_not_approved)};

	return db_run_group_tests(tests);
}
