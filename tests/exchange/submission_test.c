/* Submissions: each kind of value that is taken or refused, headings and values in four languages, files of every make. */
#include <stdio.h>

#include "exchange/submission_date.h"
#include "exchange/submission_table.h"
#include "lib/submission.h"

/* ---- the table ---- */

static void columns_stand_in_the_order_of_the_template(void **state)
{
	static const struct {
		enum submission_column column;
		const char *name;
	} some[] = {{SUBMISSION_REFERENCE, "reference"}, {SUBMISSION_ALIAS, "alias"},	   {SUBMISSION_BIRTH_DATE, "birth_date"},
		    {SUBMISSION_ID_COUNTRY, "id_country"}, {SUBMISSION_OFFENCE, "offence"}, {SUBMISSION_MEASURE, "measure"},
		    {SUBMISSION_NOTES, "notes"}};

	(void)state;
	assert_null(submission_heading(SUBMISSION_COLUMNS));
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
		assert_text(submission_heading(some[i].column)->name, some[i].name);
}

/* Every heading of every language leads back to its own column and to no other. */
static void headings_lead_to_their_columns(void **state)
{
	static const struct {
		const char *heading;
		int column;
	} some[] = {{"Passport no.*", SUBMISSION_PASSPORT_NUMBER}, {"PASSPORT NUMBER", SUBMISSION_PASSPORT_NUMBER},
		    {"생년월일 (YYYY-MM-DD)", SUBMISSION_BIRTH_DATE}, {"성 명", SUBMISSION_NAME},
		    {"birthDate", SUBMISSION_BIRTH_DATE}, {"Name (Latin)", SUBMISSION_NAME_LATIN},
		    {"最高刑期(月)", SUBMISSION_PENALTY_MONTHS}, {"ថ្ងៃខែឆ្នាំកំណើត", SUBMISSION_BIRTH_DATE},
		    {"담당자", SUBMISSION_COLUMNS}, {"", SUBMISSION_COLUMNS}, {"(x)", SUBMISSION_COLUMNS}};

	(void)state;
	for (int i = 0; i < SUBMISSION_COLUMNS; i++) {
		const struct submission_heading *h = submission_heading((enum submission_column)i);
		const struct text lists[] = {h->name, h->en, h->km, h->ko, h->zh};

		for (size_t k = 0; k < 5; k++) {
			struct text rest = lists[k], one;

			while (text_split(&rest, '|', &one))
				if ((int)submission_column_of(one) != i)
					fail_msg("\"%.*s\" leads to column %d, not %d", TEXT_ARG(one), (int)submission_column_of(one), i);
		}
	}
	for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
		if ((int)submission_column_of(text_of(some[i].heading)) != some[i].column)
			fail_msg("\"%s\" leads to column %d", some[i].heading, (int)submission_column_of(text_of(some[i].heading)));
}

/* ---- dates ---- */

static const struct {
	const char *in, *out; /* the date, "~" before one that is about right, or the reason */
} dates[] = {
	{"1990-03-07", "1990-03-07"},
	{"1990-3-7", "1990-03-07"},
	{"1990.3.7.", "1990-03-07"},
	{"1990/03/07", "1990-03-07"},
	{"19900307", "1990-03-07"},
	{"1990", "1990"},
	{"1990-03", "1990-03"},
	{"03/1990", "1990-03"},
	{"7 March 1990", "1990-03-07"},
	{"7th March 1990", "date-unreadable"},
	{"March 7, 1990", "1990-03-07"},
	{"7-Mar-1990", "1990-03-07"},
	{"Mar 1990", "1990-03"},
	{"07.03.1990", "1990-03-07"},
	{"26/11/1972", "1972-11-26"},
	{"11/26/1972", "1972-11-26"},
	{"05/05/1972", "1972-05-05"},
	{"03/07/1990", "date-ambiguous"},
	{"03-07-1990", "date-ambiguous"},
	{"1990년 3월 7일", "1990-03-07"},
	{"1990년3월", "1990-03"},
	{"1990년", "1990"},
	{"약 1990년", "~1990"},
	{"circa 1990", "~1990"},
	{"c. 1990", "date-unreadable"},
	{"서기 1990년 3월 7일", "1990-03-07"},
	{"1990年3月7日", "1990-03-07"},
	{"1990年03月07号", "1990-03-07"},
	{"１９９０年３月７日", "1990-03-07"},
	{"约1990年", "~1990"},
	{"ថ្ងៃទី៧ ខែមីនា ឆ្នាំ១៩៩០", "1990-03-07"},
	{"៧ មីនា ១៩៩០", "1990-03-07"},
	{"៧ មីនា ២៥៣៣", "1990-03-07"},
	{"ថ្ងៃទី៧ ខែមីនា ព.ស. ២៥៣៣", "1990-03-07"},
	{"2533-03-07", "1990-03-07"},
	{"1990-03-07T00:00:00Z", "1990-03-07"},
	{"1990-03-07 00:00", "1990-03-07"},
	{"1990-03-06T15:00:00Z", "date-unreadable"},
	{"1990-02-30", "date-impossible"},
	{"1990년 2월 29일", "date-impossible"},
	{"2000-02-29", "2000-02-29"},
	{"1990-13-01", "date-impossible"},
	{"1990-00-07", "date-impossible"},
	{"31/31/1990", "date-impossible"},
	{"19901301", "date-impossible"},
	{"900307", "date-unreadable"},
	{"90-03-07", "date-unreadable"},
	{"32939", "date-unreadable"},
	{"1990-1995", "date-unreadable"},
	{"1990-03-07 1991-03-07", "date-unreadable"},
	{"unknown", "date-unreadable"},
	{"March", "date-unreadable"},
	{"-", "date-unreadable"},
	{"1990-03-07-", "1990-03-07"},
	{"1990-03-07 in Seoul", "date-unreadable"},
	{"7 7 7 1990", "date-unreadable"},
	{"00000000", "date-impossible"},
	{"1990 03 07 1990 03 07", "date-unreadable"},
};

static void dates_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
		struct submission_date d = {.iso = ""};
		const char *reason = submission_date_read(text_of(dates[i].in), &d);
		char told[32];

		snprintf(told, sizeof told, "%s%s", reason == NULL && d.circa ? "~" : "", reason ? reason : d.iso);
		if (strcmp(told, dates[i].out) != 0)
			fail_msg("\"%s\" gives %s, not %s", dates[i].in, told, dates[i].out);
	}
}

/* ---- one value in an otherwise good row ---- */

struct column_value {
	const char *column, *value;
};

static const struct column_value usual[] = {
	{"reference", "KR-1"},	      {"name", "김민수"},		     {"name_latin", "KIM MINSOO"},
	{"birth_date", "1990-03-07"}, {"nationality", "KR"},		     {"passport_number", "M12345678"},
	{"offence", "사기"},	      {"law", "형법"},		     {"measure", "입국금지"},
	{"purpose", "차단"},
};

/* A CSV of one person with some columns changed or added: "column=value;...", \x1f for a line end. */
static void csv_make(struct buffer *out, const struct column_value *changes, size_t count)
{
	struct column_value all[24];
	size_t n = sizeof usual / sizeof usual[0];

	memcpy(all, usual, sizeof usual);
	for (size_t i = 0; i < count && changes[i].column; i++) {
		size_t at = 0;

		while (at < n && strcmp(all[at].column, changes[i].column) != 0)
			at++;
		all[at] = changes[i];
		n += at == n;
	}
	for (size_t i = 0; i < n; i++)
		buffer_printf(out, "%s%s", i ? "," : "", all[i].column);
	buffer_add_char(out, '\n');
	for (size_t i = 0; i < n; i++) {
		buffer_add_text(out, i ? TEXT(",\"") : TEXT("\""));
		for (const char *c = all[i].value; *c; c++)
			buffer_printf(out, "%s%c", *c == '"' ? "\"" : "", *c);
		buffer_add_char(out, '"');
	}
	buffer_add_char(out, '\n');
}

#define DETAIN {"measure", "detain"}
#define WARRANT(expiry) {"warrant_number", "1"}, {"warrant_issuer", "court"}, {"warrant_expiry", expiry}
#define ZONE "P<KORKIM<<MINSOO<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n"

static const struct {
	struct column_value changes[5];
	const char *told; /* of the row; a part of the nomination's JSON where it begins with '{' or '"' */
} values[] = {
	{{{"reference", ""}}, "2 reference required\n"},
	{{{"offence", " "}}, "2 offence required\n"},
	{{{"measure", ""}, {"purpose", ""}, {"law", ""}}, "2 law required\n2 measure required\n2 purpose required\n"},
	{{{"reference", "example"}}, "2 reference example-row\n"},
	{{{"name", ""}, {"name_latin", ""}}, "2 name required\n"},
	{{{"name", ""}}, "\"name\":[\"KIM MINSOO\"]"},
	{{{"name", ""}, {"family_name", "김"}, {"given_name", "민수"}}, "\"name\":[\"김민수\",\"KIM MINSOO\"]"},
	{{{"name", ""}, {"family_name", "សុខ"}, {"given_name", "ដារ៉ា"}}, "\"name\":[\"សុខ ដារ៉ា\",\"KIM MINSOO\"]"},
	{{{"name_latin", ""}, {"family_name_latin", "Kim"}, {"given_name_latin", "Min Soo"}}, "\"Kim Min Soo\""},
	{{{"name", "123"}}, "2 name name-letters\n"},
	{{{"name_latin", "김민수"}}, "2 name_latin not-latin\n"},
	{{{"name_latin", "KIM MIN\u0421HUL"}}, "2 name_latin mixed-scripts\n"},
	{{{"name_latin", "\u041a\u0418\u041c"}}, "2 name_latin not-latin\n"},
	{{{"alias", "Иван Kim"}}, "\"alias\":[\"Иван Kim\"]"},
	{{{"alias", "A\u200bB|가|\n나 ; 다"}}, "\"alias\":[\"AB\",\"가\",\"나\",\"다\"]"},
	{{{"name", "김\u202e민수"}}, "2 name control-characters\n"},
	{{{"name", "김\x07민수"}}, "2 name control-characters\n"},
	{{{"name", "김\ufffd수"}}, "2 name text-damaged\n"},
	{{{"name", "김\ue000수"}}, "2 name text-damaged\n"},
	/* Two jamo as old Macintosh files have them, and full width letters. */
	{{{"name", "\u1100\u1175\u11b7"}}, "\"name\":[\"김\",\"KIM MINSOO\"]"},
	{{{"name_latin", "ＫＩＭ　ＭＩＮＳＯＯ"}}, "\"KIM MINSOO\""},
	{{{"name", "=cmd|' /C calc'!A0"}}, "2 name cell-formula\n"},
	{{{"alias", "@SUM(A1)"}}, "2 alias cell-formula\n"},
	{{{"phone", "+82 (0)10-1234-5678|+855 12 345 678"}}, "\"phone\":[\"+82 (0)10-1234-5678\",\"+855 12 345 678\"]"},
	{{{"phone", "12"}}, "2 phone phone-number\n"},
	{{{"phone", "call me 123456"}}, "2 phone phone-number\n"},
	{{{"birth_date", "2026-11-28"}}, "2 birth_date date-future\n"},
	{{{"birth_date", "2026-11-26"}}, "\"birthDate\":[\"2026-11-26\"]"},
	{{{"birth_date", "1880"}}, "2 birth_date date-too-old\n"},
	{{{"birth_date", "약 1990년"}}, "\"birthDate\":[\"1990\"]"},
	{{{"gender", "여"}}, "\"gender\":[\"female\"]"},
	{{{"gender", "ប្រុស"}}, "\"gender\":[\"male\"]"},
	{{{"gender", "?"}}, "2 gender gender-unknown\n"},
	{{{"nationality", "대한민국|中国|កម្ពុជា|Viet Nam"}, {"passport_country", "KR"}}, "\"nationality\":[\"kr\",\"cn\",\"kh\",\"vn\"]"},
	{{{"nationality", "Atlantis"}}, "2 nationality country-unknown\n"},
	{{{"nationality", ""}}, "2 passport_country country-missing\n"},
	{{{"nationality", ""}, {"passport_country", "KOR"}}, "[{\"country\":\"kr\",\"kind\":\"passport\",\"number\":\"M12345678\"}]"},
	{{{"passport_number", "M12345678;N7654321"}, {"passport_country", "KR;KH"}},
	 "{\"country\":\"kh\",\"kind\":\"passport\",\"number\":\"N7654321\"}"},
	{{{"passport_number", "M12345678;N7654321;X"}, {"passport_country", "KR;KH"}},
	 "2 passport_country country-count\n2 passport_number document-number\n"},
	{{{"passport_number", "M1"}}, "2 passport_number document-number\n"},
	{{{"passport_number", "ABCDEFGH"}}, "2 passport_number document-number\n"},
	{{{"passport_number", ZONE "M123456784KOR9003071M3001019<<<<<<<<<<<<<<08"}}, "2 passport_number document-check\n"},
	{{{"passport_number", ZONE "M123456788KOR"}}, "2 passport_number document-number\n"},
	{{{"id_number", "11010519491231002X"}, {"id_country", "中国"}}, "{\"country\":\"cn\",\"kind\":\"identity-card\",\"number\":\"11010519491231002X\"}"},
	{{{"id_number", "110105194912310021"}, {"id_country", "中国"}}, "2 id_number document-check\n"},
	{{{"account", "GB82 WEST 1234 5698 7654 32"}}, "\"iban\":[\"GB82 WEST 1234 5698 7654 32\"]"},
	{{{"account", "GB83 WEST 1234 5698 7654 32"}}, "2 account account-number\n"},
	{{{"account", "NH농협 110-123-456789"}}, "\"accountNumber\":[\"NH농협 110-123-456789\"]"},
	{{{"wallet", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"}}, "\"publicKey\""},
	{{{"wallet", "1BoatSLRHtKNngkdXEeobR76b53LETtpyZ"}}, "2 wallet wallet-address\n"},
	{{{"penalty_months", "１２０"}}, "\"penaltyMonths\":120"},
	{{{"penalty_months", "무기징역"}}, "\"penaltyMonths\":1200"},
	{{{"penalty_months", "3 years"}}, "2 penalty_months penalty-number\n"},
	{{{"penalty_months", "-1"}}, "2 penalty_months penalty-number\n"},
	{{{"penalty_months", "0"}}, "2 penalty_months penalty-range\n"},
	{{{"penalty_months", "99999999999999999999999999"}}, "2 penalty_months penalty-range\n"},
	{{{"measure", "입국금지|2차 심사"}}, "\"measures\":[\"refuse-entry\",\"refer\"]"},
	{{{"measure", "禁止入境"}}, "\"measures\":[\"refuse-entry\"]"},
	{{{"measure", "ហាមចូល"}}, "\"measures\":[\"refuse-entry\"]"},
	{{{"measure", "expel"}}, "2 measure measure-unknown\n"},
	{{{"measure", "protect|refuse entry"}}, "2 measure measures-conflict\n"},
	{{DETAIN}, "2 warrant_number detain-warrant\n2 warrant_issuer detain-warrant\n2 warrant_expiry detain-warrant\n"},
	{{DETAIN, WARRANT("2030-01-01")}, "\"measures\":[\"detain\"]"},
	{{DETAIN, WARRANT("2026-11-26")}, "\"measures\":[\"detain\"]"},
	{{DETAIN, WARRANT("2026-11-24")}, "2 warrant_expiry warrant-expired\n"},
	{{DETAIN, WARRANT("2030-01")}, "2 warrant_expiry date-partial\n"},
	{{DETAIN, WARRANT("soon")}, "2 warrant_expiry date-unreadable\n"},
	{{DETAIN, WARRANT("2030-01-01"), {"warrant_date", "2031-01-01"}}, "2 warrant_date date-future\n2 warrant_expiry date-order\n"},
	{{{"birth_date", ""}, {"passport_number", ""}}, "2 birth_date identity-needed\n"},
	{{{"birth_date", ""}, {"passport_number", ""}, {"measure", "refer"}}, "\"measures\":[\"refer\"]"},
	{{{"handling", "h2"}}, "\"handling\":2"},
	{{{"handling", "4"}}, "2 handling handling-unknown\n"},
	{{{"reference", "1234567890123456789012345678901234567890123456789012345678901"}}, "2 reference too-long\n"},
	{{{"alias", "a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z|a1|b1|c1|d1|e1|f1|g1"}}, "2 alias too-many-values\n"},
	/* Everything that is wrong is told at once. */
	{{{"name", "1"}, {"gender", "q"}, {"nationality", "q"}, {"birth_date", "q"}, {"measure", "q"}},
	 "2 name name-letters\n2 birth_date date-unreadable\n2 nationality country-unknown\n2 gender gender-unknown\n"
	 "2 measure measure-unknown\n"},
};

static void single_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct submission_told t;
		struct buffer csv, made;
		struct text told;

		buffer_init(&csv, 1 << 20);
		buffer_init(&made, 1 << 20);
		csv_make(&csv, values[i].changes, 5);
		submission_tell(&t, csv.data, csv.len, "", "");
		told = buffer_text(&t.told);
		assert_int_equal(t.status, ST_OK);
		assert_int_equal(t.submission.count, 1);
		assert_int_equal(t.submission.refused, t.submission.rows[0].nomination == NULL);
		assert_int_equal(t.submission.rows[0].problem_count != 0, t.submission.rows[0].nomination == NULL);
		if (t.submission.rows[0].nomination) {
			submission_write(t.submission.rows[0].nomination, &made);
			told = buffer_text(&made);
		}
		if (values[i].told[0] == '2' ? !text_equal(told, text_of(values[i].told)) : !text_has(told, text_of(values[i].told)))
			fail_msg("%.*s\ngives %.*s\nnot %s", (int)csv.len, (char *)csv.data, TEXT_ARG(told), values[i].told);
		buffer_release(&made);
		buffer_release(&csv);
		submission_told_free(&t);
	}
}

/* ---- whole files ---- */

#define HEAD "reference,name,birth_date,offence,law,measure,purpose\n"
#define ONE  "1,김민수,1990-03-07,사기,형법,입국금지,차단\n"

static const struct {
	const char *file, *told;
} files[] = {
	{"", "!file-empty 0 "},
	{"\n\n", "!file-empty 0 "},
	{HEAD, "!file-empty 0 "},
	{"\n\n목록\n" HEAD "\n" ONE, ""},
	{"a,b\n1,2\n", "!header-none 1 "},
	{"reference,name,offence,law,purpose\n1,2,3,4,5\n", "!header-missing 1 measure"},
	{"reference,name,offence,law,measure,purpose,담당자\n" ONE, "!header-unknown 1 담당자"},
	{"reference,name,성명,offence,law,measure,purpose\n" ONE, "!header-twice 1 성명"},
	{HEAD ONE ONE "2,김민수,1990-03-07,사기,형법,입국금지,차단\n", "3 reference reference-twice\n"},
	{HEAD "1,김민수,1990-03-07,사기,형법,입국금지,차단,more\n", "2  cell-stranger\n"},
	{HEAD "1,김민수,1990-03-07,사기,형법\n", "2 measure required\n2 purpose required\n"},
	{HEAD "\"1,김민수\n", "!file-quote 2 "},
	/* A row of the table may have several lines, and rows are counted as a spreadsheet does. */
	{HEAD "1,김민수,1990-03-07,\"사기\n둘째 줄\",형법,입국금지,차단\n\n2,5,1990-03-07,사기,형법,입국금지,차단", "4 name name-letters\n"},
	{"reference;name;birth_date;offence;law;measure;purpose\r\n1;김민수;1990-03-07;사기;형법;입국금지|2차 심사;차단\r\n", ""},
	{"reference\tname\tbirth_date\toffence\tlaw\tmeasure\tpurpose\n1\t김민수\t1990-03-07\t사기, 절도\t형법\t입국금지\t차단\n", ""},
	{"<html><table>", "!file-format 0 "},
	{"%PDF-1.7", "!file-format 0 "},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "!file-old-excel 0 "},
	{"PK\x03\x04 damaged", "!file-damaged 0 "},
	/* JSON */
	{"[]", "!file-empty 0 "},
	{"[{\"reference\":\"1\",\"name\":\"김민수\",\"birth_date\":19900307,\"offence\":\"사기\",\"law\":\"형법\",\"measure\":[\"입국금지\",\"refer\"],"
	 "\"purpose\":\"차단\",\"alias\":null}]",
	 ""},
	{"{\"관리번호\":\"1\",\"성명\":\"김민수\",\"생년월일\":\"1990\",\"죄명\":\"사기\",\"적용 법률\":\"형법\",\"요청 조치\":\"입국금지\",\"사유\":\"차단\"}\n\n"
	 "{\"reference\":\"2\",\"name\":{},\"pet\":\"dog\",\"offence\":true,\"law\":\"l\",\"measure\":\"refer\",\"purpose\":\"p\"}\n",
	 "3 pet column-unknown\n3 name json-value\n3 offence json-value\n"},
	{"[{\"schema\":\"Person\",\"id\":\"1\",\"properties\":{\"name\":[\"김민수\"],\"birthDate\":[\"1990\"],\"nationality\":[\"kr\"],\"citizenship\":[\"kr\"],"
	 "\"passportNumber\":[\"M12345678\"]},\"offence\":\"사기\",\"law\":\"형법\",\"measure\":\"입국금지\",\"purpose\":\"차단\"}]",
	 ""},
	{"[{\"schema\":\"Company\",\"id\":\"1\",\"properties\":{\"name\":[\"김민수\"],\"imoNumber\":[\"1\"]},\"offence\":\"사기\",\"law\":\"형법\","
	 "\"measure\":\"refer\",\"purpose\":\"차단\"}]",
	 "1 schema json-schema\n1 imoNumber column-unknown\n"},
	{"[{\"a\":1", "!json-damaged 1 "},
	{"[{\"a\":1}", "!json-damaged 1 "},
	{"[{\"a\":1}]x", "!json-damaged 1 "},
	{"[{\"a\":1}\n{\"a\":}]", "!json-damaged 2 "},
	{"[1,2]", "!json-damaged 1 "},
	{"{\"a\":1,\"a\":2}", "!json-damaged 1 "},
	{"{\"a\":[[[[[[[[[[1]]]]]]]]]]}", "!json-object 1 "},
};

static void whole_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct submission_told t;

		submission_tell(&t, files[i].file, strlen(files[i].file), "", "");
		if (!text_equal(buffer_text(&t.told), text_of(files[i].told)))
			fail_msg("%s\ngives %.*s, not %s", files[i].file, (int)t.told.len, (char *)t.told.data, files[i].told);
		if (t.status != ST_OK)
			assert_true(t.error.message[0] != '\0');
		submission_told_free(&t);
	}
}

/* ---- character sets ---- */

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
	const char *file;
	size_t size;
	const char *declared, *language, *told; /* the set and the name, or the error */
} sets[] = {
	{BYTES("\xEF\xBB\xBF" HEAD ONE), "", "", "utf-8 김민수"},
	{BYTES("reference,name,offence,law,measure,purpose\n1,\xB1\xE8\xB9\xCE\xBC\xF6,\xBB\xE7\xB1\xE2,\xC7\xFC\xB9\xFD,refer,\xC2\xF7\xB4\xDC\n"), "", "", "cp949 김민수"},
	{BYTES("reference,name,offence,law,measure,purpose\n1,\xB1\xE8\xB9\xCE\xBC\xF6,\xBB\xE7\xB1\xE2,\xC7\xFC\xB9\xFD,refer,\xC2\xF7\xB4\xDC\n"), "euc-kr", "", "cp949 김민수"},
	/* Hanja, which Korean files hold some of. */
	{BYTES("reference,name,alias,offence,law,measure,purpose\n1,\xB1\xE8\xB9\xCE\xBC\xF6,\xD1\xD1\xDA\xC5\xE2\xB3,\xBB\xE7\xB1\xE2,\xC7\xFC\xB9\xFD,refer,\xC2\xF7\xB4\xDC\n"), "", "ko", "cp949 김민수"},
	{BYTES("reference,name,offence,law,measure,purpose\n1,\xCD\xF5\xD0\xA1\xC3\xF7,\xD5\xA9\xC6\xAD,\xD0\xCC\xB7\xA8,refer,\xD7\xE8\xD6\xB9\n"), "", "", "gb18030 王小明"},
	/* The same in UTF-16 with and without a mark. */
	{BYTES("\xFF\xFE" "r\0e\0f\0,\0n\0a\0m\0e\0\n\0" "1\0,\0\x40\xAE\n\0"), "", "", "!header-missing 1 offence"},
	{BYTES("\0r\0e\0f\0,\0n\0a\0m\0e\0\n" "\0" "1\0,\xAE\x40\0\n"), "", "", "!header-missing 1 offence"},
	{BYTES("\xFF\xFEr\0e\0f"), "", "", "!file-encoding 0 "},
	/* UTF-8 with one broken byte is not read as something else. */
	{BYTES(HEAD "1,\xEA\xB9\x80\xEB\xAF\xBC\xEC\x88\xFF,1990,\xEC\x82\xAC\xEA\xB8\xB0,\xED\x98\x95\xEB\xB2\x95,refer,\xEC\xB0\xA8\xEB\x8B\xA8\xEC\xB0\xA8\xEB\x8B\xA8\n"), "", "", "!file-encoding 2 "},
	{BYTES("ref,name\n1,\xFF\xFF\xFF\x80\n"), "", "", "!file-encoding 0 "},
	{BYTES("reference,name\n1,\0\n"), "", "", "!file-encoding 2 "},
	{BYTES(HEAD "1,\xB1\xE8,1990,x,y,refer,z\n"), "utf-8", "", "!file-encoding 2 "},
};

static void character_sets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		struct submission_told t;

		submission_tell(&t, sets[i].file, sets[i].size, sets[i].declared, sets[i].language);
		if (t.status == ST_OK) {
			buffer_clear(&t.told);
			buffer_printf(&t.told, "%s %.*s", t.submission.charset, TEXT_ARG(t.submission.rows[0].name));
		}
		if (!text_equal(buffer_text(&t.told), text_of(sets[i].told)))
			fail_msg("file %zu gives %.*s, not %s", i, (int)t.told.len, (char *)t.told.data, sets[i].told);
		submission_told_free(&t);
	}
}

/* ---- limits ---- */

static void limits_are_kept(void **state)
{
	struct submission_told t;
	struct buffer csv;

	(void)state;
	buffer_init(&csv, SUBMISSION_FILE_MAX + 1024);
	buffer_add_text(&csv, TEXT(HEAD));
	for (unsigned i = 0; i < SUBMISSION_ROWS_MAX; i++)
		buffer_printf(&csv, "R%u,김민수,1990-03-07,사기,형법,입국금지,차단\n", i);
	submission_tell(&t, csv.data, csv.len, "", "");
	assert_ok(t.status);
	assert_int_equal(t.submission.count, SUBMISSION_ROWS_MAX);
	assert_int_equal(t.submission.refused, 0);
	submission_told_free(&t);
	buffer_add_text(&csv, TEXT(ONE));
	submission_tell(&t, csv.data, csv.len, "", "");
	assert_text(buffer_text(&t.told), "!file-rows 0 ");
	submission_told_free(&t);
	while (csv.len <= SUBMISSION_FILE_MAX)
		buffer_add_text(&csv, TEXT(ONE));
	submission_tell(&t, csv.data, csv.len, "", "");
	assert_text(buffer_text(&t.told), "!file-size 0 ");
	submission_told_free(&t);
	buffer_release(&csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_stand_in_the_order_of_the_template),
		cmocka_unit_test(headings_lead_to_their_columns),
		cmocka_unit_test(dates_are_read),
		cmocka_unit_test(single_values),
		cmocka_unit_test(whole_files),
		cmocka_unit_test(character_sets),
		cmocka_unit_test(limits_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
