#include "page/zone.h"

#include "ident/country.h"

static void field(struct html *html, const char *label, struct text value, enum mrz_check check)
{
	if (value.len == 0)
		return;
	html_rawf(html, "<div%s><dt>", check == MRZ_CHECK_BAD ? " class=\"bad\"" : "");
	html_message(html, label);
	html_raw(html, "</dt><dd><bdi>");
	html_text(html, value);
	html_raw(html, "</bdi>");
	if (check == MRZ_CHECK_GOOD)
		html_raw(html, " <span class=\"sign same\" aria-hidden=\"true\">✓</span>");
	html_raw(html, "</dd></div>");
}

static struct text country(const struct html *html, const char *code)
{
	struct text name = TEXT_NONE;
	char alpha2[3];

	if (country_from_alpha3(text_of(code), alpha2))
		name = country_name(text_of(alpha2), text_of(html_language(html)));
	return name.len ? name : text_of(code);
}

/* The field to read again, in the reader's words; a wrong digit over all fields names none. */
static const char *bad_label(const char *field)
{
	return strcmp(field, "number") == 0   ? "document"
	       : strcmp(field, "birth") == 0  ? "birth"
	       : strcmp(field, "expiry") == 0 ? "expiry"
	       : strcmp(field, "optional") == 0 ? "optional"
						: "composite";
}

void zone_card(struct html *html, const struct mrz *zone)
{
	const char *bad = mrz_bad_field(zone);

	if (bad) {
		html_raw(html, "<div class=\"card problem\" role=\"alert\"><strong>");
		html_message(html, "checkdigit");
		html_raw(html, "</strong> ");
		html_message(html, bad_label(bad));
		html_raw(html, "</div>");
	}
	html_raw(html, "<section class=\"card zone\"><h2>");
	html_message(html, "zone");
	html_raw(html, "</h2><dl class=\"facts\">");
	field(html, "family", text_of(zone->family), MRZ_CHECK_NONE);
	field(html, "given", text_of(zone->given), MRZ_CHECK_NONE);
	field(html, "birth", text_of(zone->birth), zone->birth_check);
	field(html, "nationality", country(html, zone->nationality), MRZ_CHECK_NONE);
	field(html, "document", text_of(zone->number), zone->number_check);
	field(html, "expiry", text_of(zone->expiry), zone->expiry_check);
	html_raw(html, "</dl></section>");
}
