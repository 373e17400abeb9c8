/* Parameters of a request, checked, with every fault told in the shape that FastAPI uses. */
#ifndef API_PARAMS_H
#define API_PARAMS_H

#include "api/api.h"
#include "http/server.h"

#define API_SHARE_MILLION 1000000u

/* Faults found so far: the members of "detail", in JSON. */
struct api_faults {
	struct buffer list;
	unsigned count;
};

void faults_init(struct api_faults *faults);
/* Answers 422 and gives true if there were any; frees them either way. */
bool faults_answer(struct api_faults *faults, struct http_response *response);
/* `loc` and `input` are JSON texts; `context` too, or NULL. */
void faults_add(struct api_faults *faults, const char *type, struct text loc, const char *message, struct text input,
		const char *context);

struct api_range {
	uint32_t preset, least, most;
	bool drawn_in; /* a negative number is 0, as where the field draws its window */
};
uint32_t param_count(const struct http_request *request, const char *name, struct api_range range,
		     struct api_faults *faults);
/* A decimal number as parts per million, between 0 and 1 (beyond is drawn in). */
uint32_t param_share(const struct http_request *request, const char *name, uint32_t preset,
		     struct api_faults *faults);
/* A value that is none of `words` (NULL-ended) is a fault; gives its place among them, or `preset`. */
size_t param_word(const struct http_request *request, const char *name, size_t n, const char *const *words, size_t preset,
		  struct api_faults *faults);
bool param_flag(const struct http_request *request, const char *name, bool preset, struct api_faults *faults);

/* Which entities a request asks for; each of the lists is NULL where the request has no such parameter. */
struct api_filter {
	const struct lists_snapshot *lists;
	size_t dataset; /* in the catalogue, or dataset_count for all */
	const struct ftm_schema *schema; /* NULL: any */
	bool compatible; /* `schema` also stands for those it may be compared with, as a search has it */
	struct text changed_since;
	const bool *included, *excluded; /* by dataset */
	const bool *schemata; /* excluded, by number in the model */
	const struct text *topics;
	const entity_ref *ids; /* excluded */
	size_t topic_count, id_count;
};

/* Reads the parameters that /match and /search share. Gives false after answering an error (404). */
bool filter_read(const struct http_request *request, const struct lists_snapshot *lists, struct text dataset,
		 struct api_filter *ret_filter, struct http_response *response, struct api_faults *faults);
/* Forgets all but the dataset and changed_since: what reconciliation takes. */
void filter_scope_only(struct api_filter *filter);
/* As screen_options.keep; `filter` is a struct api_filter. */
bool filter_keep(void *filter, entity_ref ref);

/* ---- answers ---- */

void api_detail(struct http_response *response, unsigned status, const char *format, ...) PRINTF_LIKE(3, 4);
void api_json(struct http_response *response, unsigned status);

/* The lists in force, or NULL after answering 503. */
struct lists_snapshot *api_hold(struct api_context *api, struct http_response *response);

/* Appends the entity as the contract wants it, without its closing brace, so that members can follow. */
void api_entity_open(const struct lists_snapshot *lists, entity_ref ref, struct buffer *out);

/* Whether the list says so, or one of the entity's topics is a risk. */
bool api_is_target(const struct lists_entry *entry);

/* 0.700000; -0.25 for negative ones. */
void api_add_share(struct buffer *out, int64_t millionths);

#endif
