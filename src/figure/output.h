/* A release as people and programs read it: CSV, DCAT catalogue, charts, the page. All from the document, so that the numbers are the same
 * everywhere, digit for digit. A figure without all its attributes (docs/figures.md) is shown nowhere. Pure. */
#ifndef FIGURE_OUTPUT_H
#define FIGURE_OUTPUT_H

#include "figure/make.h"

/* A line of the list of all releases. */
struct figure_release {
	int64_t number;
	struct text from, to, time, hash, file; /* hash: of the note; file: as "figures-3.json" */
	struct text sha256;                     /* of the file */
	size_t size;
	int64_t revises, replaced_by; /* 0: none */
};

/* RFC 4180 with a byte order mark; one row for each number: a figure, then its parts. Failures: buffer_status. */
void figure_csv(const json_t *document, struct buffer *out);

/* {"version":1,"items":[...]}: all releases, newest first. */
void figure_releases_json(const struct figure_release *releases, size_t count, struct buffer *out);

/* DCAT 3 in JSON-LD: a series, in it a data set for each release with its files. `hub`: "cordon.kh". */
void figure_dcat(struct text hub, const struct figure_release *releases, size_t count, struct buffer *out);

/* One funnel as an SVG image with title and description, bars from zero. false: nothing of it is in the document, nothing was written. */
bool figure_chart(const json_t *document, struct text funnel, enum figure_language language, struct buffer *out);

/* The body of the page: `figures` is figures.json, `releases` figures.releases.json; either may be empty. Well-formed also as XML, no
 * script, no style. Classes: docs/figures.md. Failures: buffer_status. */
void figure_page(struct text figures, struct text releases, enum figure_language language, struct buffer *out);

#endif
