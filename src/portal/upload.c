/* Files with a report: cut into parts, each sealed to the hub in this process and handed to the courier. Nothing of them lies here in plain, and
 * what they were called is not kept. Without a script they come with the form; with one (ui/portal/upload.ts) part by part before it, and the
 * form only names them. */
#include <sodium.h>
#include <stdio.h>

#include "bulletin/upload.h"
#include "portal/site.h"

#define ACCEPTED "image/jpeg,image/png,image/webp,application/pdf,video/mp4,audio/ogg,.opus"
#define FILES "files" /* name of the field */
#define SENT "sent"   /* of what a script has sent: "UPLOAD SIZE SHA256 MEDIA" */

struct sent {
	struct text upload, sha256, media;
	uint64_t size;
};

/* ---- the field ---- */

static void word(struct visit *v, const char *name, const char *message)
{
	html_rawf(&v->html, " data-%s=\"", name);
	html_message(&v->html, message);
	html_raw(&v->html, "\"");
}

void put_files(struct visit *v)
{
	struct html *h = &v->html;

	html_raw(h, "<div class=\"field\"><label for=\"" FILES "\">");
	html_message(h, "upload");
	html_raw(h, "</label><span class=\"hint\" id=\"" FILES "-hint\">");
	html_message(h, "upload-hint");
	html_raw(h, "</span><input type=\"file\" id=\"" FILES "\" name=\"" FILES "\" multiple accept=\"" ACCEPTED "\" aria-describedby=\"" FILES "-hint\">");
	html_raw(h, "<ul id=\"" FILES "-list\" aria-live=\"polite\"");
	word(v, "kind", "upload-kind");
	word(v, "large", "upload-large");
	word(v, "many", "upload-many");
	word(v, "wait", "upload-wait");
	word(v, "sent", "upload-sent");
	word(v, "failed", "upload-failed");
	word(v, "remove", "upload-remove");
	html_raw(h, "></ul>");
	for (size_t i = 0; i < UPLOADS_MAX; i++) {
		struct text before = visit_field_nth(v, SENT, i);

		if (before.len == 0)
			break;
		html_raw(h, "<input type=\"hidden\" name=\"" SENT "\" value=\"");
		html_text(h, before);
		html_raw(h, "\">");
	}
	html_raw(h, "<span class=\"hint\">");
	html_message(h, "upload-warning");
	html_raw(h, "</span></div>");
}

void put_files_named(struct visit *v)
{
	struct html *h = &v->html;

	html_raw(h, "<div class=\"field\"><label for=\"" FILES "\">");
	html_message(h, "upload");
	html_raw(h, "</label><span class=\"hint\" id=\"" FILES "-hint\">");
	html_message(h, "statement-files-hint");
	html_raw(h, "</span><input type=\"file\" id=\"" FILES "\" name=\"" FILES "\" multiple accept=\"" ACCEPTED "\" aria-describedby=\"" FILES "-hint\"></div>");
}

/* ---- what came ---- */

static bool is_hex(struct text t, size_t len)
{
	for (size_t i = 0; i < t.len; i++)
		if (strchr("0123456789abcdef", t.data[i]) == NULL || t.data[i] == '\0')
			return false;
	return t.len == len;
}

static bool sent_read(struct text line, struct sent *ret)
{
	static const char *const kinds[] = {"image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "audio/ogg"};
	struct text size;

	if (!text_split(&line, ' ', &ret->upload) || !text_split(&line, ' ', &size) || !text_split(&line, ' ', &ret->sha256) ||
	    !text_split(&line, ' ', &ret->media))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (text_equal(ret->media, text_of(kinds[i])))
			return is_hex(ret->upload, 2 * UPLOAD_ID_SIZE) && is_hex(ret->sha256, 64) && text_to_uint(size, UPLOAD_SIZE_MAX, &ret->size) == ST_OK &&
			       ret->size > 0;
	return false;
}

static size_t sent_count(const struct visit *v)
{
	size_t count = 0;

	for (size_t i = 0; i < v->form_count; i++)
		count += text_equal(v->form[i].name, TEXT(SENT));
	return count;
}

bool files_any(const struct visit *v)
{
	return v->file_count || sent_count(v);
}

const char *files_wrong(const struct visit *v)
{
	struct sent sent;

	if (v->file_count + sent_count(v) > UPLOADS_MAX)
		return "upload-many";
	for (size_t i = 0; i < v->file_count; i++) {
		if (v->files[i].content.len > UPLOAD_SIZE_MAX)
			return "upload-large";
		if (upload_media(v->files[i].content) == NULL)
			return "upload-kind";
	}
	for (size_t i = 0; i < sent_count(v); i++)
		if (!sent_read(visit_field_nth(v, SENT, i), &sent))
			return "upload-failed";
	return NULL;
}

size_t files_listed(const struct visit *v, struct file_listed ret[UPLOADS_MAX])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	size_t count = 0;
	struct sent sent;

	for (size_t i = 0; i < v->file_count && count < UPLOADS_MAX; i++, count++) {
		ret[count] = (struct file_listed){.media = text_of(upload_media(v->files[i].content)), .size = v->files[i].content.len};
		crypto_hash_sha256(hash, v->files[i].content.data, v->files[i].content.len);
		sodium_bin2hex(ret[count].sha256, sizeof ret[count].sha256, hash, sizeof hash);
	}
	for (size_t i = 0; i < sent_count(v) && count < UPLOADS_MAX; i++)
		if (sent_read(visit_field_nth(v, SENT, i), &sent)) {
			ret[count] = (struct file_listed){.media = sent.media, .size = sent.size};
			memcpy(ret[count++].sha256, sent.sha256.data, 64);
		}
	return count;
}

void files_carry(struct visit *v)
{
	static const char nowhere[] = "00000000000000000000000000000000"; /* what is carried is named, and not sent */
	struct file_listed files[UPLOADS_MAX];
	size_t count = files_listed(v, files);

	for (size_t i = 0; i < count; i++)
		html_rawf(&v->html, "<input type=\"hidden\" name=\"" SENT "\" value=\"%s %llu %s %.*s\">", nowhere, (unsigned long long)files[i].size,
			  files[i].sha256, TEXT_ARG(files[i].media));
}

/* ---- cut, sealed, handed in ---- */

/* The same part is the same item, so that the hub takes it once however often it is sent; whoever has not the part cannot tell its id. */
static void part_id(struct bytes part, uint8_t out[BULLETIN_ITEM_ID_SIZE])
{
	static const char purpose[] = "cordon portal part v1|";
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)purpose, sizeof purpose - 1);
	crypto_hash_sha256_update(&state, part.data, part.len);
	crypto_hash_sha256_final(&state, hash);
	memcpy(out, hash, BULLETIN_ITEM_ID_SIZE);
}

static enum status part_send(struct visit *v, const uint8_t upload[UPLOAD_ID_SIZE], uint64_t place, struct bytes content)
{
	struct bulletin_item_head head = {.kind = BULLETIN_UPLOAD_PART};
	struct error error = {.message = "no bulletin has come yet"};
	struct buffer part;
	enum status st = v->paper ? ST_OK : ST_UNAVAILABLE;

	buffer_init(&part, UPLOAD_PART_HEAD + UPLOAD_PART_MAX);
	if (st == ST_OK)
		st = upload_part_write(upload, place, content, &part);
	if (st == ST_OK) {
		part_id(buffer_bytes(&part), head.id);
		st = hand_in_bytes(v->site->hand, v->paper->note.inbox, &head, buffer_bytes(&part), &error);
	}
	if (st != ST_OK)
		portal_say("web: a part of a file could not be handed in: %s", error.message);
	if (part.data)
		sodium_memzero(part.data, part.capacity);
	buffer_release(&part);
	return st;
}

static void member_add(json_t *list, struct text upload, struct text media, uint64_t size, struct text sha256)
{
	(void)json_array_append_new(list, json_pack("{s:s%, s:s%, s:I, s:s%}", "upload", upload.data, upload.len, "media", media.data, media.len, "size",
						    (json_int_t)size, "sha256", sha256.data, sha256.len));
}

static enum status file_send(struct visit *v, const struct hand_form *form, size_t number, struct bytes content, json_t *list)
{
	uint8_t upload[UPLOAD_ID_SIZE], hash[crypto_hash_sha256_BYTES];
	char name[2 * sizeof upload + 1], digest[2 * sizeof hash + 1];

	hand_upload_of(form, number, upload);
	for (size_t place = 0; place < content.len; place += UPLOAD_PART_MAX) {
		size_t left = content.len - place;

		TRY(part_send(v, upload, place, (struct bytes){content.data + place, left < UPLOAD_PART_MAX ? left : UPLOAD_PART_MAX}));
	}
	crypto_hash_sha256(hash, content.data, content.len);
	sodium_bin2hex(digest, sizeof digest, hash, sizeof hash);
	sodium_bin2hex(name, sizeof name, upload, sizeof upload);
	member_add(list, text_of(name), text_of(upload_media(content)), content.len, text_of(digest));
	return ST_OK;
}

enum status files_take(struct visit *v, const struct hand_form *form, json_t *item)
{
	json_t *list;
	enum status st = ST_OK;

	if (!files_any(v))
		return ST_OK;
	list = json_array();
	if (list == NULL || json_object_set_new(item, "evidence", list) != 0)
		return ST_NO_MEMORY;
	for (size_t i = 0; st == ST_OK && i < v->file_count; i++)
		st = file_send(v, form, i, v->files[i].content, list);
	for (size_t i = 0; st == ST_OK && i < sent_count(v); i++) {
		struct sent sent;

		if (sent_read(visit_field_nth(v, SENT, i), &sent))
			member_add(list, sent.upload, sent.media, sent.size, sent.sha256);
	}
	return st;
}

/* ---- part by part, for the script ---- */

static unsigned part_take(struct visit *v)
{
	struct bytes content = v->request->body;
	uint8_t upload[UPLOAD_ID_SIZE];
	uint64_t place = 0;
	size_t size = 0;
	enum status st;

	if (!is_hex(v->request->captures[0], 2 * UPLOAD_ID_SIZE) || sodium_hex2bin(upload, sizeof upload, v->request->captures[0].data, 2 * UPLOAD_ID_SIZE, NULL, &size, NULL) != 0 ||
	    text_to_uint(v->request->captures[1], UPLOAD_SIZE_MAX, &place) != ST_OK || content.len == 0)
		return 400;
	if (content.len > UPLOAD_PART_MAX || place + content.len > UPLOAD_SIZE_MAX)
		return 413;
	if (place == 0 && upload_media(content) == NULL)
		return 415;
	if (!limit_may(v->site, LIMIT_PART, v->request, v->response))
		return 429;
	st = part_send(v, upload, place, content);
	return st == ST_OK ? 201 : take_refusal(st);
}

void page_upload(void *context, const struct http_request *request, struct http_response *response)
{
	struct site *site = context;
	struct visit v = {.site = site, .request = request, .response = response, .paper = news_hold(site->news)};

	unsigned status = part_take(&v);

	if (status != 429) {
		http_answer(response, status, TEXT("application/json"), TEXT("{}"));
		http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	}
	visit_end(&v);
}
