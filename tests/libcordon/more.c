/* What the example does not show: errors, index files, documents. Prints nothing; ends with 0. usage: more LIST FOLDER */
#include <cordon/cordon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what)                                                    \
	do {                                                           \
		if (!(what)) {                                         \
			fprintf(stderr, "line %d: %s\n", __LINE__, #what); \
			exit(1);                                       \
		}                                                      \
	} while (0)

static char *ask(const struct cordon_index *index, const char *query, enum cordon_status expected)
{
	char *answer = NULL;

	CHECK(cordon_screen(index, NULL, query, &answer) == expected && answer);
	return answer;
}

int main(int argc, char **argv)
{
	static const char query[] = "{\"id\":\"q\",\"properties\":{\"name\":[\"Ким Мин Су\"],\"birthDate\":[\"1990-03-07\"]}}";
	static const struct cordon_options no_size = {0, 5, 0, 0};
	const char *missing[] = {"/nowhere/list.csv"};
	struct cordon_index *built, *opened;
	struct cordon_error why;
	char path[4096], *query_text, *a, *b;
	FILE *f;

	CHECK(argc == 3);
	CHECK(cordon_index_build(missing, 1, 1, &built, &why) == CORDON_NOT_FOUND && strstr(why.message, "list.csv"));
	CHECK(cordon_index_build((const char *const *)&argv[1], 1, 2, &built, &why) == CORDON_OK);
	snprintf(path, sizeof path, "%s/people.idx", argv[2]);
	CHECK(cordon_index_save(built, path, &why) == CORDON_OK);
	CHECK(cordon_index_open(path, &opened, &why) == CORDON_OK);
	CHECK(cordon_index_entities(opened) == cordon_index_entities(built) && cordon_index_entities(built) > 100);
	a = ask(built, query, CORDON_OK);
	b = ask(opened, query, CORDON_OK);
	CHECK(strstr(a, "demo-kr-minsu") && strncmp(a, b, (size_t)(strstr(a, "took_us") - a)) == 0);
	cordon_free(a);
	cordon_free(b);
	a = ask(built, "{\"id\":\"q\",\"properties\":", CORDON_MALFORMED);
	CHECK(strstr(a, "\"error\""));
	cordon_free(a);
	CHECK(cordon_mrz_read("P<KORKIM", &query_text, &why) == CORDON_MALFORMED && why.message[0]);
	CHECK(cordon_document_compare("m 1234-5678", "M12345678") == 2);
	CHECK(cordon_document_compare("M1234567O", "M12345670") == 1);
	CHECK(cordon_document_compare("M12345678", "M12345679") == 0);
	/* Bytes that are no UTF-8, cut short at the end, are never read past. */
	CHECK(cordon_document_compare("M1\xf0", "M1\xf0") == 0 && cordon_document_compare("\xe1\x9e", "M1") == 0);
	CHECK(cordon_mrz_read("P<KOR\xf0", &query_text, &why) == CORDON_MALFORMED && why.position == 5);
	a = NULL;
	CHECK(cordon_screen(built, &no_size, query, &a) == CORDON_MALFORMED && a && strstr(a, "size"));
	cordon_free(a);
	cordon_index_close(opened);
	/* A damaged file is refused, and one cut short. */
	f = fopen(path, "r+");
	CHECK(f && fseek(f, 5000, SEEK_SET) == 0 && fputc('!', f) != EOF && fclose(f) == 0);
	CHECK(cordon_index_open(path, &opened, &why) == CORDON_CORRUPT);
	f = fopen(path, "w");
	CHECK(f && fputs("CORDONIX", f) >= 0 && fclose(f) == 0);
	CHECK(cordon_index_open(path, &opened, &why) == CORDON_CORRUPT);
	cordon_index_close(built);
	cordon_index_close(NULL);
	return 0;
}
