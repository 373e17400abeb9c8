#include "screen/sound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Distances are symmetric, nothing to itself, and a tighter limit never gives a smaller one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all = {(const char *)data, size}, a, b;
	struct sound x, y;
	uint32_t there, back, limited;

	a = (struct text){all.data, size / 2};
	b = (struct text){all.data + size / 2, size - size / 2};
	sound_hear(a, &x);
	sound_hear(b, &y);
	there = sound_distance(sound_text(&x), sound_text(&y), SOUND_COST_MAX);
	back = sound_distance(sound_text(&y), sound_text(&x), SOUND_COST_MAX);
	limited = sound_distance(sound_text(&x), sound_text(&y), 5000);
	if (there != back || sound_distance(sound_text(&x), sound_text(&x), 0) != 0 ||
	    (there <= 5000 && limited != there) || (there > 5000 && limited <= 5000 && limited != there))
		__builtin_trap();
	return 0;
}
