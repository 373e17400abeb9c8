/* The bulletin in force, as web has it: verified again here, mapped, replaced whole while pages are being made. */
#ifndef PORTAL_NEWS_H
#define PORTAL_NEWS_H

#include <jansson.h>

#include "bulletin/note.h"
#include "bulletin/table.h"

#define NEWS_AMBER_MS ((int64_t)24 * 3600 * 1000)
#define NEWS_OLD_MS ((int64_t)72 * 3600 * 1000)

enum news_table { NEWS_CHECKS, NEWS_RECEIPTS, NEWS_TABLES };
enum news_list { NEWS_CONTACTS, NEWS_ALERTS, NEWS_CAMPAIGNS, NEWS_FIGURES, NEWS_LISTINGS, NEWS_CALLS, NEWS_LESSONS, NEWS_LISTS };

/* Does not change while it is held. */
struct news_paper {
	struct bulletin_note note;
	struct bytes signed_note; /* as the hub signed it */
	struct bytes files[BULLETIN_FILES_MAX]; /* contents, in the note's order */
	struct bulletin_table tables[NEWS_TABLES];
	bool has[NEWS_TABLES];
	struct bytes pack; /* for checking off line; data NULL: none */
	json_t *lists[NEWS_LISTS]; /* the whole file, or NULL: not in this bulletin, or not as it should be */
};

struct news;

/* Hears of bulletins on the pair's end `fd`; only those that `key` signed are taken. Fails: ST_NO_MEMORY, ST_UNAVAILABLE. */
MUST_USE enum status news_start(int fd, const struct note_key *key, struct news **ret, struct error *ret_error);

/* The paper in force, or NULL: none has come yet. To be released. Any thread. */
const struct news_paper *news_hold(struct news *news);
void news_release(struct news *news, const struct news_paper *paper);

/* The content of a file by its name; data NULL: the bulletin has none. As long as the paper is held. */
struct bytes news_file(const struct news_paper *paper, struct text name);

/* `items` of a list, or NULL. */
json_t *news_items(const struct news_paper *paper, enum news_list list);

/* The text of an item's member in one language, English where it has none, "" where it is missing. */
struct text news_text(json_t *item, const char *member, const char *language);

/* A plain string of an item, "" where it is missing. */
struct text news_word(json_t *item, const char *member);

#endif
