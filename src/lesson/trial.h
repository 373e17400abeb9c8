/* Whether a lesson works, measured without knowing anybody: six things to tell apart before it, after it and 21 days later, in two arms.
 * docs/learn.md. Pure: tables, counting, and when an effect may be claimed. All in whole numbers, ppm where nothing else is said.
 *
 * Before and after come in one record of one sitting. Whoever comes back after 21 days cannot be linked to it without knowing him, so that
 * then groups are compared, not persons.
 */
#ifndef LESSON_TRIAL_H
#define LESSON_TRIAL_H

#include "lesson/lesson.h"

#define TRIAL_LESSON "messenger" /* the channel that is taught */

enum trial_set { TRIAL_BEFORE, TRIAL_AFTER, TRIAL_LATER, TRIAL_SETS };
enum trial_arm { TRIAL_TAUGHT, TRIAL_CONTROL, TRIAL_ARMS };

/* `i` below LESSON_ITEMS. */
const struct lesson_item *trial_item(enum trial_set set, size_t i);

/* The documents whose texts it shows, the lesson's own first; NULL past the last. */
const struct lesson_document *trial_document_at(size_t i);

/* Which texts are shown in a language, in which order, 40 hexadecimal digits: what was measured with others is not put together with it. */
struct text trial_edition(size_t language);

struct trial_score {
	unsigned hits, alarms; /* of three scams, of three genuine ones */
};
/* Takes LESSON_ITEMS letters, 's' or 'g'. Fails: ST_MALFORMED. */
MUST_USE enum status trial_count(enum trial_set set, struct text answers, struct trial_score *ret);

/* ---- what many did ---- */

#define TRIAL_PEOPLE_MAX ((int64_t)1000000) /* of one arm; the arithmetic holds up to there */
#define TRIAL_SHOWN_MIN 20	/* fewer of an arm are not shown to anybody */
#define TRIAL_CLAIM_MIN 700	/* of each arm after 21 days: 80 % power for 0.15 standard deviations */
#define TRIAL_NOW_PPM 300000	/* what must be reached, in standard deviations: at once, */
#define TRIAL_LATER_PPM 150000	/* after 21 days, */
#define TRIAL_ALARMS_PPM 50000	/* and false alarms after 21 days may not rise by more than this share */

/* Sums over the people of one arm at one time; d is hits less false alarms. */
struct trial_sum {
	int64_t people, d, d_squares, alarms, alarms_squares;
};
void trial_add(struct trial_sum *sum, struct trial_score score, int64_t people);

/* Of the taught against the control, each with the 95 % interval around it. */
struct trial_effect {
	bool known;			      /* two in each arm, and they differ among themselves */
	int64_t d, d_low, d_high;	      /* standard deviations */
	int64_t alarms, alarms_low, alarms_high; /* share of genuine things taken for scams */
};
/* Fails: ST_LIMIT (more than TRIAL_PEOPLE_MAX). */
MUST_USE enum status trial_compare(const struct trial_sum *taught, const struct trial_sum *control, struct trial_effect *ret);

struct trial_sums {
	struct trial_sum of[TRIAL_SETS][TRIAL_ARMS];
};

enum trial_claim {
	TRIAL_NO_CLAIM, /* too few: nothing is said of an effect to anybody outside */
	TRIAL_REACHED,
	TRIAL_NOT_REACHED,
};
/* The one place where it is decided. */
enum trial_claim trial_claim_of(const struct trial_sums *sums);

#endif
