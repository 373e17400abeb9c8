#include "text/name_roles.h"

#include <unicode/uchar.h>

#include "particles.inc"
#include "titles.inc"

static const struct titles_row *title_row(struct text word)
{
	size_t low = 0, high = TITLES_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = text_compare(titles_rows[mid].word, word);

		if (order == 0)
			return &titles_rows[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static const struct particles_row *particle_row(struct text word)
{
	size_t low = 0, high = PARTICLES_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = text_compare(particles_rows[mid].word, word);

		if (order == 0)
			return &particles_rows[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool is_patronymic(struct text word)
{
	static const char *const ends[] = {"ovich", "evich", "ovna", "evna", "ovych", "evych", "yovych", "ivna",
					   "ович",  "евич",  "йович", "овна", "евна", "ивна",  "івна",   "ївна",
					   "ична",  "оглы",  "кызы",  "улы",  "uly",  "ogly",  "oglu",   "kyzy"};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		size_t n = strlen(ends[i]);

		if (word.len > n + 1 && memcmp(word.data + word.len - n, ends[i], n) == 0)
			return true;
	}
	return false;
}

enum part_role role_of_word(struct text word, struct word_place place)
{
	const struct particles_row *particle = particle_row(word);
	const struct titles_row *title = title_row(word);

	if (title && (place.opens || !text_equal(title->place, TEXT("first"))))
		return PART_TITLE;
	if (particle && !place.last && !(place.first && text_equal(particle->place, TEXT("inner"))))
		return PART_PARTICLE;
	if (!place.first && is_patronymic(word))
		return PART_PATRONYMIC;
	return PART_UNKNOWN;
}

/* A letter that a word can begin with, not a sign that hangs on the letter before. */
static bool begins_word(struct text rest)
{
	size_t at = 0;

	return rest.len && (U_GET_GC_MASK((UChar32)text_next(rest, &at)) & U_GC_L_MASK) != 0 && at < rest.len;
}

size_t title_attached(struct text word)
{
	if (title_row(word))
		return 0;
	for (size_t len = word.len; len-- > 1;) {
		struct text head = {word.data, len}, rest = {word.data + len, word.len - len};
		const struct titles_row *title;

		if (((unsigned char)word.data[len] & 0xC0) == 0x80)
			continue;
		title = title_row(head);
		if (title && text_equal(title->place, TEXT("attached")))
			return begins_word(rest) ? len : 0;
	}
	return 0;
}
