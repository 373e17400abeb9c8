/* The language modules' readers, for name.c. Each is a word_reader (text/name.h). */
#ifndef TEXT_READERS_H
#define TEXT_READERS_H

#include "text/arabic.h"
#include "text/cyrillic.h"
#include "text/han.h"
#include "text/hangul.h"
#include "text/kana.h"
#include "text/khmer.h"
#include "text/latin.h"
#include "text/plain.h"
#include "text/thai.h"

#endif
