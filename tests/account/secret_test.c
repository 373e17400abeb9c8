#include "lib/test.h"

#include <sodium.h>

#include "account/secret.h"
#include "account/totp.h"

/* RFC 6238, appendix B, SHA-1, its last six digits; a step is 30 seconds. */
static void codes_are_those_of_the_standard(void **state)
{
	static const struct {
		int64_t second;
		uint32_t code;
	} rows[] = {{59, 287082}, {1111111109, 81804}, {1111111111, 50471}, {1234567890, 5924}, {2000000000, 279037},
		    {20000000000, 353130}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(totp_code(text_bytes(TEXT("12345678901234567890")), (uint64_t)rows[i].second / 30), rows[i].code);
}

static void a_code_counts_near_its_time_and_once(void **state)
{
	const struct bytes secret = text_bytes(TEXT("12345678901234567890"));
	const int64_t step = 1111111109 / 30, now_ms = 1111111109000;
	int64_t got = 0;

	(void)state;
	assert_true(totp_fits(secret, TEXT("081804"), now_ms, 0, &got));
	assert_int_equal(got, step);
	assert_true(totp_fits(secret, TEXT("081 804"), now_ms, 0, &got));
	assert_true(totp_fits(secret, TEXT("081804"), now_ms + 30000, step - 1, &got));
	assert_true(totp_fits(secret, TEXT("081804"), now_ms - 30000, 0, &got));
	assert_false(totp_fits(secret, TEXT("081804"), now_ms + 60000, 0, &got));
	assert_false(totp_fits(secret, TEXT("081804"), now_ms - 60000, 0, &got));
	assert_false(totp_fits(secret, TEXT("081804"), now_ms, step, &got));      /* used */
	assert_false(totp_fits(secret, TEXT("081804"), now_ms, step + 50, &got)); /* the clock went back */
	assert_false(totp_fits(secret, TEXT("81804"), now_ms, 0, &got));
	assert_false(totp_fits(secret, TEXT("0081804"), now_ms, 0, &got));
	assert_false(totp_fits(secret, TEXT("08180x"), now_ms, 0, &got));
	assert_false(totp_fits(secret, TEXT(""), now_ms, 0, &got));
	assert_false(totp_fits(secret, TEXT("081804"), 0, 0, &got));
}

static void passwords_are_hashed(void **state)
{
	char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];

	(void)state;
	assert_true(sodium_init() >= 0);
	assert_ok(password_hash(TEXT("correct horse"), hash, NULL));
	assert_ok(password_hash(TEXT("correct horse"), again, NULL));
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=3,p=1$", 31), 0);
	assert_string_not_equal(hash, again);
	assert_true(password_fits(TEXT("correct horse"), text_of(hash)));
	assert_false(password_fits(TEXT("correct hors"), text_of(hash)));
	assert_false(password_fits(TEXT("Correct horse"), text_of(hash)));
	assert_false(password_fits(TEXT(""), text_of(hash)));
	assert_false(password_fits(TEXT("correct horse"), TEXT("")));
	assert_false(password_outdated(text_of(hash)));
	assert_true(password_outdated(TEXT("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
					   "bm90IGEgcmVhbCBoYXNoIGJ1dCBvZiB0aGUgc2l6ZSE")));
}

static void poor_passwords_are_refused(void **state)
{
	static const struct {
		const char *password, *reason;
	} rows[] = {
		{"elf Zeichen", "password-short"},
		{"한글열두자리비밀번호다요", NULL},
		{"aaaaaaaaaaaaaaaa", "password-plain"},
		{"121212121212", "password-plain"},
		{"My Sok.Dara is good", "password-plain"},
		{"correct horse battery", NULL},
	};
	char many[PASSWORD_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error error = {.code = ST_OK};
		enum status st = password_accept(text_of(rows[i].password), TEXT("sok.dara"), &error);

		assert_int_equal(st, rows[i].reason ? ST_MALFORMED : ST_OK);
		if (rows[i].reason)
			assert_string_equal(error.reason, rows[i].reason);
	}
	memset(many, 'x', sizeof many);
	assert_int_equal(password_accept((struct text){many, sizeof many}, TEXT("sok"), NULL), ST_MALFORMED);
}

static void writings_go_there_and_back(void **state)
{
	static const char *const base32[][2] = {{"", ""},	{"f", "MY"},	  {"fo", "MZXQ"},
						{"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
	struct arena arena;
	char out[32];

	(void)state;
	arena_init(&arena, 65536);
	for (size_t i = 0; i < sizeof base32 / sizeof base32[0]; i++) { /* RFC 4648, 10 */
		base32_write(text_bytes(text_of(base32[i][0])), out);
		assert_string_equal(out, base32[i][1]);
	}
	for (size_t len = 0; len < 40; len++) {
		uint8_t raw[40];
		struct text text;
		struct bytes back;

		randombytes_buf(raw, sizeof raw);
		assert_ok(base64url_write((struct bytes){raw, len}, &arena, &text));
		assert_ok(base64url_read(text, len, &arena, &back));
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, raw, len);
		if (len)
			assert_int_equal(base64url_read(text, len - 1, &arena, &back), ST_MALFORMED);
	}
	struct bytes bytes;
	assert_int_equal(base64url_read(TEXT("a+b/"), 10, &arena, &bytes), ST_MALFORMED);
	assert_int_equal(base64url_read(TEXT("YQ=="), 10, &arena, &bytes), ST_MALFORMED);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_the_standard), cmocka_unit_test(a_code_counts_near_its_time_and_once),
		cmocka_unit_test(passwords_are_hashed),		   cmocka_unit_test(poor_passwords_are_refused),
		cmocka_unit_test(writings_go_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
