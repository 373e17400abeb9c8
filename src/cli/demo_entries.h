/* The entries of the demonstration: invented people, each led through the acts of the registry by the invented officers. */
#ifndef CLI_DEMO_ENTRIES_H
#define CLI_DEMO_ENTRIES_H

#include "cli/operate.h"

/* For a database that holds the people of the demonstration and no entry; done in one transaction. The acts are spread over
 * the three weeks before now. Fails: as registry_act. */
MUST_USE enum status demo_entries_fill(const struct operate *operate, struct error *ret_error);

#endif
