/* A release with its signed note: signing, and finding out what was altered. Pure. */
#ifndef FIGURE_RELEASE_H
#define FIGURE_RELEASE_H

#include "figure/make.h"
#include "merkle/note.h"

/* The ledger's leaf of a release: its subject is the SHA-256 of the note's text. */
#define FIGURE_LEAF "figures.release"

/* Adds the note to the document, and appends its canonical bytes. Fails: ST_LIMIT (the note is over 128 KiB), ST_MALFORMED (the document
 * lacks something), as note_sign. */
MUST_USE enum status figure_sign(json_t *document, const struct note_signer *signer, char ret_hash[FIGURE_HASH_SIZE], struct buffer *out,
				 struct error *ret_error);

struct figure_checking {
	const struct note_key *keys; /* whose signature counts; none: only the note itself is compared */
	size_t key_count;
	/* What was altered: a word ("number-changed", "figure-changed", "figure-added", "figure-missing", "head-changed", "not-canonical",
	 * "note-unsigned", "note-forged"), and a sentence that names it. Lives until it returns. */
	void (*found)(void *context, const char *what, const char *detail);
	void *context;
	/* Set. */
	size_t findings, figures;
	int64_t number;
	char hash[FIGURE_HASH_SIZE]; /* of the note's text */
	char signer[NOTE_NAME_SIZE]; /* of the key that verified; empty: none */
	char snapshot[FIGURE_HASH_SIZE];
};

/* ST_OK also where something was found. Fails: ST_MALFORMED reason "figures-malformed" (no release), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status figure_check(struct bytes file, struct figure_checking *checking, struct error *ret_error);

/* The document of a file. *ret is to be given back with json_decref. Fails: ST_MALFORMED reason "figures-malformed". */
MUST_USE enum status figure_read(struct bytes file, json_t **ret, struct error *ret_error);

#endif
