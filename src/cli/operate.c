#include "cli/operate.h"

#include <stdio.h>

#include "account/audit.h"
#include "cli/world.h"

#define WAIT_MS 2000

enum status operate_open(const char *folder, const char *url, const char *host, struct operate *ret, struct error *ret_error)
{
	static const struct db_options options = {.busy_ms = WAIT_MS};
	char path[4096];

	*ret = (struct operate){.db = NULL};
	if (!url && snprintf(path, sizeof path, "sqlite:%s/cordon.db", folder) >= (int)sizeof path)
		return error_set(ret_error, ST_MALFORMED, "the folder's name is too long");
	TRY(db_open(url ? url : path, &options, &ret->db, ret_error));
	TRY(accounts_open(ret->db, world_env(), &(struct accounts_options){.host = host}, &ret->accounts, ret_error));
	ret->actor = (struct actor){.id = TEXT("operator"), .country = accounts_host(ret->accounts)};
	return ST_OK;
}

void operate_close(struct operate *operate)
{
	accounts_close(operate->accounts);
	db_close(operate->db);
}

enum status operate_audit(const struct operate *operate, struct db_tx *tx, const char *action, struct text person,
			  struct error *ret_error)
{
	struct audit_event event = {.actor = &operate->actor, .action = action, .thing_kind = "person", .thing = person,
				    .outcome = "done", .detail = TEXT("{\"by\":\"operator\"}")};

	return audit_add(tx, world_env(), &event, ret_error);
}
