#include "kit/kit.h"

#include "kit/vectors.h"

/* documents, templates, roles, columns: made by tools/make_kit.py from docs/formats and data/. */
#include "kit_files.inc"

const struct kit_key kit_keys[] = {
	{"list", "Ed25519, signed note 0x01 and 0x04", "the hub's log of every act on the blacklist", true},
	{"audit", "Ed25519, signed note 0x01 and 0x04", "the hub's log of every access", true},
	{"edition", "Ed25519, signed note 0x01", "the list in force, as checkpoints take it", true},
	{"public", "Ed25519, signed note 0x01", "the bulletin that the public site takes", true},
	{"witness", "Ed25519, signed note 0x04", "cosigns another country's logs", true},
	{"oprf", "RFC 9497 VOPRF, ristretto255-SHA512", "private checks", false},
	{"evidence", "X25519", "files that the public sent are kept under it", false},
	{"inbox", "X25519", "what the public writes is sealed to it", false},
};
const size_t kit_key_count = sizeof kit_keys / sizeof kit_keys[0];

size_t kit_document_count(void)
{
	return sizeof kit_documents / sizeof kit_documents[0];
}

struct kit_document kit_document(size_t i)
{
	return (struct kit_document){kit_documents[i].name, kit_documents[i].sha256};
}

static json_t *keys(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < kit_key_count; i++)
		(void)json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:b}", "purpose", kit_keys[i].purpose, "kind", kit_keys[i].kind,
							   "use", kit_keys[i].use, "signs", kit_keys[i].signs));
	return all;
}

static json_t *roles(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < sizeof kit_roles / sizeof kit_roles[0]; i++)
		(void)json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s}", "role", kit_roles[i].role, "name", kit_roles[i].name, "who",
							   kit_roles[i].who, "beside", kit_roles[i].beside));
	return all;
}

static json_t *documents(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < sizeof kit_documents / sizeof kit_documents[0]; i++)
		(void)json_array_append_new(all, json_pack("{s:s, s:s, s:s%}", "name", kit_documents[i].name, "sha256", kit_documents[i].sha256,
							   "text", (const char *)kit_documents[i].text, kit_documents[i].len));
	return all;
}

static json_t *templates(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < sizeof kit_templates / sizeof kit_templates[0]; i++)
		(void)json_object_set_new(all, kit_templates[i].name, json_stringn((const char *)kit_templates[i].text, kit_templates[i].len));
	return all;
}

static int add(const char *data, size_t len, void *out)
{
	buffer_add(out, data, len);
	return buffer_status(out) == ST_OK ? 0 : -1;
}

enum status kit_write(struct buffer *out, struct error *ret_error)
{
	struct error error = {.message = "out of memory"};
	json_t *bulletin = vectors_bulletin(&error), *ledger = vectors_ledger(&error);
	json_t *kit = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:{s:o, s:o}}", "format", KIT_FORMAT, "program", CORDON_VERSION, "documents", documents(), "keys",
				keys(), "roles", roles(), "submission", templates(), "vectors", "bulletin", bulletin, "ledger", ledger);
	enum status st = ST_OK;

	if (kit == NULL)
		st = error_set(ret_error, ST_NO_MEMORY, "the kit cannot be made: %s", error.message);
	else if (json_dump_callback(kit, add, out, JSON_COMPACT | JSON_SORT_KEYS) != 0 || buffer_status(out) != ST_OK)
		st = error_set(ret_error, buffer_status(out) == ST_OK ? ST_NO_MEMORY : buffer_status(out), "the kit cannot be written");
	json_decref(kit);
	return st;
}
