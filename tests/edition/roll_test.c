#include "lib/test.h"

#include <stdlib.h>

#include "edition/roll.h"
#include "merkle/note.h"

/* Keys of a hub over its years; capital: the log's. */
enum who { E1, E2, E3, L1, L2, THIEF, WITNESS, NOBODY };
#define KEYS 7u

struct keys {
	struct note_signer signers[KEYS];
	char vkeys[KEYS][NOTE_VKEY_SIZE];
	struct edition_key set[EDITION_KEYS_MAX];
	struct edition_revoked revoked[EDITION_KEYS_MAX];
	struct edition_keys made;
	struct buffer roll, lines;
	struct roll_link last;
};

static void keys_init(struct keys *k)
{
	for (size_t i = 0; i < KEYS; i++) {
		uint8_t seed[32];

		memset(seed, (int)i + 40, sizeof seed);
		assert_ok(note_signer_make(text_of(i < L1 ? "cordon.kh/edition" : i < THIEF ? "cordon.kh/list" : "other.example"),
					   i == WITNESS ? NOTE_COSIGNATURE : NOTE_ED25519, seed, &k->signers[i], NULL));
		note_vkey(&k->signers[i].key, k->vkeys[i]);
	}
	buffer_init(&k->roll, ROLL_MAX);
	buffer_init(&k->lines, EDITION_MANIFEST_MAX);
}

static int setup(void **state)
{
	struct keys *k = calloc(1, sizeof *k);

	assert_non_null(k);
	keys_init(k);
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	struct keys *k = *state;

	buffer_release(&k->roll);
	buffer_release(&k->lines);
	free(k);
	return 0;
}

#define ALWAYS INT64_C(253402300799999)

/* "E1 L1": in use; "-E1": has ended; "!E1": ended and revoked. */
static const struct edition_keys *set_make(struct keys *k, const char *said)
{
	static const char *const names[] = {"E1", "E2", "E3", "L1", "L2", "TH", "WI"};
	static const enum edition_role roles[] = {EDITION_KEY_EDITION, EDITION_KEY_EDITION, EDITION_KEY_EDITION, EDITION_KEY_LOG,
						  EDITION_KEY_LOG,     EDITION_KEY_EDITION, EDITION_KEY_WITNESS};

	k->made = (struct edition_keys){.keys = k->set, .revoked = k->revoked};
	while (*said) {
		bool ended = *said == '-' || *said == '!', revoked = *said == '!';
		size_t i = 0;

		said += ended;
		while (memcmp(names[i], said, 2) != 0)
			i++;
		k->set[k->made.key_count++] = (struct edition_key){roles[i], 1000, ALWAYS, text_of(k->vkeys[i]), ended ? 100 : 0};
		if (revoked)
			k->revoked[k->made.revoked_count++] = (struct edition_revoked){2000, text_of(k->vkeys[i])};
		said += 2;
		said += *said == ' ';
	}
	return &k->made;
}

/* A link behind the last one. `signers` ends with NOBODY. */
static void link_put(struct keys *k, uint32_t epoch, const char *set, const enum who *signers)
{
	struct roll_link link = {.list = TEXT("cordon.kh"), .epoch = epoch, .before = k->last.hash, .time_ms = 1795656225678};
	struct arena arena;
	struct text roll;
	size_t from = k->roll.len, len;

	buffer_clear(&k->lines);
	roll_lines_add(&k->lines, set_make(k, set));
	link.lines = buffer_text(&k->lines);
	roll_text_add(&k->roll, &link);
	len = k->roll.len - from;
	buffer_add_char(&k->roll, '\n');
	for (; *signers != NOBODY; signers++) {
		struct buffer line;

		buffer_init(&line, 1024);
		assert_ok(note_sign(&k->signers[*signers], (struct text){(const char *)k->roll.data + from, len}, 0, &line, NULL));
		buffer_add_text(&k->roll, buffer_text(&line));
		buffer_release(&line);
	}
	buffer_add_char(&k->roll, '\n');
	arena_init(&arena, 1 << 20);
	roll = (struct text){(const char *)k->roll.data + from, k->roll.len - from};
	assert_ok(roll_next(&roll, &arena, &k->last, NULL));
	assert_int_equal(roll.len, 0);
	arena_release(&arena);
}

#define PUT(k, epoch, set, ...) link_put(k, epoch, set, (const enum who[]){__VA_ARGS__, NOBODY})

/* How far somebody comes who believes `set`: the epoch, or 0 with the reason. */
static uint32_t reach(struct keys *k, const char *set, uint32_t epoch, const struct merkle_hash *hash, const char **ret_reason)
{
	struct roll_place place = {.list = TEXT("cordon.kh"), .keys = set_make(k, set), .epoch = epoch};
	struct buffer followed;
	struct arena arena;
	struct roll_link last;
	struct error error = {.code = ST_OK};
	enum status st;

	if (hash)
		place.hash = *hash;
	arena_init(&arena, (size_t)16 << 20);
	buffer_init(&followed, ROLL_MAX);
	st = roll_follow(buffer_text(&k->roll), &place, &arena, &followed, &last, &error);
	if (st == ST_OK && last.epoch)
		assert_true(followed.len > 0);
	buffer_release(&followed);
	arena_release(&arena);
	*ret_reason = st == ST_OK ? "" : strcmp(error.reason, "keys-unfollowed") == 0 ? "keys-unfollowed" : "other";
	return st == ST_OK ? last.epoch : 0;
}

static void test_three_rotations(void **state)
{
	struct keys *k = *state;
	struct merkle_hash second;
	const char *why;

	PUT(k, 2, "E1 L1", E1, L1);
	PUT(k, 4, "E2 L1 -E1", E1, L1, E2);
	second = k->last.hash;
	PUT(k, 6, "E2 L2 -E1 -L1 WI", E2, L1, L2);
	PUT(k, 8, "E3 L2 -E1 !E2 -L1 WI", E2, L2, E3);
	assert_int_equal(reach(k, "E1 L1", 0, NULL, &why), 8);
	assert_int_equal(reach(k, "E2 L1 -E1", 4, &second, &why), 8);
	/* Enrolled in between: what is older is passed over. */
	assert_int_equal(reach(k, "E2 L2 -E1 -L1", 0, NULL, &why), 8);
	assert_int_equal(reach(k, "E3 L2 -E1 -E2 -L1", 0, NULL, &why), 8);
	/* Who is there already has nothing to follow. */
	assert_int_equal(reach(k, "E3 L2", 8, &k->last.hash, &why), 0);
	assert_string_equal(why, "");
}

/* What leads nowhere: one row each. */
static void test_refused(void **state)
{
	static const struct {
		const char *what, *held, *set;
		enum who signers[4];
	} rows[] = {
		{"by the key of editions alone", "E1 L1", "E2 L1 -E1", {E1, E2, NOBODY}},
		{"by the log's alone", "E1 L1", "E2 L1 -E1", {L1, E2, NOBODY}},
		{"by keys that nobody knows", "E1 L1", "TH L2", {THIEF, L2, NOBODY}},
		{"by a key that was revoked", "E2 L1 !E1", "TH L1", {E1, L1, THIEF, NOBODY}},
		{"by a key that has ended", "E2 L1 -E1", "TH L1", {E1, L1, THIEF, NOBODY}},
		{"by a log's key that has ended", "E2 L2 -L1", "TH L2", {E2, L1, THIEF, NOBODY}},
		{"a key that its holder did not sign with", "E1 L1", "E2 L1 -E1", {E1, L1, NOBODY}},
		{"where no key of editions is believed", "!E1 L1", "E2 L1 !E1", {L1, E2, E1, NOBODY}},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct keys *k = *state;
		const char *why;

		buffer_clear(&k->roll);
		k->last = (struct roll_link){.epoch = 0};
		link_put(k, 9, rows[i].set, rows[i].signers);
		if (reach(k, rows[i].held, 0, NULL, &why) != 0 || strcmp(why, "keys-unfollowed") != 0)
			fail_msg("%s was followed", rows[i].what);
	}
}

static void test_another_history(void **state)
{
	struct keys *k = *state;
	struct merkle_hash own;
	const char *why;

	PUT(k, 2, "E1 L1", E1, L1);
	PUT(k, 4, "E2 L1 !E1", E1, L1, E2);
	own = k->last.hash;
	/* Whoever has both old keys makes another one: who has not heard of the end of the old keys cannot tell them apart... */
	buffer_clear(&k->roll);
	k->last = (struct roll_link){.epoch = 0};
	PUT(k, 2, "E1 L1", E1, L1);
	PUT(k, 4, "TH L1 -E1", E1, L1, THIEF);
	assert_int_equal(reach(k, "E1 L1", 0, NULL, &why), 4);
	/* ...who has, is told. */
	assert_int_equal(reach(k, "E2 L1 !E1", 4, &own, &why), 0);
	assert_string_equal(why, "keys-unfollowed");
	/* Longer than the true one, and not out of it. */
	PUT(k, 6, "TH L1 -E1 -E2", E2, L1, THIEF);
	buffer_clear(&k->roll);
	PUT(k, 7, "E3 L1", E2, L1, E3);
	assert_int_equal(reach(k, "E2 L1 !E1", 4, &own, &why), 0);
	assert_string_equal(why, "keys-unfollowed");
}

/* Cut anywhere, or with any byte changed, it leads no further, and never to other keys. */
static void test_altered(void **state)
{
	struct keys *k = *state;
	const char *why;
	size_t whole;

	PUT(k, 4, "E2 L1 -E1", E1, L1, E2);
	whole = k->roll.len;
	for (size_t i = 1; i < whole; i++) {
		k->roll.len = i;
		assert_int_equal(reach(k, "E1 L1", 0, NULL, &why), 0);
		k->roll.len = whole;
		k->roll.data[i] ^= 1;
		/* One byte of a line of a signature that is not needed: it still stands. */
		(void)reach(k, "E1 L1", 0, NULL, &why);
		if (i < whole / 2)
			assert_int_equal(reach(k, "E1 L1", 0, NULL, &why), 0);
		k->roll.data[i] ^= 1;
	}
	assert_int_equal(reach(k, "E1 L1", 0, NULL, &why), 4);
}

static void test_marks(void **state)
{
	struct keys *k = *state;
	struct arena arena;
	struct roll_link link;
	struct error error;
	char mark[ROLL_MARK_SIZE], typed[64];
	size_t n = 0;

	PUT(k, 4, "E2 L1 -E1", THIEF, L1, E2);
	roll_mark(&k->last.hash, mark);
	assert_int_equal(strlen(mark), ROLL_MARK_SIZE - 1);
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; mark[i]; i++)
		if (mark[i] != '-')
			typed[n++] = (char)(mark[i] >= 'A' ? mark[i] + 32 : mark[i]);
	typed[n] = '\0';
	assert_ok(roll_accept(buffer_text(&k->roll), TEXT("cordon.kh"), text_of(mark), &arena, &link, NULL));
	assert_ok(roll_accept(buffer_text(&k->roll), TEXT("cordon.kh"), text_of(typed), &arena, &link, NULL));
	assert_int_equal(link.epoch, 4);
	typed[n - 1] = typed[n - 1] == '7' ? '8' : '7';
	assert_int_equal(roll_accept(buffer_text(&k->roll), TEXT("cordon.kh"), text_of(typed), &arena, &link, &error), ST_DENIED);
	typed[n - 1] = '\0';
	assert_int_equal(roll_accept(buffer_text(&k->roll), TEXT("cordon.kh"), text_of(typed), &arena, &link, &error), ST_DENIED);
	assert_int_equal(roll_accept(buffer_text(&k->roll), TEXT("cordon.kr"), text_of(mark), &arena, &link, &error), ST_DENIED);
	assert_int_equal(roll_accept(TEXT(""), TEXT("cordon.kh"), text_of(mark), &arena, &link, &error), ST_NOT_FOUND);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_three_rotations, setup, teardown), cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_history, setup, teardown), cmocka_unit_test_setup_teardown(test_altered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_marks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
