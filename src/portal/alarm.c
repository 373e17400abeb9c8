#include "portal/alarm.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/time.h"
#include "portal/site.h"

#define HOUR_MS ((int64_t)3600000)
#define KEPT 8u
#define AGAIN_S 10
#define DAY_LEN 10u /* of "2026-11-27T16:00:00.000Z" */

static json_t *begin(const char *portal, int64_t now_ms, const char *alarm, uint64_t checks)
{
	char hour[TIME_SIZE];

	time_write(now_ms - now_ms % HOUR_MS, hour);
	return json_pack("{s:s, s:I, s:s, s:s}", "alarm", alarm, "checks", (json_int_t)checks, "hour", hour, "portal", portal);
}

static json_t *with(json_t *content, const char *member, uint64_t value)
{
	if (content && json_object_set_new(content, member, json_integer((json_int_t)value)) == 0)
		return content;
	json_decref(content);
	return NULL;
}

json_t *alarm_of_networks(const char *portal, int64_t now_ms, unsigned networks)
{
	return with(begin(portal, now_ms, "network", LIMIT_MARK), "networks", networks);
}

json_t *alarm_of_sum(const char *portal, int64_t now_ms, const struct surge_seen *seen)
{
	json_t *content = with(begin(portal, now_ms, "sum", seen->asked), "buckets", seen->buckets);

	return seen->known ? with(content, "usual", seen->usual) : content;
}

/* ---- handed in, or kept until it can be ---- */

struct alarm {
	uint8_t id[BULLETIN_ITEM_ID_SIZE]; /* the same at each try: what came twice is one */
	json_t *content;		   /* owned; NULL: nobody's place */
	bool said;			   /* that it could not be handed in */
};

struct alarms {
	pthread_mutex_t lock;
	pthread_cond_t there;
	struct site *site;
	struct alarm kept[KEPT]; /* oldest first */
};

static bool same_text(const json_t *a, const json_t *b, const char *member, size_t len)
{
	return strncmp(json_string_value(json_object_get(a, member)), json_string_value(json_object_get(b, member)), len) == 0;
}

/* Of one kind and one day: the newer says more. */
static bool replaces(const json_t *newer, const json_t *older)
{
	return same_text(newer, older, "alarm", TIME_SIZE) && same_text(newer, older, "hour", DAY_LEN);
}

static void drop(struct alarms *a, size_t place)
{
	json_decref(a->kept[place].content);
	memmove(a->kept + place, a->kept + place + 1, (KEPT - 1 - place) * sizeof a->kept[0]);
	a->kept[KEPT - 1] = (struct alarm){.content = NULL};
}

static void keep(struct alarms *a, json_t *content)
{
	size_t count = 0;

	if (content == NULL) {
		portal_say("web: the hub could not be told: out of memory");
		return;
	}
	pthread_mutex_lock(&a->lock);
	for (size_t i = KEPT; i-- > 0;)
		if (a->kept[i].content && replaces(content, a->kept[i].content))
			drop(a, i);
	if (a->kept[KEPT - 1].content)
		drop(a, 0);
	while (a->kept[count].content)
		count++;
	a->kept[count] = (struct alarm){.content = content};
	env_random(&portal_env, a->kept[count].id, sizeof a->kept[count].id);
	pthread_cond_signal(&a->there);
	pthread_mutex_unlock(&a->lock);
}

static bool handed_in(struct site *site, struct alarm *alarm)
{
	const struct news_paper *paper = news_hold(site->news);
	struct bulletin_item_head head = {.kind = BULLETIN_ALARM};
	struct error error = {.message = "no bulletin has come yet"};
	enum status st = ST_UNAVAILABLE;

	memcpy(head.id, alarm->id, sizeof head.id);
	if (paper)
		st = hand_in(site->hand, paper->note.inbox, &head, alarm->content, &error);
	news_release(site->news, paper);
	if (st != ST_OK && !alarm->said)
		portal_say("web: the hub could not be told, and will be: %s", error.message);
	alarm->said = alarm->said || st != ST_OK;
	return st == ST_OK;
}

/* Tries all that is kept. Called and left with the lock held, which handing in lets go. */
static void try_all(struct alarms *a)
{
	for (size_t i = 0; i < KEPT && a->kept[i].content;) {
		struct alarm alarm = a->kept[i];
		bool gone;

		json_incref(alarm.content);
		pthread_mutex_unlock(&a->lock);
		gone = handed_in(a->site, &alarm);
		pthread_mutex_lock(&a->lock);
		/* Its place may be a newer one's by now. */
		if (a->kept[i].content != alarm.content)
			gone = false;
		else if (gone)
			drop(a, i);
		else
			a->kept[i].said = alarm.said;
		json_decref(alarm.content);
		i += !gone;
	}
}

static void *alarms_run(void *context)
{
	struct alarms *a = context;
	struct timespec until;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (a->kept[0].content == NULL)
			pthread_cond_wait(&a->there, &a->lock);
		try_all(a);
		if (a->kept[0].content == NULL)
			continue;
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += AGAIN_S;
		(void)pthread_cond_timedwait(&a->there, &a->lock, &until);
	}
	return NULL;
}

enum status alarms_start(void *site, struct alarms **ret, struct error *ret_error)
{
	struct alarms *a = calloc(1, sizeof *a);
	pthread_t thread;

	if (a == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	a->site = site;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->there, NULL);
	if (pthread_create(&thread, NULL, alarms_run, a) != 0) {
		free(a);
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	}
	pthread_detach(thread);
	*ret = a;
	return ST_OK;
}

/* The first, and whenever they have doubled. */
void alarm_marked(void *context, unsigned networks)
{
	struct site *site = context;

	if ((networks & (networks - 1)) != 0)
		return;
	portal_say("web: %u network%s asked more than %u times today; numbers may be being gone through (docs/portal.md)", networks,
		   networks == 1 ? " has" : "s have", LIMIT_MARK);
	keep(site->alarms, alarm_of_networks(site->name, env_now(&portal_env), networks));
}

void alarm_surged(void *context, const struct surge_seen *seen)
{
	struct site *site = context;
	char usual[64] = "no day is known yet";

	if (seen->known)
		snprintf(usual, sizeof usual, "usual is %llu", (unsigned long long)seen->usual);
	portal_say("web: %llu checks in this hour so far (%s), over %u of %u buckets; where these are nearly all, numbers may be being gone through from many addresses"
		   " (docs/portal.md)", (unsigned long long)seen->asked, usual, seen->buckets, SURGE_BUCKETS);
	keep(site->alarms, alarm_of_sum(site->name, env_now(&portal_env), seen));
}
