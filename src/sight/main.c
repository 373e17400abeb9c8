/* cordon-read-zone: a picture of a page on standard input, its machine-readable zone on standard output. One picture, then it ends: what a
 * picture can do to a decoder, it does here and nowhere else. Per line of the zone two lines, the letters and below each '.' or '?'
 * (doubtful); or one line, '!' and a reason of data/problems.tsv. Status 0 where it answered. `--probe` tells whether it can read. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sight/jail.h"
#include "sight/letters.h"

#define PICTURE_MAX ((size_t)8 << 20)
#define MEMORY_MAX ((size_t)1 << 30)
#define CPU_S 10

static bool put(const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, data, len);

		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static int refuse(const struct error *error)
{
	char line[ERROR_REASON_SIZE + 2];
	int n = snprintf(line, sizeof line, "!%s\n", error->reason[0] ? error->reason : "reading-failed");

	return put(line, (size_t)n) ? 0 : 1;
}

static int answer(const struct mrz_sight *sight)
{
	char line[MRZ_LINE_MAX + 1], marks[MRZ_LINE_MAX + 1];
	bool good = true;

	for (unsigned i = 0; i < sight->lines; i++) {
		for (unsigned k = 0; k < sight->width; k++) {
			line[k] = sight->places[i][k].first;
			marks[k] = sight->places[i][k].doubtful ? '?' : '.';
		}
		line[sight->width] = marks[sight->width] = '\n';
		good = good && put(line, sight->width + 1) && put(marks, sight->width + 1);
	}
	return good ? 0 : 1;
}

static enum status picture_take(uint8_t **ret, size_t *ret_len, struct error *ret_error)
{
	uint8_t *data = malloc(PICTURE_MAX + 1);
	size_t len = 0;
	ssize_t n = 1;

	if (data == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	while (len <= PICTURE_MAX && (n = read(STDIN_FILENO, data + len, PICTURE_MAX + 1 - len)) > 0)
		len += (size_t)n;
	*ret = data;
	*ret_len = len;
	if (n < 0)
		return error_because(ret_error, ST_UNAVAILABLE, "reading-failed", NULL, "standard input cannot be read");
	return len > PICTURE_MAX ? error_because(ret_error, ST_LIMIT, "picture-large", NULL, "more than %zu bytes", PICTURE_MAX) : ST_OK;
}

static enum status zone_read(struct letters *letters, struct bytes in, struct mrz_sight *ret, struct error *ret_error)
{
	struct zone_picture zone;
	PIX *grey;
	enum status st;

	TRY(picture_read(in, &grey, ret_error));
	st = picture_zone(grey, &zone, ret_error);
	pixDestroy(&grey);
	TRY(st);
	st = letters_read(letters, &zone, ret, ret_error);
	zone_picture_release(&zone);
	TRY(st);
	mrz_sight_settle(ret);
	/* Whoever is looked for under a piece of his zone is found by nobody. */
	if (!mrz_sight_whole(ret))
		return error_because(ret_error, ST_NOT_FOUND, "zone-none", NULL, "the zone was not read whole");
	return ST_OK;
}

int main(int argc, char **argv)
{
	bool probe = argc == 2 && strcmp(argv[1], "--probe") == 0;
	struct error error = {.code = ST_OK};
	struct letters *letters = NULL;
	struct mrz_sight sight;
	uint8_t *picture = NULL;
	size_t len = 0;
	enum status st;

	if (argc > 1 && !probe) {
		fputs("usage: cordon-read-zone [--probe] < PICTURE\n", stderr);
		return 2;
	}
	/* One thread: its libraries would start more, which the shut door forbids. They look once, when they are loaded. */
	if (getenv("OMP_THREAD_LIMIT") == NULL && setenv("OMP_THREAD_LIMIT", "1", 1) == 0)
		(void)execv("/proc/self/exe", argv);
	setMsgSeverity(L_SEVERITY_NONE);
	/* The model and the font are read before the door is shut, the picture is looked at after. */
	st = letters_open(&letters, &error);
	if (st == ST_OK && !probe)
		st = picture_take(&picture, &len, &error);
	if (st == ST_OK)
		st = jail_shut(MEMORY_MAX, CPU_S, &error);
	if (st == ST_OK && !probe)
		st = zone_read(letters, (struct bytes){picture, len}, &sight, &error);
	if (st != ST_OK)
		_exit(refuse(&error));
	_exit(probe ? 0 : answer(&sight)); /* what is held goes with the process */
}
