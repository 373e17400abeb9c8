/* The list side of hearing: every name is read once, here, by several threads; equal parts become one token. */
#include "screen/build_keys.h"

#include <pthread.h>
#include <stdlib.h>

#include "screen/hash.h"
#include "screen/hearing.h"

#define BATCH 8192u /* names heard before they are interned */
#define THREADS_MAX 64u
#define HEAR_ARENA_MAX ((size_t)64 << 20)

/* One name heard: bytes in the worker's buffer.
 * u8 forms, per form { u8 parts, per part { u8 role, u16 content length, content } }; content is what makes a token:
 * u8 script, u8 native length, native, u8 readings, per reading { u8 penalty, u8 len, units }. */
struct heard_at {
	uint32_t offset;
	uint8_t worker;
};

struct hear_job {
	const struct index_builder *b;
	const struct slot_order *order;
	const uint32_t *name_slots; /* of each name in this batch */
	const uint32_t *name_numbers;
	struct heard_at *heard;
	size_t first, end; /* names of the batch for this worker */
	struct buffer out;
	struct arena arena;
	enum status status;
	uint8_t number;
};

static void write_content(const struct heard_part *part, struct buffer *out)
{
	size_t native_len = part->native.len > 255 ? 255 : part->native.len;

	buffer_add_char(out, (char)part->script);
	buffer_add_char(out, (char)native_len);
	buffer_add(out, part->native.data, native_len);
	buffer_add_char(out, (char)part->reading_count);
	for (size_t i = 0; i < part->reading_count; i++) {
		buffer_add_char(out, (char)part->readings[i].penalty);
		buffer_add_char(out, (char)part->readings[i].sound.len);
		buffer_add(out, part->readings[i].sound.units, part->readings[i].sound.len);
	}
}

static void write_heard(const struct heard_name *forms, size_t count, struct buffer *out)
{
	buffer_add_char(out, (char)count);
	for (size_t f = 0; f < count; f++) {
		buffer_add_char(out, (char)forms[f].part_count);
		for (size_t i = 0; i < forms[f].part_count; i++) {
			size_t at;

			buffer_add_char(out, (char)forms[f].parts[i].role);
			at = out->len;
			buffer_add(out, "\0", 2);
			write_content(&forms[f].parts[i], out);
			if (buffer_status(out) == ST_OK) {
				size_t len = out->len - at - 2;

				out->data[at] = (uint8_t)len;
				out->data[at + 1] = (uint8_t)(len >> 8);
			}
		}
	}
}

/* The countries of a pending entity as "kr,cn". */
static void countries_of(const struct index_builder *b, const struct pending *p, char *out, size_t size)
{
	struct fact_identifier ids[FACTS_IDENTIFIERS_MAX];
	struct facts facts;
	size_t n = 0;

	out[0] = '\0';
	if (facts_read((struct bytes){b->facts.data + p->facts, p->facts_len}, ids, &facts) == 0)
		return;
	for (size_t i = 0; i < facts.country_count && n + 4 < size; i++) {
		if (n)
			out[n++] = ',';
		out[n++] = (char)(facts.countries[i] >> 8);
		out[n++] = (char)facts.countries[i];
		out[n] = '\0';
	}
}

static void *hear_worker(void *context)
{
	struct hear_job *job = context;

	for (size_t i = job->first; i < job->end && job->status == ST_OK; i++) {
		const struct pending *p = pending_at(job->b, job->order->pendings[job->name_slots[i]]);
		const struct pending_name *name =
			(const struct pending_name *)(const void *)job->b->names.data + job->name_numbers[i];
		struct heard_name forms[NAME_FORMS_MAX];
		char countries[64];
		size_t count;

		arena_clear(&job->arena);
		countries_of(job->b, p, countries, sizeof countries);
		job->status = hear_name((struct text){(const char *)job->b->text.data + name->text, name->len},
					countries, &job->arena, forms, &count);
		if (job->status == ST_LIMIT) { /* an overlong name: found by its other forms and facts */
			count = 0;
			job->status = ST_OK;
		}
		job->heard[i] = (struct heard_at){(uint32_t)job->out.len, job->number};
		if (job->status == ST_OK)
			write_heard(forms, count, &job->out);
		if (job->status == ST_OK)
			job->status = buffer_status(&job->out);
	}
	return NULL;
}

/* ---- tokens ---- */

struct token_table {
	uint64_t *hashes; /* 0: empty */
	uint32_t *tokens;
	size_t size, used;
};

static enum status table_grow(struct token_table *t)
{
	size_t size = t->size ? t->size * 2 : 1u << 16;
	uint64_t *hashes = calloc(size, sizeof *hashes);
	uint32_t *tokens = calloc(size, sizeof *tokens);

	if (hashes == NULL || tokens == NULL) {
		free(hashes);
		free(tokens);
		return ST_NO_MEMORY;
	}
	for (size_t i = 0; i < t->size; i++) {
		size_t at = t->hashes[i] & (size - 1);

		if (t->hashes[i] == 0)
			continue;
		while (hashes[at])
			at = (at + 1) & (size - 1);
		hashes[at] = t->hashes[i];
		tokens[at] = t->tokens[i];
	}
	free(t->hashes);
	free(t->tokens);
	t->hashes = hashes;
	t->tokens = tokens;
	t->size = size;
	return ST_OK;
}

struct interner {
	struct token_table table;
	struct image_parts *parts;
	struct pairs keys, joins;
};

static struct token_record *token_at(const struct image_parts *parts, uint32_t token)
{
	return (struct token_record *)(void *)parts->section[SECTION_TOKENS].data + token;
}

/* A new token from its content (see above): record, readings, native text and keys. */
static enum status token_make(struct interner *in, const uint8_t *content, uint32_t token)
{
	struct image_parts *parts = in->parts;
	struct token_record r = {.script = content[0], .native_len = content[1]};
	const uint8_t *at = content + 2 + content[1];
	size_t count = *at++;

	r.native = (uint32_t)parts->section[SECTION_TEXT].len;
	buffer_add(&parts->section[SECTION_TEXT], content + 2, content[1]);
	r.readings = (uint32_t)parts->section[SECTION_READINGS].len;
	r.reading_count = (uint8_t)count;
	for (size_t i = 0; i < count; i++) {
		struct text units = {(const char *)at + 2, at[1]};
		uint32_t keys[KEYS_PER_SOUND_MAX];
		size_t n = sound_keys(units, keys);
		uint64_t bigrams = sound_bigrams(units);

		r.bigrams |= bigrams;
		for (size_t k = 0; k < n; k++)
			TRY(pair_add(&in->keys, keys[k], token));
		buffer_add(&parts->section[SECTION_READINGS], at, 2);
		buffer_add(&parts->section[SECTION_READINGS], &bigrams, sizeof bigrams);
		buffer_add_text(&parts->section[SECTION_READINGS], units);
		at += 2 + at[1];
	}
	if (count == 0) {
		uint32_t key = (uint32_t)hash_bytes(content + 2, content[1]);

		TRY(pair_add(&in->keys, key ? key : 1, token));
	}
	buffer_add(&parts->section[SECTION_TOKENS], &r, sizeof r);
	return buffer_status(&parts->section[SECTION_TOKENS]);
}

static enum status token_intern(struct interner *in, const uint8_t *content, size_t len, uint32_t *ret_token)
{
	struct token_table *t = &in->table;
	uint64_t hash = hash_bytes(content, len);
	size_t at;

	if (t->used * 2 >= t->size)
		TRY(table_grow(t));
	at = hash & (t->size - 1);
	while (t->hashes[at] && t->hashes[at] != hash)
		at = (at + 1) & (t->size - 1);
	if (t->hashes[at] == 0) {
		uint32_t token = (uint32_t)t->used++;

		t->hashes[at] = hash;
		t->tokens[at] = token;
		TRY(token_make(in, content, token));
	}
	*ret_token = t->tokens[at];
	return ST_OK;
}

/* The likeliest sound of two neighbouring parts written as one word, either way round, leads to the name. */
static enum status joins_add(struct interner *in, const uint8_t *const contents[], size_t count, uint32_t name)
{
	for (size_t i = 0; i + 1 < count; i++) {
		struct text sound[2];
		struct sound joined;

		for (size_t k = 0; k < 2; k++) {
			const uint8_t *at = contents[i + k] + 2 + contents[i + k][1];

			sound[k] = at[0] ? (struct text){(const char *)at + 3, at[2]} : TEXT_NONE;
		}
		for (size_t k = 0; k < 2 && sound[0].len && sound[1].len; k++) {
			struct text a = sound[k], b = sound[1 - k];
			uint32_t key;

			joined.len = 0;
			if (!sound_append(&joined, a) || !sound_append(&joined, b))
				break;
			key = sound_key(sound_text(&joined));
			if (key)
				TRY(pair_add(&in->joins, key, name));
		}
	}
	return ST_OK;
}

/* The lengths of a part's readings, from its content. */
static struct part_record part_of(const uint8_t *content)
{
	const uint8_t *at = content + 2 + content[1];
	struct part_record part = {.least = UINT8_MAX};
	size_t count = *at++;

	for (size_t i = 0; i < count; i++) {
		uint8_t len = at[1];

		part.len = i ? part.len : len;
		part.least = len < part.least ? len : part.least;
		part.most = len > part.most ? len : part.most;
		at += 2 + len;
	}
	return part;
}

/* Writes one heard name's forms as name records. */
static enum status name_write(struct interner *in, struct name_record name, const uint8_t *heard)
{
	struct image_parts *parts = in->parts;
	size_t forms = *heard++;

	for (size_t f = 0; f < forms; f++) {
		const uint8_t *contents[HEARD_PARTS_MAX];
		uint32_t number = (uint32_t)(parts->section[SECTION_NAMES].len / sizeof name);
		size_t count = *heard++;

		name.first_part = (uint32_t)(parts->section[SECTION_PARTS].len / sizeof(struct part_record));
		name.part_count = (uint8_t)count;
		for (size_t i = 0; i < count; i++) {
			struct part_record part;
			size_t len = (size_t)heard[1] | (size_t)heard[2] << 8;
			uint32_t token;

			contents[i] = heard + 3;
			TRY(token_intern(in, heard + 3, len, &token));
			part = part_of(contents[i]);
			part.bigrams = token_at(parts, token)->bigrams;
			part.token = token & 0xFFFFFFFu;
			part.role = heard[0] & 15u;
			buffer_add(&parts->section[SECTION_PARTS], &part, sizeof part);
			heard += 3 + len;
		}
		TRY(joins_add(in, contents, count, number));
		buffer_add(&parts->section[SECTION_NAMES], &name, sizeof name);
		name.kind |= 0x80;
	}
	return buffer_status(&parts->section[SECTION_NAMES]);
}

/* ---- batches ---- */

struct batch {
	uint32_t slots[BATCH], numbers[BATCH];
	struct heard_at heard[BATCH];
	size_t count;
};

static enum status batch_hear(const struct index_builder *b, const struct slot_order *order, struct batch *batch,
			      struct hear_job *jobs)
{
	pthread_t threads[THREADS_MAX];
	size_t workers = b->limits.threads < THREADS_MAX ? b->limits.threads : THREADS_MAX, started = 0;
	enum status st = ST_OK;

	for (size_t w = 0; w < workers; w++) {
		struct hear_job *job = &jobs[w];

		job->b = b;
		job->order = order;
		job->name_slots = batch->slots;
		job->name_numbers = batch->numbers;
		job->heard = batch->heard;
		job->first = batch->count * w / workers;
		job->end = batch->count * (w + 1) / workers;
		job->number = (uint8_t)w;
		job->status = ST_OK;
		buffer_clear(&job->out);
	}
	while (started + 1 < workers && pthread_create(&threads[started], NULL, hear_worker, &jobs[started]) == 0)
		started++;
	for (size_t w = started; w < workers; w++)
		hear_worker(&jobs[w]);
	for (size_t w = 0; w < started; w++)
		pthread_join(threads[w], NULL);
	for (size_t w = 0; w < workers && st == ST_OK; w++)
		st = jobs[w].status;
	return st;
}

static enum status batch_intern(const struct index_builder *b, const struct slot_order *order, const struct batch *batch,
				struct hear_job *jobs, struct interner *in)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct pending_name *name =
			(const struct pending_name *)(const void *)b->names.data + batch->numbers[i];
		struct name_record record = {.slot = batch->slots[i], .kind = name->kind};
		const struct pending *holder = pending_at(b, order->pendings[batch->slots[i]]);
		const struct hear_job *job = &jobs[batch->heard[i].worker];

		record.date = holder->date;
		record.text = (uint32_t)in->parts->section[SECTION_TEXT].len;
		record.text_len = name->len;
		buffer_add(&in->parts->section[SECTION_TEXT], b->text.data + name->text, name->len);
		TRY(name_write(in, record, job->out.data + batch->heard[i].offset));
	}
	return ST_OK;
}

static enum status batches_run(struct index_builder *b, const struct slot_order *order, struct interner *in,
			       struct hear_job *jobs)
{
	struct batch *batch = malloc(sizeof *batch);
	enum status st = batch ? ST_OK : ST_NO_MEMORY;
	size_t slot = 0, name = 0;

	while (st == ST_OK && slot < order->count) {
		for (batch->count = 0; slot < order->count && batch->count < BATCH;) {
			const struct pending *p = pending_at(b, order->pendings[slot]);

			if (name == p->name_count) {
				slot++;
				name = 0;
				continue;
			}
			batch->slots[batch->count] = (uint32_t)slot;
			batch->numbers[batch->count++] = p->first_name + (uint32_t)name++;
		}
		st = batch_hear(b, order, batch, jobs);
		if (st == ST_OK)
			st = batch_intern(b, order, batch, jobs, in);
	}
	free(batch);
	return st;
}

/* Fills POSTINGS: for each token the names that hold it, ascending. */
static enum status postings_fill(struct image_parts *parts)
{
	const struct name_record *names = (const void *)parts->section[SECTION_NAMES].data;
	const struct part_record *all = (const void *)parts->section[SECTION_PARTS].data;
	size_t name_count = parts->section[SECTION_NAMES].len / sizeof *names;
	size_t token_count = parts->section[SECTION_TOKENS].len / sizeof(struct token_record);
	uint32_t *postings;
	uint32_t at = 0;

	/* A name that holds a part twice is listed once: until places are given out, `postings` is the last name met. */
	for (uint32_t n = 0; n < name_count; n++)
		for (size_t i = 0; i < names[n].part_count; i++) {
			struct token_record *r = token_at(parts, all[names[n].first_part + i].token);

			r->posting_count += r->postings != n + 1;
			r->postings = n + 1;
		}
	for (uint32_t t = 0; t < token_count; t++) {
		struct token_record *r = token_at(parts, t);

		r->postings = at;
		at += r->posting_count;
		r->posting_count = 0;
	}
	postings = (uint32_t *)(void *)buffer_extend(&parts->section[SECTION_POSTINGS], at * sizeof *postings);
	if (postings == NULL)
		return buffer_status(&parts->section[SECTION_POSTINGS]);
	for (uint32_t n = 0; n < name_count; n++)
		for (size_t i = 0; i < names[n].part_count; i++) {
			struct token_record *r = token_at(parts, all[names[n].first_part + i].token);

			if (r->posting_count == 0 || postings[r->postings + r->posting_count - 1] != n)
				postings[r->postings + r->posting_count++] = n;
		}
	return ST_OK;
}

enum status build_names(struct index_builder *b, const struct slot_order *order, struct image_parts *parts,
			struct error *ret_error)
{
	struct interner in = {.parts = parts};
	struct hear_job *jobs = calloc(THREADS_MAX, sizeof *jobs);
	enum status st = jobs ? ST_OK : ST_NO_MEMORY;

	for (size_t w = 0; jobs && w < THREADS_MAX; w++) {
		arena_init(&jobs[w].arena, HEAR_ARENA_MAX);
		buffer_init(&jobs[w].out, (size_t)1 << 30);
	}
	if (st == ST_OK)
		st = table_grow(&in.table);
	if (st == ST_OK)
		st = batches_run(b, order, &in, jobs);
	if (st == ST_OK)
		st = postings_fill(parts);
	if (st == ST_OK)
		st = keys_write(b, order, &in.keys, &in.joins, parts);
	free(in.keys.at);
	free(in.joins.at);
	free(in.table.hashes);
	free(in.table.tokens);
	for (size_t w = 0; jobs && w < THREADS_MAX; w++) {
		arena_release(&jobs[w].arena);
		buffer_release(&jobs[w].out);
	}
	free(jobs);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the names could not be indexed");
}
