/* A snapshot for tests: a release of October 2026 with the numbers that a test names. */
#ifndef TESTS_FIGURE_SNAPSHOT_H
#define TESTS_FIGURE_SNAPSHOT_H

#include "figure/release.h"
#include "lib/test.h"

/* `cells` and `earlier` are JSON; reasons: all "entry". */
static inline json_t *snapshot_of(int number, const char *cells, const char *earlier)
{
	json_t *list = json_loads(cells, 0, NULL), *definitions = json_array(), *reasons = json_object(), *before = json_loads(earlier, 0, NULL);

	assert_non_null(list);
	assert_non_null(before);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *id = json_string_value(json_object_get(json_array_get(list, i), "id"));

		assert_int_equal(json_array_append_new(definitions, figure_definition_json(figure_definition_find(text_of(id)))), 0);
		assert_int_equal(json_object_set_new(reasons, id, json_pack("{s:s}", "code", "entry")), 0);
	}
	return json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:[{s:s,s:s,s:s,s:s}]}", "format", FIGURE_SNAPSHOT_FORMAT, "hub", "cordon.kh",
			 "number", number, "time", "2026-11-02T03:04:05.678Z", "as_of", "2026-11-02T03:04:05.678Z", "from", "2026-10-01", "to",
			 "2026-10-31", "salt", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "signer", "cordon.kh/public",
			 "cells", list, "definitions", definitions, "reasons", reasons, "earlier", before, "joint", "id", "JO-1", "host", "kh",
			 "partner", "kr", "sides", "one");
}

#define CELLS                                                                                                                      \
	"[{\"id\":\"suspects.identified\",\"value\":1234,\"people\":1234,\"parts\":[{\"country\":\"cn\",\"value\":1200},{\"country\":\"kr\","  \
	"\"value\":3},{\"country\":\"th\",\"value\":31}]},{\"id\":\"suspects.detained\",\"value\":812,\"people\":812,\"sides\":\"one\"},"    \
	"{\"id\":\"suspects.convicted\",\"value\":3,\"people\":3},{\"id\":\"victims.screened\",\"value\":90,\"people\":90},"                 \
	"{\"id\":\"money.lost\",\"value\":48600000,\"people\":869},{\"id\":\"service.checks\",\"value\":1502119,\"people\":1502119},"       \
	"{\"id\":\"service.report-read\",\"value\":14,\"people\":211}]"

/* Signed by a key of fixed bytes. */
static inline void released(json_t *snapshot, struct note_signer *signer, char hash[FIGURE_HASH_SIZE], struct buffer *out)
{
	static const uint8_t bytes[32] = {7};
	struct error error = {0};
	json_t *document;

	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, bytes, signer, NULL));
	assert_ok(figure_make(snapshot, &document, &error));
	buffer_init(out, FIGURE_SIZE_MAX);
	assert_ok(figure_sign(document, signer, hash, out, &error));
	json_decref(document);
}

#endif
