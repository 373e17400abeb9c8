#include "merkle/checkpoint.h"
#include "merkle/base64.h"

/* A line that ends in a newline, without it. */
static bool take_line(struct text *rest, struct text *ret_line)
{
	size_t end = text_find(*rest, '\n', 0);

	if (rest->len == 0 || end == rest->len)
		return false;
	*ret_line = (struct text){rest->data, end};
	*rest = (struct text){rest->data + end + 1, rest->len - end - 1};
	return true;
}

/* Decimal without leading zeros. */
static bool take_size(struct text t, uint64_t *ret)
{
	return text_to_uint(t, MERKLE_SIZE_MAX, ret) == ST_OK && (t.len == 1 || t.data[0] != '0');
}

/* "word 123" */
static bool take_named_size(struct text line, struct text word, uint64_t *ret)
{
	return text_starts(line, word) && take_size((struct text){line.data + word.len, line.len - word.len}, ret);
}

static enum status bad_checkpoint(struct error *ret_error)
{
	return error_set(ret_error, ST_MALFORMED, "this is not a checkpoint");
}

enum status checkpoint_parse(struct text text, struct checkpoint *ret, struct error *ret_error)
{
	struct text rest = text, size, root;

	if (!take_line(&rest, &ret->origin) || ret->origin.len == 0 || !take_line(&rest, &size) || !take_size(size, &ret->size) ||
	    !take_line(&rest, &root) || base64_read_exactly(root, ret->root.b, MERKLE_HASH_SIZE) != ST_OK)
		return bad_checkpoint(ret_error);
	ret->extension = rest;
	while (rest.len) {
		struct text line;

		if (!take_line(&rest, &line) || line.len == 0)
			return bad_checkpoint(ret_error);
	}
	return ST_OK;
}

void checkpoint_write(const struct checkpoint *checkpoint, struct buffer *out)
{
	buffer_add_text(out, checkpoint->origin);
	buffer_printf(out, "\n%llu\n", (unsigned long long)checkpoint->size);
	base64_add(out, (struct bytes){checkpoint->root.b, MERKLE_HASH_SIZE});
	buffer_add_char(out, '\n');
	buffer_add_text(out, checkpoint->extension);
}

enum status signed_checkpoint_parse(struct bytes in, struct signed_checkpoint *ret, struct error *ret_error)
{
	TRY(note_parse(in, &ret->note, ret_error));
	ret->raw = (struct text){(const char *)in.data, in.len};
	return checkpoint_parse(ret->note.text, &ret->checkpoint, ret_error);
}

enum status signed_checkpoint_open(struct bytes in, const struct note_key *log, struct signed_checkpoint *ret,
				   struct error *ret_error)
{
	TRY(signed_checkpoint_parse(in, ret, ret_error));
	TRY(note_verify(&ret->note, log, NULL, ret_error));
	if (!text_equal(ret->checkpoint.origin, text_of(log->name)))
		return error_set(ret_error, ST_DENIED, "the checkpoint is of another log than %s", log->name);
	return ST_OK;
}

/* Hashes, one a line, up to a blank line. */
static enum status take_proof(struct text *rest, struct merkle_proof *ret, struct error *ret_error)
{
	struct text line;

	for (ret->count = 0; take_line(rest, &line); ret->count++) {
		if (line.len == 0)
			return ST_OK;
		if (ret->count == MERKLE_PROOF_MAX)
			return error_set(ret_error, ST_LIMIT, "a proof has at most %u hashes", MERKLE_PROOF_MAX);
		if (base64_read_exactly(line, ret->hashes[ret->count].b, MERKLE_HASH_SIZE) != ST_OK)
			break;
	}
	return error_set(ret_error, ST_MALFORMED, "a proof is one hash a line, then a blank line");
}

static void write_proof(const struct merkle_proof *proof, struct buffer *out)
{
	for (size_t i = 0; i < proof->count; i++) {
		base64_add(out, (struct bytes){proof->hashes[i].b, MERKLE_HASH_SIZE});
		buffer_add_char(out, '\n');
	}
	buffer_add_char(out, '\n');
}

static enum status take_checkpoint(struct text rest, struct signed_checkpoint *ret, struct error *ret_error)
{
	return signed_checkpoint_parse(text_bytes(rest), ret, ret_error);
}

enum status add_checkpoint_parse(struct bytes body, struct add_checkpoint *ret, struct error *ret_error)
{
	struct text rest, line;

	TRY(text_check(body, &rest, ret_error));
	if (!take_line(&rest, &line) || !take_named_size(line, TEXT("old "), &ret->old_size))
		return error_set(ret_error, ST_MALFORMED, "the first line must be the old size");
	TRY(take_proof(&rest, &ret->proof, ret_error));
	return take_checkpoint(rest, &ret->signed_checkpoint, ret_error);
}

void add_checkpoint_write(uint64_t old_size, const struct merkle_proof *proof, struct text note, struct buffer *out)
{
	buffer_printf(out, "old %llu\n", (unsigned long long)old_size);
	write_proof(proof, out);
	buffer_add_text(out, note);
}

static const struct text proof_head = {"c2sp.org/tlog-proof@v1", 22};

enum status tlog_proof_parse(struct bytes in, struct tlog_proof *ret, struct error *ret_error)
{
	struct text rest, line;

	if (in.len > 2 * NOTE_SIZE_MAX)
		return error_set(ret_error, ST_LIMIT, "a proof has at most %zu bytes", 2 * NOTE_SIZE_MAX);
	TRY(text_check(in, &rest, ret_error));
	ret->extra = TEXT_NONE;
	if (!take_line(&rest, &line) || !text_equal(line, proof_head) || !take_line(&rest, &line))
		return error_set(ret_error, ST_MALFORMED, "this is not a tlog-proof");
	if (text_starts(line, TEXT("extra "))) {
		uint8_t raw[TLOG_PROOF_EXTRA_MAX];
		size_t len;

		ret->extra = (struct text){line.data + 6, line.len - 6};
		if (base64_read(ret->extra, raw, sizeof raw, &len) != ST_OK || !take_line(&rest, &line))
			return error_at(ret_error, ST_MALFORMED, "extra", -1, "the extra data are not base64");
	}
	if (!take_named_size(line, TEXT("index "), &ret->index))
		return error_at(ret_error, ST_MALFORMED, "index", -1, "the index is missing");
	TRY(take_proof(&rest, &ret->proof, ret_error));
	return take_checkpoint(rest, &ret->signed_checkpoint, ret_error);
}

void tlog_proof_write(const struct tlog_proof *proof, struct buffer *out)
{
	buffer_add_text(out, proof_head);
	if (proof->extra.len)
		buffer_printf(out, "\nextra %.*s", TEXT_ARG(proof->extra));
	buffer_printf(out, "\nindex %llu\n", (unsigned long long)proof->index);
	write_proof(&proof->proof, out);
	buffer_add_text(out, proof->signed_checkpoint.raw);
}

enum status tlog_proof_check(const struct tlog_proof *proof, const struct merkle_hash *leaf, struct error *ret_error)
{
	const struct checkpoint *checkpoint = &proof->signed_checkpoint.checkpoint;
	struct merkle_inclusion claim = {proof->index, checkpoint->size, *leaf, checkpoint->root};

	return merkle_inclusion_check(&claim, &proof->proof, ret_error);
}
