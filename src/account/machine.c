#include "account/machine.h"

#include <sodium.h>

#include "account/policy.h"
#include "account/secret.h"
#include "base/buffer.h"

#define PREFIX "cordon_" /* so that scanners for leaked secrets know it */

static enum status check_machine(const struct machine_new *machine, int64_t now_ms, struct error *ret_error)
{
	struct text name = text_trim(machine->name);

	if (name.len == 0 || name.len > 200)
		return error_because(ret_error, ST_MALFORMED, "name-malformed", "name", "1 to 200 bytes");
	if (machine->roles == 0 || !roles_fit(machine->roles, true))
		return error_because(ret_error, ST_MALFORMED, "roles-apart", "roles", "not roles of a machine");
	if (machine->ends_ms <= now_ms || machine->ends_ms > now_ms + MACHINE_LIFE_MS)
		return error_because(ret_error, ST_MALFORMED, "expiry", "expires", "within a year from now");
	return ST_OK;
}

static void write_roles(uint64_t roles, struct buffer *out)
{
	for (unsigned i = 0; role_word(i); i++)
		if (roles >> i & 1)
			buffer_printf(out, "%s%s", out->len ? " " : "", role_word(i));
}

static enum status insert_machine(struct db_tx *tx, const struct env *env, const struct machine_new *machine,
				  const uint8_t secret[SECRET_SIZE], const char *id, struct error *ret_error)
{
	struct buffer roles;
	enum status st;

	buffer_init(&roles, 1024);
	write_roles(machine->roles, &roles);
	st = buffer_status(&roles);
	if (st == ST_OK)
		st = db_exec(tx,
			     "INSERT INTO machine (id, country, name, kind, secret, roles, created_ms, created_by, ends_ms)"
			     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(machine->country), DB_V_TEXT(text_trim(machine->name)),
				       DB_V_TEXT(machine->fingerprint.len ? TEXT("certificate") : TEXT("bearer")),
				       DB_V_BLOB(((struct bytes){secret, SECRET_SIZE})), DB_V_TEXT(buffer_text(&roles)),
				       DB_V_INT(env_now(env)), DB_V_TEXT(machine->by), DB_V_INT(machine->ends_ms)),
			     NULL, ret_error);
	buffer_release(&roles);
	return st == ST_CONFLICT ? error_because(ret_error, st, "certificate-known", "fingerprint", "registered already") : st;
}

enum status machine_make(struct db_tx *tx, const struct env *env, const struct machine_new *machine, char ret_id[ID_SIZE],
			 char ret_token[MACHINE_TOKEN_SIZE], struct error *ret_error)
{
	uint8_t secret[SECRET_SIZE];
	char id[ID_SIZE], random[SECRET_TEXT_SIZE], token[MACHINE_TOKEN_SIZE] = "";
	size_t len = 0;

	TRY(check_machine(machine, env_now(env), ret_error));
	if (machine->fingerprint.len) {
		if (sodium_hex2bin(secret, sizeof secret, machine->fingerprint.data, machine->fingerprint.len, ": ", &len, NULL) != 0 ||
		    len != sizeof secret)
			return error_because(ret_error, ST_MALFORMED, "fingerprint", "fingerprint", "SHA-256, 64 hexadecimal digits");
	} else {
		secret_token(env, random);
		snprintf(token, sizeof token, PREFIX "%s", random);
		secret_hash(text_of(token), secret);
	}
	id_make(env, id);
	TRY(insert_machine(tx, env, machine, secret, id, ret_error));
	memcpy(ret_id, id, ID_SIZE);
	memcpy(ret_token, token, MACHINE_TOKEN_SIZE);
	return ST_OK;
}

enum status machine_list(struct db_tx *tx, struct text country, struct arena *arena, struct machine_row **ret_list,
			 size_t *ret_count, struct error *ret_error)
{
	struct db_rows rows;
	struct machine_row *list;

	TRY(db_query(tx,
		     "SELECT id, name, kind, roles, created_ms, ends_ms, ended_ms, used_ms FROM machine WHERE country = $1"
		     " ORDER BY name, id",
		     DB_PARAMS(DB_V_TEXT(country)), arena, &rows, ret_error));
	list = ARENA_NEW(arena, struct machine_row, rows.rows + 1);
	if (!list)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		list[i] = (struct machine_row){db_text(&rows, i, 0), db_text(&rows, i, 1), db_text(&rows, i, 2), db_text(&rows, i, 3),
					       db_int(&rows, i, 4),  db_int(&rows, i, 5),  db_int(&rows, i, 6),  db_int(&rows, i, 7)};
	*ret_list = list;
	*ret_count = rows.rows;
	return ST_OK;
}

enum status machine_end(struct db_tx *tx, const struct env *env, struct text id, struct text country, struct error *ret_error)
{
	uint64_t changed;

	TRY(db_exec(tx, "UPDATE machine SET ended_ms = $3 WHERE id = $1 AND country = $2 AND ended_ms IS NULL",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(country), DB_V_INT(env_now(env))), &changed, ret_error));
	return changed == 1 ? ST_OK : error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "no such machine");
}
