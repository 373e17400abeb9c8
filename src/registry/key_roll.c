#include "registry/key_roll.h"

#include "ledger/keys.h"
#include "ledger/ledger.h"

/* Keys end when they are rotated or revoked, not by the calendar: a checkpoint that was cut off goes on. */
#define ALWAYS_MS INT64_C(253402300799999) /* the last moment of the year 9999 */
#define MEMORY ((size_t)8 << 20)

/* ---- the set ---- */

struct gathered {
	struct edition_key *keys;
	struct edition_revoked *revoked;
	struct edition_keys set;
};

static enum status rows_take(struct gathered *g, const struct ledger_key_row *rows, size_t count, enum edition_role role, bool ended,
			     struct error *ret_error)
{
	for (size_t i = 0; i < count; i++) {
		bool active = text_equal(rows[i].state, TEXT("active"));

		g->set.epoch += active ? 1 : 2;
		if (g->set.key_count == EDITION_KEYS_MAX || g->set.revoked_count == EDITION_KEYS_MAX)
			return error_set(ret_error, ST_LIMIT, "more keys than an edition can tell of");
		if (active)
			g->keys[g->set.key_count++] = (struct edition_key){role, rows[i].created_ms, ALWAYS_MS, rows[i].vkey, 0};
		else if (ended)
			g->keys[g->set.key_count++] = (struct edition_key){role, rows[i].created_ms, rows[i].to_size ? ALWAYS_MS : 0, rows[i].vkey, rows[i].to_size};
		if (text_equal(rows[i].state, TEXT("revoked")))
			g->revoked[g->set.revoked_count++] = (struct edition_revoked){rows[i].ended_ms, rows[i].vkey};
	}
	return ST_OK;
}

static enum status witnesses_take(struct gathered *g, const struct key_witnesses *witnesses, struct arena *arena, struct error *ret_error)
{
	for (size_t i = 0; i < witnesses->count && g->set.key_count < EDITION_KEYS_MAX; i++) {
		struct edition_key *key = &g->keys[g->set.key_count++];
		char vkey[NOTE_VKEY_SIZE];

		note_vkey(&witnesses->keys[i], vkey);
		*key = (struct edition_key){.role = EDITION_KEY_WITNESS, .until_ms = ALWAYS_MS};
		if (arena_text(arena, text_of(vkey), &key->vkey) != ST_OK)
			return arena_failure(arena, ret_error);
	}
	return ST_OK;
}

enum status key_set_load(struct db_tx *tx, const struct key_witnesses *witnesses, bool ended, struct arena *arena, struct edition_keys *ret,
			 struct error *ret_error)
{
	static const struct {
		const char *purpose;
		enum edition_role role;
	} of[] = {{LEDGER_EDITION, EDITION_KEY_EDITION}, {LEDGER_LIST, EDITION_KEY_LOG}};
	struct gathered g = {ARENA_NEW(arena, struct edition_key, EDITION_KEYS_MAX), ARENA_NEW(arena, struct edition_revoked, EDITION_KEYS_MAX), {0}};

	if (g.keys == NULL || g.revoked == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
		const struct ledger_key_row *rows;
		size_t count;

		TRY(ledger_keys(tx, of[i].purpose, arena, &rows, &count, ret_error));
		TRY(rows_take(&g, rows, count, of[i].role, ended, ret_error));
	}
	TRY(witnesses_take(&g, witnesses, arena, ret_error));
	g.set.keys = g.keys;
	g.set.revoked = g.revoked;
	*ret = g.set;
	return ST_OK;
}

/* ---- the roll ---- */

enum status key_roll_load(struct db_tx *tx, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct db_rows rows;
	struct buffer all;
	enum status st;

	TRY(db_query(tx, "SELECT note FROM key_roll ORDER BY epoch", DB_NO_PARAMS, arena, &rows, ret_error));
	buffer_init(&all, ROLL_MAX);
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_add_text(&all, db_text(&rows, i, 0));
		buffer_add_char(&all, '\n');
	}
	st = buffer_status(&all);
	st = st == ST_OK ? arena_text(arena, buffer_text(&all), ret) : error_set(ret_error, st, "the key roll is too long");
	buffer_release(&all);
	return st;
}

static enum status last_load(struct db_tx *tx, struct arena *arena, struct roll_link *ret, struct error *ret_error)
{
	struct text roll;
	enum status st;

	*ret = (struct roll_link){.epoch = 0};
	TRY(key_roll_load(tx, arena, &roll, ret_error));
	while ((st = roll_next(&roll, arena, ret, ret_error)) == ST_OK)
		;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* The witnesses of a link, to be named again. */
static enum status witnesses_of(const struct roll_link *link, struct arena *arena, struct key_witnesses *ret, struct error *ret_error)
{
	struct note_key *keys = ARENA_NEW(arena, struct note_key, EDITION_KEYS_MAX);

	if (keys == NULL)
		return arena_failure(arena, ret_error);
	*ret = (struct key_witnesses){.keys = keys};
	for (size_t i = 0; i < link->keys.key_count; i++)
		if (link->keys.keys[i].role == EDITION_KEY_WITNESS)
			TRY(note_vkey_parse(link->keys.keys[i].vkey, &keys[ret->count++], ret_error));
	return ST_OK;
}

static enum status link_write(const struct key_roll_options *o, const struct roll_link *link, struct buffer *out, struct error *ret_error)
{
	size_t len;

	roll_text_add(out, link);
	len = out->len;
	buffer_add_char(out, '\n');
	for (size_t i = 0; i < o->signer_count; i++) {
		struct buffer line;
		enum status st;

		buffer_init(&line, (size_t)4 * NOTE_VKEY_SIZE);
		st = note_sign(o->signers[i], (struct text){(const char *)out->data, len}, 0, &line, ret_error);
		if (st == ST_OK)
			buffer_add_text(out, buffer_text(&line));
		buffer_release(&line);
		TRY(st);
	}
	return buffer_status(out);
}

static enum status link_add(struct db_tx *tx, const struct key_roll_options *o, struct roll_link *next, struct arena *arena,
			    struct error *ret_error)
{
	struct buffer note;
	struct text written;
	enum status st;

	buffer_init(&note, (size_t)2 * EDITION_MANIFEST_MAX);
	st = link_write(o, next, &note, ret_error);
	if (st == ST_OK)
		st = db_exec(tx, "INSERT INTO key_roll (epoch, note) VALUES ($1, $2)",
			     DB_PARAMS(DB_V_INT(next->epoch), DB_V_TEXT(buffer_text(&note))), NULL, ret_error);
	if (st == ST_OK) {
		buffer_add_char(&note, '\n');
		st = arena_text(arena, buffer_text(&note), &written);
	}
	buffer_release(&note);
	TRY(st);
	/* Read as others read it. */
	return roll_next(&written, arena, next, ret_error);
}

static enum status tell(struct db_tx *tx, const struct key_roll_options *o, struct arena *arena, struct buffer *lines, struct roll_link *ret,
			struct error *ret_error)
{
	struct key_witnesses witnesses = o->witnesses;
	struct roll_link next = {.list = o->list, .time_ms = env_now(o->env)};
	struct edition_keys set;

	TRY(last_load(tx, arena, ret, ret_error));
	if (o->witnesses_stay && ret->epoch)
		TRY(witnesses_of(ret, arena, &witnesses, ret_error));
	TRY(key_set_load(tx, &witnesses, true, arena, &set, ret_error));
	roll_lines_add(lines, &set);
	next.lines = buffer_text(lines);
	if (ret->epoch && text_equal(next.lines, ret->lines))
		return ST_OK;
	next.epoch = set.epoch > ret->epoch ? set.epoch : ret->epoch + 1;
	next.before = ret->hash;
	*ret = next;
	return link_add(tx, o, ret, arena, ret_error);
}

enum status key_roll_tell(struct db_tx *tx, const struct key_roll_options *options, uint32_t *ret_epoch, char ret_mark[ROLL_MARK_SIZE],
			  struct error *ret_error)
{
	struct roll_link link;
	struct arena arena;
	struct buffer lines;
	enum status st;

	arena_init(&arena, MEMORY);
	buffer_init(&lines, EDITION_MANIFEST_MAX);
	st = tell(tx, options, &arena, &lines, &link, ret_error);
	if (st == ST_OK) {
		*ret_epoch = link.epoch;
		roll_mark(&link.hash, ret_mark);
	}
	buffer_release(&lines);
	arena_release(&arena);
	return st;
}
