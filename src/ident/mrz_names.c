/* Name fields have no check digit: fillers at their end are told from letters by their company alone. */
#include "ident/mrz_zone.h"

static bool is_k_or_filler(char c)
{
	return c == 'K' || c == '<';
}

/* A run of four K is in no name. */
#define K_RUN 4u

/* Where the second half of a name field ends, its fillers often read as K. After the last other letter stay: the K
 * that end its word, and single K with one filler before each, which are initials. */
static size_t padding_start(struct text t)
{
	size_t real = t.len, ks = 0, at;

	while (real && is_k_or_filler(t.data[real - 1]))
		real--;
	while (real + ks < t.len && t.data[real + ks] == 'K')
		ks++;
	if (real == 0 && ks != 1)
		return 0;
	if (ks >= K_RUN)
		return real;
	for (at = real + ks; at + 1 < t.len; at += 2)
		if (t.data[at] != '<' || t.data[at + 1] != 'K' || (at + 2 < t.len && t.data[at + 2] != '<'))
			break;
	return at + 1 == t.len && t.data[at] == 'K' ? t.len : at;
}

static size_t without_fillers(struct text t)
{
	while (t.len && t.data[t.len - 1] == '<')
		t.len--;
	return t.len;
}

static void words_copy(struct text t, char out[MRZ_NAME_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < t.len && n + 1 < MRZ_NAME_MAX; i++) {
		char c = t.data[i] == '<' ? ' ' : t.data[i];

		if (c != ' ' || (n && out[n - 1] != ' '))
			out[n++] = c;
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

bool mrz_names_read(struct text field, char family[MRZ_NAME_MAX], char given[MRZ_NAME_MAX])
{
	struct text rest = field, second;
	size_t cut;

	/* A single name is also seen after leading fillers: P<IND<<AHMADI. */
	while (rest.len && rest.data[0] == '<') {
		rest.data++;
		rest.len--;
	}
	for (cut = 0; cut + 1 < rest.len; cut++)
		if (rest.data[cut] == '<' && rest.data[cut + 1] == '<')
			break;
	if (cut + 1 >= rest.len)
		cut = rest.len;
	second = (struct text){rest.data + cut, rest.len - cut};
	while (second.len && second.data[0] == '<') {
		second.data++;
		second.len--;
	}
	/* One name and fillers, all of them read as K. */
	if (cut == rest.len)
		cut = padding_start(rest);
	words_copy((struct text){rest.data, cut}, family);
	second.len = padding_start(second);
	words_copy((struct text){second.data, without_fillers(second)}, given);
	return field.len && field.data[field.len - 1] != '<' &&
	       (second.len ? second.data + second.len : rest.data + cut) == field.data + field.len;
}
