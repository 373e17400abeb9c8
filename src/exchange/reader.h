/* What the readers of single formats share: a buffered source, lines, and the counted hand-over of entities. */
#ifndef EXCHANGE_READER_H
#define EXCHANGE_READER_H

#include "exchange/exchange.h"

struct reader {
	const struct exchange_source *source;
	const struct exchange_sink *sink;
	struct exchange_report report;
	struct arena arena;     /* of one entity */
	struct buffer held;     /* bytes read and not yet taken */
	size_t taken;           /* bytes of `held` that were taken */
	int64_t row;
	bool ended;
	bool cut;               /* the line given last had no line end: the file ends in it */
	bool windows_1252;      /* lines that are not UTF-8 are in that code page; else they are an error */
	struct buffer decoded;  /* the current line in UTF-8, where it was not */
};

void reader_init(struct reader *reader, const struct exchange_source *source, const struct exchange_sink *sink);
void reader_release(struct reader *reader);

/* Makes at least `want` bytes available if the source has them; gives what is there. */
MUST_USE enum status reader_peek(struct reader *reader, size_t want, struct bytes *ret, struct error *ret_error);

/* Up to `room` bytes, 0 at the end; for parsers with their own buffer. */
MUST_USE enum status reader_take(struct reader *reader, uint8_t *out, size_t room, size_t *ret_len,
				 struct error *ret_error);

/* The next line without its end, checked UTF-8, or ret_line->data NULL at the end of the file; lives until the next
 * call. Counts rows. Fails: ST_LIMIT beyond EXCHANGE_LINE_MAX, ST_MALFORMED (not UTF-8). */
MUST_USE enum status reader_line(struct reader *reader, struct text *ret_line, struct error *ret_error);

/* Hands an entity over and counts it. */
MUST_USE enum status reader_entity(struct reader *reader, const struct entity *entity, struct error *ret_error);

/* Reports the current row as passed over. */
void reader_skip(struct reader *reader, const char *field, const char *reason);

/* One function a format: reads the whole file. */
enum status ftm_read(struct reader *reader, struct error *ret_error);
enum status persons_read(struct reader *reader, struct error *ret_error);
enum status ofac_csv_read(struct reader *reader, struct error *ret_error);
enum status ofac_xml_read(struct reader *reader, struct error *ret_error);
enum status un_xml_read(struct reader *reader, struct error *ret_error);
enum status eu_xml_read(struct reader *reader, struct error *ret_error);
enum status eu_journal_read(struct reader *reader, struct error *ret_error);
enum status canada_xml_read(struct reader *reader, struct error *ret_error);
enum status uk_csv_read(struct reader *reader, struct error *ret_error);
enum status eu_csv_read(struct reader *reader, struct error *ret_error);
enum status xlsx_read(struct reader *reader, struct error *ret_error);
enum status template_csv_read(struct reader *reader, struct error *ret_error);

#endif
