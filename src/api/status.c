/* What the service says of itself: health, catalogue, algorithms. */
#include <stdio.h>
#include <xxhash.h>

#include "api/match.h"
#include "api/resources.h"
#include "model/entity_json.h"

void api_healthz(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	http_answer(response, 200, TEXT("application/json"), TEXT("{\"status\":\"ok\"}"));
}

void api_readyz(void *context, const struct http_request *request, struct http_response *response)
{
	const struct api_context *api = context;
	struct lists_snapshot *lists = api_hold(context, response);
	struct buffer *out = &response->body;
	size_t open;
	bool first;

	(void)request;
	if (lists == NULL)
		return;
	/* Ready, for what else there is is in force; what is not as it should be is named. */
	api_json(response, 200);
	buffer_printf(out, "{\"status\":\"ok\",\"trouble\":[");
	open = out->len;
	if (api->trouble)
		api->trouble(api->trouble_context, out);
	first = out->len == open;
	for (size_t i = 0; i < lists->dataset_count; i++) {
		const struct lists_dataset *d = &lists->datasets[i];

		if (d->trouble.len == 0 || d->file.len == 0)
			continue;
		buffer_printf(out, "%s{\"list\":", first ? "" : ",");
		json_add_string(out, d->name);
		buffer_printf(out, ",\"state\":\"%s\",\"reason\":", d->state == LISTS_OLD ? "old" : "failed");
		json_add_string(out, d->trouble);
		buffer_add_char(out, '}');
		first = false;
	}
	if (first) {
		buffer_clear(out);
		buffer_printf(out, "{\"status\":\"ok\"}");
	} else {
		buffer_printf(out, "]}");
	}
	snapshot_release(lists);
}

void api_updatez(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	/* Lists are taken up when their files change; nobody holds a token to ask for it. */
	api_detail(response, 403, "Invalid token.");
}

static void add_dataset(struct buffer *out, const struct lists_dataset *d)
{
	buffer_printf(out, "{\"name\":");
	json_add_string(out, d->name);
	buffer_printf(out, ",\"title\":");
	json_add_string(out, d->title);
	buffer_printf(out, ",\"license\":null,\"summary\":null,\"description\":null,\"url\":null,\"updated_at\":");
	buffer_printf(out, d->updated_at[0] ? "\"%s\"" : "null%s", d->updated_at);
	buffer_printf(out, ",\"last_export\":null,\"entity_count\":%llu,\"thing_count\":%llu,\"version\":\"%s\"",
		      (unsigned long long)d->entity_count, (unsigned long long)d->thing_count, d->version);
	buffer_printf(out, ",\"category\":null,\"tags\":[],\"publisher\":null,\"coverage\":null,\"resources\":[]"
			   ",\"children\":[],\"load\":%s,\"entities_url\":null,\"delta_url\":null,\"namespace\":false"
			   ",\"index_version\":\"%s\",\"index_current\":%s}",
		      d->file.len ? "true" : "false", d->version, d->state == LISTS_CURRENT ? "true" : "false");
}

static void add_names(struct buffer *out, const struct lists_snapshot *lists, bool current)
{
	bool first = true;

	for (size_t i = 0; i < lists->dataset_count; i++) {
		if ((lists->datasets[i].state == LISTS_CURRENT) != current)
			continue;
		if (!first)
			buffer_add_char(out, ',');
		json_add_string(out, lists->datasets[i].name);
		first = false;
	}
}

static struct text catalog_etag(const struct lists_snapshot *lists, struct arena *arena)
{
	XXH128_hash_t hash;
	struct buffer all, tag;
	struct text copy = TEXT_NONE;

	buffer_init(&all, (size_t)64 << 20);
	buffer_init(&tag, 64);
	for (size_t i = 0; i < lists->dataset_count; i++) {
		buffer_add_text(&all, lists->datasets[i].name);
		buffer_printf(&all, ":%s:%d\n", lists->datasets[i].version, (int)lists->datasets[i].state);
	}
	hash = XXH3_128bits(all.data, all.len);
	buffer_printf(&tag, "\"%016llx%016llx\"", (unsigned long long)hash.high64, (unsigned long long)hash.low64);
	if (buffer_status(&all) != ST_OK || arena_text(arena, buffer_text(&tag), &copy) != ST_OK)
		copy = TEXT_NONE;
	buffer_release(&all);
	buffer_release(&tag);
	return copy;
}

void api_catalog(void *context, const struct http_request *request, struct http_response *response)
{
	struct lists_snapshot *lists = api_hold(context, response);
	struct buffer *out = &response->body;
	struct text etag;

	if (lists == NULL)
		return;
	etag = catalog_etag(lists, request->arena);
	http_set_header(response, TEXT("Cache-Control"), TEXT("public, max-age=300"));
	if (etag.len)
		http_set_header(response, TEXT("ETag"), etag);
	if (etag.len && http_etag_known(request, etag)) {
		response->status = 304;
		snapshot_release(lists);
		return;
	}
	api_json(response, 200);
	buffer_printf(out, "{\"datasets\":[");
	for (size_t i = 0; i < lists->dataset_count; i++) {
		if (i)
			buffer_add_char(out, ',');
		add_dataset(out, &lists->datasets[i]);
	}
	buffer_printf(out, "],\"current\":[");
	add_names(out, lists, true);
	buffer_printf(out, "],\"outdated\":[");
	add_names(out, lists, false);
	buffer_printf(out, "],\"index_stale\":%s}", lists->troubled ? "true" : "false");
	snapshot_release(lists);
}

void api_algorithms(void *context, const struct http_request *request, struct http_response *response)
{
	static const char description[] = "Cordon's evidence engine; it answers under every name of the contract.";
	struct buffer *out = &response->body;

	(void)context;
	(void)request;
	api_json(response, 200);
	buffer_printf(out, "{\"algorithms\":[");
	for (size_t i = 0; i < match_algorithm_count; i++) {
		buffer_printf(out,
			      "%s{\"name\":\"%s\",\"description\":\"%s\",\"features\":{},\"docs\":{\"name\":\"%s\","
			      "\"description\":\"%s\",\"config\":{",
			      i ? "," : "", match_algorithms[i], description, match_algorithms[i], description);
		for (size_t k = 0; k < match_setting_count; k++)
			buffer_printf(out, "%s\"%s\":{\"type\":\"%s\",\"description\":\"%s Checked, not applied.\",\"default\":%s}",
				      k ? "," : "", match_settings[k].name, match_settings[k].type,
				      match_settings[k].description, match_settings[k].preset);
		buffer_printf(out, "},\"features\":{}}}");
	}
	buffer_printf(out, "],\"default\":\"best\",\"best\":\"%s\"}", match_algorithms[0]);
}
