/* An identity token of any bytes against a key; none of the corpus is signed with it. */
#include <stdlib.h>

#include "account/oidc_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The generator of P-256 as a public key. */
static const char keys_text[] =
	"[{\"kty\":\"EC\",\"kid\":\"e1\",\"crv\":\"P-256\",\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\","
	"\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}]";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oidc_expected expected = {.keys = json_loads(keys_text, 0, NULL), .issuer = TEXT("https://login.example"),
					 .client = TEXT("cordon"), .nonce = TEXT("n"), .now_ms = 1763000000000};
	struct text token, subject;
	struct arena arena;

	arena_init(&arena, 1u << 20);
	if (text_check((struct bytes){data, size}, &token, NULL) == ST_OK &&
	    oidc_token_check(token, &expected, &arena, &subject, NULL) == ST_OK)
		abort();
	arena_release(&arena);
	json_decref((json_t *)(uintptr_t)expected.keys);
	return 0;
}
