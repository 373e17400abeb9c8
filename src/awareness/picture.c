#include "awareness/picture.h"

#include "bulletin/upload.h"

#define NAME "cordon-clean-picture"
#define WAIT_MS 20000u

bool picture_find(char ret_program[HELPER_PATH])
{
	return helper_find(NAME, ret_program);
}

static enum status answer_take(struct bytes answer, const char **ret_media, struct buffer *out, struct error *ret_error)
{
	static const char *const kinds[] = {"image/jpeg", "image/png"};
	const uint8_t *end = answer.len ? memchr(answer.data, '\n', answer.len < 64 ? answer.len : 64) : NULL;
	struct text line = {(const char *)answer.data, end ? (size_t)(end - answer.data) : 0};
	struct bytes copy = {end ? end + 1 : NULL, end ? answer.len - line.len - 1 : 0};
	const char *media = copy.len ? upload_media(copy) : NULL;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (text_equal(line, text_of(kinds[i])) && media && strcmp(media, kinds[i]) == 0) {
			*ret_media = kinds[i];
			buffer_add(out, copy.data, copy.len);
			return buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(out), "the copy of a picture is too large");
		}
	return error_because(ret_error, ST_MALFORMED, text_equal(line, TEXT("!evidence-large")) ? "evidence-large" : "evidence-unreadable", NULL,
			     "no copy of the picture can be made");
}

enum status picture_clean(const char *program, struct bytes picture, const char **ret_media, struct buffer *out, struct error *ret_error)
{
	const struct helper helper = {.program = program, .environment = {"LC_ALL=C"}, .input = picture, .wait_ms = WAIT_MS};
	struct buffer answer;
	enum helper_end end;
	enum status st;

	buffer_init(&answer, PICTURE_COPY_MAX);
	end = helper_run(&helper, &answer, NULL);
	if (end == HELPER_NOT_STARTED)
		st = error_set(ret_error, ST_UNAVAILABLE, "%s could not be started", NAME);
	else if (end != HELPER_DONE)
		st = error_because(ret_error, ST_MALFORMED, "evidence-unreadable", NULL, "the decoder crashed or took too long");
	else
		st = answer_take(buffer_bytes(&answer), ret_media, out, ret_error);
	buffer_release(&answer);
	return st;
}
