#include <sodium.h>
#include <stdlib.h>

#include "bulletin/grant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text is signed first, so that what is behind the signature is read; what is read is written as it was. */
static void signed_text(struct text text, const struct note_signer *signer)
{
	struct bulletin_note note;
	struct buffer in, out;

	buffer_init(&in, NOTE_SIZE_MAX), buffer_init(&out, NOTE_SIZE_MAX);
	buffer_add_text(&in, text);
	buffer_add_char(&in, '\n');
	if (note_sign(signer, text, 0, &in, NULL) == ST_OK &&
	    bulletin_note_read(buffer_bytes(&in), &signer->key, 1, &note, NULL) == ST_OK &&
	    (bulletin_note_write(&note, signer, &out, NULL) != ST_OK || !text_equal(buffer_text(&in), buffer_text(&out)) ||
	     bulletin_note_follows(&note, &note, NULL) != ST_OK))
		abort();
	buffer_release(&in), buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[32] = {1};
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	struct note_signer signer;
	uint8_t portal[32], secret[32];
	size_t count;
	struct text text;

	if (sodium_init() < 0 || note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, seed, &signer, NULL) != ST_OK ||
	    crypto_box_seed_keypair(portal, secret, seed) != 0)
		abort();
	if (bulletin_grant_read((struct bytes){data, size}, portal, secret, keys, &count, NULL) == ST_OK && count > BULLETIN_KEYS_MAX)
		abort();
	if (size < BULLETIN_NOTE_MAX / 2 && text_check((struct bytes){data, size}, &text, NULL) == ST_OK)
		signed_text(text, &signer);
	note_signer_clear(&signer);
	return 0;
}
