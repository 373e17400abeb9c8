#include "portal/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status key_complete(struct portal_key *key, struct error *ret_error)
{
	if (crypto_scalarmult_base(key->public_key, key->secret) != 0)
		return error_set(ret_error, ST_CORRUPT, "portal.key is no key");
	sodium_bin2hex(key->name, sizeof key->name, key->public_key, sizeof key->public_key);
	return ST_OK;
}

enum status portal_key_make(const char *folder, struct portal_key *ret, struct error *ret_error)
{
	struct portal_key key;
	char path[4200], line[65];
	int fd;
	bool good;

	snprintf(path, sizeof path, "%s/portal.key", folder);
	randombytes_buf(key.secret, sizeof key.secret);
	sodium_bin2hex(line, sizeof line, key.secret, sizeof key.secret);
	line[64] = '\n';
	TRY(key_complete(&key, ret_error));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? error_set(ret_error, ST_CONFLICT, "%s is there already; a portal keeps its key", path)
				       : error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	good = write(fd, line, sizeof line) == (ssize_t)sizeof line && fsync(fd) == 0;
	good = close(fd) == 0 && good;
	sodium_memzero(line, sizeof line);
	if (!good) {
		unlink(path);
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	}
	*ret = key;
	portal_key_wipe(&key);
	return ST_OK;
}

enum status portal_key_read(const char *folder, struct portal_key *ret, struct error *ret_error)
{
	struct portal_key key;
	struct stat about;
	char path[4200], line[66];
	size_t size = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof path, "%s/portal.key", folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s (cordon-portal init makes it)", path, strerror(errno));
	got = fstat(fd, &about) == 0 ? read(fd, line, sizeof line) : -1;
	close(fd);
	if (got < 0)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	if (about.st_mode & 077)
		return error_set(ret_error, ST_DENIED, "%s may be read by others; its mode must be 0600", path);
	if (got != 65 || line[64] != '\n' || sodium_hex2bin(key.secret, sizeof key.secret, line, 64, NULL, &size, NULL) != 0 || size != sizeof key.secret)
		return error_set(ret_error, ST_CORRUPT, "%s is no key", path);
	sodium_memzero(line, sizeof line);
	TRY(key_complete(&key, ret_error));
	*ret = key;
	portal_key_wipe(&key);
	return ST_OK;
}

void portal_key_wipe(struct portal_key *key)
{
	sodium_memzero(key, sizeof *key);
}
