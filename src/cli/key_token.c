#include "cli/key_token.h"

#include <errno.h>
#include <fcntl.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIN_MAX 256u
#define SLOTS_MAX 64u

struct key_token {
	struct note_token token; /* first: what others see */
	CK_FUNCTION_LIST **modules; /* of p11-kit's configuration, or NULL: */
	CK_FUNCTION_LIST *module;   /* the one that the URI named, or that has the token */
	bool own;                   /* `module` was loaded by its path */
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	pthread_mutex_t lock; /* one session signs one thing at a time */
};

static enum status failed(const char *what, CK_RV rv, struct error *ret_error)
{
	bool pin = rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED || rv == CKR_PIN_LEN_RANGE;

	return error_because(ret_error, pin ? ST_DENIED : ST_UNAVAILABLE, pin ? "key-pin" : "key-token", NULL, "the key's token: %s: %s",
			     what, p11_kit_strerror(rv));
}

static void token_close(struct note_token *token)
{
	struct key_token *t = (struct key_token *)token;

	if (t->session)
		(void)t->module->C_CloseSession(t->session);
	if (t->modules)
		p11_kit_modules_finalize_and_release(t->modules);
	if (t->own) {
		(void)p11_kit_module_finalize(t->module);
		p11_kit_module_release(t->module);
	}
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static enum status token_sign(struct note_token *token, struct bytes message, uint8_t ret_signature[64], struct error *ret_error)
{
	struct key_token *t = (struct key_token *)token;
	CK_MECHANISM mechanism = {CKM_EDDSA, NULL, 0};
	CK_ULONG len = 64;
	CK_RV rv;

	pthread_mutex_lock(&t->lock);
	rv = t->module->C_SignInit(t->session, &mechanism, t->key);
	if (rv == CKR_OK) /* the interface takes what it does not change as if it might */
		rv = t->module->C_Sign(t->session, (CK_BYTE *)(uintptr_t)message.data, message.len, ret_signature, &len);
	pthread_mutex_unlock(&t->lock);
	if (rv == CKR_OK && len == 64)
		return ST_OK;
	return failed("signing", rv == CKR_OK ? CKR_SIGNATURE_LEN_RANGE : rv, ret_error);
}

/* ---- finding the token ---- */

static enum status pin_read(const char *source, uint8_t pin[PIN_MAX], size_t *ret_len, struct error *ret_error)
{
	const char *path = source && strncmp(source, "file:", 5) == 0 ? source + 5 : source;
	struct stat about;
	ssize_t n;
	int fd;

	if (path == NULL)
		return error_at(ret_error, ST_MALFORMED, "pin-source", -1, "the key's URI does not say which file holds the PIN (pin-source)");
	if (strncmp(path, "///", 3) == 0)
		path += 2;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", path, strerrordesc_np(errno));
	n = fstat(fd, &about) == 0 && !(about.st_mode & 077) ? read(fd, pin, PIN_MAX) : -2;
	close(fd);
	if (n == -2)
		return error_because(ret_error, ST_DENIED, "key-unsafe", NULL, "%s: others may read this PIN; its mode must be 0600", path);
	while (n > 0 && (pin[n - 1] == '\n' || pin[n - 1] == '\r'))
		n--;
	if (n <= 0 || (size_t)n == PIN_MAX)
		return error_set(ret_error, ST_MALFORMED, "%s does not hold a PIN", path);
	*ret_len = (size_t)n;
	return ST_OK;
}

/* The module's one slot whose token the URI means. */
static bool slot_find(CK_FUNCTION_LIST *module, P11KitUri *uri, CK_SLOT_ID *ret_slot, unsigned *found)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG count = SLOTS_MAX;
	CK_TOKEN_INFO info;

	if (module->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
		return false;
	for (CK_ULONG i = 0; i < count; i++) {
		if (module->C_GetTokenInfo(slots[i], &info) != CKR_OK || !p11_kit_uri_match_token_info(uri, &info))
			continue;
		*ret_slot = slots[i];
		++*found;
	}
	return *found > 0;
}

static enum status module_find(struct key_token *t, P11KitUri *uri, CK_SLOT_ID *ret_slot, struct error *ret_error)
{
	const char *path = p11_kit_uri_get_module_path(uri);
	unsigned found = 0;
	CK_RV rv = CKR_OK;

	if (path) {
		t->module = p11_kit_module_load(path, 0);
		if (t->module == NULL)
			return error_because(ret_error, ST_UNAVAILABLE, "key-token", NULL, "%s cannot be loaded: %s", path, p11_kit_message());
		rv = p11_kit_module_initialize(t->module);
		if (rv != CKR_OK) {
			p11_kit_module_release(t->module);
			return failed("starting its module", rv, ret_error);
		}
		t->own = true;
		(void)slot_find(t->module, uri, ret_slot, &found);
	} else {
		t->modules = p11_kit_modules_load_and_initialize(0);
		for (size_t i = 0; t->modules && t->modules[i] && !found; i++)
			if (slot_find(t->modules[i], uri, ret_slot, &found))
				t->module = t->modules[i];
	}
	if (found == 1)
		return ST_OK;
	return error_set(ret_error, found ? ST_CONFLICT : ST_NOT_FOUND, found ? "several tokens are meant by the key's URI" : "there is no such token");
}

/* ---- the key ---- */

/* CKA_EC_POINT: the 32 bytes in a DER octet string, or as they are. */
static enum status point_read(struct key_token *t, CK_OBJECT_HANDLE object, uint8_t ret_public[NOTE_PUBLIC_SIZE], struct error *ret_error)
{
	uint8_t point[NOTE_PUBLIC_SIZE + 2];
	CK_ATTRIBUTE attribute = {CKA_EC_POINT, point, sizeof point};
	CK_RV rv = t->module->C_GetAttributeValue(t->session, object, &attribute, 1);

	if (rv != CKR_OK)
		return failed("reading the public key", rv, ret_error);
	if (attribute.ulValueLen == sizeof point && point[0] == 4 && point[1] == NOTE_PUBLIC_SIZE)
		memcpy(ret_public, point + 2, NOTE_PUBLIC_SIZE);
	else if (attribute.ulValueLen == NOTE_PUBLIC_SIZE)
		memcpy(ret_public, point, NOTE_PUBLIC_SIZE);
	else
		return error_set(ret_error, ST_MALFORMED, "the token's key is not an Ed25519 key");
	return ST_OK;
}

/* The one object of a class that has the URI's name (object=, id=). */
static enum status object_find(struct key_token *t, P11KitUri *uri, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *ret, struct error *ret_error)
{
	CK_ATTRIBUTE template[3] = {{CKA_CLASS, &class, sizeof class}};
	CK_ATTRIBUTE_PTR label = p11_kit_uri_get_attribute(uri, CKA_LABEL), id = p11_kit_uri_get_attribute(uri, CKA_ID);
	CK_OBJECT_HANDLE objects[2];
	CK_ULONG count = 0, n = 1;
	CK_RV rv;

	if (label)
		template[n++] = *label;
	if (id)
		template[n++] = *id;
	rv = t->module->C_FindObjectsInit(t->session, template, n);
	if (rv == CKR_OK) {
		rv = t->module->C_FindObjects(t->session, objects, 2, &count);
		(void)t->module->C_FindObjectsFinal(t->session);
	}
	if (rv != CKR_OK)
		return failed("looking for the key", rv, ret_error);
	if (count != 1)
		return error_set(ret_error, count ? ST_CONFLICT : ST_NOT_FOUND, count ? "several keys are meant by the key's URI" : "the token has no such key");
	*ret = objects[0];
	return ST_OK;
}

/* Source: PKCS #11 3.0, 2.3.14; RFC 8410 for the curve's object identifier. */
static enum status key_generate(struct key_token *t, P11KitUri *uri, struct error *ret_error)
{
	static const uint8_t curve[] = {0x06, 0x03, 0x2b, 0x65, 0x70}; /* 1.3.101.112, Ed25519 */
	CK_MECHANISM mechanism = {CKM_EC_EDWARDS_KEY_PAIR_GEN, NULL, 0};
	CK_ATTRIBUTE_PTR label = p11_kit_uri_get_attribute(uri, CKA_LABEL), id = p11_kit_uri_get_attribute(uri, CKA_ID);
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	uint8_t params[sizeof curve];
	CK_ATTRIBUTE public_key[5] = {{CKA_EC_PARAMS, params, sizeof params}, {CKA_TOKEN, &yes, sizeof yes}, {CKA_VERIFY, &yes, sizeof yes}};
	CK_ATTRIBUTE private_key[7] = {{CKA_TOKEN, &yes, sizeof yes}, {CKA_PRIVATE, &yes, sizeof yes}, {CKA_SIGN, &yes, sizeof yes},
				       {CKA_SENSITIVE, &yes, sizeof yes}, {CKA_EXTRACTABLE, &no, sizeof no}};
	CK_OBJECT_HANDLE made[2];
	CK_ULONG publics = 3, privates = 5;
	CK_RV rv;

	memcpy(params, curve, sizeof curve);
	if (label == NULL)
		return error_at(ret_error, ST_MALFORMED, "object", -1, "the key's URI must name the key (object=)");
	public_key[publics++] = private_key[privates++] = *label;
	if (id)
		public_key[publics++] = private_key[privates++] = *id;
	rv = t->module->C_GenerateKeyPair(t->session, &mechanism, public_key, publics, private_key, privates, &made[0], &made[1]);
	return rv == CKR_OK ? ST_OK : failed("making a key", rv, ret_error);
}

static enum status key_open(struct key_token *t, P11KitUri *uri, bool make, uint8_t ret_public[NOTE_PUBLIC_SIZE], struct error *ret_error)
{
	CK_OBJECT_HANDLE public_key;
	uint8_t pin[PIN_MAX];
	CK_SLOT_ID slot;
	size_t pin_len = 0;
	enum status st;
	CK_RV rv;

	TRY(module_find(t, uri, &slot, ret_error));
	TRY(pin_read(p11_kit_uri_get_pin_source(uri), pin, &pin_len, ret_error));
	rv = t->module->C_OpenSession(slot, CKF_SERIAL_SESSION | (make ? CKF_RW_SESSION : 0), NULL, NULL, &t->session);
	if (rv == CKR_OK)
		rv = t->module->C_Login(t->session, CKU_USER, pin, pin_len);
	sodium_memzero(pin, sizeof pin);
	if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
		return failed("opening it", rv, ret_error);
	st = object_find(t, uri, CKO_PRIVATE_KEY, &t->key, ret_error);
	if (st == ST_NOT_FOUND && make) {
		TRY(key_generate(t, uri, ret_error));
		st = object_find(t, uri, CKO_PRIVATE_KEY, &t->key, ret_error);
	}
	TRY(st);
	TRY(object_find(t, uri, CKO_PUBLIC_KEY, &public_key, ret_error));
	return point_read(t, public_key, ret_public, ret_error);
}

enum status key_token_open(const char *uri, bool make, struct note_token **ret_token, uint8_t ret_public[NOTE_PUBLIC_SIZE],
			   struct error *ret_error)
{
	struct key_token *t = calloc(1, sizeof *t);
	P11KitUri *parsed = p11_kit_uri_new();
	enum status st = ST_OK;
	int rc;

	if (t == NULL || parsed == NULL) {
		free(t);
		p11_kit_uri_free(parsed);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	t->token = (struct note_token){token_sign, token_close};
	pthread_mutex_init(&t->lock, NULL);
	rc = p11_kit_uri_parse(uri, P11_KIT_URI_FOR_ANY, parsed);
	if (rc != P11_KIT_URI_OK || p11_kit_uri_any_unrecognized(parsed) || p11_kit_uri_get_pin_value(parsed))
		st = error_at(ret_error, ST_MALFORMED, "token", -1, "this is no PKCS #11 URI as RFC 7512 has it%s",
			      rc == P11_KIT_URI_OK && p11_kit_uri_get_pin_value(parsed) ? " without a PIN in it; name a file (pin-source)" : "");
	if (st == ST_OK)
		st = key_open(t, parsed, make, ret_public, ret_error);
	p11_kit_uri_free(parsed);
	if (st == ST_OK)
		*ret_token = &t->token;
	else
		token_close(&t->token);
	return st;
}
