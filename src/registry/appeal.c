#include "registry/appeal.h"

#include <sodium.h>

#include "account/audit.h"
#include "model/time.h"
#include "registry/inside.h"

#include "appeal_answers.inc"

#define NAME_MAX_BYTES 400u
#define SHORT_MAX 200u
#define REQUEST_MAX 10000u
#define HASH_SIZE 65u

static const struct actor nobody = {.id = {"anyone", 6}, .strength = ACTOR_NOBODY};

size_t appeal_answer_count(void)
{
	return APPEAL_ANSWER_COUNT;
}

const struct appeal_answer *appeal_answer_at(size_t i)
{
	return &appeal_answer_rows[i];
}

/* ---- the secret word ---- */

static void word_hash(const struct registry *registry, const char *number, const char *word, char out[HASH_SIZE])
{
	unsigned char digest[crypto_generichash_BYTES];
	crypto_generichash_state state;

	crypto_generichash_init(&state, registry->content_key, CONTENT_KEY_SIZE, sizeof digest);
	crypto_generichash_update(&state, (const unsigned char *)number, strlen(number));
	crypto_generichash_update(&state, (const unsigned char *)word, strlen(word));
	crypto_generichash_final(&state, digest, sizeof digest);
	sodium_bin2hex(out, HASH_SIZE, digest, sizeof digest);
}

/* ---- what is written with every act ---- */

static enum status write_event(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct appeal *a,
			       const char *act, struct error *ret_error)
{
	char kind[64], payload[256], at[TIME_SIZE], leaf[ID_SIZE];
	struct ledger_new new = {.log = LEDGER_LIST, .kind = kind, .subject = a->id, .actor = actor->id};
	int64_t now_ms;

	TRY(registry_now(registry, tx, &now_ms, ret_error));
	time_write(now_ms, at);
	snprintf(kind, sizeof kind, "appeal.%s", act);
	snprintf(payload, sizeof payload, "{\"act\":\"%s\",\"appeal\":\"%.*s\",\"at\":\"%s\",\"by\":\"%.*s\",\"seq\":%lld,\"to\":\"%.*s\"}",
		 act, TEXT_ARG(a->id), at, TEXT_ARG(actor->id), (long long)a->version, TEXT_ARG(a->state));
	new.payload = text_of(payload);
	TRY(ledger_append(tx, registry->env, &new, leaf, ret_error));
	TRY(db_exec(tx,
		    "INSERT INTO appeal_event (appeal_id, seq, at, actor, act, to_state, leaf_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		    DB_PARAMS(DB_V_TEXT(a->id), DB_V_INT(a->version), DB_V_INT(now_ms), DB_V_TEXT(actor->id),
			      DB_V_TEXT(text_of(act)), DB_V_TEXT(a->state), DB_V_TEXT(text_of(leaf))),
		    NULL, ret_error));
	/* what came through a session the decision point has written down as it was asked */
	if (actor->session.len == 0)
		TRY(audit_add(tx, registry->env,
			      &(struct audit_event){.actor = actor, .action = kind, .thing_kind = "appeal", .thing = a->id,
						    .outcome = "done"},
			      ret_error));
	return db_tell(tx, "appeal", a->id, now_ms, ret_error);
}

/* ---- receiving ---- */

static bool word_among(struct text word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(word, text_of(words[i])))
			return true;
	return false;
}

static enum status request_check(const struct appeal_request *r, struct error *ret_error)
{
	static const char *const kinds[] = {"access", "correction", "deletion", "mistaken-identity"};
	static const char *const languages[] = {"en", "km", "ko", "zh"};
	const struct {
		const char *field;
		bool good;
	} checks[] = {
		{"kind", word_among(r->kind, kinds, 4)},
		{"language", word_among(r->language, languages, 4)},
		{"name", r->name.len > 0 && r->name.len <= NAME_MAX_BYTES},
		{"text", r->request.len > 0 && r->request.len <= REQUEST_MAX},
		{"birthDate", r->birth_date.len <= SHORT_MAX},
		{"document", r->document.len <= SHORT_MAX},
		{"contact", r->contact.len <= NAME_MAX_BYTES},
	};

	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		if (!checks[i].good)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", checks[i].field, "%s cannot be taken",
					     checks[i].field);
	return ST_OK;
}

enum status appeal_receive(struct registry *registry, struct db_tx *tx, const struct appeal_request *r,
			   struct appeal_receipt *ret_receipt, struct error *ret_error)
{
	struct appeal_receipt receipt;
	struct appeal appeal = {.version = 1, .state = TEXT("received")};
	char hash[HASH_SIZE];
	uint8_t random[12];

	TRY(request_check(r, ret_error));
	TRY(registry_now(registry, tx, &receipt.received_ms, ret_error));
	id_make(registry->env, receipt.id);
	env_random(registry->env, random, sizeof random);
	appeal_number_write(random, receipt.number);
	appeal_word_write(random + 5, receipt.word);
	word_hash(registry, receipt.number, receipt.word, hash);
	receipt.due_access_ms = receipt.received_ms + lifecycle_term_ms("appeal-access");
	receipt.due_decision_ms = receipt.received_ms + lifecycle_term_ms("appeal-decision");
	TRY(db_exec(tx,
		    "INSERT INTO appeal (id, number, word_hash, version, state, kind, name, birth_date, document, contact, request,"
		    " language, received_at, due_access, due_decision)"
		    " VALUES ($1, $2, $3, 1, 'received', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		    DB_PARAMS(DB_V_TEXT(text_of(receipt.id)), DB_V_TEXT(text_of(receipt.number)), DB_V_TEXT(text_of(hash)),
			      DB_V_TEXT(r->kind), DB_V_TEXT(r->name), DB_V_TEXT_OR_NULL(r->birth_date),
			      DB_V_TEXT_OR_NULL(r->document), DB_V_TEXT_OR_NULL(r->contact), DB_V_TEXT(r->request),
			      DB_V_TEXT(r->language), DB_V_INT(receipt.received_ms), DB_V_INT(receipt.due_access_ms),
			      DB_V_INT(receipt.due_decision_ms)),
		    NULL, ret_error));
	appeal.id = text_of(receipt.id);
	TRY(write_event(registry, tx, &nobody, &appeal, "receive", ret_error));
	*ret_receipt = receipt;
	return ST_OK;
}

/* ---- loading ---- */

#define COLUMNS                                                                                                               \
	"id, number, version, state, kind, name, birth_date, document, contact, request, language, received_at, due_access,"   \
	" due_decision, officer, entry_id, answer, reason, decided_by, decided_at, word_hash"

static void take_row(const struct db_rows *rows, struct appeal *a)
{
	*a = (struct appeal){.id = db_text(rows, 0, 0), .number = db_text(rows, 0, 1), .version = db_int(rows, 0, 2),
			     .state = db_text(rows, 0, 3), .kind = db_text(rows, 0, 4), .name = db_text(rows, 0, 5),
			     .birth_date = db_text(rows, 0, 6), .document = db_text(rows, 0, 7), .contact = db_text(rows, 0, 8),
			     .request = db_text(rows, 0, 9), .language = db_text(rows, 0, 10), .received_ms = db_int(rows, 0, 11),
			     .due_access_ms = db_int(rows, 0, 12), .due_decision_ms = db_int(rows, 0, 13),
			     .officer = db_text(rows, 0, 14), .entry = db_text(rows, 0, 15), .answer = db_text(rows, 0, 16),
			     .reason = db_text(rows, 0, 17), .decided_by = db_text(rows, 0, 18),
			     .decided_ms = db_int(rows, 0, 19)};
}

enum status appeal_load(struct db_tx *tx, struct text id, struct arena *arena, struct appeal *ret_appeal, struct error *ret_error)
{
	struct db_rows rows;
	enum status st = db_query_one(tx, "SELECT " COLUMNS " FROM appeal WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &rows,
				      ret_error);

	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such appeal");
	TRY(st);
	take_row(&rows, ret_appeal);
	return ST_OK;
}

enum status appeal_follow(struct registry *registry, struct db_tx *tx, struct text number, struct text word, struct arena *arena,
			  struct appeal *ret_appeal, struct error *ret_error)
{
	char own_number[APPEAL_NUMBER_SIZE] = "", own_word[APPEAL_WORD_SIZE] = "", hash[HASH_SIZE];
	bool readable = appeal_number_read(number, own_number) == ST_OK && appeal_word_read(word, own_word) == ST_OK;
	struct db_rows rows;
	enum status st = ST_NOT_FOUND;

	if (readable)
		st = db_query_one(tx, "SELECT " COLUMNS " FROM appeal WHERE number = $1", DB_PARAMS(DB_V_TEXT(text_of(own_number))),
				  arena, &rows, ret_error);
	if (st == ST_OK) {
		struct text stored = db_text(&rows, 0, 20);

		word_hash(registry, own_number, own_word, hash);
		if (stored.len != HASH_SIZE - 1 || sodium_memcmp(stored.data, hash, HASH_SIZE - 1) != 0)
			st = ST_NOT_FOUND;
	}
	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "appeal-unknown", NULL, "no request has this number and word");
	TRY(st);
	take_row(&rows, ret_appeal);
	return ST_OK;
}

struct text appeal_state_told(const struct appeal *a)
{
	return text_equal(a->state, TEXT("dismissed")) || text_equal(a->state, TEXT("upheld")) ? TEXT("answered") : a->state;
}

/* ---- acts ---- */

struct doing {
	struct registry *registry;
	struct db_tx *tx;
	const struct actor *actor;
	const struct appeal_act *act;
	struct arena *arena;
	struct appeal a;
	int64_t now_ms;
};

static enum status entry_act(struct doing *d, const char *act, struct text reason, struct error *ret_error)
{
	const struct registry_act on_entry = {.entry = d->a.entry, .act = text_of(act), .reason = reason};
	struct entry entry;

	return registry_act(d->registry, d->tx, d->actor, &on_entry, d->arena, &entry, ret_error);
}

/* Nobody decides about his own listing, whatever became of the entry meanwhile. */
static enum status independent(struct doing *d, struct entry *ret_entry, struct error *ret_error)
{
	struct lifecycle_measure measures[MEASURES_MAX];
	struct lifecycle_facts facts;
	const char *why;

	TRY(entry_load(d->tx, d->a.entry, d->arena, ret_entry, ret_error));
	working_facts(ret_entry, d->actor, d->now_ms, measures, &facts);
	why = lifecycle_condition(TEXT("other-than-deciders"), &facts);
	if (why)
		return error_because(ret_error, ST_CONFLICT, why, NULL, "the officer had a part in the listing");
	return ST_OK;
}

static enum status do_take(struct doing *d, struct error *ret_error)
{
	(void)ret_error;
	d->a.officer = d->actor->id;
	d->a.state = TEXT("taken");
	return ST_OK;
}

/* Other people's appeals about the same entry keep it under appeal. */
static enum status others_open(struct doing *d, bool *ret_open, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(d->tx, "SELECT id FROM appeal WHERE entry_id = $1 AND state = 'taken' AND id <> $2 LIMIT 1",
		     DB_PARAMS(DB_V_TEXT(d->a.entry), DB_V_TEXT(d->a.id)), d->arena, &rows, ret_error));
	*ret_open = rows.rows != 0;
	return ST_OK;
}

/* What the decision does to the entry: it goes, or it is as it was before. */
static enum status settle_entry(struct doing *d, bool removed, struct error *ret_error)
{
	struct entry entry;
	bool open;

	if (d->a.entry.len == 0)
		return removed ? error_because(ret_error, ST_CONFLICT, "appeal-unlinked", "entry", "no entry is linked") : ST_OK;
	TRY(independent(d, &entry, ret_error));
	if (removed)
		return entry_act(d, "uphold", d->act->reason, ret_error);
	TRY(others_open(d, &open, ret_error));
	return !open && text_equal(entry.state, TEXT("under-appeal")) ? entry_act(d, "dismiss", TEXT_NONE, ret_error) : ST_OK;
}

static enum status do_link(struct doing *d, struct error *ret_error)
{
	struct entry entry;

	if (!id_valid(d->act->entry))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "entry", "not an entry");
	/* the one that it was thought to be is as it was before */
	TRY(settle_entry(d, false, ret_error));
	d->a.entry = d->act->entry;
	TRY(independent(d, &entry, ret_error));
	if (lifecycle_arc(TEXT("appeal"), entry.state))
		return entry_act(d, "appeal", TEXT_NONE, ret_error);
	return ST_OK;
}

static struct text answer_in(const struct appeal_answer *answer, struct text language)
{
	return text_equal(language, TEXT("km"))	  ? answer->km
	       : text_equal(language, TEXT("ko")) ? answer->ko
	       : text_equal(language, TEXT("zh")) ? answer->zh
						  : answer->en;
}

/* The ready answer in his language, then words of the officer's own. */
static enum status compose(struct doing *d, struct error *ret_error)
{
	struct text ready = TEXT_NONE;
	struct buffer out;
	enum status st;

	for (size_t i = 0; i < APPEAL_ANSWER_COUNT && d->act->standard.len; i++)
		if (text_equal(appeal_answer_rows[i].answer, d->act->standard))
			ready = answer_in(&appeal_answer_rows[i], d->a.language);
	if (d->act->standard.len && ready.len == 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "standard", "there is no such ready answer");
	if (ready.len + d->act->text.len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "text", "an answer has words");
	buffer_init(&out, REQUEST_MAX + 8192);
	buffer_add_text(&out, ready);
	if (ready.len && d->act->text.len)
		buffer_add_text(&out, TEXT("\n\n"));
	buffer_add_text(&out, d->act->text);
	st = buffer_status(&out);
	if (st == ST_OK)
		st = keep(d->arena, buffer_text(&out), &d->a.answer, ret_error);
	buffer_release(&out);
	return st;
}

static enum status decide(struct doing *d, struct text state, bool removed, struct error *ret_error)
{
	TRY(compose(d, ret_error));
	TRY(settle_entry(d, removed, ret_error));
	d->a.state = state;
	d->a.reason = d->act->reason;
	d->a.decided_by = d->actor->id;
	d->a.decided_ms = d->now_ms;
	return ST_OK;
}

static enum status do_answer(struct doing *d, struct error *ret_error)
{
	return decide(d, TEXT("answered"), false, ret_error);
}

static enum status do_dismiss(struct doing *d, struct error *ret_error)
{
	return decide(d, TEXT("dismissed"), false, ret_error);
}

/* Only who asked for deletion has the entry removed: who is not the listed person is right, and the listed one stays listed. */
static enum status do_uphold(struct doing *d, struct error *ret_error)
{
	return decide(d, TEXT("upheld"), text_equal(d->a.kind, TEXT("deletion")), ret_error);
}

static const struct {
	const char *act, *from;
	enum status (*run)(struct doing *d, struct error *ret_error);
} acts[] = {
	{"take", "received|taken", do_take}, {"link", "taken", do_link},       {"answer", "taken", do_answer},
	{"dismiss", "taken", do_dismiss},    {"uphold", "taken", do_uphold},
};

static bool state_in(const char *from, struct text state)
{
	struct text word;

	for (size_t i = 0; lifecycle_word(text_of(from), '|', i, &word); i++)
		if (text_equal(word, state))
			return true;
	return false;
}

static enum status run_act(struct doing *d, struct error *ret_error)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (!text_equal(d->act->act, text_of(acts[i].act)))
			continue;
		if (!state_in(acts[i].from, d->a.state))
			return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "not in state %.*s",
					     TEXT_ARG(d->a.state));
		if (acts[i].run != do_take && !text_equal(d->a.officer, d->actor->id))
			return error_because(ret_error, ST_CONFLICT, "appeal-not-yours", NULL, "another officer has taken it");
		return acts[i].run(d, ret_error);
	}
	return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
}

static enum status save(struct doing *d, int64_t before, struct error *ret_error)
{
	const struct appeal *a = &d->a;
	uint64_t changed;

	TRY(db_exec(d->tx,
		    "UPDATE appeal SET version = $3, state = $4, officer = $5, entry_id = $6, answer = $7, reason = $8, decided_by = $9,"
		    " decided_at = $10 WHERE id = $1 AND version = $2",
		    DB_PARAMS(DB_V_TEXT(a->id), DB_V_INT(before), DB_V_INT(a->version), DB_V_TEXT(a->state),
			      DB_V_TEXT_OR_NULL(a->officer), DB_V_TEXT_OR_NULL(a->entry), DB_V_TEXT_OR_NULL(a->answer),
			      DB_V_TEXT_OR_NULL(a->reason), DB_V_TEXT_OR_NULL(a->decided_by),
			      a->decided_ms ? DB_V_INT(a->decided_ms) : DB_V_NULL),
		    &changed, ret_error));
	return changed == 1 ? ST_OK : error_because(ret_error, ST_CONFLICT, "version", NULL, "the appeal was changed meanwhile");
}

enum status appeal_do(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct appeal_act *act,
		      struct arena *arena, struct appeal *ret_appeal, struct error *ret_error)
{
	struct doing d = {.registry = registry, .tx = tx, .actor = actor, .act = act, .arena = arena};
	int64_t before;
	char name[32];

	TRY(registry_now(registry, tx, &d.now_ms, ret_error));
	TRY(appeal_load(tx, act->appeal, arena, &d.a, ret_error));
	before = d.a.version;
	if (act->version != before)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "the appeal was changed meanwhile");
	TRY(run_act(&d, ret_error));
	d.a.version++;
	TRY(save(&d, before, ret_error));
	snprintf(name, sizeof name, "%.*s", TEXT_ARG(act->act));
	TRY(write_event(registry, tx, actor, &d.a, name, ret_error));
	*ret_appeal = d.a;
	return ST_OK;
}
