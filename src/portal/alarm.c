#include "portal/alarm.h"

#include <stdio.h>

#include "model/time.h"
#include "portal/site.h"

#define HOUR_MS ((int64_t)3600000)

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

static void send(struct site *site, json_t *content)
{
	const struct news_paper *paper = news_hold(site->news);
	struct bulletin_item_head head = {.kind = BULLETIN_ALARM};
	struct error error = {.message = "no bulletin has come yet"};
	enum status st = content && paper ? ST_OK : ST_UNAVAILABLE;

	env_random(&portal_env, head.id, sizeof head.id);
	if (st == ST_OK)
		st = hand_in(site->hand, paper->note.inbox, &head, content, &error);
	if (st != ST_OK)
		portal_say("web: the hub could not be told: %s", error.message);
	news_release(site->news, paper);
	json_decref(content);
}

/* The first, and whenever they have doubled. */
void alarm_marked(void *context, unsigned networks)
{
	struct site *site = context;

	if ((networks & (networks - 1)) != 0)
		return;
	portal_say("web: %u network%s asked more than %u times today; numbers may be being gone through (docs/portal.md)", networks,
		   networks == 1 ? " has" : "s have", LIMIT_MARK);
	send(site, alarm_of_networks(site->name, env_now(&portal_env), networks));
}

void alarm_surged(void *context, const struct surge_seen *seen)
{
	struct site *site = context;
	char usual[64] = "no day is known yet";

	if (seen->known)
		snprintf(usual, sizeof usual, "usual is %llu", (unsigned long long)seen->usual);
	portal_say("web: %llu checks in this hour so far (%s), over %u of %u buckets; where these are nearly all, numbers may be being gone through from many addresses"
		   " (docs/portal.md)", (unsigned long long)seen->asked, usual, seen->buckets, SURGE_BUCKETS);
	send(site, alarm_of_sum(site->name, env_now(&portal_env), seen));
}
