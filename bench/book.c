#include "bench/book.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "edition/digest.h"
#include "merkle/checkpoint.h"
#include "model/canonical.h"

#define SEED 20261126u
#define MEMORY ((size_t)8 << 30)
#define BACK_MAX 64u /* a post that is further behind takes the whole */
#define DAY_MS ((int64_t)86400000)

void bench_must(enum status st, const struct error *error)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "border_bench: %s %s\n", error->reason, error->message);
	exit(1);
}

int64_t bench_wall_ms(void *context)
{
	struct timespec t;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void bench_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

/* ---- one record ---- */

void book_person(struct book *m, size_t i, struct arena *arena, struct entity *ret)
{
	const struct error error = {.message = "out of memory"};

	people_seed(SEED + i);
	bench_must(person_make(&m->people, i, arena, ret), &error);
	bench_must(entity_add(ret, "nationality", TEXT("kr")), &error);
}

static json_t *properties_of(const struct entity *person)
{
	json_t *out = json_object();

	for (size_t i = 0; i < person->property_count; i++) {
		const struct property *p = &person->properties[i];
		json_t *values = json_array();

		if (text_equal(p->name, TEXT("passportNumber"))) {
			json_decref(values);
			continue;
		}
		for (size_t k = 0; k < p->count; k++)
			json_array_append_new(values, json_stringn(p->values[k].data, p->values[k].len));
		json_object_setn_new(out, p->name.data, p->name.len, values);
	}
	return out;
}

/* docs/formats/listing.md */
static struct text payload_make(const struct entity *person, const char *id, size_t i, uint64_t index, struct arena *arena)
{
	struct text number = entity_first(person, "passportNumber"), out = TEXT_NONE;
	char reference[48];
	struct buffer text;
	json_t *root;

	snprintf(reference, sizeof reference, "KR-BENCH-%zu.%llu", i, (unsigned long long)index);
	root = json_pack("{s:[{s:s, s:s, s:s%}], s:s, s:i, s:s, s:s, s:{s:s, s:s, s:s}, s:[{s:s, s:s, s:s, s:s, s:s}], s:s, s:{s:o, s:s}, s:s, s:b}",
			 "documents", "country", "kr", "kind", "passport", "number", number.data, number.len, "expires", "2035-01-01T00:00:00.000Z",
			 "handling", 0, "id", id, "inflow", "nominated", "legal", "article", "347", "decision", "KH-2026-1", "law", "Criminal Act",
			 "measures", "basis", "decision", "expires", "2035-01-01T00:00:00.000Z", "from", "2026-01-01T00:00:00.000Z", "id", id, "kind",
			 "refuse-entry", "owner", "kr", "person", "properties", properties_of(person), "schema", "Person", "reference", reference,
			 "urgent", 0);
	buffer_init(&text, EDITION_PAYLOAD_MAX);
	bench_must(root ? canonical_write(root, &text) : ST_NO_MEMORY, &(struct error){.message = "a listing cannot be written"});
	bench_must(arena_text(arena, buffer_text(&text), &out), &(struct error){.message = "out of memory"});
	buffer_release(&text);
	json_decref(root);
	return out;
}

/* All but its place in the log. */
static void subject_of(size_t i, uint8_t ret[EDITION_ID_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	uint64_t number = i;

	crypto_hash_sha256(hash, (const uint8_t *)&number, sizeof number);
	memcpy(ret, hash, EDITION_ID_SIZE);
}

static void record_make(struct book *m, size_t i, uint64_t index, struct arena *scratch, struct arena *arena, struct edition_record *ret)
{
	struct edition_record r = {.kind = EDITION_LISTING, .put = true, .index = index, .time_ms = m->issued_ms,
				   .actor = TEXT("0123456789abcdef0123456789abcdef")};
	struct error error = {.code = ST_OK};
	struct entity person;
	struct buffer leaf;
	char id[2 * EDITION_ID_SIZE + 1];

	subject_of(i, r.subject);
	sodium_bin2hex(id, sizeof id, r.subject, sizeof r.subject);
	arena_clear(scratch);
	book_person(m, i, scratch, &person);
	r.payload = payload_make(&person, id, i, index, arena);
	randombytes_buf(r.salt, sizeof r.salt);
	randombytes_buf(r.id, sizeof r.id);
	edition_leaf_hash(&r);
	buffer_init(&leaf, LEAF_BODY_MAX);
	edition_leaf_write(&r, &leaf);
	bench_must(fold_leaf(&m->tree, buffer_text(&leaf), false, &error), &error);
	buffer_release(&leaf);
	*ret = r;
}

static int by_subject(const void *a, const void *b)
{
	return memcmp(((const struct edition_record *)a)->subject, ((const struct edition_record *)b)->subject, EDITION_ID_SIZE);
}

struct whom {
	uint8_t subject[EDITION_ID_SIZE];
	size_t i;
};

static int whom_order(const void *a, const void *b)
{
	return memcmp(((const struct whom *)a)->subject, ((const struct whom *)b)->subject, EDITION_ID_SIZE);
}

/* Records of `count` people from `first` on, ascending by subject and so in the log. */
static void records_make(struct book *m, size_t first, size_t count, struct arena *arena, struct edition_record *out)
{
	struct whom *whom = calloc(count, sizeof *whom);
	struct arena scratch;

	arena_init(&scratch, (size_t)1 << 20);
	for (size_t k = 0; k < count; k++) {
		whom[k].i = (first + k) % m->count;
		subject_of(whom[k].i, whom[k].subject);
	}
	qsort(whom, count, sizeof *whom, whom_order);
	for (size_t k = 0; k < count; k++)
		record_make(m, whom[k].i, m->tree.size, &scratch, arena, &out[k]);
	arena_release(&scratch);
	free(whom);
}

/* ---- one edition ---- */

/* What the next edition is made of, until its manifest is signed. */
struct making {
	struct book *m;
	struct edition *next;
	struct edition_manifest manifest;
	struct buffer note, checkpoint, whole, deltas[EDITION_DELTAS_MAX];
};

static enum status no_hash(void *context, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error)
{
	(void)context, (void)level, (void)index, (void)ret;
	return error_set(ret_error, ST_CORRUPT, "no leaf is missing");
}

static void part_make(struct bytes body, uint64_t from, struct buffer *packed, struct edition_part *ret)
{
	struct error error = {.code = ST_OK};

	buffer_init(packed, MEMORY);
	bench_must(edition_pack(body, packed, &error), &error);
	*ret = (struct edition_part){.from = from, .packing = EDITION_ZSTD, .packed_len = packed->len, .body_len = body.len};
	bench_must(edition_digest_of(buffer_bytes(packed), &ret->packed), &error);
	bench_must(edition_digest_of(body, &ret->body), &error);
}

/* The body of what `puts` say since edition `from`. */
static void body_make(const struct book *m, uint64_t from, const struct edition_record *puts, size_t count, struct buffer *out)
{
	const struct cover_source log = {no_hash, NULL};
	struct edition_change change = {.from = from, .size = m->tree.size, .puts = puts, .put_count = count};
	struct error error = {.code = ST_OK};

	edition_state_empty(&change.from_state);
	if (from) {
		change.from_size = m->steps[from].size;
		change.from_state = m->steps[from].state;
	}
	buffer_init(out, MEMORY);
	bench_must(edition_body_write(&change, &log, out, &error), &error);
}

static void next_make(struct making *k, const struct edition_record *puts, size_t count)
{
	struct book *m = k->m;
	struct error error = {.code = ST_OK};
	struct buffer body;

	body_make(m, m->number, puts, count, &body);
	bench_must(edition_next(m->newest, buffer_bytes(&body), &k->next, &error), &error);
	buffer_release(&body);
}

static void deltas_make(struct making *k)
{
	struct book *m = k->m;
	struct edition_manifest *manifest = &k->manifest;

	for (uint64_t back = 1; back <= BACK_MAX && back < manifest->number; back *= 2) {
		uint64_t from = manifest->number - back;
		size_t first = m->steps[from].upto, count = m->changed_count - first;
		struct edition_record *puts = malloc(count * sizeof *puts);
		size_t at = manifest->delta_count++;
		struct buffer body;

		memcpy(puts, m->changed + first, count * sizeof *puts);
		qsort(puts, count, sizeof *puts, by_subject);
		body_make(m, from, puts, count, &body);
		part_make(buffer_bytes(&body), from, &k->deltas[at], &manifest->deltas[at]);
		buffer_release(&body);
		free(puts);
	}
}

static void checkpoint_make(struct making *k)
{
	struct book *m = k->m;
	struct checkpoint checkpoint = {.origin = text_of(m->log.key.name), .size = m->tree.size};
	struct error error = {.code = ST_OK};
	struct buffer text;

	buffer_init(&text, 4096);
	fold_root(&m->tree, &checkpoint.root);
	checkpoint_write(&checkpoint, &text);
	buffer_init(&k->checkpoint, 1 << 16);
	buffer_add_text(&k->checkpoint, buffer_text(&text));
	buffer_add_char(&k->checkpoint, '\n');
	bench_must(note_sign(&m->log, buffer_text(&text), 0, &k->checkpoint, &error), &error);
	buffer_release(&text);
	k->manifest.checkpoint = buffer_text(&k->checkpoint);
}

/* Signed, and taken by this maker as a reader would. */
static void note_make(struct making *k)
{
	struct book *m = k->m;
	const struct edition_trust trust = {.keys = &m->trusted, .list = TEXT(BOOK_NAME), .now_ms = m->issued_ms};
	struct error error = {.code = ST_OK};
	struct buffer text;

	buffer_init(&text, EDITION_MANIFEST_MAX);
	buffer_init(&k->note, EDITION_MANIFEST_MAX);
	bench_must(manifest_write(&k->manifest, &text, &error), &error);
	buffer_add_text(&k->note, buffer_text(&text));
	buffer_add_char(&k->note, '\n');
	bench_must(note_sign(&m->edition, buffer_text(&text), 0, &k->note, &error), &error);
	buffer_release(&text);
	bench_must(edition_adopt(k->next, buffer_text(&k->note), &trust, &error), &error);
}

static void file_tell(struct making *k, uint64_t from, struct buffer *packed, book_file *file, void *context)
{
	struct buffer out;

	buffer_init(&out, MEMORY);
	edition_file_write(buffer_text(&k->note), EDITION_ZSTD, buffer_bytes(packed), &out);
	file(context, k->manifest.number, from, buffer_bytes(&out));
	buffer_release(&out);
	buffer_release(packed);
}

static void edition_make(struct making *k, bool whole, book_file *file, void *context)
{
	struct book *m = k->m;
	struct edition_manifest *manifest = &k->manifest;
	struct error error = {.code = ST_OK};

	edition_state(k->next, &manifest->state);
	manifest->listings = edition_count(k->next);
	deltas_make(k);
	/* Between them the manifest names the last one that was made: nobody is given it. */
	if (whole) {
		struct buffer body;

		buffer_init(&body, MEMORY);
		bench_must(edition_body(k->next, &body, &error), &error);
		part_make(buffer_bytes(&body), 0, &k->whole, &m->snapshot);
		buffer_release(&body);
	}
	manifest->snapshot = m->snapshot;
	checkpoint_make(k);
	note_make(k);
	for (size_t i = 0; i < manifest->delta_count; i++)
		file_tell(k, manifest->deltas[i].from, &k->deltas[i], file, context);
	if (whole)
		file_tell(k, 0, &k->whole, file, context);
}

void book_next(struct book *m, size_t changes, bool whole, book_file *file, void *context)
{
	struct making k = {.m = m};
	int64_t now = bench_wall_ms(NULL);
	struct arena first;

	m->issued_ms = now > m->issued_ms ? now : m->issued_ms + 1;
	k.manifest = (struct edition_manifest){.list = TEXT(BOOK_NAME), .number = m->number + 1, .previous = m->number, .issued_ms = m->issued_ms,
					       .soft_ms = m->issued_ms + DAY_MS, .hard_ms = m->issued_ms + 7 * DAY_MS, .keys = m->trusted};
	if (m->number == 0) {
		struct edition_record *puts = calloc(m->count, sizeof *puts);

		arena_init(&first, MEMORY);
		records_make(m, 0, m->count, &first, puts);
		next_make(&k, puts, m->count);
		arena_release(&first);
		free(puts);
	} else {
		if (m->changed_count + changes > m->room) {
			m->room = 2 * (m->changed_count + changes);
			m->changed = realloc(m->changed, m->room * sizeof *m->changed);
		}
		records_make(m, m->next, changes, &m->payloads, m->changed + m->changed_count);
		next_make(&k, m->changed + m->changed_count, changes);
		m->changed_count += changes;
		m->next = (m->next + changes) % m->count;
	}
	m->steps[m->number + 1] = (struct book_step){.size = m->tree.size, .upto = m->changed_count};
	edition_state(k.next, &m->steps[m->number + 1].state);
	edition_make(&k, whole || m->number == 0, file, context);
	m->number++;
	edition_free(m->newest);
	m->newest = k.next;
	buffer_release(&k.note);
	buffer_release(&k.checkpoint);
}

/* ---- life ---- */

void book_begin(struct book *m, const char *root, size_t count)
{
	struct note_signer *signers[] = {&m->edition, &m->log};
	struct error error = {.code = ST_OK};

	people_read(root, &m->people);
	m->count = count;
	for (size_t i = 0; i < 2; i++) {
		uint8_t seed[32];

		randombytes_buf(seed, sizeof seed);
		if (signers[i]->key.name[0] == '\0')
			bench_must(note_signer_make(i ? TEXT("kh.example/list") : TEXT("kh.example/editions"), NOTE_ED25519, seed, signers[i], &error), &error);
		note_vkey(&signers[i]->key, m->vkeys[i]);
		m->keys[i] = (struct edition_key){i ? EDITION_KEY_LOG : EDITION_KEY_EDITION, 0, INT64_MAX / 4, text_of(m->vkeys[i]), 0};
	}
	m->trusted = (struct edition_keys){.epoch = 1, .keys = m->keys, .key_count = 2};
	fold_init(&m->tree);
	arena_init(&m->payloads, MEMORY);
	bench_must(edition_new(MEMORY, &m->newest, &error), &error);
}

void book_release(struct book *m)
{
	edition_free(m->newest);
	fold_release(&m->tree);
	arena_release(&m->payloads);
	free(m->changed);
	note_signer_clear(&m->edition);
	note_signer_clear(&m->log);
}
