#include "post/camera.h"

#include <stdio.h>

#define NAME "cordon-read-zone"
#define WAIT_MS 20000u
#define ANSWER_MAX 512u

static enum status failed(struct error *ret_error)
{
	return error_because(ret_error, ST_UNAVAILABLE, "reading-failed", NULL, "the picture could not be read");
}

static bool stopped(void *context)
{
	const atomic_bool *stop = context;

	return atomic_load(stop);
}

/* True: it ended by itself, well. */
static bool run(const char *program, const char *word, struct bytes picture, const atomic_bool *stop, struct buffer *answer)
{
	const struct helper helper = {.program = program, .arguments = {word}, .environment = {"OMP_THREAD_LIMIT=1", "LC_ALL=C"}, .input = picture,
				      .wait_ms = WAIT_MS, .stopping = stop ? stopped : NULL, .context = (void *)(uintptr_t)stop};

	return helper_run(&helper, answer, NULL) == HELPER_DONE;
}

bool camera_find(char ret_program[HELPER_PATH])
{
	struct buffer answer;
	bool good;

	buffer_init(&answer, ANSWER_MAX);
	good = helper_find(NAME, ret_program) && run(ret_program, "--probe", (struct bytes){NULL, 0}, NULL, &answer) && answer.len == 0;
	buffer_release(&answer);
	return good;
}

static enum status refused(struct text word, struct error *ret_error)
{
	static const struct { const char *reason; enum status code; } known[] = {{"picture-unreadable", ST_MALFORMED},
		{"picture-large", ST_LIMIT}, {"zone-none", ST_NOT_FOUND}, {"reading-none", ST_UNAVAILABLE}};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (text_equal(word, text_of(known[i].reason)))
			return error_because(ret_error, known[i].code, known[i].reason, NULL, "the picture was not read");
	return failed(ret_error);
}

static bool line_take(struct text *rest, size_t len, const char *letters, char out[MRZ_LINE_MAX + 1])
{
	if (rest->len <= len || rest->data[len] != '\n')
		return false;
	memcpy(out, rest->data, len);
	out[len] = '\0';
	*rest = (struct text){rest->data + len + 1, rest->len - len - 1};
	return strspn(out, letters) == len;
}

static bool zone_take(struct text rest, struct camera_zone *zone)
{
	const char *end = rest.len ? memchr(rest.data, '\n', rest.len) : NULL;
	size_t wide = end ? (size_t)(end - rest.data) : 0;

	if (wide != 30 && wide != 36 && wide != MRZ_LINE_MAX)
		return false;
	for (*zone = (struct camera_zone){0}; rest.len && zone->lines < 3; zone->lines++)
		if (!line_take(&rest, wide, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", zone->line[zone->lines]) ||
		    !line_take(&rest, wide, ".?", zone->marks[zone->lines]))
			return false;
	return rest.len == 0 && zone->lines == (wide == 30 ? 3 : 2);
}

static enum status answer_take(struct text answer, struct camera_zone *ret, struct error *ret_error)
{
	struct camera_zone zone;

	if (answer.len > 1 && answer.data[0] == '!')
		return refused((struct text){answer.data + 1, answer.len - 2}, ret_error);
	if (!zone_take(answer, &zone))
		return failed(ret_error);
	*ret = zone;
	return ST_OK;
}

enum status camera_read(const char *program, struct bytes picture, const atomic_bool *stop, struct camera_zone *ret, struct error *ret_error)
{
	struct buffer answer;
	enum status st;

	buffer_init(&answer, ANSWER_MAX);
	st = run(program, NULL, picture, stop, &answer) ? answer_take(buffer_text(&answer), ret, ret_error) : failed(ret_error);
	buffer_release(&answer);
	return st;
}
