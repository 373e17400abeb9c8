#include "ident/trace.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "ident/document.h"

#define WORDS_MAX 64u

size_t trace_document(struct text country, struct text number, char out[TRACE_TEXT_MAX])
{
	size_t head = 2 + 2 + 1, len;

	if (country.len != 2 || number.len > TRACE_TEXT_MAX - head)
		return 0;
	memcpy(out, "d|", 2);
	memcpy(out + 2, country.data, 2);
	out[4] = '|';
	len = document_canonical(number, false, out + head);
	return len ? head + len : 0;
}

static int by_bytes(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static bool is_whole_date(struct text date)
{
	return date.len == 10 && date.data[4] == '-' && date.data[7] == '-';
}

size_t trace_identity(struct text folded, struct text birth_date, char out[TRACE_TEXT_MAX])
{
	struct text words[WORDS_MAX], rest = folded, word;
	size_t count = 0, len = 2;

	if (folded.len == 0 || !is_whole_date(birth_date) || folded.len + 2 + 1 + birth_date.len > TRACE_TEXT_MAX)
		return 0;
	while (text_split(&rest, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (count == WORDS_MAX)
			return 0;
		words[count++] = word;
	}
	if (count == 0)
		return 0;
	qsort(words, count, sizeof words[0], by_bytes);
	memcpy(out, "n|", 2);
	for (size_t i = 0; i < count; i++) {
		if (i)
			out[len++] = ' ';
		memcpy(out + len, words[i].data, words[i].len);
		len += words[i].len;
	}
	out[len++] = '|';
	memcpy(out + len, birth_date.data, birth_date.len);
	return len + birth_date.len;
}

void trace_hash(const struct trace_key *key, struct text of, char ret_hash[TRACE_SIZE])
{
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	int head = snprintf(ret_hash, TRACE_SIZE, "%llu:", (unsigned long long)key->number);

	crypto_auth_hmacsha256_init(&state, key->secret, sizeof key->secret);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)of.data, of.len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2hex(ret_hash + head, TRACE_SIZE - (size_t)head, mac, sizeof mac);
}
