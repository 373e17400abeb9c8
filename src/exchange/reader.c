#include "exchange/reader.h"

#define CHUNK ((size_t)64 * 1024)
#define ENTITY_MEMORY_MAX ((size_t)256 << 20)

void reader_init(struct reader *r, const struct exchange_source *source, const struct exchange_sink *sink)
{
	*r = (struct reader){.source = source, .sink = sink};
	arena_init(&r->arena, ENTITY_MEMORY_MAX);
	buffer_init(&r->held, EXCHANGE_LINE_MAX * 2);
	buffer_init(&r->decoded, EXCHANGE_LINE_MAX * 3);
}

void reader_release(struct reader *r)
{
	arena_release(&r->arena);
	buffer_release(&r->held);
	buffer_release(&r->decoded);
}

/* Reads one chunk more behind what is held. */
static enum status fill(struct reader *r, struct error *ret_error)
{
	uint8_t chunk[CHUNK];
	size_t len = 0;

	if (r->taken) {
		memmove(r->held.data, r->held.data + r->taken, r->held.len - r->taken);
		r->held.len -= r->taken;
		r->taken = 0;
	}
	TRY(r->source->read(r->source->context, chunk, sizeof chunk, &len, ret_error));
	r->ended = len == 0;
	buffer_add(&r->held, chunk, len);
	return buffer_status(&r->held) == ST_OK ? ST_OK
						: error_set(ret_error, buffer_status(&r->held), "row too long");
}

enum status reader_peek(struct reader *r, size_t want, struct bytes *ret, struct error *ret_error)
{
	while (r->held.len - r->taken < want && !r->ended)
		TRY(fill(r, ret_error));
	*ret = (struct bytes){r->held.data + r->taken, r->held.len - r->taken};
	return ST_OK;
}

enum status reader_take(struct reader *r, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct bytes have;
	size_t n;

	TRY(reader_peek(r, 1, &have, ret_error));
	n = have.len < room ? have.len : room;
	if (n)
		memcpy(out, have.data, n);
	r->taken += n;
	*ret_len = n;
	return ST_OK;
}

/* Bytes 0x80 to 0x9F; the rest of the page is Unicode's first 256. Source: Windows code page 1252. */
static void decode_1252(struct reader *r, struct bytes in, struct text *ret)
{
	static const uint16_t high[32] = {0x20AC, 0xFFFD, 0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
					  0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0xFFFD, 0x17D,  0xFFFD,
					  0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
					  0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0xFFFD, 0x17E,  0x178};

	buffer_clear(&r->decoded);
	for (size_t i = 0; i < in.len; i++) {
		uint32_t c = in.data[i];
		char utf8[4];

		if (c >= 0x80 && c < 0xA0)
			c = high[c - 0x80];
		buffer_add(&r->decoded, utf8, text_encode(c ? c : 0xFFFD, utf8));
	}
	*ret = buffer_text(&r->decoded);
	if (ret->data == NULL)
		*ret = TEXT("");
}

enum status reader_line(struct reader *r, struct text *ret_line, struct error *ret_error)
{
	size_t searched = 0;

	for (;;) {
		struct bytes have = {r->held.data + r->taken, r->held.len - r->taken};
		const uint8_t *end = have.len > searched ? memchr(have.data + searched, '\n', have.len - searched) : NULL;
		size_t len = end ? (size_t)(end - have.data) : have.len;

		if (end == NULL && !r->ended) {
			searched = have.len;
			if (have.len > EXCHANGE_LINE_MAX)
				return error_at(ret_error, ST_LIMIT, "line", -1, "row %lld is longer than %zu bytes",
						(long long)r->row + 1, EXCHANGE_LINE_MAX);
			TRY(fill(r, ret_error));
			continue;
		}
		if (end == NULL && have.len == 0) {
			*ret_line = TEXT_NONE;
			return ST_OK;
		}
		r->row++;
		r->cut = end == NULL;
		r->taken += end ? len + 1 : len;
		if (len && have.data[len - 1] == '\r')
			len--;
		if (r->windows_1252 && text_check((struct bytes){have.data, len}, ret_line, NULL) != ST_OK) {
			decode_1252(r, (struct bytes){have.data, len}, ret_line);
			return buffer_status(&r->decoded);
		}
		if (text_check((struct bytes){have.data, len}, ret_line, ret_error) != ST_OK) {
			error_at(ret_error, ST_MALFORMED, "line", -1, "row %lld is not UTF-8 text", (long long)r->row);
			ret_error->row = r->row;
			return ST_MALFORMED;
		}
		return ST_OK;
	}
}

static uint64_t values(const struct entity *entity, const char *property)
{
	const struct property *p = entity_get(entity, property);

	return p ? p->count : 0;
}

static bool is_neighbour(const struct entity *entity)
{
	static const char *const schemata[] = {"Passport", "Identification", "Sanction", "Address", "Ownership",
					       "Directorship", "Family", "Associate", "Membership", "Employment",
					       "UnknownLink", "Payment", "Position", "Occupancy", "Representation",
					       "Succession", "Debt", "Event", "Mention", "Note"};

	for (size_t i = 0; i < sizeof schemata / sizeof schemata[0]; i++)
		if (text_equal(entity->schema, text_of(schemata[i])))
			return true;
	return false;
}

enum status reader_entity(struct reader *r, const struct entity *entity, struct error *ret_error)
{
	static const char *const identifiers[] = {"passportNumber", "idNumber", "taxNumber", "registrationNumber",
						  "imoNumber", "mmsi", "socialSecurityNumber", "publicKey", "phone",
						  "uscCode", "dunsCode", "vatCode", "swiftBic", "bikCode", "innCode",
						  "isin", "serialNumber"};
	struct exchange_report *report = &r->report;

	report->entities++;
	if (!is_neighbour(entity)) {
		uint64_t aliases = values(entity, "alias") + values(entity, "previousName");

		report->listed++;
		report->persons += text_equal(entity->schema, TEXT("Person"));
		report->aliases += aliases;
		report->weak_aliases += values(entity, "weakAlias");
		report->names += values(entity, "name") + aliases + values(entity, "weakAlias");
		report->dates += values(entity, "birthDate");
		for (size_t i = 0; i < sizeof identifiers / sizeof identifiers[0]; i++)
			report->identifiers += values(entity, identifiers[i]);
	}
	return r->sink->entity(r->sink->context, entity, ret_error);
}

void reader_skip(struct reader *r, const char *field, const char *reason)
{
	r->report.skipped++;
	if (r->sink->skipped)
		r->sink->skipped(r->sink->context, r->row, field, reason);
}
