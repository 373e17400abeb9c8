/* Whom a verifier trusts: logs, witnesses, groups and the quorum, as C2SP tlog-policy writes them. Pure. */
#ifndef MERKLE_POLICY_H
#define MERKLE_POLICY_H

#include "base/arena.h"
#include "merkle/checkpoint.h"

#define TLOG_POLICY_MAX 64u /* logs, and witnesses with groups */

struct tlog_log {
	struct note_key key;
	struct text url; /* or empty */
};

struct tlog_member {
	struct text name;
	bool group;
	struct note_key key;   /* of a witness */
	struct text url;       /* of a witness, or empty */
	unsigned needed;       /* of a group */
	uint64_t members;      /* of a group: bits by position in `members` of the policy, all before its own */
};

struct tlog_policy {
	struct tlog_log logs[TLOG_POLICY_MAX];
	size_t log_count;
	struct tlog_member members[TLOG_POLICY_MAX];
	size_t member_count;
	int quorum; /* position in members; -1: none is needed */
};

/* Points into `in`. Fails: ST_MALFORMED, with its row where it has one (an unknown word, a name twice or not yet defined, a member of two
 * groups, a key twice, no quorum or two), ST_LIMIT. */
MUST_USE enum status tlog_policy_parse(struct bytes in, struct tlog_policy *ret, struct error *ret_error);

/* Whether a log of the policy signed the checkpoint and the quorum cosigned it. `ret_witnesses` (may be NULL): bits of the
 * members that did. Fails: ST_DENIED, ST_NOT_FOUND (no log of the policy signed it). */
MUST_USE enum status tlog_policy_check(const struct tlog_policy *policy, const struct signed_checkpoint *checkpoint,
				       uint64_t *ret_witnesses, struct error *ret_error);

#endif
