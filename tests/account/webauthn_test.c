#include "lib/authenticator.h"

#include "account/webauthn.h"

#define ORIGIN "https://cordon.example"
#define PARTY_ID "cordon.example"

static const struct webauthn_party party = {{PARTY_ID, sizeof PARTY_ID - 1}, {ORIGIN, sizeof ORIGIN - 1}, false};
static const uint8_t challenge[32] = {1, 2, 3};

static void client_data_are_read_strictly(void **state)
{
	static const struct {
		const char *json;
		enum status st;
	} rows[] = {
#define GOOD "\"challenge\":\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\"}", ST_OK},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\",\"crossOrigin\":false,\"other\":{}}", ST_OK},
		{"{\"type\":\"webauthn.create\"," GOOD ",\"origin\":\"" ORIGIN "\"}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"http://cordon.example\"}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN ".evil\"}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "/\"}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD "}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\",\"crossOrigin\":true}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\",\"crossOrigin\":null}", ST_DENIED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\",\"topOrigin\":\"x\"}", ST_DENIED},
		{"{\"type\":\"webauthn.get\",\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\"}", ST_MALFORMED},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"AQID\",\"origin\":\"" ORIGIN "\"}", ST_MALFORMED},
		{"{\"type\":\"webauthn.get\",\"challenge\":7,\"origin\":\"" ORIGIN "\"}", ST_MALFORMED},
		{"{\"type\":\"webauthn.get\",\"origin\":\"" ORIGIN "\"}", ST_MALFORMED},
		{"{\"type\":\"webauthn.get\"," GOOD ",\"origin\":\"" ORIGIN "\"} x", ST_MALFORMED},
		{"[]", ST_MALFORMED},
		{"", ST_MALFORMED},
		{"\xff", ST_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t got[32] = {0};
		struct error error = {.code = ST_OK};
		enum status st = webauthn_client_data(&party, text_bytes(text_of(rows[i].json)), "webauthn.get", got, &error);

		if (st != rows[i].st)
			fail_msg("row %zu: %s, expected %s (%s)", i, status_word(st), status_word(rows[i].st), error.message);
		if (st == ST_OK)
			assert_memory_equal(got, challenge, sizeof got);
		else
			assert_string_equal(error.reason, "passkey");
	}
}

static enum status create(struct authenticator *a, const char *party_id, bool packed, struct webauthn_key *ret_key)
{
	struct webauthn_creation creation;

	authenticator_client_data(a, "webauthn.create", challenge, ORIGIN);
	authenticator_create(a, party_id, packed);
	creation = (struct webauthn_creation){buffer_bytes(&a->client_data), buffer_bytes(&a->data)};
	return webauthn_create(&party, &creation, ret_key, NULL);
}

static void a_passkey_is_made(void **state)
{
	struct authenticator a;
	struct webauthn_key key = {.key_len = 0};

	(void)state;
	authenticator_init(&a);
	assert_ok(create(&a, PARTY_ID, false, &key));
	assert_int_equal(key.algorithm, -7);
	assert_int_equal(key.handle_len, 32);
	assert_memory_equal(key.handle, a.handle, 32);
	assert_int_equal(key.counter, 1);
	assert_ok(create(&a, PARTY_ID, true, &key));
	assert_int_equal(create(&a, "evil.example", false, &key), ST_DENIED);
	a.flags = 0x01; /* present, not verified */
	assert_int_equal(create(&a, PARTY_ID, false, &key), ST_DENIED);
	a.flags = 0x04;
	assert_int_equal(create(&a, PARTY_ID, false, &key), ST_DENIED);
	authenticator_release(&a);
}

static void an_attestation_must_verify(void **state)
{
	struct webauthn_party strict = party;
	struct webauthn_creation creation;
	struct webauthn_key key;
	struct authenticator a;

	(void)state;
	authenticator_init(&a);
	assert_ok(create(&a, PARTY_ID, true, &key));
	creation = (struct webauthn_creation){buffer_bytes(&a.client_data), buffer_bytes(&a.data)};
	strict.attested = true; /* signed by itself is not by its maker */
	assert_int_equal(webauthn_create(&strict, &creation, &key, NULL), ST_DENIED);
	/* Every byte counts, or is refused in another way; every shorter object is refused. */
	for (size_t i = 0; i < a.data.len; i++) {
		a.data.data[i] ^= 0x01;
		if (webauthn_create(&party, &creation, &key, NULL) == ST_OK)
			fail_msg("byte %zu does not count", i);
		a.data.data[i] ^= 0x01;
	}
	for (size_t len = 0; len < a.data.len; len++) {
		creation.attestation.len = len;
		assert_int_not_equal(webauthn_create(&party, &creation, &key, NULL), ST_OK);
	}
	authenticator_release(&a);
}

static void an_assertion_must_verify(void **state)
{
	struct webauthn_key key, other;
	struct authenticator a, b;
	uint32_t counter = 0;

	(void)state;
	authenticator_init(&a);
	authenticator_init(&b);
	assert_ok(create(&a, PARTY_ID, false, &key));
	assert_ok(create(&b, PARTY_ID, false, &other));
	authenticator_client_data(&a, "webauthn.get", challenge, ORIGIN);
	authenticator_assert(&a, PARTY_ID);
	struct webauthn_assertion assertion = {buffer_bytes(&a.client_data), buffer_bytes(&a.data), buffer_bytes(&a.signature)};
	assert_ok(webauthn_assert(&party, &assertion, &key, &counter, NULL));
	assert_int_equal(counter, 2);
	assert_int_equal(webauthn_assert(&party, &assertion, &other, &counter, NULL), ST_DENIED);
	for (size_t i = 0; i < a.data.len; i++) {
		a.data.data[i] ^= 0x01;
		assert_int_not_equal(webauthn_assert(&party, &assertion, &key, &counter, NULL), ST_OK);
		a.data.data[i] ^= 0x01;
	}
	for (size_t i = 0; i < a.client_data.len; i++) {
		a.client_data.data[i] ^= 0x01;
		assert_int_not_equal(webauthn_assert(&party, &assertion, &key, &counter, NULL), ST_OK);
		a.client_data.data[i] ^= 0x01;
	}
	assert_ok(webauthn_assert(&party, &assertion, &key, &counter, NULL));
	authenticator_assert(&a, "evil.example");
	assertion.authenticator_data = buffer_bytes(&a.data);
	assertion.signature = buffer_bytes(&a.signature);
	assert_int_equal(webauthn_assert(&party, &assertion, &key, &counter, NULL), ST_DENIED);
	a.flags = 0x01;
	authenticator_assert(&a, PARTY_ID);
	assertion.authenticator_data = buffer_bytes(&a.data);
	assertion.signature = buffer_bytes(&a.signature);
	assert_int_equal(webauthn_assert(&party, &assertion, &key, &counter, NULL), ST_DENIED);
	authenticator_release(&a);
	authenticator_release(&b);
}

static void counters_must_grow(void **state)
{
	(void)state;
	assert_true(webauthn_counts(0, 0));
	assert_true(webauthn_counts(0, 1));
	assert_true(webauthn_counts(7, 8));
	assert_false(webauthn_counts(7, 7));
	assert_false(webauthn_counts(7, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_data_are_read_strictly), cmocka_unit_test(a_passkey_is_made),
		cmocka_unit_test(an_attestation_must_verify),	 cmocka_unit_test(an_assertion_must_verify),
		cmocka_unit_test(counters_must_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
