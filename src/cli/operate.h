/* A hub's database in the hands of its operator, for commands that work on it directly. */
#ifndef CLI_OPERATE_H
#define CLI_OPERATE_H

#include "account/accounts.h"

struct operate {
	struct db *db;
	struct accounts *accounts;
	struct actor actor; /* "operator": what the audit names */
};

/* `url` as db_open takes it; NULL: FOLDER/cordon.db. `host` as in accounts_options. Fails: as db_open and accounts_open; a hub
 * that runs on the same SQLite file must be stopped first. What was opened is closed by operate_close in any case. */
MUST_USE enum status operate_open(const char *folder, const char *url, const char *host, struct operate *ret,
				  struct error *ret_error);
void operate_close(struct operate *operate);

/* A row in the audit: what the operator did to whom. */
MUST_USE enum status operate_audit(const struct operate *operate, struct db_tx *tx, const char *action, struct text person,
				   struct error *ret_error);

#endif
