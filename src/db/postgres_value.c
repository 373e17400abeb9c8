#include "db/postgres_value.h"

/* pg_type.dat of PostgreSQL; these never change. */
enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_NAME = 19,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_VARCHAR = 1043,
	OID_NUMERIC = 1700,
};

#define VALUE_SIZE_MAX ((size_t)1 << 30)

static void put_int(uint8_t out[8], int64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
}

static uint64_t take_uint(const uint8_t *in, int len)
{
	uint64_t value = 0;

	for (int i = 0; i < len; i++)
		value = value << 8 | in[i];
	return value;
}

static void put(struct pg_params *p, int i, const struct db_value *v)
{
	struct bytes data = {NULL, 0};

	switch (v->type) {
	case DB_INT:
		put_int(p->integers[i], v->integer);
		data = (struct bytes){p->integers[i], 8};
		p->types[i] = OID_INT8;
		break;
	case DB_TEXT:
		data = text_bytes(v->text);
		p->types[i] = OID_TEXT;
		break;
	case DB_BLOB:
		data = v->blob;
		p->types[i] = OID_BYTEA;
		break;
	case DB_NULL:
	default:
		p->types[i] = 0; /* what the statement makes of it */
		p->values[i] = NULL;
		p->letters[i] = 'n';
		return;
	}
	p->letters[i] = v->type == DB_INT ? 'i' : v->type == DB_TEXT ? 't' : 'b';
	p->values[i] = data.len ? (const char *)data.data : "";
	p->lengths[i] = (int)data.len;
}

enum status pg_params(struct db_params params, struct pg_params *ret_params, struct error *ret_error)
{
	ret_params->count = (int)params.count;
	for (size_t i = 0; i < params.count; i++) {
		const struct db_value *v = &params.values[i];

		if ((v->type == DB_TEXT && v->text.len > VALUE_SIZE_MAX) || (v->type == DB_BLOB && v->blob.len > VALUE_SIZE_MAX))
			return error_set(ret_error, ST_LIMIT, "too big for the database");
		ret_params->lengths[i] = 0;
		ret_params->formats[i] = 1;
		put(ret_params, (int)i, v);
	}
	ret_params->letters[params.count] = '\0';
	return ST_OK;
}

/* numeric, which sum() gives: int16 count of digits to base 10,000, weight of the first, sign, scale; then the digits. */
static enum status take_numeric(const uint8_t *in, int len, int64_t *ret_value)
{
	int digits = len < 8 ? -1 : (int16_t)take_uint(in, 2);
	int weight = len < 8 ? 0 : (int16_t)take_uint(in + 2, 2);
	uint64_t sign = len < 8 ? 0 : take_uint(in + 4, 2);
	int64_t value = 0;

	if (digits < 0 || len != 8 + 2 * digits || (sign != 0 && sign != 0x4000) || digits > weight + 1)
		return ST_MALFORMED;
	for (int i = 0; i <= weight && digits > 0; i++) {
		int64_t digit = i < digits ? (int64_t)take_uint(in + 8 + 2 * i, 2) : 0;

		if (__builtin_mul_overflow(value, 10000, &value) || __builtin_sub_overflow(value, digit, &value))
			return ST_MALFORMED;
	}
	if (sign == 0 && __builtin_sub_overflow(0, value, &value))
		return ST_MALFORMED;
	*ret_value = value;
	return ST_OK;
}

static enum status take(Oid type, struct bytes in, struct db_value *ret_value, struct error *ret_error)
{
	switch (type) {
	case OID_INT8:
		*ret_value = DB_V_INT((int64_t)take_uint(in.data, 8));
		return ST_OK;
	case OID_INT4:
		*ret_value = DB_V_INT((int32_t)take_uint(in.data, 4));
		return ST_OK;
	case OID_INT2:
		*ret_value = DB_V_INT((int16_t)take_uint(in.data, 2));
		return ST_OK;
	case OID_BOOL:
		*ret_value = DB_V_INT(in.data[0] != 0);
		return ST_OK;
	case OID_NUMERIC:
		*ret_value = DB_V_INT(0);
		if (take_numeric(in.data, (int)in.len, &ret_value->integer) != ST_OK)
			return error_set(ret_error, ST_MALFORMED, "SQL: a result that is no 64-bit integer");
		return ST_OK;
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_NAME:
		*ret_value = DB_V_TEXT(((struct text){(const char *)in.data, in.len}));
		return ST_OK;
	case OID_BYTEA:
		*ret_value = DB_V_BLOB(in);
		return ST_OK;
	default:
		return error_set(ret_error, ST_MALFORMED, "SQL: a result of type %u", type);
	}
}

enum status pg_row(const PGresult *result, int row, struct db_value *ret_values, struct error *ret_error)
{
	for (int i = 0; i < PQnfields(result); i++) {
		struct bytes in = {(const uint8_t *)PQgetvalue(result, row, i), (size_t)PQgetlength(result, row, i)};

		if (PQgetisnull(result, row, i))
			ret_values[i] = DB_V_NULL;
		else
			TRY(take(PQftype(result, i), in, &ret_values[i], ret_error));
	}
	return ST_OK;
}

bool pg_type_takes(Oid type, const struct db_value *value)
{
	static const Oid types[] = {[DB_INT] = OID_INT8, [DB_TEXT] = OID_TEXT, [DB_BLOB] = OID_BYTEA};

	return value->type == DB_NULL || type == types[value->type];
}
