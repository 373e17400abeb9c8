#include "ledger/help.h"

#include "ledger/cosign.h"
#include "ledger/witness.h"

/* Log and witness keep their states in one database here: they touch different tables. */
struct pair {
	struct db *db;
	struct note_signer log, witness_key;
	struct ledger_signing signing;
	struct witness witness;
	struct witness_answer answer;
	struct arena arena;
};

static void pair_open(struct pair *p, struct db *db)
{
	*p = (struct pair){.db = db, .log = help_signer("cordon.kh/list", NOTE_ED25519),
			   .witness_key = help_signer("witness.kr/w1", NOTE_COSIGNATURE)};
	p->signing = (struct ledger_signing){.log = LEDGER_LIST, .signer = &p->log};
	p->witness = (struct witness){db, &help_env, &p->witness_key, &p->log.key, 1};
	buffer_init(&p->answer.body, NOTE_SIZE_MAX);
	arena_init(&p->arena, 1 << 22);
}

static void pair_close(struct pair *p)
{
	buffer_release(&p->answer.body);
	arena_release(&p->arena);
}

struct submitting {
	struct pair *pair;
	uint64_t old_size;
	struct ledger_submission submission;
};

static enum status submission_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct submitting *s = context;

	return ledger_submission(tx, LEDGER_LIST, s->old_size, &s->pair->arena, &s->submission, ret_error);
}

static struct ledger_submission submission(struct pair *p, uint64_t old_size)
{
	struct submitting s = {.pair = p, .old_size = old_size};

	assert_ok(db_transact(p->db, DB_READ, submission_work, &s, NULL));
	return s.submission;
}

static unsigned submit(struct pair *p, struct text body)
{
	witness_add_checkpoint(&p->witness, text_bytes(body), &p->answer);
	return p->answer.status;
}

static void grow(struct pair *p, unsigned count)
{
	help_append_many(p->db, LEDGER_LIST, count);
	(void)help_sequence(p->db, &p->signing);
}

struct taking {
	struct pair *pair;
	uint64_t size;
	struct ledger_standing standing;
	const char *leaf;
};

static enum status take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct taking *t = context;

	return ledger_cosign(tx, &(struct ledger_cosignature){LEDGER_LIST, t->size, buffer_text(&t->pair->answer.body)},
			     &t->pair->witness_key.key, 1, ret_error);
}

static enum status standing_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct taking *t = context;

	return ledger_standing(tx, text_of(t->leaf), &t->standing, ret_error);
}

/* The whole way: logged, sent, cosigned, kept, published; again after growth. */
static void a_growing_log_is_cosigned(void **state)
{
	struct pair p;
	struct taking t = {.pair = &p};
	struct help_leaf leaf;
	struct witness_held held;

	pair_open(&p, test_db(state));
	leaf = help_append(p.db, LEDGER_LIST, 1);
	t.leaf = leaf.id;
	(void)help_sequence(p.db, &p.signing);
	for (uint64_t size = 1; size < 600; size += 70) {
		uint64_t old = size == 1 ? 0 : size - 70;
		struct ledger_submission s = submission(&p, old);

		assert_true(s.size == size);
		assert_int_equal(submit(&p, s.body), 200);
		t.size = s.size;
		assert_ok(db_transact(p.db, DB_WRITE, take_work, &t, NULL));
		assert_ok(db_transact(p.db, DB_WRITE, take_work, &t, NULL)); /* twice is once */
		assert_ok(db_transact(p.db, DB_READ, standing_work, &t, NULL));
		assert_int_equal(t.standing.state, LEDGER_COSIGNED);
		grow(&p, 70);
	}
	assert_ok(witness_held(&p.witness, TEXT("cordon.kh/list"), &p.arena, &held, NULL));
	assert_true(held.size == 561);
	assert_int_equal(help_number(p.db, "SELECT count(*) FROM ledger_cosignature"), 9);
	/* The first cosignature that covers it is the one that counts. */
	assert_true(t.standing.since_ms < help_now(NULL) - 5000);
	pair_close(&p);
}

static void wrong_requests_get_their_answers(void **state)
{
	struct pair p;
	struct ledger_submission first, second, from_first;
	struct note_signer stranger = help_signer("cordon.kh/other", NOTE_ED25519);
	struct buffer edited;
	uint8_t *at;

	pair_open(&p, test_db(state));
	buffer_init(&edited, 1 << 16);
	grow(&p, 10);
	first = submission(&p, 0);
	grow(&p, 10);
	second = submission(&p, 0);
	from_first = submission(&p, 10);
	assert_int_equal(submit(&p, TEXT("old 0\n")), 400);
	assert_int_equal(submit(&p, TEXT("")), 400);
	p.witness.logs = &stranger.key;
	assert_int_equal(submit(&p, first.body), 404);
	p.witness.logs = &p.log.key;
	/* the signature of another text */
	buffer_add_text(&edited, first.body);
	at = &edited.data[text_find(first.body, '\n', 7) + sizeof "cordon.kh/list\n1"];
	*at = *at == '1' ? '2' : '1';
	assert_int_equal(submit(&p, buffer_text(&edited)), 403);
	/* old above the checkpoint's size */
	buffer_clear(&edited);
	buffer_printf(&edited, "old 11%.*s", (int)(first.body.len - 5), first.body.data + 5);
	assert_int_equal(submit(&p, buffer_text(&edited)), 400);
	/* a proof from nothing */
	buffer_clear(&edited);
	buffer_printf(&edited, "old 0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n%.*s", (int)(first.body.len - 6), first.body.data + 6);
	assert_int_equal(submit(&p, buffer_text(&edited)), 422);
	assert_int_equal(help_number(p.db, "SELECT count(*) FROM witness_log"), 0);
	assert_int_equal(submit(&p, first.body), 200);
	/* a size that is not held: told which is */
	assert_int_equal(submit(&p, second.body), 409);
	assert_string_equal(p.answer.type, "text/x.tlog.size");
	assert_text(buffer_text(&p.answer.body), "10\n");
	assert_int_equal(submit(&p, from_first.body), 200);
	/* the same again, and what was before: rolled back to nothing */
	assert_int_equal(submit(&p, from_first.body), 409);
	assert_int_equal(submit(&p, first.body), 409);
	assert_text(buffer_text(&p.answer.body), "20\n");
	assert_int_equal(help_number(p.db, "SELECT count(*) FROM witness_alarm"), 0);
	buffer_release(&edited);
	pair_close(&p);
}

/* The same key signs another history: of the same size, and longer. */
static void a_fork_is_refused_and_kept(void **state)
{
	struct pair p, forked;
	struct test_database *first = *state;
	struct ledger_submission honest, same_size, longer;

	pair_open(&p, test_db(state));
	grow(&p, 10);
	honest = submission(&p, 0);
	assert_int_equal(submit(&p, honest.body), 200);
	assert_int_equal(test_db_setup(state), 0);
	pair_open(&forked, test_db(state));
	grow(&forked, 10);
	same_size = submission(&forked, 10);
	forked.witness = p.witness;
	assert_int_equal(submit(&forked, same_size.body), 422);
	assert_int_equal(forked.answer.alarm, WITNESS_FORK);
	grow(&forked, 5);
	longer = submission(&forked, 10);
	assert_int_equal(submit(&forked, longer.body), 422);
	assert_int_equal(forked.answer.alarm, WITNESS_INCONSISTENT);
	assert_int_equal(submit(&forked, longer.body), 422); /* kept once */
	assert_int_equal(help_number(p.db, "SELECT count(*) FROM witness_alarm"), 2);
	assert_int_equal(help_number(p.db, "SELECT size FROM witness_log"), 10);
	pair_close(&forked);
	assert_int_equal(test_db_teardown(state), 0);
	*state = first;
	pair_close(&p);
}

/* A hub put back to an older state: the log itself says what the witness holds is too much. */
static void a_rewound_log_is_told_by_its_own_side(void **state)
{
	struct pair p;
	struct submitting s = {.pair = &p, .old_size = 11};
	struct error error = {.code = ST_OK};

	pair_open(&p, test_db(state));
	grow(&p, 10);
	assert_int_equal(db_transact(p.db, DB_READ, submission_work, &s, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "ledger-rewound");
	pair_close(&p);
}

/* Cosignatures that do not verify, or of nobody known, are not kept. */
static void only_good_cosignatures_are_kept(void **state)
{
	struct pair p;
	struct taking t = {.pair = &p, .size = 10};
	uint8_t *letter, before;

	pair_open(&p, test_db(state));
	grow(&p, 10);
	assert_int_equal(submit(&p, submission(&p, 0).body), 200);
	t.size = 9;
	assert_int_equal(db_transact(p.db, DB_WRITE, take_work, &t, NULL), ST_NOT_FOUND);
	t.size = 10;
	letter = &p.answer.body.data[p.answer.body.len - 8];
	before = *letter;
	*letter = before == 'A' ? 'B' : 'A';
	assert_int_equal(db_transact(p.db, DB_WRITE, take_work, &t, NULL), ST_DENIED);
	*letter = before;
	p.witness_key.key.name[0] = 'W';
	assert_int_equal(db_transact(p.db, DB_WRITE, take_work, &t, NULL), ST_NOT_FOUND);
	assert_int_equal(help_number(p.db, "SELECT count(*) FROM ledger_cosignature"), 0);
	pair_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_growing_log_is_cosigned),
		db_unit_test(wrong_requests_get_their_answers),
		db_unit_test(a_fork_is_refused_and_kept),
		db_unit_test(a_rewound_log_is_told_by_its_own_side),
		db_unit_test(only_good_cosignatures_are_kept),
	};

	return db_run_group_tests(tests);
}
