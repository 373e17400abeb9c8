/* Files of text from outside in whatever character set their program wrote: to UTF-8. Source: ICU's converters; the WHATWG
 * Encoding Standard for which names mean which table. */
#ifndef TEXT_CHARSET_H
#define TEXT_CHARSET_H

#include "base/arena.h"

struct charset_hint {
	struct text declared; /* as in Content-Type: "euc-kr", "gb18030", "utf-8"...; empty: not said */
	struct text language; /* of the sender, "ko", "zh"...: decides where a file can be read in two ways */
};

/* Takes a whole file. A byte order mark wins over what is declared, that over what the bytes say: UTF-8, UTF-16 without a
 * mark, Korean (CP949, which EUC-KR is part of), Chinese (GB18030, which GBK and GB 2312 are part of).
 * Gives checked UTF-8 without a mark, in the arena or over the same memory, and the set's name ("utf-8", "utf-16le",
 * "cp949", "gb18030", "big5"). Fails: ST_MALFORMED reason "file-encoding", with the line where it stops being UTF-8 where
 * most of it is; ST_LIMIT, ST_NO_MEMORY. Cost: linear, at most three passes. */
MUST_USE enum status charset_decode(struct bytes in, const struct charset_hint *hint, struct arena *arena,
				    struct text *ret_text, const char **ret_charset, struct error *ret_error);

#endif
