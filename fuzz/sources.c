#include <sys/mman.h>
#include <unistd.h>

#include "feed/catalogue.h"
#include "feed/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void catalogue_try(const uint8_t *data, size_t size)
{
	int fd = memfd_create("catalogue", MFD_CLOEXEC);
	struct catalogue catalogue;
	struct catalogue_dataset d;
	struct list_source source;
	struct error e = {.code = ST_OK};
	struct arena arena;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		__builtin_trap();
	arena_init(&arena, (size_t)1 << 20);
	if (catalogue_read(fd, &catalogue, &e) == ST_OK) {
		for (size_t i = 0; i < catalogue.count; i++)
			if (catalogue_dataset(&catalogue, i, &d) &&
			    catalogue_source(&catalogue, d.name, &arena, &source, &e) == ST_OK &&
			    (source.files[0][0] == '.' || strchr(source.files[0], '/')))
				__builtin_trap();
		catalogue_release(&catalogue);
	} else if (e.message[0] == '\0') {
		__builtin_trap();
	}
	arena_release(&arena);
	close(fd);
}

/* A table of sources or a catalogue gives names of files in the folder and addresses that may be asked, or a clear error. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct list_sources sources;
	struct error e = {.code = ST_OK};
	struct text table;

	if (size && data[0] == '{')
		catalogue_try(data, size);
	if (text_check((struct bytes){data, size}, &table, NULL) != ST_OK)
		return 0;
	if (list_sources_parse(table, &sources, &e) != ST_OK) {
		if (e.message[0] == '\0')
			__builtin_trap();
		return 0;
	}
	for (size_t i = 0; i < sources.count; i++)
		for (size_t j = 0; j < sources.rows[i].file_count; j++)
			if (strchr(sources.rows[i].files[j], '/') ||
			    fetch_check_address(sources.rows[i].addresses[j], NULL) != ST_OK)
				__builtin_trap();
	list_sources_release(&sources);
	return 0;
}
