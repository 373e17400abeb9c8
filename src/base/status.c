#include "base/status.h"

#include <stdio.h>
#include <string.h>

/* A text that snprintf cut short must not end within a character. */
static void whole_characters(char *s, size_t size, int wanted)
{
	size_t end = size - 1;

	if (wanted < (int)size)
		return;
	while (end > 0 && ((unsigned char)s[end - 1] & 0xc0) == 0x80)
		end--;
	/* The byte before those that continue says how many there should be. */
	if (end > 0 && (unsigned char)s[end - 1] >= 0xc0) {
		unsigned char first = (unsigned char)s[end - 1];
		size_t whole = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

		if (size - 1 - (end - 1) < whole)
			s[end - 1] = '\0';
	}
}

static enum status error_fill(struct error *ret_error, enum status code, const char *field, int64_t position,
			      const char *format, va_list args) PRINTF_LIKE(5, 0);

static enum status error_fill(struct error *ret_error, enum status code, const char *field, int64_t position,
			      const char *format, va_list args)
{
	if (ret_error == NULL)
		return code;
	memset(ret_error, 0, sizeof *ret_error);
	ret_error->code = code;
	ret_error->position = position;
	whole_characters(ret_error->field, sizeof ret_error->field,
			 snprintf(ret_error->field, sizeof ret_error->field, "%s", field));
	whole_characters(ret_error->message, sizeof ret_error->message,
			 vsnprintf(ret_error->message, sizeof ret_error->message, format, args));
	return code;
}

enum status error_set(struct error *ret_error, enum status code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_fill(ret_error, code, "", -1, format, args);
	va_end(args);
	return code;
}

enum status error_at(struct error *ret_error, enum status code, const char *field, int64_t position,
		     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_fill(ret_error, code, field, position, format, args);
	va_end(args);
	return code;
}

enum status error_because(struct error *ret_error, enum status code, const char *reason, const char *field,
			  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_fill(ret_error, code, field ? field : "", -1, format, args);
	va_end(args);
	if (ret_error)
		snprintf(ret_error->reason, sizeof ret_error->reason, "%s", reason);
	return code;
}

const char *status_word(enum status code)
{
	static const char *const words[] = {"ok",     "malformed", "limit",       "not-found", "conflict",
					    "denied", "no-memory", "unavailable", "corrupt"};

	return (size_t)code < sizeof words / sizeof words[0] ? words[code] : "unknown";
}
