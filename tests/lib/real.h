/* Lines of the evaluation data, which lies beside the project (or where CORDON_SHARED says). A test that needs it is
 * skipped, and says so, where it is missing. */
#ifndef TESTS_LIB_REAL_H
#define TESTS_LIB_REAL_H

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "lib/test.h"

static inline FILE *real_find(const char *path)
{
	const char *shared = getenv("CORDON_SHARED"), *source = getenv("CORDON_SOURCE");
	char full[1024];

	if (shared)
		snprintf(full, sizeof full, "%s/data/%s", shared, path);
	else
		snprintf(full, sizeof full, "%s/../shared/data/%s", source ? source : ".", path);
	return fopen(full, "r");
}

/* For main(): where the data is missing, says that all tests are skipped, as TAP has it, and gives true. */
static inline bool real_missing(const char *path)
{
	FILE *f = real_find(path);

	if (f == NULL) {
		printf("1..0 # SKIP the evaluation data is not here: %s\n", path);
		return true;
	}
	fclose(f);
	return false;
}

static inline FILE *real_open(const char *path)
{
	FILE *f = real_find(path);

	assert_non_null(f);
	return f;
}

/* The next line as JSON, or NULL at the end. */
static inline json_t *real_next(FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	json_t *json = NULL;
	json_error_t why;

	if (getline(&line, &size, f) > 0) {
		json = json_loads(line, 0, &why);
		if (json == NULL)
			fail_msg("%s", why.text);
	}
	free(line);
	return json;
}

/* The text of a member, "" where it is missing or null. */
static inline const char *real_string(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

#endif
