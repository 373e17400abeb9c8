/* One request to a handler of the officers' interface, without a socket: a hub in a world (tests/registry/world.h). */
#ifndef TESTS_OFFICE_WORLD_CALL_H
#define TESTS_OFFICE_WORLD_CALL_H

#include "office/office.h"
#include "registry/world.h"

struct test_call {
	struct office office;
	struct office_call call;
	struct http_request request;
	struct http_response response;
	struct arena arena;
	struct http_field query[4];
	struct text captures[2];
};

/* Who asks: a person of the world with one role. */
static inline struct actor test_officer(struct world *w, const char *id, const char *role)
{
	struct actor actor = world_actor(id);

	actor.roles = UINT64_C(1) << role_find(text_of(role));
	actor.proved_ms = w->now_ms;
	actor.strength = ACTOR_PASSKEY;
	return actor;
}

/* Free with test_call_free. `query` is "name=value&name=value" without escapes; `id` the first capture, or NULL. */
static inline void test_call_make(struct test_call *t, struct world *w, const struct actor *actor, const char *query, const char *id)
{
	struct text rest = text_of(query), part;

	memset(t, 0, sizeof *t);
	arena_init(&t->arena, (size_t)64 << 20);
	buffer_init(&t->response.body, (size_t)64 << 20);
	t->office = (struct office){.db = w->db, .env = &w->env, .host = TEXT("kh"), .registry = w->registry};
	while (query[0] && text_split(&rest, '&', &part)) {
		size_t equal = text_find(part, '=', 0);

		t->query[t->request.query_count++] = (struct http_field){
			{part.data, equal}, {part.data + equal + 1, part.len - equal - 1}};
	}
	t->request.query = t->query;
	t->captures[0] = text_of(id);
	t->request.captures = t->captures;
	t->request.capture_count = id != NULL;
	t->request.arena = &t->arena;
	t->call = (struct office_call){.office = &t->office, .request = &t->request, .response = &t->response, .arena = &t->arena,
				       .actor = *actor, .language = OFFICE_KO, .now_ms = w->now_ms};
}

static inline void test_call_body(struct test_call *t, const void *data, size_t len)
{
	t->request.body = (struct bytes){data, len};
}

static inline void test_call_free(struct test_call *t)
{
	buffer_release(&t->response.body);
	arena_release(&t->arena);
}

static inline bool test_call_says(const struct test_call *t, const char *words)
{
	return text_has(buffer_text(&t->response.body), text_of(words));
}

#define assert_answer(t, expected, words)                                                                            \
	do {                                                                                                         \
		if ((t)->response.status != (expected) || !test_call_says((t), (words)))                             \
			fail_msg("%u %.*s\nnot %u with %s", (t)->response.status, TEXT_ARG(buffer_text(&(t)->response.body)), \
				 (unsigned)(expected), (words));                                                     \
	} while (0)

#endif
