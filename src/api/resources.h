/* The handlers of the single resources; each takes a `struct api_context *`. */
#ifndef API_RESOURCES_H
#define API_RESOURCES_H

#include "api/params.h"

http_handler api_healthz, api_readyz, api_catalog, api_algorithms, api_updatez;
http_handler api_entity;

#endif
