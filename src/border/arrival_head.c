/* The head of a list: all that an unsolicited answer repeats of it. */
#include <jansson.h>

#include "border/arrival_inside.h"
#include "border/inside.h"
#include "model/entity_json.h"

#define HEAD_MAX 65536u

static const struct {
	const char *name;
	size_t at;
} members[] = {
	{"syntax", offsetof(struct paxlst, message.syntax)},
	{"sender", offsetof(struct paxlst, message.sender)},
	{"senderKind", offsetof(struct paxlst, message.sender_kind)},
	{"recipient", offsetof(struct paxlst, message.recipient)},
	{"recipientKind", offsetof(struct paxlst, message.recipient_kind)},
	{"transaction", offsetof(struct paxlst, transaction)},
	{"flight", offsetof(struct paxlst, flight)},
}, leg_members[] = {
	{"flight", offsetof(struct paxlst_leg, flight)},
	{"from", offsetof(struct paxlst_leg, from)},
	{"fromKind", offsetof(struct paxlst_leg, from_kind)},
	{"to", offsetof(struct paxlst_leg, to)},
	{"toKind", offsetof(struct paxlst_leg, to_kind)},
	{"departs", offsetof(struct paxlst_leg, departs)},
	{"arrives", offsetof(struct paxlst_leg, arrives)},
};

static void leg_write(const struct paxlst_leg *leg, struct buffer *out)
{
	buffer_printf(out, "{\"departsMs\":%lld,\"arrivesMs\":%lld", (long long)leg->departs_ms, (long long)leg->arrives_ms);
	for (size_t i = 0; i < sizeof leg_members / sizeof leg_members[0]; i++)
		json_member(out, leg_members[i].name, *(const struct text *)((const char *)leg + leg_members[i].at));
	buffer_add_char(out, '}');
}

enum status arrival_head_write(const struct paxlst *list, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, HEAD_MAX);
	buffer_add_text(&out, TEXT("{\"legs\":["));
	for (size_t i = 0; i < list->leg_count; i++) {
		if (i)
			buffer_add_char(&out, ',');
		leg_write(&list->legs[i], &out);
	}
	buffer_add_char(&out, ']');
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		json_member(&out, members[i].name, *(const struct text *)((const char *)list + members[i].at));
	buffer_add_char(&out, '}');
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the head of a list cannot be held");
}

static enum status member_read(const json_t *root, const char *name, struct arena *arena, struct text *ret)
{
	const json_t *value = json_object_get(root, name);

	return arena_text(arena, (struct text){json_string_value(value), json_string_length(value)}, ret);
}

static enum status legs_read(const json_t *legs, struct arena *arena, struct paxlst *ret, struct error *ret_error)
{
	struct paxlst_leg *made = ARENA_NEW(arena, struct paxlst_leg, json_array_size(legs) + 1);

	if (made == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < json_array_size(legs); i++) {
		const json_t *leg = json_array_get(legs, i);

		made[i].departs_ms = json_integer_value(json_object_get(leg, "departsMs"));
		made[i].arrives_ms = json_integer_value(json_object_get(leg, "arrivesMs"));
		for (size_t k = 0; k < sizeof leg_members / sizeof leg_members[0]; k++)
			TRY(member_read(leg, leg_members[k].name, arena, (struct text *)((char *)&made[i] + leg_members[k].at)));
	}
	ret->legs = made;
	ret->leg_count = json_array_size(legs);
	return ST_OK;
}

enum status arrival_head_read(struct text head, struct arena *arena, struct paxlst *ret, struct error *ret_error)
{
	json_t *root = json_loadb(head.data, head.len, 0, NULL);
	struct paxlst list = {.leg_count = 0};
	enum status st = legs_read(json_object_get(root, "legs"), arena, &list, ret_error);

	for (size_t i = 0; st == ST_OK && i < sizeof members / sizeof members[0]; i++)
		st = member_read(root, members[i].name, arena, (struct text *)((char *)&list + members[i].at));
	json_decref(root);
	if (st == ST_OK)
		*ret = list;
	return st;
}
