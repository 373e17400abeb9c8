#include "post/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ident/country.h"
#include "model/entity_json.h"
#include "model/time.h"
#include "post/drill.h"
#include "post/second.h"
#include "text/fold.h"

#define AGAIN_MS ((int64_t)120000)
#define AGAIN_DIFFERENT_MAX 8u /* characters: the same page read twice, not the next traveller's */

/* ---- reading ---- */

static int year_of(int64_t ms)
{
	char text[TIME_SIZE];
	uint64_t year = 0;

	time_write(ms, text);
	(void)!text_to_uint((struct text){text, 4}, 9999, &year);
	return (int)year;
}

/* Without line ends, in capitals. */
static void zone_plain(struct text zone, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < zone.len && n + 1 < room; i++) {
		char c = zone.data[i];

		if (c != '\n' && c != '\r' && c != ' ')
			out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
	}
	out[n] = '\0';
}

static bool nearly(const char *a, const char *b)
{
	size_t differ = 0, i;

	for (i = 0; a[i] && b[i]; i++)
		differ += a[i] != b[i];
	return !a[i] && !b[i] && differ <= AGAIN_DIFFERENT_MAX;
}

/* Whether a page whose check digit is wrong must be read once more: not if it was just read so at this lane. */
static bool again_asked(struct lanes *lanes, const char *lane, struct text zone, int64_t now)
{
	struct again *mine = NULL, *oldest = &lanes->again[0];
	char plain[sizeof mine->zone];
	bool before;

	zone_plain(zone, plain, sizeof plain);
	pthread_mutex_lock(&lanes->lock);
	for (size_t i = 0; i < LANES_MAX && mine == NULL; i++) {
		if (strcmp(lanes->again[i].lane, lane) == 0)
			mine = &lanes->again[i];
		if (lanes->again[i].at_ms < oldest->at_ms)
			oldest = &lanes->again[i];
	}
	before = mine && now - mine->at_ms < AGAIN_MS && nearly(mine->zone, plain);
	if (mine == NULL)
		mine = oldest;
	memset(mine, 0, sizeof *mine);
	if (!before) {
		memcpy(mine->lane, lane, strlen(lane));
		memcpy(mine->zone, plain, sizeof plain);
		mine->at_ms = now;
	}
	pthread_mutex_unlock(&lanes->lock);
	return !before;
}

static enum status zone_read(struct lane_call *call, struct check *c, struct error *ret_error)
{
	struct arena *arena = call->arena;

	TRY(mrz_parse(c->zone, year_of(c->at_ms), &c->mrz, ret_error));
	c->zoned = true;
	if (mrz_to_entity(&c->mrz, arena, &c->person) != ST_OK)
		return arena_failure(arena, ret_error);
	c->traveller.document_code = text_of(c->mrz.code);
	c->traveller.issuer = text_of(c->mrz.issuer);
	c->traveller.nationality = text_of(c->mrz.nationality);
	c->again = mrz_bad_field(&c->mrz) && again_asked(call->lanes, call->lane, c->zone, c->at_ms);
	return ST_OK;
}

/* A reader that typed into the form: whoever is looked for under a piece of his zone is found by nobody, and would pass. */
static bool zone_within(const struct entity *person)
{
	for (size_t i = 0; i < person->property_count; i++)
		for (size_t k = 0; k < person->properties[i].count; k++)
			if (person->properties[i].values[k].len && memchr(person->properties[i].values[k].data, '<', person->properties[i].values[k].len))
				return true;
	return false;
}

/* A typed traveller: a name or a document number at least, or there is nothing to look for. */
static enum status person_read(struct lane_call *call, const json_t *person, struct check *c, struct error *ret_error)
{
	json_t *copy = json_deep_copy(person);
	enum status st;

	if (copy == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = entity_from_json(copy, call->arena, &c->person, ret_error);
	json_decref(copy);
	TRY(st);
	if (zone_within(&c->person))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "name", "a passport's zone is no name");
	if (!entity_get(&c->person, "name") && !entity_get(&c->person, "passportNumber") && !entity_get(&c->person, "idNumber"))
		return error_because(ret_error, ST_MALFORMED, "required", "name", "a name or a document number is needed");
	/* A number typed without its issuer is taken to be of his own country. */
	if (!entity_get(&c->person, "x-issuer") && entity_add(&c->person, "x-issuer", entity_first(&c->person, "nationality")) != ST_OK)
		return arena_failure(call->arena, ret_error);
	return ST_OK;
}

/* ---- judging ---- */

static void refer(struct check *c)
{
	struct verdict *v = &c->answer.verdict;

	if (v->result != VERDICT_PASS)
		return;
	v->result = VERDICT_REFER;
	v->act = TEXT("second-line");
	v->quiet = false;
}

static enum status judge(struct lane_call *call, struct check *c, struct error *ret_error)
{
	struct lanes *lanes = call->lanes;
	struct timespec begun, done;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	c->traveller.person = &c->person;
	c->traveller.drill = c->drill[0] != '\0';
	TRY(watch_ask(c->list, c->point, &c->traveller, lanes->options.host, c->at_ms, call->arena, &c->answer, ret_error));
	clock_gettime(CLOCK_MONOTONIC, &done);
	c->took_us = (uint32_t)((done.tv_sec - begun.tv_sec) * 1000000 + (done.tv_nsec - begun.tv_nsec) / 1000);
	/* A practice traveller like nobody on the list is referred, or practice would teach to pass what is odd. */
	if (c->drill[0])
		refer(c);
	return ST_OK;
}

static enum status chip_check(struct lane_call *call, const struct check_asked *asked, struct check *c, struct error *ret_error)
{
	struct emrtd_chip chip = {.sod = asked->sod, .dg1 = asked->dg1, .dg2 = asked->dg2};
	char plain[3 * 48];

	if (asked->sod.len == 0 || asked->dg1.len == 0)
		return ST_OK;
	c->chip_read = true;
	if (call->lanes->options.anchors == NULL) {
		c->chip = (struct emrtd_answer){.result = EMRTD_NOT_CHECKED, .reason = "no-csca"};
		return ST_OK;
	}
	zone_plain(c->zone, plain, sizeof plain);
	chip.mrz = text_of(plain);
	TRY(emrtd_check(call->lanes->options.anchors, &chip, c->at_ms, &c->chip, ret_error));
	/* A page that its chip gives the lie to is looked at, whoever he is. */
	if (c->chip.result == EMRTD_INVALID)
		refer(c);
	return ST_OK;
}

/* ---- storing ---- */

/* Sets a keyed hash of `words` where there is one. */
static bool trace_set(json_t *body, const char *name, const struct trace_key *key, const char *words, size_t len)
{
	char hash[TRACE_SIZE];

	if (len == 0)
		return true;
	trace_hash(key, (struct text){words, len}, hash);
	return json_object_set_new(body, name, json_string(hash)) == 0;
}

static struct text first_of(const struct entity *person, const char *a, const char *b)
{
	struct text t = entity_first(person, a);

	return t.len ? t : entity_first(person, b);
}

json_t *check_trace(struct lane_call *call, const struct check *check)
{
	const struct entity *p = &check->person;
	json_t *body = json_pack("{s:s, s:s, s:s, s:I, s:I}", "id", check->id, "point", verdict_point_word(check->point), "result",
				 verdict_result_word(check->answer.verdict.result), "edition", (json_int_t)check->answer.number,
				 "tookUs", (json_int_t)check->took_us);
	char words[TRACE_TEXT_MAX];
	struct text folded = TEXT_NONE;
	struct trace_key key;
	bool good = body != NULL;
	size_t len;

	good = good && (!check->camera || json_object_set_new(body, "camera", json_true()) == 0);
	/* Before the first sync there is no key: then nothing at all is remembered of him. */
	if (!good || !known_key(call->lanes->known, check->at_ms, &key))
		return body;
	len = trace_document(first_of(p, "x-issuer", "nationality"), first_of(p, "passportNumber", "idNumber"), words);
	good = trace_set(body, "document", &key, words, len);
	if (good && text_fold(entity_first(p, "name"), call->arena, &folded) == ST_OK) {
		len = trace_identity(folded, entity_first(p, "birthDate"), words);
		good = trace_set(body, "identity", &key, words, len);
	}
	if (!good) {
		json_decref(body);
		body = NULL;
	}
	return body;
}

struct storing {
	struct lane_call *call;
	const struct check *check;
};

static enum status check_write(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct storing *s = context;
	json_t *body = check_trace(s->call, s->check);
	struct spool_note note = {.kind = "check", .lane = text_of(s->call->lane), .officer = text_of(s->call->officer.id), .body = body,
				  .at_ms = s->check->at_ms};
	enum status st;

	if (body == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = spool_add(&s->call->lanes->spool, tx, &note, s->call->arena, NULL, ret_error);
	json_decref(body);
	if (st == ST_OK && s->check->hit[0])
		st = second_add(s->call, tx, s->check, ret_error);
	return st;
}

static enum status store(struct lane_call *call, struct check *c, struct error *ret_error)
{
	struct storing s = {call, c};

	if (c->drill[0])
		return drill_shown(call, c, ret_error);
	TRY(lanes_store(call->lanes, c->hit[0] != '\0', check_write, &s, ret_error));
	if (c->hit[0])
		lanes_hit_changed(call->lanes, text_of(c->hit));
	return ST_OK;
}

/* ---- one check ---- */

static enum status read_asked(struct lane_call *call, const struct check_asked *asked, struct check *c, struct error *ret_error)
{
	id_make(call->lanes->env, c->id);
	c->at_ms = call->now_ms;
	c->point = asked->point;
	c->traveller.fears_return = asked->fears;
	c->zone = asked->zone;
	c->camera = asked->camera && asked->zone.data;
	call->lanes->options.now(call->lanes->options.context, &c->now);
	c->age_ms = c->now.heard_ms && c->at_ms > c->now.heard_ms ? c->at_ms - c->now.heard_ms : 0;
	if (asked->zone.data == NULL)
		return person_read(call, asked->person, c, ret_error);
	TRY(zone_read(call, c, ret_error));
	/* A storage that failed ends practice, not screening. */
	(void)!drill_find(call, c->zone, c->drill, NULL);
	return ST_OK;
}

enum status check_make(struct lane_call *call, const struct check_asked *asked, struct check *ret, struct error *ret_error)
{
	*ret = (struct check){.list = watch_hold(call->lanes->options.watch)};
	if (ret->list == NULL)
		return error_because(ret_error, ST_UNAVAILABLE, "no-list", NULL, "this post has no list yet");
	ret->listings = watch_listings(ret->list);
	ret->answer.number = watch_number(ret->list);
	TRY(read_asked(call, asked, ret, ret_error));
	if (ret->again)
		return ST_OK;
	TRY(judge(call, ret, ret_error));
	TRY(chip_check(call, asked, ret, ret_error));
	ret->judged = true;
	/* A drill shows the number of a hit, too: an officer learns only afterwards that there is none. */
	if (ret->answer.verdict.result != VERDICT_PASS && (ret->drill[0] || ret->answer.verdict.candidate_count))
		id_make(call->lanes->env, ret->hit);
	return store(call, ret, ret_error);
}

void check_release(struct check *check)
{
	watch_release(check->list);
	check->list = NULL;
}
