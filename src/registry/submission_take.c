/* A submission is read, looked up, and written: submission_draw_up, then submission_take in a transaction. */
#include <sodium.h>

#include "ledger/ledger.h"
#include "model/time.h"
#include "registry/inside.h"
#include "registry/submission_inside.h"

#define CONTENT_MAX ((size_t)1 << 20)
#define CONTENT_SIZE 65u
#define EARLIEST_END_MS ((int64_t)10 * 3600 * 1000) /* a day ends first at UTC+14 */

enum status submission_draw_up(struct registry *registry, const struct registry_file *file, struct arena *arena,
			       struct submission_draft **ret_draft, struct error *ret_error)
{
	const struct submission_source source = {.file = file->bytes, .charset = file->charset, .language = file->language,
						 .now_ms = env_now(registry->env)};
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct submission_draft *d = ARENA_NEW(arena, struct submission_draft, 1);

	if (d == NULL)
		return arena_failure(arena, ret_error);
	d->file = *file;
	d->arena = arena;
	id_make(registry->env, d->id);
	TRY(submission_read(&source, arena, &d->submission, ret_error));
	crypto_hash_sha256(digest, file->bytes.data, file->bytes.len);
	sodium_bin2hex(d->sha256, sizeof d->sha256, digest, sizeof digest);
	d->rows = ARENA_NEW(arena, struct draft_row, d->submission.count + 1);
	if (d->rows == NULL)
		return arena_failure(arena, ret_error);
	TRY(draft_similar(registry, d, ret_error));
	*ret_draft = d;
	return ST_OK;
}

/* ---- one row ---- */

struct taking {
	struct registry *registry;
	struct db_tx *tx;
	const struct actor *actor;
	struct submission_draft *draft;
	struct arena *scratch; /* of one row */
	struct text id;
	int64_t now_ms;
	int64_t taken, refused, known;
};

/* What the owner says under this reference, as a keyed hash. */
static enum status content_hash(const struct taking *t, const struct nomination *n, char out[CONTENT_SIZE])
{
	unsigned char digest[crypto_generichash_BYTES];
	struct buffer json;
	enum status st;

	buffer_init(&json, CONTENT_MAX);
	submission_write(n, &json);
	st = buffer_status(&json);
	if (st == ST_OK) {
		crypto_generichash(digest, sizeof digest, json.data, json.len, t->registry->content_key, CONTENT_KEY_SIZE);
		sodium_bin2hex(out, CONTENT_SIZE, digest, sizeof digest);
	}
	buffer_release(&json);
	return st;
}

static int64_t day_ms(struct text day, int64_t after_ms)
{
	int64_t ms = 0;

	return day.len && time_read(day, &ms, NULL) == ST_OK ? ms + after_ms : 0;
}

/* The shape the registry takes, in the scratch arena. */
static enum status nomination_of(const struct taking *t, const struct nomination *n, struct registry_nomination *ret)
{
	struct entry_document *documents = ARENA_NEW(t->scratch, struct entry_document, SUBMISSION_DOCUMENTS_MAX);
	struct registry_measure *measures = ARENA_NEW(t->scratch, struct registry_measure, SUBMISSION_MEASURES_MAX);

	if (documents == NULL || measures == NULL)
		return arena_failure(t->scratch, NULL);
	for (size_t i = 0; i < n->document_count; i++)
		documents[i] = (struct entry_document){.kind = text_of(n->documents[i].kind), .number = n->documents[i].number,
						       .country = text_of(n->documents[i].country)};
	for (size_t i = 0; i < n->measure_count; i++) {
		measures[i] = (struct registry_measure){.kind = n->measures[i], .basis = TEXT("decision")};
		if (text_equal(n->measures[i], TEXT("detain")))
			measures[i] = (struct registry_measure){
				.kind = n->measures[i], .basis = TEXT("warrant"), .number = n->warrant_number,
				.issuer = n->warrant_issuer, .valid_from_ms = day_ms(n->warrant_date, 0),
				.expires_ms = day_ms(n->warrant_expiry, EARLIEST_END_MS)};
	}
	*ret = (struct registry_nomination){
		.owner = t->actor->country, .agency = t->actor->agency, .reference = n->person.id, .inflow = TEXT("nominated"),
		.submission = t->id, .handling = n->handling, .person = &n->person, .documents = documents,
		.document_count = n->document_count, .offence = n->offence, .purpose = n->purpose, .law = n->law,
		.article = n->article, .penalty_months = n->penalty_months, .measures = measures,
		.measure_count = n->measure_count};
	return ST_OK;
}

/* The column that the registry's word for a field stands in. */
static enum submission_column column_of(const char *field)
{
	static const struct {
		const char *field;
		enum submission_column column;
	} fields[] = {{"reference", SUBMISSION_REFERENCE}, {"name", SUBMISSION_NAME},   {"offence", SUBMISSION_OFFENCE},
		      {"handling", SUBMISSION_HANDLING},   {"measures", SUBMISSION_MEASURE}, {"person", SUBMISSION_NAME}};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (strcmp(fields[i].field, field) == 0)
			return fields[i].column;
	return SUBMISSION_MEASURE;
}

/* A row that the registry does not take is refused with its reason; what went wrong otherwise ends the whole. */
static enum status refuse(struct taking *t, size_t i, enum status st, const struct error *why, struct error *ret_error)
{
	struct draft_row *d = &t->draft->rows[i];
	const struct submission_row *row = &t->draft->submission.rows[i];
	bool of_row = (st == ST_CONFLICT || st == ST_MALFORMED) && why->reason[0];
	struct text reason;

	if (!of_row) {
		if (ret_error)
			*ret_error = *why;
		return st;
	}
	TRY(arena_text(t->draft->arena, (struct text){why->reason, strlen(why->reason) + 1}, &reason));
	d->status = "refused";
	d->found = (struct submission_problem){.column = column_of(why->field), .value = row->reference, .reason = reason.data};
	if (strcmp(why->reason, "refused-before") == 0)
		d->found.column = SUBMISSION_COLUMNS;
	return ST_OK;
}

/* An entry that was returned with a question takes what is sent under its reference as the answer. */
static enum status answer(struct taking *t, size_t i, const struct registry_nomination *n, const struct db_rows *found,
			  struct error *ret_error)
{
	struct draft_row *d = &t->draft->rows[i];
	struct registry_act act = {.entry = db_text(found, 0, 0), .version = db_int(found, 0, 1), .act = TEXT("answer"),
				   .note = t->draft->file.name, .nomination = n};
	struct error why = {.code = ST_OK};
	struct entry after;
	enum status st = registry_act(t->registry, t->tx, t->actor, &act, t->scratch, &after, &why);

	if (st != ST_OK)
		return refuse(t, i, st, &why, ret_error);
	d->status = "taken";
	memcpy(d->entry, act.entry.data, ID_SIZE - 1);
	return ST_OK;
}

static enum status content_keep(const struct taking *t, const struct registry_nomination *n, const char *hash, const char *entry,
				struct error *ret_error)
{
	return db_exec(t->tx, "INSERT INTO nomination_content (owner, reference, content, entry_id) VALUES ($1, $2, $3, $4)"
		       " ON CONFLICT (owner, reference) DO UPDATE SET content = excluded.content, entry_id = excluded.entry_id",
		       DB_PARAMS(DB_V_TEXT(n->owner), DB_V_TEXT(n->reference), DB_V_TEXT(text_of(hash)), DB_V_TEXT(text_of(entry))),
		       NULL, ret_error);
}

static enum status good_row(struct taking *t, size_t i, struct error *ret_error)
{
	struct draft_row *d = &t->draft->rows[i];
	struct registry_nomination n;
	struct db_rows found;
	char hash[CONTENT_SIZE];

	TRY(nomination_of(t, t->draft->submission.rows[i].nomination, &n));
	TRY(content_hash(t, t->draft->submission.rows[i].nomination, hash));
	TRY(db_query(t->tx, "SELECT e.id, e.version, e.state, c.content FROM entry e LEFT JOIN nomination_content c"
		     " ON c.owner = e.owner AND c.reference = e.reference WHERE e.owner = $1 AND e.reference = $2",
		     DB_PARAMS(DB_V_TEXT(n.owner), DB_V_TEXT(n.reference)), t->scratch, &found, ret_error));
	if (found.rows && text_equal(db_text(&found, 0, 3), text_of(hash))) {
		d->status = "known";
		memcpy(d->entry, db_text(&found, 0, 0).data, ID_SIZE - 1);
		return ST_OK;
	}
	if (found.rows && text_equal(db_text(&found, 0, 2), TEXT("returned"))) {
		TRY(answer(t, i, &n, &found, ret_error));
	} else {
		struct error why = {.code = ST_OK};
		enum status st = registry_nominate(t->registry, t->tx, t->actor, &n, d->entry, &why);

		if (st != ST_OK)
			return refuse(t, i, st, &why, ret_error);
		d->status = "taken";
	}
	return strcmp(d->status, "taken") == 0 ? content_keep(t, &n, hash, d->entry, ret_error) : ST_OK;
}

static enum status row_take(struct taking *t, size_t i, struct error *ret_error)
{
	struct draft_row *d = &t->draft->rows[i];
	enum status st = ST_OK;

	arena_clear(t->scratch);
	d->entry[0] = '\0';
	d->found.reason = NULL;
	d->status = "refused";
	if (t->draft->submission.rows[i].nomination)
		st = good_row(t, i, ret_error);
	t->taken += st == ST_OK && d->status[0] == 't';
	t->known += st == ST_OK && d->status[0] == 'k';
	t->refused += st == ST_OK && d->status[0] == 'r';
	return st;
}

static enum status row_write(struct taking *t, size_t i, struct error *ret_error)
{
	const struct draft_row *d = &t->draft->rows[i];
	const struct submission_row *row = &t->draft->submission.rows[i];
	struct text problems, lookalikes;
	bool any = false, own = false;

	for (size_t k = 0; d->status[0] == 't' && k < d->match_count; k++) {
		const struct draft_match *m = &d->matches[k];
		bool there = m->row == DRAFT_ALONE || t->draft->rows[m->row].entry[0];

		any = any || there;
		own = own || (there && (m->row != DRAFT_ALONE || text_equal(m->owner, t->actor->country)));
	}
	TRY(draft_row_json(t->draft, i, t->actor->country, &problems, &lookalikes, ret_error));
	return db_exec(t->tx, "INSERT INTO submission_row (submission_id, row_number, status, reference, name, entry_id, problems,"
		       " lookalikes, similar_any, similar_own) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		       DB_PARAMS(DB_V_TEXT(t->id), DB_V_INT(row->row), DB_V_TEXT(text_of(d->status)),
				 DB_V_TEXT_OR_NULL(row->reference), DB_V_TEXT_OR_NULL(row->name), DB_V_TEXT_OR_NULL(text_of(d->entry)),
				 DB_V_TEXT_OR_NULL(problems), DB_V_TEXT_OR_NULL(lookalikes), DB_V_INT(any), DB_V_INT(own)),
		       NULL, ret_error);
}

/* ---- the whole ---- */

static enum status leaf_append(struct taking *t, char ret_leaf[ID_SIZE], struct error *ret_error)
{
	const struct submission *s = &t->draft->submission;
	char at[TIME_SIZE], payload[512];
	struct ledger_new leaf = {.log = LEDGER_LIST, .kind = "submission.take", .subject = t->id, .actor = t->actor->id};
	int n;

	time_write(t->now_ms, at);
	n = snprintf(payload, sizeof payload, "{\"at\":\"%s\",\"by\":\"%.*s\",\"country\":\"%.*s\",\"format\":\"%s\",\"known\":%lld,"
		     "\"refused\":%lld,\"rows\":%zu,\"sha256\":\"%s\",\"submission\":\"%.*s\",\"taken\":%lld}", at,
		     TEXT_ARG(t->actor->id), TEXT_ARG(t->actor->country), s->format, (long long)t->known, (long long)t->refused, s->count,
		     t->draft->sha256, TEXT_ARG(t->id), (long long)t->taken);
	if (n < 0 || (size_t)n >= sizeof payload)
		return error_set(ret_error, ST_LIMIT, "the leaf of a submission is too long");
	leaf.payload = (struct text){payload, (size_t)n};
	return ledger_append(t->tx, t->registry->env, &leaf, ret_leaf, ret_error);
}

static enum status submission_write_row(struct taking *t, struct error *ret_error)
{
	const struct submission *s = &t->draft->submission;
	const struct registry_file *f = &t->draft->file;
	char leaf[ID_SIZE];

	TRY(leaf_append(t, leaf, ret_error));
	return db_exec(t->tx, "INSERT INTO submission (id, owner, agency, actor, name, sha256, size, format, charset, language,"
		       " received_at, row_count, taken, refused, known, leaf_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
		       " $12, $13, $14, $15, $16)",
		       DB_PARAMS(DB_V_TEXT(t->id), DB_V_TEXT(t->actor->country), DB_V_TEXT_OR_NULL(t->actor->agency),
				 DB_V_TEXT(t->actor->id), DB_V_TEXT(f->name), DB_V_TEXT(text_of(t->draft->sha256)),
				 DB_V_INT((int64_t)f->bytes.len), DB_V_TEXT(text_of(s->format)), DB_V_TEXT(text_of(s->charset)),
				 DB_V_TEXT(f->language), DB_V_INT(t->now_ms), DB_V_INT((int64_t)s->count), DB_V_INT(t->taken),
				 DB_V_INT(t->refused), DB_V_INT(t->known), DB_V_TEXT(text_of(leaf))),
		       NULL, ret_error);
}

static enum status all_take(struct taking *t, struct error *ret_error)
{
	for (size_t i = 0; i < t->draft->submission.count; i++)
		TRY(row_take(t, i, ret_error));
	TRY(submission_write_row(t, ret_error));
	for (size_t i = 0; i < t->draft->submission.count; i++)
		TRY(row_write(t, i, ret_error));
	return db_tell(t->tx, "submission", t->id, t->now_ms, ret_error);
}

enum status submission_find(struct db_tx *tx, const struct actor *actor, struct submission_draft *draft, struct text *ret_id,
			    bool *ret_again, struct error *ret_error)
{
	struct db_rows found;

	TRY(db_query(tx, "SELECT id FROM submission WHERE owner = $1 AND sha256 = $2",
		     DB_PARAMS(DB_V_TEXT(actor->country), DB_V_TEXT(text_of(draft->sha256))), draft->arena, &found, ret_error));
	*ret_again = found.rows != 0;
	*ret_id = found.rows ? db_text(&found, 0, 0) : text_of(draft->id);
	return ST_OK;
}

enum status submission_take(struct registry *registry, struct db_tx *tx, const struct actor *actor, struct submission_draft *draft,
			    struct error *ret_error)
{
	struct taking t = {.registry = registry, .tx = tx, .actor = actor, .draft = draft, .id = text_of(draft->id)};
	struct arena scratch;
	enum status st;

	arena_init(&scratch, (size_t)16 << 20);
	t.scratch = &scratch;
	st = registry_now(registry, tx, &t.now_ms, ret_error);
	if (st == ST_OK)
		st = all_take(&t, ret_error);
	arena_release(&scratch);
	return st;
}
