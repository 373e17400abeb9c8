#include "cli/demo_posts.h"

#include <sodium.h>
#include <stdio.h>

#include "border/post.h"
#include "cli/key_files.h"
#include "cli/world.h"

static const struct post_about posts[] = {
	{.name = {"Phnom Penh airport", 18}, .kind = {"air", 3}, .point = {"entry", 5}, .desk = {"+855 23 000 000", 15}, .latitude = 11546600,
	 .longitude = 104844100, .placed = true},
	{.name = {"Bavet", 5}, .kind = {"land", 4}, .point = {"entry", 5}, .desk = {"+855 23 000 000", 15}, .latitude = 11079000,
	 .longitude = 106166000, .placed = true},
};

static struct border border_of(const struct operate *operate)
{
	return (struct border){.db = operate->db, .env = world_env(), .host = TEXT("kh")};
}

static enum status fill_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct operate *operate = context;
	struct border border = border_of(operate);
	char hash[crypto_pwhash_STRBYTES], id[ID_SIZE];

	if (crypto_pwhash_str(hash, DEMO_PIN, sizeof DEMO_PIN - 1, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++)
		TRY(post_make(&border, tx, &operate->actor, &posts[i], id, ret_error));
	return db_exec(tx,
		       "INSERT INTO post_pin (person, hash, changed_at) SELECT p.id, $1, $2 FROM person p WHERE p.country = 'kh' AND EXISTS"
		       " (SELECT 1 FROM person_role r WHERE r.person = p.id"
		       " AND r.role IN ('primary', 'secondary', 'supervisor', 'duty', 'protection'))",
		       DB_PARAMS(DB_V_TEXT(text_of(hash)), DB_V_INT(env_now(world_env()))), NULL, ret_error);
}

enum status demo_posts_fill(struct operate *operate, struct error *ret_error)
{
	return db_transact(operate->db, DB_WRITE, fill_work, operate, ret_error);
}

struct coding {
	struct operate *operate;
	struct text keys;
	char *code;
};

static enum status code_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct coding *c = context;
	struct border border = border_of(c->operate);
	char code[POST_CODE_SIZE];
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT id FROM post WHERE name = $1 AND state = 'expected'", DB_PARAMS(DB_V_TEXT(posts[0].name)), &arena, &row,
			  ret_error);
	c->code[0] = '\0';
	if (st == ST_OK)
		st = post_code(&border, tx, &c->operate->actor, db_text(&row, 0, 0), c->keys, code, ret_error);
	if (st == ST_OK)
		memcpy(c->code, code, sizeof code);
	arena_release(&arena);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status demo_post_code(struct operate *operate, const char *folder, char ret_code[32], struct error *ret_error)
{
	struct coding coding = {.operate = operate, .code = ret_code};
	struct buffer keys;
	enum status st = trusted_for_posts(folder, &keys, ret_error);

	if (st == ST_OK) {
		coding.keys = buffer_text(&keys);
		st = db_transact(operate->db, DB_WRITE, code_work, &coding, ret_error);
		buffer_release(&keys);
	}
	return st;
}
