/* Inside of the registry, shared by its files. */
#ifndef REGISTRY_INSIDE_H
#define REGISTRY_INSIDE_H

#include <pthread.h>

#include "registry/columns.h"
#include "registry/registry.h"

#define CONTENT_KEY_SIZE 32u

struct lookalikes;

struct registry {
	struct db *db;
	const struct env *env;
	struct text host;
	uint8_t content_key[CONTENT_KEY_SIZE];
	struct lookalikes *lookalikes; /* similar.c */
};

MUST_USE enum status lookalikes_new(struct registry *registry, struct lookalikes **ret, struct error *ret_error);
void lookalikes_free(struct lookalikes *lookalikes); /* NULL is fine */

/* Text kept in the arena. */
MUST_USE enum status keep(struct arena *arena, struct text in, struct text *ret, struct error *ret_error);

/* ---- the entry's own facts ---- */

/* Checkpoints are told of him by the ordinary way. */
bool entry_published(const struct entry *entry);
/* They are told by the urgent way. */
bool entry_urgent(const struct entry *entry, int64_t now_ms);
/* When it ends unless somebody decides otherwise: the review or the expiry, whichever comes first. */
int64_t entry_ends(const struct entry *entry);

/* Who it is, from a nomination: person, names, documents, what lists show, the content's hash (identity.c).
 * Fails: ST_MALFORMED with the reasons of registry_nominate. */
MUST_USE enum status entry_identify(struct registry *registry, const struct registry_nomination *nomination, struct arena *arena,
				    struct entry *entry, struct error *ret_error);
/* Every form of every name that a person has, as the table entry_name holds them. */
MUST_USE enum status entry_take_names(const struct entity *person, struct arena *arena, struct entry *entry, struct error *ret_error);
MUST_USE enum status entry_hash(struct registry *registry, const struct registry_nomination *nomination,
				char ret_hash[REGISTRY_HASH_SIZE], struct error *ret_error);

/* ---- one act on its way (act.c) ---- */

struct working {
	struct registry *registry;
	struct db_tx *tx;
	const struct actor *actor;
	const struct registry_act *act;
	const struct lifecycle_arc *arc; /* once it was decided */
	struct arena *arena;
	int64_t now_ms;
	struct entry before, after;
	bool identity_changed;
	struct text told; /* leaf of what checkpoints are told by this act, or empty */
	char new_id[ID_SIZE];
};

/* The measures that are live, or are to be; `replace`: those there are end. Each gets an id. Fails: ST_MALFORMED "measure-...". */
MUST_USE enum status working_measures(struct working *w, const struct registry_measure *measures, size_t count, bool replace,
				      struct error *ret_error);

/* What an act brings, put into `after` before it is decided (prepare), and what follows from the decision (settle). Either may
 * be NULL. */
struct act_parts {
	const char *act;
	enum status (*prepare)(struct working *w, struct error *ret_error);
	enum status (*settle)(struct working *w, struct error *ret_error);
};
const struct act_parts *act_parts(struct text act);

/* Adds or ends what checkpoints are told, writes row, timeline, ledger, audit and outbox. `w->after` has its new state. */
MUST_USE enum status working_commit(struct working *w, struct error *ret_error);

void working_facts(const struct entry *entry, const struct actor *actor, int64_t now_ms, struct lifecycle_measure *measures,
		   struct lifecycle_facts *ret_facts);
#define MEASURES_MAX 64u /* of one entry, ended ones too */

#endif
