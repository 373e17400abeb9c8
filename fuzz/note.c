#include <stdlib.h>

#include "merkle/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note_or_checkpoint(struct bytes in)
{
	struct signed_checkpoint opened;
	struct buffer out;

	if (note_parse(in, &opened.note, NULL) != ST_OK)
		return;
	/* Text, blank line and signatures are all there is. */
	if (opened.note.text.len + 1 >= in.len || opened.note.count == 0)
		abort();
	if (signed_checkpoint_parse(in, &opened, NULL) != ST_OK)
		return;
	/* There is one way to write a checkpoint. */
	buffer_init(&out, NOTE_SIZE_MAX);
	checkpoint_write(&opened.checkpoint, &out);
	if (!text_equal(buffer_text(&out), opened.note.text))
		abort();
	buffer_release(&out);
}

/* Whatever is read as a key is written as it was, but for the case of its id. */
static void key(struct text in)
{
	struct note_key parsed;
	char again[NOTE_VKEY_SIZE];

	if (note_vkey_parse(in, &parsed, NULL) != ST_OK)
		return;
	note_vkey(&parsed, again);
	if (!text_equal_nocase(in, text_of(again)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = {data, size};
	struct tlog_policy policy;
	struct text text;

	note_or_checkpoint(in);
	if (text_check(in, &text, NULL) == ST_OK)
		key(text);
	if (tlog_policy_parse(in, &policy, NULL) == ST_OK && policy.quorum >= (int)policy.member_count)
		abort();
	return 0;
}
