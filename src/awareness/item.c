#include "awareness/item.h"

#include <stdio.h>

#include "awareness/awareness.h"
#include "base/buffer.h"
#include "model/canonical.h"
#include "model/time.h"

#define ITEM_JSON_MAX ((size_t)256 << 10)
#define SHORT_MAX 400u
#define MARK_MAX 64u
#define VALUE_MAX 2000u

struct reading {
	json_t *root;
	struct arena *arena;
	struct item *item;
	struct error *error;
};

static enum status wrong(struct reading *r, const char *member)
{
	return error_because(r->error, ST_MALFORMED, "item-member", member, "%s cannot be read", member);
}

/* A text of at most `max` bytes; what is missing is empty. Jansson has checked that it is UTF-8. */
static enum status member(struct reading *r, const json_t *object, const char *name, size_t max, struct text *ret)
{
	const json_t *value = json_object_get(object, name);

	*ret = TEXT_NONE;
	if (value == NULL)
		return ST_OK;
	if (!json_is_string(value) || json_string_length(value) > max)
		return wrong(r, name);
	return arena_text(r->arena, (struct text){json_string_value(value), json_string_length(value)}, ret) == ST_OK
		       ? ST_OK
		       : arena_failure(r->arena, r->error);
}

static bool among(struct text word, const char *const *words)
{
	for (; *words; words++)
		if (text_equal(word, text_of(*words)))
			return true;
	return false;
}

static bool all_of(struct text t, const char *allowed)
{
	for (size_t i = 0; i < t.len; i++)
		if (strchr(allowed, t.data[i]) == NULL || t.data[i] == 0)
			return false;
	return true;
}

/* One of the words, or missing. */
static enum status word(struct reading *r, const char *name, const char *const *words, struct text *ret)
{
	TRY(member(r, r->root, name, SHORT_MAX, ret));
	return ret->len == 0 || among(*ret, words) ? ST_OK : wrong(r, name);
}

/* Printable ASCII of a mark: it is compared, never shown. */
static enum status mark(struct reading *r, const json_t *client, const char *name, struct text *ret)
{
	TRY(member(r, client, name, MARK_MAX, ret));
	for (size_t i = 0; i < ret->len; i++)
		if (ret->data[i] <= ' ' || ret->data[i] > '~')
			return wrong(r, name);
	return ST_OK;
}

static enum status object_of(struct reading *r, const char *name, json_t **ret)
{
	*ret = json_object_get(r->root, name);
	return *ret == NULL || json_is_object(*ret) ? ST_OK : wrong(r, name);
}

static enum status list_of(struct reading *r, const char *name, size_t max, json_t **ret, size_t *ret_count)
{
	*ret = json_object_get(r->root, name);
	*ret_count = json_array_size(*ret);
	return *ret == NULL || (json_is_array(*ret) && *ret_count <= max) ? ST_OK : wrong(r, name);
}

/* ---- its parts ---- */

static enum status head_read(struct reading *r)
{
	static const char *const languages[] = {"en", "km", "ko", "zh", NULL};
	struct text receipt, time;
	const size_t prefix = sizeof "receipt|" - 1;

	TRY(member(r, r->root, "receipt", prefix + ITEM_RECEIPT_DIGITS, &receipt));
	if (!text_starts(receipt, TEXT("receipt|")) || receipt.len != prefix + ITEM_RECEIPT_DIGITS)
		return wrong(r, "receipt");
	r->item->receipt = (struct text){receipt.data + prefix, ITEM_RECEIPT_DIGITS};
	if (!all_of(r->item->receipt, "0123456789"))
		return wrong(r, "receipt");
	TRY(member(r, r->root, "time", SHORT_MAX, &time));
	if (time_read(time, &r->item->time_ms, NULL) != ST_OK || r->item->time_ms < 0)
		return wrong(r, "time");
	TRY(word(r, "language", languages, &r->item->language));
	return r->item->language.len ? ST_OK : wrong(r, "language");
}

static enum status identifier_read(struct reading *r, const json_t *one, struct item_identifier *ret)
{
	if (!json_is_object(one))
		return wrong(r, "identifiers");
	TRY(member(r, one, "type", MARK_MAX, &ret->type));
	TRY(member(r, one, "value", VALUE_MAX, &ret->value));
	TRY(member(r, one, "country", MARK_MAX, &ret->country));
	TRY(member(r, one, "bank", SHORT_MAX, &ret->bank));
	TRY(member(r, one, "service", MARK_MAX, &ret->service));
	return ret->type.len && ret->value.len ? ST_OK : wrong(r, "identifiers");
}

static enum status identifiers_read(struct reading *r, bool dispute)
{
	struct item_identifier *out;
	json_t *list = NULL, *one = NULL;
	size_t count = 0;

	if (dispute) {
		TRY(object_of(r, "identifier", &one));
		if (one == NULL)
			return wrong(r, "identifier");
		count = 1;
	} else {
		TRY(list_of(r, "identifiers", ITEM_IDENTIFIERS_MAX, &list, &count));
	}
	out = ARENA_NEW(r->arena, struct item_identifier, count + 1);
	if (out == NULL)
		return arena_failure(r->arena, r->error);
	for (size_t i = 0; i < count; i++)
		TRY(identifier_read(r, dispute ? one : json_array_get(list, i), &out[i]));
	r->item->identifiers = out;
	r->item->identifier_count = count;
	return ST_OK;
}

static enum status json_keep(struct reading *r, const json_t *value, const char *name, struct text *ret)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, ITEM_JSON_MAX);
	st = canonical_write(value, &out);
	if (st == ST_OK)
		st = arena_text(r->arena, buffer_text(&out), ret) == ST_OK ? ST_OK : arena_failure(r->arena, r->error);
	else
		st = wrong(r, name);
	buffer_release(&out);
	return st;
}

static enum status payments_read(struct reading *r)
{
	struct item_payment *out;
	json_t *list;
	size_t count;

	TRY(list_of(r, "payments", ITEM_PAYMENTS_MAX, &list, &count));
	out = ARENA_NEW(r->arena, struct item_payment, count + 1);
	if (out == NULL)
		return arena_failure(r->arena, r->error);
	for (size_t i = 0; i < count; i++) {
		const json_t *one = json_array_get(list, i);

		if (!json_is_object(one))
			return wrong(r, "payments");
		TRY(member(r, one, "reference", SHORT_MAX, &out[i].reference));
		TRY(json_keep(r, one, "payments", &out[i].json));
	}
	r->item->payments = out;
	r->item->payment_count = count;
	return ST_OK;
}

static enum status evidence_one(struct reading *r, const json_t *one, struct item_evidence *ret)
{
	const json_t *size = json_object_get(one, "size");

	if (!json_is_object(one) || !json_is_integer(size) || json_integer_value(size) < 1)
		return wrong(r, "evidence");
	ret->size = json_integer_value(size);
	TRY(member(r, one, "upload", 32, &ret->upload));
	TRY(member(r, one, "sha256", 64, &ret->sha256));
	TRY(member(r, one, "name", SHORT_MAX, &ret->name));
	TRY(member(r, one, "media", SHORT_MAX, &ret->media));
	return ret->upload.len == 32 && ret->sha256.len == 64 && all_of(ret->upload, "0123456789abcdef") &&
			       all_of(ret->sha256, "0123456789abcdef")
		       ? ST_OK
		       : wrong(r, "evidence");
}

static enum status evidence_read(struct reading *r)
{
	struct item_evidence *out;
	json_t *list;
	size_t count;

	TRY(list_of(r, "evidence", ITEM_EVIDENCE_MAX, &list, &count));
	out = ARENA_NEW(r->arena, struct item_evidence, count + 1);
	if (out == NULL)
		return arena_failure(r->arena, r->error);
	for (size_t i = 0; i < count; i++)
		TRY(evidence_one(r, json_array_get(list, i), &out[i]));
	r->item->evidence = out;
	r->item->evidence_count = count;
	return ST_OK;
}

static enum status person_read(struct reading *r)
{
	json_t *contact, *client;

	TRY(object_of(r, "contact", &contact));
	TRY(member(r, contact, "way", SHORT_MAX, &r->item->contact_way));
	TRY(member(r, contact, "value", SHORT_MAX, &r->item->contact_value));
	TRY(member(r, contact, "hours", SHORT_MAX, &r->item->contact_hours));
	TRY(object_of(r, "client", &client));
	TRY(mark(r, client, "token", &r->item->token));
	TRY(mark(r, client, "network", &r->item->network));
	return mark(r, client, "device", &r->item->device);
}

/* What stands in columns, or apart from the report, stands nowhere else. */
static enum status details_read(struct reading *r)
{
	static const char *const elsewhere[] = {"receipt", "time",	  "language", "speed",	  "type",   "story",  "identifiers",
						"identifier", "payments", "evidence", "contact", "client", "act"};

	for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
		json_object_del(r->root, elsewhere[i]);
	return json_keep(r, r->root, "details", &r->item->details);
}

/* ---- a call for help ---- */

#define RESCUE_MESSAGE_MAX ((size_t)4096 * 4) /* letters of up to four bytes, as Telegram counts */
#define RESCUE_WORDS_MAX 16u

/* Texts alone, each as long as it may be; *said grows with them. */
static enum status texts_check(struct reading *r, const char *name, size_t max, size_t *said)
{
	const char *key;
	json_t *object, *value;

	TRY(object_of(r, name, &object));
	json_object_foreach(object, key, value) {
		if (!json_is_string(value) || json_string_length(value) > max)
			return wrong(r, name);
		*said += json_string_length(value);
	}
	return ST_OK;
}

/* Words of the hotline's demands, with | between. */
static enum status demands_read(struct reading *r, const char *name, struct text *ret)
{
	static const char *const demands[] = {"name", "contact", "location", "building", "passport", "building-photo", "face-photo", "passport-copy",
					      "video", NULL};
	struct buffer out;
	enum status st;
	size_t count;
	json_t *list;

	TRY(list_of(r, name, RESCUE_WORDS_MAX, &list, &count));
	buffer_init(&out, 1024);
	for (size_t i = 0; i < count; i++) {
		const char *one = json_string_value(json_array_get(list, i));

		if (one == NULL || !among(text_of(one), demands)) {
			buffer_release(&out);
			return wrong(r, name);
		}
		buffer_printf(&out, "%s%s", i ? "|" : "", one);
	}
	st = buffer_status(&out) == ST_OK ? arena_text(r->arena, buffer_text(&out), ret) : ST_NO_MEMORY;
	buffer_release(&out);
	return st == ST_OK ? ST_OK : arena_failure(r->arena, r->error);
}

static enum status rescue_read(struct reading *r)
{
	static const char *const relations[] = {"self", "family", NULL}, *const loose[] = {"people", "injuries", "weapons", "languages"};
	struct item *item = r->item;
	struct text value;
	size_t said = 0;

	TRY(word(r, "relation", relations, &item->relation));
	if (item->relation.len == 0)
		return wrong(r, "relation");
	for (size_t i = 0; i < sizeof loose / sizeof loose[0]; i++) {
		TRY(member(r, r->root, loose[i], VALUE_MAX, &value));
		said += value.len;
	}
	TRY(member(r, r->root, "next_check", SHORT_MAX, &item->next_check));
	TRY(texts_check(r, "held", VALUE_MAX, &said));
	TRY(texts_check(r, "place", VALUE_MAX, &said));
	TRY(member(r, json_object_get(r->root, "held"), "nationality", VALUE_MAX, &item->nationality));
	said += item->next_check.len + item->contact_value.len;
	TRY(texts_check(r, "message", RESCUE_MESSAGE_MAX, &(size_t){0}));
	TRY(demands_read(r, "attached", &value));
	TRY(demands_read(r, "missing", &item->missing));
	return said ? ST_OK : error_because(r->error, ST_MALFORMED, "item-empty", NULL, "the call says nothing");
}

static enum status rest_read(struct reading *r, enum item_kind kind)
{
	static const char *const speeds[] = {"tip", "report", "complaint", NULL}, *const money[] = {"none", "day", "older", NULL},
				      *const yes_no[] = {"yes", "no", NULL}, *const acts[] = {"add", "correct", "withdraw", "appeal", NULL};
	struct item *item = r->item;
	struct text danger;

	TRY(member(r, r->root, "story", ITEM_STORY_MAX, &item->story));
	TRY(identifiers_read(r, kind == ITEM_DISPUTE));
	TRY(evidence_read(r));
	TRY(person_read(r));
	if (kind == ITEM_FOLLOW_UP) {
		TRY(word(r, "act", acts, &item->act));
		return item->act.len ? ST_OK : wrong(r, "act");
	}
	if (kind == ITEM_RESCUE)
		return rescue_read(r);
	if (kind != ITEM_REPORT)
		return ST_OK;
	TRY(word(r, "speed", speeds, &item->speed));
	TRY(word(r, "money", money, &item->money));
	TRY(word(r, "danger", yes_no, &danger));
	item->danger = text_equal(danger, TEXT("yes"));
	TRY(member(r, r->root, "type", MARK_MAX, &item->type));
	if (item->speed.len == 0)
		return wrong(r, "speed");
	if (item->type.len && !awareness_type_known(item->type))
		return wrong(r, "type");
	TRY(payments_read(r));
	return item->identifier_count || item->evidence_count || item->story.len
		       ? ST_OK
		       : error_because(r->error, ST_MALFORMED, "item-empty", NULL, "the report says nothing");
}

static enum status json_open(struct reading *r, struct bytes json)
{
	if (json.len > ITEM_JSON_MAX)
		return error_because(r->error, ST_MALFORMED, "item-json", NULL, "the item is too long");
	r->root = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(r->root) ? ST_OK : error_because(r->error, ST_MALFORMED, "item-json", NULL, "the item is no JSON object");
}

enum status item_read(enum item_kind kind, struct bytes json, struct arena *arena, struct item *ret, struct error *ret_error)
{
	struct item item = {.time_ms = 0};
	struct reading r = {.arena = arena, .item = &item, .error = ret_error};
	enum status st = json_open(&r, json);

	if (st == ST_OK)
		st = head_read(&r);
	if (st == ST_OK)
		st = rest_read(&r, kind);
	if (st == ST_OK)
		st = details_read(&r);
	json_decref(r.root);
	if (st == ST_OK)
		*ret = item;
	return st;
}

/* ---- of a measurement ---- */

static enum status score_read(struct reading *r, const char *name, struct trial_score *ret)
{
	const json_t *score = json_object_get(r->root, name), *hits = json_object_get(score, "hits"), *alarms = json_object_get(score, "alarms");

	*ret = (struct trial_score){0, 0};
	if (score == NULL)
		return ST_OK;
	if (!json_is_integer(hits) || json_integer_value(hits) < 0 || json_integer_value(hits) > 3 || !json_is_integer(alarms) ||
	    json_integer_value(alarms) < 0 || json_integer_value(alarms) > 3)
		return wrong(r, name);
	*ret = (struct trial_score){(unsigned)json_integer_value(hits), (unsigned)json_integer_value(alarms)};
	return ST_OK;
}

static enum status measured_read(struct reading *r, struct trial_record *ret)
{
	TRY(member(r, r->root, "edition", MARK_MAX, &ret->edition));
	TRY(member(r, r->root, "language", MARK_MAX, &ret->language));
	TRY(member(r, r->root, "arm", MARK_MAX, &ret->arm));
	TRY(member(r, r->root, "phase", MARK_MAX, &ret->phase));
	TRY(score_read(r, "before", &ret->before));
	TRY(score_read(r, "after", &ret->after));
	if (json_object_get(r->root, "after") == NULL)
		return wrong(r, "after");
	return (json_object_get(r->root, "before") == NULL) == text_equal(ret->phase, TEXT("later")) ? ST_OK : wrong(r, "before");
}

enum status item_trial_read(struct bytes json, struct arena *arena, struct trial_record *ret, struct error *ret_error)
{
	struct reading r = {.arena = arena, .error = ret_error};
	struct trial_record record;
	enum status st = json_open(&r, json);

	if (st == ST_OK)
		st = measured_read(&r, &record);
	json_decref(r.root);
	if (st == ST_OK)
		*ret = record;
	return st;
}

/* ---- of an alarm ---- */

/* A whole number of `min` to `max`; `missing` where it is not there. */
static enum status number(struct reading *r, const char *name, int64_t min, int64_t max, int64_t missing, int64_t *ret)
{
	const json_t *value = json_object_get(r->root, name);

	*ret = value ? (int64_t)json_integer_value(value) : missing;
	return value == NULL || (json_is_integer(value) && *ret >= min && *ret <= max) ? ST_OK : wrong(r, name);
}

static enum status alarm_read(struct reading *r, struct item_alarm *ret)
{
	static const char *const alarms[] = {"network", "sum", NULL};
	struct text hour;
	bool sum;

	TRY(member(r, r->root, "portal", MARK_MAX, &ret->portal));
	if (ret->portal.len != 64 || !all_of(ret->portal, "0123456789abcdef"))
		return wrong(r, "portal");
	TRY(word(r, "alarm", alarms, &ret->alarm));
	if (ret->alarm.len == 0)
		return wrong(r, "alarm");
	sum = text_equal(ret->alarm, TEXT("sum"));
	TRY(member(r, r->root, "hour", SHORT_MAX, &hour));
	if (time_read(hour, &ret->hour_ms, NULL) != ST_OK || ret->hour_ms < 0 || ret->hour_ms % AWARENESS_HOUR_MS != 0)
		return wrong(r, "hour");
	TRY(number(r, "checks", 1, ITEM_ALARM_CHECKS_MAX, 0, &ret->checks));
	TRY(number(r, "networks", 1, ITEM_ALARM_SPREAD_MAX, 0, &ret->networks));
	TRY(number(r, "buckets", 1, ITEM_ALARM_SPREAD_MAX, 0, &ret->buckets));
	TRY(number(r, "usual", 0, ITEM_ALARM_CHECKS_MAX, -1, &ret->usual));
	if (ret->checks == 0)
		return wrong(r, "checks");
	if ((ret->networks == 0) != sum)
		return wrong(r, "networks");
	if ((ret->buckets != 0) != sum)
		return wrong(r, "buckets");
	return sum || ret->usual < 0 ? ST_OK : wrong(r, "usual");
}

enum status item_alarm_read(struct bytes json, struct arena *arena, struct item_alarm *ret, struct error *ret_error)
{
	struct reading r = {.arena = arena, .error = ret_error};
	struct item_alarm alarm;
	enum status st = json_open(&r, json);

	if (st == ST_OK)
		st = alarm_read(&r, &alarm);
	json_decref(r.root);
	if (st == ST_OK)
		*ret = alarm;
	return st;
}
