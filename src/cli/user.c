/* `cordon user`: people of a hub, by whoever operates it; for the day when nobody can sign in. */
#include <getopt.h>
#include <stdio.h>

#include "account/member.h"
#include "account/oidc.h"
#include "account/person.h"
#include "account/policy.h"
#include "cli/commands.h"
#include "cli/operate.h"
#include "cli/world.h"

static const char usage_text[] =
	"usage: cordon user [--data DIR] [--db URL] list [--country CC]\n"
	"       cordon user [--data DIR] [--db URL] create LOGIN --name NAME --agency NAME [--country CC] [--roles \"ROLE...\"]\n"
	"       cordon user [--data DIR] [--db URL] roles LOGIN [\"ROLE...\"]\n"
	"       cordon user [--data DIR] [--db URL] lock|unlock|reset LOGIN\n"
	"       cordon user [--data DIR] [--db URL] oidc LOGIN ISSUER SUBJECT\n"
	"       cordon user [--data DIR] [--db URL] code\n"
	"\n"
	"Works on the database of a hub (DIR/cordon.db; DIR is run). With SQLite the hub must be stopped first. Everything is\n"
	"written to the audit in the name of `operator`.\n"
	"\n"
	"create and reset print a first password: with it the person signs in once and adds a second factor. reset takes all\n"
	"other credentials away. oidc ties a person to his subject at the login of a ministry. code prints a new code for the first set-up where there is no administrator.\n";

struct user {
	struct operate operate;
	const char *data, *db, *command, *login, *words, *subject;
	struct text name, agency, country, roles;
	char word[SECRET_WORD_SIZE], hash[PASSWORD_HASH_SIZE];
	struct arena *arena;
};

static enum status find(struct user *user, struct db_tx *tx, struct person *ret_person, struct error *ret_error)
{
	struct db_rows row;
	enum status st = db_query_one(tx, "SELECT id FROM person WHERE login = $1", DB_PARAMS(DB_V_TEXT(text_of(user->login))),
				      user->arena, &row, ret_error);

	if (st == ST_NOT_FOUND)
		return error_set(ret_error, ST_NOT_FOUND, "there is no person of that login");
	if (st != ST_OK)
		return st;
	return person_get(tx, db_text(&row, 0, 0), user->arena, ret_person, ret_error);
}

static void print_person(const struct person *person)
{
	printf("%-20.*s %.*s %-8.*s", TEXT_ARG(person->login), TEXT_ARG(person->country), TEXT_ARG(person->state));
	for (unsigned i = 0; role_word(i); i++)
		if (person->roles >> i & 1)
			printf(" %s", role_word(i));
	putchar('\n');
}

static enum status list_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct user *user = context;
	struct person_filter filter = {.country = user->country, .limit = DB_ROWS_MAX};
	struct person *list;
	size_t count;
	int64_t total;

	TRY(person_list(tx, &filter, user->arena, &list, &count, &total, ret_error));
	for (size_t i = 0; i < count; i++)
		print_person(&list[i]);
	return ST_OK;
}

static enum status create_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct user *user = context;
	struct person_new person = {.country = user->country, .login = text_of(user->login), .name = user->name,
				    .by = user->operate.actor.id, .hash = user->hash};
	char agency[ID_SIZE], id[ID_SIZE];
	enum status st;

	TRY(roles_read(user->roles, &person.roles, ret_error));
	st = country_make(tx, world_env(), user->country, user->country, NULL);
	if (st != ST_OK && st != ST_CONFLICT)
		return error_set(ret_error, st, "the country is two small letters");
	TRY(agency_make(tx, world_env(), user->country, user->agency, agency, ret_error));
	person.agency = text_of(agency);
	TRY(person_create(tx, world_env(), &person, id, ret_error));
	return operate_audit(&user->operate, tx, "person.create", text_of(id), ret_error);
}

static enum status change_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct user *user = context;
	struct person_change change = {.by = user->operate.actor.id};
	struct person person;

	TRY(find(user, tx, &person, ret_error));
	change.id = person.id;
	change.version = person.version;
	if (strcmp(user->command, "lock") == 0)
		change.state = TEXT("locked");
	else if (strcmp(user->command, "unlock") == 0)
		change.state = TEXT("active");
	else
		change.has_roles = true;
	TRY(roles_read(text_of(user->words), &change.roles, ret_error));
	TRY(person_change(tx, world_env(), &change, ret_error));
	return operate_audit(&user->operate, tx, "person.change", person.id, ret_error);
}

static enum status reset_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct user *user = context;
	struct person person;

	TRY(find(user, tx, &person, ret_error));
	TRY(person_reset(tx, world_env(), person.id, user->hash, ret_error));
	return operate_audit(&user->operate, tx, "person.recover", person.id, ret_error);
}

static enum status oidc_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct user *user = context;
	struct person person;

	TRY(find(user, tx, &person, ret_error));
	TRY(oidc_tie(tx, text_of(user->words), text_of(user->subject), person.id, ret_error));
	return operate_audit(&user->operate, tx, "person.change", person.id, ret_error);
}

static enum status run_code(struct user *user, struct error *ret_error)
{
	struct text code;

	TRY(accounts_setup_code(user->operate.accounts, &code, ret_error));
	if (code.len == 0)
		return error_set(ret_error, ST_CONFLICT, "there is an administrator already");
	printf("%.*s\n", TEXT_ARG(code));
	return ST_OK;
}

static enum status run(struct user *user, struct error *ret_error)
{
	bool create = strcmp(user->command, "create") == 0;

	TRY(operate_open(user->data, user->db, NULL, &user->operate, ret_error));
	if (user->country.len == 0)
		user->country = accounts_host(user->operate.accounts);
	if (strcmp(user->command, "list") == 0)
		return db_transact(user->operate.db, DB_READ, list_work, user, ret_error);
	if (strcmp(user->command, "code") == 0)
		return run_code(user, ret_error);
	if (strcmp(user->command, "oidc") == 0)
		return db_transact(user->operate.db, DB_WRITE, oidc_work, user, ret_error);
	if (!create && strcmp(user->command, "reset") != 0)
		return db_transact(user->operate.db, DB_WRITE, change_work, user, ret_error);
	TRY(person_first_password(user->operate.accounts, user->word, user->hash, ret_error));
	TRY(db_transact(user->operate.db, DB_WRITE, create ? create_work : reset_work, user, ret_error));
	printf("%s\n", user->word);
	return ST_OK;
}

static bool read_arguments(int argc, char **argv, struct user *user)
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'},	  {"db", required_argument, NULL, 'b'},
		{"name", required_argument, NULL, 'n'},	  {"agency", required_argument, NULL, 'a'},
		{"country", required_argument, NULL, 'c'}, {"roles", required_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'},	  {NULL, 0, NULL, 0},
	};
	static const struct {
		const char *command;
		int least, most; /* arguments */
	} commands[] = {{"list", 0, 0}, {"create", 1, 1}, {"roles", 1, 2}, {"lock", 1, 1}, {"unlock", 1, 1}, {"reset", 1, 1}, {"oidc", 3, 3},
			{"code", 0, 0}};
	int option, left;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd': user->data = optarg; break;
		case 'b': user->db = optarg; break;
		case 'n': user->name = text_of(optarg); break;
		case 'a': user->agency = text_of(optarg); break;
		case 'c': user->country = text_of(optarg); break;
		case 'r': user->roles = text_of(optarg); break;
		default: return false;
		}
	}
	if (optind == argc)
		return false;
	user->command = argv[optind++];
	left = argc - optind;
	user->login = left > 0 ? argv[optind] : "";
	user->words = left > 1 ? argv[optind + 1] : "";
	user->subject = left > 2 ? argv[optind + 2] : "";
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(commands[i].command, user->command) == 0)
			return left >= commands[i].least && left <= commands[i].most &&
			       (strcmp(user->command, "create") != 0 || (user->name.len && user->agency.len));
	return false;
}

int command_user(int argc, char **argv)
{
	struct arena arena;
	struct user user = {.data = "run", .arena = &arena};
	struct error error = {.code = ST_OK};
	enum status st;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	if (!read_arguments(argc, argv, &user)) {
		fputs(usage_text, stderr);
		return 2;
	}
	arena_init(&arena, (size_t)1 << 30);
	st = run(&user, &error);
	if (st != ST_OK)
		fprintf(stderr, "cordon user: %s\n", error.message);
	operate_close(&user.operate);
	arena_release(&arena);
	return st == ST_OK ? 0 : 1;
}
