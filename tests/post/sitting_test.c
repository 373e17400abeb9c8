/* Who may sit at a lane: codes, PINs, locks, roles, and a roster that the hub replaces. */
#include "post/sitting.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "post/place.h"

#define MINUTE ((int64_t)60000)
#define ANNA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BORA "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define CHAN "cccccccccccccccccccccccccccccccc"

struct desk {
	struct place *place;
	struct known *known;
	struct sittings *sittings;
};

struct telling {
	struct known *known;
	const char *kind;
	json_t *body;
};

static enum status tell_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct telling *t = context;
	struct arena arena;
	bool taken;
	enum status st;

	arena_init(&arena, (size_t)4 << 20);
	st = known_take(t->known, tx, text_of(t->kind), t->body, &arena, &taken, ret_error);
	arena_release(&arena);
	assert_true(st != ST_OK || taken);
	return st;
}

static enum status tell(struct desk *d, const char *kind, json_t *body)
{
	struct telling t = {d->known, kind, body};
	enum status st;

	assert_non_null(body);
	st = db_transact(d->place->db, DB_WRITE, tell_work, &t, NULL);
	json_decref(body);
	if (st == ST_OK)
		assert_ok(known_refresh(d->known, NULL));
	return st;
}

static json_t *person_made(const char *id, const char *login, const char *role, const char *pin, size_t memory)
{
	char hash[crypto_pwhash_STRBYTES] = "";

	if (pin)
		assert_int_equal(crypto_pwhash_str_alg(hash, pin, strlen(pin), memory > 8192 ? 3 : 1, memory, crypto_pwhash_ALG_ARGON2ID13), 0);
	return json_pack("{s:s, s:s, s:s, s:[s], s:s}", "id", id, "name", login, "login", login, "roles", role, "pin", hash);
}

static json_t *person(const char *id, const char *login, const char *role, const char *pin)
{
	return person_made(id, login, role, pin, 8192);
}

/* Whose PIN takes a second to look at. */
static json_t *person_slow(const char *id, const char *login, const char *role, const char *pin)
{
	return person_made(id, login, role, pin, (size_t)400 << 20);
}

static void desk_open(struct desk *d)
{
	assert_ok(known_open(d->place->db, &d->place->keep, &d->known, NULL));
	assert_ok(sittings_open(d->place->db, &d->place->env, d->known, &d->sittings, NULL));
}

static void desk_close(struct desk *d)
{
	sittings_free(d->sittings);
	known_free(d->known);
}

static struct desk desk_new(void)
{
	struct desk d = {.place = place_new()};

	desk_open(&d);
	assert_ok(tell(&d, "roster", json_pack("{s:[o, o, o]}", "people", person(ANNA, "anna", "primary", "135790"),
					       person(BORA, "bora", "secondary", "246801"), person(CHAN, "chan", "auditor", "111222"))));
	return d;
}

static void desk_free(struct desk *d)
{
	desk_close(d);
	place_free(d->place);
}

/* Opens a lane and gives the cookie's value. */
static void lane_of(struct desk *d, const char *name, char token[SITTING_TOKEN])
{
	char code[LANE_CODE];

	sittings_code(d->sittings, code);
	assert_ok(sittings_lane(d->sittings, text_of(code), text_of(name), token, NULL));
}

static struct http_request asking(char cookie[256], struct http_field *field, const char *lane, const char *session)
{
	snprintf(cookie, 256, "other=1; post_lane=%s; post_session=%s", lane, session);
	*field = (struct http_field){TEXT("Cookie"), text_of(cookie)};
	return (struct http_request){.headers = field, .header_count = 1};
}

static void codes(void **state)
{
	struct desk d = desk_new();
	char code[LANE_CODE], old[LANE_CODE], token[SITTING_TOKEN], lane[LANE_NAME], cookie[256];
	struct http_field field;
	struct http_request request;
	struct error error;

	(void)state;
	/* Before a code was made none opens anything, not even an empty one. */
	assert_int_equal(sittings_lane(d.sittings, TEXT(""), TEXT("1"), token, NULL), ST_DENIED);
	sittings_code(d.sittings, old);
	sittings_code(d.sittings, code);
	assert_int_equal(sittings_lane(d.sittings, text_of(old), TEXT("1"), token, &error), ST_DENIED);
	assert_string_equal(error.reason, "lane-code");
	assert_int_equal(sittings_lane(d.sittings, text_of(code), TEXT(""), token, NULL), ST_MALFORMED);
	assert_int_equal(sittings_lane(d.sittings, text_of(code), TEXT("a\nb"), token, NULL), ST_MALFORMED);
	assert_ok(sittings_lane(d.sittings, text_of(code), TEXT("1"), token, NULL));
	assert_ok(sittings_lane(d.sittings, text_of(code), TEXT("2"), token, NULL));
	assert_int_equal(sittings_count(d.sittings), 2);
	request = asking(cookie, &field, token, "");
	assert_true(sittings_lane_of(d.sittings, &request, lane));
	assert_string_equal(lane, "2");
	/* After a restart the browser is still that lane; after another took its name it is not. */
	desk_close(&d);
	desk_open(&d);
	assert_true(sittings_lane_of(d.sittings, &request, lane));
	lane_of(&d, "2", token);
	assert_false(sittings_lane_of(d.sittings, &request, lane));
	/* Ten wrong ones shut the door for a minute, and a day makes a code old. */
	sittings_code(d.sittings, code);
	for (int i = 0; i < 10; i++)
		assert_int_equal(sittings_lane(d.sittings, TEXT("aaaa-aaaa"), TEXT("3"), token, NULL), ST_DENIED);
	assert_int_equal(sittings_lane(d.sittings, text_of(code), TEXT("3"), token, NULL), ST_DENIED);
	d.place->now_ms += MINUTE + 1;
	assert_ok(sittings_lane(d.sittings, text_of(code), TEXT("3"), token, NULL));
	d.place->now_ms += 24 * 60 * MINUTE;
	assert_int_equal(sittings_lane(d.sittings, text_of(code), TEXT("4"), token, NULL), ST_DENIED);
	desk_free(&d);
}

static void signing_in(void **state)
{
	struct desk d = desk_new();
	char lane[SITTING_TOKEN], session[SITTING_TOKEN], cookie[256];
	struct officer officer;
	struct http_field field;
	struct http_request request;
	struct error error;

	(void)state;
	lane_of(&d, "1", lane);
	assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("nobody"), TEXT("135790"), session, &error), ST_DENIED);
	assert_string_equal(error.reason, "sign-in-failed");
	assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("chan"), TEXT("111222"), session, &error), ST_DENIED);
	assert_string_equal(error.reason, "denied");
	assert_int_equal(sittings_sign_in(d.sittings, TEXT("9"), TEXT("anna"), TEXT("135790"), session, &error), ST_DENIED);
	assert_string_equal(error.reason, "lane-missing");
	assert_ok(sittings_sign_in(d.sittings, TEXT("1"), TEXT("Anna"), TEXT("135790"), session, NULL));
	request = asking(cookie, &field, lane, session);
	assert_true(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	assert_string_equal(officer.id, ANNA);
	/* A session is one lane's. */
	assert_false(sittings_officer_of(d.sittings, &request, TEXT("2"), &officer));
	/* Twelve hours, and no more. */
	d.place->now_ms += SITTING_MS - 1;
	assert_true(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	d.place->now_ms += 1;
	assert_false(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	/* Who comes after signs the one before out. */
	assert_ok(sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("135790"), session, NULL));
	request = asking(cookie, &field, lane, session);
	assert_true(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	assert_ok(sittings_sign_in(d.sittings, TEXT("1"), TEXT("bora"), TEXT("246801"), session, NULL));
	assert_false(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	/* Who is no longer on the roster is out at once. */
	request = asking(cookie, &field, lane, session);
	assert_true(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	assert_ok(tell(&d, "roster", json_pack("{s:[o]}", "people", person(ANNA, "anna", "primary", "135790"))));
	assert_false(sittings_officer_of(d.sittings, &request, TEXT("1"), &officer));
	assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("bora"), TEXT("246801"), session, NULL), ST_DENIED);
	desk_free(&d);
}

/* Five wrong ones: a minute, two, four; also over a restart, and not for anybody else. */
static void locking(void **state)
{
	struct desk d = desk_new();
	char token[SITTING_TOKEN];
	struct officer anna;
	struct error error;

	(void)state;
	lane_of(&d, "1", token);
	assert_true(known_officer(d.known, TEXT(ANNA), &anna));
	for (int i = 0; i < 5; i++) {
		assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("000000"), token, &error), ST_DENIED);
		assert_string_equal(error.reason, "sign-in-failed");
	}
	for (int64_t locked = MINUTE; locked <= 4 * MINUTE; locked *= 2) {
		assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("135790"), token, &error), ST_DENIED);
		assert_string_equal(error.reason, "pin-locked");
		desk_close(&d);
		desk_open(&d);
		assert_int_equal(sittings_prove(d.sittings, &anna, TEXT("135790"), &error), ST_DENIED);
		assert_ok(sittings_sign_in(d.sittings, TEXT("1"), TEXT("bora"), TEXT("246801"), token, NULL));
		d.place->now_ms += locked;
		assert_int_equal(sittings_prove(d.sittings, &anna, TEXT("000000"), &error), ST_DENIED);
		assert_string_equal(error.reason, "pin-wrong");
	}
	d.place->now_ms += 8 * MINUTE;
	assert_ok(sittings_prove(d.sittings, &anna, TEXT("135790"), NULL));
	/* A right one begins the count anew. */
	for (int i = 0; i < 4; i++)
		assert_int_equal(sittings_prove(d.sittings, &anna, TEXT("000000"), NULL), ST_DENIED);
	assert_ok(sittings_prove(d.sittings, &anna, TEXT("135790"), NULL));
	desk_free(&d);
}

static void news(void **state)
{
	struct desk d = desk_new();
	uint8_t secret[TRACE_KEY_SIZE] = {1, 2, 3};
	char base64[64];
	struct settings settings;
	struct trace_key key;
	struct buffer out;

	(void)state;
	/* What does not fit leaves what was. */
	assert_int_equal(tell(&d, "roster", json_pack("{s:[{s:s}]}", "people", "id", "x")), ST_MALFORMED);
	assert_int_equal(tell(&d, "roster", json_pack("{s:s}", "people", "all")), ST_MALFORMED);
	assert_int_equal(tell(&d, "settings", json_pack("{s:s, s:s, s:s}", "name", "Bavet", "point", "roof", "desk", "+855")), ST_MALFORMED);
	assert_int_equal(tell(&d, "crossing-key", json_pack("{s:i, s:s, s:s}", "number", 3, "key", "AAAA", "from", "2026-01-01")),
			 ST_MALFORMED);
	assert_ok(tell(&d, "settings", json_pack("{s:s, s:s, s:s}", "name", "Bavet", "point", "exit", "desk", "+855 23")));
	assert_false(known_key(d.known, d.place->now_ms, &key));
	sodium_bin2base64(base64, sizeof base64, secret, sizeof secret, sodium_base64_VARIANT_ORIGINAL);
	assert_ok(tell(&d, "crossing-key", json_pack("{s:i, s:s, s:s}", "number", 3, "key", base64, "from", "2026-11-01T00:00:00.000Z")));
	secret[0] = 9;
	sodium_bin2base64(base64, sizeof base64, secret, sizeof secret, sodium_base64_VARIANT_ORIGINAL);
	assert_ok(tell(&d, "crossing-key", json_pack("{s:i, s:s, s:s}", "number", 4, "key", base64, "from", "2026-12-01T00:00:00.000Z")));
	desk_close(&d);
	desk_open(&d);
	known_settings(d.known, &settings);
	assert_string_equal(settings.name, "Bavet");
	assert_true(known_key(d.known, d.place->now_ms, &key));
	assert_int_equal(key.number, 3);
	assert_true(known_key(d.known, d.place->now_ms + 10 * 86400000LL, &key));
	assert_int_equal(key.number, 4);
	assert_int_equal(key.secret[0], 9);
	/* A key goes 60 days after it began, but never the last. */
	assert_ok(known_forget(d.known, d.place->now_ms + 50 * 86400000LL, NULL));
	assert_ok(known_refresh(d.known, NULL));
	assert_true(known_key(d.known, d.place->now_ms, &key));
	assert_int_equal(key.number, 4);
	/* The roster that a lane shows: those who can sign in, and no hash. */
	buffer_init(&out, 65536);
	known_roster_write(d.known, &out);
	assert_true(text_has(buffer_text(&out), TEXT("anna")));
	assert_false(text_has(buffer_text(&out), TEXT("chan")));
	assert_false(text_has(buffer_text(&out), TEXT("argon2")));
	buffer_release(&out);
	desk_free(&d);
}

/* The program ends while the PIN is looked at, again and again: nobody was told anything, so nobody has tried anything. */
static void cut_off(void **state)
{
	struct desk d = desk_new();
	char token[SITTING_TOKEN];
	struct error error = {.code = ST_OK};

	(void)state;
	lane_of(&d, "1", token);
	assert_ok(tell(&d, "roster", json_pack("{s:[o]}", "people", person_slow(ANNA, "anna", "primary", "135790"))));
	desk_close(&d);
	for (int i = 0; i < 7; i++) {
		pid_t child;

		db_close(d.place->db);
		d.place->db = NULL;
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			place_reopen(d.place);
			desk_open(&d);
			(void)!sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("135790"), token, NULL);
			_exit(0);
		}
		/* Opening takes some 10 ms, the PIN more than a second. */
		nanosleep(&(struct timespec){.tv_nsec = 400000000}, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &(int){0}, 0), child);
		place_reopen(d.place);
	}
	desk_open(&d);
	if (sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("135790"), token, &error) != ST_OK)
		fail_msg("%s", error.reason);
	desk_free(&d);
}

/* A lock that was made while the clock was far ahead ends as any other. */
static void locked_by_a_wrong_clock(void **state)
{
	struct desk d = desk_new();
	char token[SITTING_TOKEN];
	struct error error = {.code = ST_OK};
	int64_t now = d.place->now_ms;

	(void)state;
	lane_of(&d, "1", token);
	d.place->now_ms += 1000 * 24 * 60 * MINUTE;
	for (int i = 0; i < 5; i++)
		assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("000000"), token, &error), ST_DENIED);
	d.place->now_ms = now;
	desk_close(&d);
	desk_open(&d);
	assert_int_equal(sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("135790"), token, &error), ST_DENIED);
	assert_string_equal(error.reason, "pin-locked");
	d.place->now_ms += MINUTE;
	assert_ok(sittings_sign_in(d.sittings, TEXT("1"), TEXT("anna"), TEXT("135790"), token, &error));
	desk_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes),
		cmocka_unit_test(signing_in),
		cmocka_unit_test(locking),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(locked_by_a_wrong_clock),
		cmocka_unit_test(news),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
