/* cordon-poster as a process of its own: an alert in, its image or poster out. */
#ifndef CLI_DRAWING_H
#define CLI_DRAWING_H

#include "alert/alert.h"
#include "helper/helper.h"

#define DRAWING_MAX ((size_t)300 << 10) /* bytes of a file; it makes none that is larger */

/* The program beside this one. Fails: ST_NOT_FOUND. */
MUST_USE enum status drawing_program(char ret_path[HELPER_PATH], struct error *ret_error);

/* `document` is alerts.json with the alert in it. Appends the file. Waits for it, a minute at most; `stop` ends it sooner. Fails: ST_MALFORMED with
 * what the program says (letters of a language are missing, the file would be too large); ST_UNAVAILABLE (it could not be run, took too long). */
struct drawing {
	const char *program;
	enum alert_file_kind kind;
	enum alert_language language;
	struct text id; /* "17" */
	struct text document;
	bool (*stopping)(void *context);
	void *context;
};
MUST_USE enum status drawing_make(const struct drawing *drawing, struct buffer *out, struct error *ret_error);

#endif
