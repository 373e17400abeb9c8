/* An export compared with its manifest. */
#ifndef BACKUP_CHECK_H
#define BACKUP_CHECK_H

#include "backup/backup.h"

/* The manifest in the arena. Fails: as backup_check. */
MUST_USE enum status backup_verify(const char *path, struct arena *arena, struct backup_manifest *ret_manifest,
				   struct backup_summary *ret_summary, struct error *ret_error);

/* The member of this name, if its bytes are those that the manifest has. Fails: ST_CORRUPT, reason "backup-damaged". */
MUST_USE enum status backup_member(const struct backup_manifest *manifest, struct text name, struct bytes data,
				   const struct backup_manifest_member **ret_member, struct error *ret_error);

#endif
