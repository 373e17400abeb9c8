#include "exchange/xml.h"

#include <libxml/xmlreader.h>

#define DEPTH_MAX 32

struct input {
	struct reader *reader;
	const struct xml_source *source; /* NULL: the reader */
	struct error error;
	enum status status;
	bool in_record;
	size_t record_bytes; /* read while the current record was put together */
};

static int input_read(void *context, char *out, int room)
{
	struct input *in = context;
	size_t len = 0;

	in->status = in->source ? in->source->read(in->source->context, (uint8_t *)out, (size_t)room, &len, &in->error)
				: reader_take(in->reader, (uint8_t *)out, (size_t)room, &len, &in->error);
	in->record_bytes += in->in_record ? len : 0;
	if (in->status == ST_OK && in->record_bytes > XML_RECORD_MAX)
		in->status = error_at(&in->error, ST_LIMIT, "xml", -1, "an entry is longer than %zu MB", XML_RECORD_MAX >> 20);
	return in->status == ST_OK ? (int)len : -1;
}

static int input_close(void *context)
{
	(void)context;
	return 0;
}

/* Errors are told through the status; libxml2 must not print them. */
static void be_silent(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

static bool is_wanted(xmlTextReaderPtr x, const char *const *names)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(x);

	for (size_t i = 0; name && names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static enum status bad_xml(xmlTextReaderPtr x, struct reader *r, struct error *ret_error)
{
	int line = xmlTextReaderGetParserLineNumber(x);

	error_at(ret_error, ST_MALFORMED, "xml", -1, "the XML is damaged or cut off at line %d", line);
	if (ret_error)
		ret_error->row = line;
	r->row = line;
	return ST_MALFORMED;
}

/* One element with its whole tree. */
static enum status record_read(xmlTextReaderPtr x, struct input *in, xml_record *record, void *context,
			       struct error *ret_error)
{
	xmlNode *node;

	in->in_record = true;
	in->record_bytes = 0;
	node = xmlTextReaderExpand(x);
	in->in_record = false;
	if (in->status != ST_OK) {
		if (ret_error)
			*ret_error = in->error;
		return in->status;
	}
	if (node == NULL)
		return bad_xml(x, in->reader, ret_error);
	in->reader->row = xmlTextReaderGetParserLineNumber(x);
	return record(in->reader, context, node, ret_error);
}

static enum status records_read(xmlTextReaderPtr x, struct input *in, const char *const *names, xml_record *record,
				void *context, struct error *ret_error)
{
	int more = xmlTextReaderRead(x);

	while (more == 1) {
		int type = xmlTextReaderNodeType(x);

		if (type == XML_READER_TYPE_ENTITY_REFERENCE || xmlTextReaderDepth(x) > DEPTH_MAX)
			return error_at(ret_error, ST_MALFORMED, "xml", -1,
					"the XML uses entities of its own or is nested too deep");
		if (type == XML_READER_TYPE_DOCUMENT_TYPE && in->source && in->source->no_document_type)
			return error_at(ret_error, ST_MALFORMED, "xml", -1, "the XML brings a document type of its own");
		if (type == XML_READER_TYPE_ELEMENT && is_wanted(x, names)) {
			TRY(record_read(x, in, record, context, ret_error));
			more = xmlTextReaderNext(x);
		} else {
			more = xmlTextReaderRead(x);
		}
	}
	if (in->status != ST_OK) {
		if (ret_error)
			*ret_error = in->error;
		return in->status;
	}
	return more == 0 ? ST_OK : bad_xml(x, in->reader, ret_error);
}

enum status xml_records_from(struct reader *reader, const struct xml_source *source, const char *const *names,
			     xml_record *record, void *context, struct error *ret_error)
{
	struct input in = {.reader = reader, .source = source, .status = ST_OK};
	xmlTextReaderPtr x = xmlReaderForIO(input_read, input_close, &in, NULL, NULL,
					    XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_NOCDATA);
	enum status st;

	if (x == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	xmlTextReaderSetStructuredErrorHandler(x, be_silent, NULL);
	st = records_read(x, &in, names, record, context, ret_error);
	xmlFreeTextReader(x);
	return st;
}

bool xml_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

xmlNode *xml_child(const xmlNode *node, const char *name, const xmlNode *after)
{
	for (xmlNode *child = after ? after->next : node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE && (name == NULL || xml_is(child, name)))
			return child;
	return NULL;
}

static struct text checked(const xmlChar *s)
{
	struct text t = TEXT_NONE;

	if (s && text_check((struct bytes){s, strlen((const char *)s)}, &t, NULL) != ST_OK)
		return TEXT_NONE;
	return text_trim(t);
}

struct text xml_content(const xmlNode *node)
{
	for (const xmlNode *child = node->children; child; child = child->next)
		if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) && checked(child->content).len)
			return checked(child->content);
	return TEXT_NONE;
}

struct text xml_text(const xmlNode *node, const char *name)
{
	const xmlNode *child = xml_child(node, name, NULL);

	return child ? xml_content(child) : TEXT_NONE;
}

struct text xml_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (strcmp((const char *)a->name, name) == 0 && a->children)
			return checked(a->children->content);
	return TEXT_NONE;
}
