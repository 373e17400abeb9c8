/* A long list as a hub would sign it: editions and changes of invented people, made by the library's own functions. */
#ifndef BENCH_BOOK_H
#define BENCH_BOOK_H

#include "bench/generate.h"
#include "edition/edition.h"
#include "edition/fold.h"
#include "merkle/note.h"

#define BOOK_NAME "cordon.kh"
#define BOOK_EDITIONS_MAX 8192u

struct book_step {
	uint64_t size; /* of the log at that edition */
	size_t upto;   /* of `changed` */
	struct merkle_hash state;
};

struct book {
	struct people people;
	struct note_signer edition, log;
	char vkeys[2][NOTE_VKEY_SIZE];
	struct edition_key keys[2];
	struct edition_keys trusted;
	struct edition *newest; /* owned; NULL before the first */
	struct fold tree;       /* of the log */
	struct book_step steps[BOOK_EDITIONS_MAX];
	uint64_t number;
	int64_t issued_ms;
	size_t count, next; /* people; the next who is changed */
	struct edition_record *changed; /* owned; in the order of the log, nobody twice within 64 editions */
	size_t changed_count, room;
	struct arena payloads; /* of `changed` */
	struct edition_part snapshot;
};

/* Told of every file that an edition comes as; `from` 0: the whole. */
typedef void book_file(void *context, uint64_t number, uint64_t from, struct bytes file);

/* With keys that the maker was given (`edition`, `log`) or, where they are zero, keys that are made up. Ends the program when something
 * fails, as all of this does. */
void book_begin(struct book *m, const char *root, size_t count);
void book_release(struct book *m);

/* The first edition with `count` people, or the next one, in which `changes` of them are said anew. A change from the last edition, from
 * the one two before, four before...; the whole where `whole`. */
void book_next(struct book *m, size_t changes, bool whole, book_file *file, void *context);

/* Person i as he is listed: who reads a border document of his sees this. */
void book_person(struct book *m, size_t i, struct arena *arena, struct entity *ret);

void bench_must(enum status st, const struct error *error);
int64_t bench_wall_ms(void *context);
void bench_random(void *context, void *out, size_t len);

#endif
