/* What a post keeps: only with its secret, under its own name, whole or up to where it was cut. */
#include "post/vault.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/folder.h"
#include "lib/test.h"

static int64_t no_clock(void *context)
{
	(void)context;
	return 0;
}

static void any_bytes(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env env = {no_clock, any_bytes, NULL};

struct box {
	char folder[64], secret[128];
	struct vault vault;
};

static void box_open(struct box *b)
{
	snprintf(b->folder, sizeof b->folder, "/tmp/cordon_vault_XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->secret, sizeof b->secret, "%s.secret", b->folder);
	assert_ok(vault_open(b->secret, b->folder, true, &env, &b->vault, NULL));
}

static void box_close(struct box *b)
{
	vault_close(&b->vault);
	unlink(b->secret);
	assert_int_equal(folder_remove(b->folder), 0);
}

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static size_t file_size(const struct box *b, const char *name)
{
	char path[256];
	struct stat about;

	snprintf(path, sizeof path, "%s/%s", b->folder, name);
	return stat(path, &about) == 0 ? (size_t)about.st_size : 0;
}

static void file_flip(const struct box *b, const char *name, size_t at)
{
	char path[256];
	uint8_t byte = 0;
	int fd;

	snprintf(path, sizeof path, "%s/%s", b->folder, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && pread(fd, &byte, 1, (off_t)at) == 1);
	byte ^= 0x40;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

static void only_with_the_secret(void **state)
{
	struct error error;
	struct vault other;
	struct buffer out;
	struct box b;

	(void)state;
	box_open(&b);
	buffer_init(&out, 4096);
	assert_ok(vault_write(&b.vault, "list-a", bytes_of("the list"), NULL));
	assert_ok(vault_read(&b.vault, "list-a", &out, NULL));
	assert_text(buffer_text(&out), "the list");
	/* the same secret opens it again, another does not */
	assert_ok(vault_open(b.secret, b.folder, false, &env, &other, NULL));
	buffer_clear(&out);
	assert_ok(vault_read(&other, "list-a", &out, NULL));
	unlink(b.secret);
	assert_int_equal(vault_open(b.secret, b.folder, false, &env, &other, &error), ST_NOT_FOUND);
	assert_string_equal(error.reason, "post-secret");
	assert_ok(vault_open(b.secret, b.folder, true, &env, &other, NULL));
	buffer_clear(&out);
	assert_int_equal(vault_read(&other, "list-a", &out, &error), ST_CORRUPT);
	assert_string_equal(error.reason, "post-altered");
	assert_int_equal(out.len, 0);
	/* one that others may read is refused */
	assert_int_equal(chmod(b.secret, 0644), 0);
	assert_int_equal(vault_open(b.secret, b.folder, false, &env, &other, &error), ST_DENIED);
	buffer_release(&out);
	box_close(&b);
}

static void no_byte_can_be_changed(void **state)
{
	struct buffer out;
	struct box b;

	(void)state;
	box_open(&b);
	buffer_init(&out, 4096);
	assert_ok(vault_write(&b.vault, "a", bytes_of("what stands here"), NULL));
	for (size_t i = 0; i < file_size(&b, "a"); i++) {
		file_flip(&b, "a", i);
		assert_int_equal(vault_read(&b.vault, "a", &out, NULL), ST_CORRUPT);
		file_flip(&b, "a", i);
	}
	assert_ok(vault_read(&b.vault, "a", &out, NULL));
	/* nor another file put in its place */
	assert_ok(vault_write(&b.vault, "b", bytes_of("something else"), NULL));
	{
		char from[128], to[128];

		snprintf(from, sizeof from, "%s/b", b.folder);
		snprintf(to, sizeof to, "%s/a", b.folder);
		assert_int_equal(rename(from, to), 0);
	}
	assert_int_equal(vault_read(&b.vault, "a", &out, NULL), ST_CORRUPT);
	assert_int_equal(vault_read(&b.vault, "b", &out, NULL), ST_NOT_FOUND);
	vault_destroy(&b.vault, "a");
	vault_destroy(&b.vault, "a");
	assert_int_equal(vault_read(&b.vault, "a", &out, NULL), ST_NOT_FOUND);
	buffer_release(&out);
	box_close(&b);
}

struct heard {
	size_t count;
	char last[32];
};

static enum status hear(void *context, struct bytes plain, struct error *ret_error)
{
	struct heard *h = context;

	(void)ret_error;
	h->count++;
	snprintf(h->last, sizeof h->last, "%.*s", (int)plain.len, (const char *)plain.data);
	return ST_OK;
}

/* Cut at every length: what stands whole before the cut is there, and what is written next stands behind it. */
static void rows_end_where_they_were_cut(void **state)
{
	char path[128];
	struct box b;
	size_t whole;

	(void)state;
	box_open(&b);
	snprintf(path, sizeof path, "%s/changes", b.folder);
	for (uint64_t i = 0; i < 3; i++)
		assert_ok(vault_append(&b.vault, "changes", 7, i, bytes_of("row"), NULL));
	whole = file_size(&b, "changes");
	for (size_t len = whole; len-- > 0;) {
		struct heard h = {.count = 0};
		uint64_t count;

		assert_int_equal(truncate(path, (off_t)len), 0);
		assert_ok(vault_each(&b.vault, "changes", 7, hear, &h, &count, NULL));
		assert_int_equal(h.count, count);
		assert_int_equal(count, len / (whole / 3));
		assert_int_equal(file_size(&b, "changes"), count * (whole / 3));
		for (uint64_t i = count; i < 3; i++)
			assert_ok(vault_append(&b.vault, "changes", 7, i, bytes_of("new"), NULL));
		h.count = 0;
		assert_ok(vault_each(&b.vault, "changes", 7, hear, &h, &count, NULL));
		assert_int_equal(count, 3);
	}
	/* rows of another list are none of this one */
	{
		struct heard h = {.count = 0};
		uint64_t count;

		assert_ok(vault_each(&b.vault, "changes", 8, hear, &h, &count, NULL));
		assert_int_equal(count, 0);
	}
	box_close(&b);
}

/* A disk that takes no more: said so, and what stood there stands. */
static void a_full_disk(void **state)
{
	struct rlimit before, little = {4096, 4096};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	char much[16384];
	struct error error;
	struct buffer out;
	struct box b;

	(void)state;
	box_open(&b);
	memset(much, 'x', sizeof much);
	buffer_init(&out, 65536);
	assert_ok(vault_write(&b.vault, "a", bytes_of("the good one"), NULL));
	assert_ok(vault_append(&b.vault, "rows", 1, 0, bytes_of("first"), NULL));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little.rlim_max = before.rlim_max;
	sigaction(SIGXFSZ, &ignore, &old);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(vault_write(&b.vault, "a", (struct bytes){(uint8_t *)much, sizeof much}, &error), ST_UNAVAILABLE);
	assert_string_equal(error.reason, "disk-full");
	assert_int_equal(vault_append(&b.vault, "rows", 1, 1, (struct bytes){(uint8_t *)much, sizeof much}, &error), ST_UNAVAILABLE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	sigaction(SIGXFSZ, &old, NULL);
	assert_ok(vault_read(&b.vault, "a", &out, NULL));
	assert_text(buffer_text(&out), "the good one");
	assert_ok(vault_append(&b.vault, "rows", 1, 1, bytes_of("second"), NULL));
	{
		struct heard h = {.count = 0};
		uint64_t count;

		assert_ok(vault_each(&b.vault, "rows", 1, hear, &h, &count, NULL));
		assert_int_equal(count, 2);
		assert_string_equal(h.last, "second");
	}
	buffer_release(&out);
	box_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_with_the_secret), cmocka_unit_test(no_byte_can_be_changed),
					   cmocka_unit_test(rows_end_where_they_were_cut), cmocka_unit_test(a_full_disk)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
