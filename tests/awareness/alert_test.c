/* Alerts: one writes, another releases; what went out is never written over, and says by what it was replaced. */
#include "square.h"

static struct alert_new plain(void)
{
	return (struct alert_new){.title.of = {[ALERT_EN] = TEXT("Parcel fee"), [ALERT_KO] = TEXT("택배 수수료")},
				  .text.of = {[ALERT_EN] = TEXT("They ask for a fee.\nIt is not the post."), [ALERT_KO] = TEXT("수수료를 요구합니다.")},
				  .advice.of = {[ALERT_EN] = TEXT("Do not pay.")}, .severity = TEXT("severe"), .countries = {TEXT("kh"), TEXT("kr")},
				  .country_count = 2, .channels = {TEXT("sms")}, .channel_count = 1};
}

static void propose(struct square *s, const struct alert_new *new, char id[ID_SIZE])
{
	struct error error;

	if (square_alert_propose(s, REVIEWER, new, id, &error) != ST_OK)
		fail_msg("%s (%s)", error.message, error.field);
}

static void release(struct square *s, const char *id)
{
	const struct alert_act act = {.id = {id, ID_SIZE - 1}, .version = 1, .act = TEXT("release")};
	struct error error;

	if (square_alert_do(s, DECIDER, &act, NULL, &error) != ST_OK)
		fail_msg("%s (%s)", error.message, error.reason);
}

/* What the public is given, as its readers read it. */
struct told {
	struct square *s;
	struct buffer json;
	json_t *root;
	struct arena arena;
	struct alerts alerts;
};

static enum status told_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct alert_head head = {.site = TEXT("https://check.example.kh"), .sender = TEXT("cordon.kh"), .hotline = TEXT("117"),
					.authority = TEXT("Police \"of\" Cambodia")};
	struct told *t = context;

	buffer_clear(&t->json);
	buffer_add_text(&t->json, TEXT("{\"version\":1"));
	TRY(alerts_write(tx, &head, 0, &t->s->world.arena, &t->json, ret_error));
	buffer_add_char(&t->json, '}');
	return ST_OK;
}

static void tell(struct told *t)
{
	struct error error = {.code = ST_OK};
	size_t left_out;

	json_decref(t->root);
	arena_clear(&t->arena);
	assert_ok(db_transact(t->s->world.db, DB_READ, told_work, t, &error));
	t->root = json_loadb((const char *)t->json.data, t->json.len, JSON_REJECT_DUPLICATES, NULL);
	if (alerts_read(t->root, &t->arena, &t->alerts, &left_out, &error) != ST_OK)
		fail_msg("%s: %.*s", error.message, (int)t->json.len, (const char *)t->json.data);
	assert_int_equal(left_out, 0);
}

static void told_begin(struct told *t, struct square *s)
{
	*t = (struct told){.s = s};
	buffer_init(&t->json, (size_t)8 << 20);
	arena_init(&t->arena, (size_t)8 << 20);
}

static void told_end(struct told *t)
{
	json_decref(t->root);
	buffer_release(&t->json);
	arena_release(&t->arena);
}

static void one_writes_another_releases(void **state)
{
	struct alert_new new = plain();
	struct alert_act act = {.version = 1, .act = TEXT("release")};
	const struct alert *alert;
	struct error error;
	char id[ID_SIZE];
	struct square s;
	struct told t;

	square_begin(&s, state);
	told_begin(&t, &s);
	new.expires_ms = s.world.now_ms + DAY;
	propose(&s, &new, id);
	tell(&t);
	assert_int_equal(t.alerts.count, 0);
	act.id = text_of(id);
	assert_int_equal(square_alert_do(&s, REVIEWER, &act, NULL, &error), ST_DENIED);
	assert_string_equal(error.reason, "alert-same-person");
	act.version = 2;
	assert_int_equal(square_alert_do(&s, DECIDER, &act, NULL, &error), ST_CONFLICT);
	act.version = 1;
	act.act = TEXT("shout");
	assert_int_equal(square_alert_do(&s, DECIDER, &act, NULL, &error), ST_NOT_FOUND);
	release(&s, id);
	tell(&t);
	assert_int_equal(t.alerts.count, 1);
	alert = &t.alerts.items[0];
	assert_text(alert->id, "1");
	assert_text(alert->title.of[ALERT_KO], "택배 수수료");
	assert_int_equal(alert->title.of[ALERT_KM].len, 0);
	assert_text(alert->text.of[ALERT_EN], "They ask for a fee.\nIt is not the post.");
	assert_text(alert->severity, "Severe");
	assert_text(alert->urgency, "Unknown");
	assert_int_equal(alert->country_count, 2);
	assert_text(alert->channels[0], "sms");
	assert_int_equal(alert->expires_ms, s.world.now_ms + DAY);
	assert_text(t.alerts.authority.of[ALERT_EN], "Police \"of\" Cambodia");
	assert_text(t.alerts.hotline, "117");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM public_alert a JOIN ledger_leaf l ON l.id = a.leaf_id"), 1);
	/* Once is enough. */
	act = (struct alert_act){.id = text_of(id), .version = 2, .act = TEXT("release")};
	assert_int_equal(square_alert_do(&s, DECIDER_2, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "not-in-this-state");
	told_end(&t);
	square_end(&s);
}

static void what_went_out_is_replaced_and_stays(void **state)
{
	struct alert_new first = plain(), update = plain(), cancel = plain();
	struct error error;
	char one[ID_SIZE], two[ID_SIZE], three[ID_SIZE], late[ID_SIZE];
	struct alert_act act = {.version = 1, .act = TEXT("release")};
	struct square s;
	struct told t;

	square_begin(&s, state);
	told_begin(&t, &s);
	propose(&s, &first, one);
	update.refers = text_of(one);
	assert_int_equal(square_alert_propose(&s, REVIEWER, &update, two, &error), ST_CONFLICT); /* not released yet */
	assert_string_equal(error.reason, "alert-replaced");
	release(&s, one);
	propose(&s, &update, two);
	propose(&s, &update, late); /* two write at once: one of them is late */
	release(&s, two);
	act.id = text_of(late);
	assert_int_equal(square_alert_do(&s, DECIDER, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "alert-replaced");
	cancel.refers = text_of(one);
	cancel.cancel = true;
	assert_int_equal(square_alert_propose(&s, REVIEWER, &cancel, three, &error), ST_CONFLICT); /* not the newest */
	cancel.refers = text_of(two);
	propose(&s, &cancel, three);
	release(&s, three);
	update.refers = text_of(three);
	assert_int_equal(square_alert_propose(&s, REVIEWER, &update, late, &error), ST_CONFLICT); /* taken back for good */
	tell(&t);
	assert_int_equal(t.alerts.count, 3);
	assert_int_equal(t.alerts.items[0].kind, ALERT_CANCEL);
	assert_int_equal(t.alerts.items[1].kind, ALERT_UPDATE);
	assert_int_equal(t.alerts.items[2].kind, ALERT_NEW);
	assert_int_equal(t.alerts.items[0].reference_count, 2);
	assert_text(t.alerts.items[0].references[0], "2");
	assert_text(t.alerts.items[0].references[1], "1");
	assert_text(t.alerts.items[1].replaced, "3");
	assert_text(t.alerts.items[2].replaced, "2");
	assert_false(alert_in_force(&t.alerts.items[2], s.world.now_ms));
	assert_text(t.alerts.items[2].title.of[ALERT_EN], "Parcel fee");
	told_end(&t);
	square_end(&s);
}

static void what_cannot_be_taken(void **state)
{
	static const struct {
		const char *title, *text, *advice, *country, *channel, *field;
	} rows[] = {
		{NULL, NULL, NULL, NULL, NULL, "title"},
		{"Title", NULL, NULL, NULL, NULL, "text.en"},
		{NULL, "Text", NULL, NULL, NULL, "title.en"},
		{"Two\nlines", "Text", NULL, NULL, NULL, "title.en"},
		{"Bell \a", "Text", NULL, NULL, NULL, "title.en"},
		{"Title", "Turned \xE2\x80\xAE round", NULL, NULL, NULL, "text.en"},
		{"Title", "Isolated \xE2\x81\xA6", NULL, NULL, NULL, "text.en"},
		{"Title", "C1 \xC2\x85", NULL, NULL, NULL, "text.en"},
		{"Title", "Tab\there", NULL, NULL, NULL, "text.en"},
		{"Title", "Mark \xEF\xBB\xBF", NULL, NULL, NULL, "text.en"},
		{"Title", "Text", "Delete \x7f", NULL, NULL, "advice.en"},
		{"Title", "Text", NULL, "xx", NULL, "countries"},
		{"Title", "Text", NULL, "KH", NULL, "countries"},
		{"Title", "Text", NULL, NULL, "pigeon", "channels"},
	};
	static char most[ALERT_TITLE_MAX * 3 + 4];
	struct alert_new over = plain();
	struct error error;
	char id[ID_SIZE];
	struct square s;

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct alert_new new = {.title.of[ALERT_EN] = rows[i].title ? text_of(rows[i].title) : TEXT_NONE,
					.text.of[ALERT_EN] = rows[i].text ? text_of(rows[i].text) : TEXT_NONE,
					.advice.of[ALERT_EN] = rows[i].advice ? text_of(rows[i].advice) : TEXT_NONE, .country_count = rows[i].country != NULL,
					.channel_count = rows[i].channel != NULL};

		if (rows[i].country)
			new.countries[0] = text_of(rows[i].country);
		if (rows[i].channel)
			new.channels[0] = text_of(rows[i].channel);
		if (square_alert_propose(&s, REVIEWER, &new, id, &error) != ST_MALFORMED || strcmp(error.reason, "value-invalid") != 0 ||
		    strcmp(error.field, rows[i].field) != 0)
			fail_msg("%zu: %s %s", i, error.reason, error.field);
	}
	/* Characters are counted, not bytes. */
	for (unsigned i = 0; i < ALERT_TITLE_MAX + 1; i++)
		memcpy(most + 3 * (size_t)i, "\xE1\x9E\x80", 3);
	over.title.of[ALERT_EN] = (struct text){most, (size_t)ALERT_TITLE_MAX * 3};
	propose(&s, &over, id);
	over.title.of[ALERT_EN].len += 3;
	assert_int_equal(square_alert_propose(&s, REVIEWER, &over, id, &error), ST_MALFORMED);
	over = plain();
	over.expires_ms = s.world.now_ms;
	assert_int_equal(square_alert_propose(&s, REVIEWER, &over, id, &error), ST_MALFORMED);
	assert_string_equal(error.field, "expires");
	over.expires_ms = 0;
	over.cancel = true;
	assert_int_equal(square_alert_propose(&s, REVIEWER, &over, id, &error), ST_MALFORMED);
	over = plain();
	over.campaign = TEXT("00000000000000000000000000000000");
	assert_int_equal(square_alert_propose(&s, REVIEWER, &over, id, &error), ST_NOT_FOUND);
	square_end(&s);
}

static void one_that_is_over_is_not_released(void **state)
{
	struct alert_new new = plain();
	struct alert_act act = {.version = 1, .act = TEXT("release")};
	struct error error;
	char id[ID_SIZE];
	struct square s;

	square_begin(&s, state);
	new.expires_ms = s.world.now_ms + HOUR;
	propose(&s, &new, id);
	s.world.now_ms += HOUR;
	act.id = text_of(id);
	assert_int_equal(square_alert_do(&s, DECIDER, &act, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "alert-over");
	act.act = TEXT("decline");
	assert_ok(square_alert_do(&s, REVIEWER, &act, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM public_alert WHERE state = 'declined'"), 1);
	square_end(&s);
}

/* Whoever writes into the database: one person alone releases nothing, and one alert has one that follows it. */
static void the_schema_holds(void **state)
{
	struct alert_new new = plain();
	char one[ID_SIZE], two[ID_SIZE], three[ID_SIZE];
	struct square s;

	square_begin(&s, state);
	propose(&s, &new, one);
	assert_int_not_equal(world_sql(&s.world, "UPDATE public_alert SET state = 'released', number = 7, released_by = proposed_by, released_at = 1", DB_NO_PARAMS),
			     ST_OK);
	release(&s, one);
	new.refers = text_of(one);
	propose(&s, &new, two);
	propose(&s, &new, three);
	release(&s, two);
	assert_int_not_equal(world_sql(&s.world, "UPDATE public_alert SET state = 'released', number = 3, released_at = 1, released_by = $2, leaf_id ="
				       " (SELECT max(leaf_id) FROM public_alert) WHERE id = $1",
				       DB_PARAMS(DB_V_TEXT(text_of(three)), DB_V_TEXT(TEXT(DECIDER)))),
			     ST_OK);
	square_end(&s);
}

struct drawing {
	struct square *s;
	struct alert_drawing next;
	const char *bytes;
	enum status st;
};

static enum status draw_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct drawing *d = context;

	d->st = alert_draw_next(tx, &d->s->world.arena, &d->next, ret_error);
	if (d->st != ST_OK)
		return ST_OK;
	return alert_drawn(&d->s->hub, tx, &d->next, d->bytes ? text_bytes(text_of(d->bytes)) : (struct bytes){NULL, 0}, TEXT("letters are missing"), ret_error);
}

static void draw(struct drawing *d, const char *bytes)
{
	struct error error = {.code = ST_OK};

	d->bytes = bytes;
	if (db_transact(d->s->world.db, DB_WRITE, draw_work, d, &error) != ST_OK)
		fail_msg("%s", error.message);
}

/* Both kinds, in the languages that it is written in; the newest first; what could not be drawn is not told, and not tried without end. */
static void drawn_in_its_languages(void **state)
{
	struct alert_new new = plain();
	char id[ID_SIZE];
	struct square s;
	struct drawing d = {.s = &s};
	struct told t;

	square_begin(&s, state);
	told_begin(&t, &s);
	draw(&d, "x");
	assert_int_equal(d.st, ST_NOT_FOUND);
	for (unsigned i = 0; i < ALERTS_DRAWN + 1; i++) {
		propose(&s, &new, id);
		release(&s, id);
	}
	draw(&d, "one");
	assert_int_equal(d.next.number, ALERTS_DRAWN + 1);
	assert_int_equal(d.next.language, ALERT_EN);
	assert_int_equal(d.next.kind, ALERT_CARD);
	draw(&d, "two");
	assert_int_equal(d.next.language, ALERT_KO);
	draw(&d, NULL);
	assert_int_equal(d.next.kind, ALERT_POSTER);
	tell(&t);
	assert_true(t.alerts.items[0].card[ALERT_EN] && t.alerts.items[0].card[ALERT_KO]);
	assert_false(t.alerts.items[0].poster[ALERT_EN]);
	while (d.st == ST_OK)
		draw(&d, "more");
	/* The oldest is not among those that are drawn. */
	assert_int_equal(square_count(&s, "SELECT count(*) FROM alert_media"), ALERTS_DRAWN * 4);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM alert_media WHERE name LIKE 'alert-1.%'"), 0);
	told_end(&t);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(one_writes_another_releases), db_unit_test(what_went_out_is_replaced_and_stays), db_unit_test(what_cannot_be_taken),
		db_unit_test(one_that_is_over_is_not_released), db_unit_test(the_schema_holds), db_unit_test(drawn_in_its_languages),
	};

	return db_run_group_tests(tests);
}
