/* Folders that tests make are taken away again. */
#ifndef TESTS_LIB_FOLDER_H
#define TESTS_LIB_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

static inline int folder_entry_remove(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

/* Removes the folder with all in it; gives 0, or not if something stayed. */
static inline int folder_remove(const char *path)
{
	return chmod(path, 0700) != 0 || nftw(path, folder_entry_remove, 8, FTW_DEPTH | FTW_PHYS) != 0;
}

#endif
