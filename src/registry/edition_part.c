#include "edition/digest.h"
#include "edition/pack.h"
#include "registry/edition_inside.h"

enum status edition_part_make(struct bytes body, uint64_t from, struct buffer *packed, struct edition_part *ret, struct error *ret_error)
{
	buffer_clear(packed);
	TRY(edition_pack(body, packed, ret_error));
	*ret = (struct edition_part){.from = from, .packing = EDITION_ZSTD, .packed_len = packed->len, .body_len = body.len};
	TRY(edition_digest_of(buffer_bytes(packed), &ret->packed));
	return edition_digest_of(body, &ret->body);
}

enum status edition_note_make(const struct edition_manifest *manifest, const struct note_signer *signer, struct arena *arena,
			      struct buffer *note, struct error *ret_error)
{
	struct text text;

	TRY(manifest_write(manifest, note, ret_error));
	TRY(arena_text(arena, buffer_text(note), &text));
	buffer_add_char(note, '\n');
	TRY(note_sign(signer, text, 0, note, ret_error));
	return buffer_status(note);
}
