/* The list template as a workbook: what Excel, LibreOffice and a library write, and what nobody should. */
#include "lib/import.h"
#include "lib/zip.h"

#define MAIN_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define NS	  " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELS(inside) \
	"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" inside "</Relationships>"
#define REL(id, type, target) "<Relationship Id=\"" id "\" Type=\"" MAIN_TYPE type "\" Target=\"" target "\"/>"

struct parts {
	const char *workbook, *relations, *styles, *strings, *sheet; /* NULL: the usual one */
	const char *sheet_path;
};

static const char usual_workbook[] =
	"<workbook" NS " xmlns:r=\"r\"><workbookPr/><sheets><sheet name=\"List\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
static const char usual_relations[] = RELS(REL("rId1", "worksheet", "worksheets/sheet1.xml") REL("rId2", "styles", "styles.xml")
						   REL("rId3", "sharedStrings", "sharedStrings.xml"));
/* Styles: 0 General, 1 a date, 2 of eight digits, 3 a year, 4 text, 5 a date without a year. */
static const char usual_styles[] =
	"<styleSheet" NS "><numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
	"<numFmt numFmtId=\"165\" formatCode=\"00000000\"/><numFmt numFmtId=\"166\" formatCode=\"yyyy\"/></numFmts>"
	"<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
	"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/>"
	"<xf numFmtId=\"49\"/><xf numFmtId=\"16\"/></cellXfs></styleSheet>";
static const char usual_strings[] =
	"<sst" NS "><si><t>id</t></si><si><t>name</t></si><si><t>birth_date</t></si><si><t>passport_number</t></si>"
	"<si><t>phone</t></si><si><t>nationality</t></si>"
	"<si><r><rPr><b/></rPr><t xml:space=\"preserve\">KIM </t></r><r><t>Min Soo</t></r>"
	"<rPh sb=\"0\" eb=\"1\"><t>phonetic</t></rPh></si><si><t>ko_x006B__x000D_\nsecond</t></si></sst>";
#define HEAD                                                                                                   \
	"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>" \
	"<c r=\"D1\" t=\"s\"><v>3</v></c><c r=\"E1\" t=\"s\"><v>4</v></c><c r=\"F1\" t=\"s\"><v>5</v></c></row>"
#define SHEET(rows) "<worksheet" NS "><sheetData>" rows "</sheetData></worksheet>"

static const char *or_usual(const char *part, const char *usual)
{
	return part ? part : usual;
}

static void make(struct zip_made *zip, const struct parts *p, size_t room)
{
	zip_make(zip, room);
	zip_put(zip, "[Content_Types].xml", "<Types/>");
	zip_put(zip, "_rels/.rels", RELS(REL("rId1", "officeDocument", "xl/workbook.xml")));
	zip_put(zip, "xl/workbook.xml", or_usual(p->workbook, usual_workbook));
	zip_put(zip, "xl/_rels/workbook.xml.rels", or_usual(p->relations, usual_relations));
	zip_put(zip, or_usual(p->sheet_path, "xl/worksheets/sheet1.xml"), p->sheet);
	zip_put(zip, "xl/styles.xml", or_usual(p->styles, usual_styles));
	zip_put(zip, "xl/sharedStrings.xml", or_usual(p->strings, usual_strings));
	zip_finish(zip);
}

/* What it gives: entities and rows passed over, or "!row: message". */
static void read_made(const struct zip_made *zip, struct buffer *told)
{
	struct import in;

	buffer_init(told, (size_t)1 << 20);
	if (import_run(&in, zip->data, zip->used, "made.xlsx", 0) != ST_OK) {
		assert_true(in.error.message[0] != '\0');
		buffer_printf(told, "!%lld: %s", (long long)in.error.row, in.error.message);
	} else {
		assert_string_equal(in.report.format, "template-xlsx");
		buffer_add_text(told, buffer_text(&in.told));
	}
	import_free(&in);
}

static void expect(const struct parts *parts, const char *words)
{
	struct zip_made zip;
	struct buffer told;

	make(&zip, parts, (size_t)1 << 20);
	read_made(&zip, &told);
	if (!text_has(buffer_text(&told), text_of(words)))
		fail_msg("%s\ngives %.*s, not %s", parts->sheet, TEXT_ARG(buffer_text(&told)), words);
	buffer_release(&told);
	free(zip.data);
}

/* The same table as CSV and as a workbook with every kind of cell gives the same. */
static void as_the_csv_gives(void **state)
{
	static const char csv[] = "id,name,birth_date,passport_number,phone,nationality\n"
				  "1,KIM Min Soo,1990-03-07,123456,85512345678,kok\n"
				  "2,Sok,1985,00123456,,kh\n"
				  "3,Invented|Second,7 March 1990,A1,,\n";
	static const struct parts parts = {
		.sheet = SHEET(HEAD
			       "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>6</v></c><c r=\"C2\" s=\"1\"><v>32939</v></c>"
			       "<c r=\"D2\"><v>123456</v></c><c r=\"E2\"><v>8.5512345678E10</v></c>"
			       "<c r=\"F2\" t=\"inlineStr\"><is><t>kok</t></is></c></row>"
			       "<row r=\"3\"/><row r=\"4\" hidden=\"1\"><c r=\"A4\" t=\"str\"><f>1+1</f><v>2</v></c>"
			       "<c r=\"B4\" t=\"inlineStr\"><is><r><t>S</t></r><r><t>ok</t></r></is></c>"
			       "<c r=\"C4\" s=\"3\"><v>31048</v></c><c r=\"D4\" s=\"2\"><v>123456</v></c>"
			       "<c r=\"F4\" t=\"inlineStr\"><is><t>kh</t></is></c></row>"
			       "<row r=\"5\"><c r=\"A5\" s=\"4\" t=\"inlineStr\"><is><t>3</t></is></c>"
			       "<c r=\"B5\" t=\"inlineStr\"><is><t>Invented|Second</t></is></c>"
			       "<c r=\"C5\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> 7 March 1990 </t></is></c>"
			       "<c r=\"D5\" t=\"inlineStr\"><is><t>A1</t></is></c></row>"),
	};
	struct zip_made zip;
	struct import from_csv, from_xlsx;

	(void)state;
	make(&zip, &parts, (size_t)1 << 20);
	assert_ok(import_run(&from_csv, csv, sizeof csv - 1, "made.csv", 0));
	for (size_t step = 0; step < 3; step++) {
		assert_ok(import_run(&from_xlsx, zip.data, zip.used, "made.xlsx", step));
		if (!text_equal(buffer_text(&from_csv.told), buffer_text(&from_xlsx.told)))
			fail_msg("CSV gives\n%.*sthe workbook\n%.*s", TEXT_ARG(buffer_text(&from_csv.told)),
				 TEXT_ARG(buffer_text(&from_xlsx.told)));
		assert_int_equal(from_xlsx.report.persons, 3);
		import_free(&from_xlsx);
	}
	import_free(&from_csv);
	free(zip.data);
}

/* As LibreOffice Calc lays it out: parts in another order, absolute names, references left out, dates from 1904. */
static void as_another_program_writes(void **state)
{
	struct zip_made zip;
	struct buffer told;

	(void)state;
	zip_make(&zip, (size_t)1 << 20);
	zip_put(&zip, "xl/worksheets/sheet2.xml",
		"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/"
		"spreadsheetml/2006/main\"><x:sheetPr filterMode=\"false\"/><x:dimension ref=\"A1:C2\"/><x:sheetData>"
		"<x:row><x:c t=\"s\"><x:v>0</x:v></x:c><x:c t=\"s\"><x:v>1</x:v></x:c><x:c t=\"s\"><x:v>2</x:v></x:c></x:row>"
		"<x:row><x:c t=\"n\"><x:v>7</x:v></x:c><x:c t=\"s\"><x:v>3</x:v></x:c><x:c s=\"1\" t=\"n\"><x:v>31477</x:v></x:c></x:row>"
		"</x:sheetData></x:worksheet>");
	zip_put(&zip, "xl/worksheets/sheet1.xml", SHEET("<row><c t=\"n\"><v>1</v></c></row>"));
	zip_put(&zip, "xl/sharedStrings.xml",
		"<sst" NS "><si><t>id</t></si><si><t>name</t></si><si><t>birth_date</t></si><si><t>김민수</t></si></sst>");
	zip_put(&zip, "xl/styles.xml",
		"<styleSheet" NS "><numFmts><numFmt numFmtId=\"165\" formatCode=\"YYYY\\-MM\\-DD\"/></numFmts>"
		"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>");
	zip_put(&zip, "xl/_rels/workbook.xml.rels",
		RELS(REL("rId1", "styles", "/xl/styles.xml") REL("rId2", "worksheet", "/xl/worksheets/sheet1.xml")
			     REL("rId3", "worksheet", "/xl/worksheets/sheet2.xml") REL("rId4", "sharedStrings", "sharedStrings.xml")));
	zip_put(&zip, "xl/workbook.xml",
		"<workbook" NS " xmlns:r=\"r\"><workbookPr date1904=\"true\"/><sheets>"
		"<sheet name=\"Notes\" sheetId=\"1\" state=\"hidden\" r:id=\"rId2\"/>"
		"<sheet name=\"List\" sheetId=\"2\" state=\"visible\" r:id=\"rId3\"/></sheets></workbook>");
	zip_put(&zip, "_rels/.rels", RELS(REL("rId1", "officeDocument", "xl/workbook.xml")));
	zip_finish(&zip);
	read_made(&zip, &told);
	if (!text_starts(buffer_text(&told), TEXT("{\"id\":\"made-7\"")) ||
	    !text_has(buffer_text(&told), TEXT("\"name\":[\"김민수\"],\"birthDate\":[\"1990-03-07\"]")))
		fail_msg("%.*s", TEXT_ARG(buffer_text(&told)));
	buffer_release(&told);
	free(zip.data);
}

#define ROW2(cells) SHEET(HEAD "<row r=\"2\">" cells "</row>")
#define ID	    "<c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>6</v></c>"

static const struct {
	const char *sheet, *told;
} cells[] = {
	{ROW2("<c r=\"B2\" t=\"s\"><v>6</v></c>"), "row 2: id: missing"},
	{ROW2("<c r=\"A2\"><v>1</v></c>"), "row 2: name: an entry without a name"},
	{SHEET(HEAD "<row r=\"900\"><c r=\"A900\"><v>1</v></c></row>"), "row 900: name: an entry without a name"},
	{ROW2(ID "<c r=\"C2\"><v>32939</v></c>"), "row 2: birthDate: no date could be made out"},
	{ROW2(ID "<c r=\"C2\" s=\"5\"><v>46000</v></c>"), "row 2: birth_date: a date that does not show its year"},
	{ROW2(ID "<c r=\"C2\" s=\"1\"><v>60</v></c>"), "row 2: birth_date: a date outside"},
	{ROW2(ID "<c r=\"C2\" t=\"d\"><v>1990-03-07T00:00:00</v></c>"), "\"birthDate\":[\"1990-03-07\"]"},
	{ROW2(ID "<c r=\"D2\" t=\"e\"><v>#REF!</v></c>"), "row 2: passport_number: holds an error of a formula"},
	{ROW2(ID "<c r=\"D2\"><v>1.23456789012346E+15</v></c>"), "row 2: passport_number: a number of more than 15 digits"},
	{ROW2(ID "<c r=\"D2\" t=\"s\"><v>99</v></c>"), "row 2: passport_number: names a text that the workbook does not"},
	{ROW2(ID "<c r=\"D2\" t=\"b\"><v>1</v></c>"), "\"passportNumber\":[\"true\"]"},
	{ROW2(ID "<c r=\"D2\" s=\"7777\"><v>12</v></c>"), "\"passportNumber\":[\"12\"]"},
	{ROW2(ID "<c r=\"H2\"><v>1</v></c>"), "row 2: column H: stands in a column without a name"},
	{ROW2(ID "<c r=\"AAB2\"><v>1</v></c>"), "row 2: column AAB: stands in a column without a name"},
	{ROW2(ID "<c r=\"F2\" t=\"s\"><v>7</v></c>"), "row 2: nationality: no such country is known"},
	{ROW2(ID "<c r=\"F2\" t=\"s\"><v>7</v></c>"), "\"notes\":[\"kok\\r\\nsecond\"]"},
	{ROW2(ID "<c r=\"?\"><v>1</v></c>"), "!2: xl/worksheets/sheet1.xml: birth_date: a cell has no good reference"},
	{SHEET(HEAD "<row r=\"x\"/>"), "!1: xl/worksheets/sheet1.xml: a row has no good number"},
	{SHEET(""), "!0: the first visible sheet is empty"},
	{SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"), "!1: xl/worksheets/sheet1.xml: the header has no column name"},
	{SHEET("<row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c></row>"), "!3: xl/worksheets/sheet1.xml: the header has no column id"},
	{SHEET("<row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>1</v></c></row>"),
	 "!1: xl/worksheets/sheet1.xml: the header has twice the column name"},
	{SHEET("<row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>7</v></c></row>"),
	 "no column of the template"},
	{"<worksheet" NS "><sheetData>" HEAD "<row r=\"2\">" ID "</row></sheetData>"
	 "<mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells></worksheet>", "merged cells A2:A3: only the first"},
	{"<worksheet" NS "><sheetData>" HEAD "<row r=\"2\">" ID, "!0: xl/worksheets/sheet1.xml: the XML is damaged or cut off at line 1, after row 1"},
	{"", "!0: xl/worksheets/sheet1.xml: the XML is damaged or cut off"},
	/* Entities that grow: no document type at all is taken. */
	{"<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><worksheet" NS "><sheetData>"
	 HEAD "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>&b;&b;</t></is></c></row></sheetData></worksheet>",
	 "!0: xl/worksheets/sheet1.xml: the XML brings a document type of its own"},
	{"<!DOCTYPE w SYSTEM \"file:///etc/passwd\"><worksheet/>", "brings a document type of its own"},
	{SHEET(HEAD "<row r=\"2\"><c r=\"A2\"><v>&undefined;</v></c></row>"), "!"},
};

static void single_cells(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
		expect(&(struct parts){.sheet = cells[i].sheet}, cells[i].told);
}

static void workbooks_that_are_not_whole(void **state)
{
	static const char good[] = ROW2(ID);

	(void)state;
	expect(&(struct parts){.sheet = good}, "\"name\":[\"KIM Min Soo\"]");
	expect(&(struct parts){.sheet = good, .workbook = "<workbook" NS "><sheets/></workbook>"}, "!0: the workbook has no sheet");
	expect(&(struct parts){.sheet = good,
			       .workbook = "<workbook" NS " xmlns:r=\"r\"><sheets><sheet state=\"veryHidden\" r:id=\"rId1\"/>"
					   "</sheets></workbook>"},
	       "!0: the workbook has no sheet that is visible");
	expect(&(struct parts){.sheet = good, .relations = RELS(REL("rId1", "chartsheet", "worksheets/sheet1.xml"))},
	       "!0: the workbook has no sheet that is visible");
	expect(&(struct parts){.sheet = good, .sheet_path = "xl/worksheets/other.xml"}, "!0: xl/worksheets/sheet1.xml is missing in it");
	expect(&(struct parts){.sheet = good, .strings = "<sst><si>"}, "!0: xl/sharedStrings.xml: the XML is damaged");
	expect(&(struct parts){.sheet = good, .styles = "no XML"}, "!0: xl/styles.xml: the XML is damaged");
	/* Without styles and shared texts a workbook can be whole. */
	expect(&(struct parts){.relations = RELS(REL("rId1", "worksheet", "worksheets/sheet1.xml")),
			       .sheet = SHEET("<row><c t=\"inlineStr\"><is><t>id</t></is></c><c t=\"inlineStr\"><is><t>name</t></is></c>"
					      "</row><row><c><v>5</v></c><c t=\"inlineStr\"><is><t>A</t></is></c></row>")},
	       "\"id\":\"made-5\"");
}

static void files_that_are_no_workbook(void **state)
{
	struct zip_made zip;
	struct buffer told;
	struct import in;

	(void)state;
	zip_make(&zip, 4096);
	zip_put(&zip, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
	zip_finish(&zip);
	read_made(&zip, &told);
	assert_text(buffer_text(&told), "!0: this is a zip file but no Excel workbook");
	buffer_release(&told);
	free(zip.data);
	assert_int_equal(import_run(&in, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "old.xls", 0), ST_MALFORMED);
	assert_non_null(strstr(in.error.message, "save it as .xlsx"));
	import_free(&in);
	zip_make_with(&zip, 1 << 16, "secret");
	zip_put(&zip, "_rels/.rels", RELS(REL("rId1", "officeDocument", "xl/workbook.xml")));
	zip_finish(&zip);
	read_made(&zip, &told);
	assert_text(buffer_text(&told), "!0: the file has a password");
	buffer_release(&told);
	free(zip.data);
}

/* Cut off anywhere it is refused; with any byte changed it is read as before or refused, never half. */
static void damage(void **state)
{
	static const struct parts parts = {.sheet = SHEET(HEAD "<row r=\"2\">" ID "</row><row r=\"3\"><c r=\"A3\"><v>2</v></c>"
							       "<c r=\"B3\" t=\"inlineStr\"><is><t>SOK Invented</t></is></c></row>")};
	struct zip_made zip;
	struct import whole, in;
	uint8_t *copy;

	(void)state;
	make(&zip, &parts, (size_t)1 << 20);
	assert_ok(import_run(&whole, zip.data, zip.used, "made.xlsx", 0));
	assert_int_equal(whole.report.persons, 2);
	copy = malloc(zip.used);
	assert_non_null(copy);
	for (size_t cut = 1; cut < zip.used; cut++) {
		memcpy(copy, zip.data, cut);
		assert_int_not_equal(import_run(&in, copy, cut, "made.xlsx", 0), ST_OK);
		assert_true(in.error.message[0] != '\0');
		import_free(&in);
	}
	for (size_t i = 0; i < zip.used; i++) {
		memcpy(copy, zip.data, zip.used);
		copy[i] ^= (uint8_t)(1u << i % 8);
		if (import_run(&in, copy, zip.used, "made.xlsx", 0) != ST_OK)
			assert_true(in.error.message[0] != '\0');
		else if (in.report.persons != whole.report.persons)
			fail_msg("byte %zu changed: %.*s", i, TEXT_ARG(buffer_text(&in.told)));
		import_free(&in);
	}
	free(copy);
	import_free(&whole);
	free(zip.data);
}

/* ---- files made to hurt ---- */

static void add_often(struct zip_made *zip, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		zip_add(zip, text);
}

/* A workbook whose parts up to `part` are usual and that one is `head`, `often` many times, `tail`. */
static void expect_large(const char *part, const char *head, const char *often, size_t times, const char *tail,
			 const char *words)
{
	static const struct {
		const char *name, *text;
	} parts[] = {{"_rels/.rels", RELS(REL("rId1", "officeDocument", "xl/workbook.xml"))},
		     {"xl/workbook.xml", usual_workbook},
		     {"xl/_rels/workbook.xml.rels", usual_relations},
		     {"xl/styles.xml", usual_styles},
		     {"xl/sharedStrings.xml", usual_strings},
		     {"xl/worksheets/sheet1.xml", ROW2(ID)}};
	struct zip_made zip;
	struct buffer told;

	zip_make(&zip, (size_t)8 << 20);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (strcmp(parts[i].name, part) != 0) {
			zip_put(&zip, parts[i].name, parts[i].text);
			continue;
		}
		zip_begin(&zip, part);
		zip_add(&zip, head);
		add_often(&zip, often, times);
		zip_add(&zip, tail);
	}
	zip_finish(&zip);
	read_made(&zip, &told);
	if (!text_has(buffer_text(&told), text_of(words)))
		fail_msg("%s gives %.*s, not %s", part, (int)(told.len < 500 ? told.len : 500), (char *)told.data, words);
	buffer_release(&told);
	free(zip.data);
}

static void bombs(void **state)
{
	static char block[65537], text[65600];

	(void)state;
	memset(block, 'x', 65536);
	snprintf(text, sizeof text, "<si><t>%.65000s</t></si>", block);
	for (size_t i = 0; i < 65536; i += 4)
		memcpy(block + i, "<a/>", 4);
	expect_large("xl/workbook.xml", "<workbook>", block, 260, "</workbook>", "a part of the file unpacks to more than 16 MB");
	expect_large("xl/sharedStrings.xml", "<sst>", text, 2200, "</sst>", "xl/sharedStrings.xml: more than 128 MB of texts");
	expect_large("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r=\"1\">", "<c r=\"A1\"><v>1</v></c>", 1600000,
		     "</row></sheetData></worksheet>", "an entry is longer than 32 MB");
	/* One cell, of what XML's parser takes. */
	memset(block, 'x', 65536);
	expect_large("xl/worksheets/sheet1.xml",
		     "<worksheet><sheetData>" HEAD "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>", block, 17,
		     "</t></is></c></row></sheetData></worksheet>", "!2: xl/worksheets/sheet1.xml: name: a cell holds more than 1 MB");
	/* A value that the sheet may hold but an entity not. */
	expect_large("xl/worksheets/sheet1.xml",
		     "<worksheet><sheetData>" HEAD "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>", block, 2,
		     "</t></is></c></row></sheetData></worksheet>", "row 2: name: too long or too many");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_csv_gives),
		cmocka_unit_test(as_another_program_writes),
		cmocka_unit_test(single_cells),
		cmocka_unit_test(workbooks_that_are_not_whole),
		cmocka_unit_test(files_that_are_no_workbook),
		cmocka_unit_test(damage),
		cmocka_unit_test(bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
