#include "lib/lists.h"

static const char *const people[] = {
	"{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"김민수\",\"KIM MINSU\"],\"birthDate\":[\"1990-03-07\"]}}",
	("{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Sok Dara\"],\"birthDate\":[\"1980\",\"1981\"]},"
	"\"referents\":[\"old-b\"]}"),
	"{\"id\":\"c\",\"schema\":\"Address\",\"properties\":{\"full\":[\"1 Invented Street\"]}}",
};

static void ids_and_former_ids_lead_to_their_entity(void **state)
{
	struct small_list list;

	(void)state;
	small_list_build(&list, people, 3);
	assert_int_equal(index_entity_count(list.index), 3);
	assert_int_equal(index_person_count(list.index), 2);
	assert_int_equal(index_name_count(list.index), 3);
	assert_text(index_entity_id(list.index, index_find(list.index, TEXT("b"))), "b");
	assert_text(index_entity_id(list.index, index_find(list.index, TEXT("old-b"))), "b");
	assert_text(index_entity_id(list.index, index_find(list.index, TEXT("c"))), "c");
	assert_true(index_find(list.index, TEXT("d")) == ENTITY_NONE);
	small_list_free(&list);
}

static void a_later_entity_replaces_the_earlier(void **state)
{
	static const char *const twice[] = {
		"{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Old Name\"]}}",
		"{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"New Name\"]}}",
	};
	struct small_list list;

	(void)state;
	small_list_build(&list, twice, 2);
	assert_int_equal(index_entity_count(list.index), 1);
	assert_non_null(memmem(index_entity_json(list.index, 0).data, index_entity_json(list.index, 0).len, "New Name", 8));
	small_list_free(&list);
}

static void the_same_list_gives_the_same_bytes(void **state)
{
	struct small_list one, two;

	(void)state;
	small_list_build(&one, people, 3);
	small_list_build(&two, people, 3);
	assert_int_equal(one.image.len, two.image.len);
	assert_memory_equal(one.image.data, two.image.data, one.image.len);
	small_list_free(&one);
	small_list_free(&two);
}

/* Any cut and any flipped bit is a clear error, or lies in the padding and changes nothing. */
static void a_damaged_image_is_refused(void **state)
{
	struct small_list list;
	struct index *opened;
	struct error e;
	size_t flips_taken = 0;

	(void)state;
	small_list_build(&list, people, 3);
	for (size_t len = 0; len < list.image.len; len++) {
		enum status st = index_open((struct bytes){list.image.data, len}, &opened, &e);

		assert_true(st == ST_CORRUPT || st == ST_CONFLICT);
		assert_true(e.message[0] != '\0');
	}
	for (size_t bit = 0; bit < list.image.len * 8; bit++) {
		enum status st;

		list.image.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		st = index_open(buffer_bytes(&list.image), &opened, &e);
		if (st == ST_OK) {
			flips_taken++;
			index_close(opened);
		}
		list.image.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	/* Reserved fields and the padding of fifteen sections. */
	assert_in_range(flips_taken, 0, (15 * 7 + 8) * 8);
	small_list_free(&list);
}

static void a_part_borne_twice_is_indexed_once(void **state)
{
	static const char *const twice[] = {
		"{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"SOK SOK DARA\"]}}",
		"{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"I I BEYHET\"]}}",
	};
	struct small_list list;
	struct arena arena;

	(void)state;
	small_list_build(&list, twice, 2);
	arena_init(&arena, (size_t)64 << 20);
	assert_int_equal(
		small_list_ask(&list, "{\"schema\":\"Person\",\"properties\":{\"name\":[\"SOK SOK DARA\"]}}", &arena).count, 1);
	arena_release(&arena);
	small_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_and_former_ids_lead_to_their_entity),
		cmocka_unit_test(a_later_entity_replaces_the_earlier),
		cmocka_unit_test(the_same_list_gives_the_same_bytes),
		cmocka_unit_test(a_part_borne_twice_is_indexed_once),
		cmocka_unit_test(a_damaged_image_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
