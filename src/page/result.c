#include "page/result.h"

#include <stdio.h>

#include "ident/country.h"
#include "model/entity.h"
#include "page/reasons.h"
#include "text/script.h"

#define NAMES_SHOWN 8u
#define FACTS_SHOWN 3u

void html_bdi(struct html *html, struct text name)
{
	enum script script = script_main(name);
	const char *language = script == SCRIPT_HANGUL   ? "ko"
			       : script == SCRIPT_KHMER  ? "km"
			       : script == SCRIPT_THAI   ? "th"
			       : script == SCRIPT_HAN    ? "zh"
			       : script == SCRIPT_KANA   ? "ja"
			       : script == SCRIPT_CYRILLIC ? "ru"
			       : script == SCRIPT_ARABIC ? "ar"
							 : NULL;

	if (language)
		html_rawf(html, "<bdi lang=\"%s\">", language);
	else
		html_raw(html, "<bdi>");
}

void html_name(struct html *html, struct text name)
{
	html_bdi(html, name);
	html_text(html, name);
	html_raw(html, "</bdi>");
}

static void other_names(struct html *html, const struct entity *entity)
{
	static const char *const properties[] = {"name", "alias", "weakAlias", "previousName"};
	struct text caption = entity_caption(entity);
	size_t shown = 0;

	html_raw(html, "<ul class=\"names\">");
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
		const struct property *p = entity_get(entity, properties[i]);

		for (size_t k = 0; p && k < p->count && shown < NAMES_SHOWN; k++) {
			if (text_equal(p->values[k], caption))
				continue;
			html_raw(html, "<li>");
			html_name(html, p->values[k]);
			html_raw(html, "</li>");
			shown++;
		}
	}
	html_raw(html, "</ul>");
}

static void fact(struct html *html, const struct entity *entity, const char *property, const char *label)
{
	const struct property *p = entity_get(entity, property);
	struct text language = text_of(html_language(html)), country;

	if (p == NULL || p->count == 0)
		return;
	html_raw(html, "<div><dt>");
	html_message(html, label);
	html_raw(html, "</dt><dd>");
	for (size_t i = 0; i < p->count && i < FACTS_SHOWN; i++) {
		html_raw(html, i ? " · " : "");
		country = strcmp(property, "nationality") == 0 ? country_name(p->values[i], language) : TEXT_NONE;
		if (strcmp(property, "gender") == 0 && text_equal(p->values[i], TEXT("male")))
			html_message(html, "gender-male");
		else if (strcmp(property, "gender") == 0 && text_equal(p->values[i], TEXT("female")))
			html_message(html, "gender-female");
		else
			html_text(html, country.len ? country : p->values[i]);
	}
	html_raw(html, p->count > FACTS_SHOWN ? " …</dd></div>" : "</dd></div>");
}

static void facts(struct html *html, const struct entity *entity)
{
	html_raw(html, "<dl class=\"facts\">");
	fact(html, entity, "birthDate", "birth");
	fact(html, entity, "nationality", "nationality");
	fact(html, entity, "gender", "feature-gender");
	fact(html, entity, "passportNumber", "document");
	html_raw(html, "<div><dt>");
	html_message(html, "list_name");
	html_raw(html, "</dt><dd>");
	for (size_t i = 0; i < entity->dataset_count; i++) {
		html_raw(html, i ? ", " : "");
		html_text(html, entity->datasets[i]);
	}
	html_raw(html, "</dd></div></dl>");
}

static void heading(struct html *html, const struct entity *entity, bool alert)
{
	html_raw(html, "<div class=\"head\"><h3><a href=\"/e/");
	html_url(html, entity->id);
	html_rawf(html, "?lang=%s\">", html_language(html));
	html_name(html, entity_caption(entity));
	html_raw(html, "</a></h3><span class=\"state\"><span aria-hidden=\"true\">");
	html_raw(html, alert ? "▲</span><b>" : "○</span><b>");
	html_message(html, alert ? "refer" : "no_refer");
	html_raw(html, "</b></span></div>");
}

void result_card(struct html *html, const struct index *index, const struct screen_result *r, struct arena *arena)
{
	struct entity entity;
	char count[24];
	bool rare = r->chance_per_billion < 1000; /* less than one in a million */
	int n = snprintf(count, sizeof count, "%u", rare ? r->chance_per_billion : r->chance_per_billion / 1000);

	if (entity_read(index_entity_json(index, r->ref), arena, &entity, NULL) != ST_OK)
		return;
	html_rawf(html, "<article class=\"card%s\">", r->alert ? " alert" : "");
	heading(html, &entity, r->alert);
	html_raw(html, "<div class=\"sides\"><div class=\"who\">");
	other_names(html, &entity);
	facts(html, &entity);
	reasons_balance(html, r);
	html_raw(html, "<p class=\"chance\">");
	if (r->chance_per_billion == 0)
		html_message(html, "chance_none");
	else
		html_message_with(html, rare ? "chance_rare" : "chance", (struct text){count, n > 0 ? (size_t)n : 0});
	html_raw(html, "</p></div>");
	reasons_table(html, r, arena);
	html_raw(html, "</div></article>");
}
