/* The bulletin: what is listed can be found in it by who asks, and by nobody else; what is not, cannot. */
#include <jansson.h>

#include "awareness/publish.h"
#include "bulletin/grant.h"
#include "bulletin/pack.h"
#include "square.h"
#include "awareness/portal.h"

struct stand {
	struct square s;
	struct note_signer signer;
	struct oprf_key keys[2];
	struct publisher *publisher;
	struct bulletin_note note;
	struct buffer file;
	char listing[ID_SIZE]; /* confirmed last */
};

static void publisher_open(struct stand *t, size_t first)
{
	struct publisher_options options = {.awareness = &t->s.hub, .hub = TEXT("cordon.kh"), .signer = &t->signer, .key_count = 2 - first};
	struct error error = {.code = ST_OK};

	for (size_t i = first; i < 2; i++)
		options.keys[i - first] = t->keys[i];
	assert_ok(publisher_new(&options, &t->publisher, &error));
}

static void stand_begin(struct stand *t, void **state)
{
	uint8_t seed[32] = {1};
	struct error error = {.code = ST_OK};

	memset(t, 0, sizeof *t);
	square_begin(&t->s, state);
	for (size_t i = 0; i < 2; i++) {
		seed[1] = (uint8_t)i;
		assert_ok(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &t->keys[i], &error));
	}
	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, seed, &t->signer, &error));
	buffer_init(&t->file, BULLETIN_TABLE_MAX);
	/* the second key alone, as before a rotation */
	publisher_open(t, 1);
}

static void stand_end(struct stand *t)
{
	publisher_free(t->publisher);
	buffer_release(&t->file);
	note_signer_clear(&t->signer);
	square_end(&t->s);
}

static void make(struct stand *t)
{
	struct error error = {.code = ST_OK};
	struct buffer note;

	if (publisher_make(t->publisher, &error) != ST_OK)
		fail_msg("%s (%s)", error.message, error.field);
	buffer_init(&note, BULLETIN_NOTE_MAX);
	assert_ok(publisher_note(t->publisher, &note, &error));
	if (bulletin_note_read(buffer_bytes(&note), &t->signer.key, 1, &t->note, &error) != ST_OK)
		fail_msg("%s", error.message);
	buffer_release(&note);
}

static struct bytes file(struct stand *t, const char *name)
{
	const struct bulletin_file *f = bulletin_note_file(&t->note, text_of(name));
	char address[2 * BULLETIN_HASH_SIZE + 1];
	struct error error = {.code = ST_OK};

	assert_non_null(f);
	bulletin_file_address(f, address);
	buffer_clear(&t->file);
	assert_ok(publisher_file(t->publisher, text_of(address), &t->file, &error));
	assert_ok(bulletin_file_check(f, buffer_bytes(&t->file), &error));
	return buffer_bytes(&t->file);
}

/* Asks a table as the oracle would answer, with the key of its place. */
static bool asked(struct stand *t, size_t key, const char *name, const char *x, uint8_t payload[BULLETIN_PAYLOAD_MAX])
{
	struct bulletin_table table;
	struct oprf_output output;
	struct error error = {.code = ST_OK};

	assert_ok(bulletin_table_open(file(t, name), &table, &error));
	assert_ok(oprf_direct(&t->keys[key], text_bytes(text_of(x)), &output, &error));
	return bulletin_bucket_find(&table.head, bulletin_table_bucket(&table, bulletin_bucket(text_of(x))), &output, payload) == ST_OK;
}

static struct bulletin_check verdict(struct stand *t, const char *x)
{
	struct bulletin_check check = {.month = 0};
	uint8_t payload[BULLETIN_PAYLOAD_MAX];

	if (asked(t, 1, "checks", x, payload))
		assert_ok(bulletin_check_unpack(payload, &check, NULL));
	return check;
}

static struct bulletin_receipt receipt(struct stand *t, const char *x)
{
	struct bulletin_receipt r = {.state = 0};
	uint8_t payload[BULLETIN_PAYLOAD_MAX];

	if (asked(t, 1, "receipts", x, payload))
		assert_ok(bulletin_receipt_unpack(payload, &r, NULL));
	return r;
}

static void what_is_listed_is_found(void **state)
{
	struct error error = {.code = ST_OK};
	struct stand t;

	stand_begin(&t, state);
	assert_ok(contacts_ship(&t.s.hub, &error));
	for (unsigned i = 1; i <= 10; i++)
		square_report_by(&t.s, i, "phone", "091234567", NULL);
	make(&t);
	assert_int_equal(verdict(&t, "phone|85591234567").verdict, BULLETIN_REPORTED);
	assert_int_equal(verdict(&t, "phone|85591234567").band, BULLETIN_FROM_10);
	assert_int_equal(verdict(&t, "phone|85591234567").month, 7 * 12); /* January 2027 */
	assert_int_equal(verdict(&t, "phone|kh:117").verdict, BULLETIN_OFFICIAL);
	assert_string_equal(verdict(&t, "phone|kh:117").country, "kh");
	assert_int_equal(verdict(&t, "phone|85591234568").verdict, 0);
	assert_int_equal(receipt(&t, "receipt|0000000000000003").state, 1);
	assert_int_equal(receipt(&t, "receipt|0000000000000011").state, 0);
	stand_end(&t);
}

/* G20: what ended leaves nothing, and its F(x) is not kept either. */
static void what_ended_is_gone(void **state)
{
	struct stand t;

	stand_begin(&t, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&t.s, i, "phone", "091234567", NULL);
	make(&t);
	assert_int_equal(verdict(&t, "phone|85591234567").verdict, BULLETIN_REPORTED);
	t.s.world.now_ms += 91 * DAY;
	square_clock(&t.s);
	make(&t);
	assert_int_equal(verdict(&t, "phone|85591234567").verdict, 0);
	make(&t);
	assert_int_equal(square_count(&t.s, "SELECT count(*) FROM evaluated WHERE x LIKE 'phone%'"), 0);
	assert_int_equal(square_count(&t.s, "SELECT count(*) FROM evaluated WHERE x LIKE 'receipt%'"), 3);
	stand_end(&t);
}

/* The number never goes back, and what did not change is the file that it was. */
static void files_stay_what_they_were(void **state)
{
	char before[2 * BULLETIN_HASH_SIZE + 1], after[2 * BULLETIN_HASH_SIZE + 1];
	struct bulletin_note first;
	struct error error = {.code = ST_OK};
	struct stand t;

	stand_begin(&t, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&t.s, i, "phone", "091234567", NULL);
	make(&t);
	first = t.note;
	bulletin_file_address(bulletin_note_file(&t.note, TEXT("checks")), before);
	make(&t);
	bulletin_file_address(bulletin_note_file(&t.note, TEXT("checks")), after);
	assert_string_equal(before, after);
	assert_ok(bulletin_note_follows(&first, &t.note, &error));
	assert_int_equal(t.note.number, first.number + 1);
	/* A clock that was set back makes no older bulletin. */
	t.s.world.now_ms -= DAY;
	publisher_free(t.publisher);
	publisher_open(&t, 1);
	first = t.note;
	make(&t);
	assert_ok(bulletin_note_follows(&first, &t.note, &error));
	stand_end(&t);
}

static void confirm(struct stand *t, const char *type, const char *value)
{
	struct listing_new new = {.identifier = {.type = text_of(type), .value = text_of(value), .country = TEXT("kh")}, .authority = 1, .note = TEXT("seen by the police")};
	struct listing_act act = {.act = TEXT("confirm"), .version = 1};
	struct error error = {.code = ST_OK};

	assert_ok(square_listing_propose(&t->s, REVIEWER, &new, t->listing, &error));
	act.id = text_of(t->listing);
	assert_ok(square_listing_do(&t->s, DECIDER, &act, NULL, &error));
}

/* What is taken along has what is confirmed and no secret: never what is merely reported, never what somebody could go through. */
static void a_pack_has_what_is_confirmed_alone(void **state)
{
	char before[2 * BULLETIN_HASH_SIZE + 1], after[2 * BULLETIN_HASH_SIZE + 1];
	struct bulletin_pack pack;
	struct stand t;

	stand_begin(&t, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&t.s, i, "url", "reported.example", NULL);
	make(&t);
	assert_int_equal(verdict(&t, "url|reported.example").verdict, BULLETIN_REPORTED);
	assert_ok(bulletin_pack_open(file(&t, "pack"), &pack, NULL));
	assert_int_equal(pack.count, 0);
	confirm(&t, "url", "https://bad.example/login");
	confirm(&t, "phone", "091234567");
	make(&t);
	assert_int_equal(verdict(&t, "phone|85591234567").verdict, BULLETIN_CONFIRMED);
	assert_ok(bulletin_pack_open(file(&t, "pack"), &pack, NULL));
	assert_int_equal(pack.count, 1);
	assert_true(bulletin_pack_has(&pack, TEXT("url|bad.example")));
	/* The same file while it says the same, also by a hub that was started again. */
	bulletin_file_address(bulletin_note_file(&t.note, TEXT("pack")), before);
	publisher_free(t.publisher);
	publisher_open(&t, 1);
	make(&t);
	bulletin_file_address(bulletin_note_file(&t.note, TEXT("pack")), after);
	assert_string_equal(before, after);
	stand_end(&t);
}

/* Names drawn like a confirmed one, and the other chain's address of its key; of what is merely reported, and of what ended, nothing. */
static void what_is_similar_to_confirmed_is_told(void **state)
{
	struct listing_act end = {.act = TEXT("end"), .reason = TEXT("mistake"), .note = TEXT("another one"), .version = 2};
	struct error error = {.code = ST_OK};
	struct bulletin_pack pack;
	char ids[2][ID_SIZE];
	struct stand t;

	stand_begin(&t, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&t.s, i, "handle", "@merely_reported", NULL);
	for (unsigned i = 0; i < 2; i++) {
		confirm(&t, "handle", i ? "@luckyadm1n" : "@Lucky_admln");
		memcpy(ids[i], t.listing, sizeof ids[i]);
	}
	confirm(&t, "wallet", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
	confirm(&t, "phone", "091234567");
	make(&t);
	assert_int_equal(verdict(&t, "handle|telegram:lucky_admln").verdict, BULLETIN_CONFIRMED);
	assert_int_equal(verdict(&t, "handle|telegram:luckyadmin").verdict, 0);
	assert_int_equal(verdict(&t, "handle-like|telegram:luckyadmln").verdict, BULLETIN_CONFIRMED);
	assert_int_equal(verdict(&t, "wallet-key|5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").verdict, BULLETIN_CONFIRMED);
	assert_int_equal(verdict(&t, "handle|telegram:merely_reported").verdict, BULLETIN_REPORTED);
	assert_int_equal(verdict(&t, "handle-like|telegram:merelyreported").verdict, 0);
	assert_int_equal(square_count(&t.s, "SELECT count(*) FROM evaluated WHERE x LIKE '%-like|%' OR x LIKE 'wallet-key|%'"), 0);
	/* What can be asked as often as one likes has no names, and no more of a wallet than the wallet. */
	assert_ok(bulletin_pack_open(file(&t, "pack"), &pack, NULL));
	assert_int_equal(pack.count, 1);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(verdict(&t, "handle-like|telegram:luckyadmln").verdict, BULLETIN_CONFIRMED);
		end.id = text_of(ids[i]);
		assert_ok(square_listing_do(&t.s, DECIDER, &end, NULL, &error));
		make(&t);
	}
	assert_int_equal(verdict(&t, "handle-like|telegram:luckyadmln").verdict, 0);
	stand_end(&t);
}

#define BYTES(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

struct others {
	struct published_file files[BULLETIN_FILES_MAX];
	size_t count;
};

static enum status others_read(void *context, struct db_tx *tx, struct arena *arena, const struct published_file **ret_files, size_t *ret_count,
			       struct error *ret_error)
{
	struct others *o = context;

	(void)tx, (void)arena, (void)ret_error;
	*ret_files = o->files;
	*ret_count = o->count;
	return ST_OK;
}

static bool still_there(struct stand *t, const struct bulletin_note *note, const char *name)
{
	char address[2 * BULLETIN_HASH_SIZE + 1];

	bulletin_file_address(bulletin_note_file(note, text_of(name)), address);
	buffer_clear(&t->file);
	return publisher_file(t->publisher, text_of(address), &t->file, NULL) == ST_OK;
}

/* What another module gives is a file as it is; every list is JSON; what a bulletin of before named is there for a while, not for ever. */
static void others_are_files_too(void **state)
{
	struct publisher_options options = {.hub = TEXT("cordon.kh"), .key_count = 1, .others = others_read};
	struct others others = {.files = {{TEXT("figures.json"), BYTES("{}")}, {TEXT("figures.csv"), BYTES("a,b\r\n")}}, .count = 2};
	struct error error = {.code = ST_OK};
	struct bulletin_note first;
	struct stand t;

	stand_begin(&t, state);
	publisher_free(t.publisher);
	options.awareness = &t.s.hub;
	options.signer = &t.signer;
	options.keys[0] = t.keys[1];
	options.others_context = &others;
	assert_ok(publisher_new(&options, &t.publisher, &error));
	make(&t);
	first = t.note;
	assert_memory_equal(file(&t, "figures.csv").data, "a,b\r\n", 5);
	for (size_t i = 0; i < t.note.file_count; i++)
		if (strstr(t.note.files[i].name, ".json")) {
			struct bytes bytes = file(&t, t.note.files[i].name);
			json_t *list = json_loadb((const char *)bytes.data, bytes.len, JSON_REJECT_DUPLICATES, NULL);

			if (list == NULL)
				fail_msg("%s is no JSON: %.*s", t.note.files[i].name, (int)bytes.len, (const char *)bytes.data);
			json_decref(list);
		}
	others.files[1].content = (struct bytes)BYTES("a,c\r\n");
	for (unsigned i = 0; i < 16; i++)
		make(&t);
	assert_memory_equal(file(&t, "figures.csv").data, "a,c\r\n", 5);
	assert_memory_equal(bulletin_note_file(&first, TEXT("figures.json"))->hash, bulletin_note_file(&t.note, TEXT("figures.json"))->hash, 32);
	assert_true(still_there(&t, &first, "figures.csv"));
	make(&t);
	assert_false(still_there(&t, &first, "figures.csv"));
	assert_true(still_there(&t, &first, "figures.json"));
	/* One file too many: the bulletin of before stays. */
	for (others.count = 0; others.count < BULLETIN_FILES_MAX; others.count++)
		others.files[others.count] = (struct published_file){TEXT("figures.json"), BYTES("{}")};
	assert_int_not_equal(publisher_make(t.publisher, &error), ST_OK);
	assert_true(still_there(&t, &t.note, "figures.csv"));
	stand_end(&t);
}

static void a_new_key_makes_new_tables(void **state)
{
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
	struct stand t;

	stand_begin(&t, state);
	for (unsigned i = 1; i <= 3; i++)
		square_report_by(&t.s, i, "phone", "091234567", NULL);
	make(&t);
	publisher_free(t.publisher);
	publisher_open(&t, 0);
	make(&t);
	assert_int_equal(t.note.key_count, 2);
	assert_true(asked(&t, 0, "checks", "phone|85591234567", payload));
	assert_false(asked(&t, 1, "checks", "phone|85591234567", payload));
	assert_int_equal(square_count(&t.s, "SELECT count(DISTINCT key_id) FROM evaluated"), 1);
	stand_end(&t);
}

struct adding {
	struct stand *t;
	const char *key;
	char id[ID_SIZE];
};

static enum status add_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct adding *a = context;

	return portal_add(&a->t->s.world.env, tx, TEXT("x"), text_of(a->key), TEXT("portal one"), a->id, ret_error);
}

static enum status end_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct adding *a = context;

	return portal_end(&a->t->s.world.env, tx, TEXT("x"), text_of(a->id), ret_error);
}

static void a_known_portal_is_given_the_keys(void **state)
{
	uint8_t public_key[32], secret[32], seed[32] = {9};
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	struct error error = {.code = ST_OK};
	struct buffer grant;
	struct adding a, again;
	char hex[65];
	size_t count;
	struct stand t;

	stand_begin(&t, state);
	crypto_box_seed_keypair(public_key, secret, seed);
	sodium_bin2hex(hex, sizeof hex, public_key, 32);
	buffer_init(&grant, 65536);
	assert_int_equal(publisher_grant(t.publisher, text_of(hex), &grant, &error), ST_NOT_FOUND);
	a = (struct adding){.t = &t, .key = hex};
	assert_ok(db_transact(t.s.world.db, DB_WRITE, add_work, &a, &error));
	assert_ok(publisher_grant(t.publisher, text_of(hex), &grant, &error));
	assert_ok(bulletin_grant_read(buffer_bytes(&grant), public_key, secret, keys, &count, &error));
	assert_int_equal(count, 1);
	assert_memory_equal(&keys[0].secret, &t.keys[1].secret, 32);
	again = a;
	assert_int_equal(db_transact(t.s.world.db, DB_WRITE, add_work, &again, &error), ST_CONFLICT);
	assert_ok(db_transact(t.s.world.db, DB_WRITE, end_work, &a, &error));
	assert_int_equal(publisher_grant(t.publisher, text_of(hex), &grant, &error), ST_NOT_FOUND);
	sodium_memzero(keys, sizeof keys);
	buffer_release(&grant);
	stand_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(what_is_listed_is_found),
		db_unit_test(what_ended_is_gone),
		db_unit_test(files_stay_what_they_were),
		db_unit_test(a_pack_has_what_is_confirmed_alone),
		db_unit_test(what_is_similar_to_confirmed_is_told),
		db_unit_test(others_are_files_too),
		db_unit_test(a_new_key_makes_new_tables),
		db_unit_test(a_known_portal_is_given_the_keys),
	};

	return db_run_group_tests(tests);
}
