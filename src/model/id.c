#include "model/id.h"

void id_make(const struct env *env, char out[ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[(ID_SIZE - 1) / 2];

	env_random(env, raw, sizeof raw);
	for (size_t i = 0; i < sizeof raw; i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	out[ID_SIZE - 1] = '\0';
}

bool id_valid(struct text t)
{
	if (t.len != ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (!(t.data[i] >= '0' && t.data[i] <= '9') && !(t.data[i] >= 'a' && t.data[i] <= 'f'))
			return false;
	return true;
}
