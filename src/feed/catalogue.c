#include "feed/catalogue.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "feed/fetch.h"

#define CATALOGUE_BYTES_MAX (64 << 20)
#define ENTITIES "entities.ftm.json"

enum status catalogue_read(int fd, struct catalogue *ret_catalogue, struct error *ret_error)
{
	struct stat info;
	json_error_t why;
	json_t *root, *datasets;

	if (fstat(fd, &info) != 0 || lseek(fd, 0, SEEK_SET) < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "the catalogue cannot be read");
	if (info.st_size > CATALOGUE_BYTES_MAX)
		return error_set(ret_error, ST_LIMIT, "the catalogue is larger than %d bytes", CATALOGUE_BYTES_MAX);
	root = json_loadfd(fd, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL) {
		error_set(ret_error, ST_MALFORMED, "the catalogue is not JSON: %.150s", why.text);
		ret_error->row = why.line;
		return ST_MALFORMED;
	}
	datasets = json_object_get(root, "datasets");
	if (!json_is_array(datasets)) {
		json_decref(root);
		return error_at(ret_error, ST_MALFORMED, "datasets", -1, "the catalogue has no array 'datasets'");
	}
	*ret_catalogue = (struct catalogue){root, json_array_size(datasets)};
	return ST_OK;
}

void catalogue_release(struct catalogue *catalogue)
{
	json_decref(catalogue->json);
	*catalogue = (struct catalogue){NULL, 0};
}

static const char *string_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static uint64_t count_of(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? (uint64_t)n : 0;
}

static const json_t *entities_of(const json_t *dataset)
{
	const json_t *resources = json_object_get(dataset, "resources");

	for (size_t i = 0; i < json_array_size(resources); i++) {
		const json_t *resource = json_array_get(resources, i);

		if (strcmp(string_of(resource, "name"), ENTITIES) == 0 && string_of(resource, "url")[0])
			return resource;
	}
	return NULL;
}

bool catalogue_dataset(const struct catalogue *catalogue, size_t at, struct catalogue_dataset *ret_dataset)
{
	const json_t *d = json_array_get(json_object_get(catalogue->json, "datasets"), at);
	const json_t *entities = entities_of(d);

	if (entities == NULL || !source_name_good(text_of(string_of(d, "name"))))
		return false;
	*ret_dataset = (struct catalogue_dataset){
		.name = string_of(d, "name"),
		.title = string_of(d, "title"),
		.publisher = string_of(json_object_get(d, "publisher"), "name"),
		.updated_at = string_of(d, "updated_at"),
		.address = string_of(entities, "url"),
		.sha1 = string_of(entities, "checksum"),
		.size = count_of(entities, "size"),
		.things = count_of(d, "thing_count"),
	};
	if (strlen(ret_dataset->sha1) != 40)
		ret_dataset->sha1 = "";
	return true;
}

static enum status keep(struct arena *arena, const char **at, const char *prefix, const char *s, struct error *ret_error)
{
	size_t size = strlen(prefix) + strlen(s) + 1;
	char *copy = ARENA_NEW(arena, char, size);

	if (copy == NULL)
		return arena_failure(arena, ret_error);
	snprintf(copy, size, "%s%s", prefix, s);
	*at = copy;
	return ST_OK;
}

enum status dataset_source(const char *name, struct arena *arena, struct list_source *ret_source,
			   struct error *ret_error)
{
	char *file = ARENA_NEW(arena, char, strlen(name) + sizeof ".ftm.jsonl");

	if (!source_name_good(text_of(name)))
		return error_set(ret_error, ST_MALFORMED, "'%.100s' cannot be the name of a dataset", name);
	if (file == NULL)
		return arena_failure(arena, ret_error);
	snprintf(file, strlen(name) + sizeof ".ftm.jsonl", "%s.ftm.jsonl", name);
	*ret_source = (struct list_source){.title = "", .publisher = "", .terms = "", .sha1 = "", .format = "ftm",
					   .file_count = 1, .files = {file}, .addresses = {""}};
	return keep(arena, &ret_source->name, SOURCE_DATASET_PREFIX, name, ret_error);
}

static enum status source_of(const struct catalogue_dataset *d, struct arena *arena, struct list_source *s,
			     struct error *ret_error)
{
	TRY(fetch_check_address(d->address, ret_error));
	TRY(dataset_source(d->name, arena, s, ret_error));
	s->size = d->size;
	TRY(keep(arena, &s->title, "", d->title, ret_error));
	TRY(keep(arena, &s->publisher, "", d->publisher, ret_error));
	TRY(keep(arena, &s->addresses[0], "", d->address, ret_error));
	return keep(arena, &s->sha1, "", d->sha1, ret_error);
}

enum status catalogue_source(const struct catalogue *catalogue, const char *name, struct arena *arena,
			     struct list_source *ret_source, struct error *ret_error)
{
	struct catalogue_dataset d;

	for (size_t i = 0; i < catalogue->count; i++)
		if (catalogue_dataset(catalogue, i, &d) && strcmp(d.name, name) == 0)
			return source_of(&d, arena, ret_source, ret_error);
	return error_set(ret_error, ST_NOT_FOUND, "the catalogue has no dataset '%.100s' with entities", name);
}
