#include <stdlib.h>

#include "bulletin/upload.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(const uint8_t *data, size_t size, struct bytes part)
{
	if (part.len && (part.data < data || part.len > size || part.data > data + size - part.len))
		abort();
}

/* What is found lies within what came; a part of an upload that can be read is written as it was. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_multipart got;
	struct upload_part part;
	struct buffer again;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	if (http_multipart(TEXT("multipart/form-data; boundary=XX"), (struct bytes){data, size}, &arena, &got, NULL) == ST_OK) {
		for (size_t i = 0; i < got.field_count; i++) {
			within(data, size, text_bytes(got.fields[i].name));
			within(data, size, text_bytes(got.fields[i].value));
		}
		for (size_t i = 0; i < got.file_count; i++) {
			within(data, size, got.files[i].content);
			(void)upload_media(got.files[i].content);
		}
	}
	arena_release(&arena);
	if (upload_part_read((struct bytes){data, size}, &part, NULL) != ST_OK)
		return 0;
	within(data, size, part.content);
	buffer_init(&again, size);
	if (upload_part_write(part.upload, part.place, part.content, &again) != ST_OK || again.len != size || memcmp(again.data, data, size) != 0)
		abort();
	buffer_release(&again);
	return 0;
}
