/* Little-endian numbers in bytes. */
#ifndef BULLETIN_BYTES_H
#define BULLETIN_BYTES_H

#include <stdint.h>

static inline void bytes_put_16(uint8_t *out, uint16_t v)
{
	out[0] = (uint8_t)v;
	out[1] = (uint8_t)(v >> 8);
}

static inline void bytes_put_32(uint8_t *out, uint32_t v)
{
	bytes_put_16(out, (uint16_t)v);
	bytes_put_16(out + 2, (uint16_t)(v >> 16));
}

static inline void bytes_put_64(uint8_t *out, uint64_t v)
{
	bytes_put_32(out, (uint32_t)v);
	bytes_put_32(out + 4, (uint32_t)(v >> 32));
}

static inline uint16_t bytes_get_16(const uint8_t *in)
{
	return (uint16_t)(in[0] | in[1] << 8);
}

static inline uint32_t bytes_get_32(const uint8_t *in)
{
	return (uint32_t)bytes_get_16(in) | (uint32_t)bytes_get_16(in + 2) << 16;
}

static inline uint64_t bytes_get_64(const uint8_t *in)
{
	return (uint64_t)bytes_get_32(in) | (uint64_t)bytes_get_32(in + 4) << 32;
}

#endif
