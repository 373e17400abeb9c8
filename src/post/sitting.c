#include "post/sitting.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define CODE_MS ((int64_t)24 * 3600000)
#define CODES_WRONG_MAX 10u
#define CODES_WRONG_MS ((int64_t)60000)
#define PINS_WRONG_MAX 5
#define LOCK_MS ((int64_t)60000)
#define LOCK_DOUBLINGS_MAX 10
#define HASH crypto_hash_sha256_BYTES
#define ARENA_MAX ((size_t)4 << 20)

struct seat {
	char name[LANE_NAME];
	uint8_t token[HASH];
	/* Who sits there; officer empty: nobody. */
	char officer[OFFICER_ID];
	uint8_t session[HASH];
	int64_t since_ms;
};

struct wrong {
	char person[OFFICER_ID];
	int64_t count, until_ms;
};

struct sittings {
	struct db *db;
	const struct env *env;
	struct known *known;
	pthread_mutex_t lock;
	pthread_mutex_t hashing; /* one Argon2id at a time: each takes the memory of all else together */
	struct seat seats[LANES_MAX];
	size_t seat_count;
	struct wrong wrong[OFFICERS_MAX];
	size_t wrong_count;
	char code[LANE_CODE];
	int64_t code_until_ms, codes_from_ms;
	unsigned codes_wrong;
};

static void token_make(const struct env *env, char out[SITTING_TOKEN], uint8_t hash[HASH])
{
	uint8_t raw[32];

	env_random(env, raw, sizeof raw);
	sodium_bin2base64(out, SITTING_TOKEN, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(raw, sizeof raw);
	crypto_hash_sha256(hash, (const uint8_t *)out, strlen(out));
}

/* ---- what was kept ---- */

static enum status kept_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct sittings *s = context;
	struct arena arena;
	struct db_rows rows;
	enum status st;

	arena_init(&arena, ARENA_MAX);
	s->seat_count = s->wrong_count = 0;
	TRY_OUT(db_query(tx, "SELECT name, token FROM lane ORDER BY name LIMIT $1", DB_PARAMS(DB_V_INT(LANES_MAX)), &arena, &rows,
			 ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct seat *seat = &s->seats[s->seat_count];
		struct text name = db_text(&rows, i, 0);

		if (name.len >= sizeof seat->name || db_blob(&rows, i, 1).len != sizeof seat->token)
			continue;
		memcpy(seat->name, name.data, name.len);
		memcpy(seat->token, db_blob(&rows, i, 1).data, sizeof seat->token);
		s->seat_count++;
	}
	TRY_OUT(db_query(tx, "SELECT person, count, until FROM pin_wrong LIMIT $1", DB_PARAMS(DB_V_INT(OFFICERS_MAX)), &arena, &rows,
			 ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct wrong *wrong = &s->wrong[s->wrong_count++];
		struct text person = db_text(&rows, i, 0);

		*wrong = (struct wrong){.count = db_int(&rows, i, 1), .until_ms = db_int(&rows, i, 2)};
		memcpy(wrong->person, person.data, person.len < sizeof wrong->person ? person.len : 0);
	}
out:
	arena_release(&arena);
	return st;
}

enum status sittings_open(struct db *db, const struct env *env, struct known *known, struct sittings **ret,
			  struct error *ret_error)
{
	struct sittings *s = calloc(1, sizeof *s);
	enum status st;

	if (s == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	s->db = db;
	s->env = env;
	s->known = known;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->hashing, NULL);
	st = db_transact(db, DB_READ, kept_read, s, ret_error);
	if (st != ST_OK) {
		sittings_free(s);
		return st;
	}
	*ret = s;
	return ST_OK;
}

void sittings_free(struct sittings *sittings)
{
	if (sittings == NULL)
		return;
	pthread_mutex_destroy(&sittings->lock);
	pthread_mutex_destroy(&sittings->hashing);
	sodium_memzero(sittings, sizeof *sittings);
	free(sittings);
}

/* ---- lanes ---- */

void sittings_code(struct sittings *sittings, char ret_code[LANE_CODE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789"; /* none alike, 32 of them */
	uint8_t raw[LANE_CODE - 2];
	size_t at = 0;

	env_random(sittings->env, raw, sizeof raw);
	for (size_t i = 0; i < sizeof raw; i++) {
		if (i == sizeof raw / 2)
			ret_code[at++] = '-';
		ret_code[at++] = letters[raw[i] & 31];
	}
	ret_code[at] = '\0';
	pthread_mutex_lock(&sittings->lock);
	memcpy(sittings->code, ret_code, LANE_CODE);
	sittings->code_until_ms = env_now(sittings->env) + CODE_MS;
	sittings->codes_wrong = 0;
	pthread_mutex_unlock(&sittings->lock);
}

/* Capitals, spaces and the dash do not matter. With the lock held. */
static bool code_fits(const struct sittings *s, struct text code)
{
	char plain[LANE_CODE - 2] = {0}, own[LANE_CODE - 2];
	size_t n = 0, k = 0;

	for (size_t i = 0; i < code.len; i++) {
		char c = code.data[i];

		if (c == '-' || c == ' ')
			continue;
		if (n == sizeof plain)
			return false;
		plain[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	for (size_t i = 0; s->code[i]; i++)
		if (s->code[i] != '-')
			own[k++] = s->code[i];
	return k == sizeof own && n == sizeof plain && sodium_memcmp(plain, own, sizeof own) == 0;
}

static enum status code_check(struct sittings *s, struct text code, struct error *ret_error)
{
	int64_t now = env_now(s->env);
	bool good;

	pthread_mutex_lock(&s->lock);
	if (now - s->codes_from_ms >= CODES_WRONG_MS) {
		s->codes_from_ms = now;
		s->codes_wrong = 0;
	}
	good = s->codes_wrong < CODES_WRONG_MAX && now < s->code_until_ms && code_fits(s, code);
	s->codes_wrong += !good;
	pthread_mutex_unlock(&s->lock);
	return good ? ST_OK : error_because(ret_error, ST_DENIED, "lane-code", "code", "this code opens no lane");
}

struct opening {
	struct text name;
	uint8_t token[HASH];
	int64_t now_ms;
};

static enum status lane_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct opening *o = context;

	return db_exec(tx, "INSERT INTO lane (name, token, opened_at) VALUES ($1, $2, $3)"
			   " ON CONFLICT (name) DO UPDATE SET token = $2, opened_at = $3",
		       DB_PARAMS(DB_V_TEXT(o->name), DB_V_BLOB(((struct bytes){o->token, sizeof o->token})), DB_V_INT(o->now_ms)), NULL,
		       ret_error);
}

/* The seat of that name, or NULL. With the lock held. */
static struct seat *seat_find(struct sittings *s, struct text name)
{
	for (size_t i = 0; i < s->seat_count; i++)
		if (text_equal(text_of(s->seats[i].name), name))
			return &s->seats[i];
	return NULL;
}

static bool name_good(struct text name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7f)
			return false;
	return name.len >= 1 && name.len < LANE_NAME;
}

enum status sittings_lane(struct sittings *sittings, struct text code, struct text name, char ret_token[SITTING_TOKEN],
			  struct error *ret_error)
{
	struct opening o = {.name = text_trim(name), .now_ms = env_now(sittings->env)};
	struct seat *seat;
	bool room;

	if (!name_good(o.name))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "name", "a lane's name has 1 to 32 bytes");
	TRY(code_check(sittings, code, ret_error));
	pthread_mutex_lock(&sittings->lock);
	room = seat_find(sittings, o.name) || sittings->seat_count < LANES_MAX;
	pthread_mutex_unlock(&sittings->lock);
	if (!room)
		return error_set(ret_error, ST_LIMIT, "more than %u lanes", LANES_MAX);
	token_make(sittings->env, ret_token, o.token);
	TRY(db_transact(sittings->db, DB_WRITE, lane_write, &o, ret_error));
	pthread_mutex_lock(&sittings->lock);
	seat = seat_find(sittings, o.name);
	if (seat == NULL && sittings->seat_count < LANES_MAX)
		seat = &sittings->seats[sittings->seat_count++];
	if (seat) {
		*seat = (struct seat){.since_ms = 0};
		memcpy(seat->name, o.name.data, o.name.len);
		memcpy(seat->token, o.token, sizeof seat->token);
	}
	pthread_mutex_unlock(&sittings->lock);
	return seat ? ST_OK : error_set(ret_error, ST_LIMIT, "more than %u lanes", LANES_MAX);
}

/* ---- PINs ---- */

static struct wrong *wrong_find(struct sittings *s, const char *person, bool make)
{
	for (size_t i = 0; i < s->wrong_count; i++)
		if (strcmp(s->wrong[i].person, person) == 0)
			return &s->wrong[i];
	if (!make || s->wrong_count == OFFICERS_MAX)
		return NULL;
	memcpy(s->wrong[s->wrong_count].person, person, OFFICER_ID);
	return &s->wrong[s->wrong_count++];
}

static enum status wrong_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct wrong *w = context;

	if (w->count == 0)
		return db_exec(tx, "DELETE FROM pin_wrong WHERE person = $1", DB_PARAMS(DB_V_TEXT(text_of(w->person))), NULL, ret_error);
	return db_exec(tx, "INSERT INTO pin_wrong (person, count, until) VALUES ($1, $2, $3)"
			   " ON CONFLICT (person) DO UPDATE SET count = $2, until = $3",
		       DB_PARAMS(DB_V_TEXT(text_of(w->person)), DB_V_INT(w->count), DB_V_INT(w->until_ms)), NULL, ret_error);
}

static int64_t lock_of(int64_t count)
{
	int64_t more = count - PINS_WRONG_MAX;

	return more < 0 ? 0 : LOCK_MS << (more < LOCK_DOUBLINGS_MAX ? more : LOCK_DOUBLINGS_MAX);
}

/* Counts before the PIN is looked at, so that many at once do not get more tries. Only in memory: whoever is told nothing, because the
 * program ended in between, has tried nothing. */
static enum status attempt_begin(struct sittings *s, const struct officer *officer, struct error *ret_error)
{
	int64_t now = env_now(s->env);
	struct wrong *w;

	pthread_mutex_lock(&s->lock);
	w = wrong_find(s, officer->id, true);
	/* Longer than any lock: it was made by a clock that has been put right since. */
	if (w && w->until_ms > now + lock_of(w->count))
		w->until_ms = now + lock_of(w->count);
	if (w == NULL || w->until_ms > now) {
		pthread_mutex_unlock(&s->lock);
		return error_because(ret_error, ST_DENIED, "pin-locked", "pin", "too many wrong PINs; wait");
	}
	w->count++;
	w->until_ms = w->count < PINS_WRONG_MAX ? 0 : now + lock_of(w->count);
	pthread_mutex_unlock(&s->lock);
	return ST_OK;
}

/* Durable before anybody is told that it was wrong. */
static void attempt_wrong(struct sittings *s, const struct officer *officer)
{
	struct wrong copy = {.count = 0};
	const struct wrong *w;

	pthread_mutex_lock(&s->lock);
	w = wrong_find(s, officer->id, false);
	if (w)
		copy = *w;
	pthread_mutex_unlock(&s->lock);
	/* Where nothing can be written (a full disk) memory still counts. */
	if (copy.count)
		(void)!db_transact(s->db, DB_WRITE, wrong_write, &copy, NULL);
}

static void attempt_good(struct sittings *s, const struct officer *officer)
{
	struct wrong copy = {.count = 0};
	struct wrong *w;

	memcpy(copy.person, officer->id, sizeof copy.person);
	pthread_mutex_lock(&s->lock);
	w = wrong_find(s, officer->id, false);
	if (w)
		w->count = w->until_ms = 0;
	pthread_mutex_unlock(&s->lock);
	(void)!db_transact(s->db, DB_WRITE, wrong_write, &copy, NULL);
}

static bool pin_fits(struct sittings *s, const struct officer *officer, struct text pin)
{
	bool fits;

	if (officer->pin[0] == '\0' || pin.len == 0 || pin.len > 64)
		return false;
	pthread_mutex_lock(&s->hashing);
	fits = crypto_pwhash_str_verify(officer->pin, pin.data, pin.len) == 0;
	pthread_mutex_unlock(&s->hashing);
	return fits;
}

static enum status pin_check(struct sittings *s, const struct officer *officer, struct text pin, const char *reason,
			     struct error *ret_error)
{
	TRY(attempt_begin(s, officer, ret_error));
	if (!pin_fits(s, officer, pin)) {
		attempt_wrong(s, officer);
		return error_because(ret_error, ST_DENIED, reason, "pin", "the PIN is wrong");
	}
	attempt_good(s, officer);
	return ST_OK;
}

enum status sittings_prove(struct sittings *sittings, const struct officer *officer, struct text pin, struct error *ret_error)
{
	return pin_check(sittings, officer, pin, "pin-wrong", ret_error);
}

/* ---- sessions ---- */

enum status sittings_sign_in(struct sittings *sittings, struct text lane, struct text login, struct text pin,
			     char ret_token[SITTING_TOKEN], struct error *ret_error)
{
	uint8_t hash[HASH];
	struct officer officer;
	struct seat *seat;

	if (!known_officer_of_login(sittings->known, login, &officer))
		return error_because(ret_error, ST_DENIED, "sign-in-failed", NULL, "nobody of that login may sign in here");
	TRY(pin_check(sittings, &officer, pin, "sign-in-failed", ret_error));
	if (!(officer.roles & (ROLE_PRIMARY | ROLE_SECONDARY | ROLE_SUPERVISOR)))
		return error_because(ret_error, ST_DENIED, "denied", NULL, "none of his roles works at a checkpoint");
	token_make(sittings->env, ret_token, hash);
	pthread_mutex_lock(&sittings->lock);
	seat = seat_find(sittings, lane);
	if (seat) {
		memcpy(seat->officer, officer.id, sizeof seat->officer);
		memcpy(seat->session, hash, sizeof seat->session);
		seat->since_ms = env_now(sittings->env);
	}
	pthread_mutex_unlock(&sittings->lock);
	return seat ? ST_OK : error_because(ret_error, ST_DENIED, "lane-missing", NULL, "this browser is no lane");
}

void sittings_sign_out(struct sittings *sittings, struct text lane)
{
	struct seat *seat;

	pthread_mutex_lock(&sittings->lock);
	seat = seat_find(sittings, lane);
	if (seat)
		seat->officer[0] = '\0';
	pthread_mutex_unlock(&sittings->lock);
}

/* The hash of a cookie of that name; false: it did not come. Source: RFC 6265, 4.2.1. */
static bool cookie_hash(const struct http_request *request, struct text name, uint8_t hash[HASH])
{
	struct text rest = http_header(request, "Cookie"), part;

	while (rest.data && text_split(&rest, ';', &part)) {
		part = text_trim(part);
		if (part.len > name.len && text_starts(part, name) && part.data[name.len] == '=') {
			crypto_hash_sha256(hash, (const uint8_t *)part.data + name.len + 1, part.len - name.len - 1);
			return true;
		}
	}
	return false;
}

bool sittings_lane_of(struct sittings *sittings, const struct http_request *request, char ret_lane[LANE_NAME])
{
	uint8_t hash[HASH];
	bool found = false;

	if (!cookie_hash(request, TEXT("post_lane"), hash))
		return false;
	pthread_mutex_lock(&sittings->lock);
	for (size_t i = 0; i < sittings->seat_count && !found; i++) {
		found = sodium_memcmp(sittings->seats[i].token, hash, sizeof hash) == 0;
		if (found)
			memcpy(ret_lane, sittings->seats[i].name, LANE_NAME);
	}
	pthread_mutex_unlock(&sittings->lock);
	return found;
}

/* `session` NULL: whoever sits there. */
static bool seated(struct sittings *s, struct text lane, const uint8_t *session, struct officer *ret)
{
	char id[OFFICER_ID] = "";
	struct seat *seat;

	pthread_mutex_lock(&s->lock);
	seat = seat_find(s, lane);
	if (seat && seat->officer[0] && env_now(s->env) - seat->since_ms < SITTING_MS &&
	    (session == NULL || sodium_memcmp(seat->session, session, HASH) == 0))
		memcpy(id, seat->officer, sizeof id);
	pthread_mutex_unlock(&s->lock);
	return id[0] && known_officer(s->known, text_of(id), ret);
}

bool sittings_officer_of(struct sittings *sittings, const struct http_request *request, struct text lane, struct officer *ret)
{
	uint8_t hash[HASH];

	return cookie_hash(request, TEXT("post_session"), hash) && seated(sittings, lane, hash, ret);
}

bool sittings_seated(struct sittings *sittings, struct text lane, struct officer *ret)
{
	return seated(sittings, lane, NULL, ret);
}

unsigned sittings_count(struct sittings *sittings)
{
	unsigned count;

	pthread_mutex_lock(&sittings->lock);
	count = (unsigned)sittings->seat_count;
	pthread_mutex_unlock(&sittings->lock);
	return count;
}
