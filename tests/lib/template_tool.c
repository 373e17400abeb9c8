/* Prints the name of a database with the hub's schema and nothing in it, in the cluster of CORDON_TEST_PG: to be copied. */
#include <stdio.h>

#include "lib/db.h"

int main(void)
{
	char name[64];

	if (getenv("CORDON_TEST_PG") == NULL || test_pg_template(&name) != 0)
		return 1;
	puts(name);
	return 0;
}
