/* cordon-clean-picture: a picture on standard input, on standard output its kind ("image/png"), the end of the line, and a copy of which nothing
 * is left but what is seen; or one line, '!' and a reason of data/problems.tsv. One picture, then it ends: what a picture can do to a decoder,
 * it does here and nowhere else, in 256 MB and 5 seconds. Status 0 where it answered. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <leptonica/allheaders.h>

#include "sight/clean.h"
#include "sight/jail.h"

#define INPUT_MAX ((size_t)10 << 20)
#define MEMORY_MAX ((size_t)256 << 20)
#define CPU_S 5

static bool put(const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(STDOUT_FILENO, at, len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static enum status input_take(struct bytes *ret, struct error *ret_error)
{
	uint8_t *data = malloc(INPUT_MAX + 1);
	size_t len = 0;
	ssize_t n = 1;

	if (data == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	while (len <= INPUT_MAX && (n = read(STDIN_FILENO, data + len, INPUT_MAX + 1 - len)) > 0)
		len += (size_t)n;
	*ret = (struct bytes){data, len};
	if (n < 0 || len > INPUT_MAX)
		return error_because(ret_error, ST_LIMIT, "evidence-large", NULL, "more than %zu bytes", INPUT_MAX);
	return ST_OK;
}

int main(int argc, char **argv)
{
	struct error error = {.code = ST_OK};
	struct clean_picture picture;
	struct bytes in;
	enum status st;

	if (argc > 1) {
		fprintf(stderr, "usage: %s < PICTURE > COPY\n", argv[0]);
		return 2;
	}
	setMsgSeverity(L_SEVERITY_NONE);
	st = input_take(&in, &error);
	if (st == ST_OK && jail_shut(MEMORY_MAX, CPU_S, &error) != ST_OK)
		_exit(1); /* not the picture's fault */
	if (st == ST_OK)
		st = clean_picture(in, &picture, &error);
	/* What is held goes with the process. */
	if (st != ST_OK)
		_exit(put("!", 1) && put(error.reason, strlen(error.reason)) && put("\n", 1) ? 0 : 1);
	_exit(put(picture.media, strlen(picture.media)) && put("\n", 1) && put(picture.data, picture.len) ? 0 : 1);
}
