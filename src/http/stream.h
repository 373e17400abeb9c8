/* Answers that go on: the event streams of one worker. All in that worker's thread. */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include "http/worker.h"

/* Begins to answer with the stream; takes it over also where it fails (NULL). */
struct MHD_Response *stream_begin(const struct serve_call *call, const struct http_stream *stream, const struct buffer *first);

/* Has streams without unsent bytes pull, keeps the quiet ones alive, drops those that nobody reads. */
void streams_pump(struct worker *worker);

/* Ends all of them; those that wait for their reader end when it has read. */
void streams_end(struct worker *worker);

#endif
