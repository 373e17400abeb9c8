/* Functions that are not used here, made unusable: meson puts this header before every C file of the project.
 *
 * It comes after the system's own headers, which may name them. The reason, and what stands in their place:
 *   no bound on what is written      buffer_printf, snprintf, memcpy with a length
 *   no error for a bad number        text_to_uint
 *   state shared by all threads      text_split, gmtime_r, the sources of randomness that are passed in
 *   result depends on the locale     ICU; the program never sets a locale
 *   a shell in between, a race       posix_spawn; a name that is made and opened in one go
 *   stack without limit              an arena
 */
#ifndef TOOLS_BANNED_H
#define TOOLS_BANNED_H

#include <alloca.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

/* Some of them are macros, by compiler and by level of fortification. */
#undef alloca
#undef strdupa
#undef strndupa
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy stpcpy strcat strncpy stpncpy strncat sprintf vsprintf gets getwd
#pragma GCC poison wcscpy wcscat wcsncpy wcsncat
#pragma GCC poison atoi atol atoll atof scanf vscanf fscanf vfscanf sscanf vsscanf
#pragma GCC poison strtok strtok_r gmtime localtime ctime ctime_r asctime asctime_r
#pragma GCC poison srand drand48 lrand48 signal
#pragma GCC poison setlocale uselocale newlocale strcoll strxfrm localeconv
#pragma GCC poison popen tmpnam tempnam mktemp vfork
#pragma GCC poison alloca strdupa strndupa

/* Two words that are good names for other things, in OpenSSL's headers too: only the functions are refused. */
int rand(void) __attribute__((deprecated("banned")));
int system(const char *command) __attribute__((deprecated("banned")));

#endif
