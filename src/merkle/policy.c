#include "merkle/policy.h"

struct policy_reading {
	struct tlog_policy *policy;
	uint64_t used;     /* members that are in a group already */
	bool quorum_found;
	int64_t row;
	struct error *error;
};

static enum status bad(struct policy_reading *r, const char *why)
{
	enum status st = error_set(r->error, ST_MALFORMED, "%s", why);

	if (r->error)
		r->error->row = r->row;
	return st;
}

/* Words are parted by spaces and tabs; empty past the last. */
static struct text take_word(struct text *rest)
{
	size_t start = 0, end;
	struct text word;

	while (start < rest->len && (rest->data[start] == ' ' || rest->data[start] == '\t'))
		start++;
	for (end = start; end < rest->len && rest->data[end] != ' ' && rest->data[end] != '\t'; end++)
		;
	word = (struct text){rest->data + start, end - start};
	*rest = (struct text){rest->data + end, rest->len - end};
	return word;
}

static int member_find(const struct tlog_policy *policy, struct text name)
{
	for (size_t i = 0; i < policy->member_count; i++)
		if (text_equal(policy->members[i].name, name))
			return (int)i;
	return -1;
}

static enum status take_key(struct policy_reading *r, struct text *rest, enum note_type type, struct note_key *ret)
{
	if (note_vkey_parse(take_word(rest), ret, NULL) != ST_OK || ret->type != type)
		return bad(r, "a key of the right type must stand here, as name+id+base64");
	return ST_OK;
}

static enum status line_end(struct policy_reading *r, struct text rest)
{
	return take_word(&rest).len ? bad(r, "there are words too many in this line") : ST_OK;
}

static enum status take_log(struct policy_reading *r, struct text rest)
{
	struct tlog_policy *p = r->policy;
	struct tlog_log *log = &p->logs[p->log_count];

	if (p->log_count == TLOG_POLICY_MAX)
		return error_set(r->error, ST_LIMIT, "a policy has at most %u logs", TLOG_POLICY_MAX);
	TRY(take_key(r, &rest, NOTE_ED25519, &log->key));
	for (size_t i = 0; i < p->log_count; i++)
		if (memcmp(p->logs[i].key.public_key, log->key.public_key, NOTE_PUBLIC_SIZE) == 0)
			return bad(r, "this log stands here already");
	log->url = take_word(&rest);
	p->log_count++;
	return line_end(r, rest);
}

/* A new witness or group. */
static enum status take_name(struct policy_reading *r, struct text *rest, struct tlog_member **ret)
{
	struct tlog_policy *p = r->policy;
	struct text name = take_word(rest);

	if (p->member_count == TLOG_POLICY_MAX)
		return error_set(r->error, ST_LIMIT, "a policy has at most %u witnesses and groups", TLOG_POLICY_MAX);
	if (name.len == 0 || text_equal(name, TEXT("none")) || member_find(p, name) >= 0)
		return bad(r, "a name that is not taken yet must stand here");
	*ret = &p->members[p->member_count];
	**ret = (struct tlog_member){.name = name};
	return ST_OK;
}

static enum status take_witness(struct policy_reading *r, struct text rest)
{
	struct tlog_policy *p = r->policy;
	struct tlog_member *member;

	TRY(take_name(r, &rest, &member));
	TRY(take_key(r, &rest, NOTE_COSIGNATURE, &member->key));
	for (size_t i = 0; i < p->member_count; i++)
		if (!p->members[i].group && memcmp(p->members[i].key.public_key, member->key.public_key, NOTE_PUBLIC_SIZE) == 0)
			return bad(r, "this witness stands here already");
	member->url = take_word(&rest);
	p->member_count++;
	return line_end(r, rest);
}

static enum status take_group(struct policy_reading *r, struct text rest)
{
	struct tlog_member *group;
	struct text threshold, name;
	uint64_t count = 0, needed;

	TRY(take_name(r, &rest, &group));
	group->group = true;
	threshold = take_word(&rest);
	while ((name = take_word(&rest)).len) {
		int at = member_find(r->policy, name);

		if (at < 0 || r->used >> at & 1)
			return bad(r, "a member must be defined above and be in no other group");
		r->used |= (uint64_t)1 << at;
		group->members |= (uint64_t)1 << at;
		count++;
	}
	if (text_equal(threshold, TEXT("all")))
		needed = count;
	else if (text_equal(threshold, TEXT("any")))
		needed = 1;
	else if (text_to_uint(threshold, TLOG_POLICY_MAX, &needed) != ST_OK)
		needed = 0;
	if (needed < 1 || needed > count)
		return bad(r, "a group needs all, any, or a number of the members that it lists");
	group->needed = (unsigned)needed;
	r->policy->member_count++;
	return ST_OK;
}

static enum status take_quorum(struct policy_reading *r, struct text rest)
{
	struct text name = take_word(&rest);

	r->policy->quorum = text_equal(name, TEXT("none")) ? -1 : member_find(r->policy, name);
	if (r->quorum_found || (r->policy->quorum < 0 && !text_equal(name, TEXT("none"))))
		return bad(r, "there must be one quorum, of a name defined above");
	r->quorum_found = true;
	return line_end(r, rest);
}

static enum status take_policy_line(struct policy_reading *r, struct text line)
{
	static const struct {
		struct text word;
		enum status (*take)(struct policy_reading *r, struct text rest);
	} words[] = {
		{{"log", 3}, take_log}, {{"witness", 7}, take_witness}, {{"group", 5}, take_group}, {{"quorum", 6}, take_quorum}};
	struct text rest = line, word;

	for (size_t i = 0; i < line.len; i++)
		if (((uint8_t)line.data[i] < 0x20 && line.data[i] != '\t') || line.data[i] == 0x7F)
			return bad(r, "there is a control character in this line");
	word = take_word(&rest);
	if (word.len == 0 || word.data[0] == '#')
		return ST_OK;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_equal(word, words[i].word))
			return words[i].take(r, rest);
	return bad(r, "a line starts with log, witness, group or quorum");
}

enum status tlog_policy_parse(struct bytes in, struct tlog_policy *ret, struct error *ret_error)
{
	struct policy_reading r = {.policy = ret, .error = ret_error};
	struct text rest = {(const char *)in.data, in.len}, line;

	if (in.len > NOTE_SIZE_MAX)
		return error_set(ret_error, ST_LIMIT, "a policy has at most %zu bytes", NOTE_SIZE_MAX);
	ret->log_count = ret->member_count = 0;
	ret->quorum = -1;
	for (r.row = 1; text_split(&rest, '\n', &line); r.row++)
		TRY(take_policy_line(&r, line));
	return r.quorum_found ? ST_OK : error_set(ret_error, ST_MALFORMED, "the quorum is missing");
}

enum status tlog_policy_check(const struct tlog_policy *policy, const struct signed_checkpoint *checkpoint, uint64_t *ret_witnesses,
			      struct error *ret_error)
{
	enum status st = ST_NOT_FOUND;
	uint64_t witnessed = 0;

	for (size_t i = 0; i < policy->log_count; i++) {
		if (!text_equal(text_of(policy->logs[i].key.name), checkpoint->checkpoint.origin))
			continue;
		st = note_verify(&checkpoint->note, &policy->logs[i].key, NULL, ret_error);
		if (st == ST_OK)
			break;
		if (st != ST_NOT_FOUND)
			return st;
	}
	if (st != ST_OK)
		return error_set(ret_error, ST_NOT_FOUND, "no log of the policy signed this checkpoint");
	for (size_t i = 0; i < policy->member_count; i++) {
		const struct tlog_member *member = &policy->members[i];
		bool good;

		if (member->group) {
			good = (unsigned)__builtin_popcountll(member->members & witnessed) >= member->needed;
		} else {
			st = note_verify(&checkpoint->note, &member->key, NULL, ret_error);
			if (st != ST_OK && st != ST_NOT_FOUND)
				return st;
			good = st == ST_OK;
		}
		witnessed |= (uint64_t)good << i;
	}
	if (ret_witnesses)
		*ret_witnesses = witnessed;
	if (policy->quorum >= 0 && !(witnessed >> policy->quorum & 1))
		return error_set(ret_error, ST_DENIED, "fewer witnesses cosigned this checkpoint than the policy asks for");
	return ST_OK;
}
