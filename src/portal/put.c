#include <stdio.h>
#include <time.h>

#include "ident/country.h"
#include "portal/site.h"

#define YEAR_BASE 2020u

/* ---- days and moments ---- */

/* Puts {d} {m} {y} {h} of a message in. */
static size_t fill(const struct visit *v, const char *form, const char *day, const char *year, const char *hour, unsigned month, char *out, size_t size)
{
	struct text t = html_find(&v->html, text_of(form)), name;
	char key[16];
	size_t len = 0;

	snprintf(key, sizeof key, "month-%u", month);
	name = html_find(&v->html, text_of(key));
	for (size_t i = 0; i < t.len && len + 1 < size; i++) {
		struct text piece = {t.data + i, 1};

		if (t.data[i] == '{' && i + 2 < t.len && t.data[i + 2] == '}') {
			char c = t.data[i + 1];

			piece = c == 'd' ? text_of(day) : c == 'y' ? text_of(year) : c == 'h' ? text_of(hour) : name;
			i += 2;
		}
		if (piece.len < size - len) {
			memcpy(out + len, piece.data, piece.len);
			len += piece.len;
		}
	}
	out[len] = '\0';
	return len;
}

size_t say_day(const struct visit *v, int64_t ms, char *out, size_t size)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm t;
	char day[16], year[16];

	if (gmtime_r(&seconds, &t) == NULL) {
		out[0] = '\0';
		return 0;
	}
	snprintf(day, sizeof day, "%d", t.tm_mday);
	snprintf(year, sizeof year, "%d", t.tm_year + 1900);
	return fill(v, "form-day", day, year, "", (unsigned)t.tm_mon + 1, out, size);
}

size_t say_moment(const struct visit *v, int64_t ms, char *out, size_t size)
{
	uint64_t zone = 0;
	char hour[32];
	size_t len;

	if (text_to_uint(html_find(&v->html, TEXT("zone-hours")), 14, &zone) != ST_OK)
		zone = 0;
	ms += (int64_t)zone * 3600000;
	len = say_day(v, ms, out, size);
	if (len + 2 > size)
		return len;
	out[len++] = ' ';
	snprintf(hour, sizeof hour, "%02d:%02d", (int)(ms / 3600000 % 24), (int)(ms / 60000 % 60));
	return len + fill(v, "form-time", "", "", hour, 1, out + len, size - len);
}

void say_month(const struct visit *v, unsigned months, char *out, size_t size)
{
	char year[16];

	snprintf(year, sizeof year, "%u", YEAR_BASE + months / 12);
	(void)fill(v, "form-month", "", year, "", months % 12 + 1, out, size);
}

void put_day(struct visit *v, int64_t ms)
{
	char out[96];
	size_t len = say_day(v, ms, out, sizeof out);

	html_text(&v->html, (struct text){out, len});
}

/* ---- forms ---- */

static void label(struct visit *v, const struct put_field *f)
{
	html_rawf(&v->html, "<label for=\"%s\">", f->name);
	html_message(&v->html, f->label);
	html_raw(&v->html, "</label>");
	if (f->hint) {
		html_rawf(&v->html, "<span class=\"hint\" id=\"%s-hint\">", f->name);
		html_message(&v->html, f->hint);
		html_raw(&v->html, "</span>");
	}
}

void put_input(struct visit *v, const struct put_field *f)
{
	struct html *h = &v->html;
	struct text before = visit_field(v, f->name);

	html_raw(h, "<div class=\"field\">");
	label(v, f);
	html_rawf(h, f->lines ? "<textarea id=\"%s\" name=\"%s\"" : "<input id=\"%s\" name=\"%s\"", f->name, f->name);
	if (f->lines)
		html_rawf(h, " rows=\"%u\"", f->lines);
	if (f->mode)
		html_rawf(h, " inputmode=\"%s\"", f->mode);
	html_rawf(h, " maxlength=\"%zu\" autocomplete=\"off\"%s", f->length_max, f->required ? " required" : "");
	if (f->hint)
		html_rawf(h, " aria-describedby=\"%s-hint\"", f->name);
	html_raw(h, f->lines ? ">" : " value=\"");
	html_text(h, before);
	html_raw(h, f->lines ? "</textarea></div>" : "\"></div>");
}

void put_choices(struct visit *v, const struct put_choice *c)
{
	struct html *h = &v->html;

	html_raw(h, "<fieldset class=\"field\"><legend>");
	html_message(h, c->legend);
	html_raw(h, "</legend><div class=\"choices\">");
	for (size_t i = 0; i < c->count; i++) {
		html_rawf(h, "<label class=\"choice\"><input type=\"%s\" name=\"%s\" value=\"%s\"%s%s><span>", c->several ? "checkbox" : "radio", c->name, c->values[i],
			  c->required ? " required" : "", visit_has(v, c->name, c->values[i]) ? " checked" : "");
		html_word(h, c->prefix, c->values[i]);
		html_raw(h, "</span></label>");
	}
	html_raw(h, "</div></fieldset>");
}

const char *reader_country(const struct visit *v)
{
	return strcmp(v->language, "ko") == 0 ? "kr" : strcmp(v->language, "zh") == 0 ? "cn" : "kh";
}

/* Those that this is for first; then the rest of the region. */
void put_countries(struct visit *v, const char *name, struct text chosen)
{
	static const char *const first[] = {"kh", "kr", "th", "vn", "cn", "my", "sg", "ph", "id", "la", "mm", "jp", "tw", "hk", "in", "us"};
	struct text language = text_of(v->language);

	html_rawf(&v->html, "<select id=\"%s\" name=\"%s\">", name, name);
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
		html_rawf(&v->html, "<option value=\"%s\"%s>", first[i], text_equal(chosen, text_of(first[i])) ? " selected" : "");
		html_text(&v->html, country_name(text_of(first[i]), language));
		html_raw(&v->html, "</option>");
	}
	html_raw(&v->html, "</select>");
}

void put_notice(struct visit *v, const char *message)
{
	html_raw(&v->html, "<div class=\"notice\" role=\"alert\">");
	put_icon(v, "alert");
	html_raw(&v->html, "<p>");
	html_message(&v->html, message);
	html_raw(&v->html, "</p></div>");
}

void form_end(struct visit *v, const char *act)
{
	html_raw(&v->html, "<p class=\"act\"><button>");
	html_message(&v->html, act);
	html_raw(&v->html, "</button></p></form>");
}
