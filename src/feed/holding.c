#include "feed/holding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#define FORM 1 /* of the file; raised when its members change their meaning */

/* ---- reading ---- */

static void string_take(json_t *object, const char *key, char *out, size_t size)
{
	const char *s = json_string_value(json_object_get(object, key));

	snprintf(out, size, "%s", s ? s : "");
}

static int64_t number_of(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void file_take(json_t *object, struct held_file *file)
{
	string_take(object, "name", file->name, sizeof file->name);
	string_take(object, "address", file->address, sizeof file->address);
	string_take(object, "etag", file->etag, sizeof file->etag);
	string_take(object, "last_modified", file->last_modified, sizeof file->last_modified);
	string_take(object, "sha256", file->digests.sha256, sizeof file->digests.sha256);
	string_take(object, "sha1", file->digests.sha1, sizeof file->digests.sha1);
	file->bytes = (uint64_t)number_of(object, "bytes");
}

static void list_take(json_t *object, struct held_list *list)
{
	json_t *files = json_object_get(object, "files");

	string_take(object, "format", list->format, sizeof list->format);
	string_take(object, "trouble", list->trouble, sizeof list->trouble);
	list->modified_s = number_of(object, "modified_s");
	list->fetched_ms = number_of(object, "fetched_ms");
	list->checked_ms = number_of(object, "checked_ms");
	list->tried_ms = number_of(object, "tried_ms");
	list->listed = (uint64_t)number_of(object, "listed");
	list->entities = (uint64_t)number_of(object, "entities");
	list->skipped = (uint64_t)number_of(object, "skipped");
	while (list->file_count < SOURCE_FILES_MAX && list->file_count < json_array_size(files)) {
		file_take(json_array_get(files, list->file_count), &list->files[list->file_count]);
		list->file_count++;
	}
}

static enum status holding_of(json_t *root, struct holding *holding, struct error *ret_error)
{
	json_t *lists = json_object_get(root, "lists");

	if (number_of(root, "form") != FORM || !json_is_array(lists))
		return error_set(ret_error, ST_CORRUPT, HOLDING_FILE " is not of this form");
	for (size_t i = 0; i < json_array_size(lists); i++) {
		json_t *object = json_array_get(lists, i);
		const char *name = json_string_value(json_object_get(object, "name"));
		struct held_list *list;

		if (name == NULL || strlen(name) >= sizeof list->name)
			return error_set(ret_error, ST_CORRUPT, HOLDING_FILE ": list %zu has no name", i + 1);
		TRY(holding_add(holding, name, &list, ret_error));
		list_take(object, list);
	}
	return ST_OK;
}

enum status holding_read(int folder, struct holding *ret_holding, struct error *ret_error)
{
	struct holding holding = {NULL, 0};
	json_error_t why;
	json_t *root;
	enum status st;
	int fd = openat(folder, HOLDING_FILE, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		*ret_holding = holding;
		return ST_OK;
	}
	if (fd < 0)
		return error_set(ret_error, ST_UNAVAILABLE, HOLDING_FILE ": %s", strerror(errno));
	root = json_loadfd(fd, JSON_REJECT_DUPLICATES, &why);
	close(fd);
	if (root == NULL)
		return error_set(ret_error, ST_CORRUPT, HOLDING_FILE ": %.150s", why.text);
	st = holding_of(root, &holding, ret_error);
	json_decref(root);
	if (st == ST_OK)
		*ret_holding = holding;
	else
		holding_release(&holding);
	return st;
}

/* ---- writing ---- */

static json_t *json_of_file(const struct held_file *f)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "name", f->name, "address", f->address, "etag", f->etag,
			 "last_modified", f->last_modified, "sha256", f->digests.sha256, "sha1", f->digests.sha1,
			 "bytes", (json_int_t)f->bytes);
}

static json_t *json_of_list(const struct held_list *l)
{
	json_t *files = json_array();
	json_t *list;

	for (size_t i = 0; i < l->file_count; i++)
		json_array_append_new(files, json_of_file(&l->files[i]));
	list = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o}", "name", l->name, "format", l->format,
			 "modified_s", (json_int_t)l->modified_s, "fetched_ms", (json_int_t)l->fetched_ms, "checked_ms",
			 (json_int_t)l->checked_ms, "tried_ms", (json_int_t)l->tried_ms, "listed",
			 (json_int_t)l->listed, "entities", (json_int_t)l->entities, "skipped",
			 (json_int_t)l->skipped, "trouble", l->trouble, "files", files);
	return list && json_array_size(json_object_get(list, "files")) == l->file_count ? list : NULL;
}

static enum status json_write(int fd, json_t *root, struct error *ret_error)
{
	if (json_dumpfd(root, fd, JSON_INDENT(1)) != 0 || fsync(fd) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, HOLDING_FILE " cannot be written: %s",
				 strerror(errno ? errno : EIO));
	return ST_OK;
}

enum status holding_write(int folder, const struct holding *holding, struct error *ret_error)
{
	static const char part[] = HOLDING_FILE ".part";
	json_t *lists = json_array();
	json_t *root = json_pack("{s:i, s:o}", "form", FORM, "lists", lists);
	enum status st = root ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	int fd = -1;

	for (size_t i = 0; i < holding->count && st == ST_OK; i++)
		if (json_array_append_new(lists, json_of_list(&holding->lists[i])) != 0)
			st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (st == ST_OK) {
		fd = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
		st = fd < 0 ? error_set(ret_error, ST_UNAVAILABLE, "%s: %s", part, strerror(errno))
			    : json_write(fd, root, ret_error);
	}
	if (fd >= 0)
		close(fd);
	if (st == ST_OK && (renameat(folder, part, folder, HOLDING_FILE) != 0 || fsync(folder) != 0))
		st = error_set(ret_error, ST_UNAVAILABLE, HOLDING_FILE ": %s", strerror(errno));
	if (st != ST_OK && fd >= 0)
		unlinkat(folder, part, 0);
	json_decref(root);
	return st;
}

/* ---- lists ---- */

struct held_list *holding_find(const struct holding *holding, const char *name)
{
	for (size_t i = 0; i < holding->count; i++)
		if (strcmp(holding->lists[i].name, name) == 0)
			return &holding->lists[i];
	return NULL;
}

enum status holding_add(struct holding *holding, const char *name, struct held_list **ret_list, struct error *ret_error)
{
	struct held_list *list = holding_find(holding, name), *grown;
	size_t at = 0;

	if (list) {
		*ret_list = list;
		return ST_OK;
	}
	if (holding->count == SOURCES_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u lists", SOURCES_MAX);
	grown = reallocarray(holding->lists, holding->count + 1, sizeof *grown);
	if (grown == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	holding->lists = grown;
	while (at < holding->count && strcmp(grown[at].name, name) < 0)
		at++;
	memmove(&grown[at + 1], &grown[at], (holding->count - at) * sizeof *grown);
	grown[at] = (struct held_list){.modified_s = -1};
	snprintf(grown[at].name, sizeof grown[at].name, "%s", name);
	holding->count++;
	*ret_list = &grown[at];
	return ST_OK;
}

void holding_release(struct holding *holding)
{
	free(holding->lists);
	*holding = (struct holding){NULL, 0};
}
