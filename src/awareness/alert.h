/* Alerts to the public (docs/alerts.md): one officer writes, another releases. What went out is never written over: an update, and what takes an
 * alert back, is another alert that refers to it. From its release on an alert has a number, which the public reads.
 *
 * Outbox: "public-alert"; "public" where the next bulletin is another one.
 */
#ifndef AWARENESS_ALERT_H
#define AWARENESS_ALERT_H

#include "alert/alert.h"
#include "awareness/awareness.h"

/* Whose images and posters are in the bulletin: the newest ones, in all their languages. */
#define ALERTS_DRAWN 12u
#define ALERT_MEDIA_MAX (ALERTS_DRAWN * ALERT_LANGUAGES * 2u)

struct alert_new {
	struct text refers; /* id of the released alert that it stands in the place of; empty: of none */
	bool cancel;        /* takes that one back */
	bool exercise;
	struct alert_texts title, text, advice;
	struct text urgency, severity, certainty; /* CAP's words; what is none of them counts as Unknown */
	struct text countries[ALERT_COUNTRIES_MAX], channels[ALERT_CHANNELS_MAX];
	size_t country_count, channel_count;
	struct text campaign; /* id, or empty */
	int64_t expires_ms;   /* 0: in force until replaced */
};

/* In state "proposed". Control characters, and those that turn the direction of writing, are refused; each language that has a title has a
 * text. Fails: ST_MALFORMED reason "value-invalid" with the field; ST_CONFLICT reason "alert-replaced" (what it refers to is not the newest of
 * its kind, was taken back, or never released); ST_NOT_FOUND; as db_exec. */
MUST_USE enum status alert_propose(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct alert_new *new,
				   struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

struct alert_act {
	struct text id;
	int64_t version;
	struct text act; /* release (another officer), decline */
	struct text note;
};
/* Released: it has its number and a leaf in the log. Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state",
 * "alert-replaced", "alert-over" (its time has ended); ST_DENIED reason "alert-same-person"; ST_NOT_FOUND reason "no-such-act"; as db_exec. */
MUST_USE enum status alert_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct alert_act *act,
			      struct arena *arena, struct error *ret_error);

/* ---- what the public is given (alert_public.c) ---- */

/* Who says it and where it is read: the same for all alerts of a hub. */
struct alert_head {
	struct text site, sender, hotline, authority; /* hotline, authority: or empty */
};

/* The members of alerts.json but its time, from "site" on, a comma before: all alerts, the newest first, or the one with this number (0: all).
 * Appends. Fails: as db_query. */
MUST_USE enum status alerts_write(struct db_tx *tx, const struct alert_head *head, int64_t number, struct arena *arena, struct buffer *out,
				  struct error *ret_error);

/* Something that is to be drawn: an alert in a language that it is written in. */
struct alert_drawing {
	struct text id; /* of the alert */
	int64_t number;
	enum alert_language language;
	enum alert_file_kind kind;
};
/* The next one that nobody has drawn yet, newest alerts first. *ret_id in the arena. Fails: ST_NOT_FOUND (all is drawn); as db_query. */
MUST_USE enum status alert_draw_next(struct db_tx *tx, struct arena *arena, struct alert_drawing *ret, struct error *ret_error);

/* Keeps what was drawn; no bytes: it could not be, and why. Outbox: "public". Fails: as db_exec. */
MUST_USE enum status alert_drawn(struct awareness *awareness, struct db_tx *tx, const struct alert_drawing *drawing, struct bytes content,
				 struct text trouble, struct error *ret_error);

#endif
