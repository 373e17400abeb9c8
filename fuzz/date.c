#include "ident/country.h"
#include "ident/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct published_date d, all[DATES_MAX];
	char codes[COUNTRIES_MAX][3];
	struct text t;
	char code[3];

	if (text_check((struct bytes){data, size}, &t, NULL) != ST_OK)
		return 0;
	(void)country_from_name(t, code);
	if (country_read_all(t, codes) > COUNTRIES_MAX || date_read_all(t, all) > DATES_MAX)
		__builtin_trap();
	if (date_read_published(t, &d) == ST_OK && strlen(d.from) != 4 && strlen(d.from) != 7 && strlen(d.from) != 10)
		__builtin_trap();
	return 0;
}
