/* Which tables the readings and weights come from: a score is reproducible only with the same ones. */
#ifndef SCREEN_FINGERPRINT_H
#define SCREEN_FINGERPRINT_H

#include <stdint.h>

/* First 64 bits of SHA-256 over the tables of data/ that matching uses, made by the build. */
uint64_t tables_fingerprint(void);

#endif
