/* What a post keeps on its disk is sealed with keys that follow from its enrolment secret, 32 random bytes in a file that lies
 * elsewhere. The folder without it is random bytes. docs/decisions/checkpoint.md. */
#ifndef POST_VAULT_H
#define POST_VAULT_H

#include "base/env.h"
#include "post/keep.h"

#define VAULT_FILE_MAX ((size_t)2 << 30)

struct vault {
	uint8_t key[32];
	const struct env *env;
	const char *folder; /* of its files; outlives the vault */
};

/* Reads the secret; with `make`, one that is not there is made, mode 0600. Fails: ST_NOT_FOUND, ST_DENIED (others may read it),
 * ST_MALFORMED, all reason "post-secret"; ST_UNAVAILABLE. */
MUST_USE enum status vault_open(const char *secret, const char *folder, bool make, const struct env *env, struct vault *ret,
				struct error *ret_error);
void vault_close(struct vault *vault);

/* XChaCha20-Poly1305, the name covered by the tag. Fails: as struct keep says. */
MUST_USE enum status vault_seal(const struct vault *vault, struct text name, struct bytes plain, struct buffer *out,
				struct error *ret_error);
MUST_USE enum status vault_unseal(const struct vault *vault, struct text name, struct bytes sealed, struct buffer *out,
				  struct error *ret_error);
struct keep vault_keep(const struct vault *vault); /* for the lanes */

/* A whole sealed file of the folder: written beside, made durable, moved into place. Fails: ST_UNAVAILABLE (reason "disk-full"). */
MUST_USE enum status vault_write(const struct vault *vault, const char *name, struct bytes plain, struct error *ret_error);
/* Appends what it held. Fails: ST_NOT_FOUND; ST_CORRUPT reason "post-altered" (altered, cut, or of another secret); ST_UNAVAILABLE. */
MUST_USE enum status vault_read(const struct vault *vault, const char *name, struct buffer *out, struct error *ret_error);
/* Overwrites and removes it; nothing where there is none. */
void vault_destroy(const struct vault *vault, const char *name);

/* A file of sealed records, one behind the other, each bound to its place and to `of`. */
MUST_USE enum status vault_append(const struct vault *vault, const char *name, uint64_t of, uint64_t place, struct bytes plain,
				  struct error *ret_error);
/* Each record that is whole, in order; what stands behind the first that is not is passed over. Fails: what `each` gives. */
MUST_USE enum status vault_each(const struct vault *vault, const char *name, uint64_t of,
				enum status (*each)(void *context, struct bytes plain, struct error *ret_error), void *context,
				uint64_t *ret_count, struct error *ret_error);

#endif
