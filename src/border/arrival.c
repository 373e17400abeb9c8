/* Passenger lists of carriers: read, screened, kept, answered. */
#include "border/arrival.h"

#include <sodium.h>

#include "border/arrival_inside.h"
#include "border/reversal.h"
#include "edifact/cusres.h"

#include "border_local_times.inc"

#define ARENA_MAX ((size_t)64 << 20)
#define REPLY_MAX ((size_t)4 << 20)
#define LATEST_MINUTES (-12 * 60) /* where it is still that day when it is nowhere else */

/* ---- reading ---- */

/* The leg that crosses the border, else the last. */
static const struct paxlst_leg *leg_of(const struct paxlst *l)
{
	for (size_t i = 0; i < l->leg_count; i++)
		if (text_equal(l->legs[i].to_kind, TEXT("87")))
			return &l->legs[i];
	return l->leg_count ? &l->legs[l->leg_count - 1] : NULL;
}

static int64_t expected_of(const struct border *border, const struct paxlst_leg *leg)
{
	int64_t minutes = LATEST_MINUTES, none = INT64_MIN;

	for (size_t i = 0; i < BORDER_LOCAL_TIMES_COUNT; i++)
		if (text_equal(border_local_times_rows[i].host, border->host))
			minutes = border_local_times_rows[i].minutes;
	if (leg && leg->arrives_ms != none)
		return leg->arrives_ms - minutes * 60000;
	return (leg && leg->departs_ms != none ? leg->departs_ms - minutes * 60000 : env_now(border->env)) + arrival_clock_ms("unknown-arrival");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "CA" of "CA339", "KHV" of "KHV810"; else whoever sent it. */
static struct text carrier_of(const struct paxlst *l)
{
	struct text f = l->flight, sender = l->message.sender;

	if (f.len > 3 && !is_digit(f.data[0]) && !is_digit(f.data[1]) && !is_digit(f.data[2]) && is_digit(f.data[3]))
		return (struct text){f.data, 3};
	if (f.len > 2)
		return (struct text){f.data, 2};
	return (struct text){sender.data, sender.len < 8 ? sender.len : 8};
}

static enum status person_read(const struct border *border, const struct paxlst_passenger *passenger, struct arena *arena, struct arena *one,
			       struct arrival_person *ret, struct error *ret_error)
{
	struct entity person;

	arena_clear(one);
	if (paxlst_person(passenger, one, &person) != ST_OK ||
	    entity_add(&person, "x-issuedBy", passenger->document_count ? passenger->documents[0].issuer : TEXT_NONE) != ST_OK ||
	    entity_add(&person, "x-citizenship", passenger->nationality) != ST_OK)
		return error_because(ret_error, ST_LIMIT, "limit", "NAD", "the passenger at %zu is told of at too great length", passenger->position);
	*ret = (struct arrival_person){.locator = passenger->locator, .reference = passenger->reference, .error = cusres_error(passenger)};
	TRY(arrival_person_json(&person, arena, &ret->json, ret_error));
	return arrival_screen(border, VERDICT_CARRIER, &person, one, &ret->seen, ret_error);
}

static void hash_make(struct bytes in, size_t number, uint8_t out[32])
{
	crypto_hash_sha256_state state;
	uint8_t which[8];

	for (size_t i = 0; i < sizeof which; i++)
		which[i] = (uint8_t)(number >> (8 * i));
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, which, sizeof which);
	crypto_hash_sha256_update(&state, in.data, in.len);
	crypto_hash_sha256_final(&state, out);
}

static enum status list_read(const struct border *border, struct arena *arena, struct arena *one, struct arrival_list *l,
			     struct error *ret_error)
{
	const struct paxlst_leg *leg = leg_of(l->list);

	l->carrier = carrier_of(l->list);
	l->place = leg ? leg->to : TEXT_NONE;
	l->expected_ms = expected_of(border, leg);
	TRY(arrival_head_write(l->list, arena, &l->head, ret_error));
	l->people = ARENA_NEW(arena, struct arrival_person, l->list->passenger_count + 1);
	if (l->people == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < l->list->passenger_count; i++)
		TRY(person_read(border, &l->list->passengers[i], arena, one, &l->people[i], ret_error));
	return ST_OK;
}

enum status arrival_read(const struct border *border, struct bytes in, struct arena *arena, struct arrival_interchange *ret,
			 struct error *ret_error)
{
	const struct paxlst *lists;
	struct arrival_interchange read = {.count = 0};
	struct arena one;
	size_t count;
	enum status st = ST_OK;

	TRY(paxlst_read(in, env_now(border->env), arena, &lists, &count, ret_error));
	read.lists = ARENA_NEW(arena, struct arrival_list, count);
	if (read.lists == NULL)
		return arena_failure(arena, ret_error);
	arena_init(&one, ARENA_MAX);
	for (; st == ST_OK && read.count < count; read.count++) {
		struct arrival_list *l = &read.lists[read.count];

		*l = (struct arrival_list){.list = &lists[read.count]};
		hash_make(in, read.count, l->sha256);
		st = list_read(border, arena, &one, l, ret_error);
	}
	arena_release(&one);
	if (st == ST_OK)
		*ret = read;
	return st;
}

/* ---- keeping ---- */

struct keeping {
	const struct border *border;
	struct db_tx *tx;
	const struct actor *sender;
	const struct arrival_list *list;
	struct arena *arena;
	char id[ID_SIZE];
	int64_t now_ms;
	struct text no_board;
	struct cusres_item *items;
	struct error *error;
};

/* Whoever of this flight waits: one passenger, or (locator NULL) all. */
static enum status waiting(struct keeping *k, struct text locator, struct text reference, struct db_rows *ret)
{
	int64_t day = arrival_clock_ms("flight-day");

	return db_query(k->tx, "SELECT p.id, p.board FROM arrival a JOIN arrival_person p ON p.arrival_id = a.id WHERE a.sender = $1"
			" AND a.flight = $2 AND a.expected_at > $3 AND a.expected_at < $4 AND a.kind = 'carrier' AND a.id <> $5"
			" AND p.state IN ('announced', 'on-board') AND ((p.locator = $6 AND p.reference = $7) OR ($6 = '' AND p.state = 'announced'))",
			DB_PARAMS(DB_V_TEXT(k->sender->id), DB_V_TEXT(k->list->list->flight.len ? k->list->list->flight : TEXT("")),
				  DB_V_INT(k->list->expected_ms - day), DB_V_INT(k->list->expected_ms + day), DB_V_TEXT(text_of(k->id)),
				  DB_V_TEXT(locator.len ? locator : TEXT("")), DB_V_TEXT(reference.len ? reference : TEXT(""))),
			k->arena, ret, k->error);
}

static enum status person_keep(struct keeping *k, size_t i, const char *state, bool closing, bool *ret_alert)
{
	const struct arrival_person *p = &k->list->people[i];
	struct db_rows former = {.rows = 0};

	k->items[i] = (struct cusres_item){.passenger = &k->list->list->passengers[i], .board = p->seen.board, .error = p->error};
	if (p->locator.len && p->reference.len)
		TRY(waiting(k, p->locator, p->reference, &former));
	for (size_t n = 0; n < former.rows; n++) {
		TRY(arrival_replace(k->tx, db_text(&former, n, 0), closing ? state : "replaced", k->now_ms, k->error));
		/* At the flight's close somebody may be named without what he was announced with. */
		if (closing && p->error.len) {
			k->items[i].board = db_int(&former, n, 1) != 0;
			k->items[i].error = TEXT_NONE;
		}
	}
	if (!k->items[i].board)
		k->items[i].text = k->no_board;
	else if (k->items[i].error.len == 0)
		k->items[i].text = TEXT("OK TO BOARD");
	if (closing && (former.rows || strcmp(state, "on-board") != 0))
		return ST_OK;
	*ret_alert = *ret_alert || p->seen.result != VERDICT_PASS;
	return arrival_person_add(k->border, k->tx, text_of(k->id), i + 1, state, p, k->error);
}

/* Those whom the close of a flight does not name: the others. */
static enum status rest_close(struct keeping *k, bool named_board)
{
	struct db_rows rest;

	TRY(waiting(k, TEXT_NONE, TEXT_NONE, &rest));
	for (size_t i = 0; i < rest.rows; i++)
		TRY(arrival_replace(k->tx, db_text(&rest, i, 0), named_board || db_int(&rest, i, 1) == 0 ? "not-on-board" : "on-board", k->now_ms,
				    k->error));
	return ST_OK;
}

static enum status people_keep(struct keeping *k)
{
	const struct paxlst *l = k->list->list;
	bool closing = text_equal(l->code, TEXT("266")), named_board = text_equal(l->function, TEXT("CLOB")), alert = false;
	const char *state = !closing ? "announced" : named_board ? "on-board" : "not-on-board";

	for (size_t i = 0; i < l->passenger_count; i++)
		TRY(person_keep(k, i, state, closing, &alert));
	if (closing && !l->message.more && l->message.part <= 1)
		TRY(rest_close(k, named_board));
	return alert ? db_tell(k->tx, "arrival", text_of(k->id), k->now_ms, k->error) : ST_OK;
}

/* Whom to call: what the list itself says of its sender. */
static enum status carrier_keep(struct keeping *k)
{
	const struct edifact_message *m = &k->list->list->message;
	struct text name = TEXT_NONE, telephone = TEXT_NONE;
	bool sender = false;

	for (size_t i = 0; i < m->count && telephone.len == 0; i++) {
		const struct edifact_segment *s = &m->segments[i];

		if (text_equal(s->tag, TEXT("NAD"))) {
			sender = text_equal(edifact_value(s, 0, 0), TEXT("MS"));
			if (sender)
				name = edifact_value(s, 3, 0);
		}
		for (size_t e = 0; sender && text_equal(s->tag, TEXT("COM")) && e < s->element_count; e++)
			if (text_equal(edifact_value(s, e, 1), TEXT("TE")))
				telephone = edifact_value(s, e, 0);
	}
	if (telephone.len == 0 || k->list->carrier.len < 2)
		return ST_OK;
	return db_exec(k->tx, "INSERT INTO carrier (code, name, telephone) VALUES ($1, $2, $3) ON CONFLICT (code) DO UPDATE SET name = $2,"
		       " telephone = $3 WHERE carrier.name <> $2 OR carrier.telephone <> $3",
		       DB_PARAMS(DB_V_TEXT(k->list->carrier), DB_V_TEXT(name.len ? name : k->list->carrier), DB_V_TEXT(telephone)), NULL, k->error);
}

static enum status answer_keep(struct keeping *k, struct buffer *reply)
{
	const struct paxlst *l = k->list->list;
	const struct cusres answer = {.kind = CUSRES_ANSWER, .list = l, .now_ms = k->now_ms, .items = k->items, .count = l->passenger_count};

	TRY(cusres_write(&answer, reply, k->error));
	return db_exec(k->tx, "UPDATE arrival SET reply = $2 WHERE id = $1",
		       DB_PARAMS(DB_V_TEXT(text_of(k->id)), DB_V_BLOB(buffer_bytes(reply))), NULL, k->error);
}

/* *ret_known: it came before, and this was the answer. */
static enum status reply_find(struct keeping *k, struct buffer *out, bool *ret_known)
{
	char hex[65];
	struct db_rows row;

	sodium_bin2hex(hex, sizeof hex, k->list->sha256, sizeof k->list->sha256);
	TRY(db_query(k->tx, "SELECT reply FROM arrival WHERE sender = $1 AND transaction_id = $2 AND request_sha256 = $3",
		     DB_PARAMS(DB_V_TEXT(k->sender->id), DB_V_TEXT(k->list->list->transaction.len ? k->list->list->transaction : TEXT("")),
			       DB_V_TEXT(text_of(hex))),
		     k->arena, &row, k->error));
	*ret_known = row.rows != 0;
	if (*ret_known)
		buffer_add(out, db_blob(&row, 0, 0).data, db_blob(&row, 0, 0).len);
	return ST_OK;
}

static enum status list_keep(struct keeping *k, struct buffer *out)
{
	const struct paxlst *l = k->list->list;
	const struct arrival_new arrival = {.kind = "carrier", .carrier = k->list->carrier, .flight = l->flight, .place = k->list->place,
					    .sender = k->sender->id, .transaction = l->transaction, .function = l->function,
					    .head = k->list->head, .expected_ms = k->list->expected_ms, .sha256 = k->list->sha256};
	struct buffer reply;
	bool known;
	enum status st;

	TRY(reply_find(k, out, &known));
	if (known)
		return ST_OK;
	k->items = ARENA_NEW(k->arena, struct cusres_item, l->passenger_count + 1);
	if (k->items == NULL)
		return arena_failure(k->arena, k->error);
	TRY(carrier_keep(k));
	TRY(arrival_add(k->border, k->tx, &arrival, k->id, k->error));
	TRY(people_keep(k));
	buffer_init(&reply, REPLY_MAX);
	st = answer_keep(k, &reply);
	buffer_add(out, reply.data, reply.len);
	buffer_release(&reply);
	return st;
}

enum status arrival_keep(const struct border *border, struct db_tx *tx, const struct actor *sender,
			 const struct arrival_interchange *interchange, struct arena *arena, struct buffer *out, struct error *ret_error)
{
	struct keeping k = {.border = border, .tx = tx, .sender = sender, .arena = arena, .now_ms = env_now(border->env), .error = ret_error};

	TRY(reversal_words(tx, arena, &k.no_board, ret_error));
	for (size_t i = 0; i < interchange->count; i++) {
		k.list = &interchange->lists[i];
		TRY(list_keep(&k, out));
	}
	return buffer_status(out);
}
