/* Runs a fuzz target over the files of its corpus, as an ordinary test; one TAP line a file. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;
	int good;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
		return 0;
	/* Exactly the size, so that a sanitizer sees a read past the end. */
	data = malloc(size ? (size_t)size : 1);
	good = data && fread(data, 1, (size_t)size, f) == (size_t)size;
	if (good)
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	fclose(f);
	return good;
}

int main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;
	int count = 0, bad = 0;

	if (dir == NULL)
		return 2;
	while ((entry = readdir(dir)) != NULL) {
		char path[4096];

		if (entry->d_name[0] == '.' ||
		    snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name) >= (int)sizeof path)
			continue;
		count++;
		if (replay(path)) {
			printf("ok %d - %s\n", count, entry->d_name);
		} else {
			printf("not ok %d - %s\n", count, entry->d_name);
			bad++;
		}
	}
	closedir(dir);
	printf("1..%d\n", count);
	return bad || count == 0;
}
