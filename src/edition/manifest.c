#include "edition/manifest.h"

#include "edition/manifest_lines.h"
#include "merkle/checkpoint.h"

static enum status refuse(struct error *ret_error, const char *reason, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, reason, NULL, "%s", what);
}

/* ---- writing ---- */

static void moment_line(struct buffer *out, const char *word, int64_t ms)
{
	buffer_printf(out, "%s ", word);
	moment_add(out, ms);
	buffer_add_char(out, '\n');
}

static void size_and_hash(struct buffer *out, uint64_t len, const struct merkle_hash *hash)
{
	buffer_printf(out, " %llu ", (unsigned long long)len);
	hash_add(out, hash);
}

static void parts_add(const struct edition_manifest *m, struct buffer *out)
{
	buffer_printf(out, "body");
	size_and_hash(out, m->snapshot.body_len, &m->snapshot.body);
	buffer_printf(out, "\npacked %d", (int)m->snapshot.packing);
	size_and_hash(out, m->snapshot.packed_len, &m->snapshot.packed);
	buffer_add_char(out, '\n');
	for (size_t i = 0; i < m->delta_count; i++) {
		buffer_printf(out, "delta %llu %d", (unsigned long long)m->deltas[i].from, (int)m->deltas[i].packing);
		size_and_hash(out, m->deltas[i].packed_len, &m->deltas[i].packed);
		size_and_hash(out, m->deltas[i].body_len, &m->deltas[i].body);
		buffer_add_char(out, '\n');
	}
}

static bool list_name_valid(struct text name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((name.data[i] < 'a' || name.data[i] > 'z') && (name.data[i] < '0' || name.data[i] > '9') && name.data[i] != '.' &&
		    name.data[i] != '-' && name.data[i] != '_')
			return false;
	return name.len > 0 && name.len <= 100;
}

enum status manifest_write(const struct edition_manifest *m, struct buffer *out, struct error *ret_error)
{
	if (!list_name_valid(m->list) || m->number == 0 || m->previous >= m->number || m->delta_count > EDITION_DELTAS_MAX ||
	    m->keys.key_count == 0 || m->keys.key_count > EDITION_KEYS_MAX || m->keys.revoked_count > EDITION_KEYS_MAX ||
	    m->soft_ms < m->issued_ms || m->hard_ms < m->soft_ms)
		return refuse(ret_error, "edition-malformed", "the manifest's fields cannot be so");
	buffer_printf(out, "cordon edition v1\nlist %.*s\nnumber %llu\nprevious %llu\nepoch %u\n", TEXT_ARG(m->list),
		      (unsigned long long)m->number, (unsigned long long)m->previous, m->keys.epoch);
	moment_line(out, "issued", m->issued_ms);
	moment_line(out, "soft", m->soft_ms);
	moment_line(out, "hard", m->hard_ms);
	buffer_printf(out, "listings %llu\nclearances %llu\nstate ", (unsigned long long)m->listings,
		      (unsigned long long)m->clearances);
	hash_add(out, &m->state);
	buffer_printf(out, "\nwitnessed %s\n", m->witnessed ? "yes" : "no");
	parts_add(m, out);
	key_lines_add(out, &m->keys);
	buffer_printf(out, "checkpoint\n");
	buffer_add_text(out, m->checkpoint);
	if (out->len > EDITION_MANIFEST_MAX)
		return error_because(ret_error, ST_LIMIT, "edition-limit", NULL, "the manifest is too long");
	return buffer_status(out);
}

/* ---- reading the lines ---- */

static bool part_read(struct line *line, uint64_t *ret_len, struct merkle_hash *ret_hash)
{
	return line_number(line, EDITION_LEN_MAX, ret_len) && line_hash(line, ret_hash);
}

static bool packing_read(struct line *line, enum edition_packing *ret)
{
	uint64_t packing;

	if (!line_number(line, EDITION_ZSTD, &packing))
		return false;
	*ret = (enum edition_packing)packing;
	return true;
}

/* One line; what stands before or after its place shows when the text is written anew. */
static bool line_take(struct text word, struct line *line, struct edition_manifest *m, struct edition_keys *keys)
{
	struct edition_part *delta = m->delta_count < EDITION_DELTAS_MAX ? &m->deltas[m->delta_count] : NULL;
	uint64_t epoch;

#define IS(literal) text_equal(word, TEXT(literal))
	if (IS("list"))
		return (m->list = line_word(line)).len > 0;
	if (IS("number"))
		return line_number(line, INT64_MAX, &m->number);
	if (IS("previous"))
		return line_number(line, INT64_MAX, &m->previous);
	if (IS("epoch") && line_number(line, UINT32_MAX, &epoch))
		return (keys->epoch = (uint32_t)epoch) == epoch;
	if (IS("issued"))
		return line_moment(line, &m->issued_ms);
	if (IS("soft"))
		return line_moment(line, &m->soft_ms);
	if (IS("hard"))
		return line_moment(line, &m->hard_ms);
	if (IS("listings"))
		return line_number(line, UINT32_MAX, &m->listings);
	if (IS("clearances"))
		return line_number(line, UINT32_MAX, &m->clearances);
	if (IS("state"))
		return line_hash(line, &m->state);
	if (IS("witnessed"))
		return (m->witnessed = text_equal(line_word(line), TEXT("yes"))) || true;
	if (IS("body"))
		return part_read(line, &m->snapshot.body_len, &m->snapshot.body);
	if (IS("packed"))
		return packing_read(line, &m->snapshot.packing) && part_read(line, &m->snapshot.packed_len, &m->snapshot.packed);
	if (IS("delta"))
		return delta && ++m->delta_count && line_number(line, INT64_MAX, &delta->from) && delta->from > 0 &&
		       packing_read(line, &delta->packing) && part_read(line, &delta->packed_len, &delta->packed) &&
		       part_read(line, &delta->body_len, &delta->body);
#undef IS
	return false;
}

static enum status lines_read(struct text text, struct arena *arena, struct edition_manifest *m, struct error *ret_error)
{
	struct edition_key *keys = ARENA_NEW(arena, struct edition_key, EDITION_KEYS_MAX);
	struct edition_revoked *revoked = ARENA_NEW(arena, struct edition_revoked, EDITION_KEYS_MAX);
	struct text rest = text;
	struct line line;

	if (keys == NULL || revoked == NULL)
		return arena_failure(arena, ret_error);
	if (!line_next(&rest, &line) || !text_equal(line.rest, TEXT("cordon edition v1")))
		return refuse(ret_error, "edition-malformed", "the manifest is of another version");
	while (line_next(&rest, &line)) {
		struct text word = line_word(&line);

		if (text_equal(word, TEXT("checkpoint")))
			break;
		if (text_equal(word, TEXT("key")) && m->keys.key_count < EDITION_KEYS_MAX && line_key(&line, &keys[m->keys.key_count]))
			m->keys.key_count++;
		else if (text_equal(word, TEXT("revoked")) && m->keys.revoked_count < EDITION_KEYS_MAX &&
			 line_revoked(&line, &revoked[m->keys.revoked_count]))
			m->keys.revoked_count++;
		else if (!line_take(word, &line, m, &m->keys))
			return refuse(ret_error, "edition-malformed", "a line of the manifest cannot be read");
	}
	m->keys.keys = keys;
	m->keys.revoked = revoked;
	m->checkpoint = rest;
	return ST_OK;
}

/* One text for one manifest: what was read, written anew, must be what was signed. */
static enum status text_read(struct text text, struct arena *arena, struct edition_manifest *m, struct error *ret_error)
{
	struct buffer again;
	enum status st;

	TRY(lines_read(text, arena, m, ret_error));
	buffer_init(&again, (size_t)2 * EDITION_MANIFEST_MAX);
	st = manifest_write(m, &again, ret_error);
	if (st == ST_OK && !text_equal(buffer_text(&again), text))
		st = refuse(ret_error, "edition-malformed", "lines of the manifest are out of order or written another way");
	buffer_release(&again);
	return st;
}

/* ---- signatures ---- */

/* What signatures of some keys on one note came to. */
struct verdict {
	size_t good;
	struct text names[EDITION_COSIGNERS_MAX];
	bool bad, revoked, expired;
};

/* Keys that count for a role, and what the manifest says was revoked. */
struct key_search {
	const struct edition_keys *keys, *stated;
	enum edition_role role;
	int64_t issued_ms;
	uint64_t size; /* of the log */
};

static bool revoked_in(const struct edition_keys *keys, struct text vkey)
{
	for (size_t i = 0; keys && i < keys->revoked_count; i++)
		if (text_equal(keys->revoked[i].vkey, vkey))
			return true;
	return false;
}

static void key_try(const struct key_search *s, const struct edition_key *key, const struct note *note, struct verdict *v)
{
	struct note_key parsed;
	enum status st;

	if (key->role != s->role || note_vkey_parse(key->vkey, &parsed, NULL) != ST_OK)
		return;
	st = note_verify(note, &parsed, NULL, NULL);
	if (st == ST_NOT_FOUND)
		return;
	if (st != ST_OK)
		v->bad = true;
	else if (revoked_in(s->keys, key->vkey) || revoked_in(s->stated, key->vkey) || (key->size_max && s->size > key->size_max))
		v->revoked = true;
	else if (s->issued_ms < key->from_ms || s->issued_ms >= key->until_ms)
		v->expired = true;
	else {
		if (v->good < EDITION_COSIGNERS_MAX)
			v->names[v->good] = (struct text){key->vkey.data, text_find(key->vkey, '+', 0)};
		v->good++;
	}
}

/* Keys of which nothing is left in the key set but that they are revoked. */
static void revoked_try(const struct edition_keys *keys, const struct note *note, struct verdict *v)
{
	struct note_key parsed;

	for (size_t i = 0; keys && i < keys->revoked_count; i++)
		if (note_vkey_parse(keys->revoked[i].vkey, &parsed, NULL) == ST_OK &&
		    note_verify(note, &parsed, NULL, NULL) == ST_OK)
			v->revoked = true;
}

/* A key that is named twice has signed once, whenever it was valid. */
static bool named_before(const struct key_search *s, size_t i)
{
	const struct edition_key *keys = s->keys->keys;

	for (size_t k = 0; k < i; k++)
		if (keys[k].role == s->role && text_equal(keys[k].vkey, keys[i].vkey) && s->issued_ms >= keys[k].from_ms && s->issued_ms < keys[k].until_ms)
			return true;
	return false;
}

static struct verdict signatures_judge(const struct key_search *s, const struct note *note)
{
	struct verdict v = {0};

	for (size_t i = 0; i < s->keys->key_count; i++)
		if (!named_before(s, i))
			key_try(s, &s->keys->keys[i], note, &v);
	revoked_try(s->keys, note, &v);
	return v;
}

/* A reader who was given keys for a role takes no others from the file: whoever stole the key of editions could name his own
 * log and witness there. */
static const struct edition_keys *keys_for(const struct edition_keys *trusted, const struct edition_keys *stated,
					   enum edition_role role)
{
	for (size_t i = 0; trusted && i < trusted->key_count; i++)
		if (trusted->keys[i].role == role)
			return trusted;
	return trusted == NULL || role != EDITION_KEY_EDITION ? stated : trusted;
}

static enum status verdict_status(const struct verdict *v, const char *what, struct error *ret_error)
{
	const char *reason = v->bad ? "edition-altered" : v->revoked ? "edition-key-revoked" : v->expired ? "edition-key-expired"
										      : "edition-unknown-key";

	if (v->good && !v->bad)
		return ST_OK;
	return error_because(ret_error, ST_DENIED, reason, NULL, "%s: %s", what,
			     v->bad       ? "a signature does not verify"
			     : v->revoked ? "it is signed by a key that was revoked"
			     : v->expired ? "its key was not valid when it was signed"
					  : "none of the known keys signed it");
}

/* Of `logs` one must have signed; how many of `witnesses` did. */
static enum status note_trust(const struct note *note, const struct key_search *logs, const struct key_search *witnesses,
			      struct verdict *ret_witnesses, struct error *ret_error)
{
	struct verdict v = signatures_judge(logs, note);

	TRY(verdict_status(&v, "the checkpoint", ret_error));
	v = signatures_judge(witnesses, note);
	if (v.bad)
		return refuse(ret_error, "edition-altered", "a witness's cosignature does not verify");
	*ret_witnesses = v;
	return ST_OK;
}

enum status edition_checkpoint_trust(struct text checkpoint, const struct edition_keys *keys, int64_t at_ms, size_t *ret_witnesses,
				     struct error *ret_error)
{
	struct key_search logs = {keys, keys, EDITION_KEY_LOG, at_ms, 0}, witnesses = {keys, keys, EDITION_KEY_WITNESS, at_ms, 0};
	struct signed_checkpoint parsed;
	struct verdict v;

	if (signed_checkpoint_parse(text_bytes(checkpoint), &parsed, NULL) != ST_OK)
		return refuse(ret_error, "edition-malformed", "the checkpoint cannot be read");
	logs.size = parsed.checkpoint.size;
	TRY(note_trust(&parsed.note, &logs, &witnesses, &v, ret_error));
	*ret_witnesses = v.good;
	return ST_OK;
}

size_t edition_witnesses(struct text checkpoint, const struct edition_keys *keys, int64_t now_ms)
{
	const struct key_search search = {keys, keys, EDITION_KEY_WITNESS, now_ms, 0};
	struct signed_checkpoint parsed;
	struct verdict v;

	if (signed_checkpoint_parse(text_bytes(checkpoint), &parsed, NULL) != ST_OK)
		return 0;
	v = signatures_judge(&search, &parsed.note);
	return v.bad ? 0 : v.good;
}

static struct key_search search_for(const struct edition_manifest *m, const struct edition_trust *trust, enum edition_role role)
{
	return (struct key_search){keys_for(trust->keys, &m->keys, role), &m->keys, role, m->issued_ms, m->log_size};
}

static enum status checkpoint_check(struct edition_manifest *m, const struct edition_trust *trust, const struct note *note,
				    struct error *ret_error)
{
	const struct key_search logs = search_for(m, trust, EDITION_KEY_LOG), witnesses = search_for(m, trust, EDITION_KEY_WITNESS);
	struct verdict v;

	TRY(note_trust(note, &logs, &witnesses, &v, ret_error));
	m->witnesses = v.good;
	memcpy(m->cosigners, v.names, sizeof m->cosigners);
	if ((m->witnessed || trust->witnessed_only) && m->witnesses == 0)
		return error_because(ret_error, ST_DENIED, "edition-not-witnessed", NULL, "no known witness has cosigned the checkpoint");
	return ST_OK;
}

static enum status standing_check(const struct edition_manifest *m, const struct edition_trust *trust, struct error *ret_error)
{
	if (trust->list.len && !text_equal(trust->list, m->list))
		return error_because(ret_error, ST_DENIED, "edition-wrong-list", NULL, "it is the edition of another list");
	if (m->number < trust->number_min || (trust->keys && m->keys.epoch < trust->keys->epoch))
		return error_because(ret_error, ST_DENIED, "edition-older", NULL, "it is older than what is known already");
	if (!trust->expired_too && trust->now_ms >= m->hard_ms)
		return error_because(ret_error, ST_DENIED, "edition-expired", NULL, "it has expired");
	return ST_OK;
}

enum status manifest_read(struct text in, const struct edition_trust *trust, struct arena *arena,
			  struct edition_manifest *ret_manifest, struct error *ret_error)
{
	struct edition_manifest m = {0};
	struct signed_checkpoint checkpoint;
	struct key_search search;
	struct note note;
	struct verdict v;

	if (in.len > EDITION_MANIFEST_MAX || note_parse(text_bytes(in), &note, NULL) != ST_OK)
		return refuse(ret_error, "edition-malformed", "the manifest is not a signed note");
	TRY(text_read(note.text, arena, &m, ret_error));
	if (signed_checkpoint_parse(text_bytes(m.checkpoint), &checkpoint, NULL) != ST_OK)
		return refuse(ret_error, "edition-malformed", "the checkpoint cannot be read");
	m.origin = checkpoint.checkpoint.origin;
	m.log_size = checkpoint.checkpoint.size;
	m.root = checkpoint.checkpoint.root;
	search = search_for(&m, trust, EDITION_KEY_EDITION);
	v = signatures_judge(&search, &note);
	TRY(verdict_status(&v, "the manifest", ret_error));
	TRY(standing_check(&m, trust, ret_error));
	TRY(checkpoint_check(&m, trust, &checkpoint.note, ret_error));
	*ret_manifest = m;
	return ST_OK;
}
