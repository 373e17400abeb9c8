#include "text/pieces.h"

#define BEAM 32u
/* What no piece covers is passed over at this cost. */
#define SKIP_COST 14000u

static size_t first_piece(const struct pieces *t, struct text key)
{
	size_t low = 0, high = t->piece_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (text_compare(t->pieces[mid].piece, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t first_name(const struct pieces *t, struct text key)
{
	size_t low = 0, high = t->name_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (text_compare(t->names[mid].native, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool pieces_has_name(const struct pieces *t, struct text word)
{
	size_t at = first_name(t, word);

	return at < t->name_count && text_equal(t->names[at].native, word);
}

/* The partial spellings that end at one place of the word; kept few. */
struct stage {
	struct spelling list[BEAM];
	size_t count;
};

static void stage_put(struct stage *s, const struct spelling *n)
{
	size_t worst = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct spelling *have = &s->list[i];

		if (have->len == n->len && memcmp(have->latin, n->latin, n->len) == 0) {
			have->cost = n->cost < have->cost ? n->cost : have->cost;
			return;
		}
		if (have->cost > s->list[worst].cost)
			worst = i;
	}
	if (s->count < BEAM)
		s->list[s->count++] = *n;
	else if (n->cost < s->list[worst].cost)
		s->list[worst] = *n;
}

static void grow(const struct stage *from, struct stage *to, struct text latin, uint32_t cost)
{
	for (size_t i = 0; i < from->count; i++) {
		struct spelling n = from->list[i];

		n.cost += cost;
		for (size_t k = 0; k < latin.len && n.len < READING_MAX; k++)
			n.latin[n.len++] = latin.data[k];
		stage_put(to, &n);
	}
}

static void by_pieces(const struct pieces *t, struct text word, const size_t *at, size_t count, struct spellings *ret)
{
	struct stage stages[PIECE_POINTS_MAX + 1] = {{.count = 0}}; /* a ring: places i .. i + PIECE_POINTS_MAX */
	struct stage *here;

	stages[0].count = 1;
	stages[0].list[0] = (struct spelling){.systems = t->systems};
	for (size_t i = 0; i < count; i++) {
		bool covered = false;

		here = &stages[i % (PIECE_POINTS_MAX + 1)];
		for (size_t n = 1; n <= PIECE_POINTS_MAX && i + n <= count; n++) {
			struct text key = {word.data + at[i], at[i + n] - at[i]};

			for (size_t p = first_piece(t, key); p < t->piece_count && text_equal(t->pieces[p].piece, key); p++) {
				grow(here, &stages[(i + n) % (PIECE_POINTS_MAX + 1)], t->pieces[p].latin,
				     t->pieces[p].cost);
				covered = covered || n == 1;
			}
		}
		if (!covered)
			grow(here, &stages[(i + 1) % (PIECE_POINTS_MAX + 1)], TEXT_NONE, SKIP_COST);
		here->count = 0;
	}
	here = &stages[count % (PIECE_POINTS_MAX + 1)];
	for (size_t i = 0; i < here->count; i++)
		spellings_add(ret, (struct text){here->list[i].latin, here->list[i].len}, here->list[i].cost, t->systems);
}

void pieces_read(const struct pieces *t, const uint32_t *points, size_t count, struct spellings *ret)
{
	char room[PIECES_WORD_MAX * 4];
	size_t at[PIECES_WORD_MAX + 1], len = 0;
	struct spellings made = {.count = 0};
	struct text word;
	uint32_t least = UINT32_MAX;

	if (count > PIECES_WORD_MAX)
		count = PIECES_WORD_MAX;
	for (size_t i = 0; i < count; i++) {
		at[i] = len;
		len += text_encode(points[i], room + len);
	}
	at[count] = len;
	word = (struct text){room, len};
	ret->count = 0;
	for (size_t i = first_name(t, word); i < t->name_count && text_equal(t->names[i].native, word); i++)
		spellings_add(ret, t->names[i].latin, cost_of_ppm(t->names[i].share_ppm), t->systems);
	by_pieces(t, word, at, count, &made);
	/* Joint costs count the word too; only how they compare with the best says anything. */
	for (size_t i = 0; i < made.count; i++)
		least = made.list[i].cost < least ? made.list[i].cost : least;
	for (size_t i = 0; i < made.count; i++)
		made.list[i].cost -= least;
	spellings_merge(ret, &made, ret->count ? 2000 : 0);
}
