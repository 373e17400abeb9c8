#include "account/audit_check.h"

#include "account/audit.h"

#define PAYLOAD_MAX 65536u

static bool same(void *context, const struct db_rows *row)
{
	const struct actor actor = {.id = db_text(row, 0, 4), .country = db_text(row, 0, 5), .session = db_text(row, 0, 6),
				    .address = db_text(row, 0, 7), .strength = (enum actor_strength)db_int(row, 0, 8),
				    .purpose = db_text(row, 0, 9)};
	char action[64], kind[64], outcome[64];
	struct audit_event event = {.actor = &actor, .action = action, .thing_kind = kind, .thing = db_text(row, 0, 12),
				    .outcome = outcome, .detail = db_text(row, 0, 14)};
	struct buffer payload;
	bool equal;

	(void)context;
	snprintf(action, sizeof action, "%.*s", TEXT_ARG(db_text(row, 0, 10)));
	snprintf(kind, sizeof kind, "%.*s", TEXT_ARG(db_text(row, 0, 11)));
	snprintf(outcome, sizeof outcome, "%.*s", TEXT_ARG(db_text(row, 0, 13)));
	buffer_init(&payload, PAYLOAD_MAX);
	audit_payload(&event, db_int(row, 0, 3), &payload);
	equal = buffer_status(&payload) == ST_OK && text_equal(buffer_text(&payload), db_text(row, 0, 2));
	buffer_release(&payload);
	return equal;
}

const struct ledger_record audit_record = {
	.table = "audit",
	.sql = "SELECT a.id, l.id, p.payload, a.at_ms, a.actor, a.country, a.session, a.address, a.strength, a.purpose, a.action,"
	       " a.thing_kind, a.thing, a.outcome, a.detail FROM audit a"
	       " LEFT JOIN ledger_leaf l ON l.id = a.id AND l.log = 'audit'"
	       " LEFT JOIN ledger_payload p ON p.leaf = l.id ORDER BY a.at_ms, a.id",
	/* keys and erasures are told in the log alone */
	.missing_sql = "SELECT l.id, l.place FROM ledger_leaf l LEFT JOIN audit a ON a.id = l.id WHERE l.log = 'audit'"
		       " AND a.id IS NULL AND l.body NOT LIKE '%\"kind\":\"key.%' AND l.body NOT LIKE '%\"kind\":\"leaf.erase\"%'"
		       " ORDER BY l.place",
	.same = same,
};
