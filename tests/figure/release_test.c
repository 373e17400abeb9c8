/* Releases: made from a snapshot, signed, checked, written as CSV, charts and page with the same digits. */
#include "figure/output.h"
#include "figure/snapshot.h"

struct findings {
	char text[4096];
};

static void found(void *context, const char *what, const char *detail)
{
	struct findings *f = context;
	size_t len = strlen(f->text);

	snprintf(f->text + len, sizeof f->text - len, "%s: %s\n", what, detail);
}

static size_t check(struct bytes file, const struct note_signer *signer, struct findings *f)
{
	struct figure_checking c = {.keys = &signer->key, .key_count = 1, .found = found, .context = f};
	struct error error = {0};

	f->text[0] = '\0';
	assert_ok(figure_check(file, &c, &error));
	return c.findings;
}

/* The same file with one text put in the place of another. */
static struct bytes altered(const struct buffer *file, const char *from, const char *to, struct buffer *out)
{
	const uint8_t *at = memmem(file->data, file->len, from, strlen(from));

	assert_non_null(at);
	buffer_clear(out);
	buffer_add(out, file->data, (size_t)(at - file->data));
	buffer_add_text(out, text_of(to));
	buffer_add(out, at + strlen(from), file->len - (size_t)(at - file->data) - strlen(from));
	return buffer_bytes(out);
}

static void a_changed_digit_is_named(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} rows[] = {
		{"\"value\":812", "\"value\":813", "number-changed: suspects.detained: the file says 813, signed was 812"},
		{"\"value\":1200", "\"value\":1201", "number-changed: suspects.identified of cn: the file says 1201, signed was 1200"},
		{"\"value\":null,\"withheld\":true}", "\"value\":3,\"withheld\":true}", "number-changed: suspects.identified of kr: the file says 3, signed was withheld"},
		{"\"to\":\"2026-10-31\",\"version\"", "\"to\":\"2026-11-30\",\"version\"", "head-changed: the file says \"period 2026-10-01 2026-11-30\""},
		{"\"sides\":\"one\"}]", "\"sides\":\"both\"}]", "head-changed: the file says \"joint "},
		{"Money lost", "Money seen", "figure-changed: money.lost"},
		{"\"id\":\"money.lost\"", "\"id\":\"money.frozen\"", "figure-added: money.frozen was not signed"},
		{"figure suspects.detained 812", "figure suspects.detained 813", "note-forged: the signature of cordon.kh/public"},
		{"\"hub\":\"cordon.kh\"", "\"hub\": \"cordon.kh\"", "not-canonical"},
		{"\"hub\":\"cordon.kh\"", "\"hub\":\"cordon.kr\"", "head-changed: the file says \"hub cordon.kr\", signed was \"hub cordon.kh\""},
		{"\"version\":1", "\"version\":1,\"extra\":1", "another number of members"},
		{"\"version\":1", "\"version\":2", "head-changed: the file's version is not 1"},
	};
	json_t *snapshot = snapshot_of(1, CELLS, "[]");
	struct note_signer signer, other;
	struct buffer file, changed;
	struct findings f;
	char hash[FIGURE_HASH_SIZE];

	(void)state;
	released(snapshot, &signer, hash, &file);
	buffer_init(&changed, FIGURE_SIZE_MAX);
	assert_int_equal(check(buffer_bytes(&file), &signer, &f), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(check(altered(&file, rows[i].from, rows[i].to, &changed), &signer, &f) > 0);
		if (strstr(f.text, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].says, f.text);
	}
	/* A note that somebody else signed is one that nobody did. */
	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, (const uint8_t[32]){8}, &other, NULL));
	assert_true(check(buffer_bytes(&file), &other, &f) > 0);
	assert_non_null(strstr(f.text, "note-unsigned"));
	/* Every single digit of every number: whatever byte between 0 and 9 becomes another, it is found. */
	for (size_t i = 0; i < file.len; i += 37) {
		uint8_t was = file.data[i];

		if (was < '0' || was > '9')
			continue;
		file.data[i] = was == '9' ? '0' : was + 1;
		{
			struct figure_checking c = {.keys = &signer.key, .key_count = 1};
			struct error error = {0};

			assert_true(figure_check(buffer_bytes(&file), &c, &error) != ST_OK || c.findings > 0);
		}
		file.data[i] = was;
	}
	buffer_release(&changed);
	buffer_release(&file);
	json_decref(snapshot);
}

/* Rows of the CSV by their id and country. */
static void csv_value(struct text csv, const char *id, const char *country, char *ret, size_t room)
{
	char start[96];
	size_t len = (size_t)snprintf(start, sizeof start, "\r\n%s,", id);

	for (const char *at = csv.data; (at = memmem(at, csv.len - (size_t)(at - csv.data), start, len)) != NULL; at += len) {
		struct text rest = {at + 2, csv.len - (size_t)(at + 2 - csv.data)}, fields[6] = {TEXT_NONE};

		for (size_t i = 0; i < 6; i++)
			assert_true(text_split(&rest, ',', &fields[i]));
		if (text_equal(fields[3], text_of(country))) {
			snprintf(ret, room, "%.*s", TEXT_ARG(fields[4]));
			return;
		}
	}
	fail_msg("the CSV has no %s of %s", id, country);
}

/* The number in a row of the page's tables, markup taken out. */
static void page_value(struct text page, const char *id, char *ret, size_t room)
{
	char start[96];
	const char *at, *end;
	size_t n = 0;

	snprintf(start, sizeof start, "<tr id=\"%s\">", id);
	at = memmem(page.data, page.len, start, strlen(start));
	assert_non_null(at);
	at = strstr(at, "<td class=\"number\">");
	assert_non_null(at);
	end = strstr(at, "</td>");
	assert_non_null(end);
	for (bool tag = false; at < end; at++) {
		if (*at == '<' || *at == '>')
			tag = *at == '<';
		else if (!tag && n + 1 < room)
			ret[n++] = *at;
	}
	ret[n] = '\0';
}

static void page_csv_and_json_have_the_same_digits(void **state)
{
	json_t *snapshot = snapshot_of(1, CELLS, "[]"), *document;
	struct note_signer signer;
	struct buffer file, csv, page;
	char hash[FIGURE_HASH_SIZE], from_csv[64], from_page[64], digits[64];
	struct error error;

	(void)state;
	released(snapshot, &signer, hash, &file);
	assert_ok(figure_read(buffer_bytes(&file), &document, &error));
	buffer_init(&csv, FIGURE_SIZE_MAX);
	figure_csv(document, &csv);
	assert_memory_equal(csv.data, "\xEF\xBB\xBFid,", 6);
	for (unsigned l = 0; l < FIGURE_LANGUAGES; l++) {
		buffer_init(&page, FIGURE_SIZE_MAX);
		figure_page(buffer_text(&file), TEXT_NONE, (enum figure_language)l, &page);
		buffer_add_char(&page, '\0');
		assert_ok(buffer_status(&page));
		for (size_t i = 0; i < json_array_size(json_object_get(document, "items")); i++) {
			const json_t *item = json_array_get(json_object_get(document, "items"), i), *value = json_object_get(item, "value");
			const char *id = json_string_value(json_object_get(item, "id"));

			csv_value(buffer_text(&csv), id, "", from_csv, sizeof from_csv);
			page_value(buffer_text(&page), id, from_page, sizeof from_page);
			if (json_is_integer(value)) {
				snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
				assert_string_equal(from_csv, digits);
				assert_string_equal(from_page, digits);
			} else {
				assert_string_equal(from_csv, "");
				assert_int_equal(strlen(from_page), figure_word("withheld", (enum figure_language)l).len);
			}
		}
		buffer_release(&page);
	}
	csv_value(buffer_text(&csv), "suspects.identified", "cn", from_csv, sizeof from_csv);
	assert_string_equal(from_csv, "1200");
	buffer_release(&csv);
	buffer_release(&file);
	json_decref(document);
	json_decref(snapshot);
}

/* Thirteen attributes, or it is not shown. */
static void a_figure_without_an_attribute_is_not_shown(void **state)
{
	static const char *const attributes[] = {"name", "value", "unit", "definition", "from", "as_of", "source", "method", "counts", "kind", "revises", "gaps",
						 "signer"};
	json_t *snapshot = snapshot_of(1, CELLS, "[]"), *document;
	struct error error = {0};

	(void)state;
	assert_ok(figure_make(snapshot, &document, &error));
	for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
		json_t *copy = json_deep_copy(document), *item = json_array_get(json_object_get(copy, "items"), 1);
		char *text;
		struct buffer page, csv;

		assert_non_null(json_object_get(item, attributes[i]));
		json_object_del(item, attributes[i]);
		text = json_dumps(copy, 0);
		buffer_init(&page, FIGURE_SIZE_MAX);
		buffer_init(&csv, FIGURE_SIZE_MAX);
		figure_page(text_of(text), TEXT_NONE, FIGURE_EN, &page);
		figure_csv(copy, &csv);
		assert_null(memmem(page.data, page.len, "suspects.detained", 17));
		assert_null(memmem(page.data, page.len, "Suspects detained", 17));
		assert_null(memmem(csv.data, csv.len, "suspects.detained", 17));
		assert_non_null(memmem(page.data, page.len, "suspects.identified", 19));
		buffer_release(&page);
		buffer_release(&csv);
		free(text);
		json_decref(copy);
	}
	json_decref(document);
	json_decref(snapshot);
}

static void a_revision_says_what_it_revises(void **state)
{
	json_t *first = snapshot_of(1, CELLS, "[]"), *one, *earlier, *second, *two;
	const json_t *item;
	struct error error = {0};
	char *text;

	(void)state;
	assert_ok(figure_make(first, &one, &error));
	earlier = json_array();
	json_array_append_new(earlier, figure_earlier(first, one));
	text = json_dumps(earlier, 0);
	second = snapshot_of(2, "[{\"id\":\"suspects.detained\",\"value\":810,\"people\":810,\"sides\":\"one\"},"
				"{\"id\":\"victims.screened\",\"value\":90,\"people\":90}]", text);
	json_object_del(json_object_get(second, "reasons"), "victims.screened");
	assert_ok(figure_make(second, &two, &error));
	item = json_array_get(json_object_get(two, "items"), 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(item, "revises"), "number")), 1);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(item, "revises"), "value")), 812);
	assert_string_equal(json_string_value(json_object_get(json_object_get(item, "reason"), "code")), "entry");
	item = json_array_get(json_object_get(two, "items"), 1);
	assert_true(json_is_null(json_object_get(item, "revises")));
	json_decref(two);
	/* Another number and no reason. */
	json_object_del(json_object_get(second, "reasons"), "suspects.detained");
	assert_int_equal(figure_make(second, &two, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "figures-reason");
	assert_string_equal(error.field, "suspects.detained");
	free(text);
	json_decref(earlier);
	json_decref(first);
	json_decref(second);
	json_decref(one);
}

/* Bad snapshots are refused with the field. */
static void snapshots_are_checked(void **state)
{
	static const struct {
		const char *cells, *field;
	} rows[] = {
		{"[{\"id\":\"suspects.tried\",\"value\":-1,\"people\":1}]", "value"},
		{"[{\"id\":\"suspects.tried\",\"value\":1}]", "value"},
		{"[{\"id\":\"suspects.tried\",\"value\":9,\"people\":9,\"parts\":[{\"country\":\"kr\",\"value\":8}]}]", "parts"},
		{"[{\"id\":\"suspects.tried\",\"value\":2,\"people\":2,\"parts\":[{\"country\":\"kr\",\"value\":1},{\"country\":\"kr\",\"value\":1}]}]", "parts"},
		{"[{\"id\":\"suspects.tried\",\"value\":1,\"people\":1},{\"id\":\"suspects.tried\",\"value\":1,\"people\":1}]", "cells"},
	};
	struct error error;
	json_t *document;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		json_t *snapshot = snapshot_of(1, rows[i].cells, "[]");

		error = (struct error){0};
		assert_int_equal(figure_make(snapshot, &document, &error), ST_MALFORMED);
		assert_string_equal(error.field, rows[i].field);
		json_decref(snapshot);
	}
}

static void the_tables_are_whole(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct figure_definition *d; (d = figure_definition_at(count)) != NULL; count++) {
		assert_ptr_equal(figure_definition_find(d->id), d);
		for (unsigned l = 0; l < FIGURE_LANGUAGES; l++) {
			assert_true(figure_word_of("unit", d->unit, (enum figure_language)l).len > 0);
			assert_true(figure_word_of("body", d->body, (enum figure_language)l).len > 0);
			assert_true(figure_word_of("method", d->method, (enum figure_language)l).len > 0);
			assert_true(figure_word_of("counts", d->counts, (enum figure_language)l).len > 0);
			assert_true(figure_word_of("kind", d->kind, (enum figure_language)l).len > 0);
			assert_true(figure_word_of("funnel", d->funnel, (enum figure_language)l).len > 0);
		}
	}
	assert_true(count >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_digit_is_named),
		cmocka_unit_test(page_csv_and_json_have_the_same_digits),
		cmocka_unit_test(a_figure_without_an_attribute_is_not_shown),
		cmocka_unit_test(a_revision_says_what_it_revises),
		cmocka_unit_test(snapshots_are_checked),
		cmocka_unit_test(the_tables_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
