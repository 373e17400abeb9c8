#include "figure/withhold.h"

#include "figure/bounds.h"

#define NO_COLUMN SIZE_MAX
#define LP_MAX ((size_t)256 << 20)

/* What the attacker has: each number that is told, or a column of what he does not know. */
struct place {
	const struct withhold_cell *cell;
	size_t column; /* NO_COLUMN: he knows it */
	int64_t least; /* of a named part 1 */
};

struct attack {
	struct withhold_version *versions;
	size_t count;
	struct place *places; /* of version v from places[start[v]]: the total, then the parts */
	size_t start[WITHHOLD_VERSIONS_MAX + 1];
	size_t columns;
	struct arena *arena;
};

static struct withhold_cell *part_find(const struct withhold_version *v, struct text part)
{
	for (size_t i = 0; i < v->part_count; i++)
		if (text_equal(v->parts[i].part, part))
			return &v->parts[i];
	return NULL;
}

static const struct withhold_cell *before(const struct attack *a, size_t version, const struct withhold_cell *cell, size_t *ret_place)
{
	const struct withhold_version *v = &a->versions[version];
	const struct withhold_cell *same = cell->part.len ? part_find(v, cell->part) : &v->total;

	*ret_place = a->start[version] + (same == NULL || same == &v->total ? 0 : 1 + (size_t)(same - v->parts));
	return same;
}

/* A number that did not change is the same unknown, or the same known, in each version. */
static void place_set(struct attack *a, size_t version, size_t place, const struct withhold_cell *cell)
{
	size_t old;
	const struct withhold_cell *same = version ? before(a, version - 1, cell, &old) : NULL;

	a->places[place] = (struct place){cell, NO_COLUMN, cell->part.len && cell->value > 0 ? 1 : 0};
	if (same && same->value == cell->value && a->places[old].column == NO_COLUMN)
		return;
	if (same && same->value == cell->value && cell->withheld)
		a->places[place].column = a->places[old].column;
	else if (cell->withheld)
		a->places[place].column = a->columns++;
}

/* A number that is told in a later version while it did not change is known in the earlier ones too. */
static void known_back(struct attack *a)
{
	for (size_t v = a->count; v-- > 1;) {
		for (size_t p = a->start[v]; p < a->start[v + 1]; p++) {
			size_t old;
			const struct withhold_cell *same = before(a, v - 1, a->places[p].cell, &old);

			if (same && same->value == a->places[p].cell->value && a->places[p].column == NO_COLUMN)
				a->places[old].column = NO_COLUMN;
		}
	}
}

static void attack_read(struct attack *a)
{
	size_t place = 0;

	a->columns = 0;
	for (size_t v = 0; v < a->count; v++) {
		a->start[v] = place;
		place_set(a, v, place++, &a->versions[v].total);
		for (size_t i = 0; i < a->versions[v].part_count; i++)
			place_set(a, v, place++, &a->versions[v].parts[i]);
	}
	a->start[a->count] = place;
	known_back(a);
}

/* For each version with parts: parts - total = 0, what is known on the right; each unknown less its least. */
static enum status system_make(const struct attack *a, struct bounds_system *ret)
{
	int64_t *left = ARENA_NEW(a->arena, int64_t, a->count * (a->columns + 1)), *right = ARENA_NEW(a->arena, int64_t, a->count);

	if (left == NULL || right == NULL)
		return ST_LIMIT;
	*ret = (struct bounds_system){.a = left, .b = right, .rows = 0, .columns = a->columns};
	for (size_t v = 0; v < a->count; v++) {
		if (a->versions[v].part_count == 0)
			continue;
		for (size_t p = a->start[v]; p < a->start[v + 1]; p++) {
			const struct place *at = &a->places[p];
			int64_t sign = p == a->start[v] ? -1 : 1;

			right[ret->rows] -= sign * (at->column == NO_COLUMN ? at->cell->value : at->least);
			if (at->column != NO_COLUMN)
				left[ret->rows * a->columns + at->column] += sign;
		}
		ret->rows++;
	}
	return ST_OK;
}

/* Whether every number that is withheld, and is not known anyway, can have values that lie far enough apart. */
static bool holds(struct attack *a)
{
	struct bounds_system system;
	struct arena room;
	bool good = true;

	attack_read(a);
	if (system_make(a, &system) != ST_OK)
		return false;
	arena_init(&room, LP_MAX);
	for (size_t column = 0; good && column < a->columns; column++) {
		int64_t low = 0, high = 0;
		bool asked = false;

		for (size_t p = 0; p < a->start[a->count]; p++)
			asked = asked || a->places[p].column == column;
		arena_clear(&room);
		good = !asked || (bounds_of(&system, column, &room, &low, &high) == ST_OK && high - low >= WITHHOLD_WIDTH);
	}
	arena_release(&room);
	return good;
}

/* What became of the number in the version before the last, if it has not changed since. */
enum fate { FATE_NEW, FATE_KNOWN, FATE_WITHHELD };

static enum fate fate_of(const struct attack *a, size_t last, const struct withhold_cell *cell)
{
	size_t old;
	const struct withhold_cell *same = last ? before(a, last - 1, cell, &old) : NULL;

	if (same == NULL || same->value != cell->value)
		return FATE_NEW;
	return a->places[old].column == NO_COLUMN ? FATE_KNOWN : FATE_WITHHELD;
}

/* One more: the smallest part that is told and was not known before; if there is none, the total with everything. false: all is withheld. */
static bool withhold_more(struct attack *a)
{
	struct withhold_version *last = &a->versions[a->count - 1];
	struct withhold_cell *least = NULL;

	for (size_t i = 0; i < last->part_count; i++) {
		struct withhold_cell *part = &last->parts[i];

		if (!part->withheld && fate_of(a, a->count - 1, part) != FATE_KNOWN && (least == NULL || part->value < least->value))
			least = part;
	}
	if (least) {
		least->withheld = true;
		return true;
	}
	if (last->total.withheld)
		return false;
	last->total.withheld = true;
	for (size_t i = 0; i < last->part_count; i++)
		last->parts[i].withheld = true;
	return true;
}

static enum status checked(const struct withhold_version *versions, size_t count, size_t *ret_places)
{
	*ret_places = 0;
	if (count == 0 || count > WITHHOLD_VERSIONS_MAX)
		return ST_LIMIT;
	for (size_t v = 0; v < count; v++) {
		if (versions[v].part_count > WITHHOLD_PARTS_MAX)
			return ST_LIMIT;
		*ret_places += 1 + versions[v].part_count;
	}
	return ST_OK;
}

enum status withhold(struct withhold_version *versions, size_t count, struct arena *arena)
{
	struct attack a = {.versions = versions, .count = count, .arena = arena};
	struct withhold_version *last;
	size_t places;

	TRY(checked(versions, count, &places));
	a.places = ARENA_NEW(arena, struct place, places);
	if (a.places == NULL)
		return ST_LIMIT;
	/* What the versions before have given away, without this one. */
	a.count = count - 1;
	attack_read(&a);
	a.count = count;
	last = &versions[count - 1];
	last->total.withheld = last->total.people < WITHHOLD_BELOW || fate_of(&a, count - 1, &last->total) == FATE_WITHHELD;
	for (size_t i = 0; i < last->part_count; i++)
		last->parts[i].withheld = last->total.withheld || last->parts[i].people < WITHHOLD_BELOW ||
					  fate_of(&a, count - 1, &last->parts[i]) == FATE_WITHHELD;
	while (!holds(&a))
		if (!withhold_more(&a))
			break;
	return ST_OK;
}
