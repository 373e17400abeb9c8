#include "account/policy.h"

enum policy_scope { SCOPE_ANY, SCOPE_SELF, SCOPE_OWN, SCOPE_SHARED, SCOPE_HUB };

#define POLICY_ANYONE (-1)
#define POLICY_MEMBER (-2)
#define ACTION_MAX 64u

struct policy_row {
	struct text action;
	int role; /* bit of a role, or one of the two above */
	enum policy_scope scope;
	enum actor_strength strength;
	bool anew, purpose, second;
	uint8_t handling;
};

#include "policy.inc"

struct question {
	const struct actor *actor;
	const struct policy_thing *thing;
	struct text host;
	int64_t now_ms;
};

struct policy_range {
	size_t from, to;
};

static struct policy_range rows_of(struct text action)
{
	size_t low = 0, high = POLICY_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (text_compare(policy_rows[middle].action, action) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < POLICY_COUNT && text_equal(policy_rows[high].action, action);)
		high++;
	return (struct policy_range){low, high};
}

static bool bears(const struct actor *actor, int role)
{
	if (role == POLICY_ANYONE)
		return true;
	if (actor->id.len == 0)
		return false;
	return role == POLICY_MEMBER || (actor->roles >> role & 1) != 0;
}

static bool owned(const struct question *q)
{
	struct text owner = q->thing->owner.len ? q->thing->owner : q->host;

	return q->actor->country.len != 0 && text_equal(owner, q->actor->country);
}

static bool released(const struct question *q)
{
	for (size_t i = 0; i < q->thing->released_count; i++)
		if (q->actor->country.len != 0 && text_equal(q->thing->released[i], q->actor->country))
			return true;
	return false;
}

/* Whether the owner's handling code lets another country do this. */
static bool handled(const struct policy_row *row, const struct question *q)
{
	const struct policy_thing *thing = q->thing;

	return thing->consented || thing->handling <= row->handling ||
	       (thing->handling == 3 && row->handling == 2 && released(q));
}

static bool in_scope(const struct policy_row *row, const struct question *q)
{
	bool host = q->actor->country.len != 0 && text_equal(q->actor->country, q->host);

	if (!q->thing)
		return row->scope != SCOPE_HUB || host;
	switch (row->scope) {
	case SCOPE_ANY:
		return true;
	case SCOPE_SELF:
		return q->thing->subject.len != 0 && text_equal(q->thing->subject, q->actor->id);
	case SCOPE_OWN:
		return owned(q);
	case SCOPE_SHARED: /* the host's people see through their own rows: its liaison is not everybody's */
		return owned(q) || (!host && released(q) && handled(row, q));
	case SCOPE_HUB:
		return host && (owned(q) || handled(row, q));
	}
	return false;
}

/* The answer of a row whose role and scope fit. */
static enum policy_answer weigh(const struct policy_row *row, const struct question *q)
{
	const struct actor *actor = q->actor;
	const struct policy_thing *thing = q->thing;
	int64_t age_ms = q->now_ms - actor->proved_ms;

	if (actor->strength < row->strength || (row->role == POLICY_MEMBER && actor->strength < ACTOR_TOKEN))
		return POLICY_SIGN_IN;
	if (row->second && thing && actor->id.len != 0 &&
	    (text_equal(thing->author, actor->id) || text_equal(thing->subject, actor->id)))
		return POLICY_DENIED;
	if (row->anew && (age_ms < -POLICY_SKEW_MS || age_ms > POLICY_ANEW_MS))
		return POLICY_PROVE_ANEW;
	if (row->purpose && text_trim(actor->purpose).len == 0)
		return POLICY_REASON;
	return POLICY_ALLOWED;
}

/* Whether the person may know that the thing exists: he may read things of this kind, and this one is in his reach. */
static bool visible(struct text action, const struct question *q)
{
	static const char read[] = ".read";
	char word[ACTION_MAX + sizeof read];
	size_t noun = text_find(action, '.', 0);
	struct policy_range range;

	if (noun >= ACTION_MAX)
		return false;
	memcpy(word, action.data, noun);
	memcpy(word + noun, read, sizeof read - 1);
	range = rows_of((struct text){word, noun + sizeof read - 1});
	for (size_t i = range.from; i < range.to; i++)
		if (bears(q->actor, policy_rows[i].role) && in_scope(&policy_rows[i], q))
			return true;
	return false;
}

enum policy_answer may(const struct actor *actor, struct text action, const struct policy_thing *thing, struct text host,
		       int64_t now_ms)
{
	struct question q = {actor, thing, host, now_ms};
	struct policy_range range = rows_of(action);
	enum policy_answer best = POLICY_DENIED;
	bool role_fits = false, scope_fits = false, nobody = actor->id.len == 0 || actor->strength < ACTOR_TOKEN;

	for (size_t i = range.from; i < range.to; i++) {
		const struct policy_row *row = &policy_rows[i];

		if (nobody && row->role != POLICY_ANYONE)
			continue;
		if (!bears(actor, row->role))
			continue;
		role_fits = true;
		if (!in_scope(row, &q))
			continue;
		scope_fits = true;
		enum policy_answer answer = weigh(row, &q);
		if (answer < best)
			best = answer;
	}
	if (range.from == range.to)
		return POLICY_DENIED;
	if (!role_fits)
		return nobody ? POLICY_SIGN_IN : POLICY_DENIED;
	if (!scope_fits)
		return !thing || visible(action, &q) ? POLICY_DENIED : POLICY_NOT_FOUND;
	return best;
}

const char *policy_action(size_t index)
{
	for (size_t i = 0; i < POLICY_COUNT; i++)
		if ((i == 0 || !text_equal(policy_rows[i].action, policy_rows[i - 1].action)) && index-- == 0)
			return policy_rows[i].action.data;
	return NULL;
}

const char *role_word(unsigned role)
{
	return role < ROLE_COUNT ? role_words[role] : NULL;
}

int role_find(struct text word)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (text_equal(text_of(role_words[i]), word))
			return (int)i;
	return -1;
}

bool roles_fit(uint64_t roles, bool machine)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if ((roles >> i & 1) != 0 && (roles & ~role_beside[i]) != 0)
			return false;
	return (roles & ~(machine ? roles_of_machines : roles_of_people)) == 0;
}
