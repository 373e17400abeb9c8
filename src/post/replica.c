#include "post/replica.h"

#include <sodium.h>
#include <stdlib.h>

#include "edition/cursor.h"
#include "edition/listing.h"

#define MEMORY_MAX ((size_t)2 << 30)
#define IMAGE_EVERY 200u
#define DAY_MS ((int64_t)86400000)
#define RED_MS (7 * DAY_MS)
#define CANARIES 3u
#define SCRATCH_MAX ((size_t)64 << 20)
#define URGENT_FILE "urgent"
#define URGENT_NAME_SIZE 320u

static const char *const list_files[] = {"list-a", "list-b"};
static const char *const change_files[] = {"changes-a", "changes-b"};
static const char *const trusted_files[] = {"trusted-a", "trusted-b"};

/* What must never go back. */
struct trusted {
	uint64_t turn, number, epoch;
	int64_t signed_ms;
	bool revoked;
};

struct replica {
	struct replica_options options;
	struct edition_keys keys; /* those that were asked for last, with the highest epoch */
	pthread_mutex_t lock;     /* of what follows, up to the next remark */
	struct trusted trusted;
	struct feed_keys feed;
	int64_t issued_ms, soft_ms, hard_ms;
	uint64_t laid_over;       /* edition whose urgent entries lie over the list; 0: none */
	uint64_t shown;           /* edition that the five around are of */
	struct merkle_hash state;
	bool witnessed;
	const char *trouble;
	/* The taker's own. */
	struct edition *edition;
	struct edition *urgent;   /* NULL, or of a later number than `edition` */
	char urgent_list[URGENT_NAME_SIZE];
	unsigned side;            /* of list_files that counts */
	uint64_t base, changes;   /* number of its snapshot; deltas behind it */
	unsigned since_image;
};

/* ---- what is trusted ---- */

static bool trusted_parse(struct bytes in, struct trusted *ret)
{
	struct cursor c = {in};
	uint64_t time, revoked;

	if (!cursor_number(&c, 8, &ret->turn) || !cursor_number(&c, 8, &ret->number) || !cursor_number(&c, 8, &ret->epoch) ||
	    !cursor_number(&c, 8, &time) || !cursor_number(&c, 1, &revoked) || c.rest.len != 0)
		return false;
	ret->signed_ms = (int64_t)time;
	ret->revoked = revoked != 0;
	return true;
}

static void trusted_read(struct replica *r)
{
	for (size_t i = 0; i < 2; i++) {
		struct trusted found;
		struct buffer plain;

		buffer_init(&plain, 4096);
		if (vault_read(r->options.vault, trusted_files[i], &plain, NULL) == ST_OK && trusted_parse(buffer_bytes(&plain), &found) &&
		    found.turn > r->trusted.turn)
			r->trusted = found;
		buffer_release(&plain);
	}
}

/* In turn, so that a torn write leaves the former. */
static enum status trusted_write(struct replica *r, struct trusted next, struct error *ret_error)
{
	struct buffer plain;
	enum status st;

	next.turn = r->trusted.turn + 1;
	buffer_init(&plain, 4096);
	number_add(&plain, next.turn, 8);
	number_add(&plain, next.number, 8);
	number_add(&plain, next.epoch, 8);
	number_add(&plain, (uint64_t)next.signed_ms, 8);
	number_add(&plain, next.revoked, 1);
	st = vault_write(r->options.vault, trusted_files[next.turn % 2], buffer_bytes(&plain), ret_error);
	buffer_release(&plain);
	if (st != ST_OK)
		return st;
	pthread_mutex_lock(&r->lock);
	r->trusted = next;
	pthread_mutex_unlock(&r->lock);
	return ST_OK;
}

/* ---- life ---- */

static void feed_keys_read(struct replica *r)
{
	struct buffer plain;

	buffer_init(&plain, 4096);
	if (vault_read(r->options.vault, "feed-keys", &plain, NULL) == ST_OK && plain.len % sizeof r->feed.keys[0] == 0 &&
	    plain.len <= sizeof r->feed.keys) {
		memcpy(r->feed.keys, plain.data, plain.len);
		r->feed.count = plain.len / sizeof r->feed.keys[0];
		sodium_memzero(plain.data, plain.len);
	}
	buffer_release(&plain);
}

/* The image is for answers at once; the times of its edition stand before it. One of an edition before `least` is passed over. */
static void image_read(struct replica *r, uint64_t least)
{
	struct buffer plain;
	struct cursor c;
	uint64_t number, issued, soft, hard, witnessed;
	struct bytes state;

	buffer_init(&plain, VAULT_FILE_MAX);
	if (vault_read(r->options.vault, "image", &plain, NULL) == ST_OK) {
		c.rest = buffer_bytes(&plain);
		if (cursor_number(&c, 8, &number) && cursor_number(&c, 8, &issued) && cursor_number(&c, 8, &soft) && cursor_number(&c, 8, &hard) &&
		    cursor_number(&c, 1, &witnessed) && cursor_take(&c, MERKLE_HASH_SIZE, &state) && number >= least &&
		    watch_load(r->options.watch, c.rest, NULL) == ST_OK) {
			r->shown = number;
			memcpy(r->state.b, state.data, sizeof r->state.b);
			r->issued_ms = (int64_t)issued;
			r->soft_ms = (int64_t)soft;
			r->hard_ms = (int64_t)hard;
			r->witnessed = witnessed != 0;
		}
	}
	buffer_release(&plain);
}

static void image_write(struct replica *r)
{
	struct watch_list *list = watch_hold(r->options.watch);
	struct buffer plain;

	if (list == NULL || r->trusted.revoked || watch_number(list) != r->shown) {
		watch_release(list);
		return;
	}
	buffer_init(&plain, VAULT_FILE_MAX);
	number_add(&plain, r->shown, 8);
	number_add(&plain, (uint64_t)r->issued_ms, 8);
	number_add(&plain, (uint64_t)r->soft_ms, 8);
	number_add(&plain, (uint64_t)r->hard_ms, 8);
	number_add(&plain, r->witnessed, 1);
	buffer_add(&plain, r->state.b, sizeof r->state.b);
	/* Without one the next start only takes longer. */
	if (watch_save(list, &plain, NULL) == ST_OK)
		(void)!vault_write(r->options.vault, "image", buffer_bytes(&plain), NULL);
	buffer_release(&plain);
	watch_release(list);
	r->since_image = 0;
}

enum status replica_open(const struct replica_options *options, struct replica **ret, struct error *ret_error)
{
	struct replica *r = calloc(1, sizeof *r);

	if (r == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	r->options = *options;
	snprintf(r->urgent_list, sizeof r->urgent_list, "%.*s" EDITION_URGENT_SUFFIX, TEXT_ARG(options->list));
	pthread_mutex_init(&r->lock, NULL);
	trusted_read(r);
	if (r->trusted.signed_ms)
		post_clock_signed(options->clock, r->trusted.signed_ms);
	if (!r->trusted.revoked) {
		feed_keys_read(r);
		image_read(r, r->trusted.number);
		/* Behind what was in force: then the list itself must be read first, and only if that is damaged an old one beats none. */
		if (r->shown == 0)
			replica_read(r);
		if (r->shown < r->trusted.number)
			image_read(r, r->shown + 1);
	}
	*ret = r;
	return ST_OK;
}

void replica_close(struct replica *r)
{
	if (r == NULL)
		return;
	if (r->since_image)
		image_write(r);
	edition_free(r->edition);
	edition_free(r->urgent);
	pthread_mutex_destroy(&r->lock);
	sodium_memzero(&r->feed, sizeof r->feed);
	free(r);
}

/* ---- reading it back ---- */

struct reading {
	struct replica *replica;
	struct edition *edition;
};

static size_t memory_max(const struct replica *r)
{
	return r->options.memory_max ? r->options.memory_max : MEMORY_MAX;
}

static struct edition_trust trust_of(struct replica *r, bool fresh)
{
	/* What is sealed here was believed when it came; keys that were revoked since take no list away. */
	r->keys = fresh || r->options.ever == NULL ? *r->options.keys : *r->options.ever;
	if (r->trusted.epoch > r->keys.epoch)
		r->keys.epoch = (uint32_t)r->trusted.epoch;
	return (struct edition_trust){.keys = &r->keys, .list = r->options.list, .now_ms = env_now(&r->options.clock->env),
				      .number_min = fresh ? r->trusted.number : 0, .expired_too = !fresh};
}

static enum status change_apply(void *context, struct bytes file, struct error *ret_error)
{
	struct reading *reading = context;
	struct edition_trust trust = trust_of(reading->replica, false);

	return edition_take(reading->edition, file, &trust, ret_error);
}

/* One side; NULL where it holds no list. *ret_changes: deltas that were good. */
static struct edition *side_read(struct replica *r, unsigned side, uint64_t *ret_base, uint64_t *ret_changes)
{
	struct edition_trust trust = trust_of(r, false);
	struct reading reading = {.replica = r};
	struct buffer plain;
	bool good;

	*ret_changes = 0;
	buffer_init(&plain, VAULT_FILE_MAX);
	good = vault_read(r->options.vault, list_files[side], &plain, NULL) == ST_OK &&
	       edition_new(memory_max(r), &reading.edition, NULL) == ST_OK &&
	       edition_take(reading.edition, buffer_bytes(&plain), &trust, NULL) == ST_OK;
	buffer_release(&plain);
	if (!good) {
		edition_free(reading.edition);
		return NULL;
	}
	*ret_base = edition_manifest(reading.edition)->number;
	/* A change that cannot be applied ends the row; what came before it stands. */
	(void)!vault_each(r->options.vault, change_files[side], *ret_base, change_apply, &reading, ret_changes, NULL);
	return reading.edition;
}

/* What is not of a later edition than the list has done its work: whoever is not in the list any more is not kept by it. */
static void urgent_forget(struct replica *r)
{
	edition_free(r->urgent);
	r->urgent = NULL;
	vault_destroy(r->options.vault, URGENT_FILE);
}

static void urgent_read(struct replica *r)
{
	struct edition_trust trust = trust_of(r, false);
	struct edition *urgent = NULL;
	struct buffer plain;

	trust.list = text_of(r->urgent_list);
	buffer_init(&plain, VAULT_FILE_MAX);
	if (r->edition && vault_read(r->options.vault, URGENT_FILE, &plain, NULL) == ST_OK && edition_new(memory_max(r), &urgent, NULL) == ST_OK &&
	    edition_take(urgent, buffer_bytes(&plain), &trust, NULL) == ST_OK &&
	    edition_manifest(urgent)->number > edition_manifest(r->edition)->number) {
		edition_free(r->urgent);
		r->urgent = urgent;
		urgent = NULL;
	}
	edition_free(urgent);
	buffer_release(&plain);
}

static void show(struct replica *r)
{
	const struct edition_manifest *m = edition_manifest(r->edition);
	const struct edition_manifest *urgent = r->urgent ? edition_manifest(r->urgent) : NULL;

	pthread_mutex_lock(&r->lock);
	r->laid_over = urgent && urgent->number > m->number ? urgent->number : 0;
	r->issued_ms = m->issued_ms;
	r->soft_ms = m->soft_ms;
	r->hard_ms = m->hard_ms;
	r->witnessed = m->witnessed;
	r->shown = m->number;
	edition_state(r->edition, &r->state);
	pthread_mutex_unlock(&r->lock);
}

void replica_read(struct replica *r)
{
	uint64_t base[2] = {0}, changes[2] = {0};
	struct edition *sides[2];
	unsigned better;

	if (r->trusted.revoked || r->edition)
		return;
	for (unsigned i = 0; i < 2; i++)
		sides[i] = side_read(r, i, &base[i], &changes[i]);
	better = sides[1] && (sides[0] == NULL || edition_manifest(sides[1])->number > edition_manifest(sides[0])->number);
	edition_free(sides[!better]);
	r->edition = sides[better];
	r->side = better;
	r->base = base[better];
	r->changes = changes[better];
	urgent_read(r);
	/* The image may be newer than what could be read back: it stays then. */
	if (r->edition && edition_manifest(r->edition)->number + (r->urgent != NULL) > r->shown &&
	    watch_take(r->options.watch, r->edition, r->urgent, NULL) == ST_OK) {
		show(r);
		r->since_image = 1;
	}
}

uint64_t replica_number(struct replica *r, bool *ret_snapshot)
{
	*ret_snapshot = r->changes >= REPLICA_CHANGES_MAX;
	return r->edition ? edition_manifest(r->edition)->number : 0;
}

uint64_t replica_trusted(struct replica *r)
{
	uint64_t number;

	pthread_mutex_lock(&r->lock);
	number = r->trusted.number;
	pthread_mutex_unlock(&r->lock);
	return number;
}

/* ---- taking ---- */

/* A person of the new list, asked for as he is listed, must be found; or the list is not what it should be whatever was signed. */
static enum status canaries_ask(struct replica *r, const struct edition *edition, struct watch_list *list, struct error *ret_error)
{
	size_t count = edition_count(edition), asked = 0;
	struct arena arena;
	enum status st = ST_OK;

	arena_init(&arena, SCRATCH_MAX);
	for (size_t i = 0; st == ST_OK && i < count && asked < CANARIES; i += count / CANARIES + 1) {
		const struct edition_record *record = edition_at(edition, i);
		struct verdict_traveller traveller = {.document_code = TEXT("P")};
		struct watch_answer answer;
		struct listing listing;
		int64_t now = env_now(&r->options.clock->env);
		bool found = false;

		arena_clear(&arena);
		if (record->kind != EDITION_LISTING || listing_read(record, &arena, &listing, NULL) != ST_OK || !listing_in_force(&listing, now))
			continue;
		traveller.person = &listing.person;
		st = watch_ask(list, VERDICT_ENTRY, &traveller, TEXT("zz"), now, &arena, &answer, ret_error);
		for (size_t k = 0; st == ST_OK && k < answer.found.count; k++)
			found = found || answer.found.results[k].score_ppm >= 700000;
		asked++;
		if (st == ST_OK && !found)
			st = error_because(ret_error, ST_CORRUPT, "post-canary", NULL, "a person of the new list is not found in it");
	}
	arena_release(&arena);
	return st;
}

static enum status keep_file(struct replica *r, struct bytes file, bool whole, struct error *ret_error)
{
	const struct vault *vault = r->options.vault;

	if (!whole) {
		TRY(vault_append(vault, change_files[r->side], r->base, r->changes, file, ret_error));
		r->changes++;
		return ST_OK;
	}
	vault_destroy(vault, change_files[!r->side]);
	TRY(vault_write(vault, list_files[!r->side], file, ret_error));
	r->side = !r->side;
	r->base = edition_manifest(r->edition)->number;
	r->changes = 0;
	return ST_OK;
}

/* What was written down is what was in force before: back to it. */
static void take_back(struct replica *r)
{
	edition_free(r->edition);
	r->edition = NULL;
	replica_read(r);
}

enum status replica_take(struct replica *r, struct bytes file, struct error *ret_error)
{
	struct edition_trust trust = trust_of(r, true);
	const struct edition_manifest *m;
	struct trusted next = r->trusted;
	uint64_t before = r->edition ? edition_manifest(r->edition)->number : 0;
	struct watch_list *list = NULL;
	struct edition *fresh = NULL;
	bool whole;
	enum status st;

	if (r->trusted.revoked)
		return error_because(ret_error, ST_DENIED, "post-revoked", NULL, "this post was revoked");
	TRY(edition_new(memory_max(r), &fresh, ret_error));
	/* A snapshot stands alone; where it is none, it is a change to what is there. */
	st = edition_take(fresh, file, &trust, ret_error);
	whole = st == ST_OK;
	if (whole && before >= edition_manifest(fresh)->number)
		st = error_because(ret_error, ST_DENIED, "edition-older", NULL, "the edition is not newer than the one at hand");
	if (st == ST_OK) {
		edition_free(r->edition);
		r->edition = fresh;
		fresh = NULL;
	} else if (!whole && r->edition) {
		st = edition_take(r->edition, file, &trust, ret_error);
	}
	edition_free(fresh);
	TRY(st);
	m = edition_manifest(r->edition);
	st = watch_make(r->options.watch, r->edition, r->urgent, &list, ret_error);
	if (st == ST_OK)
		st = canaries_ask(r, r->edition, list, ret_error);
	if (st == ST_OK)
		st = keep_file(r, file, whole, ret_error);
	if (st == ST_OK && m->number > next.number) {
		next.number = m->number;
		next.epoch = m->keys.epoch > next.epoch ? m->keys.epoch : next.epoch;
		st = trusted_write(r, next, ret_error);
	}
	if (st != ST_OK) {
		watch_release(list);
		take_back(r);
		return st;
	}
	watch_put(r->options.watch, list);
	show(r);
	if (r->urgent && m->number >= edition_manifest(r->urgent)->number)
		urgent_forget(r);
	if (++r->since_image >= IMAGE_EVERY || whole)
		image_write(r);
	return ST_OK;
}

uint64_t replica_urgent(const struct replica *r)
{
	const struct edition *newest = r->urgent ? r->urgent : r->edition;

	return newest ? edition_manifest(newest)->number : 0;
}

enum status replica_take_urgent(struct replica *r, struct bytes file, struct error *ret_error)
{
	struct edition_trust trust = trust_of(r, true);
	struct watch_list *list = NULL;
	struct edition *urgent = NULL;
	enum status st;

	if (r->trusted.revoked)
		return error_because(ret_error, ST_DENIED, "post-revoked", NULL, "this post was revoked");
	if (r->edition == NULL)
		return error_set(ret_error, ST_NOT_FOUND, "there is no list to lay urgent entries over");
	trust.list = text_of(r->urgent_list);
	trust.number_min = replica_urgent(r) + 1;
	TRY(edition_new(memory_max(r), &urgent, ret_error));
	st = edition_take(urgent, file, &trust, ret_error);
	if (st == ST_OK)
		st = watch_make(r->options.watch, r->edition, urgent, &list, ret_error);
	if (st == ST_OK)
		st = canaries_ask(r, urgent, list, ret_error);
	if (st == ST_OK)
		st = vault_write(r->options.vault, URGENT_FILE, file, ret_error);
	if (st != ST_OK) {
		watch_release(list);
		edition_free(urgent);
		return st;
	}
	watch_put(r->options.watch, list);
	edition_free(r->urgent);
	r->urgent = urgent;
	show(r);
	r->since_image++;
	return ST_OK;
}

enum status replica_heard(struct replica *r, const struct feed_heartbeat *heartbeat, struct error *ret_error)
{
	struct trusted next = r->trusted;

	if (!text_equal(heartbeat->list, r->options.list))
		return error_because(ret_error, ST_DENIED, "edition-wrong-list", NULL, "the heartbeat is of another list");
	if (heartbeat->number < next.number || heartbeat->epoch < next.epoch || heartbeat->time_ms < next.signed_ms)
		return error_because(ret_error, ST_CONFLICT, "edition-older", NULL, "the heartbeat leads back behind what was seen before");
	post_clock_signed(r->options.clock, heartbeat->time_ms);
	if (heartbeat->time_ms == next.signed_ms)
		return ST_OK;
	next.signed_ms = heartbeat->time_ms;
	return trusted_write(r, next, ret_error);
}

void replica_trouble(struct replica *r, const char *word)
{
	pthread_mutex_lock(&r->lock);
	r->trouble = word;
	pthread_mutex_unlock(&r->lock);
}

/* ---- keys, end ---- */

void replica_feed_keys(struct replica *r, struct feed_keys *ret)
{
	pthread_mutex_lock(&r->lock);
	*ret = r->feed;
	pthread_mutex_unlock(&r->lock);
}

enum status replica_feed_keys_set(struct replica *r, const struct feed_keys *keys, struct error *ret_error)
{
	TRY(vault_write(r->options.vault, "feed-keys", (struct bytes){(const uint8_t *)keys->keys, keys->count * sizeof keys->keys[0]}, ret_error));
	pthread_mutex_lock(&r->lock);
	r->feed = *keys;
	pthread_mutex_unlock(&r->lock);
	return ST_OK;
}

void replica_destroy(struct replica *r)
{
	static const char *const files[] = {"feed-keys", "image", "list-a", "list-b", "changes-a", "changes-b", URGENT_FILE};
	struct trusted next = r->trusted;

	next.revoked = true;
	(void)!trusted_write(r, next, NULL);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		vault_destroy(r->options.vault, files[i]);
	pthread_mutex_lock(&r->lock);
	r->trusted.revoked = true;
	sodium_memzero(&r->feed, sizeof r->feed);
	r->trouble = "post-revoked";
	pthread_mutex_unlock(&r->lock);
	watch_put(r->options.watch, NULL);
	edition_free(r->edition);
	edition_free(r->urgent);
	r->edition = r->urgent = NULL;
}

bool replica_destroyed(struct replica *r)
{
	bool revoked;

	pthread_mutex_lock(&r->lock);
	revoked = r->trusted.revoked;
	pthread_mutex_unlock(&r->lock);
	return revoked;
}

void replica_now(struct replica *r, struct lanes_now *ret)
{
	int64_t now = env_now(&r->options.clock->env), heard;

	*ret = (struct lanes_now){.colour = "none"};
	pthread_mutex_lock(&r->lock);
	ret->issued_ms = r->issued_ms;
	ret->heard_ms = r->trusted.signed_ms;
	ret->witnessed = r->witnessed;
	ret->number = r->shown;
	ret->urgent = r->laid_over;
	heard = r->trusted.signed_ms > r->issued_ms ? r->trusted.signed_ms : r->issued_ms;
	if (r->shown && !r->trusted.revoked)
		sodium_bin2hex(ret->state, sizeof ret->state, r->state.b, sizeof r->state.b);
	if (r->shown && !r->trusted.revoked)
		ret->colour = now - heard >= RED_MS || now >= r->hard_ms ? "red" : now - heard >= DAY_MS || now >= r->soft_ms ? "amber" : "green";
	if (r->trusted.revoked)
		ret->trouble[0] = "post-revoked";
	else if (r->trouble)
		ret->trouble[0] = r->trouble;
	/* What was in force could not be read back from the disk. */
	else if (r->shown < r->trusted.number)
		ret->trouble[0] = "storage-failed";
	pthread_mutex_unlock(&r->lock);
	ret->offset_known = post_clock_offset(r->options.clock, &ret->offset_ms);
	pthread_mutex_lock(&r->options.clock->lock);
	ret->ratcheted = r->options.clock->ratcheted;
	pthread_mutex_unlock(&r->options.clock->lock);
}
