/* Lists read in tests: from bytes in memory, as JSON lines and a line for each row passed over. */
#ifndef TESTS_LIB_IMPORT_H
#define TESTS_LIB_IMPORT_H

#include <stdio.h>
#include <stdlib.h>

#include "exchange/exchange.h"
#include "lib/test.h"

struct import {
	const uint8_t *data;
	size_t size, at, step; /* at most `step` bytes a read; 0: as many as wanted */
	struct buffer told;    /* what came of it */
	struct exchange_report report;
	struct error error;
};

static inline enum status import_some(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct import *in = context;
	size_t n = in->size - in->at < room ? in->size - in->at : room;

	(void)ret_error;
	if (in->step && n > in->step)
		n = in->step;
	if (n)
		memcpy(out, in->data + in->at, n);
	in->at += n;
	*ret_len = n;
	return ST_OK;
}

static inline enum status import_entity(void *context, const struct entity *entity, struct error *ret_error)
{
	struct import *in = context;

	(void)ret_error;
	entity_write(entity, &in->told);
	buffer_add_char(&in->told, '\n');
	return buffer_status(&in->told);
}

static inline void import_skipped(void *context, int64_t row, const char *field, const char *reason)
{
	struct import *in = context;

	buffer_printf(&in->told, "row %lld: %s: %s\n", (long long)row, field, reason);
}

/* Free with import_free, also after a failure. */
static inline enum status import_run(struct import *in, const void *data, size_t size, const char *name, size_t step)
{
	struct exchange_source source = {.read = import_some, .context = in, .name = text_of(name)};
	struct exchange_sink sink = {import_entity, import_skipped, in};

	*in = (struct import){.data = data, .size = size, .step = step};
	buffer_init(&in->told, (size_t)256 << 20);
	return exchange_read(&source, &sink, &in->report, &in->error);
}

static inline void import_free(struct import *in)
{
	buffer_release(&in->told);
}

/* A file of the source tree, whole; freed by the caller. */
static inline uint8_t *import_file(const char *path, size_t *ret_size)
{
	const char *source = getenv("CORDON_SOURCE");
	char full[1024];
	uint8_t *data;
	FILE *f;
	long size;

	snprintf(full, sizeof full, "%s/%s", source ? source : ".", path);
	f = fopen(full, "rb");
	if (f == NULL)
		fail_msg("%s is missing", full);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_int_equal(fseek(f, 0, SEEK_SET), 0);
	data = malloc((size_t)size + 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, (size_t)size, f), size);
	fclose(f);
	*ret_size = (size_t)size;
	return data;
}

#endif
