#include <stdlib.h>

#include "exchange/exchange.h"
#include "exchange/sheet_value.h"
#include "lib/workbook_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes_source {
	const uint8_t *data;
	size_t size, at;
};

static enum status read_some(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct bytes_source *s = context;
	size_t n = s->size - s->at < room ? s->size - s->at : room;

	(void)ret_error;
	if (n)
		memcpy(out, s->data + s->at, n);
	s->at += n;
	*ret_len = n;
	return ST_OK;
}

static enum status take(void *context, const struct entity *entity, struct error *ret_error)
{
	size_t *count = context;

	(void)ret_error;
	if (entity->id.len == 0 || entity->schema.len == 0)
		__builtin_trap();
	++*count;
	return ST_OK;
}

static void skipped(void *context, int64_t row, const char *field, const char *reason)
{
	(void)context;
	if (row < 0 || field[0] == '\0' || reason[0] == '\0')
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes_source bytes = {0};
	struct exchange_source source = {.read = read_some, .context = &bytes, .name = TEXT("list")};
	struct exchange_report report;
	struct error e = {.code = ST_OK};
	size_t count = 0;
	struct exchange_sink sink = {take, skipped, &count};
	char value[SHEET_TEXT_SIZE];
	struct text t;
	uint8_t *zip;

	if (size > WORKBOOK_ROOM / 2)
		return 0;
	if (text_check((struct bytes){data, size}, &t, NULL) == ST_OK && size) {
		const char *why = sheet_number(t, data[0] % 24, data[0] & 1, value);

		(void)sheet_format_of(t);
		if (why == NULL && memchr(value, '\0', sizeof value) == NULL)
			__builtin_trap();
	}
	zip = malloc(WORKBOOK_ROOM);
	if (zip == NULL)
		return 0;
	bytes = (struct bytes_source){zip, workbook_pack(data, size, zip), 0};
	if (exchange_read(&source, &sink, &report, &e) != ST_OK) {
		if (e.message[0] == '\0')
			__builtin_trap();
	} else if (report.entities != count) {
		__builtin_trap();
	}
	free(zip);
	return 0;
}
