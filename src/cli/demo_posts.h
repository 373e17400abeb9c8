/* Invented checkpoints of the demonstration, and the number by which its officers sign in there. */
#ifndef CLI_DEMO_POSTS_H
#define CLI_DEMO_POSTS_H

#include "cli/operate.h"

#define DEMO_PIN "264813"

/* Posts, and the number of every officer of the host who may work at one. Fails: as db_transact. */
MUST_USE enum status demo_posts_fill(struct operate *operate, struct error *ret_error);

/* A code for the first one while it is not enrolled; NULL text where it is. `folder`: whose keys/trusted the post will be given. */
MUST_USE enum status demo_post_code(struct operate *operate, const char *folder, char ret_code[32], struct error *ret_error);

#endif
