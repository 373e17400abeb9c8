#include "portal/news.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bulletin/pack.h"
#include "portal/line.h"
#include "portal/parts.h"

#define LIST_MAX ((size_t)16 << 20)

static const char *const table_names[NEWS_TABLES] = {"checks", "receipts"};
static const char *const list_names[NEWS_LISTS] = {"contacts.json", "alerts.json", "campaigns.json", "figures.json", "listings.json", "calls.json", "lessons.json"};

struct mapped {
	void *data;
	size_t size;
};

struct issue {
	struct news_paper paper; /* first: a paper is its issue */
	uint8_t bytes[BULLETIN_NOTE_MAX]; /* of the note */
	struct mapped maps[BULLETIN_FILES_MAX];
	size_t map_count;
	atomic_uint holders;
};

struct news {
	struct note_key key;
	pthread_mutex_t lock;
	struct issue *current;
	int fd;
};

static void issue_free(struct issue *issue)
{
	if (issue == NULL)
		return;
	for (size_t i = 0; i < NEWS_LISTS; i++)
		json_decref(issue->paper.lists[i]);
	for (size_t i = 0; i < issue->map_count; i++)
		munmap(issue->maps[i].data, issue->maps[i].size);
	free(issue);
}

static void issue_drop(struct issue *issue)
{
	if (issue && atomic_fetch_sub(&issue->holders, 1) == 1)
		issue_free(issue);
}

/* ---- taking ---- */

/* What the note names as `file` is what the open file holds; it stays mapped. */
static enum status file_map(struct issue *issue, const struct bulletin_file *file, int fd, struct bytes *ret, struct error *ret_error)
{
	/* Not by fstat, which the C library asks for by a path. */
	off_t size = lseek(fd, 0, SEEK_END);
	void *data;

	if (size < 0 || (uint64_t)size != file->size)
		return error_set(ret_error, ST_CORRUPT, "%s has another size", file->name);
	*ret = (struct bytes){NULL, 0};
	if (file->size == 0)
		return bulletin_file_check(file, *ret, ret_error);
	data = mmap(NULL, (size_t)file->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return error_set(ret_error, ST_NO_MEMORY, "%s cannot be mapped", file->name);
	issue->maps[issue->map_count++] = (struct mapped){data, (size_t)file->size};
	*ret = (struct bytes){data, (size_t)file->size};
	return bulletin_file_check(file, *ret, ret_error);
}

/* A list that is signed and yet not readable costs that page its list, not the site its checks. */
static json_t *list_read(const char *name, struct bytes bytes)
{
	struct text text;
	json_error_t why;
	json_t *list = NULL;

	if (bytes.len <= LIST_MAX && text_check(bytes, &text, NULL) == ST_OK)
		list = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(list) || !json_is_array(json_object_get(list, "items"))) {
		portal_say("web: %s of the bulletin cannot be read", name);
		json_decref(list);
		return NULL;
	}
	return list;
}

/* The same of a pack: browsers would refuse it. */
static struct bytes pack_read(struct bytes bytes)
{
	struct bulletin_pack pack;

	if (bulletin_pack_open(bytes, &pack, NULL) == ST_OK)
		return bytes;
	portal_say("web: the pack of the bulletin cannot be read");
	return (struct bytes){NULL, 0};
}

static enum status file_take(struct issue *issue, size_t nth, int fd, struct error *ret_error)
{
	struct news_paper *paper = &issue->paper;
	const struct bulletin_file *file = &paper->note.files[nth];
	struct bytes bytes;

	TRY(file_map(issue, file, fd, &bytes, ret_error));
	paper->files[nth] = bytes;
	for (size_t i = 0; i < NEWS_TABLES; i++)
		if (strcmp(file->name, table_names[i]) == 0) {
			TRY(bulletin_table_open(bytes, &paper->tables[i], ret_error));
			paper->has[i] = true;
		}
	for (size_t i = 0; i < NEWS_LISTS; i++)
		if (strcmp(file->name, list_names[i]) == 0)
			paper->lists[i] = list_read(file->name, bytes);
	if (strcmp(file->name, "pack") == 0)
		paper->pack = pack_read(bytes);
	return ST_OK;
}

static enum status issue_take(struct news *news, const struct line_message *message, struct issue *issue, struct error *ret_error)
{
	struct bulletin_note *note = &issue->paper.note;

	TRY(bulletin_note_read((struct bytes){message->data, message->len}, &news->key, 1, note, ret_error));
	if (news->current)
		TRY(bulletin_note_follows(&news->current->paper.note, note, ret_error));
	memcpy(issue->bytes, message->data, message->len);
	issue->paper.signed_note = (struct bytes){issue->bytes, message->len};
	if (message->file_count != note->file_count)
		return error_set(ret_error, ST_MALFORMED, "the bulletin came with %zu files of %zu", message->file_count, note->file_count);
	for (size_t i = 0; i < note->file_count; i++)
		TRY(file_take(issue, i, message->files[i], ret_error));
	return ST_OK;
}

static void message_take(struct news *news, const struct line_message *message)
{
	struct issue *issue = calloc(1, sizeof *issue), *old;
	struct error error = {.message = "out of memory"};

	if (issue == NULL || issue_take(news, message, issue, &error) != ST_OK) {
		portal_say("web: the bulletin is not taken: %s", error.message);
		issue_free(issue);
		return;
	}
	atomic_store(&issue->holders, 1);
	pthread_mutex_lock(&news->lock);
	old = news->current;
	news->current = issue;
	pthread_mutex_unlock(&news->lock);
	issue_drop(old);
}

static void *news_run(void *context)
{
	struct news *news = context;
	uint8_t note[BULLETIN_NOTE_MAX];

	for (;;) {
		struct line_message message = {.data = note, .room = sizeof note};
		struct error error;
		enum status st = line_receive(news->fd, -1, &message, &error);

		if (st != ST_OK)
			/* The courier is gone: the warden starts all of us again. */
			_exit(1);
		message_take(news, &message);
		for (size_t i = 0; i < message.file_count; i++)
			close(message.files[i]);
	}
}

enum status news_start(int fd, const struct note_key *key, struct news **ret, struct error *ret_error)
{
	struct news *news = calloc(1, sizeof *news);
	pthread_t thread;

	if (news == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	news->key = *key;
	news->fd = fd;
	pthread_mutex_init(&news->lock, NULL);
	if (pthread_create(&thread, NULL, news_run, news) != 0) {
		free(news);
		return error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	}
	/* It lives as long as the process. */
	pthread_detach(thread);
	*ret = news;
	return ST_OK;
}

/* ---- reading ---- */

const struct news_paper *news_hold(struct news *news)
{
	struct issue *issue;

	pthread_mutex_lock(&news->lock);
	issue = news->current;
	if (issue)
		atomic_fetch_add(&issue->holders, 1);
	pthread_mutex_unlock(&news->lock);
	return issue ? &issue->paper : NULL;
}

void news_release(struct news *news, const struct news_paper *paper)
{
	(void)news;
	issue_drop((struct issue *)(uintptr_t)paper);
}

struct bytes news_file(const struct news_paper *paper, struct text name)
{
	const struct bulletin_file *file = paper ? bulletin_note_file(&paper->note, name) : NULL;

	return file ? paper->files[file - paper->note.files] : (struct bytes){NULL, 0};
}

json_t *news_items(const struct news_paper *paper, enum news_list list)
{
	return paper ? json_object_get(paper->lists[list], "items") : NULL;
}

struct text news_word(json_t *item, const char *member)
{
	json_t *value = json_object_get(item, member);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT("");
}

struct text news_text(json_t *item, const char *member, const char *language)
{
	json_t *texts = json_object_get(item, member);
	struct text found = news_word(texts, language);

	return found.len ? found : news_word(texts, "en");
}
