/* What everybody may read of the bulletin, and where sealed items come in: /public/ (docs/formats/bulletin.md). */
#ifndef OFFICE_PUBLIC_BOARD_H
#define OFFICE_PUBLIC_BOARD_H

#include "awareness/publish.h"
#include "http/http.h"
#include "office/office.h"

struct public_board {
	struct office *office;       /* limits by address; told of what came in */
	struct publisher *publisher;
};

struct http_table;
/* The board must outlive the server. */
struct http_table public_board_table(struct public_board *board);

#endif
