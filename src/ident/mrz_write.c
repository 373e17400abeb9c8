#include "ident/mrz_write.h"

#include "ident/country.h"
#include "ident/mrz.h"

#define NAME_ROOM 39u
#define NUMBER_ROOM 9u

static bool country_put(struct text alpha2, char out[3])
{
	struct text alpha3 = country_alpha3(alpha2);

	/* The one country whose code in zones is not that of ISO 3166. */
	if (text_equal(alpha3, TEXT("DEU")))
		alpha3 = TEXT("D");
	memset(out, '<', 3);
	if (alpha3.len == 0 || alpha3.len > 3)
		return false;
	memcpy(out, alpha3.data, alpha3.len);
	return true;
}

/* Letters as capitals, whatever stands between them as one filler; gives how many were written. */
static size_t name_put(struct text name, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < name.len && n < room; i++) {
		char c = name.data[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c >= 'A' && c <= 'Z')
			out[n++] = c;
		else if (c != '\'' && n && out[n - 1] != '<')
			out[n++] = '<';
	}
	while (n && out[n - 1] == '<')
		n--;
	return n;
}

/* "1990-03-07" as 900307. */
static bool date_put(struct text date, char out[6])
{
	static const uint8_t from[] = {2, 3, 5, 6, 8, 9};

	if (date.len != 10 || date.data[4] != '-' || date.data[7] != '-')
		return false;
	for (size_t i = 0; i < sizeof from; i++) {
		out[i] = date.data[from[i]];
		if (out[i] < '0' || out[i] > '9')
			return false;
	}
	return true;
}

static bool number_put(struct text number, char out[NUMBER_ROOM])
{
	size_t n = 0;

	memset(out, '<', NUMBER_ROOM);
	for (size_t i = 0; i < number.len; i++) {
		char c = number.data[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (n == NUMBER_ROOM || !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			return false;
		out[n++] = c;
	}
	return n > 0;
}

bool mrz_passport_write(const struct mrz_passport *p, char ret_lines[2][MRZ_PASSPORT_LINE + 1])
{
	char one[MRZ_PASSPORT_LINE + 1], two[MRZ_PASSPORT_LINE + 1], composite[39];
	size_t n;

	memset(one, '<', MRZ_PASSPORT_LINE);
	memset(two, '<', MRZ_PASSPORT_LINE);
	one[MRZ_PASSPORT_LINE] = two[MRZ_PASSPORT_LINE] = '\0';
	one[0] = 'P';
	if (!country_put(p->issuer, one + 2) || !country_put(p->nationality, two + 10) || !number_put(p->number, two) ||
	    !date_put(p->birth, two + 13) || !date_put(p->expiry, two + 21))
		return false;
	n = name_put(p->family, one + 5, NAME_ROOM);
	if (n == 0)
		return false;
	if (n + 2 < NAME_ROOM)
		(void)name_put(p->given, one + 5 + n + 2, NAME_ROOM - n - 2);
	two[9] = mrz_check_digit((struct text){two, 9});
	two[19] = mrz_check_digit((struct text){two + 13, 6});
	two[20] = p->sex == 'M' || p->sex == 'F' ? p->sex : '<';
	two[27] = mrz_check_digit((struct text){two + 21, 6});
	two[42] = mrz_check_digit((struct text){two + 28, 14});
	memcpy(composite, two, 10);
	memcpy(composite + 10, two + 13, 7);
	memcpy(composite + 17, two + 21, 22);
	two[43] = mrz_check_digit((struct text){composite, 39});
	memcpy(ret_lines[0], one, sizeof one);
	memcpy(ret_lines[1], two, sizeof two);
	return true;
}
