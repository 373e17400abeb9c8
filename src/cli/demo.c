/* `cordon demo`: a data folder with invented officers of three countries whose secrets everybody may know. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/credential.h"
#include "account/member.h"
#include "account/person.h"
#include "account/totp.h"
#include "cli/commands.h"
#include "cli/demo_entries.h"
#include "cli/demo_posts.h"
#include "cli/operate.h"
#include "cli/world.h"
#include "review/review.h"

struct demo_person {
	struct text login, country, agency, name, roles;
};

#include "demo_people.inc"

#define MARK "demonstration"
#define PASSWORD "cordon demonstration"

static const char usage_text[] =
	"usage: cordon demo [--data DIR] [--db URL]\n"
	"       cordon demo --code LOGIN\n"
	"       cordon demo --post [--data DIR]\n"
	"\n"
	"Fills a new data folder (DIR, run where it is not told) or an empty database with a host country (kh), a partner (kr), a\n"
	"third country (th) and invented officers of every role, and prints how they sign in. A folder that was not made by this\n"
	"command is left alone: everybody knows these secrets. --code prints the one-time code of this moment, --post a code that\n"
	"enrols the invented checkpoint, nothing where it is enrolled; the hub must be stopped for it.\n";

/* Known to everybody, and the same in each demonstration. */
static void demo_secret(struct text login, uint8_t out[TOTP_SECRET_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)PASSWORD, sizeof PASSWORD - 1);
	crypto_hash_sha256_update(&state, (const uint8_t *)login.data, login.len);
	crypto_hash_sha256_final(&state, hash);
	memcpy(out, hash, TOTP_SECRET_SIZE);
}

static int print_code(const char *login)
{
	uint8_t secret[TOTP_SECRET_SIZE];

	for (size_t i = 0; i < DEMO_PEOPLE_COUNT; i++)
		if (text_equal(demo_people_rows[i].login, text_of(login))) {
			demo_secret(text_of(login), secret);
			printf("%06u\n", totp_code((struct bytes){secret, sizeof secret}, (uint64_t)(env_now(world_env()) / 30000)));
			return 0;
		}
	fprintf(stderr, "cordon demo: there is no such person in the demonstration\n");
	return 1;
}

static void print_people(void)
{
	printf("Demonstration accounts; the password of all is: " PASSWORD "\n"
	       "One-time codes: `cordon demo --code LOGIN`, or these secrets in any authenticator app.\n"
	       "At a checkpoint the officers of kh sign in with the number " DEMO_PIN ".\n\n");
	for (size_t i = 0; i < DEMO_PEOPLE_COUNT; i++) {
		const struct demo_person *person = &demo_people_rows[i];
		uint8_t secret[TOTP_SECRET_SIZE];
		char base32[64];

		demo_secret(person->login, secret);
		base32_write((struct bytes){secret, sizeof secret}, base32);
		printf("  %-16.*s %.*s  %s  %.*s\n", TEXT_ARG(person->login), TEXT_ARG(person->country), base32, TEXT_ARG(person->roles));
	}
}

/* ---- filling ---- */

struct filling {
	struct operate operate;
	char hash[PASSWORD_HASH_SIZE];
	bool full;
};

static enum status fill_person(const struct filling *filling, struct db_tx *tx, const struct demo_person *row,
			       struct error *ret_error)
{
	struct person_new person = {.country = row->country, .login = row->login, .name = row->name, .by = filling->operate.actor.id,
				    .hash = filling->hash, .own_password = true};
	uint8_t secret[TOTP_SECRET_SIZE];
	char agency[ID_SIZE], id[ID_SIZE];
	enum status st = country_make(tx, world_env(), row->country, row->country, ret_error);

	if (st != ST_OK && st != ST_CONFLICT)
		return st;
	TRY(agency_make(tx, world_env(), row->country, row->agency, agency, ret_error));
	person.agency = text_of(agency);
	TRY(roles_read(row->roles, &person.roles, ret_error));
	TRY(person_create(tx, world_env(), &person, id, ret_error));
	demo_secret(row->login, secret);
	TRY(totp_put(tx, world_env(), text_of(id), (struct bytes){secret, sizeof secret}, ret_error));
	return operate_audit(&filling->operate, tx, "person.create", text_of(id), ret_error);
}

/* Two of them approve what the public is shown, so that the demonstration shows it; on a real hub people read it first. */
static enum status fill_reviews(const struct filling *filling, struct db_tx *tx, struct arena *arena, struct error *ret_error)
{
	static const char *const readers[] = {"kh-analyst", "kh-decider"};

	for (size_t r = 0; r < REVIEW_NEEDED; r++) {
		struct actor actor = {.country = TEXT("kh")};
		struct db_rows row;

		TRY(db_query_one(tx, "SELECT id FROM person WHERE login = $1", DB_PARAMS(DB_V_TEXT(text_of(readers[r]))), arena, &row, ret_error));
		actor.id = db_text(&row, 0, 0);
		for (size_t d = 0; lesson_document_at(d); d++)
			for (size_t language = 0; language < LESSON_LANGUAGES; language++)
				TRY(review_approve(tx, &actor, lesson_document_at(d), language, lesson_document_at(d)->hashes[language],
						   env_now(world_env()), ret_error));
		TRY(operate_audit(&filling->operate, tx, "review.approve", actor.id, ret_error));
	}
	return ST_OK;
}

static enum status fill_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct filling *filling = context;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT count(*) FROM person", DB_NO_PARAMS, &arena, &row, ret_error);
	filling->full = st == ST_OK && db_int(&row, 0, 0) > 0;
	for (size_t i = 0; st == ST_OK && !filling->full && i < DEMO_PEOPLE_COUNT; i++)
		st = fill_person(filling, tx, &demo_people_rows[i], ret_error);
	if (st == ST_OK && !filling->full)
		st = fill_reviews(filling, tx, &arena, ret_error);
	arena_release(&arena);
	return st;
}

/* The folder's mark is made before anything else stands in it; whatever has none is not ours to fill. */
static enum status mark_folder(const char *folder, struct error *ret_error)
{
	char path[4096], database[4096];
	int fd;

	if (snprintf(path, sizeof path, "%s/" MARK, folder) >= (int)sizeof path ||
	    snprintf(database, sizeof database, "%s/cordon.db", folder) >= (int)sizeof database)
		return error_set(ret_error, ST_MALFORMED, "the folder's name is too long");
	if (access(path, F_OK) == 0)
		return ST_OK;
	if (access(database, F_OK) == 0)
		return error_set(ret_error, ST_DENIED, "%s holds a hub that is no demonstration", folder);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", folder, strerrordesc_np(errno));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerrordesc_np(errno));
	close(fd);
	return ST_OK;
}

static enum status fill(const char *folder, const char *url, struct error *ret_error)
{
	struct filling filling = {.full = false};
	enum status st;

	TRY(mark_folder(folder, ret_error));
	TRY_OUT(operate_open(folder, url, "kh", &filling.operate, ret_error));
	TRY_OUT(password_hash(TEXT(PASSWORD), filling.hash, ret_error));
	TRY_OUT(db_transact(filling.operate.db, DB_WRITE, fill_work, &filling, ret_error));
	if (!filling.full)
		TRY_OUT(demo_entries_fill(&filling.operate, ret_error));
	if (!filling.full)
		TRY_OUT(demo_posts_fill(&filling.operate, ret_error));
	/* A database of its own may be full of real people: only what this folder's SQLite file holds is known to be invented. */
	if (filling.full && url)
		st = error_set(ret_error, ST_DENIED, "the database is not empty");
out:
	operate_close(&filling.operate);
	return st;
}

static int print_post_code(const char *folder, const char *url)
{
	struct operate operate = {.db = NULL};
	struct error error = {.code = ST_OK};
	char code[32];
	enum status st = operate_open(folder, url, "kh", &operate, &error);

	if (st == ST_OK)
		st = demo_post_code(&operate, folder, code, &error);
	operate_close(&operate);
	if (st != ST_OK)
		fprintf(stderr, "cordon demo: %s\n", error.message);
	else if (code[0])
		printf("%s\n", code);
	return st != ST_OK;
}

int command_demo(int argc, char **argv)
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'}, {"db", required_argument, NULL, 'b'}, {"code", required_argument, NULL, 'c'},
		{"post", no_argument, NULL, 'p'},	{"help", no_argument, NULL, 'h'},	{NULL, 0, NULL, 0},
	};
	const char *folder = "run", *url = NULL;
	bool post = false;
	struct error error = {.code = ST_OK};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'c')
			return print_code(optarg);
		if (option == 'd')
			folder = optarg;
		else if (option == 'b')
			url = optarg;
		else if (option == 'p')
			post = true;
		else {
			fputs(usage_text, option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	if (optind != argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (post)
		return print_post_code(folder, url);
	if (fill(folder, url, &error) != ST_OK) {
		fprintf(stderr, "cordon demo: %s\n", error.message);
		return 1;
	}
	print_people();
	return 0;
}
