/* XML lists: one record element at a time, each small tree read whole, everything else streamed by.
 * libxml2's reader without network, without entities of the file's own, without external DTDs. */
#ifndef EXCHANGE_XML_H
#define EXCHANGE_XML_H

#include <libxml/tree.h>

#include "exchange/reader.h"

/* Called for each element of one of the names wanted, with its whole tree, which lives until the call returns. */
typedef enum status xml_record(struct reader *reader, void *context, xmlNode *node, struct error *ret_error);

#define XML_RECORD_MAX ((size_t)32 << 20) /* bytes of one record's tree as text; a larger one is refused */

/* Where the bytes come from, if not from the reader itself. */
struct xml_source {
	enum status (*read)(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error);
	void *context;
	bool no_document_type; /* a DOCTYPE is refused */
};

/* `names` ends in NULL; `source` NULL: the reader. While a record is told, reader->row is its line.
 * Fails: ST_MALFORMED with the line, ST_LIMIT, and what `record` gives. */
MUST_USE enum status xml_records_from(struct reader *reader, const struct xml_source *source, const char *const *names,
				      xml_record *record, void *context, struct error *ret_error);

static inline MUST_USE enum status xml_records(struct reader *reader, const char *const *names, xml_record *record,
					       void *context, struct error *ret_error)
{
	return xml_records_from(reader, NULL, names, record, context, ret_error);
}

bool xml_is(const xmlNode *node, const char *name);

/* The next child element, of that name unless NULL; `after` NULL: the first. */
xmlNode *xml_child(const xmlNode *node, const char *name, const xmlNode *after);

/* The text inside the first child of that name, trimmed; empty if there is none. Lives as long as the tree. */
struct text xml_text(const xmlNode *node, const char *name);

/* The text directly inside the element, trimmed. */
struct text xml_content(const xmlNode *node);

struct text xml_attribute(const xmlNode *node, const char *name);

#endif
