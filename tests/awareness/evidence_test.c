/* Files with reports: their parts in any order, joined, looked at, given, and gone when the report is taken back. */
#include "awareness/evidence.h"

#include <stdlib.h>
#include <unistd.h>

#include "awareness/picture.h"
#include "bulletin/upload.h"
#include "sight/red_blue.h"
#include "square.h"

#define PIECE 100u

struct file {
	struct bytes content;
	uint8_t upload[UPLOAD_ID_SIZE];
	char name[2 * UPLOAD_ID_SIZE + 1], sha256[65];
};

static struct file file_of(uint8_t number, struct bytes content)
{
	struct file f = {.content = content, .upload = {number, 1}};
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, content.data, content.len);
	sodium_bin2hex(f.name, sizeof f.name, f.upload, sizeof f.upload);
	sodium_bin2hex(f.sha256, sizeof f.sha256, hash, sizeof hash);
	return f;
}

/* A report that names it. Gives the number of its receipt. */
static uint64_t report(struct square *s, const struct file *f, size_t size)
{
	char more[400];

	snprintf(more, sizeof more, ",\"evidence\":[{\"media\":\"image/jpeg\",\"sha256\":\"%s\",\"size\":%zu,\"upload\":\"%s\"}]", f->sha256, size, f->name);
	return square_report_by(s, 1, "phone", "012 700 100", more);
}

/* The n-th piece of it, as the item that it always is. */
static void send(struct square *s, const struct file *f, size_t n)
{
	size_t place = n * PIECE, left = f->content.len - place;
	uint8_t id[16] = {f->upload[0], (uint8_t)n, 7};
	struct buffer part;

	buffer_init(&part, 4096);
	assert_ok(upload_part_write(f->upload, place, (struct bytes){f->content.data + place, left < PIECE ? left : PIECE}, &part));
	square_put_as(s, BULLETIN_UPLOAD_PART, id, buffer_bytes(&part));
	buffer_release(&part);
	square_run(s);
}

static size_t pieces(const struct file *f)
{
	return (f->content.len + PIECE - 1) / PIECE;
}

/* The program stands a folder above the tests; a machine without the libraries has none. */
static const char *reader(char path[HELPER_PATH])
{
	char folder[2048];
	ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);

	assert_true(n > 0);
	folder[n] = '\0';
	*strrchr(folder, '/') = '\0';
	*strrchr(folder, '/') = '\0';
	snprintf(path, HELPER_PATH, "%s/cordon-clean-picture", folder);
	return access(path, X_OK) == 0 ? path : NULL;
}

static size_t look(struct square *s)
{
	char path[HELPER_PATH];
	struct error error = {.code = ST_OK};
	size_t looked = 0;

	for (bool done = true; done; looked += done)
		if (evidence_run(&s->hub, reader(path), &done, &error) != ST_OK)
			fail_msg("%s (%s)", error.message, error.reason);
	return looked;
}

static int64_t count_state(struct square *s, const char *state, const char *reason)
{
	return world_count(&s->world, "SELECT count(*) FROM evidence WHERE state = $1 AND coalesce(reason, '') = $2",
			   DB_PARAMS(DB_V_TEXT(text_of(state)), DB_V_TEXT(text_of(reason))));
}

/* ---- given ---- */

struct giving {
	struct square *s;
	struct buffer out;
	struct arena arena;
	struct evidence evidence;
	struct evidence_asked asked;
	bool original;
};

static enum status give_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct giving *g = context;
	struct db_rows row;

	buffer_clear(&g->out);
	TRY(db_query_one(tx, "SELECT min(subject_id) FROM evidence", DB_NO_PARAMS, &g->arena, &row, ret_error));
	g->asked = (struct evidence_asked){.subject = db_text(&row, 0, 0), .number = 1};
	return g->original ? evidence_original(&g->s->hub, tx, &g->asked, &g->arena, &g->evidence, &g->out, ret_error)
			   : evidence_copy(&g->s->hub, tx, &g->asked, &g->arena, &g->evidence, &g->out, ret_error);
}

static enum status give(struct square *s, struct giving *g, bool original)
{
	struct error error = {.code = ST_OK};

	*g = (struct giving){.s = s, .original = original};
	buffer_init(&g->out, PICTURE_COPY_MAX);
	arena_init(&g->arena, 64 << 20);
	return db_transact(s->world.db, DB_READ, give_work, g, &error);
}

static void give_end(struct giving *g)
{
	buffer_release(&g->out);
	arena_release(&g->arena);
}

static void parts_come_in_any_order(void **state)
{
	const struct file f = file_of(1, (struct bytes){red_blue, sizeof red_blue});
	char path[HELPER_PATH];
	struct giving g;
	struct square s;

	square_begin(&s, state);
	for (size_t i = pieces(&f); i-- > 1;)
		send(&s, &f, i);
	report(&s, &f, f.content.len);
	assert_int_equal(look(&s), 0);
	assert_int_equal(count_state(&s, "waiting", ""), 1);
	send(&s, &f, 2); /* once more */
	send(&s, &f, 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_part"), (int64_t)pieces(&f));
	assert_int_equal(look(&s), 1);
	assert_int_equal(look(&s), 0);
	assert_ok(give(&s, &g, true));
	assert_int_equal(g.out.len, sizeof red_blue);
	assert_memory_equal(g.out.data, red_blue, sizeof red_blue);
	assert_text(g.evidence.sha256, f.sha256);
	give_end(&g);
	if (reader(path)) {
		assert_int_equal(count_state(&s, "clean", ""), 1);
		assert_ok(give(&s, &g, false));
		assert_text(g.evidence.media, "image/jpeg");
		assert_memory_equal(g.out.data, "\xff\xd8\xff", 3);
		assert_true(g.out.len != sizeof red_blue || memcmp(g.out.data, red_blue, sizeof red_blue) != 0);
		give_end(&g);
	} else {
		assert_int_equal(count_state(&s, "sealed", "evidence-no-reader"), 1);
	}

	square_end(&s);
}

static void what_came_is_what_it_was_said_to_be(void **state)
{
	static const struct {
		const char *bytes;
		size_t said; /* 0: its size */
		const char *state, *reason;
		bool other; /* the hash is of something else */
	} rows[] = {
		{"%PDF-1.7 /OpenAction /JavaScript", 0, "sealed", "", false},
		{"\0\0\0\x18" "ftypmp42 film", 0, "sealed", "", false},
		{"<svg onload=alert(1)>", 0, "refused", "evidence-type", false},
		{"PK\3\4 ten gigabytes", 0, "refused", "evidence-type", false},
		{"%PDF-1.7 something else", 0, "refused", "evidence-differs", true},
		{"%PDF-1.7 more than was said", 9, "refused", "evidence-differs", false},
		{"%PDF-1.7 much", (size_t)11 << 20, "refused", "evidence-large", false},
	};

	struct square s;

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t len = rows[i].bytes[0] ? strlen(rows[i].bytes) : 17;
		struct file f = file_of((uint8_t)(i + 1), (struct bytes){(const uint8_t *)rows[i].bytes, len});
		uint64_t receipt;
		struct giving g;

		if (rows[i].other)
			f.sha256[0] = f.sha256[0] == '0' ? '1' : '0';
		receipt = report(&s, &f, rows[i].said ? rows[i].said : len);
		send(&s, &f, 0);
		assert_int_equal(look(&s), 1);
		if (count_state(&s, rows[i].state, rows[i].reason) != 1)
			fail_msg("row %zu is not %s %s", i, rows[i].state, rows[i].reason);
		assert_int_equal(give(&s, &g, false), ST_NOT_FOUND);
		give_end(&g);
		square_follow(&s, receipt, "withdraw", NULL);
	}
	square_end(&s);
}

static void a_picture_that_harms_is_refused(void **state)
{
	static const uint8_t huge[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0\0\0\0\0\0\0\0\0IDAT\0\0\0\0\0\0\0\0\0\0";
	static const struct {
		struct bytes in;
		const char *reason;
	} rows[] = {{{(const uint8_t *)"\xff\xd8\xff<html><script>", 17}, "evidence-unreadable"}, {{huge, sizeof huge - 1}, "evidence-large"}};
	char path[HELPER_PATH];
	struct square s;

	if (reader(path) == NULL)
		skip();
	square_begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct file f = file_of((uint8_t)(i + 1), rows[i].in);
		uint64_t receipt = report(&s, &f, f.content.len);
		struct giving g;

		send(&s, &f, 0);
		assert_int_equal(look(&s), 1);
		assert_int_equal(count_state(&s, "refused", rows[i].reason), 1);
		assert_int_equal(give(&s, &g, false), ST_NOT_FOUND);
		give_end(&g);
		/* it is evidence all the same */
		assert_ok(give(&s, &g, true));
		assert_int_equal(g.out.len, f.content.len);
		give_end(&g);
		square_follow(&s, receipt, "withdraw", NULL);
	}
	square_end(&s);
}

static void taken_back_it_goes_too(void **state)
{
	const struct file f = file_of(1, (struct bytes){red_blue, sizeof red_blue});
	struct giving g;
	struct square s;
	uint64_t receipt;

	square_begin(&s, state);
	receipt = report(&s, &f, f.content.len);
	for (size_t i = 0; i < pieces(&f); i++)
		send(&s, &f, i);
	assert_int_equal(look(&s), 1);
	square_follow(&s, receipt, "withdraw", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM evidence"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_part"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE sealed IS NOT NULL"), 0);
	assert_int_equal(give(&s, &g, false), ST_NOT_FOUND);
	give_end(&g);
	/* A part that was late is nobody's, and ends by itself. */
	send(&s, &f, 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_part"), 0);
	square_end(&s);
}

/* The original, whole, and its copy. */
static void is_there(struct square *s, const struct file *f)
{
	char path[HELPER_PATH], sha256[65];
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct giving g;

	assert_ok(give(s, &g, true));
	crypto_hash_sha256(hash, g.out.data, g.out.len);
	sodium_bin2hex(sha256, sizeof sha256, hash, sizeof hash);
	assert_string_equal(sha256, f->sha256);
	give_end(&g);
	if (reader(path)) {
		assert_ok(give(s, &g, false));
		give_end(&g);
	}
}

static size_t reseal(struct square *s)
{
	struct error error = {.code = ST_OK};
	size_t count = 0;

	for (bool done = true; done; count += done)
		if (evidence_reseal(&s->hub, &done, &error) != ST_OK)
			fail_msg("%s (%s)", error.message, error.reason);
	return count;
}

/* The inbox drops its oldest key at the third rotation: an original is under another one by then. */
static void no_rotation_loses_an_original(void **state)
{
	const struct file f = file_of(1, (struct bytes){red_blue, sizeof red_blue});
	struct square s;

	square_begin(&s, state);
	report(&s, &f, f.content.len);
	for (size_t i = 0; i < pieces(&f); i++) {
		send(&s, &f, i);
		if (i < 3) /* some before the file is whole */
			square_rotate(&s, AWARENESS_INBOX);
	}
	assert_int_equal(look(&s), 1);
	for (int i = 0; i < 4; i++) {
		is_there(&s, &f);
		square_rotate(&s, AWARENESS_INBOX);
	}
	is_there(&s, &f);
	/* nor does one of its own, before it was sealed anew and after */
	square_rotate(&s, AWARENESS_EVIDENCE);
	is_there(&s, &f);
	assert_in_range(reseal(&s), pieces(&f), pieces(&f) + 1);
	assert_int_equal(reseal(&s), 0);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT key_id) FROM inbox_part"), 1);
	s.rings[AWARENESS_EVIDENCE].count = 1; /* and the older one is needed no more */
	awareness_keys_set(s.hub.keys, AWARENESS_EVIDENCE, &s.rings[AWARENESS_EVIDENCE]);
	is_there(&s, &f);
	square_end(&s);
}

struct aging {
	struct square *s;
	struct arena *arena;
};

/* Every part is as hubs kept it before there was a key of evidence: under that of the inbox. */
static enum status age_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct aging *a = context;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT id, sealed FROM inbox_item WHERE sealed IS NOT NULL", DB_NO_PARAMS, a->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct bulletin_item_head head;
		struct buffer plain, sealed;

		buffer_init(&plain, BULLETIN_ITEM_MAX);
		buffer_init(&sealed, BULLETIN_ITEM_MAX);
		TRY(awareness_keys_open(a->s->hub.keys, AWARENESS_EVIDENCE, db_blob(&rows, i, 1), &head, &plain, ret_error));
		TRY(bulletin_item_seal(a->s->rings[AWARENESS_INBOX].keys[0].public_key, &head, buffer_bytes(&plain), &sealed, ret_error));
		TRY(db_exec(tx, "UPDATE inbox_item SET sealed = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0)), DB_V_BLOB(buffer_bytes(&sealed))),
			    NULL, ret_error));
		buffer_release(&plain);
		buffer_release(&sealed);
	}
	return db_exec(tx, "UPDATE inbox_part SET key_id = NULL", DB_NO_PARAMS, NULL, ret_error);
}

static void what_was_kept_before_is_sealed_anew(void **state)
{
	const struct file f = file_of(1, (struct bytes){red_blue, sizeof red_blue});
	struct aging a;
	struct error error = {.code = ST_OK};
	struct giving g;
	struct square s;

	square_begin(&s, state);
	a = (struct aging){&s, &s.world.arena};
	report(&s, &f, f.content.len);
	for (size_t i = 0; i < pieces(&f); i++)
		send(&s, &f, i);
	assert_int_equal(look(&s), 1);
	assert_ok(db_transact(s.world.db, DB_WRITE, age_work, &a, &error));
	is_there(&s, &f);
	assert_int_equal(reseal(&s), pieces(&f));
	for (int i = 0; i < 3; i++)
		square_rotate(&s, AWARENESS_INBOX);
	is_there(&s, &f);
	/* had nobody done so, it were lost: and then nothing turns for ever */
	assert_ok(db_transact(s.world.db, DB_WRITE, age_work, &a, &error));
	for (int i = 0; i < 3; i++)
		square_rotate(&s, AWARENESS_INBOX);
	assert_int_equal(give(&s, &g, true), ST_DENIED);
	give_end(&g);
	assert_int_equal(reseal(&s), pieces(&f));
	assert_int_equal(reseal(&s), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_part WHERE key_id <> 'none'"), 0);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(parts_come_in_any_order),
		db_unit_test(what_came_is_what_it_was_said_to_be),
		db_unit_test(a_picture_that_harms_is_refused),
		db_unit_test(taken_back_it_goes_too),
		db_unit_test(no_rotation_loses_an_original),
		db_unit_test(what_was_kept_before_is_sealed_anew),
	};

	return db_run_group_tests(tests);
}
