/* The one engine of acts: what an act brings, the decision over it, and everything that is written with it. */
#include <jansson.h>

#include "account/audit.h"
#include "model/canonical.h"
#include "model/time.h"
#include "registry/inside.h"

#define PAYLOAD_MAX ((size_t)1 << 20)
#define URGENT_STALE(entry, now_ms) \
	((entry)->urgent_until_ms == 0 && (entry)->urgent_ms && (now_ms) >= (entry)->urgent_ms + lifecycle_term_ms("urgent"))

/* ---- facts ---- */

void working_facts(const struct entry *e, const struct actor *actor, int64_t now_ms, struct lifecycle_measure *measures,
		   struct lifecycle_facts *ret_facts)
{
	size_t count = e->measure_count < MEASURES_MAX ? e->measure_count : MEASURES_MAX;

	for (size_t i = 0; i < count; i++)
		measures[i] = (struct lifecycle_measure){
			.kind = e->measures[i].kind, .basis = e->measures[i].basis, .number = e->measures[i].number,
			.issuer = e->measures[i].issuer, .valid_from_ms = e->measures[i].valid_from_ms,
			.expires_ms = e->measures[i].expires_ms, .ended = e->measures[i].ended_ms != 0};
	*ret_facts = (struct lifecycle_facts){
		.actor = actor->id, .actor_country = actor->country, .owner = e->owner, .author = e->submitted_by,
		.first_decider = e->first_decider, .second_decider = e->second_decider, .suspender = e->suspended_by,
		.proposer = e->extension_by, .eraser = e->erasure_by,
		.urgent_proposer = URGENT_STALE(e, now_ms) ? TEXT_NONE : e->urgent_by,
		.has_name = e->caption.len != 0, .has_offence = e->offence.len != 0, .has_birth_date = e->has_birth_date,
		.has_document = e->has_document, .assessed = e->assessed_by.len != 0, .law = e->law, .article = e->article,
		.proportionality = e->proportionality, .penalty_months = e->penalty_months,
		.dual_criminality = e->dual_criminality, .exclusions_done = e->exclusions_done, .own_national = e->own_national,
		.refugee = e->refugee, .child = e->child, .political = e->political, .possible_victim = e->possible_victim,
		.child_decision = e->child_decision, .decision_number = e->decision_number, .measures = measures,
		.measure_count = count, .now_ms = now_ms, .published_ms = e->published_ms, .review_due_ms = e->review_due_ms,
		.expires_ms = e->expires_ms, .extension_until_ms = e->extension_until_ms,
		.urgent_until_ms = e->urgent_until_ms};
}

bool registry_choice(const struct entry *entry, const struct actor *actor, int64_t now_ms, size_t index,
		     struct registry_choice *ret_choice)
{
	struct lifecycle_measure measures[MEASURES_MAX];
	struct lifecycle_facts facts;
	struct registry_choice choice = {0};
	struct text word;

	for (size_t i = 0; i < lifecycle_arc_count(); i++) {
		const struct lifecycle_arc *arc = lifecycle_arc_at(i);

		if (lifecycle_arc(arc->act, entry->state) == arc && index-- == 0) {
			choice.arc = arc;
			break;
		}
	}
	if (!choice.arc)
		return false;
	working_facts(entry, actor, now_ms, measures, &facts);
	for (size_t i = 0; i < 12 && lifecycle_word(choice.arc->conditions, ' ', i, &word); i++) {
		choice.condition[i] = word;
		choice.why[i] = lifecycle_condition(word, &facts);
		choice.count = i + 1;
	}
	*ret_choice = choice;
	return true;
}

/* ---- measures ---- */

static enum status measure_check(const struct working *w, const struct registry_measure *m, struct error *ret_error)
{
	const struct lifecycle_measure asked = {.kind = m->kind, .basis = m->basis, .number = m->number, .issuer = m->issuer,
						.expires_ms = m->expires_ms};
	/* what is not known yet (flags, penalty) is decided later; what can be said of the measure alone is said now */
	const struct lifecycle_facts facts = {.now_ms = w->now_ms, .penalty_months = -1};
	const char *why = lifecycle_measure_wrong(&asked, &facts);

	if (why)
		return error_because(ret_error, ST_MALFORMED, why, "measures", "a measure cannot be taken");
	if (m->expires_ms && m->valid_from_ms >= m->expires_ms)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "measures", "a measure ends before it begins");
	return ST_OK;
}

enum status working_measures(struct working *w, const struct registry_measure *measures, size_t count, bool replace,
			     struct error *ret_error)
{
	struct entry *e = &w->after;
	struct entry_measure *all = ARENA_NEW(w->arena, struct entry_measure, e->measure_count + count + 1);
	int64_t longest_ms = w->now_ms + lifecycle_term_ms("validity-most");

	if (!all)
		return arena_failure(w->arena, ret_error);
	if (e->measure_count + count > MEASURES_MAX)
		return error_because(ret_error, ST_LIMIT, "value-invalid", "measures", "too many measures");
	for (size_t i = 0; i < e->measure_count; i++) {
		all[i] = e->measures[i];
		if (replace && all[i].ended_ms == 0)
			all[i].ended_ms = w->now_ms;
	}
	for (size_t i = 0; i < count; i++) {
		struct entry_measure *new = &all[e->measure_count + i];
		char id[ID_SIZE];

		TRY(measure_check(w, &measures[i], ret_error));
		id_make(w->registry->env, id);
		*new = (struct entry_measure){
			.kind = measures[i].kind, .basis = measures[i].basis, .number = measures[i].number,
			.issuer = measures[i].issuer,
			.valid_from_ms = measures[i].valid_from_ms ? measures[i].valid_from_ms : w->now_ms,
			.expires_ms = measures[i].expires_ms ? measures[i].expires_ms : longest_ms};
		TRY(keep(w->arena, text_of(id), &new->id, ret_error));
	}
	e->measures = all;
	e->measure_count += count;
	return ST_OK;
}

/* ---- what is written ---- */

static enum status append(struct working *w, const char *kind, struct text payload, char ret_id[ID_SIZE],
			  struct error *ret_error)
{
	const struct ledger_new leaf = {.log = LEDGER_LIST, .kind = kind, .subject = w->after.id, .actor = w->actor->id,
					.payload = payload};

	return ledger_append(w->tx, w->registry->env, &leaf, ret_id, ret_error);
}

static enum status listing_put(struct working *w, struct text payload, struct error *ret_error)
{
	char leaf[ID_SIZE];

	TRY(append(w, "listing.put", payload, leaf, ret_error));
	TRY(keep(w->arena, text_of(leaf), &w->told, ret_error));
	w->after.listing_leaf = w->told;
	return ST_OK;
}

static enum status listing_drop(struct working *w, struct error *ret_error)
{
	char leaf[ID_SIZE], at[TIME_SIZE], payload[160];

	time_write(w->now_ms, at);
	snprintf(payload, sizeof payload, "{\"at\":\"%s\",\"id\":\"%.*s\"}", at, TEXT_ARG(w->after.id));
	TRY(append(w, "listing.drop", text_of(payload), leaf, ret_error));
	w->after.listing_leaf = TEXT_NONE;
	return keep(w->arena, text_of(leaf), &w->told, ret_error);
}

/* Checkpoints are told what has changed for them, and of nothing else. */
static enum status sync_listing(struct working *w, struct error *ret_error)
{
	bool was = w->before.listing_leaf.len != 0;
	bool is = entry_published(&w->after) || entry_urgent(&w->after, w->now_ms);
	struct buffer old, new;
	enum status st = ST_OK;

	buffer_init(&old, PAYLOAD_MAX);
	buffer_init(&new, PAYLOAD_MAX);
	if (!was && !is)
		goto out;
	if (!is) {
		TRY_OUT(listing_drop(w, ret_error));
		goto out;
	}
	TRY_OUT(entry_write_listing(&w->after, &new, ret_error));
	if (was)
		TRY_OUT(entry_write_listing(&w->before, &old, ret_error));
	if (was && text_equal(buffer_text(&old), buffer_text(&new)))
		goto out;
	TRY_OUT(listing_put(w, buffer_text(&new), ret_error));
out:
	buffer_release(&old);
	buffer_release(&new);
	return st;
}

static json_t *text_json(struct text t)
{
	return json_stringn(t.data ? t.data : "", t.len);
}

/* The leaf of the act itself. */
static enum status append_act(struct working *w, char ret_id[ID_SIZE], struct error *ret_error)
{
	char content[65], at[TIME_SIZE], kind[64];
	json_t *payload = json_object();
	struct buffer out;
	enum status st;

	buffer_init(&out, PAYLOAD_MAX);
	time_write(w->now_ms, at);
	snprintf(kind, sizeof kind, "entry.%.*s", TEXT_ARG(w->act->act));
	TRY_OUT(entry_content(&w->after, content, ret_error));
	json_object_set_new(payload, "act", text_json(w->act->act));
	json_object_set_new(payload, "at", json_string(at));
	json_object_set_new(payload, "by", text_json(w->actor->id));
	json_object_set_new(payload, "content", json_string(content));
	json_object_set_new(payload, "country", text_json(w->actor->country));
	json_object_set_new(payload, "entry", text_json(w->after.id));
	json_object_set_new(payload, "from", text_json(w->before.state));
	json_object_set_new(payload, "note", text_json(w->act->note));
	json_object_set_new(payload, "reason", text_json(w->act->reason));
	json_object_set_new(payload, "seq", json_integer((json_int_t)w->after.version));
	json_object_set_new(payload, "to", text_json(w->after.state));
	st = canonical_write(payload, &out);
	if (st != ST_OK) {
		error_set(ret_error, st, "the act cannot be written");
		goto out;
	}
	st = append(w, kind, buffer_text(&out), ret_id, ret_error);
out:
	json_decref(payload);
	buffer_release(&out);
	return st;
}

static enum status add_event(struct working *w, const char *leaf, struct error *ret_error)
{
	return db_exec(w->tx,
		       "INSERT INTO entry_event (entry_id, seq, at, actor, country, act, from_state, to_state, reason, note, leaf_id,"
		       " listing_leaf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		       DB_PARAMS(DB_V_TEXT(w->after.id), DB_V_INT(w->after.version), DB_V_INT(w->now_ms),
				 DB_V_TEXT(w->actor->id), DB_V_TEXT_OR_NULL(w->actor->country), DB_V_TEXT(w->act->act),
				 DB_V_TEXT_OR_NULL(w->before.state), DB_V_TEXT(w->after.state), DB_V_TEXT_OR_NULL(w->act->reason),
				 w->after.erased ? DB_V_NULL : DB_V_TEXT_OR_NULL(w->act->note), DB_V_TEXT(text_of(leaf)),
				 DB_V_TEXT_OR_NULL(w->told)),
		       NULL, ret_error);
}

static enum status audit(struct working *w, const char *outcome, const char *why, struct error *ret_error)
{
	char action[64], detail[256];

	/* what came through a session the decision point has written down as it was asked */
	if (!why && w->actor->session.len)
		return ST_OK;

	snprintf(action, sizeof action, "entry.%.*s", TEXT_ARG(w->act->act));
	if (why)
		snprintf(detail, sizeof detail, "{\"reason\":\"%s\"}", why);
	else
		snprintf(detail, sizeof detail, "{\"version\":%lld}", (long long)w->after.version);
	return audit_add(w->tx, w->registry->env,
			 &(struct audit_event){.actor = w->actor, .action = action, .thing_kind = "entry", .thing = w->after.id,
					       .outcome = outcome, .detail = text_of(detail)},
			 ret_error);
}

enum status working_commit(struct working *w, struct error *ret_error)
{
	bool is_new = w->before.id.len == 0;
	char leaf[ID_SIZE];

	TRY(sync_listing(w, ret_error));
	TRY(append_act(w, leaf, ret_error));
	/* measures first: a flag that they may not bear is refused by the schema as it reaches them */
	if (is_new) {
		TRY(entry_insert(w->tx, &w->after, ret_error));
		TRY(entry_save_measures(w->tx, &w->after, ret_error));
	} else {
		const struct entry as_before = {.id = w->after.id, .own_national = w->before.own_national,
						.child = w->before.child, .measures = w->after.measures,
						.measure_count = w->after.measure_count};

		TRY(entry_save_measures(w->tx, &as_before, ret_error));
		TRY(entry_update(w->tx, &w->before, &w->after, ret_error));
	}
	if (w->identity_changed)
		TRY(entry_save_identity(w->tx, &w->after, ret_error));
	TRY(add_event(w, leaf, ret_error));
	TRY(audit(w, "done", NULL, ret_error));
	TRY(db_tell(w->tx, "entry", w->after.id, w->now_ms, ret_error));
	if (w->told.len)
		TRY(db_tell(w->tx, "list", w->after.id, w->now_ms, ret_error));
	return ST_OK;
}

/* ---- the act ---- */

static enum status decide(struct working *w, struct error *ret_error)
{
	const struct act_parts *parts = act_parts(w->act->act);
	struct lifecycle_measure measures[MEASURES_MAX];
	struct lifecycle_facts facts;

	/* what the act brings is looked at only where the act is possible at all */
	if (parts && parts->prepare && lifecycle_arc(w->act->act, w->before.state))
		TRY(parts->prepare(w, ret_error));
	working_facts(&w->after, w->actor, w->now_ms, measures, &facts);
	TRY(lifecycle_next(w->act->act, w->before.state, w->act->reason, &facts, &w->arc, ret_error));
	if (!text_equal(w->arc->to, TEXT("="))) {
		w->after.state = w->arc->to;
		w->after.since_ms = w->now_ms;
	}
	w->after.version = w->before.version + 1;
	return parts && parts->settle ? parts->settle(w, ret_error) : ST_OK;
}

enum status registry_act(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct registry_act *act,
			 struct arena *arena, struct entry *ret_entry, struct error *ret_error)
{
	struct working w = {.registry = registry, .tx = tx, .actor = actor, .act = act, .arena = arena};

	TRY(registry_now(registry, tx, &w.now_ms, ret_error));
	TRY(entry_load(tx, act->entry, arena, &w.before, ret_error));
	if (act->version && act->version != w.before.version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "the entry was changed meanwhile");
	w.after = w.before;
	TRY(decide(&w, ret_error));
	TRY(working_commit(&w, ret_error));
	*ret_entry = w.after;
	return ST_OK;
}

enum status registry_audit_refusal(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				   const struct registry_act *act, const struct error *why, struct error *ret_error)
{
	struct working w = {.registry = registry, .tx = tx, .actor = actor, .act = act, .after = {.id = act->entry}};

	return audit(&w, "refused", why->reason[0] ? why->reason : status_word(why->code), ret_error);
}
