/* The life of an entry, decided: tables in, decision out. Pure: no clock, no database.
 *
 * The tables of data/lifecycle are compiled in. What an act needs is in its row; whether it holds is decided here from facts that
 * the caller gathered, and each condition that fails has a word of its own (data/problems.tsv), so that nobody has to guess.
 */
#ifndef LIFECYCLE_LIFECYCLE_H
#define LIFECYCLE_LIFECYCLE_H

#include "base/slice.h"

/* ---- the tables, sorted by their first column ---- */

struct lifecycle_arc {
	struct text act, from, to, action, conditions, reasons; /* from: states with | between; to: a state, or = */
};
size_t lifecycle_arc_count(void);
const struct lifecycle_arc *lifecycle_arc_at(size_t i);
/* The arc of an act from a state, or NULL. */
const struct lifecycle_arc *lifecycle_arc(struct text act, struct text state);
/* Whether there is such an act from any state. */
bool lifecycle_act_known(struct text act);

struct lifecycle_reason {
	struct text list, code, final, en, km, ko, zh;
};
size_t lifecycle_reason_count(void);
const struct lifecycle_reason *lifecycle_reason_at(size_t i);
const struct lifecycle_reason *lifecycle_reason(struct text list, struct text code);

struct lifecycle_measure_rule {
	struct text measure, bases, penalty, forbidden, urgent, en, km, ko, zh;
};
size_t lifecycle_measure_count(void);
const struct lifecycle_measure_rule *lifecycle_measure_at(size_t i);
const struct lifecycle_measure_rule *lifecycle_measure(struct text measure);

struct lifecycle_exclusion {
	struct text exclusion, field, effect, reason, en, km, ko, zh;
};
size_t lifecycle_exclusion_count(void);
const struct lifecycle_exclusion *lifecycle_exclusion_at(size_t i);

struct lifecycle_law {
	struct text id, country, law, article, offence;
	uint32_t most_months;
};
size_t lifecycle_law_count(void);
const struct lifecycle_law *lifecycle_law_at(size_t i);

struct lifecycle_term {
	struct text term;
	uint32_t value;
	struct text unit;
};
size_t lifecycle_term_count(void);
const struct lifecycle_term *lifecycle_term_at(size_t i);
/* A term's value in its own unit; its length in milliseconds (days and hours). The term must be in data/lifecycle/terms.tsv. */
uint32_t lifecycle_term(const char *term);
int64_t lifecycle_term_ms(const char *term);

/* The word at place `i` of a list with `separator` between; false past the end. */
bool lifecycle_word(struct text list, char separator, size_t i, struct text *ret_word);

/* ---- the decision ---- */

struct lifecycle_measure {
	struct text kind, basis, number, issuer;
	int64_t valid_from_ms, expires_ms; /* expires_ms 0: with the entry */
	bool ended;
};

/* What is known when an act is asked for: of the entry as it would be, and of who asks. */
struct lifecycle_facts {
	struct text actor, actor_country;
	struct text owner, author, first_decider, second_decider, suspender, proposer, urgent_proposer, eraser;
	bool has_name, has_offence, has_birth_date, has_document;
	bool assessed; /* by a legal officer */
	struct text law, article, proportionality;
	int64_t penalty_months; /* -1: not given */
	bool dual_criminality, exclusions_done;
	bool own_national, refugee, child, political, possible_victim;
	struct text child_decision, decision_number;
	const struct lifecycle_measure *measures;
	size_t measure_count;
	int64_t now_ms, published_ms, review_due_ms, expires_ms, extension_until_ms, urgent_until_ms;
};

/* Decides one act. Gives the arc that is taken. `reason`: the code given, or empty.
 * Fails: ST_NOT_FOUND "no-such-act"; ST_CONFLICT "not-in-this-state"; ST_MALFORMED "reason-missing", "reason-unknown" (field
 * "reason"); ST_CONFLICT with the first condition's own reason, the condition being the error's field. Cost: O(arcs). */
MUST_USE enum status lifecycle_next(struct text act, struct text state, struct text reason, const struct lifecycle_facts *facts,
				    const struct lifecycle_arc **ret_arc, struct error *ret_error);

/* One condition by its word: NULL where it holds, else why not, a word of data/problems.tsv. Unknown words never hold. */
const char *lifecycle_condition(struct text word, const struct lifecycle_facts *facts);

/* Whether one measure may stand for this person: NULL, or why not. */
const char *lifecycle_measure_wrong(const struct lifecycle_measure *measure, const struct lifecycle_facts *facts);

/* The most months of a law that data/lifecycle/legal.tsv names; 0 where it does not. */
uint32_t lifecycle_law_most(struct text law, struct text article);

#endif
