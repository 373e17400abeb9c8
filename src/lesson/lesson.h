/* Lessons and the questions about a job offer, as data/learn has them, in four languages. docs/learn.md. Pure: tables and counting.
 *
 * A text is shown to the public only where two people have approved exactly it: by its document's hash in the language (review/review.h).
 */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include "base/slice.h"

#define LESSON_ITEMS 6u
#define LESSON_LANGUAGES 4u

/* Texts stand in the order km, ko, en, zh. Gives LESSON_LANGUAGES for another word. */
size_t lesson_language(struct text language);
extern const char *const lesson_languages[LESSON_LANGUAGES];

struct lesson_item {
	struct text id;     /* "messenger-1" */
	struct text tactic; /* "authority", "urgency", "secrecy", "upfront", "private"; empty: genuine */
	bool genuine;
	struct text from[LESSON_LANGUAGES]; /* whom it seems to come from */
	struct text says[LESSON_LANGUAGES];
	struct text why[LESSON_LANGUAGES];  /* what is said after the answer */
};

struct lesson_document {
	struct text id;                       /* a channel ("messenger", "call", "job", "investment", "romance") or "job-offer" */
	struct text hashes[LESSON_LANGUAGES]; /* 64 hexadecimal digits */
	const struct lesson_item *items;      /* LESSON_ITEMS; NULL: no channel */
};
/* In the order in which they are shown; NULL past the last. */
const struct lesson_document *lesson_document_at(size_t i);
/* NULL: there is no such one. */
const struct lesson_document *lesson_document(struct text id);

/* ---- how somebody did ---- */

struct lesson_score {
	unsigned hits, misses;                  /* scams that were seen, and not seen */
	unsigned false_alarms, rightly_trusted; /* genuine ones taken for scams, and not */
	unsigned open;                          /* not answered */
};
/* Takes a letter for each item: 's' called a scam, 'g' called genuine, '-' not answered; missing ones are not answered.
 * Fails: ST_MALFORMED (another letter, more than LESSON_ITEMS). */
MUST_USE enum status lesson_count(const struct lesson_document *lesson, struct text answers, struct lesson_score *ret);

/* ---- job offers ---- */

struct lesson_flag {
	struct text id;  /* "visa" */
	unsigned weight; /* 1 to 5 */
	struct text question[LESSON_LANGUAGES], advice[LESSON_LANGUAGES];
};
const struct lesson_flag *lesson_flag_at(size_t i); /* NULL past the last */

struct lesson_register {
	struct text country, address; /* address: empty where none is known */
	struct text name[LESSON_LANGUAGES], look[LESSON_LANGUAGES];
};
const struct lesson_register *lesson_register_at(size_t i);

enum job_answer { JOB_OPEN, JOB_NO, JOB_UNSURE, JOB_YES };
/* No band says that an offer is safe. */
enum job_band {
	JOB_VERIFY, /* 0 to 2: nothing stands out; verify all the same */
	JOB_WAIT,   /* 3 to 6: not before it is verified */
	JOB_STOP,   /* 7 and more, or a flag of weight 5: do not go, call */
};
/* A yes weighs what its flag weighs. What is not known or not answered weighs 1: it has to be asked. */
enum job_band lesson_job_band(const enum job_answer *answers, size_t count, unsigned *ret_weight);

#endif
