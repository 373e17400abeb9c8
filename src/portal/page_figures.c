/* Figures as the hub released them: the page is made of the same file that can be taken. */
#include "figure/output.h"
#include "portal/site.h"

#define BODY_BYTES ((size_t)4 << 20)

static enum figure_language language_of(const struct visit *v)
{
	for (unsigned l = 0; l < FIGURE_LANGUAGES; l++)
		if (strcmp(v->language, figure_language_word((enum figure_language)l)) == 0)
			return (enum figure_language)l;
	return FIGURE_EN;
}

static struct text file_text(const struct visit *v, const char *name)
{
	struct bytes bytes = news_file(v->paper, text_of(name));
	struct text text = TEXT("");

	return text_check(bytes, &text, NULL) == ST_OK ? text : TEXT("");
}

void page_figures(void *context, const struct http_request *request, struct http_response *response)
{
	struct buffer body;
	struct visit v;

	buffer_init(&body, BODY_BYTES);
	if (visit_begin(&v, context, request, response, "figures")) {
		figure_page(file_text(&v, "figures.json"), file_text(&v, "figures.releases.json"), language_of(&v), &body);
		v.reading = true;
		if (buffer_status(&body) == ST_OK) {
			frame_begin(&v, FRAME_PAGE, "title-figures", NULL);
			put_element(&v, "h1", NULL, "figures-h1");
			put_element(&v, "p", "lead", "figures-lead");
			put_told_markup(&v, buffer_text(&body));
			frame_end(&v);
		} else {
			frame_problem(&v, 503);
		}
	}
	visit_end(&v);
	buffer_release(&body);
}

void site_file(struct visit *v, struct text name)
{
	static const char *const types[][2] = {{".json", "application/json"}, {"dcat.json", "application/ld+json"}, {".csv", "text/csv; charset=utf-8"},
					       {".svg", "image/svg+xml"}, {".png", "image/png"}, {".pdf", "application/pdf"}};
	struct bytes content = news_file(v->paper, name);
	struct http_asset asset = {.data = content};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (text_ends(name, text_of(types[i][0])))
			asset.content_type = types[i][1];
	if (asset.content_type == NULL || content.data == NULL) {
		frame_problem(v, 404);
		return;
	}
	if (text_equal(text_of(asset.content_type), TEXT("image/svg+xml")))
		http_set_header(v->response, TEXT("Content-Security-Policy"), TEXT("default-src 'none'; sandbox"));
	http_asset_answer(v->request, &asset, v->response);
}

/* /km/figures.csv: whatever the bulletin has of figures, byte for byte. */
void figures_file(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "figures")) {
		if (text_starts(request->captures[1], TEXT("figures")))
			site_file(&v, request->captures[1]);
		else
			frame_problem(&v, 404);
	}
	visit_end(&v);
}
