/* Official contacts: hotlines, embassies, banks' own lines, sites. Shown to the public, and never listed: what is in force here cannot be
 * reported nor confirmed, whoever writes. One officer enters, another confirms. What the program is shipped with
 * (data/awareness/contacts.tsv) is in force from the first start.
 *
 * One that is not `shown` is the safelist alone: a wallet of an exchange, a bank's collecting account. Outbox: "contact", "public".
 */
#ifndef AWARENESS_CONTACT_H
#define AWARENESS_CONTACT_H

#include "awareness/item.h"
#include "awareness/awareness.h"

#define CONTACT_VALUES_MAX 20u

struct contact_names {
	struct text en, km, ko, zh;
};

struct contact_new {
	struct text shipped; /* key of the table, or empty */
	bool shown;
	struct text kind, country, serves, hours, languages, checked, source, note; /* serves, languages: words with | between */
	struct contact_names name;
	struct item_identifier values[CONTACT_VALUES_MAX]; /* type: phone, url, bank, wallet, telegram, line, facebook, email */
	size_t value_count;
};

/* In state "proposed". Fails: ST_MALFORMED reason "value-invalid" (field: kind, country, name, checked, source, values, ...) or of asked_read;
 * as db_exec. */
MUST_USE enum status contact_propose(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct contact_new *new,
				     struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

struct contact_act {
	struct text id;
	int64_t version;
	struct text act; /* confirm (another officer), decline, end */
	struct text reason;
};
/* Confirmed: whatever was listed of its values ends. Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state",
 * "contact-same-person"; ST_NOT_FOUND reason "no-such-act"; as db_exec. */
MUST_USE enum status contact_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct contact_act *act,
				struct arena *arena, struct error *ret_error);

/* What is shipped is there from here on; what the table has no longer ends. At the hub's start. Fails: as db_transact. */
MUST_USE enum status contacts_ship(struct awareness *awareness, struct error *ret_error);

/* ---- for contact_shipped.c ---- */

MUST_USE enum status contact_insert(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct contact_new *new,
				    int64_t now_ms, struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);
/* It counts from here on, and its values are safe. */
MUST_USE enum status contact_begin(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, int64_t now_ms,
				   struct arena *arena, struct error *ret_error);
MUST_USE enum status contact_end(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct text reason,
				 int64_t now_ms, struct arena *arena, struct error *ret_error);

#endif
