/* `cordon portal`: which portals are given the keys of private checking. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "account/audit.h"
#include "awareness/portal.h"
#include "cli/commands.h"
#include "cli/operate.h"
#include "cli/source.h"
#include "cli/world.h"

static const char usage_text[] =
	"usage: cordon portal [--data DIR] [--db URL] add KEY NAME\n"
	"       cordon portal [--data DIR] [--db URL] list\n"
	"       cordon portal [--data DIR] [--db URL] end ID\n"
	"\n"
	"Makes a portal known to a hub by its public key (X25519, 64 hexadecimal digits): the hub then seals the keys of private\n"
	"checking to it, under /public/grants/KEY. end gives it no more keys; rotate them (`cordon key rotate oprf`) where it was lost.\n"
	"Works on the database of a hub (DIR/cordon.db; DIR is run). With SQLite the hub must be stopped first; while it runs an\n"
	"operator does the same through its interface (/api/v1/portals).\n";

struct portal {
	struct operate operate;
	const char *data, *db, *verb, *first, *second;
};

static enum status told(const struct portal *p, struct db_tx *tx, struct text id, struct error *ret_error)
{
	return audit_add(tx, world_env(),
			 &(struct audit_event){.actor = &p->operate.actor, .action = "portal.change", .thing_kind = "portal", .thing = id,
					       .outcome = "done"},
			 ret_error);
}

static enum status add_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct portal *p = context;
	char id[ID_SIZE];

	TRY(portal_add(world_env(), tx, p->operate.actor.id, text_of(p->first), text_of(p->second), id, ret_error));
	return told(p, tx, text_of(id), ret_error);
}

static enum status end_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct portal *p = context;

	TRY(portal_end(world_env(), tx, p->operate.actor.id, text_of(p->first), ret_error));
	return told(p, tx, text_of(p->first), ret_error);
}

static enum status list_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct arena arena;
	struct db_rows rows;
	enum status st;

	(void)context;
	arena_init(&arena, (size_t)1 << 20);
	st = db_query(tx, "SELECT id, key, name, ended_at FROM portal ORDER BY added_at, id", DB_NO_PARAMS, &arena, &rows, ret_error);
	for (size_t i = 0; st == ST_OK && i < rows.rows; i++)
		printf("%.*s %.*s %s %.*s\n", TEXT_ARG(db_text(&rows, i, 0)), TEXT_ARG(db_text(&rows, i, 1)),
		       db_is_null(&rows, i, 3) ? "known" : "ended", TEXT_ARG(db_text(&rows, i, 2)));
	arena_release(&arena);
	return st;
}

static bool arguments_read(int argc, char **argv, struct portal *p, int *ret_exit)
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'}, {"db", required_argument, NULL, 'b'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option, wanted;

	*ret_exit = 2;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		}
		if (option == 'd')
			p->data = optarg;
		else if (option == 'b')
			p->db = optarg;
		else
			optind = argc;
	}
	p->verb = optind < argc ? argv[optind] : "";
	p->first = optind + 1 < argc ? argv[optind + 1] : "";
	p->second = optind + 2 < argc ? argv[optind + 2] : "";
	wanted = strcmp(p->verb, "add") == 0 ? 3 : strcmp(p->verb, "end") == 0 ? 2 : strcmp(p->verb, "list") == 0 ? 1 : 0;
	if (wanted == 0 || argc - optind != wanted) {
		fputs(usage_text, stderr);
		return false;
	}
	return true;
}

int command_portal(int argc, char **argv)
{
	struct portal p = {.data = "run"};
	struct error error = {.code = ST_OK};
	enum status st;
	int exit_status;

	if (!arguments_read(argc, argv, &p, &exit_status))
		return exit_status;
	st = operate_open(p.data, p.db, NULL, &p.operate, &error);
	if (st == ST_OK && strcmp(p.verb, "list") == 0)
		st = db_transact(p.operate.db, DB_READ, list_work, &p, &error);
	else if (st == ST_OK)
		st = db_transact(p.operate.db, DB_WRITE, strcmp(p.verb, "add") == 0 ? add_work : end_work, &p, &error);
	if (st != ST_OK)
		say_error("cordon portal", NULL, &error);
	operate_close(&p.operate);
	return st != ST_OK;
}
