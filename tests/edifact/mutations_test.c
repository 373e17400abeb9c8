/* Ten thousand messages as no carrier should send them, made of real ones and of our own from a seed: none brings the reader down, each that
 * is refused has a reason that people can be told, each that is read can be answered and the answer read. */
#include "edifact/cusres.h"

#include <dirent.h>

#include "lib/real.h"

#define NOW ((int64_t)1772352000000)
#define MUTATIONS 10000u
#define FILES_MAX 128u

struct world {
	struct buffer files[FILES_MAX];
	size_t count;
	char reasons[16384]; /* of data/problems.tsv, each with a line end before and a tab behind */
	uint64_t seed;
	size_t lists, acknowledgements, refused, passengers;
	size_t by_reason[16];
	char names[16][ERROR_REASON_SIZE];
};

static uint32_t chance(struct world *w, uint32_t below)
{
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((w->seed >> 33) % below);
}

static void folder_load(struct world *w, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	char full[1024];
	int c;

	while (dir && (entry = readdir(dir)) != NULL && w->count < FILES_MAX) {
		struct buffer *b = &w->files[w->count];
		FILE *f;

		if (entry->d_name[0] == '.' || snprintf(full, sizeof full, "%s/%s", path, entry->d_name) >= (int)sizeof full)
			continue;
		f = fopen(full, "rb");
		assert_non_null(f);
		buffer_init(b, 1 << 20);
		while ((c = getc(f)) != EOF)
			buffer_add_char(b, (char)c);
		fclose(f);
		w->count++;
	}
	if (dir)
		closedir(dir);
}

/* Files in an order of their own, or the seed would mean another thing on each disk. */
static int by_content(const void *a, const void *b)
{
	const struct buffer *x = a, *y = b;
	int c = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);

	return c ? c : (x->len > y->len) - (x->len < y->len);
}

static void reasons_load(struct world *w, const char *source)
{
	char path[1024], line[4096];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/data/problems.tsv", source);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		n += (size_t)snprintf(w->reasons + n, sizeof w->reasons - n, "\n%.*s\t", (int)strcspn(line, "\t"), line);
	assert_true(n < sizeof w->reasons);
	fclose(f);
}

/* One change of a kind that lines, editors, programs and people make. */
static void change(struct world *w, struct buffer *m)
{
	static const char *const pieces[] = {"'", "+", ":", "?", "\"", "’", "\\'", "\\n", "\r\n", "UNA:+.? '", "UNA*|.! $", "UNH+2+PAXLST'", "UNT+1+1'",
					     "UNB+UNOA:4+A+B'", "UNZ+1+1'", "NAD+FL+++A:B'", "DTM+329:99999999'", "LOC+92+XXX'", "TDT+20'", "\x80", "\xff", ""};
	const struct buffer *other = &w->files[chance(w, (uint32_t)w->count)];
	uint32_t at = m->len ? chance(w, (uint32_t)m->len) : 0, n, from;
	struct buffer made;

	buffer_init(&made, 1 << 22);
	buffer_add(&made, m->data, at);
	switch (chance(w, 7)) {
	case 0: /* cut off */
		break;
	case 1: /* a bit turned over */
		buffer_add(&made, m->data + at, m->len - at);
		if (made.len)
			made.data[at] = (uint8_t)(made.data[at] ^ (1u << chance(w, 8)));
		break;
	case 2: /* some left out */
		n = chance(w, 40) + 1;
		if (at + n < m->len)
			buffer_add(&made, m->data + at + n, m->len - at - n);
		break;
	case 3: /* something put in */
		buffer_add_text(&made, text_of(pieces[chance(w, sizeof pieces / sizeof pieces[0])]));
		buffer_add(&made, m->data + at, m->len - at);
		break;
	case 4: /* some twice */
		n = chance(w, 200) + 1;
		from = at > n ? at - n : 0;
		buffer_add(&made, m->data + from, m->len - from);
		break;
	case 5: /* the end of another */
		from = other->len ? chance(w, (uint32_t)other->len) : 0;
		buffer_add(&made, other->data + from, other->len - from);
		break;
	default: /* one character for another all through */
		n = m->len ? m->data[at] : 0;
		from = chance(w, 256);
		buffer_add(&made, m->data + at, m->len - at);
		for (size_t i = 0; i < made.len; i++)
			if (made.data[i] == n)
				made.data[i] = (uint8_t)from;
		break;
	}
	buffer_release(m);
	*m = made;
}

static void refuse(struct world *w, const struct error *e, const struct buffer *m, uint32_t number)
{
	char needle[ERROR_REASON_SIZE + 3];
	size_t i = 0;

	snprintf(needle, sizeof needle, "\n%s\t", e->reason);
	if (e->reason[0] == 0 || strstr(w->reasons, needle) == NULL || e->message[0] == 0 || e->position > (int64_t)m->len)
		fail_msg("mutation %u is refused for \"%s\" (%s) at %d", number, e->reason, e->message, (int)e->position);
	while (w->names[i][0] && strcmp(w->names[i], e->reason) != 0)
		i++;
	memcpy(w->names[i], e->reason, sizeof e->reason);
	w->by_reason[i]++;
	w->refused++;
}

static void answer(struct world *w, const struct paxlst *l, struct arena *arena, uint32_t number)
{
	struct cusres_item *items = ARENA_NEW(arena, struct cusres_item, l->passenger_count + 1);
	const struct cusres_received *received;
	struct entity person;
	struct buffer out;
	struct error error;
	size_t count;

	assert_non_null(items);
	for (size_t i = 0; i < l->passenger_count; i++) {
		assert_ok(paxlst_person(&l->passengers[i], arena, &person));
		items[i] = (struct cusres_item){&l->passengers[i], i % 2 == 0, cusres_error(&l->passengers[i]), TEXT("CALL +855 23 000 000")};
	}
	buffer_init(&out, 4 << 20);
	if (cusres_write(&(struct cusres){.list = l, .now_ms = NOW, .items = items, .count = l->passenger_count}, &out, &error) != ST_OK) {
		assert_string_equal(error.reason, "cusres-reference");
	} else {
		assert_ok(cusres_read(buffer_bytes(&out), arena, &received, &count, &error));
		if (count != (l->passenger_count ? l->passenger_count : 1))
			fail_msg("mutation %u: %zu passengers, %zu answers", number, l->passenger_count, count);
	}
	w->passengers += l->passenger_count;
	buffer_release(&out);
}

static void message_check(struct world *w, const struct buffer *m, uint32_t number)
{
	const struct cusres_received *received;
	const struct paxlst *lists;
	struct error error = {0};
	struct arena arena;
	size_t count;

	arena_init(&arena, (size_t)64 << 20);
	if (paxlst_read(buffer_bytes(m), NOW, &arena, &lists, &count, &error) == ST_OK) {
		w->lists++;
		for (size_t i = 0; i < count; i++)
			answer(w, &lists[i], &arena, number);
	} else {
		refuse(w, &error, m, number);
		memset(&error, 0, sizeof error);
		if (cusres_read(buffer_bytes(m), &arena, &received, &count, &error) == ST_OK)
			w->acknowledgements++;
		else
			refuse(w, &error, m, number);
	}
	arena_release(&arena);
}

static void ten_thousand(void **state)
{
	struct world *w = *state;

	for (uint32_t i = 0; i < MUTATIONS; i++) {
		const struct buffer *whole = &w->files[i % w->count];
		struct buffer m, exact;

		buffer_init(&m, 1 << 20);
		buffer_add(&m, whole->data, whole->len);
		for (uint32_t changes = chance(w, 3) + 1; changes; changes--)
			change(w, &m);
		/* In memory of just its size, so that a sanitizer sees a step beyond. */
		exact = (struct buffer){.data = malloc(m.len ? m.len : 1), .len = m.len};
		assert_non_null(exact.data);
		if (m.len)
			memcpy(exact.data, m.data, m.len);
		message_check(w, &exact, i);
		free(exact.data);
		buffer_release(&m);
	}
	print_message("# %u mutations of %zu messages: %zu lists with %zu passengers and %zu acknowledgements read\n", MUTATIONS, w->count, w->lists,
		      w->passengers, w->acknowledgements);
	for (size_t i = 0; w->names[i][0]; i++)
		print_message("# refused for %s: %zu\n", w->names[i], w->by_reason[i]);
	/* Neither is everything refused nor nothing. */
	assert_in_range(w->lists, MUTATIONS / 20, MUTATIONS / 2);
	assert_in_range(w->refused, MUTATIONS / 2, 2 * MUTATIONS);
}

int main(void)
{
	static struct world world = {.seed = 20260301};
	const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(ten_thousand, &world)};
	static const char *const targets[] = {"edifact", "paxlst", "cusres"};
	const char *source = getenv("CORDON_SOURCE"), *shared = getenv("CORDON_SHARED");
	char path[1024];
	int failed;

	source = source ? source : ".";
	reasons_load(&world, source);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/fuzz/corpus/%s", source, targets[i]);
		folder_load(&world, path);
	}
	snprintf(path, sizeof path, "%s%s/data/documents/edifact", shared ? shared : source, shared ? "" : "/../shared");
	failed = (int)world.count;
	folder_load(&world, path);
	if ((int)world.count == failed)
		print_message("# the evaluation data is not here: messages of our own making alone\n");
	qsort(world.files, world.count, sizeof world.files[0], by_content);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	for (size_t i = 0; i < world.count; i++)
		buffer_release(&world.files[i]);
	return failed;
}
