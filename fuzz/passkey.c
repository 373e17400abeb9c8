/* What a browser sends for a passkey, any bytes: client data, then an attestation object, then an assertion with a fixed key.
 * The first byte says where the second part begins. Nothing of it may be accepted that names another site. */
#include <assert.h>

#include "account/webauthn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct webauthn_party party = {{"cordon.example", 14}, {"https://cordon.example", 22}, false};
	static const struct webauthn_key key = {.algorithm = -7, .key_len = 64};
	struct webauthn_key made;
	uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE];
	uint32_t counter;
	size_t split = size ? data[0] : 0;

	if (size < 1 || split + 1 > size)
		return 0;
	struct bytes first = {data + 1, split}, rest = {data + 1 + split, size - 1 - split};
	if (webauthn_client_data(&party, first, "webauthn.create", challenge, NULL) == ST_OK)
		assert(memmem(first.data, first.len, "cordon", 6) != NULL);
	if (webauthn_create(&party, &(struct webauthn_creation){first, rest}, &made, NULL) == ST_OK)
		assert(made.handle_len >= WEBAUTHN_HANDLE_MIN && made.handle_len <= WEBAUTHN_HANDLE_MAX && made.key_len > 0);
	/* Nobody can sign for a key of zeros. */
	assert(webauthn_assert(&party, &(struct webauthn_assertion){first, rest, rest}, &key, &counter, NULL) != ST_OK);
	return 0;
}
