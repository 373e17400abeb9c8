/* Who is announced: screened with the list in force and with each that follows, forgotten when he has arrived; carriers told of what turned
 * round. Editions are real ones, made of what the registry did. */
#include "border/arrival.h"

#include <stdio.h>

#include "border/frontier.h"
#include "border/hit.h"
#include "border/retention.h"
#include "border/reversal.h"
#include "ledger/ledger.h"
#include "ledger/sequence.h"
#include "model/time.h"
#include "registry/editions.h"

#define MINUTE ((int64_t)60000)
#define LISTED "NAD+FL+++KIM:MINSU'DTM+329:900307'NAT+2+KOR'RFF+AVF:QX7GYL'RFF+ABO:00001'DOC+P+M12345678'LOC+91+KOR'"
#define HONEST "NAD+FL+++TAN:WEI'DTM+329:711224'NAT+2+SGP'RFF+AVF:QX7GYM'RFF+ABO:00002'DOC+P+K7654321'LOC+91+SGP'"

struct runway {
	struct frontier c;
	struct note_signer log, editions;
	char vkeys[2][NOTE_VKEY_SIZE], trusted[512];
	struct edition_key keys[2];
	struct edition_builder builder;
	struct actor carrier;
	struct buffer out;
};

static void signer_make(struct runway *r, size_t i, const char *name, struct note_signer *ret)
{
	uint8_t seed[32];

	memset(seed, (int)i + 7, sizeof seed);
	assert_ok(note_signer_make(text_of(name), NOTE_ED25519, seed, ret, NULL));
	note_vkey(&ret->key, r->vkeys[i]);
	r->keys[i] = (struct edition_key){i ? EDITION_KEY_LOG : EDITION_KEY_EDITION, 0, INT64_MAX / 2, text_of(r->vkeys[i]), 0};
}

static void runway_begin(struct runway *r, void **state)
{
	struct error error;

	memset(r, 0, sizeof *r);
	frontier_begin(&r->c, state);
	signer_make(r, 0, "kh.example/editions", &r->editions);
	signer_make(r, 1, "kh.example/list", &r->log);
	snprintf(r->trusted, sizeof r->trusted, "epoch 1\nedition %s\nlog list %s\n", r->vkeys[0], r->vkeys[1]);
	edition_builder_init(&r->builder, &(struct editions_options){.db = r->c.world.db, .env = &r->c.world.env, .list = TEXT("cordon.kh"),
					  .signer = &r->editions, .keys = {1, r->keys, 2, NULL, 0}});
	r->carrier = (struct actor){.id = TEXT(PERSON("f")), .country = TEXT("kr"), .strength = ACTOR_TOKEN};
	buffer_init(&r->out, (size_t)1 << 20);
	assert_ok(border_list_new(&r->c.border, text_of(r->trusted), TEXT("cordon.kh"), &r->c.border.list, &error));
}

static void runway_end(struct runway *r)
{
	border_list_free(r->c.border.list);
	edition_builder_release(&r->builder);
	buffer_release(&r->out);
	frontier_end(&r->c);
}

/* What the registry did until now, as the edition in force. */
static void list_change(struct runway *r)
{
	struct ledger_signing signing = {.log = LEDGER_LIST, .signer = &r->log};
	struct error error = {.code = ST_OK};
	uint64_t number = 0;
	size_t placed;

	r->c.world.now_ms += 1000;
	if (ledger_sequence(r->c.world.db, &r->c.world.env, &signing, &placed, &error) != ST_OK ||
	    edition_build(&r->builder, &number, &error) != ST_OK || border_list_renew(r->c.border.list, &error) != ST_OK)
		fail_msg("%s %s", error.reason, error.message);
	assert_true(number > 0);
}

static size_t again(struct runway *r)
{
	struct error error = {.code = ST_OK};
	size_t changed;

	if (arrival_again(&r->c.border, &changed, &error) != ST_OK)
		fail_msg("%s", error.message);
	return changed;
}

/* A list of `people` for a flight that comes in six hours. */
static struct bytes list_write(struct runway *r, const char *transaction, const char *begin, const char *people)
{
	char *text = arena_alloc(&r->c.world.arena, 4096, 1), at[TIME_SIZE];
	int len;

	time_write(START + 6 * HOUR + 7 * HOUR, at); /* by the clocks of Phnom Penh */
	len = snprintf(text, 4096, "UNB+UNOA:4+ZZ9:ZZ+KHMPIU:ZZ+260301:0410+000000071++IAPI'UNH+PAX0071+PAXLST:D:05B:UN:IATA'BGM+%s'RFF+TN:%s'"
		       "NAD+MS+++PASSENGER DESK'COM+8521234567:TE'TDT+20+ZZ9001'LOC+125+ICN'DTM+189:%.2s%.2s%.2s0100:201'LOC+87+PNH'"
		       "DTM+232:%.2s%.2s%.2s%.2s%.2s:201'%sUNT+1+PAX0071'UNZ+1+000000071'", begin, transaction, at + 2, at + 5, at + 8, at + 2,
		       at + 5, at + 8, at + 11, at + 14, people);
	return (struct bytes){(const uint8_t *)text, (size_t)len};
}

struct keeping {
	struct runway *r;
	struct arrival_interchange in;
};

static enum status keep_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct keeping *k = context;

	buffer_clear(&k->r->out);
	return arrival_keep(&k->r->c.border, tx, &k->r->carrier, &k->in, &k->r->c.world.arena, &k->r->out, ret_error);
}

static void keep(struct keeping *k)
{
	struct error error = {.code = ST_OK};

	if (db_transact(k->r->c.world.db, DB_WRITE, keep_work, k, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static struct keeping read_list(struct runway *r, struct bytes bytes)
{
	struct keeping k = {.r = r};
	struct error error = {.code = ST_OK};

	if (arrival_read(&r->c.border, bytes, &r->c.world.arena, &k.in, &error) != ST_OK)
		fail_msg("%s: %s", error.reason, error.message);
	return k;
}

static bool answered(struct runway *r, const char *transaction, const char *begin, const char *people, const char *wanted)
{
	struct keeping k = read_list(r, list_write(r, transaction, begin, people));

	keep(&k);
	return text_has(buffer_text(&r->out), text_of(wanted));
}

struct fetching {
	struct runway *r;
	struct bytes acknowledgement;
	enum status acknowledged;
	struct text last;
};

static enum status fetch_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct fetching *f = context;

	buffer_clear(&f->r->out);
	return reversal_fetch(&f->r->c.border, tx, f->r->carrier.id, TEXT_NONE, &f->r->c.world.arena, &f->r->out, &f->last, ret_error);
}

/* What waits for the carrier, whole. */
static struct text waiting(struct runway *r)
{
	struct fetching f = {.r = r};
	struct error error;
	struct text copy;

	assert_ok(db_transact(r->c.world.db, DB_WRITE, fetch_work, &f, &error));
	assert_ok(arena_text(&r->c.world.arena, buffer_text(&r->out), &copy));
	return copy;
}

static enum status acknowledge_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct fetching *f = context;
	size_t count;

	return reversal_acknowledge(&f->r->c.border, tx, f->r->carrier.id, f->acknowledgement, &f->r->c.world.arena, &count, ret_error);
}

/* BGM 132 as BGM 312. */
static enum status acknowledge(struct runway *r, struct text message)
{
	struct fetching f = {.r = r};
	struct error error;
	struct text copy;
	char *bgm;

	assert_ok(arena_text(&r->c.world.arena, message, &copy));
	f.acknowledgement = text_bytes(copy);
	bgm = memmem(copy.data, copy.len, "BGM+132", 7);
	assert_non_null(bgm);
	memcpy(bgm, "BGM+312", 7);
	return db_transact(r->c.world.db, DB_WRITE, acknowledge_work, &f, &error);
}

static void withdraw(struct runway *r, const char *entry)
{
	ASSERT_ACT(&r->c.world, LIAISON, .entry = text_of(entry), .act = TEXT("withdraw"), .reason = TEXT("submitted-in-error"),
		   .note = TEXT("another person"));
}

static int64_t count(struct runway *r, const char *sql)
{
	return frontier_count(&r->c, sql);
}

/* ---- tests ---- */

static void without_a_list_nobody_is_answered(void **state)
{
	struct arrival_interchange in;
	struct runway r;
	struct error error;

	runway_begin(&r, state);
	assert_int_equal(arrival_read(&r.c.border, list_write(&r, "T1", "745", HONEST), &r.c.world.arena, &in, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "list-none");
	assert_int_equal(again(&r), 0);
	runway_end(&r);
}

static void who_is_listed_later_and_taken_back_turns_round(void **state)
{
	char entry[ID_SIZE];
	struct runway r;
	struct text first;

	runway_begin(&r, state);
	list_change(&r);
	assert_true(answered(&r, "T1", "745", LISTED HONEST, "ERC+0Z'"));
	assert_int_equal(again(&r), 0);
	world_stage(&r.c.world, STAGE_PUBLISHED, "KR-1", entry);
	list_change(&r);
	assert_int_equal(again(&r), 1);
	assert_int_equal(again(&r), 0);
	assert_int_equal(count(&r, "SELECT count(*) FROM arrival_person WHERE edition = (SELECT max(number) FROM edition)"), 2);
	assert_int_equal(count(&r, "SELECT count(*) FROM arrival_person WHERE result = 'stop' AND board = 0 AND reference = '00001'"), 1);
	first = waiting(&r);
	assert_true(text_has(first, TEXT("BGM+132'")) && text_has(first, TEXT("RFF+ABO:00001'")) && text_has(first, TEXT("ERC+1Z'")));
	assert_true(text_has(first, TEXT("FTX+AAP+++DO NOT BOARD. CALL ?+855'")) && !text_has(first, TEXT("00002")));
	/* Before the carrier knows, the entry is taken back: the last word counts. */
	withdraw(&r, entry);
	list_change(&r);
	assert_int_equal(again(&r), 1);
	assert_true(text_has(waiting(&r), TEXT("ERC+0Z'")) && !text_has(waiting(&r), TEXT("ERC+1Z'")));
	assert_int_equal(count(&r, "SELECT count(*) FROM reversal WHERE ended_at IS NOT NULL"), 1);
	assert_ok(acknowledge(&r, waiting(&r)));
	assert_int_equal(waiting(&r).len, 0);
	assert_int_equal(count(&r, "SELECT count(*) FROM outbox WHERE kind = 'arrival'"), 3); /* stopped, let go, known */
	runway_end(&r);
}

/* An edition comes between the screening of a list and its keeping. */
static void whoever_was_screened_with_an_older_list_is_screened_again(void **state)
{
	char entry[ID_SIZE];
	struct runway r;
	struct keeping k;

	runway_begin(&r, state);
	list_change(&r);
	k = read_list(&r, list_write(&r, "T1", "745", LISTED));
	world_stage(&r.c.world, STAGE_PUBLISHED, "KR-1", entry);
	list_change(&r);
	assert_int_equal(again(&r), 0);
	keep(&k);
	assert_true(text_has(buffer_text(&r.out), TEXT("ERC+0Z'")));
	assert_int_equal(again(&r), 1);
	assert_true(text_has(waiting(&r), TEXT("ERC+1Z'")));
	runway_end(&r);
}

static void a_carrier_that_does_not_acknowledge_is_called(void **state)
{
	char entry[ID_SIZE];
	struct runway r;
	struct error error;
	size_t done;

	runway_begin(&r, state);
	list_change(&r);
	assert_true(answered(&r, "T1", "745", LISTED, "ERC+0Z'"));
	world_stage(&r.c.world, STAGE_PUBLISHED, "KR-1", entry);
	list_change(&r);
	assert_int_equal(again(&r), 1);
	assert_int_equal(arrival_clock_ms("acknowledge"), 5 * MINUTE);
	r.c.world.now_ms += 5 * MINUTE - 1;
	assert_ok(border_clock(&r.c.border, &done, &error));
	assert_int_equal(count(&r, "SELECT count(*) FROM reversal WHERE call_told = 1"), 0);
	r.c.world.now_ms += 1;
	assert_ok(border_clock(&r.c.border, &done, &error));
	assert_int_equal(count(&r, "SELECT count(*) FROM reversal WHERE call_told = 1"), 1);
	assert_int_equal(count(&r, "SELECT count(*) FROM audit WHERE detail LIKE '%carrier-call%'"), 1);
	assert_ok(border_clock(&r.c.border, &done, &error));
	assert_int_equal(count(&r, "SELECT count(*) FROM audit WHERE detail LIKE '%carrier-call%'"), 1);
	/* It knows after all. */
	assert_ok(acknowledge(&r, waiting(&r)));
	assert_int_equal(count(&r, "SELECT count(*) FROM reversal WHERE acknowledged_at IS NULL"), 0);
	/* Nobody else's word counts for it. */
	r.carrier.id = TEXT(PERSON("e"));
	assert_int_equal(waiting(&r).len, 0);
	runway_end(&r);
}

static void who_has_landed_is_nobody_to_be_taken_back(void **state)
{
	char entry[ID_SIZE];
	struct runway r;

	runway_begin(&r, state);
	list_change(&r);
	assert_true(answered(&r, "T1", "745", LISTED, "ERC+0Z'"));
	world_stage(&r.c.world, STAGE_PUBLISHED, "KR-1", entry);
	r.c.world.now_ms = START + 6 * HOUR + 1;
	list_change(&r);
	assert_int_equal(again(&r), 1); /* the checkpoint knows */
	assert_int_equal(waiting(&r).len, 0);
	runway_end(&r);
}

static void all_are_forgotten_the_day_after(void **state)
{
	char entry[ID_SIZE];
	struct runway r;
	struct error error;
	size_t gone;

	runway_begin(&r, state);
	list_change(&r);
	assert_true(answered(&r, "T1", "745", LISTED HONEST, "ERC+0Z'"));
	world_stage(&r.c.world, STAGE_PUBLISHED, "KR-1", entry);
	list_change(&r);
	assert_int_equal(again(&r), 1);
	r.c.world.now_ms = START + 30 * HOUR - 1;
	assert_ok(border_forget(&r.c.border, &gone, &error));
	assert_int_equal(count(&r, "SELECT count(*) FROM arrival_person"), 2);
	r.c.world.now_ms += 1;
	assert_int_equal(again(&r), 0);
	assert_ok(border_forget(&r.c.border, &gone, &error));
	assert_int_equal(count(&r, "SELECT (SELECT count(*) FROM arrival) + (SELECT count(*) FROM arrival_person) + (SELECT count(*) FROM reversal)"), 0);
	/* Whom to call says nothing of a traveller. */
	assert_int_equal(count(&r, "SELECT count(*) FROM carrier WHERE code = 'ZZ' AND telephone = '8521234567'"), 1);
	runway_end(&r);
}

static void the_last_word_of_a_passenger_counts(void **state)
{
	char entry[ID_SIZE];
	struct runway r;

	runway_begin(&r, state);
	world_stage(&r.c.world, STAGE_PUBLISHED, "KR-1", entry);
	list_change(&r);
	assert_true(answered(&r, "T1", "745", LISTED, "ERC+1Z'"));
	assert_true(answered(&r, "T1", "745", LISTED, "ERC+1Z'"));
	assert_int_equal(count(&r, "SELECT count(*) FROM arrival_person"), 1);
	assert_true(answered(&r, "T2", "745+CP", "NAD+FL+++KIM:MIJA'DTM+329:550102'NAT+2+KOR'RFF+AVF:QX7GYL'RFF+ABO:00001'DOC+P+M7'LOC+91+KOR'", "ERC+0Z'"));
	assert_int_equal(count(&r, "SELECT count(*) FROM arrival_person WHERE state = 'replaced' AND board = 0"), 1);
	assert_int_equal(count(&r, "SELECT count(*) FROM arrival_person WHERE state = 'announced' AND board = 1"), 1);
	/* The list is taken back: of who was replaced nothing is to be told. */
	withdraw(&r, entry);
	list_change(&r);
	assert_int_equal(again(&r), 0);
	runway_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(without_a_list_nobody_is_answered),
		db_unit_test(who_is_listed_later_and_taken_back_turns_round),
		db_unit_test(whoever_was_screened_with_an_older_list_is_screened_again),
		db_unit_test(a_carrier_that_does_not_acknowledge_is_called),
		db_unit_test(who_has_landed_is_nobody_to_be_taken_back),
		db_unit_test(all_are_forgotten_the_day_after),
		db_unit_test(the_last_word_of_a_passenger_counts),
	};

	return db_run_group_tests(tests);
}
