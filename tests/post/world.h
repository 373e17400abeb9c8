/* A whole post behind its lanes: a real edition in force, the server, browsers with their cookies, and a hub that keeps what it is sent. */
#ifndef TESTS_POST_WORLD_H
#define TESTS_POST_WORLD_H

#include <jansson.h>
#include <pthread.h>

#include "post/place.h"

#include "edition/history.h"
#include "ident/mrz_write.h"
#include "lib/talk.h"
#include "model/canonical.h"
#include "model/id.h"
#include "model/time.h"
#include "post/lanes.h"

#define DAY ((int64_t)86400000)
#define PIN "135790"
#define HEARD_MAX 20000u

struct listed {
	const char *name, *family, *given, *birth, *nationality, *number, *gender, *kind, *basis;
	int64_t expires_ms; /* of the measure, from now; 0: a year */
};

/* Whoever is listed; `basis` for `kind`. */
static const struct listed people[] = {
	{"김민수", "KIM", "MINSU", "1990-03-07", "kr", "M12345678", "male", "detain", "warrant", 0},
	{"이서연", "LEE", "SEOYEON", "1988-11-30", "kr", "M22222222", "female", "refuse-entry", "decision", 0},
	{"박도윤", "PARK", "DOYUN", "1979-01-15", "kr", "M33333333", "male", "detain", "warrant", 3600000},
	{"최지우", "CHOI", "JIWOO", "2001-05-05", "kr", "M44444444", "female", "protect", "decision", 0},
	{"សុខ ដារា", "SOK", "DARA", "1985-06-20", "kh", "N55555555", "male", "refuse-entry", "decision", 0},
	{"Nguyen Van Binh", "NGUYEN", "VAN BINH", "1992-09-09", "vn", "B66666666", "male", "refuse-entry", "decision", 0},
};
#define PEOPLE (sizeof people / sizeof people[0])

struct browser {
	char lane[64], session[64]; /* cookies */
};

struct world {
	struct place *place;
	struct history *history;
	struct watch *watch;
	struct lanes *lanes;
	struct http_server *server;
	struct http_table tables[1];
	struct browser browser;
	struct lanes_now now;
	char payloads[PEOPLE][2048], ids[PEOPLE][ID_SIZE];
	pthread_mutex_t lock;
	json_t *heard;    /* records the hub has */
	bool line;        /* the hub can be reached */
	unsigned lose;    /* every n-th answer */
	unsigned uploads;
	const char *language;
	bool with_hub;
};

static inline void world_listing(struct world *w, size_t i)
{
	const struct listed *l = &people[i];
	struct history *h = w->history;
	struct edition_record *e = &h->events[h->size];
	char expires[TIME_SIZE], from[TIME_SIZE], far[TIME_SIZE], id[ID_SIZE];
	int64_t now = w->place->now_ms;

	crypto_hash_sha256(e->leaf.b, (const uint8_t *)&i, sizeof i);
	memcpy(e->subject, e->leaf.b, sizeof e->subject);
	sodium_bin2hex(id, sizeof id, e->subject, sizeof e->subject);
	memcpy(w->ids[i], id, sizeof id);
	time_write(now - DAY, from);
	time_write(now + 365 * DAY, far);
	time_write(l->expires_ms ? now + l->expires_ms : now + 365 * DAY, expires);
	snprintf(w->payloads[i], sizeof w->payloads[i],
		 "{\"documents\":[{\"country\":\"%s\",\"kind\":\"passport\",\"number\":\"%s\"}],\"expires\":\"%s\",\"handling\":1,\"id\":\"%s\","
		 "\"inflow\":\"nominated\",\"legal\":{},\"measures\":[{\"basis\":\"%s\",\"expires\":\"%s\",\"from\":\"%s\",\"id\":\"m%zu\","
		 "\"issuer\":\"Seoul court\",\"kind\":\"%s\",\"number\":\"2026-%zu\"}],\"owner\":\"kr\",\"person\":{\"properties\":{"
		 "\"birthDate\":[\"%s\"],\"gender\":[\"%s\"],\"name\":[\"%s\",\"%s %s\"],\"nationality\":[\"%s\"]},\"schema\":\"Person\"},"
		 "\"reference\":\"KR-%zu\",\"urgent\":false}",
		 l->nationality, l->number, far, id, l->basis, expires, from, i, l->kind, i, l->birth, l->gender, l->name, l->family,
		 l->given, l->nationality, i);
	memset(e->salt, (int)i + 1, sizeof e->salt);
	memcpy(e->id, e->leaf.b + 16, sizeof e->id);
	e->index = h->size;
	e->time_ms = now - DAY;
	e->actor = TEXT("0123456789abcdef0123456789abcdef");
	assert_true(edition_kind_set(e, TEXT("listing.put")));
	e->payload = text_of(w->payloads[i]);
	edition_leaf_hash(e);
	h->size++;
}

/* Edition `number` of all that was listed so far comes into force. */
static inline void world_publish(struct world *w, uint64_t number)
{
	struct history *h = w->history;
	struct edition_trust trust = {.now_ms = h->now_ms};
	struct edition *edition;
	struct buffer file;
	struct error error;

	buffer_init(&file, 1 << 24);
	history_edition(h, number, h->size, 0, 0, &file, NULL);
	assert_ok(edition_new((size_t)64 << 20, &edition, NULL));
	if (edition_take(edition, buffer_bytes(&file), &trust, &error) != ST_OK || watch_take(w->watch, edition, NULL, &error) != ST_OK)
		fail_msg("%s", error.message);
	edition_free(edition);
	buffer_release(&file);
}

/* ---- the hub ---- */

static inline json_t *world_last(struct world *w)
{
	return json_array_get(w->heard, json_array_size(w->heard) - 1);
}

static inline void world_spool(struct world *w, struct text body)
{
	json_t *root = json_loadb(body.data, body.len, 0, NULL), *record;
	size_t i;

	json_array_foreach(json_object_get(root, "records"), i, record) {
		json_int_t seq = json_integer_value(json_object_get(record, "seq"));
		struct buffer last;
		uint8_t hash[32];
		char hex[65];

		if ((size_t)seq <= json_array_size(w->heard))
			continue;
		assert_int_equal(seq, json_array_size(w->heard) + 1);
		buffer_init(&last, (size_t)2 << 20);
		if (seq > 1) {
			assert_ok(canonical_write(world_last(w), &last));
			crypto_hash_sha256(hash, last.data, last.len);
			sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
			assert_string_equal(json_string_value(json_object_get(record, "previous")), hex);
		}
		buffer_release(&last);
		json_array_append(w->heard, record);
	}
	json_decref(root);
}

static inline enum status world_hub(void *context, const char *path, struct text body, unsigned *ret_status, struct buffer *ret_answer,
			     struct error *ret_error)
{
	struct world *w = context;
	enum status st = ST_OK;

	pthread_mutex_lock(&w->lock);
	if (!w->line) {
		st = error_set(ret_error, ST_UNAVAILABLE, "no way there");
	} else if (strcmp(path, "spool") == 0) {
		world_spool(w, body);
		*ret_status = 200;
		buffer_printf(ret_answer, "{\"upto\":%zu}", json_array_size(w->heard));
		if (w->lose && ++w->uploads % w->lose == 0)
			st = error_set(ret_error, ST_UNAVAILABLE, "the line broke");
	} else {
		*ret_status = strncmp(path, "photos/", 7) == 0 && strcmp(path + 7, w->ids[0]) == 0 ? 200 : 404;
		if (*ret_status == 200)
			buffer_add(ret_answer, "\xFF\xD8\xFF\xE0 a photograph", 17);
	}
	pthread_mutex_unlock(&w->lock);
	return st;
}

static inline void world_told(void *context, struct lanes_now *ret)
{
	*ret = ((struct world *)context)->now;
}

/* Records of a kind that the hub has by now, after waiting for the spool to be empty. */
static inline size_t world_heard(struct world *w, const char *kind, json_t **ret_last)
{
	struct lanes_figures figures = {.queue = 1};
	json_t *record;
	size_t i, count = 0;

	for (int tries = 0; tries < 400; tries++) {
		assert_ok(lanes_figures(w->lanes, &figures, NULL));
		if (figures.queue == 0)
			break;
		usleep(25000);
	}
	assert_int_equal(figures.queue, 0);
	pthread_mutex_lock(&w->lock);
	json_array_foreach(w->heard, i, record)
		if (strcmp(json_string_value(json_object_get(record, "kind")), kind) == 0) {
			count++;
			if (ret_last)
				*ret_last = record;
		}
	pthread_mutex_unlock(&w->lock);
	return count;
}

/* ---- browsers ---- */

static inline void cookie_take(const char *head, const char *name, char out[64])
{
	char want[64];
	const char *at;

	snprintf(want, sizeof want, "Set-Cookie: %s=", name);
	at = strstr(head, want);
	if (at == NULL)
		return;
	assert_non_null(strstr(at, "HttpOnly; SameSite=Strict"));
	snprintf(out, 64, "%.*s", (int)strcspn(at + strlen(want), ";"), at + strlen(want));
}

/* One request; gives the JSON of the answer, or NULL where it has none. `body` is given back. */
static inline json_t *ask(struct world *w, const char *method, const char *path, json_t *body, unsigned *ret_status)
{
	static char heard[4 << 20];
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL, *request = NULL, *end;
	int fd = dial(w->server);

	assert_true(asprintf(&request,
			     "%s %s HTTP/1.1\r\nHost: post\r\nConnection: close\r\nX-Cordon: 1\r\nAccept-Language: %s\r\n"
			     "Cookie: post_lane=%s; post_session=%s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			     method, path, w->language ? w->language : "en", w->browser.lane, w->browser.session, text ? strlen(text) : 0,
			     text ? text : "") > 0);
	say(fd, request);
	(void)hear(fd, "\nnever\n", heard, sizeof heard);
	close(fd);
	free(text);
	free(request);
	json_decref(body);
	assert_int_equal(strncmp(heard, "HTTP/1.1 ", 9), 0);
	*ret_status = (unsigned)strtoul(heard + 9, NULL, 10);
	end = strstr(heard, "\r\n\r\n");
	assert_non_null(end);
	*end = 0;
	cookie_take(heard, "post_lane", w->browser.lane);
	cookie_take(heard, "post_session", w->browser.session);
	return json_loads(end + 4, JSON_DECODE_ANY, NULL);
}

static inline json_t *ask_good(struct world *w, const char *method, const char *path, json_t *body)
{
	unsigned status;
	json_t *answer = ask(w, method, path, body, &status);

	if (status / 100 != 2) {
		char *text = json_dumps(answer, 0);

		fail_msg("%s %s: %u %s", method, path, status, text ? text : "");
	}
	return answer;
}

/* The reason why it was refused; lives until the next request. */
static inline const char *ask_bad(struct world *w, const char *method, const char *path, json_t *body, unsigned status)
{
	static char reason[64];
	unsigned got;
	json_t *answer = ask(w, method, path, body, &got);

	snprintf(reason, sizeof reason, "%s", json_string_value(json_object_get(answer, "reason")));
	json_decref(answer);
	if (got != status)
		fail_msg("%s %s: %u %s", method, path, got, reason);
	return reason;
}

static inline const char *member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) ? json_string_value(value) : "";
}

/* Signs in on a lane of that name. */
static inline void sit(struct world *w, const char *lane, const char *login)
{
	char code[LANES_CODE_SIZE];

	memset(&w->browser, 0, sizeof w->browser);
	lanes_code(w->lanes, code);
	json_decref(ask_good(w, "POST", "/post/v1/lane", json_pack("{s:s, s:s}", "code", code, "name", lane)));
	json_decref(ask_good(w, "POST", "/post/v1/session", json_pack("{s:s, s:s}", "login", login, "pin", PIN)));
}

/* A passport's two lines. */
static inline const char *zone_of(const char *family, const char *given, const char *nationality, const char *number, const char *birth, char sex)
{
	static char joined[2 * MRZ_PASSPORT_LINE + 2];
	char lines[2][MRZ_PASSPORT_LINE + 1];
	struct mrz_passport p = {text_of(nationality), text_of(nationality), text_of(family), text_of(given), text_of(number),
				 text_of(birth), TEXT("2030-01-01"), sex};

	assert_true(mrz_passport_write(&p, lines));
	snprintf(joined, sizeof joined, "%s\n%s", lines[0], lines[1]);
	return joined;
}

static inline const char *zone_of_listed(size_t i)
{
	const struct listed *l = &people[i];

	return zone_of(l->family, l->given, l->nationality, l->number, l->birth, l->gender[0] == 'm' ? 'M' : 'F');
}

static inline json_t *check_zone(struct world *w, const char *zone)
{
	return ask_good(w, "POST", "/post/v1/checks", json_pack("{s:s}", "mrz", zone));
}

/* ---- all of it ---- */

static inline json_t *world_officer(char id, const char *login, const char *role)
{
	char hash[crypto_pwhash_STRBYTES], text[ID_SIZE];

	memset(text, id, ID_SIZE - 1);
	text[ID_SIZE - 1] = 0;
	assert_int_equal(crypto_pwhash_str_alg(hash, PIN, strlen(PIN), 1, 8192, crypto_pwhash_ALG_ARGON2ID13), 0);
	return json_pack("{s:s, s:s, s:s, s:[s], s:s}", "id", text, "name", login, "login", login, "roles", role, "pin", hash);
}

static inline void world_news(struct world *w, int number, const char *kind, json_t *body)
{
	json_t *news = json_pack("[{s:i, s:s, s:o}]", "number", number, "kind", kind, "body", body);
	struct error error;

	if (lanes_news(w->lanes, news, &error) != ST_OK)
		fail_msg("%s", error.message);
	json_decref(news);
}

static inline void world_start(struct world *w)
{
	struct lanes_options options = {.db = w->place->db, .env = &w->place->env, .keep = w->place->keep, .watch = w->watch,
					.id = TEXT("0123456789abcdef0123456789abcdef"), .host = TEXT("kh"), .version = "test",
					.folder = w->place->folder, .now = world_told, .hub = w->with_hub ? world_hub : NULL, .context = w};
	struct http_server_options server = {.threads = 2};
	struct error error;

	assert_ok(lanes_open(&options, &w->lanes, &error));
	assert_ok(lanes_start(w->lanes, &error));
	w->tables[0] = lanes_table(w->lanes);
	assert_ok(http_server_start(&server, w->tables, 1, &w->server, &error));
	lanes_serve(w->lanes, w->server);
}

static inline void world_stop(struct world *w)
{
	lanes_serve(w->lanes, NULL);
	http_server_stop(w->server);
	lanes_close(w->lanes);
}

/* A post on a database that may hold something. */
static inline struct world *world_on(struct place *place, bool with_hub)
{
	struct world *w = calloc(1, sizeof *w);
	uint8_t secret[32] = {5};
	char base64[64];

	(void)history_grow; /* of a history that is made up */
	assert_non_null(w);
	w->place = place;
	w->history = history_new(1);
	w->heard = json_array();
	w->line = true;
	w->with_hub = with_hub;
	pthread_mutex_init(&w->lock, NULL);
	w->now = (struct lanes_now){.issued_ms = w->place->now_ms, .heard_ms = w->place->now_ms, .colour = "green", .witnessed = true,
				    .online = true, .offset_known = true, .offset_ms = -1200};
	assert_ok(watch_new(NULL, &w->watch, NULL));
	for (size_t i = 0; i < PEOPLE; i++)
		world_listing(w, i);
	world_publish(w, 1);
	world_start(w);
	world_news(w, 1, "settings", json_pack("{s:s, s:s, s:s, s:s}", "name", "Bavet", "point", "both", "desk", "+855 23 000 000",
					      "timezone", "Asia/Phnom_Penh"));
	world_news(w, 2, "roster", json_pack("{s:[o, o, o, o]}", "people", world_officer('a', "anna", "primary"),
					    world_officer('b', "bora", "secondary"), world_officer('c', "chan", "supervisor"),
					    world_officer('d', "dany", "secondary")));
	sodium_bin2base64(base64, sizeof base64, secret, sizeof secret, sodium_base64_VARIANT_ORIGINAL);
	world_news(w, 3, "crossing-key", json_pack("{s:i, s:s, s:s}", "number", 3, "key", base64, "from", "2026-11-01T00:00:00.000Z"));
	return w;
}

static inline struct world *world_new(void)
{
	return world_on(place_new(), true);
}

static inline void world_free(struct world *w)
{
	world_stop(w);
	watch_free(w->watch);
	json_decref(w->heard);
	free(w->history);
	place_free(w->place);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

#endif
