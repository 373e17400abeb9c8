/* How the processes of the portal speak: whole messages over socket pairs that were there before they shut themselves in.
 *
 * A message is one kind, some bytes and perhaps open files. Nothing is trusted of what comes: a peer may have been taken over.
 */
#ifndef PORTAL_LINE_H
#define PORTAL_LINE_H

#include "base/slice.h"

#define LINE_SIZE_MAX ((size_t)160 << 10) /* bytes of one message */
#define LINE_FILES_MAX 240u /* a bulletin's; Linux passes 253 at most */

struct line_message {
	uint8_t *data; /* the caller's, of `room` bytes */
	size_t len, room;
	int files[LINE_FILES_MAX]; /* received ones are the receiver's to close */
	size_t file_count;
};

/* A pair of SOCK_SEQPACKET. Fails: ST_UNAVAILABLE. */
MUST_USE enum status line_pair(int ret_ends[2], struct error *ret_error);

/* Sends the whole message or nothing. Waits while the other side is behind. Fails: ST_LIMIT, ST_UNAVAILABLE (it is gone). */
MUST_USE enum status line_send(int fd, const struct line_message *message, struct error *ret_error);

/* Waits `timeout_ms` at most (-1: for ever). A message longer than `room` is refused with its files closed. Of a failure nothing is left open.
 * Fails: ST_NOT_FOUND (none in time), ST_LIMIT, ST_UNAVAILABLE (the other side is gone). */
MUST_USE enum status line_receive(int fd, int timeout_ms, struct line_message *message, struct error *ret_error);

#endif
