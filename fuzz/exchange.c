#include "exchange/exchange.h"

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
	/* In small pieces, so that rows are cut by reads. */
	n = n > 97 ? 97 : n;
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

/* Whatever the bytes are, every reader gives entities or a clear error. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes_source bytes = {data, size, 0};
	struct exchange_source source = {.read = read_some, .context = &bytes, .name = TEXT("list")};
	struct exchange_report report;
	struct error e = {.code = ST_OK};
	size_t count = 0;
	struct exchange_sink sink = {take, NULL, &count};

	if (exchange_read(&source, &sink, &report, &e) != ST_OK) {
		if (e.message[0] == '\0')
			__builtin_trap();
	} else if (report.entities != count) {
		__builtin_trap();
	}
	return 0;
}
