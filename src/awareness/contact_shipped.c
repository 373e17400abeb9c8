/* The contacts that the program is shipped with: two people of the project have looked at each row of the table and its source. */
#include "awareness/contact.h"

#include "awareness_contacts.inc"

#define ARENA_MAX ((size_t)8 << 20)

struct shipping {
	struct awareness *awareness;
	struct arena arena;
};

static enum status row_read(const struct awareness_contacts_row *row, struct contact_new *c, struct error *ret_error)
{
	struct text rest = row->values, one;

	*c = (struct contact_new){.shipped = row->key, .shown = text_equal(row->shown, TEXT("y")), .kind = row->kind, .country = row->country,
				  .serves = row->serves, .hours = row->hours, .languages = row->languages, .checked = row->checked,
				  .source = row->source, .note = row->note, .name = {row->en, row->km, row->ko, row->zh}};
	while (text_split(&rest, '|', &one)) {
		size_t colon = text_find(one, ':', 0);

		if (colon == one.len || c->value_count == CONTACT_VALUES_MAX)
			return error_set(ret_error, ST_CORRUPT, "data/awareness/contacts.tsv: %.*s", TEXT_ARG(row->key));
		c->values[c->value_count++] = (struct item_identifier){
			.type = {one.data, colon}, .value = {one.data + colon + 1, one.len - colon - 1}, .country = row->country};
	}
	return ST_OK;
}

static bool is_shipped(struct text key)
{
	for (size_t i = 0; i < AWARENESS_CONTACTS_COUNT; i++)
		if (text_equal(awareness_contacts_rows[i].key, key))
			return true;
	return false;
}

static enum status ship_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct shipping *s = context;
	struct db_rows there;
	int64_t now_ms;

	arena_clear(&s->arena);
	TRY(registry_now(s->awareness->registry, tx, &now_ms, ret_error));
	TRY(db_query(tx, "SELECT id, shipped, state FROM official_contact WHERE shipped IS NOT NULL", DB_NO_PARAMS, &s->arena, &there, ret_error));
	for (size_t i = 0; i < there.rows; i++)
		if (!is_shipped(db_text(&there, i, 1)) && !text_equal(db_text(&there, i, 2), TEXT("ended")))
			TRY(contact_end(s->awareness, tx, &awareness_rules, db_text(&there, i, 0), TEXT_NONE, now_ms, &s->arena, ret_error));
	for (size_t i = 0; i < AWARENESS_CONTACTS_COUNT; i++) {
		struct contact_new c;
		char id[ID_SIZE];
		bool known = false;

		for (size_t k = 0; k < there.rows && !known; k++)
			known = text_equal(db_text(&there, k, 1), awareness_contacts_rows[i].key);
		if (known)
			continue;
		TRY(row_read(&awareness_contacts_rows[i], &c, ret_error));
		TRY(contact_insert(s->awareness, tx, &awareness_rules, &c, now_ms, &s->arena, id, ret_error));
		TRY(contact_begin(s->awareness, tx, &awareness_rules, text_of(id), now_ms, &s->arena, ret_error));
	}
	return ST_OK;
}

enum status contacts_ship(struct awareness *awareness, struct error *ret_error)
{
	struct shipping s = {.awareness = awareness};
	enum status st;

	arena_init(&s.arena, ARENA_MAX);
	st = db_transact(awareness->db, DB_WRITE, ship_work, &s, ret_error);
	arena_release(&s.arena);
	return st;
}
