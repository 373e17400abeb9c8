/* cordon-poster card|poster LANGUAGE ID: alerts.json on standard input, the file of the alert on standard output.
 * A program of its own, so that setting text can neither end the hub nor see what the hub has. */
#include <stdio.h>
#include <unistd.h>

#include "poster/draw.h"
#include "poster/jail.h"

#define IN_MAX ((size_t)4 << 20)

static enum status input_read(struct buffer *in, struct error *ret_error)
{
	uint8_t block[65536];
	ssize_t got;

	while ((got = read(STDIN_FILENO, block, sizeof block)) > 0)
		buffer_add(in, block, (size_t)got);
	if (got < 0 || buffer_status(in) != ST_OK)
		return error_set(ret_error, got < 0 ? ST_UNAVAILABLE : buffer_status(in), "the alerts cannot be read");
	return ST_OK;
}

static enum status output_write(const struct buffer *out, struct error *ret_error)
{
	for (size_t at = 0; at < out->len;) {
		ssize_t put = write(STDOUT_FILENO, out->data + at, out->len - at);

		if (put <= 0)
			return error_set(ret_error, ST_UNAVAILABLE, "the file cannot be written");
		at += (size_t)put;
	}
	return ST_OK;
}

static enum status run(bool card, struct text language, struct text id, struct arena *arena, struct buffer *in, struct buffer *out, json_t **ret_root,
		       struct error *ret_error)
{
	const struct alert *alert;
	struct alerts alerts;
	size_t left_out;

	TRY(poster_jail_shut(ret_error));
	TRY(input_read(in, ret_error));
	*ret_root = json_loadb((const char *)in->data, in->len, JSON_REJECT_DUPLICATES, NULL);
	if (*ret_root == NULL)
		return error_set(ret_error, ST_MALFORMED, "standard input is no JSON");
	TRY(alerts_read(*ret_root, arena, &alerts, &left_out, ret_error));
	alert = alert_find(&alerts, id);
	if (alert == NULL)
		return error_set(ret_error, ST_NOT_FOUND, "there is no alert %.*s", TEXT_ARG(id));
	TRY((card ? poster_card : poster_page)(&alerts, alert, alert_language_of(language), out, ret_error));
	return output_write(out, ret_error);
}

int main(int argc, char **argv)
{
	bool card = argc == 4 && text_equal(text_of(argv[1]), TEXT("card"));
	struct error error = {.message = ""};
	struct buffer in, out;
	struct arena arena;
	json_t *root = NULL;
	enum status st;

	if (argc != 4 || (!card && !text_equal(text_of(argv[1]), TEXT("poster")))) {
		fprintf(stderr, "usage: cordon-poster card|poster LANGUAGE ID <alerts.json >FILE\n");
		return 2;
	}
	arena_init(&arena, IN_MAX);
	buffer_init(&in, IN_MAX);
	buffer_init(&out, IN_MAX);
	st = run(card, text_of(argv[2]), text_of(argv[3]), &arena, &in, &out, &root, &error);
	if (st != ST_OK)
		fprintf(stderr, "cordon-poster: %s\n", error.message);
	json_decref(root);
	buffer_release(&in);
	buffer_release(&out);
	arena_release(&arena);
	return st == ST_OK ? 0 : 1;
}
