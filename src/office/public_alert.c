/* Alerts to the public: one officer writes, another releases. */
#include "awareness/alert.h"

#include "model/entity_json.h"
#include "office/desk_kind.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                     \
	"a.id, a.version, a.proposed_at, a.state, a.kind, a.number, a.exercise, a.title, a.body, a.advice, a.urgency, a.severity, a.certainty," \
	" a.countries, a.channels, a.campaign_id, c.name, a.expires_at, a.refers, r.number, n.id, n.number, n.kind, a.proposed_by, a.released_by," \
	" a.released_at"
#define FROM                                                                                                                    \
	"FROM public_alert a LEFT JOIN campaign c ON c.id = a.campaign_id LEFT JOIN public_alert r ON r.id = a.refers"          \
	" LEFT JOIN public_alert n ON n.refers = a.id AND n.number IS NOT NULL"

enum column {
	ID, VERSION, PROPOSED_AT, STATE, KIND, NUMBER, EXERCISE, TITLE, BODY, ADVICE, URGENCY, SEVERITY, CERTAINTY, COUNTRIES, CHANNELS, CAMPAIGN,
	CAMPAIGN_NAME, EXPIRES, REFERS, REFERS_NUMBER, NEXT, NEXT_NUMBER, NEXT_KIND, PROPOSED_BY, RELEASED_BY, RELEASED_AT
};

/* ---- shown ---- */

static void number_put(struct buffer *out, const char *name, const struct db_rows *rows, size_t i, enum column column)
{
	if (!db_is_null(rows, i, column))
		buffer_printf(out, ",\"%s\":%lld", name, (long long)db_int(rows, i, column));
}

static enum status head_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(db_text(rows, i, ID)), (long long)db_int(rows, i, VERSION));
	member_time(out, "proposedAt", db_int(rows, i, PROPOSED_AT));
	member_text(out, "state", db_text(rows, i, STATE));
	member_text(out, "kind", db_text(rows, i, KIND));
	number_put(out, "number", rows, i, NUMBER);
	buffer_printf(out, ",\"exercise\":%s,\"title\":%.*s,\"text\":%.*s,\"advice\":%.*s", db_int(rows, i, EXERCISE) ? "true" : "false",
		      TEXT_ARG(db_text(rows, i, TITLE)), TEXT_ARG(db_text(rows, i, BODY)), TEXT_ARG(db_text(rows, i, ADVICE)));
	member_text(out, "urgency", db_text(rows, i, URGENCY));
	member_text(out, "severity", db_text(rows, i, SEVERITY));
	member_text(out, "certainty", db_text(rows, i, CERTAINTY));
	json_add_words(out, "countries", db_text(rows, i, COUNTRIES));
	json_add_words(out, "channels", db_text(rows, i, CHANNELS));
	member_text(out, "campaign", db_text(rows, i, CAMPAIGN));
	member_text(out, "campaignName", db_text(rows, i, CAMPAIGN_NAME));
	member_time(out, "expires", db_int(rows, i, EXPIRES));
	member_text(out, "refers", db_text(rows, i, REFERS));
	number_put(out, "refersNumber", rows, i, REFERS_NUMBER);
	member_text(out, "replacedBy", db_text(rows, i, NEXT));
	number_put(out, "replacedByNumber", rows, i, NEXT_NUMBER);
	member_text(out, "replacedByKind", db_text(rows, i, NEXT_KIND));
	TRY(member_person(people, "proposedBy", db_text(rows, i, PROPOSED_BY), ret_error));
	TRY(member_person(people, "releasedBy", db_text(rows, i, RELEASED_BY), ret_error));
	member_time(out, "releasedAt", db_int(rows, i, RELEASED_AT));
	return ST_OK;
}

/* What was drawn of it. */
static enum status drawn_put(struct people *people, const struct db_rows *row, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT name FROM alert_media WHERE alert_id = $1 AND bytes IS NOT NULL ORDER BY name",
		     DB_PARAMS(DB_V_TEXT(db_text(row, i, ID))), people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"drawn\":["));
	for (size_t k = 0; k < rows.rows; k++)
		buffer_printf(out, "%s\"%.*s\"", k ? "," : "", TEXT_ARG(db_text(&rows, k, 0)));
	buffer_add_char(out, ']');
	return ST_OK;
}

/* ---- written ---- */

static enum status texts_read(const struct office_call *call, const json_t *root, const char *name, struct alert_texts *ret, struct error *ret_error)
{
	json_t *texts = NULL;

	TRY(body_object(root, name, &texts, ret_error));
	for (unsigned l = 0; texts && l < ALERT_LANGUAGES; l++)
		TRY(body_text(call, texts, alert_language_word((enum alert_language)l), &ret->of[l], ret_error));
	return ST_OK;
}

static enum status words_read(const struct office_call *call, const json_t *root, const char *name, struct text *ret, size_t max, size_t *ret_count,
			      struct error *ret_error)
{
	json_t *list = NULL;

	TRY(body_list(root, name, &list, ret_error));
	if (json_array_size(list) > max)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "at most %zu", max);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (!json_is_string(one) || arena_text(call->arena, (struct text){json_string_value(one), json_string_length(one)}, &ret[i]) != ST_OK)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "each is a word");
	}
	*ret_count = json_array_size(list);
	return ST_OK;
}

static enum status form_read(const struct office_call *call, const json_t *root, void *ret, struct error *ret_error)
{
	struct alert_new *a = ret;

	TRY(texts_read(call, root, "title", &a->title, ret_error));
	TRY(texts_read(call, root, "text", &a->text, ret_error));
	TRY(texts_read(call, root, "advice", &a->advice, ret_error));
	TRY(body_text(call, root, "urgency", &a->urgency, ret_error));
	TRY(body_text(call, root, "severity", &a->severity, ret_error));
	TRY(body_text(call, root, "certainty", &a->certainty, ret_error));
	TRY(words_read(call, root, "countries", a->countries, ALERT_COUNTRIES_MAX, &a->country_count, ret_error));
	TRY(words_read(call, root, "channels", a->channels, ALERT_CHANNELS_MAX, &a->channel_count, ret_error));
	TRY(body_time(call, root, "expires", &a->expires_ms, ret_error));
	TRY(body_text(call, root, "campaign", &a->campaign, ret_error));
	TRY(body_flag(root, "exercise", &a->exercise, ret_error));
	TRY(body_text(call, root, "refers", &a->refers, ret_error));
	return body_flag(root, "cancel", &a->cancel, ret_error);
}

static enum status begin(struct office_call *call, struct db_tx *tx, const void *new, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);

	TRY(office_may(call, tx, "alert.propose", &thing, "public-alert", TEXT_NONE, ret_error));
	return alert_propose(call->office->awareness, tx, &call->actor, new, call->arena, ret_id, ret_error);
}

/* ---- acts ---- */

/* What follows a released one is another alert: the collection takes it. */
static const struct desk_act acts[] = {{"release", "alert.release", "proposed"}, {"decline", "alert.propose", "proposed"},
				       {"update", "alert.propose", "released"}, {"cancel", "alert.propose", "released"}, {NULL, NULL, NULL}};

static bool can(const struct office_call *call, const struct db_rows *row, const struct desk_act *act)
{
	(void)call;
	return strcmp(act->state, "proposed") == 0 || (db_is_null(row, 0, NEXT) && !text_equal(db_text(row, 0, KIND), TEXT("cancel")));
}

static enum status act(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error)
{
	const struct alert_act what = {.id = form->id, .version = form->version, .act = form->act, .note = form->note};

	(void)more;
	return alert_do(call->office->awareness, tx, &call->actor, &what, call->arena, ret_error);
}

/* ---- the handlers ---- */

static const struct desk_kind kind = {
	.list = {.action = "alert.read", .thing = "public-alert", .columns = COLUMNS, .from = FROM, .where = "WHERE ($1 = '' OR a.state = $1)",
		 .queries = {"state"}, .at = "a.proposed_at", .id = "a.id", .at_column = PROPOSED_AT, .put = head_put},
	.state_column = STATE, .author_column = PROPOSED_BY, .more = drawn_put, .acts = acts, .can = can,
	.new_read = form_read, .begin = begin, .act = act,
};

void office_public_alert_list(struct office_call *call)
{
	desk_kind_list(call, &kind);
}

void office_public_alert_get(struct office_call *call)
{
	desk_kind_get(call, &kind);
}

void office_public_alert_create(struct office_call *call)
{
	struct alert_new new = {.cancel = false};

	desk_kind_create(call, &kind, &new);
}

void office_public_alert_act(struct office_call *call)
{
	desk_kind_act(call, &kind, NULL);
}
