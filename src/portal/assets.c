#include "portal/assets.h"

#include "portal_assets.inc"

const char *asset_name(const char *file)
{
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++)
		if (strcmp(assets[i].file, file) == 0)
			return assets[i].name;
	return "";
}

const struct http_asset *asset_find(struct text name)
{
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++)
		if (text_equal(name, text_of(assets[i].name)))
			return &assets[i].asset;
	return NULL;
}
