#include "portal/outbox.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal/keep.h"

#define NAME_SIZE 48u
#define TURN_MAX 4096u /* items of one kind in one turn */

/* "K-ID": the kind's number and 32 hexadecimal digits. */
static bool is_item(const char *name)
{
	return strlen(name) == 34 && name[0] >= '1' && name[0] <= '9' && name[1] == '-' && strspn(name + 2, "0123456789abcdef") == 32;
}

static uint64_t waiting_size(const char *folder)
{
	DIR *dir = opendir(folder);
	uint64_t size = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
		char path[KEEP_PATH];
		struct stat about;

		if (is_item(entry->d_name) && snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path && stat(path, &about) == 0)
			size += (uint64_t)about.st_size;
	}
	if (dir)
		closedir(dir);
	return size;
}

enum status outbox_keep(const char *folder, struct bytes item, struct error *ret_error)
{
	struct bulletin_item_head head;
	char name[NAME_SIZE], id[2 * BULLETIN_ITEM_ID_SIZE + 1];

	TRY(bulletin_item_head_read(item, &head, ret_error));
	if (waiting_size(folder) + item.len > (head.kind == BULLETIN_UPLOAD_PART ? OUTBOX_PARTS_MAX : OUTBOX_MAX))
		return error_set(ret_error, ST_LIMIT, "too much waits for the hub");
	sodium_bin2hex(id, sizeof id, head.id, sizeof head.id);
	snprintf(name, sizeof name, "%u-%s", (unsigned)head.kind, id);
	return keep_write(folder, name, item, ret_error);
}

static enum status item_send(const char *folder, const char *name, const struct source *source, size_t *ret_refused, struct error *ret_error)
{
	char path[KEEP_PATH];
	struct buffer item;
	enum status st;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	buffer_init(&item, BULLETIN_ITEM_MAX);
	st = keep_read(path, &item, ret_error);
	if (st == ST_OK)
		st = source_put(source, name, buffer_bytes(&item), ret_error);
	buffer_release(&item);
	if (st == ST_MALFORMED)
		++*ret_refused;
	if (st != ST_OK && st != ST_MALFORMED)
		return st;
	return unlink(path) == 0 || errno == ENOENT ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "%.120s: %s", path, strerror(errno));
}

/* Names of one turn; the folder is not read while it changes. */
static size_t names_read(const char *folder, bool rescue, char (*names)[NAME_SIZE])
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	for (struct dirent *entry; dir && count < TURN_MAX && (entry = readdir(dir)) != NULL;)
		if (is_item(entry->d_name) && (entry->d_name[0] == '0' + BULLETIN_RESCUE) == rescue)
			memcpy(names[count++], entry->d_name, 35);
	if (dir)
		closedir(dir);
	return count;
}

enum status outbox_send(const char *folder, const struct source *source, size_t *ret_refused, struct error *ret_error)
{
	char (*names)[NAME_SIZE] = calloc(TURN_MAX, NAME_SIZE);
	enum status st = names ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");

	for (int turn = 0; st == ST_OK && turn < 2; turn++) {
		size_t count = names_read(folder, turn == 0, names);

		for (size_t i = 0; st == ST_OK && i < count; i++)
			st = item_send(folder, names[i], source, ret_refused, ret_error);
	}
	free(names);
	return st;
}
