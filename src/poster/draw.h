/* Share image and poster of one alert, in one language: pango sets the text, cairo draws. Appends the file. docs/alerts.md. */
#ifndef POSTER_DRAW_H
#define POSTER_DRAW_H

#include "alert/alert.h"

#define POSTER_CARD_MAX ((size_t)150 * 1024)
#define POSTER_PAGE_MAX ((size_t)300 * 1024)

/* 1200 x 630 PNG. Fails: ST_UNAVAILABLE (this machine has no letters for the text: no picture of empty boxes is made); ST_LIMIT (larger than
 * POSTER_CARD_MAX); ST_NO_MEMORY. */
MUST_USE enum status poster_card(const struct alerts *alerts, const struct alert *alert, enum alert_language language, struct buffer *out,
				 struct error *ret_error);

/* A4 PDF with fonts' subsets and the site's address as QR code: level Q, 30 mm, the address and nothing else in it. Fails as poster_card,
 * POSTER_PAGE_MAX. */
MUST_USE enum status poster_page(const struct alerts *alerts, const struct alert *alert, enum alert_language language, struct buffer *out,
				 struct error *ret_error);

#endif
