/* Screens one person against a list: example LIST. */
#include <cordon/cordon.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct cordon_options options = {sizeof options, 3, 700000, 700000};
	struct cordon_error why;
	struct cordon_index *index;
	char *query, *answer;

	if (argc != 2)
		return 2;
	if (cordon_index_build((const char *const *)&argv[1], 1, 2, &index, &why) != CORDON_OK) {
		fprintf(stderr, "%s\n", why.message);
		return 1;
	}
	if (cordon_mrz_read("P<KORKIM<<MIN<SOO<<<<<<<<<<<<<<<<<<<<<<<<<<<\n"
			    "M123456788KOR9003071M3001019<<<<<<<<<<<<<<08", &query, &why) != CORDON_OK) {
		fprintf(stderr, "%s at %lld: %s\n", why.field, (long long)why.position, why.message);
		return 1;
	}
	if (cordon_screen(index, &options, query, &answer) != CORDON_OK)
		return 1;
	puts(answer);
	cordon_free(answer);
	cordon_free(query);
	cordon_index_close(index);
	return 0;
}
