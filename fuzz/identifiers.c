/* Documents, telephones, wallets and other numbers: the form never outgrows its room, and making it again changes
 * nothing. Room is on the heap, as long as promised, so that a byte too many is seen. */
#include <stdlib.h>

#include "ident/document.h"
#include "ident/identifier.h"
#include "ident/phone.h"
#include "ident/wallet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t document(struct text in, char *out)
{
	return document_canonical(in, false, out);
}

static size_t phone(struct text in, char *out)
{
	return phone_canonical(in, TEXT_NONE, out);
}

static void form(struct text in, size_t (*make)(struct text, char *), bool settles)
{
	char *once = malloc(in.len + 1), *twice = malloc(in.len + 1);
	struct text t;
	size_t n;

	if (once == NULL || twice == NULL)
		abort();
	t = (struct text){once, make(in, once)};
	if (t.len > in.len)
		abort();
	n = make(t, twice);
	if (settles && (n != t.len || memcmp(once, twice, n) != 0))
		abort();
	free(once);
	free(twice);
}

static void variants(struct text in)
{
	struct document_variant v[DOCUMENT_VARIANTS_MAX];
	char *room = malloc(in.len + 1);
	struct text canonical;
	size_t n;

	if (room == NULL)
		abort();
	canonical = (struct text){room, document_canonical(in, true, room)};
	n = document_variants(canonical, '7', v);
	for (size_t i = 1; i < n; i++)
		if (!document_confusable(canonical, (struct text){v[i].c, v[i].len}) && n < DOCUMENT_VARIANTS_MAX)
			abort();
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const properties[] = {"imoNumber", "mmsi",     "leiCode", "iban",
						 "isin",      "swiftBic", "innCode", "ogrnCode"};
	static const char countries[][3] = {"kh", "kr", "us", "sg", ""};
	struct text in;
	char *room;

	if (size > 4096 || text_check((struct bytes){data, size}, &in, NULL) != ST_OK)
		return 0;
	form(in, document, true);
	form(in, identifier_canonical, false);
	form(in, phone, false);
	form(in, wallet_canonical, false);
	variants(in);
	(void)wallet_check(in);
	room = malloc(in.len + 4);
	if (room == NULL)
		abort();
	for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++)
		if (phone_canonical(in, text_of(countries[i]), room) > in.len + 3)
			abort();
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
		(void)identifier_check(properties[i], (struct text){room, identifier_canonical(in, room)});
	free(room);
	return 0;
}
