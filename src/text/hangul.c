#include "text/hangul.h"

#include "korean_letters.inc"
#include "korean_surnames.inc"
#include "korean_syllables.inc"

#define FIRST_SYLLABLE 0xAC00u
#define SYLLABLE_COUNT 11172u
#define BY_RULE_COST 5000u /* a spelling by the standard where the table knows usual ones */
#define CHOICES_MAX 12u

static const struct korean_letters_row *letter(char role, unsigned index)
{
	char key[3] = {role, (char)('0' + index / 10), (char)('0' + index % 10)};

	for (size_t i = 0; i < KOREAN_LETTERS_COUNT; i++)
		if (memcmp(korean_letters_rows[i].role_index.data, key, 3) == 0)
			return &korean_letters_rows[i];
	return NULL;
}

/* One syllable by letter values; `mccune` chooses the standard. Empty if it is not a syllable. */
static size_t syllable_by_rule(uint32_t c, bool mccune, char out[16])
{
	unsigned index = c - FIRST_SYLLABLE;
	const struct korean_letters_row *parts[3];
	size_t n = 0;

	if (c < FIRST_SYLLABLE || index >= SYLLABLE_COUNT)
		return 0;
	parts[0] = letter('i', index / 588);
	parts[1] = letter('v', index % 588 / 28);
	parts[2] = letter('f', index % 28);
	for (size_t i = 0; i < 3; i++) {
		struct text t = parts[i] ? (mccune ? parts[i]->mccune : parts[i]->revised) : TEXT_NONE;

		for (size_t k = 0; k < t.len && n < 16; k++)
			out[n++] = t.data[k];
	}
	return n;
}

static size_t lower_bound_syllable(struct text key)
{
	size_t low = 0, high = KOREAN_SYLLABLES_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (text_compare(korean_syllables_rows[mid].hangul, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t lower_bound_surname(struct text key)
{
	size_t low = 0, high = KOREAN_SURNAMES_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (text_compare(korean_surnames_rows[mid].hangul, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void hangul_given_spellings(struct text given, struct spellings *s)
{
	size_t at = 0;

	spellings_start(s, READ_KOREAN);
	while (at < given.len) {
		struct choice choices[CHOICES_MAX];
		char by_rule[2][16];
		size_t from = at, n = 0;
		uint32_t c = text_next(given, &at);
		struct text key = {given.data + from, at - from};

		for (size_t i = lower_bound_syllable(key);
		     i < KOREAN_SYLLABLES_COUNT && text_equal(korean_syllables_rows[i].hangul, key) && n < CHOICES_MAX - 2;
		     i++)
			choices[n++] = (struct choice){korean_syllables_rows[i].latin,
						       cost_of_ppm(korean_syllables_rows[i].share_ppm)};
		for (size_t k = 0; k < 2; k++) {
			size_t len = syllable_by_rule(c, k == 1, by_rule[k]);

			if (len)
				choices[n] = (struct choice){{by_rule[k], len},
							     (n > k ? BY_RULE_COST : 0) + (uint32_t)k * 1000};
			n += len > 0;
		}
		spellings_grow(s, choices, n);
	}
}

void hangul_family_spellings(struct text family, struct spellings *s)
{
	struct spellings rule;

	s->count = 0;
	for (size_t i = lower_bound_surname(family);
	     i < KOREAN_SURNAMES_COUNT && text_equal(korean_surnames_rows[i].hangul, family); i++)
		spellings_add(s, korean_surnames_rows[i].latin, cost_of_ppm(korean_surnames_rows[i].share_ppm),
			      READ_KOREAN);
	hangul_given_spellings(family, &rule);
	spellings_merge(s, &rule, s->count ? BY_RULE_COST : 0);
}

static uint32_t bearers(struct text family)
{
	size_t i = lower_bound_surname(family);

	return i < KOREAN_SURNAMES_COUNT && text_equal(korean_surnames_rows[i].hangul, family)
		       ? korean_surnames_rows[i].bearers_ppm
		       : 0;
}

/* Foreign sounds in Hangul: the weak vowel eu is not spoken, eo stands for any middle vowel. */
static void foreign_spellings(struct text word, struct spellings *s)
{
	size_t at = 0;

	spellings_start(s, READ_FOREIGN);
	while (at < word.len) {
		struct choice choices[3];
		char full[16], weak[16];
		uint32_t c = text_next(word, &at);
		unsigned index = c - FIRST_SYLLABLE;
		size_t n = 0, len = syllable_by_rule(c, false, full), k;

		if (len == 0)
			continue;
		if (index % 588 / 28 == 18) { /* eu */
			struct text first = letter('i', index / 588)->revised, last = letter('f', index % 28)->revised;

			memcpy(weak, first.data, first.len);
			memcpy(weak + first.len, last.data, last.len);
			k = first.len + last.len;
			if (k)
				choices[n++] = (struct choice){{weak, k}, 0};
			choices[n++] = (struct choice){{full, len}, 2500};
		} else {
			choices[n++] = (struct choice){{full, len}, 0};
		}
		spellings_grow(s, choices, n);
	}
}

static size_t syllables(struct text word)
{
	size_t n = 0, at = 0;

	while (at < word.len) {
		text_next(word, &at);
		n++;
	}
	return n;
}

static enum status part_add(struct spellings *s, struct text native, enum part_role role, struct arena *arena,
			    struct name_part *part)
{
	*part = (struct name_part){.native = native, .script = SCRIPT_HANGUL, .role = role};
	return spellings_finish(s, arena, part);
}

/* Bytes of the family name the word begins with, 0 if it is not a Korean name in one go. */
static size_t family_len(struct text word, const struct word_context *context)
{
	size_t n = syllables(word);
	struct text one = {word.data, 3}, two = {word.data, 6};

	if (!context->first || n < 2 || n > 5 || (!context->only && n > 4))
		return 0;
	if (n >= 3 && bearers(two) && (n > 3 || bearers(one) == 0))
		return 6;
	return n <= 4 && bearers(one) ? 3 : 0;
}

enum status hangul_read(struct text word, const struct word_context *context, struct arena *arena,
			struct name_part *out, size_t room, size_t *ret_part_count)
{
	size_t family = family_len(word, context);
	struct spellings s, more;
	bool single = bearers(word) > 0 && syllables(word) <= 2;

	if (room < 2)
		return ST_LIMIT;
	if (family && (context->only || !single)) {
		hangul_family_spellings((struct text){word.data, family}, &s);
		TRY(part_add(&s, (struct text){word.data, family}, PART_FAMILY, arena, &out[0]));
		hangul_given_spellings((struct text){word.data + family, word.len - family}, &s);
		TRY(part_add(&s, (struct text){word.data + family, word.len - family}, PART_GIVEN, arena, &out[1]));
		*ret_part_count = 2;
		return ST_OK;
	}
	if (single)
		hangul_family_spellings(word, &s);
	else
		hangul_given_spellings(word, &s);
	foreign_spellings(word, &more);
	/* Long words, and words beside others, are mostly foreign names. */
	spellings_merge(&s, &more, syllables(word) >= 4 ? 0 : 3000);
	*ret_part_count = 1;
	return part_add(&s, word, PART_UNKNOWN, arena, &out[0]);
}
