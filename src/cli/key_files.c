#include "cli/key_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/edition_set.h"
#include "cli/key_token.h"
#include "merkle/base64.h"

#define TRUSTED_MAX 65536u

#define PATH_SIZE 4096
#define FILE_MAX ((size_t)1 << 16)

static bool path_of(const char *folder, const char *purpose, const char *ending, char out[PATH_SIZE])
{
	int n = snprintf(out, PATH_SIZE, "%s/%s%s", folder, purpose, ending);

	return n > 0 && n < PATH_SIZE;
}

static enum status failed(const char *path, struct error *ret_error)
{
	return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : errno == EEXIST ? ST_CONFLICT : ST_UNAVAILABLE, "%s: %s", path,
			 strerrordesc_np(errno));
}

/* Whole small file. */
static enum status read_all(int fd, const char *path, uint8_t *out, size_t size, size_t *ret_len, struct error *ret_error)
{
	size_t len = 0;

	for (;;) {
		ssize_t n = read(fd, out + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(path, ret_error);
		len += (size_t)n;
		if (n == 0)
			break;
		if (len == size)
			return error_set(ret_error, ST_LIMIT, "%s is too large", path);
	}
	*ret_len = len;
	return ST_OK;
}

static bool write_all(int fd, const char *data, size_t len)
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

static enum status sync_folder(const char *folder, struct error *ret_error)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = fd >= 0 && fsync(fd) == 0 ? ST_OK : failed(folder, ret_error);

	if (fd >= 0)
		close(fd);
	return st;
}

static enum status unsafe(const char *path, const char *why, struct error *ret_error)
{
	return error_because(ret_error, ST_DENIED, "key-unsafe", NULL, "%s: %s", path, why);
}

/* The file is the owner's alone, and nobody else can put another in its place. */
static enum status check_modes(int fd, const char *folder, const char *path, struct error *ret_error)
{
	struct stat file, holder;

	if (fstat(fd, &file) != 0 || stat(folder, &holder) != 0)
		return failed(path, ret_error);
	if (!S_ISREG(file.st_mode) || (file.st_mode & 077))
		return unsafe(path, "others may read this key; its mode must be 0600", ret_error);
	if (file.st_uid != geteuid() || (holder.st_uid != geteuid() && holder.st_uid != 0))
		return unsafe(path, "this key or its folder belongs to another user", ret_error);
	if (holder.st_mode & 022)
		return unsafe(folder, "others may change this folder of keys; its mode must be 0700", ret_error);
	return ST_OK;
}

/* ---- keys on tokens ---- */

static const struct text token_word = {"PKCS11 ", 7};

enum status key_of_token(const char *uri, struct text name, enum note_type type, struct note_signer *ret, struct error *ret_error)
{
	uint8_t public_key[NOTE_PUBLIC_SIZE];
	struct note_token *token;

	TRY(key_token_open(uri, true, &token, public_key, ret_error));
	return note_signer_of_token(name, type, public_key, token, ret, ret_error);
}

/* "PKCS11 VKEY URI": whoever changes the token's key, or the token, is noticed. */
static enum status token_load(struct text line, struct note_signer *ret, struct error *ret_error)
{
	char uri[KEY_TOKEN_URI_MAX];
	uint8_t public_key[NOTE_PUBLIC_SIZE];
	struct note_token *token;
	struct note_key key;
	struct text vkey;

	line = (struct text){line.data + token_word.len, line.len - token_word.len};
	if (!text_split(&line, ' ', &vkey) || line.len == 0 || line.len >= sizeof uri)
		return error_set(ret_error, ST_MALFORMED, "the file does not say on which token the key is");
	TRY(note_vkey_parse(vkey, &key, ret_error));
	snprintf(uri, sizeof uri, "%.*s", TEXT_ARG(line));
	TRY(key_token_open(uri, false, &token, public_key, ret_error));
	if (sodium_memcmp(public_key, key.public_key, sizeof public_key) != 0) {
		token->close(token);
		return error_set(ret_error, ST_CONFLICT, "the token's key is not the one that is named %s", key.name);
	}
	return note_signer_of_token(text_of(key.name), key.type, public_key, token, ret, ret_error);
}

enum status key_file_read(const char *folder, const char *purpose, uint8_t *out, size_t size, size_t *ret_len, struct error *ret_error)
{
	char path[PATH_SIZE];
	enum status st;
	int fd;

	if (!path_of(folder, purpose, ".key", path))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return failed(path, ret_error);
	st = check_modes(fd, folder, path, ret_error);
	if (st == ST_OK)
		st = read_all(fd, path, out, size, ret_len, ret_error);
	close(fd);
	return st;
}

enum status key_file_load(const char *folder, const char *purpose, struct note_signer *ret, struct error *ret_error)
{
	uint8_t raw[NOTE_VKEY_SIZE + KEY_TOKEN_URI_MAX];
	struct text checked;
	size_t len = 0;
	enum status st;

	TRY_OUT(key_file_read(folder, purpose, raw, sizeof raw, &len, ret_error));
	TRY_OUT(text_check((struct bytes){raw, len}, &checked, ret_error));
	if (text_starts(checked, token_word)) {
		st = token_load(text_trim(checked), ret, ret_error);
		goto out;
	}
	st = note_skey_parse(text_trim(checked), ret, NULL);
	if (st != ST_OK)
		st = error_set(ret_error, st, "%s/%s.key does not hold a key", folder, purpose);
out:
	sodium_memzero(raw, sizeof raw);
	return st;
}

/* A file of mode 0600 that was not there, with one line, durable. */
static enum status write_new(const char *path, const char *line, struct error *ret_error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status st = ST_OK;

	if (fd < 0)
		return failed(path, ret_error);
	if (!write_all(fd, line, strlen(line)) || !write_all(fd, "\n", 1) || fsync(fd) != 0) {
		st = failed(path, ret_error);
		(void)unlink(path);
	}
	close(fd);
	return st;
}

/* DATA/keys, and DATA before it. */
static enum status make_folder(const char *folder, struct error *ret_error)
{
	char above[PATH_SIZE];

	snprintf(above, sizeof above, "%s", folder);
	if (strrchr(above, '/')) {
		*strrchr(above, '/') = '\0';
		if (above[0] && mkdir(above, 0700) != 0 && errno != EEXIST)
			return failed(above, ret_error);
	}
	return mkdir(folder, 0700) == 0 || errno == EEXIST ? ST_OK : failed(folder, ret_error);
}

enum status key_file_write(const char *folder, const char *purpose, const char *content, struct error *ret_error)
{
	char path[PATH_SIZE];

	if (!path_of(folder, purpose, ".key", path))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	TRY(make_folder(folder, ret_error));
	TRY(write_new(path, content, ret_error));
	return sync_folder(folder, ret_error);
}

enum status key_file_create(const char *folder, const char *purpose, const struct note_signer *signer, const char *uri,
			    struct error *ret_error)
{
	char line[NOTE_VKEY_SIZE + KEY_TOKEN_URI_MAX], key[NOTE_VKEY_SIZE];
	enum status st;

	if (uri && strlen(uri) >= KEY_TOKEN_URI_MAX)
		return error_set(ret_error, ST_MALFORMED, "the key's URI is too long");
	if (uri)
		note_vkey(&signer->key, key);
	else
		note_skey(signer, key);
	snprintf(line, sizeof line, "%s%s%s%s", uri ? token_word.data : "", key, uri ? " " : "", uri ? uri : "");
	sodium_memzero(key, sizeof key);
	st = key_file_write(folder, purpose, line, ret_error);
	sodium_memzero(line, sizeof line);
	return st;
}

enum status key_file_replace(const char *folder, const char *purpose, struct error *ret_error)
{
	char from[PATH_SIZE], to[PATH_SIZE];

	if (!path_of(folder, purpose, ".next.key", from) || !path_of(folder, purpose, ".key", to))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	if (rename(from, to) != 0)
		return failed(from, ret_error);
	return sync_folder(folder, ret_error);
}

enum status key_file_remove(const char *folder, const char *purpose, struct error *ret_error)
{
	char path[PATH_SIZE];

	if (!path_of(folder, purpose, ".key", path))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	if (unlink(path) != 0)
		return failed(path, ret_error);
	return sync_folder(folder, ret_error);
}

enum status key_make(const struct env *env, struct text name, enum note_type type, struct note_signer *ret, struct error *ret_error)
{
	uint8_t seed[32];
	enum status st;

	env_random(env, seed, sizeof seed);
	st = note_signer_make(name, type, seed, ret, ret_error);
	sodium_memzero(seed, sizeof seed);
	return st;
}

/* ---- what was signed last: "SIZE BASE64\n" ---- */

enum status key_seen_read(const char *folder, const char *purpose, struct ledger_seen *ret, struct error *ret_error)
{
	char path[PATH_SIZE];
	uint8_t raw[128];
	struct text checked, size;
	size_t len = 0;
	enum status st;
	int fd;

	*ret = (struct ledger_seen){.size = 0};
	if (!path_of(folder, purpose, ".seen", path))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ST_OK : failed(path, ret_error);
	st = read_all(fd, path, raw, sizeof raw, &len, ret_error);
	close(fd);
	TRY(st);
	TRY(text_check((struct bytes){raw, len}, &checked, ret_error));
	checked = text_trim(checked);
	if (checked.data == NULL || !text_split(&checked, ' ', &size) || text_to_uint(size, MERKLE_SIZE_MAX, &ret->size) != ST_OK ||
	    base64_read_exactly(checked, ret->root.b, MERKLE_HASH_SIZE) != ST_OK)
		return error_set(ret_error, ST_CORRUPT, "%s does not say what was signed last", path);
	return ST_OK;
}

enum status key_seen_write(const char *folder, const char *purpose, const struct ledger_seen *seen, struct error *ret_error)
{
	char path[PATH_SIZE], fresh[PATH_SIZE];
	struct buffer line;
	enum status st;

	if (!path_of(folder, purpose, ".seen", path) || !path_of(folder, purpose, ".seen.new", fresh))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	buffer_init(&line, 256);
	buffer_printf(&line, "%llu ", (unsigned long long)seen->size);
	base64_add(&line, (struct bytes){seen->root.b, MERKLE_HASH_SIZE});
	buffer_add_char(&line, '\0');
	(void)unlink(fresh);
	st = write_new(fresh, (const char *)line.data, ret_error);
	buffer_release(&line);
	TRY(st);
	return rename(fresh, path) == 0 ? ST_OK : failed(path, ret_error);
}

/* ---- whom to believe ---- */

static enum status bad_line(int64_t row, struct error *ret_error)
{
	enum status st = error_set(ret_error, ST_MALFORMED, "a line is `log NAME VKEY [until SIZE]` or `witness VKEY [URL]`");

	if (ret_error)
		ret_error->row = row;
	return st;
}

static struct text take_word(struct text *rest)
{
	struct text t = text_trim(*rest);
	size_t end = text_find(t, ' ', 0);

	*rest = (struct text){t.data + end, t.len - end};
	return (struct text){t.data, end};
}

static bool take_log(struct text rest, struct trusted *trusted)
{
	struct ledger_log_key key = {.to_size = MERKLE_SIZE_MAX};
	struct text name = take_word(&rest), vkey = take_word(&rest), until = take_word(&rest), size = take_word(&rest);
	size_t i;

	if (name.len == 0 || name.len >= sizeof key.log || note_vkey_parse(vkey, &key.key, NULL) != ST_OK)
		return false;
	if (until.len && (!text_equal(until, TEXT("until")) || text_to_uint(size, MERKLE_SIZE_MAX, &key.to_size) != ST_OK))
		return false;
	memcpy(key.log, name.data, name.len);
	for (i = 0; i < trusted->log_count; i++)
		if (strcmp(trusted->logs[i].log, key.log) == 0 && memcmp(&trusted->logs[i].key, &key.key, sizeof key.key) == 0)
			break;
	if (i == LEDGER_KEYS_MAX)
		return false;
	trusted->logs[i] = key;
	trusted->log_count += i == trusted->log_count;
	return true;
}

bool trusted_witness(struct trusted *trusted, struct text vkey, struct text url)
{
	struct note_key key;
	size_t i;

	if (url.len >= sizeof trusted->urls[0] || note_vkey_parse(vkey, &key, NULL) != ST_OK || key.type != NOTE_COSIGNATURE)
		return false;
	for (i = 0; i < trusted->witness_count; i++)
		if (memcmp(&trusted->witnesses[i], &key, sizeof key) == 0)
			break;
	if (i == LEDGER_KEYS_MAX)
		return false;
	trusted->witnesses[i] = key;
	if (url.len)
		memcpy(trusted->urls[i], url.data, url.len);
	trusted->urls[i][url.len] = '\0';
	trusted->witness_count += i == trusted->witness_count;
	return true;
}

static bool take_witness(struct text rest, struct trusted *trusted)
{
	struct text vkey = take_word(&rest);

	return trusted_witness(trusted, vkey, take_word(&rest));
}

static enum status trusted_parse(struct text all, struct trusted *ret, struct error *ret_error)
{
	struct text line;

	for (int64_t row = 1; text_split(&all, '\n', &line); row++) {
		struct text rest = (struct text){line.data, text_find(line, '#', 0)}, word = take_word(&rest);

		if (word.len == 0 || text_equal(word, TEXT("edition")) || text_equal(word, TEXT("public")))
			continue;
		if (!(text_equal(word, TEXT("log")) && take_log(rest, ret)) && !(text_equal(word, TEXT("witness")) && take_witness(rest, ret)))
			return bad_line(row, ret_error);
	}
	return ST_OK;
}

enum status trusted_read(const char *path, struct trusted *ret, struct error *ret_error)
{
	uint8_t raw[FILE_MAX];
	struct text all;
	size_t len = 0;
	enum status st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*ret = (struct trusted){.log_count = 0};
	if (fd < 0)
		return failed(path, ret_error);
	st = read_all(fd, path, raw, sizeof raw, &len, ret_error);
	close(fd);
	TRY(st);
	TRY(text_check((struct bytes){raw, len}, &all, ret_error));
	return trusted_parse(all, ret, ret_error);
}

enum status trusted_for_posts(const char *folder, struct buffer *ret_text, struct error *ret_error)
{
	char path[4200];
	struct buffer whole;
	struct text rest, line;
	enum status st;

	snprintf(path, sizeof path, "%s/keys/trusted", folder);
	TRY(file_whole(path, &whole, ret_error));
	buffer_init(ret_text, TRUSTED_MAX);
	for (rest = buffer_text(&whole); rest.len;) {
		size_t end = text_find(rest, '\n', 0);

		line = (struct text){rest.data, end < rest.len ? end + 1 : rest.len};
		rest = (struct text){rest.data + line.len, rest.len - line.len};
		if (!text_starts(line, TEXT("public ")))
			buffer_add_text(ret_text, line);
	}
	buffer_release(&whole);
	st = buffer_status(ret_text);
	if (st != ST_OK)
		buffer_release(ret_text);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "%s is too large", path);
}

enum status trusted_add(const char *folder, const char *purpose, const struct note_key *key, const char *more, struct error *ret_error)
{
	char path[PATH_SIZE], vkey[NOTE_VKEY_SIZE], line[2 * NOTE_VKEY_SIZE];
	bool log = strcmp(purpose, "edition") != 0 && strcmp(purpose, "public") != 0;
	enum status st = ST_OK;
	int fd;

	if (!path_of(folder, "trusted", "", path))
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	note_vkey(key, vkey);
	snprintf(line, sizeof line, "%s%s %s%.64s\n", log ? "log " : "", purpose, vkey, more);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		return failed(path, ret_error);
	if (!write_all(fd, line, strlen(line)) || fsync(fd) != 0)
		st = failed(path, ret_error);
	close(fd);
	return st;
}
