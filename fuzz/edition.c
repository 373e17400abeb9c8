#include <sodium.h>

#include "edition/body.h"
#include "edition/fold.h"
#include "edition/listing.h"
#include "edition/pack.h"
#include "edition/roll.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A body that a hub signed, whatever it holds. */
static void body_try(struct bytes in)
{
	struct body body;
	struct error e;

	if (edition_body_read(in, &body, &e) != ST_OK && e.reason[0] == 0 && e.code != ST_NO_MEMORY)
		__builtin_trap();
	edition_body_release(&body);
}

/* A roll from anywhere leads nobody who believes keys that signed nothing of it. */
static void roll_try(struct text roll, struct arena *arena)
{
	const struct text known = TEXT("edition kh.example/list+67099555+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n");
	struct roll_place place = {.list = TEXT("cordon.kh")};
	struct edition_keys keys;
	struct roll_link last;
	struct buffer followed;
	struct error e;

	if (edition_keys_read(known, arena, &keys, NULL) != ST_OK)
		return;
	place.keys = &keys;
	buffer_init(&followed, ROLL_MAX);
	if (roll_follow(roll, &place, arena, &followed, &last, &e) == ST_OK && (last.epoch || followed.len))
		__builtin_trap();
	(void)!roll_accept(roll, place.list, TEXT("0000-0000-0000-0000-0000"), arena, &last, &e);
	buffer_release(&followed);
}

/* What a record says, as a listing and as a clearance of itself. */
static void payload_try(struct text payload, struct arena *arena)
{
	const struct edition_record record = {.subject = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc,
							  0xdd, 0xee, 0xff},
					      .put = true, .payload = payload};
	struct clearance clearance;
	struct listing listing;
	struct error e;

	if (listing_read(&record, arena, &listing, &e) == ST_OK)
		(void)listing_in_force(&listing, listing.expires_ms - 1);
	if (clearance_read(&record, arena, &clearance, &e) == ST_OK)
		(void)clearance_holds(&clearance, &clearance.person, &clearance.person, 0);
}

/* The first byte says what the rest is: a file, a body, a manifest, keys, a key roll, a record's payload, a leaf. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct edition_trust trust = {.now_ms = 0};
	struct edition_manifest manifest;
	struct edition_keys keys;
	struct edition *edition;
	struct arena arena;
	struct fold fold;
	struct text text;
	struct error e = {.code = ST_OK};
	struct bytes rest;

	if (size == 0)
		return 0;
	rest = (struct bytes){data + 1, size - 1};
	arena_init(&arena, (size_t)16 << 20);
	switch (data[0]) {
	case 'f':
		if (edition_new((size_t)16 << 20, &edition, &e) != ST_OK)
			break;
		if (edition_take(edition, rest, &trust, &e) == ST_OK && edition_manifest(edition)->number == 0)
			__builtin_trap();
		edition_free(edition);
		break;
	case 'b':
		body_try(rest);
		break;
	case 'm':
		if (text_check(rest, &text, NULL) == ST_OK && manifest_read(text, &trust, &arena, &manifest, &e) != ST_OK && e.reason[0] == 0)
			__builtin_trap();
		break;
	case 'k':
		if (text_check(rest, &text, NULL) == ST_OK && edition_keys_read(text, &arena, &keys, &e) == ST_OK && keys.key_count == 0)
			__builtin_trap();
		break;
	case 'r':
		roll_try((struct text){(const char *)rest.data, rest.len}, &arena);
		break;
	case 'j':
		if (text_check(rest, &text, NULL) == ST_OK)
			payload_try(text, &arena);
		break;
	default:
		fold_init(&fold);
		if (text_check(rest, &text, NULL) == ST_OK && fold_leaf(&fold, text, false, &e) == ST_OK && fold.size != 1)
			__builtin_trap();
		fold_release(&fold);
	}
	arena_release(&arena);
	return 0;
}
