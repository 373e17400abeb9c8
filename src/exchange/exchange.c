#include "exchange/reader.h"

#define SNIFF 4096u

struct format {
	bool (*is)(struct text head);
	enum status (*read)(struct reader *reader, struct error *ret_error);
};

static bool has(struct text head, const char *word)
{
	return memmem(head.data, head.len, word, strlen(word)) != NULL;
}

static bool is_ftm(struct text head)
{
	return head.len && head.data[0] == '{' && has(head, "\"schema\"");
}

static const struct format formats[] = {
	{is_ftm, ftm_read},
};

enum status exchange_read(const struct exchange_source *source, const struct exchange_sink *sink,
			  struct exchange_report *ret_report, struct error *ret_error)
{
	struct reader r;
	struct bytes head;
	struct text start;
	enum status st;

	reader_init(&r, source, sink);
	st = reader_peek(&r, SNIFF, &head, ret_error);
	if (st == ST_OK) {
		if (head.len >= 3 && memcmp(head.data, "\xEF\xBB\xBF", 3) == 0) {
			head.data += 3;
			head.len -= 3;
			r.taken += 3;
		}
		start = text_trim((struct text){(const char *)head.data, head.len < SNIFF ? head.len : SNIFF});
		st = error_set(ret_error, ST_MALFORMED, "this is no list format that is known here");
		for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
			if (formats[i].is(start)) {
				st = formats[i].read(&r, ret_error);
				break;
			}
	}
	if (st == ST_OK)
		*ret_report = r.report;
	reader_release(&r);
	return st;
}
