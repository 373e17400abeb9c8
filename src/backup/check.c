#include "backup/check.h"

#include <stdio.h>

#include "backup/members.h"

#define ARENA_BYTES ((size_t)256 << 20)

static enum status damaged(const char *path, const char *what, struct text name, struct error *ret_error)
{
	return error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "%s: %s%.*s", path, what, TEXT_ARG(name));
}

enum status backup_member(const struct backup_manifest *manifest, struct text name, struct bytes data,
			  const struct backup_manifest_member **ret_member, struct error *ret_error)
{
	char sha256[SHA256_HEX_SIZE];

	for (size_t i = 0; i < manifest->member_count; i++) {
		const struct backup_manifest_member *m = &manifest->members[i];

		if (!text_equal(m->name, name))
			continue;
		sha256_hex(data, sha256);
		if ((int64_t)data.len != m->bytes || !text_equal(m->sha256, text_of(sha256)))
			return error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "%.*s is not what the manifest says",
					     TEXT_ARG(name));
		*ret_member = m;
		return ST_OK;
	}
	return error_because(ret_error, ST_CORRUPT, "backup-damaged", NULL, "%.*s is not in the manifest", TEXT_ARG(name));
}

static bool about_manifest(struct text name)
{
	return text_equal(name, TEXT(MANIFEST_NAME)) || text_equal(name, TEXT(MANIFEST_SUM_NAME));
}

static bool sum_is_of(struct text sum, struct text manifest)
{
	char line[SHA256_HEX_SIZE + sizeof MANIFEST_NAME + 4], sha256[SHA256_HEX_SIZE];

	sha256_hex(text_bytes(manifest), sha256);
	snprintf(line, sizeof line, "%s  %s\n", sha256, MANIFEST_NAME);
	return text_equal(sum, text_of(line));
}

/* The manifest comes last in a file, in no certain order in a folder: so a first way through only looks for it. */
static enum status find_manifest(const char *path, struct arena *arena, struct bytes *ret_manifest, struct error *ret_error)
{
	struct members_in *in;
	struct text name, manifest = TEXT_NONE, sum = TEXT_NONE;
	struct bytes data;
	enum status st;

	TRY(members_open(path, &in, ret_error));
	while ((st = members_next(in, &name, &data, ret_error)) == ST_OK) {
		struct text *kept = text_equal(name, TEXT(MANIFEST_NAME)) ? &manifest : &sum;

		if (!about_manifest(name))
			continue;
		st = kept->data ? damaged(path, "has it twice: ", name, ret_error)
				: arena_text(arena, (struct text){(const char *)data.data, data.len}, kept);
		if (st != ST_OK)
			break;
	}
	members_in_free(in);
	if (st != ST_NOT_FOUND)
		return st;
	if (manifest.data == NULL || sum.data == NULL)
		return damaged(path, "has no manifest: cut off, or no backup", TEXT_NONE, ret_error);
	if (!sum_is_of(sum, manifest))
		return damaged(path, "the manifest was altered", TEXT_NONE, ret_error);
	*ret_manifest = text_bytes(manifest);
	return ST_OK;
}

static int64_t lines_in(struct bytes data)
{
	int64_t lines = 0;

	for (size_t i = 0; i < data.len; i++)
		lines += data.data[i] == '\n';
	return lines;
}

static enum status check_members(const char *path, const struct backup_manifest *m, bool *seen, struct error *ret_error)
{
	const struct backup_manifest_member *member;
	struct members_in *in;
	struct text name;
	struct bytes data;
	enum status st;

	TRY(members_open(path, &in, ret_error));
	while ((st = members_next(in, &name, &data, ret_error)) == ST_OK) {
		if (about_manifest(name))
			continue;
		st = backup_member(m, name, data, &member, ret_error);
		if (st == ST_OK && seen[member - m->members])
			st = damaged(path, "twice the member ", name, ret_error);
		if (st == ST_OK && lines_in(data) != member->rows)
			st = damaged(path, "another number of rows in ", name, ret_error);
		if (st != ST_OK)
			break;
		seen[member - m->members] = true;
	}
	members_in_free(in);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* Rows of the tables are those of their members. */
static enum status check_sums(const char *path, const struct backup_manifest *m, const bool *seen, struct error *ret_error)
{
	for (size_t i = 0; i < m->member_count; i++)
		if (!seen[i])
			return damaged(path, "lacks ", m->members[i].name, ret_error);
	for (size_t t = 0; t < m->table_count; t++) {
		int64_t rows = 0;

		for (size_t i = 0; i < m->member_count; i++)
			if (text_equal(m->members[i].table, m->tables[t].name))
				rows += m->members[i].rows;
		if (rows != m->tables[t].rows)
			return damaged(path, "another number of rows in ", m->tables[t].name, ret_error);
	}
	return ST_OK;
}

enum status backup_verify(const char *path, struct arena *arena, struct backup_manifest *ret_manifest, struct backup_summary *ret_summary,
			  struct error *ret_error)
{
	struct bytes json;
	struct backup_manifest m;
	bool *seen;

	TRY(find_manifest(path, arena, &json, ret_error));
	TRY(backup_manifest_read(json, arena, &m, ret_error));
	seen = ARENA_NEW(arena, bool, m.member_count);
	if (seen == NULL)
		return arena_failure(arena, ret_error);
	TRY(check_members(path, &m, seen, ret_error));
	TRY(check_sums(path, &m, seen, ret_error));
	*ret_summary = (struct backup_summary){.tables = (int64_t)m.table_count};
	for (size_t i = 0; i < m.member_count; i++) {
		ret_summary->rows += m.members[i].rows;
		ret_summary->bytes += m.members[i].bytes;
	}
	snprintf(ret_summary->made, sizeof ret_summary->made, "%.*s", TEXT_ARG(m.made));
	sha256_hex(json, ret_summary->manifest);
	*ret_manifest = m;
	return ST_OK;
}

enum status backup_check(const char *path, struct backup_summary *ret_summary, struct error *ret_error)
{
	struct backup_manifest manifest;
	struct arena arena;
	enum status st;

	arena_init(&arena, ARENA_BYTES);
	st = backup_verify(path, &arena, &manifest, ret_summary, ret_error);
	arena_release(&arena);
	return st;
}
