/* What backup, export and restore share. */
#ifndef CLI_COPYING_H
#define CLI_COPYING_H

#include "backup/backup.h"

/* "TABLES tables, ROWS rows, BYTES bytes; manifest SHA-256 ..." on standard output; names what was done and where. */
void say_summary(const char *done, const char *path, const struct backup_summary *summary);

/* `cordon backup` and `cordon export --all`: one file, or a folder. Gives the exit status. */
int copy_out(const char *who, const char *url, const char *path, bool folder);

#endif
