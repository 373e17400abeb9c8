#include "cli/demo_entries.h"

#include "account/person.h"
#include "cli/world.h"
#include "model/time.h"
#include "registry/registry.h"

struct demo_entry {
	struct text reference, owner, inflow, names, birth, gender, nationality, passport, passport_country, offence;
	uint32_t penalty;
	struct text warrant, stage, reason, note;
};

#include "demo_entries.inc"

#define ARENA_MAX ((size_t)32 << 20)
#define DAYS_BACK 21
#define BETWEEN_ACTS_MS ((int64_t)95 * 60 * 1000)

/* Which acts lead to a stage, and whose each is. */
static const struct {
	const char *stage;
	const char *acts[6]; /* ends with NULL */
} stages[] = {
	{"submitted", {NULL}},
	{"taken", {"take"}},
	{"assessed", {"take", "assess"}},
	{"returned", {"take", "return"}},
	{"refused", {"take", "refuse"}},
	{"approved", {"take", "assess", "approve"}},
	{"published", {"take", "assess", "approve", "confirm"}},
	{"suspended", {"take", "assess", "approve", "confirm", "suspend"}},
	{"withdrawn", {"take", "withdraw"}},
	{"urgent", {"urgent", "urgent-confirm"}},
};

static const struct {
	const char *act, *login;
} whose[] = {
	{"take", "kh-reviewer"},   {"assess", "kh-legal"},      {"return", "kh-reviewer"}, {"refuse", "kh-legal"},
	{"approve", "kh-decider"}, {"confirm", "kh-decider2"},  {"suspend", "kh-supervisor"}, {"withdraw", "kr-liaison"},
	{"urgent", "kh-duty"},     {"urgent-confirm", "kh-decider"},
};

struct filling {
	struct registry *registry;
	struct db_tx *tx;
	struct arena *arena;
	int64_t now_ms; /* the demonstration's clock, which never passes the real one */
	int64_t last_ms;
};

static int64_t filling_now(void *context)
{
	return ((const struct filling *)context)->now_ms;
}

static void filling_random(void *context, void *out, size_t len)
{
	(void)context;
	env_random(world_env(), out, len);
}

static void later(struct filling *f)
{
	f->now_ms += BETWEEN_ACTS_MS;
	if (f->now_ms > f->last_ms)
		f->now_ms = f->last_ms;
}

static enum status officer(struct filling *f, struct text login, struct actor *ret_actor, struct error *ret_error)
{
	struct db_rows rows;
	struct person person;

	TRY(db_query_one(f->tx, "SELECT id FROM person WHERE login = $1", DB_PARAMS(DB_V_TEXT(login)), f->arena, &rows, ret_error));
	TRY(person_get(f->tx, db_text(&rows, 0, 0), f->arena, &person, ret_error));
	*ret_actor = (struct actor){.id = person.id, .name = person.name, .country = person.country, .agency = person.agency,
				    .roles = person.roles, .strength = ACTOR_PASSKEY, .proved_ms = f->now_ms};
	return ST_OK;
}

/* Who hands the entry in: the owner's liaison officer, or the host's reviewer for a deported person. */
static struct text author_of(const struct demo_entry *row)
{
	if (text_equal(row->inflow, TEXT("deported")))
		return TEXT("kh-reviewer");
	return text_equal(row->owner, TEXT("th")) ? TEXT("th-liaison") : TEXT("kr-liaison");
}

static enum status person_of(const struct demo_entry *row, struct arena *arena, struct entity *ret_person, struct error *ret_error)
{
	struct text rest = row->names, name;
	enum status st = entity_begin(ret_person, arena, row->reference, "Person", TEXT("demonstration"));

	for (size_t i = 0; st == ST_OK && text_split(&rest, '|', &name); i++)
		st = entity_add(ret_person, i ? "alias" : "name", name);
	if (st == ST_OK)
		st = entity_add(ret_person, "birthDate", row->birth);
	if (st == ST_OK)
		st = entity_add(ret_person, "gender", row->gender);
	if (st == ST_OK)
		st = entity_add(ret_person, "nationality", row->nationality);
	if (st == ST_OK)
		st = entity_add(ret_person, "passportNumber", row->passport);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "an invented person cannot be made");
}

static enum status nominate(struct filling *f, const struct demo_entry *row, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct registry_measure measures[] = {
		{.kind = TEXT("refuse-entry"), .basis = TEXT("decision")},
		{.kind = TEXT("detain"), .basis = TEXT("warrant"), .number = row->warrant,
		 .issuer = TEXT("Seoul Central District Court"), .expires_ms = f->last_ms + 300 * TIME_DAY_MS},
	};
	struct entity person;
	struct actor author;
	struct registry_nomination nomination = {
		.owner = row->owner, .reference = row->reference, .inflow = row->inflow, .handling = 1, .person = &person,
		.offence = row->offence, .purpose = TEXT("Refusal of entry, criminal proceedings"), .penalty_months = row->penalty,
		.law = TEXT("Criminal Act"), .article = TEXT("347"), .measures = measures,
		.measure_count = row->warrant.len ? 2 : 1};

	TRY(person_of(row, f->arena, &person, ret_error));
	TRY(officer(f, author_of(row), &author, ret_error));
	nomination.agency = author.agency;
	return registry_nominate(f->registry, f->tx, &author, &nomination, ret_id, ret_error);
}

/* The row's reason belongs to the last act of its stage. */
struct step {
	const struct demo_entry *row;
	const char *id, *act;
	bool last;
};

static enum status act(struct filling *f, const struct step *step, struct error *ret_error)
{
	const struct demo_entry *row = step->row;
	const struct registry_assessment assessment = {
		.law = TEXT("Criminal Code of Cambodia"), .article = TEXT("377, 378"), .penalty_months = row->penalty,
		.dual_criminality = true, .examined = true,
		.proportionality = TEXT("Repeated acts against many people; no milder measure keeps the person from coming back.")};
	struct actor actor;
	struct entry after;
	struct text login = TEXT_NONE;
	char number[64];
	struct registry_act asked = {.entry = text_of(step->id), .act = text_of(step->act), .note = row->note,
				     .reason = step->last ? row->reason : TEXT_NONE, .assessment = &assessment};

	for (size_t i = 0; i < sizeof whose / sizeof whose[0]; i++)
		if (text_equal(text_of(whose[i].act), asked.act))
			login = text_of(whose[i].login);
	/* nobody takes up what he handed in himself */
	if (text_equal(login, author_of(row)))
		login = TEXT("kh-reviewer2");
	snprintf(number, sizeof number, "GDI/%.*s", TEXT_ARG(row->reference));
	asked.decision_number = text_of(number);
	later(f);
	TRY(officer(f, login, &actor, ret_error));
	return registry_act(f->registry, f->tx, &actor, &asked, f->arena, &after, ret_error);
}

static enum status live(struct filling *f, const struct demo_entry *row, struct error *ret_error)
{
	char id[ID_SIZE];

	TRY(nominate(f, row, id, ret_error));
	for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
		for (size_t k = 0; text_equal(row->stage, text_of(stages[i].stage)) && stages[i].acts[k]; k++) {
			const struct step step = {row, id, stages[i].acts[k], stages[i].acts[k + 1] == NULL};

			TRY(act(f, &step, ret_error));
		}
	return ST_OK;
}

static enum status fill_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct filling *f = context;
	int64_t first_ms = f->last_ms - DAYS_BACK * TIME_DAY_MS;

	f->tx = tx;
	for (size_t i = 0; i < DEMO_ENTRIES_COUNT; i++) {
		int64_t begin_ms = first_ms + (int64_t)i * DAYS_BACK * TIME_DAY_MS / DEMO_ENTRIES_COUNT;

		f->now_ms = f->now_ms > begin_ms ? f->now_ms : begin_ms;
		arena_clear(f->arena);
		TRY(live(f, &demo_entries_rows[i], ret_error));
	}
	return ST_OK;
}

enum status demo_entries_fill(const struct operate *operate, struct error *ret_error)
{
	struct filling f = {.last_ms = env_now(world_env())};
	const struct env env = {filling_now, filling_random, &f};
	struct arena arena;
	enum status st;

	arena_init(&arena, ARENA_MAX);
	f.arena = &arena;
	f.now_ms = f.last_ms - DAYS_BACK * TIME_DAY_MS;
	st = registry_open(operate->db, &env, accounts_host(operate->accounts), &f.registry, ret_error);
	if (st == ST_OK)
		st = db_transact(operate->db, DB_WRITE, fill_work, &f, ret_error);
	registry_close(f.registry);
	arena_release(&arena);
	return st;
}
