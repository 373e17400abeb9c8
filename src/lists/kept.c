#include "lists/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define FOLDER ".last-good"
#define ENDING ".ftm.jsonl"
#define CHUNK ((size_t)256 << 10)
#define TRAILER 53u /* "# ", hash, " ", count, " ", fingerprint, line end */

static bool kept_path(const char *folder, const char *file, const char *ending, char *out, size_t size)
{
	return snprintf(out, size, "%s/" FOLDER "/%s" ENDING "%s", folder, file, ending) < (int)size;
}

/* ---- writing ---- */

static void give_up(struct kept_writer *w)
{
	error_set(&w->error, ST_UNAVAILABLE, "cannot be kept for bad days: %s", strerror(errno));
	close(w->fd);
	unlink(w->path);
	w->fd = -1;
}

static void write_out(struct kept_writer *w, const void *data, size_t len)
{
	const char *at = data;

	while (len && w->fd >= 0) {
		ssize_t n = write(w->fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			give_up(w);
			return;
		}
		at += n;
		len -= (size_t)n;
	}
}

static void flush_held(struct kept_writer *w)
{
	if (buffer_status(&w->held) != ST_OK) {
		errno = EFBIG;
		give_up(w);
		return;
	}
	if (w->held.len)
		XXH3_64bits_update(w->hash, w->held.data, w->held.len);
	write_out(w, w->held.data, w->held.len);
	buffer_clear(&w->held);
}

static int64_t time_ns(const struct stat *info)
{
	return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

struct trailer {
	unsigned long long hash, count, fingerprint; /* the hash is of all before it and of the other two */
};

static void trailer_write(const struct trailer *t, char line[TRAILER + 1])
{
	snprintf(line, TRAILER + 1, "# %016llx %016llx %016llx\n", t->hash, t->count, t->fingerprint);
}

static bool trailer_read(int fd, off_t at, struct trailer *ret)
{
	char line[TRAILER + 1] = "", again[TRAILER + 1], *rest = line + 1;

	if (at < 0 || pread(fd, line, TRAILER, at) != TRAILER)
		return false;
	ret->hash = strtoull(rest, &rest, 16);
	ret->count = strtoull(rest, &rest, 16);
	ret->fingerprint = strtoull(rest, &rest, 16);
	/* Whatever was read, only a line that we would have written stands. */
	trailer_write(ret, again);
	return strcmp(line, again) == 0;
}

static unsigned long long trailer_hash(XXH3_state_t *state, const struct trailer *t)
{
	const uint64_t facts[] = {t->count, t->fingerprint};

	XXH3_64bits_update(state, facts, sizeof facts);
	return XXH3_64bits_digest(state);
}

static bool is_kept(const char *path, uint64_t fingerprint)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct trailer trailer;
	struct stat info;
	bool is = fd >= 0 && fstat(fd, &info) == 0 && trailer_read(fd, info.st_size - (off_t)TRAILER, &trailer) &&
		  trailer.fingerprint == fingerprint;

	if (fd >= 0)
		close(fd);
	return is;
}

void kept_begin(struct kept_writer *w, const char *folder, const char *file, int64_t changed_ns, uint64_t fingerprint)
{
	char place[4096];

	*w = (struct kept_writer){.fd = -1, .changed_ns = changed_ns, .fingerprint = fingerprint};
	buffer_init(&w->held, (size_t)512 << 20);
	if (!kept_path(folder, file, "", w->final, sizeof w->final) ||
	    !kept_path(folder, file, ".part", w->path, sizeof w->path) ||
	    snprintf(place, sizeof place, "%s/" FOLDER, folder) >= (int)sizeof place) {
		error_set(&w->error, ST_LIMIT, "cannot be kept for bad days: its path is too long");
		return;
	}
	if (fingerprint && is_kept(w->final, fingerprint))
		return;
	w->hash = XXH3_createState();
	if (w->hash == NULL || XXH3_64bits_reset(w->hash) != XXH_OK) {
		error_set(&w->error, ST_NO_MEMORY, "cannot be kept for bad days: out of memory");
		return;
	}
	if (mkdir(place, 0700) != 0 && errno != EEXIST) {
		error_set(&w->error, ST_UNAVAILABLE, "cannot be kept for bad days: %s", strerror(errno));
		return;
	}
	w->fd = open(w->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (w->fd < 0)
		error_set(&w->error, ST_UNAVAILABLE, "cannot be kept for bad days: %s", strerror(errno));
}

void kept_add(struct kept_writer *w, const struct entity *entity)
{
	if (w->fd < 0)
		return;
	entity_write(entity, &w->held);
	buffer_add_char(&w->held, '\n');
	w->count++;
	if (w->held.len >= CHUNK || buffer_status(&w->held) != ST_OK)
		flush_held(w);
}

void kept_end(struct kept_writer *w, bool good)
{
	struct timespec times[2] = {{0, UTIME_OMIT}, {w->changed_ns / 1000000000, (long)(w->changed_ns % 1000000000)}};
	struct trailer trailer = {0, w->count, w->fingerprint};
	char line[TRAILER + 1];

	if (w->fd >= 0 && good) {
		flush_held(w);
		trailer.hash = trailer_hash(w->hash, &trailer);
		trailer_write(&trailer, line);
		write_out(w, line, TRAILER);
		if (w->fd >= 0 && (fsync(w->fd) != 0 || futimens(w->fd, times) != 0 || rename(w->path, w->final) != 0))
			give_up(w);
	}
	if (w->fd >= 0) {
		close(w->fd);
		if (!good)
			unlink(w->path);
	}
	w->fd = -1;
	XXH3_freeState(w->hash);
	w->hash = NULL;
	buffer_release(&w->held);
}

/* ---- reading ---- */

struct kept_reader {
	int fd;
	uint64_t left; /* bytes before the trailer */
};

static enum status read_before_trailer(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct kept_reader *k = context;
	ssize_t n;

	if (room > k->left)
		room = (size_t)k->left;
	do {
		n = room ? read(k->fd, out, room) : 0;
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "what is kept of it cannot be read: %s", strerror(errno));
	k->left -= (uint64_t)n;
	*ret_len = (size_t)n;
	return ST_OK;
}

/* Whether the trailer tells of the bytes before it; gives the number of entities. */
static enum status kept_check(const struct kept_reader *k, uint64_t *ret_count, struct error *ret_error)
{
	struct trailer trailer = {0};
	XXH3_state_t *state = XXH3_createState();
	bool good = state && XXH3_64bits_reset(state) == XXH_OK && trailer_read(k->fd, (off_t)k->left, &trailer);
	uint8_t chunk[64 * 1024];

	for (uint64_t at = 0; good && at < k->left;) {
		size_t want = k->left - at < sizeof chunk ? (size_t)(k->left - at) : sizeof chunk;
		ssize_t n = pread(k->fd, chunk, want, (off_t)at);

		good = n > 0 && XXH3_64bits_update(state, chunk, (size_t)n) == XXH_OK;
		at += n > 0 ? (uint64_t)n : 0;
	}
	good = good && trailer_hash(state, &trailer) == trailer.hash;
	XXH3_freeState(state);
	*ret_count = trailer.count;
	return good ? ST_OK : error_set(ret_error, ST_CORRUPT, "what is kept of it is damaged");
}

static enum status kept_read_open(struct kept_reader *k, const char *file, const struct exchange_sink *sink,
				  struct error *ret_error)
{
	struct exchange_source source = {.read = read_before_trailer, .context = k, .name = text_of(file)};
	struct exchange_report report = {0};
	uint64_t count;

	TRY(kept_check(k, &count, ret_error));
	if (k->left)
		TRY(exchange_read_ftm(&source, sink, &report, ret_error));
	return report.entities == count && report.skipped == 0
		       ? ST_OK
		       : error_set(ret_error, ST_CORRUPT, "what is kept of it cannot be read any more");
}

enum status kept_read(const char *folder, const char *file, const struct exchange_sink *sink, int64_t *ret_changed_ns,
		      struct error *ret_error)
{
	struct kept_reader k = {.fd = -1};
	struct stat info;
	char path[4096];
	enum status st;

	if (!kept_path(folder, file, "", path, sizeof path))
		return error_set(ret_error, ST_LIMIT, "its path is too long");
	k.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (k.fd < 0 || fstat(k.fd, &info) != 0 || info.st_size < (off_t)TRAILER) {
		st = error_set(ret_error, k.fd < 0 && errno == ENOENT ? ST_NOT_FOUND : ST_CORRUPT,
			       "nothing is kept of it");
	} else {
		k.left = (uint64_t)info.st_size - TRAILER;
		*ret_changed_ns = time_ns(&info);
		st = kept_read_open(&k, file, sink, ret_error);
	}
	if (k.fd >= 0)
		close(k.fd);
	return st;
}

void kept_sweep(const char *folder, bool (*is_there)(const void *context, const char *file), const void *context)
{
	char place[4096];
	DIR *dir;
	const struct dirent *entry;

	if (snprintf(place, sizeof place, "%s/" FOLDER, folder) >= (int)sizeof place)
		return;
	dir = opendir(place);
	while (dir && (entry = readdir(dir)) != NULL) {
		char name[256];
		size_t len = strlen(entry->d_name), ending = sizeof ENDING - 1;

		if (len <= ending || len >= sizeof name || strcmp(entry->d_name + len - ending, ENDING) != 0)
			continue;
		memcpy(name, entry->d_name, len - ending);
		name[len - ending] = '\0';
		if (!is_there(context, name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
}
