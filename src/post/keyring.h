/* The hub's keys that a post believes: those of its enrolment, then those that its hub's key roll led to. Kept sealed (DATA/key-roll)
 * before they are used. By the thread that takes. docs/formats/edition.md, "Key roll". */
#ifndef POST_KEYRING_H
#define POST_KEYRING_H

#include "edition/roll.h"
#include "post/vault.h"

#define KEYRING_FILE "key-roll"

struct keyring {
	const struct vault *vault;
	struct text list, given; /* given: at enrolment */
	struct arena arena;      /* of the texts of the two sets */
	struct edition_keys now; /* what is new must stand under these */
	struct edition_keys ever; /* what was taken once stood under these, the revoked ones too: for reading back what is sealed */
	uint32_t epoch;          /* of the last link; 0: none was followed yet */
	struct merkle_hash hash; /* of the last link */
	bool damaged;            /* what was followed cannot be read back: nothing new is believed until keys are accepted by their mark */
};

/* Texts and vault must outlive it. Fails: ST_MALFORMED (the keys of enrolment); ST_UNAVAILABLE. A file that is there and
 * cannot be read is not passed over, or keys that were revoked would be believed again: see `damaged`. */
MUST_USE enum status keyring_open(const struct vault *vault, struct text list, struct text given, struct keyring *ret, struct error *ret_error);
void keyring_close(struct keyring *keyring);

/* Goes on along a roll as far as it leads. Fails: as roll_follow, vault_write; then all is as before. */
MUST_USE enum status keyring_follow(struct keyring *keyring, struct text roll, struct error *ret_error);
/* Takes the newest keys because somebody who can know says that this is their mark. Fails: as roll_accept, vault_write. */
MUST_USE enum status keyring_accept(struct keyring *keyring, struct text roll, struct text mark, struct error *ret_error);

#endif
