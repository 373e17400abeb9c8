#include "feed/bell.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "feed/bell_nats.h"
#include "feed/fetch.h"

#define LINE_MAX_BYTES 4096u
#define PAUSE_MAX_S 30u
#define SILENCE_S 60L /* the hub keeps a line alive every 15 */

struct bell {
	struct bell_options options;
	struct bell_nats *nats; /* then nothing of what follows is in use */
	char *address;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stop, heard;
	bool broken; /* a connection ended: what rang meanwhile was not heard */
	struct buffer line; /* what has come of the current one */
	enum bell_kind kind;
	bool known;         /* the event's kind is one of ours */
};

static void line_take(struct bell *bell, struct text line)
{
	if (text_starts(line, TEXT("event: "))) {
		struct text word = {line.data + 7, line.len - 7};

		bell->known = true;
		if (text_equal(word, TEXT("edition")))
			bell->kind = BELL_EDITION;
		else if (text_equal(word, TEXT("urgent")))
			bell->kind = BELL_URGENT;
		else if (text_equal(word, TEXT("post")))
			bell->kind = BELL_POST;
		else
			bell->known = false;
	} else if (text_starts(line, TEXT("data: ")) && bell->known) {
		bell->options.ring(bell->options.context, bell->kind, (struct text){line.data + 6, line.len - 6});
		bell->known = false;
	}
}

static size_t on_data(char *data, size_t size, size_t count, void *context)
{
	struct bell *bell = context;

	if (!atomic_exchange(&bell->heard, true) && bell->broken)
		bell->options.ring(bell->options.context, BELL_EDITION, TEXT_NONE);
	for (size_t i = 0; i < size * count; i++) {
		if (data[i] == '\n') {
			line_take(bell, text_trim(buffer_text(&bell->line)));
			buffer_clear(&bell->line);
		} else if (bell->line.len < LINE_MAX_BYTES) {
			buffer_add_char(&bell->line, data[i]);
		}
	}
	return size * count;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct bell *bell = context;

	(void)a, (void)b, (void)c, (void)d;
	return atomic_load(&bell->stop);
}

/* One connection, until it ends; false: nothing came over it. */
static bool listen_once(struct bell *bell)
{
	bool https = strncmp(bell->address, "https:", 6) == 0;
	CURL *c = curl_easy_init();

	if (c == NULL)
		return false;
	curl_easy_setopt(c, CURLOPT_URL, bell->address);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, https ? "https" : "http");
	if (!https)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (bell->options.ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, bell->options.ca_file);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "cordon");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 20L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, bell);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, bell);
	(void)curl_easy_perform(c);
	curl_easy_cleanup(c);
	buffer_clear(&bell->line);
	bell->broken = true;
	return atomic_exchange(&bell->heard, false);
}

static void *listen_for_ever(void *context)
{
	struct bell *bell = context;
	unsigned pause = 1;

	while (!atomic_load(&bell->stop)) {
		struct timespec until;

		pause = listen_once(bell) ? 1 : pause * 2 > PAUSE_MAX_S ? PAUSE_MAX_S : pause * 2;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += pause;
		pthread_mutex_lock(&bell->lock);
		while (!atomic_load(&bell->stop) && pthread_cond_clockwait(&bell->wake, &bell->lock, CLOCK_MONOTONIC, &until) == 0)
			;
		pthread_mutex_unlock(&bell->lock);
	}
	return NULL;
}

enum status bell_listen(const struct bell_options *options, struct bell **ret_bell, struct error *ret_error)
{
	struct bell *bell;

	bool nats = strncmp(options->address, "nats:", 5) == 0;
	enum status st;

	if (!nats)
		TRY(fetch_check_address(options->address, ret_error));
	bell = calloc(1, sizeof *bell);
	if (bell && nats) {
		st = bell_nats_open(options, &bell->nats, ret_error);
		if (st != ST_OK)
			free(bell);
		else
			*ret_bell = bell;
		return st;
	}
	if (bell == NULL || (bell->address = strdup(options->address)) == NULL) {
		free(bell);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	bell->options = *options;
	buffer_init(&bell->line, LINE_MAX_BYTES + 1);
	pthread_mutex_init(&bell->lock, NULL);
	pthread_cond_init(&bell->wake, NULL);
	if (pthread_create(&bell->thread, NULL, listen_for_ever, bell) != 0) {
		free(bell->address);
		free(bell);
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	}
	*ret_bell = bell;
	return ST_OK;
}

bool bell_heard(const struct bell *bell)
{
	return bell->nats ? bell_nats_heard(bell->nats) : atomic_load(&bell->heard);
}

void bell_stop(struct bell *bell)
{
	if (bell == NULL)
		return;
	if (bell->nats) {
		bell_nats_close(bell->nats);
		free(bell);
		return;
	}
	atomic_store(&bell->stop, true);
	pthread_mutex_lock(&bell->lock);
	pthread_cond_broadcast(&bell->wake);
	pthread_mutex_unlock(&bell->lock);
	pthread_join(bell->thread, NULL);
	pthread_mutex_destroy(&bell->lock);
	pthread_cond_destroy(&bell->wake);
	buffer_release(&bell->line);
	free(bell->address);
	free(bell);
}
