/* GET /metrics, in the text format of Prometheus 0.0.4. */
#include "api/resources.h"

#include "http/server.h"

/* Upper ends of the latency histogram, microseconds. */
static const uint64_t bounds_us[API_LATENCY_BOUNDS] = {250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 1000000};

void api_observe(void *counts, const struct http_observation *o)
{
	struct api_counts *c = counts;

	atomic_fetch_add_explicit(&c->answers[o->status / 100 < 6 ? o->status / 100 : 0], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->took_us, o->took_us, memory_order_relaxed);
	for (size_t i = 0; i < API_LATENCY_BOUNDS; i++)
		if (o->took_us <= bounds_us[i])
			atomic_fetch_add_explicit(&c->latency[i], 1, memory_order_relaxed);
}

static void add_requests(const struct api_counts *c, struct buffer *out)
{
	uint64_t all = 0;

	buffer_printf(out, "# HELP cordon_http_answers_total Answers by class of status.\n"
			   "# TYPE cordon_http_answers_total counter\n");
	for (size_t i = 0; i < 6; i++) {
		uint64_t n = atomic_load_explicit(&c->answers[i], memory_order_relaxed);

		all += n;
		if (i)
			buffer_printf(out, "cordon_http_answers_total{status=\"%zuxx\"} %llu\n", i, (unsigned long long)n);
	}
	buffer_printf(out, "# HELP cordon_http_seconds Time to answer.\n# TYPE cordon_http_seconds histogram\n");
	for (size_t i = 0; i < API_LATENCY_BOUNDS; i++)
		buffer_printf(out, "cordon_http_seconds_bucket{le=\"%llu.%06llu\"} %llu\n",
			      (unsigned long long)(bounds_us[i] / 1000000), (unsigned long long)(bounds_us[i] % 1000000),
			      (unsigned long long)atomic_load_explicit(&c->latency[i], memory_order_relaxed));
	buffer_printf(out, "cordon_http_seconds_bucket{le=\"+Inf\"} %llu\ncordon_http_seconds_count %llu\n",
		      (unsigned long long)all, (unsigned long long)all);
	buffer_printf(out, "cordon_http_seconds_sum %llu.%06llu\n",
		      (unsigned long long)(atomic_load_explicit(&c->took_us, memory_order_relaxed) / 1000000),
		      (unsigned long long)(atomic_load_explicit(&c->took_us, memory_order_relaxed) % 1000000));
}

void api_metrics(void *context, const struct http_request *request, struct http_response *response)
{
	const struct api_context *api = context;
	struct lists_snapshot *lists = lists_hold(api->lists);
	struct buffer *out = &response->body;
	struct lists_state state;

	(void)request;
	lists_state(api->lists, &state);
	response->status = 200;
	http_set_header(response, TEXT("Content-Type"), TEXT("text/plain; version=0.0.4; charset=utf-8"));
	if (api->counts)
		add_requests(api->counts, out);
	buffer_printf(out, "# HELP cordon_entities Entities in force.\n# TYPE cordon_entities gauge\ncordon_entities %u\n",
		      lists ? index_entity_count(lists->index) : 0);
	buffer_printf(out, "# HELP cordon_lists Lists in force.\n# TYPE cordon_lists gauge\ncordon_lists %zu\n",
		      lists ? lists->dataset_count : 0);
	buffer_printf(out, "# HELP cordon_list_reloads_total Loads that succeeded.\n"
			   "# TYPE cordon_list_reloads_total counter\ncordon_list_reloads_total %llu\n",
		      (unsigned long long)state.reloads);
	buffer_printf(out, "# HELP cordon_list_failures_total Loads that failed; the last good lists stay in force.\n"
			   "# TYPE cordon_list_failures_total counter\ncordon_list_failures_total %llu\n",
		      (unsigned long long)state.failures);
	buffer_printf(out, "# HELP cordon_lists_stale Whether the last load failed.\n"
			   "# TYPE cordon_lists_stale gauge\ncordon_lists_stale %d\n", state.failing);
	buffer_printf(out, "# HELP cordon_lists_troubled Files that are bad: old content in force, or none.\n"
			   "# TYPE cordon_lists_troubled gauge\ncordon_lists_troubled %u\n", state.troubled);
	if (lists)
		snapshot_release(lists);
}
