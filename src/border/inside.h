/* Inside of border/, shared by its files about hits. */
#ifndef BORDER_INSIDE_H
#define BORDER_INSIDE_H

#include "account/audit.h"
#include "account/policy.h"
#include "border/hit.h"

/* A row of the story. `post` empty: of the hub itself. */
struct hit_line {
	struct text hit;
	int64_t at_ms;
	const struct border_record *record; /* or NULL */
	struct text officer, act, state, not_possible, note, fields, clearance;
	struct bytes photo;
};
MUST_USE enum status hit_line_add(struct db_tx *tx, const struct hit_line *line, int64_t now_ms, struct arena *arena,
				 struct error *ret_error);

/* Tells the post that something was done about its hit elsewhere. */
MUST_USE enum status hit_tell_post(struct border *border, struct db_tx *tx, const struct hit_row *hit, struct text act, struct text by,
				   struct text state, struct error *ret_error);

/* From now on it is a hit of another of its candidates: `hit` and its row; whoever owns that one is asked, from now. One that it was not
 * compared with changes nothing. */
MUST_USE enum status hit_become(struct border *border, struct db_tx *tx, struct hit_row *hit, struct text entry, struct arena *arena,
				struct error *ret_error);

/* The officer of a record as one who acts, with the roles he has now. In the arena. */
MUST_USE enum status border_officer(struct border *border, struct db_tx *tx, struct text officer, struct arena *arena,
				    struct actor *ret, struct error *ret_error);

/* Looks for another hit of the same person that he cannot have been at, and marks both (misuse.c). */
MUST_USE enum status hit_compare(struct border *border, struct db_tx *tx, struct text hit, struct arena *arena, struct error *ret_error);

/* ,"name":"value" */
void json_member(struct buffer *out, const char *name, struct text value);

#endif
