/* Who a post is: what enrolment gave it, kept sealed. docs/formats/spool.md, "Enrolment". */
#ifndef POST_IDENTITY_H
#define POST_IDENTITY_H

#include "model/id.h"
#include "post/vault.h"

#define IDENTITY_FILE "identity"

struct identity {
	char id[ID_SIZE];
	char name[801];
	char host[3];          /* country of the hub, alpha-2 */
	char list[129];        /* "cordon.kh" */
	char hub[1025];        /* https://HUB, without a slash at the end */
	char *keys;            /* owned: the trusted keys, as edition_keys_read takes them */
	uint8_t secret_key[64], public_key[32]; /* Ed25519, libsodium's form */
};

MUST_USE enum status identity_save(const struct vault *vault, const struct identity *identity, struct error *ret_error);
/* To be released in any case. Fails: ST_NOT_FOUND reason "post-not-enrolled"; as vault_read. */
MUST_USE enum status identity_load(const struct vault *vault, struct identity *ret, struct error *ret_error);
void identity_release(struct identity *identity);

/* Enrols at a hub: makes the key, shows it with the code, checks that the keys it is given are those that the code names, and saves.
 * The hub's time comes in *ret_time_ms. Fails: ST_MALFORMED reason "post-code"; ST_DENIED reasons "post-code" (the hub refuses it),
 * "post-keys" (the keys are not those of the code: somebody is in between); ST_CONFLICT "post-enrolled"; ST_UNAVAILABLE. */
struct enrolment {
	const char *hub, *code, *ca_file;
};
MUST_USE enum status identity_enrol(const struct vault *vault, const struct enrolment *enrolment, struct identity *ret, int64_t *ret_time_ms,
				    struct error *ret_error);

#endif
