#include "post/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PATH_SIZE 4200
#define NAME_SIZE 128

static enum status failed(const char *path, struct error *ret_error)
{
	bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;

	return error_because(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, full ? "disk-full" : "storage-failed", NULL, "%s: %s",
			     path, strerrordesc_np(errno));
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* Appends all that the file has. */
static enum status read_all(int fd, const char *path, struct buffer *out, struct error *ret_error)
{
	for (;;) {
		uint8_t *room = buffer_extend(out, 65536);
		ssize_t n;

		if (room == NULL)
			return error_set(ret_error, buffer_status(out), "%s is too large", path);
		n = read(fd, room, 65536);
		out->len -= 65536 - (n > 0 ? (size_t)n : 0);
		if (n < 0 && errno != EINTR)
			return failed(path, ret_error);
		if (n == 0)
			return ST_OK;
	}
}

/* ---- the secret ---- */

static enum status secret_make(const char *path, const struct env *env, uint8_t secret[32], struct error *ret_error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status st = ST_OK;

	if (fd < 0)
		return failed(path, ret_error);
	env_random(env, secret, 32);
	if (!write_all(fd, secret, 32) || fsync(fd) != 0) {
		st = failed(path, ret_error);
		(void)unlink(path);
	}
	close(fd);
	return st;
}

static enum status secret_read(const char *path, uint8_t secret[32], struct error *ret_error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	uint8_t more;
	enum status st = ST_OK;

	if (fd < 0)
		return error_because(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "post-secret", NULL,
				     "the enrolment secret %s: %s", path, strerrordesc_np(errno));
	if (fstat(fd, &about) != 0 || (about.st_mode & 077))
		st = error_because(ret_error, ST_DENIED, "post-secret", NULL, "others may read %s; its mode must be 0600", path);
	else if (read(fd, secret, 32) != 32 || read(fd, &more, 1) != 0)
		st = error_because(ret_error, ST_MALFORMED, "post-secret", NULL, "%s is no enrolment secret", path);
	close(fd);
	return st;
}

enum status vault_open(const char *secret, const char *folder, bool make, const struct env *env, struct vault *ret, struct error *ret_error)
{
	struct error why = {.code = ST_OK};
	uint8_t raw[crypto_kdf_KEYBYTES];
	enum status st = secret_read(secret, raw, &why);

	if (st == ST_NOT_FOUND && make)
		st = secret_make(secret, env, raw, &why);
	if (st != ST_OK) {
		if (ret_error)
			*ret_error = why;
		return st;
	}
	*ret = (struct vault){.env = env, .folder = folder};
	(void)crypto_kdf_derive_from_key(ret->key, sizeof ret->key, 1, "cordonpo", raw);
	sodium_memzero(raw, sizeof raw);
	return ST_OK;
}

void vault_close(struct vault *vault)
{
	sodium_memzero(vault->key, sizeof vault->key);
}

/* ---- sealing ---- */

enum status vault_seal(const struct vault *vault, struct text name, struct bytes plain, struct buffer *out, struct error *ret_error)
{
	uint8_t *room = buffer_extend(out, NONCE + plain.len + TAG);

	if (room == NULL)
		return error_set(ret_error, buffer_status(out), "too large to be sealed");
	env_random(vault->env, room, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(room + NONCE, NULL, plain.data, plain.len, (const uint8_t *)name.data, name.len, NULL,
							 room, vault->key);
	return ST_OK;
}

enum status vault_unseal(const struct vault *vault, struct text name, struct bytes sealed, struct buffer *out, struct error *ret_error)
{
	uint8_t *room;

	if (sealed.len < NONCE + TAG)
		return error_because(ret_error, ST_CORRUPT, "post-altered", NULL, "%.*s is cut off", TEXT_ARG(name));
	room = buffer_extend(out, sealed.len - NONCE - TAG);
	if (room == NULL)
		return error_set(ret_error, buffer_status(out), "%.*s is too large", TEXT_ARG(name));
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(room, NULL, NULL, sealed.data + NONCE, sealed.len - NONCE, (const uint8_t *)name.data,
						       name.len, sealed.data, vault->key) != 0) {
		out->len -= sealed.len - NONCE - TAG;
		return error_because(ret_error, ST_CORRUPT, "post-altered", NULL,
				     "%.*s was altered, or was sealed with another enrolment secret", TEXT_ARG(name));
	}
	return ST_OK;
}

static enum status keep_seal_it(void *context, struct text name, struct bytes plain, struct buffer *out, struct error *ret_error)
{
	return vault_seal(context, name, plain, out, ret_error);
}

static enum status keep_open_it(void *context, struct text name, struct bytes sealed, struct buffer *out, struct error *ret_error)
{
	return vault_unseal(context, name, sealed, out, ret_error);
}

struct keep vault_keep(const struct vault *vault)
{
	return (struct keep){keep_seal_it, keep_open_it, (void *)(uintptr_t)vault};
}

/* ---- files ---- */

static void path_of(const struct vault *vault, const char *name, const char *ending, char out[PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "%s/%s%s", vault->folder, name, ending);
}

static bool folder_sync(const struct vault *vault)
{
	int fd = open(vault->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

enum status vault_write(const struct vault *vault, const char *name, struct bytes plain, struct error *ret_error)
{
	char path[PATH_SIZE], fresh[PATH_SIZE];
	struct buffer sealed;
	enum status st;
	int fd = -1;

	buffer_init(&sealed, VAULT_FILE_MAX);
	path_of(vault, name, "", path);
	path_of(vault, name, ".new", fresh);
	st = vault_seal(vault, text_of(name), plain, &sealed, ret_error);
	if (st == ST_OK) {
		fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd < 0 || !write_all(fd, sealed.data, sealed.len) || fsync(fd) != 0 || rename(fresh, path) != 0 || !folder_sync(vault)) {
			st = failed(path, ret_error);
			(void)unlink(fresh);
		}
	}
	if (fd >= 0)
		close(fd);
	buffer_release(&sealed);
	return st;
}

enum status vault_read(const struct vault *vault, const char *name, struct buffer *out, struct error *ret_error)
{
	char path[PATH_SIZE];
	struct buffer sealed;
	enum status st;
	int fd;

	path_of(vault, name, "", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(path, ret_error);
	buffer_init(&sealed, VAULT_FILE_MAX);
	st = read_all(fd, path, &sealed, ret_error);
	close(fd);
	if (st == ST_OK)
		st = vault_unseal(vault, text_of(name), buffer_bytes(&sealed), out, ret_error);
	buffer_release(&sealed);
	return st;
}

void vault_destroy(const struct vault *vault, const char *name)
{
	static const uint8_t nothing[4096];
	char path[PATH_SIZE];
	struct stat about;
	int fd;

	path_of(vault, name, "", path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fstat(fd, &about) == 0)
		for (off_t at = 0; at < about.st_size && write_all(fd, nothing, sizeof nothing); at += (off_t)sizeof nothing)
			;
	(void)fsync(fd);
	close(fd);
	(void)unlink(path);
	(void)folder_sync(vault);
}

/* ---- records: length[4], sealed ---- */

static void record_name(const char *name, uint64_t of, uint64_t place, char out[NAME_SIZE])
{
	snprintf(out, NAME_SIZE, "%.60s/%llu/%llu", name, (unsigned long long)of, (unsigned long long)place);
}

enum status vault_append(const struct vault *vault, const char *name, uint64_t of, uint64_t place, struct bytes plain,
			 struct error *ret_error)
{
	char path[PATH_SIZE], bound[NAME_SIZE];
	struct buffer record;
	struct stat about;
	enum status st;
	int fd;

	path_of(vault, name, "", path);
	record_name(name, of, place, bound);
	buffer_init(&record, VAULT_FILE_MAX);
	buffer_add(&record, "\0\0\0\0", 4);
	st = vault_seal(vault, text_of(bound), plain, &record, ret_error);
	if (st != ST_OK) {
		buffer_release(&record);
		return st;
	}
	for (size_t i = 0; i < 4; i++)
		record.data[i] = (uint8_t)((record.len - 4) >> (24 - 8 * i));
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &about) != 0 || !write_all(fd, record.data, record.len) || fsync(fd) != 0 || (place == 0 && !folder_sync(vault))) {
		st = failed(path, ret_error);
		/* A half record would hide those behind it. */
		if (fd >= 0 && ftruncate(fd, about.st_size) == 0)
			(void)fsync(fd);
	}
	if (fd >= 0)
		close(fd);
	buffer_release(&record);
	return st;
}

enum status vault_each(const struct vault *vault, const char *name, uint64_t of,
		       enum status (*each)(void *context, struct bytes plain, struct error *ret_error), void *context, uint64_t *ret_count,
		       struct error *ret_error)
{
	char path[PATH_SIZE], bound[NAME_SIZE];
	struct buffer all, plain;
	enum status st = ST_OK;
	size_t at = 0;
	int fd;

	*ret_count = 0;
	path_of(vault, name, "", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ST_OK : failed(path, ret_error);
	buffer_init(&all, VAULT_FILE_MAX);
	buffer_init(&plain, VAULT_FILE_MAX);
	st = read_all(fd, path, &all, ret_error);
	close(fd);
	while (st == ST_OK && all.len - at >= 4) {
		size_t len = (size_t)all.data[at] << 24 | (size_t)all.data[at + 1] << 16 | (size_t)all.data[at + 2] << 8 | all.data[at + 3];

		record_name(name, of, *ret_count, bound);
		buffer_clear(&plain);
		if (len > all.len - at - 4 ||
		    vault_unseal(vault, text_of(bound), (struct bytes){all.data + at + 4, len}, &plain, NULL) != ST_OK)
			break;
		st = each(context, buffer_bytes(&plain), ret_error);
		at += 4 + len;
		if (st == ST_OK)
			++*ret_count;
	}
	/* What was cut off goes, or what is written next would stand behind it. */
	if (st == ST_OK && at < all.len && truncate(path, (off_t)at) != 0)
		st = failed(path, ret_error);
	buffer_release(&all);
	buffer_release(&plain);
	return st;
}
