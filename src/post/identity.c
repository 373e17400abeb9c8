#include "post/identity.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "feed/call.h"
#include "merkle/base64.h"
#include "model/time.h"

#define FILE_MAX ((size_t)1 << 20)
#define CODE_CHARACTERS 24u
#define CODE_SECRET_CHARACTERS 15u /* 75 bits; the rest says which keys */

static bool string_take(const json_t *object, const char *name, char *out, size_t room)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) && json_string_length(value) > 0 &&
	       snprintf(out, room, "%s", json_string_value(value)) < (int)room;
}

/* What both the file and the hub's answer have. */
static bool about_take(const json_t *root, struct identity *ret)
{
	const json_t *post = json_object_get(root, "post"), *keys = json_object_get(root, "keys");

	if (!string_take(post, "id", ret->id, sizeof ret->id) || !id_valid(text_of(ret->id)) ||
	    !string_take(post, "name", ret->name, sizeof ret->name) || !string_take(root, "host", ret->host, sizeof ret->host) ||
	    !string_take(root, "list", ret->list, sizeof ret->list) || !json_is_string(keys))
		return false;
	ret->keys = strdup(json_string_value(keys));
	return ret->keys != NULL;
}

enum status identity_save(const struct vault *vault, const struct identity *identity, struct error *ret_error)
{
	char secret[sodium_base64_ENCODED_LEN(64, sodium_base64_VARIANT_ORIGINAL)], *text;
	enum status st;
	json_t *root;

	sodium_bin2base64(secret, sizeof secret, identity->secret_key, 64, sodium_base64_VARIANT_ORIGINAL);
	root = json_pack("{s:{s:s, s:s}, s:s, s:s, s:s, s:s, s:s}", "post", "id", identity->id, "name", identity->name, "host", identity->host,
			 "list", identity->list, "hub", identity->hub, "keys", identity->keys, "secret", secret);
	text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	sodium_memzero(secret, sizeof secret);
	if (text == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = vault_write(vault, IDENTITY_FILE, text_bytes(text_of(text)), ret_error);
	sodium_memzero(text, strlen(text));
	free(text);
	return st;
}

enum status identity_load(const struct vault *vault, struct identity *ret, struct error *ret_error)
{
	struct buffer plain;
	const json_t *secret;
	json_t *root;
	enum status st;

	*ret = (struct identity){.keys = NULL};
	buffer_init(&plain, FILE_MAX);
	st = vault_read(vault, IDENTITY_FILE, &plain, ret_error);
	if (st == ST_NOT_FOUND)
		st = error_because(ret_error, st, "post-not-enrolled", NULL, "this post is not enrolled yet: cordon-post enrol --hub URL --code CODE");
	if (st != ST_OK) {
		buffer_release(&plain);
		return st;
	}
	root = json_loadb((const char *)plain.data, plain.len, JSON_REJECT_DUPLICATES, NULL);
	secret = json_object_get(root, "secret");
	if (!about_take(root, ret) || !string_take(root, "hub", ret->hub, sizeof ret->hub) || !json_is_string(secret) ||
	    base64_read_exactly(text_of(json_string_value(secret)), ret->secret_key, 64) != ST_OK)
		st = error_because(ret_error, ST_CORRUPT, "post-altered", NULL, "what this post knows of itself cannot be read");
	memcpy(ret->public_key, ret->secret_key + 32, 32);
	json_decref(root);
	sodium_memzero(plain.data, plain.len);
	buffer_release(&plain);
	return st;
}

void identity_release(struct identity *identity)
{
	free(identity->keys);
	sodium_memzero(identity, sizeof *identity);
}

/* ---- enrolment ---- */

/* Crockford's base32: I and L are 1, O is 0, case and hyphens do not matter. */
static int digit_of(char c)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	c = c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
	at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* The code without hyphens, in capitals as the hub writes it; the last 45 bits in *ret_keys. */
static bool code_read(const char *code, char plain[CODE_CHARACTERS + 1], uint64_t *ret_keys)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t n = 0;

	*ret_keys = 0;
	for (; *code; code++) {
		int value = digit_of(*code);

		if (*code == '-' || *code == ' ')
			continue;
		if (value < 0 || n == CODE_CHARACTERS)
			return false;
		if (n >= CODE_SECRET_CHARACTERS)
			*ret_keys = *ret_keys << 5 | (uint64_t)value;
		plain[n++] = digits[value];
	}
	plain[n] = '\0';
	return n == CODE_CHARACTERS;
}

/* The first 45 bits of SHA-256 of the keys. */
static uint64_t keys_mark(const char *keys)
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	uint64_t mark = 0;

	crypto_hash_sha256(digest, (const uint8_t *)keys, strlen(keys));
	for (size_t i = 0; i < 6; i++)
		mark = mark << 8 | digest[i];
	return mark >> 3;
}

static enum status answer_take(struct text answer, uint64_t mark, struct identity *ret, int64_t *ret_time_ms, struct error *ret_error)
{
	json_t *root = json_loadb(answer.data, answer.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *time = json_object_get(root, "time");
	enum status st = ST_OK;

	if (!about_take(root, ret) || !json_is_string(time) || time_read(text_of(json_string_value(time)), ret_time_ms, NULL) != ST_OK)
		st = error_set(ret_error, ST_MALFORMED, "the hub's answer cannot be read");
	else if (keys_mark(ret->keys) != mark)
		st = error_because(ret_error, ST_DENIED, "post-keys", NULL,
				   "the hub's keys are not those that the code was made for: somebody may be between this post and the hub");
	json_decref(root);
	return st;
}

static enum status ask(const struct enrolment *e, const char *code, const struct identity *identity, struct buffer *answer,
		       struct error *ret_error)
{
	char address[1200], body[256], key[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
	struct call call = {.address = address, .type = "application/json", .ca_file = e->ca_file, .patience_s = 30};
	unsigned status;

	sodium_bin2base64(key, sizeof key, identity->public_key, 32, sodium_base64_VARIANT_ORIGINAL);
	snprintf(body, sizeof body, "{\"code\":\"%s\",\"key\":\"%s\"}", code, key);
	snprintf(address, sizeof address, "%s/api/v1/posts/enrolment", identity->hub);
	call.body = text_of(body);
	TRY(call_make(&call, &status, answer, ret_error));
	if (status == 200 || status == 201)
		return ST_OK;
	return error_because(ret_error, ST_DENIED, "post-code", NULL, "the hub answers %u: %.120s", status,
			     answer->len ? (const char *)answer->data : "");
}

enum status identity_enrol(const struct vault *vault, const struct enrolment *enrolment, struct identity *ret, int64_t *ret_time_ms,
			   struct error *ret_error)
{
	char code[CODE_CHARACTERS + 1];
	struct buffer answer;
	uint64_t mark;
	enum status st = identity_load(vault, ret, NULL);

	identity_release(ret);
	if (st != ST_NOT_FOUND)
		return error_because(ret_error, ST_CONFLICT, "post-enrolled", NULL, "this folder is a post's already");
	if (!code_read(enrolment->code, code, &mark))
		return error_because(ret_error, ST_MALFORMED, "post-code", "code", "a code has 24 letters and digits, in groups of four");
	*ret = (struct identity){.keys = NULL};
	if (snprintf(ret->hub, sizeof ret->hub, "%s", enrolment->hub) >= (int)sizeof ret->hub)
		return error_set(ret_error, ST_MALFORMED, "the hub's address is too long");
	while (ret->hub[0] && ret->hub[strlen(ret->hub) - 1] == '/')
		ret->hub[strlen(ret->hub) - 1] = '\0';
	crypto_sign_keypair(ret->public_key, ret->secret_key);
	buffer_init(&answer, FILE_MAX);
	st = ask(enrolment, code, ret, &answer, ret_error);
	if (st == ST_OK)
		st = answer_take(buffer_text(&answer), mark, ret, ret_time_ms, ret_error);
	if (st == ST_OK)
		st = identity_save(vault, ret, ret_error);
	buffer_release(&answer);
	return st;
}
