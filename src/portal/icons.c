#include "portal/site.h"

/* Drawn for this site on a grid of 24; strokes take the colour of the text. */
static const struct { const char *name, *shapes; } icons[] = {
	{"check", "<circle cx=\"10.5\" cy=\"10.5\" r=\"6.5\"/><path d=\"m15.5 15.5 5 5\"/>"},
	{"report", "<path d=\"M4 5h16v11H10l-4 4v-4H4z\"/><path d=\"M8 9h8M8 12h5\"/>"},
	{"help", "<path d=\"M5 4h4l1.5 4.5L8 10a12 12 0 0 0 6 6l1.5-2.5L20 15v4a1.5 1.5 0 0 1-1.6 1.5A16 16 0 0 1 3.5 5.6 1.5 1.5 0 0 1 5 4z\"/>"},
	{"out", "<path d=\"M13 4H5v16h8M10 12h11m-4-4 4 4-4 4\"/>"},
	{"next", "<path d=\"m9 5 7 7-7 7\"/>"},
	{"alert", "<path d=\"M12 4 2.5 20h19zM12 10v5m0 2.4v.2\"/>"},
	{"stop", "<path d=\"M8 3h8l5 5v8l-5 5H8l-5-5V8zM8.5 8.5l7 7m0-7-7 7\"/>"},
	{"question", "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M9.3 9.3a2.8 2.8 0 1 1 4 2.6c-.9.5-1.3 1-1.3 2m0 2.6v.2\"/>"},
	{"official", "<path d=\"M3 10 12 4l9 6zM5 20h14M6 10v7m4-7v7m4-7v7m4-7v7\"/>"},
	{"unreadable", "<path d=\"M4 12h3m3.5 0h3M17 12h3M4 7h16M4 17h16\" stroke-dasharray=\"3 2.5\"/>"},
	{"right", "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"m8 12.500 2.800 2.800L16.500 9\"/>"},
	{"code", "<path d=\"M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5zM20 14v.2M14 20v.2\"/>"},
	{"lock", "<path d=\"M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3\"/>"},
};

void put_icon(struct visit *v, const char *name)
{
	/* People who stand together in one line: the sign of the house. */
	if (strcmp(name, "mark") == 0) {
		html_raw(&v->html, "<svg class=\"mark\" viewBox=\"0 0 32 32\" width=\"32\" height=\"32\" aria-hidden=\"true\" focusable=\"false\"><circle cx=\"7\" cy=\"9\" r=\"3.4\"/><circle cx=\"16\" cy=\"7\" r=\"3.4\"/>"
				   "<circle cx=\"25\" cy=\"9\" r=\"3.4\"/><path d=\"M2 24c1-6 3-9 5-9s3.500 2 4.500 5c1-4 2.500-7 4.500-7s3.500 3 4.500 7c1-3 2.500-5 4.500-5s4 3 5 9z\"/></svg>");
		return;
	}
	for (size_t i = 0; i < sizeof icons / sizeof icons[0]; i++)
		if (strcmp(icons[i].name, name) == 0) {
			html_raw(&v->html, "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\" focusable=\"false\">");
			html_raw(&v->html, icons[i].shapes);
			html_raw(&v->html, "</svg>");
		}
}
