#include "exchange/reader.h"

#define SNIFF 4096u

struct format {
	bool (*is)(struct text head);
	enum status (*read)(struct reader *reader, struct error *ret_error);
};

static bool has(struct text head, const char *word)
{
	return text_has(head, text_of(word));
}

static bool is_ftm(struct text head)
{
	return head.len && head.data[0] == '{' && has(head, "\"schema\"");
}

static bool is_persons(struct text head)
{
	return head.len && head.data[0] == '{' && has(head, "\"names\"") && has(head, "\"list\"");
}

static bool is_ofac_xml(struct text head)
{
	return has(head, "<sdnList");
}

static bool is_un_xml(struct text head)
{
	return has(head, "<CONSOLIDATED_LIST");
}

static bool is_canada_xml(struct text head)
{
	return has(head, "<data-set");
}

static bool is_eu_xml(struct text head)
{
	return has(head, "<WHOLE") || (has(head, "<export") && has(head, "fsdexport")) || has(head, "<sanctionEntity");
}

static bool is_eu_journal(struct text head)
{
	return (text_starts(head, TEXT("celex,")) || text_starts(head, TEXT("amendedCelex,"))) && has(head, "schema");
}

static bool is_uk_csv(struct text head)
{
	if (text_starts(head, TEXT("\"")))
		head = (struct text){head.data + 1, head.len - 1};
	return (text_starts(head, TEXT("Last Updated")) || text_starts(head, TEXT("Report Date"))) && has(head, "Name 6");
}

static bool is_eu_csv(struct text head)
{
	return (text_starts(head, TEXT("fileGenerationDate;")) || text_starts(head, TEXT("Entity_LogicalId;"))) &&
	       has(head, "NameAlias_");
}

static bool is_template(struct text head)
{
	return text_starts(head, TEXT("id,")) || text_starts(head, TEXT("id;"));
}

/* A number, and somewhere the empty mark: sdn.csv has no header. */
static bool is_ofac_csv(struct text head)
{
	size_t digits = 0;

	while (digits < head.len && head.data[digits] >= '0' && head.data[digits] <= '9')
		digits++;
	return digits && digits < head.len && head.data[digits] == ',' && has(head, "-0-");
}

static const struct format formats[] = {
	{is_persons, persons_read},     {is_ftm, ftm_read},           {is_ofac_xml, ofac_xml_read},
	{is_un_xml, un_xml_read},       {is_canada_xml, canada_xml_read}, {is_eu_xml, eu_xml_read},
	{is_eu_journal, eu_journal_read}, {is_uk_csv, uk_csv_read},   {is_eu_csv, eu_csv_read}, {is_template, template_csv_read},
	{is_ofac_csv, ofac_csv_read},
};

/* No failure is without a reason. */
static enum status told(const struct reader *r, enum status st, struct error *ret_error)
{
	if (st != ST_OK && ret_error && ret_error->message[0] == '\0') {
		error_set(ret_error, st, st == ST_LIMIT ? "a value is longer than is taken" : "out of memory");
		ret_error->row = r->row;
	}
	return st;
}

static enum status run(const struct exchange_source *source, const struct exchange_sink *sink,
		       enum status (*as)(struct reader *, struct error *), struct exchange_report *ret_report,
		       struct error *ret_error)
{
	struct reader r;
	enum status st;

	reader_init(&r, source, sink);
	st = told(&r, as(&r, ret_error), ret_error);
	if (st == ST_OK)
		*ret_report = r.report;
	reader_release(&r);
	return st;
}

static enum status recognise(struct reader *r, struct error *ret_error)
{
	struct bytes head;
	struct text start;

	TRY(reader_peek(r, SNIFF, &head, ret_error));
	if (head.len >= 3 && memcmp(head.data, "\xEF\xBB\xBF", 3) == 0) {
		head.data += 3;
		head.len -= 3;
		r->taken += 3;
	}
	if (head.len >= 4 && memcmp(head.data, "PK\x03\x04", 4) == 0)
		return xlsx_read(r, ret_error);
	if (head.len >= 4 && memcmp(head.data, "\xD0\xCF\x11\xE0", 4) == 0)
		return error_set(ret_error, ST_MALFORMED,
				 "this is an old Excel file (.xls), or one with a password: save it as .xlsx without one");
	start = text_trim((struct text){(const char *)head.data, head.len < SNIFF ? head.len : SNIFF});
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (formats[i].is(start))
			return formats[i].read(r, ret_error);
	return error_set(ret_error, ST_MALFORMED, "this is no list format that is known here");
}

enum status exchange_read(const struct exchange_source *source, const struct exchange_sink *sink,
			  struct exchange_report *ret_report, struct error *ret_error)
{
	return run(source, sink, recognise, ret_report, ret_error);
}

enum status exchange_read_ftm(const struct exchange_source *source, const struct exchange_sink *sink,
			      struct exchange_report *ret_report, struct error *ret_error)
{
	return run(source, sink, ftm_read, ret_report, ret_error);
}
