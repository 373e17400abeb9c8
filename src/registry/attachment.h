/* Files that stand with an entry: warrants, photos, decisions. Their type is what their bytes say, not what their name says;
 * what could run in a browser or elsewhere is not taken. */
#ifndef REGISTRY_ATTACHMENT_H
#define REGISTRY_ATTACHMENT_H

#include "registry/registry.h"

#define ATTACHMENT_SIZE_MAX ((size_t)10 << 20)
#define ATTACHMENTS_MAX 50u /* of one entry */

/* "application/pdf", "image/jpeg", "image/png", "image/webp" or "image/tiff" by the first bytes, or NULL. Pure. */
const char *attachment_type(struct bytes content);

struct attachment {
	struct text id, entry, kind, name, type, sha256, country, by;
	int64_t size, at_ms;
	struct bytes content; /* only where it was asked for */
};

struct attachment_new {
	struct text entry;
	struct text kind; /* warrant, photo, decision, other */
	struct text name;
	struct bytes content;
};

/* Adds it, with its leaf ("attachment.add", which commits to the SHA-256); the same bytes again give the first one. Gives its id in
 * the arena. Fails: ST_MALFORMED reasons "attachment-kind", "attachment-type", "attachment-empty"; ST_LIMIT reasons
 * "attachment-size", "attachment-many"; as db_exec. */
MUST_USE enum status attachment_add(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				    const struct attachment_new *attachment, struct arena *arena, struct text *ret_id,
				    struct error *ret_error);

/* Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status attachment_load(struct db_tx *tx, struct text id, bool content, struct arena *arena,
				     struct attachment *ret_attachment, struct error *ret_error);

/* Oldest first, without their content. Fails: as db_query. */
MUST_USE enum status attachment_list(struct db_tx *tx, struct text entry, struct arena *arena, struct attachment **ret_attachments,
				     size_t *ret_count, struct error *ret_error);

#endif
