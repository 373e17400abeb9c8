#include "feed/refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "feed/check.h"

int64_t refresh_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the folder ---- */

enum status list_folder_open(const char *path, const struct refresh_options *options, struct list_folder *ret_folder,
			     struct error *ret_error)
{
	struct list_folder f = {.lock = -1, .options = *options};
	enum status st = ST_OK;

	f.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f.fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%.200s: %s", path,
				 strerror(errno));
	f.lock = openat(f.fd, HOLDING_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (f.lock < 0)
		st = error_set(ret_error, ST_UNAVAILABLE, "%.200s: %s", path, strerror(errno));
	else if (flock(f.lock, LOCK_EX | LOCK_NB) != 0)
		st = error_set(ret_error, ST_CONFLICT, "%.200s: lists are being fetched by another process", path);
	if (st == ST_OK)
		st = holding_read(f.fd, &f.holding, ret_error);
	if (st == ST_OK)
		*ret_folder = f;
	else
		list_folder_close(&f);
	return st;
}

void list_folder_close(struct list_folder *folder)
{
	catalogue_release(&folder->catalogue);
	holding_release(&folder->holding);
	if (folder->lock >= 0)
		close(folder->lock);
	if (folder->fd >= 0)
		close(folder->fd);
	*folder = (struct list_folder){.fd = -1, .lock = -1};
}

/* ---- one list on its way ---- */

struct staging {
	struct list_folder *folder;
	const struct list_source *source;
	const struct held_list *held; /* NULL: nothing is known of it */
	struct held_list fresh;       /* what will be recorded */
	int fds[SOURCE_FILES_MAX];
	bool staged[SOURCE_FILES_MAX]; /* a new file stands beside the one that is held */
};

static void part_name(const struct staging *s, size_t i, char out[160])
{
	snprintf(out, 160, ".%.140s.part", s->source->files[i]);
}

static void part_drop(struct staging *s, size_t i)
{
	char part[160];

	part_name(s, i, part);
	if (s->staged[i])
		unlinkat(s->folder->fd, part, 0);
	s->staged[i] = false;
	if (s->fds[i] >= 0)
		close(s->fds[i]);
	s->fds[i] = -1;
}

static void staging_release(struct staging *s)
{
	for (size_t i = 0; i < s->source->file_count; i++)
		part_drop(s, i);
}

static enum status part_open(struct staging *s, size_t i, struct error *ret_error)
{
	char part[160];

	part_name(s, i, part);
	s->fds[i] = openat(s->folder->fd, part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (s->fds[i] < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", part, strerror(errno));
	s->staged[i] = true;
	return ST_OK;
}

/* Opens file number `i` in place, if it is what the record says; else gives -1. */
static int held_open(int folder, const struct held_list *held, size_t i)
{
	struct digest_pair found;
	int fd;

	if (held == NULL || held->fetched_ms == 0 || i >= held->file_count)
		return -1;
	fd = openat(folder, held->files[i].name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && digest_file(fd, &found, NULL) == ST_OK && strcmp(found.sha256, held->files[i].digests.sha256) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool refresh_held_good(int folder, const struct held_list *list)
{
	int fd = held_open(folder, list, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool on_transfer(void *context, uint64_t done, uint64_t total)
{
	const struct staging *s = context;
	const struct refresh_options *o = &s->folder->options;

	return o->go_on == NULL || o->go_on(o->context, s->source->name, "fetched", done, total);
}

static bool on_check(void *context, uint64_t entities)
{
	const struct staging *s = context;
	const struct refresh_options *o = &s->folder->options;

	return o->go_on == NULL || o->go_on(o->context, s->source->name, "checked", entities, 0);
}

static enum status announced_check(const struct list_source *source, const struct held_file *file,
				   struct error *ret_error)
{
	if (source->size && source->size != file->bytes)
		return error_set(ret_error, ST_MALFORMED, "has %llu bytes; its publisher announces %llu",
				 (unsigned long long)file->bytes, (unsigned long long)source->size);
	if (source->sha1[0] && strcmp(source->sha1, file->digests.sha1) != 0)
		return error_set(ret_error, ST_MALFORMED, "is not the file whose checksum its publisher announces");
	return ST_OK;
}

/* Takes in file number `i` as it is held: it is current. */
static void stage_held(struct staging *s, size_t i, int fd, const struct held_file *known)
{
	part_drop(s, i);
	s->fds[i] = fd;
	s->fresh.files[i] = *known;
}

static enum status stage_download(struct staging *s, size_t i, struct error *ret_error)
{
	const struct list_source *source = s->source;
	int held = held_open(s->folder->fd, s->held, i);
	const struct held_file *known = held >= 0 ? &s->held->files[i] : NULL;
	bool same_place = known && strcmp(known->address, source->addresses[i]) == 0;
	struct fetch_request request = {.address = source->addresses[i], .limits = &s->folder->options.limits,
					.go_on = on_transfer, .context = s};
	struct held_file *file = &s->fresh.files[i];
	struct fetch_answer answer;
	enum status st;

	if (known && source->sha1[0] && strcmp(known->digests.sha1, source->sha1) == 0) {
		stage_held(s, i, held, known);
		return ST_OK;
	}
	request.etag = same_place ? known->etag : NULL;
	request.last_modified = same_place ? known->last_modified : NULL;
	st = part_open(s, i, ret_error);
	if (st == ST_OK)
		st = fetch_file(&request, s->fds[i], &answer, ret_error);
	if (st == ST_OK && answer.unchanged) {
		stage_held(s, i, held, known);
		return ST_OK;
	}
	if (held >= 0)
		close(held);
	if (st != ST_OK)
		return st;
	*file = (struct held_file){.digests = answer.digests, .bytes = answer.bytes};
	snprintf(file->name, sizeof file->name, "%s", source->files[i]);
	snprintf(file->address, sizeof file->address, "%s", source->addresses[i]);
	snprintf(file->etag, sizeof file->etag, "%s", answer.etag);
	snprintf(file->last_modified, sizeof file->last_modified, "%s", answer.last_modified);
	if (i == 0)
		s->fresh.modified_s = answer.modified_s;
	return announced_check(source, file, ret_error);
}

static enum status copy(int from, int to, uint64_t bytes_max, struct error *ret_error)
{
	uint8_t chunk[32768];
	uint64_t sum = 0;

	for (;;) {
		ssize_t n = read(from, chunk, sizeof chunk), done = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			return ST_OK;
		sum += n > 0 ? (uint64_t)n : 0;
		if (sum > bytes_max)
			return error_set(ret_error, ST_LIMIT, "more than %llu bytes", (unsigned long long)bytes_max);
		while (n > 0 && done < n) {
			ssize_t w = write(to, chunk + done, (size_t)(n - done));

			if (w <= 0 && errno != EINTR)
				n = -1;
			done += w > 0 ? w : 0;
		}
		if (n < 0)
			return error_set(ret_error, ST_UNAVAILABLE, "cannot be copied: %s", strerror(errno));
	}
}

static enum status stage_copy(struct staging *s, size_t i, const char *path, struct error *ret_error)
{
	struct held_file *file = &s->fresh.files[i];
	int from = open(path, O_RDONLY | O_CLOEXEC);
	struct stat info;
	enum status st = ST_OK;

	if (from < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%.150s: %s", path,
				 strerror(errno));
	*file = (struct held_file){0};
	snprintf(file->name, sizeof file->name, "%s", s->source->files[i]);
	st = part_open(s, i, ret_error);
	if (st == ST_OK)
		st = copy(from, s->fds[i], s->folder->options.limits.bytes_max, ret_error);
	if (st == ST_OK)
		st = digest_file(s->fds[i], &file->digests, ret_error);
	if (st == ST_OK && fstat(s->fds[i], &info) == 0)
		file->bytes = (uint64_t)info.st_size;
	close(from);
	return st;
}

/* ---- taking it in ---- */

/* How many the last good list has: by the record, also if its file is gone; where files were put there by hand, by
 * reading them, if those have more. */
static uint64_t last_good_count(const struct staging *s)
{
	int fds[SOURCE_FILES_MAX], held = held_open(s->folder->fd, s->held, 0);
	uint64_t recorded = s->held && s->held->fetched_ms ? s->held->listed : 0;
	struct check check = {.listed = 0};
	bool all = true;

	if (held >= 0) {
		close(held);
		return recorded;
	}
	for (size_t i = 0; i < s->source->file_count; i++) {
		fds[i] = openat(s->folder->fd, s->source->files[i], O_RDONLY | O_CLOEXEC);
		all = all && fds[i] >= 0;
	}
	if (all && check_list(s->source, fds, NULL, &check, NULL) != ST_OK)
		check.listed = 0;
	for (size_t i = 0; i < s->source->file_count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return check.listed > recorded ? check.listed : recorded;
}

static enum status content_check(struct staging *s, struct error *ret_error)
{
	struct check_watch watch = {on_check, s};
	struct check check;
	uint64_t before;

	TRY(check_list(s->source, s->fds, &watch, &check, ret_error));
	before = s->folder->options.force ? 0 : last_good_count(s);
	if (check.listed < before - before / 2)
		return error_set(ret_error, ST_CONFLICT, "lists %llu, fewer than half of the %llu that are held",
				 (unsigned long long)check.listed, (unsigned long long)before);
	snprintf(s->fresh.format, sizeof s->fresh.format, "%s", check.format);
	s->fresh.listed = check.listed;
	s->fresh.entities = check.entities;
	s->fresh.skipped = check.skipped;
	return ST_OK;
}

/* Companions first, the file that they belong to last. */
static enum status put_in_place(struct staging *s, struct error *ret_error)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = (time_t)s->fresh.modified_s}};
	char part[160];

	for (size_t i = 0; i < s->source->file_count; i++) {
		/* The file's time is the list's own date, which is what people are shown. */
		if (s->staged[i] && s->fresh.modified_s > 0 && s->fresh.modified_s * 1000 < refresh_now_ms())
			(void)futimens(s->fds[i], times);
		if (s->staged[i] && fsync(s->fds[i]) != 0)
			return error_set(ret_error, ST_UNAVAILABLE, "cannot be written: %s", strerror(errno));
	}
	for (size_t i = s->source->file_count; i-- > 0;) {
		if (!s->staged[i])
			continue;
		part_name(s, i, part);
		if (renameat(s->folder->fd, part, s->folder->fd, s->source->files[i]) != 0)
			return error_set(ret_error, ST_UNAVAILABLE, "cannot be put in place: %s", strerror(errno));
		s->staged[i] = false;
	}
	if (fsync(s->folder->fd) != 0)
		return error_set(ret_error, ST_UNAVAILABLE, "cannot be put in place: %s", strerror(errno));
	return ST_OK;
}

/* Whether every file is what the folder holds already, byte for byte. Compared with what lies there, not with the record
 * alone: a file that somebody changed or removed is put in place anew. */
static bool is_same(const struct staging *s)
{
	if (s->held == NULL || s->held->fetched_ms == 0 || s->held->file_count != s->source->file_count)
		return false;
	for (size_t i = 0; i < s->source->file_count; i++) {
		int fd = s->staged[i] ? held_open(s->folder->fd, s->held, i) : s->fds[i];

		if (s->staged[i] && fd >= 0)
			close(fd);
		if (fd < 0 || strcmp(s->fresh.files[i].digests.sha256, s->held->files[i].digests.sha256) != 0)
			return false;
	}
	return true;
}

static enum status record(struct list_folder *folder, const struct held_list *fresh, struct error *ret_error)
{
	struct held_list *held;

	TRY(holding_add(&folder->holding, fresh->name, &held, ret_error));
	*held = *fresh;
	return holding_write(folder->fd, &folder->holding, ret_error);
}

static enum status settle(struct staging *s, enum refresh_outcome *ret_outcome, struct error *ret_error)
{
	int64_t now = refresh_now_ms();

	*ret_outcome = REFRESH_SAME;
	s->fresh.file_count = s->source->file_count;
	s->fresh.checked_ms = s->fresh.tried_ms = now;
	s->fresh.trouble[0] = '\0';
	if (!is_same(s)) {
		TRY(content_check(s, ret_error));
		TRY(put_in_place(s, ret_error));
		s->fresh.fetched_ms = now;
		*ret_outcome = REFRESH_NEW;
	}
	return record(s->folder, &s->fresh, ret_error);
}

void refresh_failed(struct list_folder *folder, const char *name, const struct error *why)
{
	struct held_list *held;

	if (holding_add(&folder->holding, name, &held, NULL) != ST_OK)
		return;
	held->tried_ms = refresh_now_ms();
	if (why->row)
		snprintf(held->trouble, sizeof held->trouble, "row %lld: %.200s", (long long)why->row, why->message);
	else
		snprintf(held->trouble, sizeof held->trouble, "%s", why->message);
	/* If this cannot be written either, the first failure is the one to tell. */
	(void)!holding_write(folder->fd, &folder->holding, NULL);
}

static void staging_init(struct staging *s, struct list_folder *folder, const struct list_source *source)
{
	*s = (struct staging){.folder = folder, .source = source, .held = holding_find(&folder->holding, source->name),
			      .fds = {-1, -1, -1, -1}};
	s->fresh = s->held ? *s->held : (struct held_list){.modified_s = -1};
	snprintf(s->fresh.name, sizeof s->fresh.name, "%s", source->name);
}

static enum status finish(struct staging *s, enum status st, enum refresh_outcome *ret_outcome,
			  struct error *why, struct error *ret_error)
{
	if (st == ST_OK)
		st = settle(s, ret_outcome, why);
	staging_release(s);
	if (st != ST_OK) {
		refresh_failed(s->folder, s->source->name, why);
		if (ret_error)
			*ret_error = *why;
	}
	return st;
}

enum status refresh_fetch(struct list_folder *folder, const struct list_source *source,
			  enum refresh_outcome *ret_outcome, struct error *ret_error)
{
	struct error why = {.code = ST_OK};
	struct staging s;
	enum status st = ST_OK;

	staging_init(&s, folder, source);
	for (size_t i = 0; i < source->file_count && st == ST_OK; i++)
		st = stage_download(&s, i, &why);
	return finish(&s, st, ret_outcome, &why, ret_error);
}

enum status refresh_take(struct list_folder *folder, const struct list_source *source, const char *const *paths,
			 size_t count, enum refresh_outcome *ret_outcome, struct error *ret_error)
{
	struct error why = {.code = ST_OK};
	struct staging s;
	enum status st = ST_OK;

	if (count != source->file_count)
		return error_set(ret_error, ST_MALFORMED, "%s has %zu files (%s%s), not %zu", source->name,
				 source->file_count, source->files[0], source->file_count > 1 ? "..." : "", count);
	staging_init(&s, folder, source);
	s.fresh.modified_s = -1;
	for (size_t i = 0; i < count && st == ST_OK; i++)
		st = stage_copy(&s, i, paths[i], &why);
	return finish(&s, st, ret_outcome, &why, ret_error);
}

/* ---- names ---- */

enum status refresh_catalogue(struct list_folder *folder, const struct list_sources *sources, struct error *ret_stale,
			      struct error *ret_error)
{
	const struct list_source *source = list_sources_catalogue(sources);
	enum refresh_outcome outcome;
	enum status st;
	int fd;

	if (source == NULL)
		return error_set(ret_error, ST_NOT_FOUND, "the table of sources has no catalogue");
	if (!folder->catalogue_asked)
		(void)!refresh_fetch(folder, source, &outcome, &folder->catalogue_stale);
	folder->catalogue_asked = true;
	*ret_stale = folder->catalogue_stale;
	if (folder->catalogue.json)
		return ST_OK;
	fd = held_open(folder->fd, holding_find(&folder->holding, source->name), 0);
	if (fd < 0 && ret_stale->code != ST_OK)
		*ret_error = *ret_stale;
	else if (fd < 0)
		error_set(ret_error, ST_UNAVAILABLE, "the catalogue cannot be read");
	if (fd < 0)
		return ret_error->code;
	st = catalogue_read(fd, &folder->catalogue, ret_error);
	close(fd);
	return st;
}

enum status refresh_source(struct list_folder *folder, const struct list_sources *sources, const char *name,
			   struct arena *arena, struct list_source *ret_source, struct error *ret_error)
{
	const size_t prefix = sizeof SOURCE_DATASET_PREFIX - 1;
	const struct list_source *source = list_sources_find(sources, name);
	struct error stale = {.code = ST_OK};

	if (source)
		*ret_source = *source;
	if (source)
		return ST_OK;
	if (strncmp(name, SOURCE_DATASET_PREFIX, prefix) != 0)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such list");
	TRY(refresh_catalogue(folder, sources, &stale, ret_error));
	if (stale.code != ST_OK) {
		*ret_error = stale;
		return stale.code;
	}
	return catalogue_source(&folder->catalogue, name + prefix, arena, ret_source, ret_error);
}

enum status refresh_names(const struct list_folder *folder, const struct list_sources *sources, struct arena *arena,
			  const char ***ret_names, size_t *ret_count, struct error *ret_error)
{
	const char **names = ARENA_NEW(arena, const char *, folder->holding.count + sources->count + 1);
	size_t count = 0;
	bool none;

	if (names == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < folder->holding.count; i++) {
		const struct held_list *held = &folder->holding.lists[i];
		char *copy;

		if (held->fetched_ms == 0 || strcmp(held->format, SOURCE_CATALOGUE) == 0)
			continue;
		copy = ARENA_NEW(arena, char, sizeof held->name);
		if (copy == NULL)
			return arena_failure(arena, ret_error);
		memcpy(copy, held->name, sizeof held->name);
		names[count++] = copy;
	}
	none = count == 0;
	for (size_t i = 0; none && i < sources->count; i++)
		if (sources->rows[i].standard)
			names[count++] = sources->rows[i].name;
	*ret_names = names;
	*ret_count = count;
	return ST_OK;
}
