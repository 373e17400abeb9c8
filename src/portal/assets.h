/* The portal's own files, inside the program: style, letters, scripts, drawings. */
#ifndef PORTAL_ASSETS_H
#define PORTAL_ASSETS_H

#include "http/server.h"

/* The name under which a file is served, which changes with its content; "" if it was not built in. */
const char *asset_name(const char *file);

/* By the name it is served under, or NULL. */
const struct http_asset *asset_find(struct text name);

#endif
