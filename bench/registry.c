/* A registry filled with invented people through its own acts, and what is made of it. Not a test: it only tells.
 *
 * usage: registry_bench fill ROOT URL COUNT    COUNT published entries with five names each, and a tenth as many on their way;
 *                                              each nominated, taken, assessed, approved and confirmed as officers do it
 *        registry_bench rows ROOT URL          editions of what is there, one "name<tab>value<tab>unit" a line
 */
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench/generate.h"
#include "ledger/ledger.h"
#include "ledger/runner.h"
#include "registry/editions.h"
#include "registry/registry.h"

#define SEED 20261126u
#define GROUP 100u /* entries in a transaction */
#define ROUNDS 5u
#define CHANGES 100u
#define MEMORY ((size_t)4 << 30)

#define PERSON(c) "0000000000000000000000000000000" c

static int64_t wall_ms(void *context)
{
	struct timespec t;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void random_bytes(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env env = {wall_ms, random_bytes, NULL};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void tell(const char *name, double value, const char *unit)
{
	printf("%s\t%.3f\t%s\n", name, value, unit);
	fflush(stdout);
}

static void must(enum status st, const struct error *error)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "registry_bench: %s %s\n", error->reason, error->message);
	exit(1);
}

struct bench {
	struct db *db;
	struct registry *registry;
	struct people people;
	struct arena arena;
	size_t next, count, published;
	struct note_signer log, editions, witness;
	char vkeys[3][NOTE_VKEY_SIZE];
	struct edition_key keys[3];
	struct edition_builder builder;
	_Atomic uint64_t made; /* number of the newest edition */
};

/* ---- filling ---- */

static enum status people_put(struct db_tx *tx, void *context, struct error *ret_error)
{
	static const char *const countries[] = {"kh", "kr"}, *const agencies[] = {PERSON("a"), PERSON("b")};
	static const char *const people[] = {PERSON("1"), PERSON("2"), PERSON("3"), PERSON("4"), PERSON("5")};

	(void)context;
	for (size_t i = 0; i < 2; i++) {
		TRY(db_exec(tx, "INSERT INTO country (code, name, host, created_ms) VALUES ($1, $1, $2, 1) ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(text_of(countries[i])), DB_V_INT(i == 0)), NULL, ret_error));
		TRY(db_exec(tx, "INSERT INTO agency (id, country, name, created_ms) VALUES ($1, $2, 'ministry', 1) ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(text_of(agencies[i])), DB_V_TEXT(text_of(countries[i]))), NULL, ret_error));
	}
	for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
		TRY(db_exec(tx,
			    "INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by) "
			    "VALUES ($1, $2, $3, $1, $1, $1, 'active', 1, 1, 'setup') ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(text_of(people[i])), DB_V_TEXT(text_of(countries[i == 0])),
				      DB_V_TEXT(text_of(agencies[i == 0]))),
			    NULL, ret_error));
	return ST_OK;
}

static struct actor actor_of(const char *id)
{
	return (struct actor){.id = text_of(id), .country = strcmp(id, PERSON("1")) == 0 ? TEXT("kr") : TEXT("kh"), .strength = ACTOR_PASSKEY};
}

/* Five names: those of two invented people. */
static enum status person_five(struct bench *b, struct entity *person)
{
	struct entity other;
	size_t names = 0;

	TRY(person_make(&b->people, b->next, &b->arena, person));
	TRY(entity_add(person, "nationality", TEXT("kr")));
	for (size_t i = 0; i < person->property_count; i++)
		if (text_equal(person->properties[i].name, TEXT("name")) || text_equal(person->properties[i].name, TEXT("alias")))
			names += person->properties[i].count;
	while (names < 5) {
		const struct property *alias;

		TRY(person_make(&b->people, b->next, &b->arena, &other));
		alias = entity_get(&other, "alias");
		for (size_t i = 0; alias && i < alias->count && names < 5; i++, names++)
			TRY(entity_add(person, "alias", alias->values[i]));
	}
	return ST_OK;
}

static enum status act(struct bench *b, struct db_tx *tx, const char *by, const struct registry_act *what, struct error *ret_error)
{
	const struct actor actor = actor_of(by);
	struct entry entry;

	return registry_act(b->registry, tx, &actor, what, &b->arena, &entry, ret_error);
}

/* As far as `stage`: 0 submitted, 1 taken, 2 assessed, 3 approved, 4 published. */
static enum status entry_put(struct bench *b, struct db_tx *tx, unsigned stage, struct error *ret_error)
{
	const struct registry_measure measure = {.kind = TEXT("refuse-entry"), .basis = TEXT("decision")};
	const struct registry_assessment assessment = {.law = TEXT("Criminal Act"), .article = TEXT("347"), .penalty_months = 120,
						       .proportionality = TEXT("no milder means"), .dual_criminality = true,
						       .examined = true};
	const struct actor liaison = actor_of(PERSON("1"));
	struct entity person;
	char reference[32], id[ID_SIZE];

	snprintf(reference, sizeof reference, "KR-BENCH-%07zu", b->next);
	if (person_five(b, &person) != ST_OK)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	TRY(registry_nominate(b->registry, tx, &liaison,
			      &(struct registry_nomination){.owner = TEXT("kr"), .agency = TEXT(PERSON("b")), .reference = text_of(reference),
							    .inflow = TEXT("nominated"), .person = &person, .offence = TEXT("fraud"),
							    .purpose = TEXT("border control"), .law = TEXT("Criminal Act"),
							    .article = TEXT("347"), .penalty_months = 120, .measures = &measure,
							    .measure_count = 1},
			      id, ret_error));
	if (stage >= 1)
		TRY(act(b, tx, PERSON("2"), &(struct registry_act){.entry = text_of(id), .act = TEXT("take")}, ret_error));
	if (stage >= 2)
		TRY(act(b, tx, PERSON("3"),
			&(struct registry_act){.entry = text_of(id), .act = TEXT("assess"), .assessment = &assessment}, ret_error));
	if (stage >= 3)
		TRY(act(b, tx, PERSON("4"),
			&(struct registry_act){.entry = text_of(id), .act = TEXT("approve"), .decision_number = TEXT("KH-2026-1"),
					       .note = TEXT("invented")},
			ret_error));
	if (stage >= 4)
		TRY(act(b, tx, PERSON("5"), &(struct registry_act){.entry = text_of(id), .act = TEXT("confirm")}, ret_error));
	return ST_OK;
}

static enum status group_put(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct bench *b = context;
	size_t begin = b->next;

	for (size_t i = 0; i < GROUP && b->next < b->count; i++, b->next++) {
		arena_clear(&b->arena);
		people_seed(SEED + b->next);
		TRY(entry_put(b, tx, b->next % 11 == 10 ? (unsigned)(b->next / 11 % 4) : 4, ret_error));
	}
	/* Done again from the same number if the transaction is. */
	b->published = b->next;
	b->next = begin;
	return ST_OK;
}

static void fill(struct bench *b, size_t count)
{
	struct error error = {.code = ST_OK};
	double from = seconds();

	b->count = count + count / 10;
	must(db_transact(b->db, DB_WRITE, people_put, NULL, &error), &error);
	while (b->next < b->count) {
		must(db_transact(b->db, DB_WRITE, group_put, b, &error), &error);
		b->next = b->published;
	}
	tell("fill", seconds() - from, "s");
}

/* ---- editions ---- */

static void key_make(struct bench *b, size_t i, const char *name, enum note_type type, struct note_signer *ret)
{
	uint8_t seed[32];
	struct error error;

	memset(seed, (int)i + 7, sizeof seed);
	must(note_signer_make(text_of(name), type, seed, ret, &error), &error);
	note_vkey(&ret->key, b->vkeys[i]);
	b->keys[i] = (struct edition_key){(enum edition_role)i, 0, INT64_MAX / 4, text_of(b->vkeys[i]), 0};
}

static enum status cosign_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct bench *b = context;
	struct signed_checkpoint checkpoint;
	struct arena arena;
	struct buffer line;
	struct text note;
	char id[9];
	enum status st;

	arena_init(&arena, (size_t)1 << 20);
	buffer_init(&line, 4096);
	TRY_OUT(ledger_checkpoint(tx, LEDGER_LIST, false, &arena, &note, ret_error));
	TRY_OUT(signed_checkpoint_open(text_bytes(note), &b->log.key, &checkpoint, ret_error));
	TRY_OUT(note_sign(&b->witness, checkpoint.note.text, (uint64_t)wall_ms(NULL) / 1000, &line, NULL));
	sodium_bin2hex(id, sizeof id, b->witness.key.id, sizeof b->witness.key.id);
	st = db_exec(tx, "INSERT INTO ledger_cosignature (log, size, witness, key_id, at, line) VALUES ('list', $1, $2, $3, $4, $5) "
		     "ON CONFLICT DO NOTHING",
		     DB_PARAMS(DB_V_INT((int64_t)checkpoint.checkpoint.size), DB_V_TEXT(text_of(b->witness.key.name)), DB_V_TEXT(text_of(id)),
			       DB_V_INT(wall_ms(NULL)), DB_V_TEXT(buffer_text(&line))),
		     NULL, ret_error);
out:
	buffer_release(&line);
	arena_release(&arena);
	return st;
}

static void cosign(struct bench *b)
{
	struct error error = {.code = ST_OK};

	must(db_transact(b->db, DB_WRITE, cosign_work, b, &error), &error);
}

/* As the partner's witness does it, which is told of every new tree head. */
static void signed_head(void *context, const struct ledger_signing *signing)
{
	if (strcmp(signing->log, LEDGER_LIST) == 0)
		cosign(context);
}

static void made(void *context, uint64_t number)
{
	atomic_store(&((struct bench *)context)->made, number);
}

static void say(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "registry_bench: %s\n", line);
}

static void sequence_all(struct bench *b)
{
	struct ledger_signing signing = {.log = LEDGER_LIST, .signer = &b->log};
	struct error error = {.code = ST_OK};
	size_t placed;
	double from = seconds();

	do
		must(ledger_sequence(b->db, &env, &signing, &placed, &error), &error);
	while (placed);
	tell("sequenced", seconds() - from, "s");
	cosign(b);
}

struct published {
	struct bench *b;
	char ids[CHANGES][ID_SIZE];
	size_t count;
};

/* Every published entry there is room for is suspended: CHANGES drops. */
static enum status suspend_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct published *p = context;
	struct db_rows rows;

	arena_clear(&p->b->arena);
	TRY(db_query(tx, "SELECT id FROM entry WHERE state = 'published' ORDER BY id LIMIT $1", DB_PARAMS(DB_V_INT((int64_t)p->count)),
		     &p->b->arena, &rows, ret_error));
	p->count = rows.rows;
	for (size_t i = 0; i < rows.rows; i++) {
		snprintf(p->ids[i], ID_SIZE, "%.*s", TEXT_ARG(db_text(&rows, i, 0)));
		TRY(act(p->b, tx, PERSON("4"),
			&(struct registry_act){.entry = text_of(p->ids[i]), .act = TEXT("suspend"), .reason = TEXT("new-facts")}, ret_error));
	}
	return ST_OK;
}

struct file {
	struct bench *b;
	uint64_t number, from;
	struct buffer bytes;
};

static enum status file_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct file *f = context;
	struct merkle_hash sha256;
	struct arena arena;
	struct bytes bytes;
	enum status st;

	arena_init(&arena, MEMORY);
	st = edition_file_load(tx, f->number, f->from, &arena, &bytes, &sha256, ret_error);
	if (st == ST_OK)
		buffer_add(&f->bytes, bytes.data, bytes.len);
	arena_release(&arena);
	return st;
}

static void file_get(struct bench *b, uint64_t number, uint64_t from, struct buffer *ret)
{
	struct file f = {.b = b, .number = number, .from = from};
	struct error error = {.code = ST_OK};

	buffer_init(&f.bytes, MEMORY);
	must(db_transact(b->db, DB_READ, file_work, &f, &error), &error);
	*ret = f.bytes;
}

static uint64_t build(struct bench *b, double *ret_seconds)
{
	struct error error = {.code = ST_OK};
	double from = seconds();
	uint64_t number;

	must(edition_build(&b->builder, &number, &error), &error);
	*ret_seconds = seconds() - from;
	return number;
}

static void take(struct bench *b, struct edition *edition, const struct buffer *file, const char *row, const char *unit, double times)
{
	struct edition_trust trust = {.keys = &b->builder.options.keys, .now_ms = wall_ms(NULL)};
	struct error error = {.code = ST_OK};
	double from = seconds();

	must(edition_take(edition, buffer_bytes(file), &trust, &error), &error);
	tell(row, (seconds() - from) * times, unit);
}

static void snapshot_and_delta(struct bench *b)
{
	struct published p = {.b = b, .count = CHANGES};
	struct buffer whole, delta;
	struct edition *edition;
	struct error error = {.code = ST_OK};
	double took;
	uint64_t number = build(b, &took);

	tell("edition-first", took, "s"); /* with reading all of the ledger's leaves once */
	file_get(b, number, 0, &whole);
	tell("edition-size", (double)whole.len / 1e6, "MB");
	must(edition_new(MEMORY, &edition, &error), &error);
	take(b, edition, &whole, "edition-open", "s", 1);
	tell("edition-records", (double)edition_count(edition), "records");
	tell("edition-body", (double)edition_manifest(edition)->snapshot.body_len / 1e6, "MB");
	must(db_transact(b->db, DB_WRITE, suspend_work, &p, &error), &error);
	sequence_all(b);
	number = build(b, &took);
	tell("edition-build", took, "s");
	file_get(b, number, number - 1, &delta);
	tell("delta-size", (double)delta.len / 1e3, "KB");
	take(b, edition, &delta, "delta-apply", "ms", 1000);
	edition_free(edition);
	buffer_release(&whole);
	buffer_release(&delta);
}

/* One decision; until the edition that has it is there. */
static void decision_to_edition(struct bench *b)
{
	struct ledger_runner_options runner_options = {.db = b->db, .env = &env, .log_count = 1, .signed_head = signed_head, .say = say,
						       .context = b, .logs = {{.log = LEDGER_LIST, .signer = &b->log}}};
	struct ledger_runner *runner;
	struct editions *editions;
	struct error error = {.code = ST_OK};
	double worst = 0;

	b->builder.options.made = made;
	b->builder.options.say = say;
	b->builder.options.context = b;
	must(ledger_runner_start(&runner_options, &runner, &error), &error);
	must(editions_start(&b->builder.options, &editions, &error), &error);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct published p = {.b = b, .count = 1};
		uint64_t before = atomic_load(&b->made);
		double from = seconds();

		must(db_transact(b->db, DB_WRITE, suspend_work, &p, &error), &error);
		while (atomic_load(&b->made) == before && seconds() - from < 60)
			usleep(5000);
		worst = seconds() - from > worst ? seconds() - from : worst;
	}
	editions_stop(editions);
	ledger_runner_stop(runner);
	tell("decision-to-edition", worst, "s");
}

int main(int argc, char **argv)
{
	struct bench b = {.db = NULL};
	struct error error = {.code = ST_OK};

	if (argc < 4 || sodium_init() < 0) {
		fprintf(stderr, "usage: registry_bench fill ROOT URL COUNT | rows ROOT URL\n");
		return 2;
	}
	arena_init(&b.arena, MEMORY);
	people_read(argv[2], &b.people);
	must(db_open(argv[3], NULL, &b.db, &error), &error);
	must(registry_open(b.db, &env, TEXT("kh"), &b.registry, &error), &error);
	key_make(&b, EDITION_KEY_EDITION, "kh.example/editions", NOTE_ED25519, &b.editions);
	key_make(&b, EDITION_KEY_LOG, "kh.example/list", NOTE_ED25519, &b.log);
	key_make(&b, EDITION_KEY_WITNESS, "kr.example/witness", NOTE_COSIGNATURE, &b.witness);
	edition_builder_init(&b.builder, &(struct editions_options){.db = b.db, .env = &env, .list = TEXT("cordon.kh"), .signer = &b.editions,
					      .keys = {1, b.keys, 3, NULL, 0}, .grace_ms = 3600000});
	if (strcmp(argv[1], "fill") == 0 && argc == 5) {
		fill(&b, (size_t)strtoull(argv[4], NULL, 10));
	} else {
		sequence_all(&b);
		snapshot_and_delta(&b);
		decision_to_edition(&b);
	}
	edition_builder_release(&b.builder);
	registry_close(b.registry);
	db_close(b.db);
	arena_release(&b.arena);
	return 0;
}
