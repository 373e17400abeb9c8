/* Passkeys as browsers speak of them: Web Authentication Level 2, 5.4, 5.5 and the JSON of Level 3, 5.1.8 to 5.1.10. */
#include "account/passkey.h"
#include "office/people.h"

#include "handlers.inc"

#define BLOB_MAX 65536u

static enum status put_base64url(struct office_call *call, struct buffer *out, struct bytes bytes)
{
	struct text text;

	TRY(base64url_write(bytes, call->arena, &text));
	buffer_printf(out, "\"%.*s\"", TEXT_ARG(text));
	return ST_OK;
}

static enum status put_handles(struct office_call *call, struct buffer *out, const char *name, const struct passkey_offer *offer)
{
	buffer_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < offer->handle_count; i++) {
		buffer_printf(out, "%s{\"type\":\"public-key\",\"id\":", i ? "," : "");
		TRY(put_base64url(call, out, offer->handles[i]));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

void office_passkey_challenge(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct buffer *out = &call->response->body;
	struct webauthn_party party;
	struct passkey_offer offer;
	enum status st;

	TRY_OUT(accounts_party(call->office->accounts, call->request, &party, &error));
	TRY_OUT(passkey_offer(call->office->accounts, &call->actor, PASSKEY_ASSERTION, call->arena, &offer, &error));
	buffer_printf(out, "{\"challenge\":");
	TRY_OUT(put_base64url(call, out, (struct bytes){offer.challenge, sizeof offer.challenge}));
	put_text(out, false, "rpId", party.id);
	buffer_printf(out, ",\"timeout\":%d,\"userVerification\":\"required\"", PASSKEY_TIME_MS);
	TRY_OUT(put_handles(call, out, "allowCredentials", &offer));
	buffer_add_char(out, '}');
	office_json(call, 200);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_passkey_offer(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct buffer *out = &call->response->body;
	struct webauthn_party party;
	struct passkey_offer offer;
	enum status st;

	TRY_OUT(accounts_party(call->office->accounts, call->request, &party, &error));
	TRY_OUT(passkey_offer(call->office->accounts, &call->actor, PASSKEY_CREATION, call->arena, &offer, &error));
	buffer_printf(out, "{\"challenge\":");
	TRY_OUT(put_base64url(call, out, (struct bytes){offer.challenge, sizeof offer.challenge}));
	buffer_printf(out, ",\"rp\":{\"name\":\"Cordon\"");
	put_text(out, false, "id", party.id);
	buffer_printf(out, "},\"user\":{\"id\":");
	TRY_OUT(put_base64url(call, out, text_bytes(call->actor.id)));
	put_text(out, false, "name", offer.login);
	put_text(out, false, "displayName", offer.name);
	buffer_printf(out, "},\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":-7},{\"type\":\"public-key\",\"alg\":-8},"
			   "{\"type\":\"public-key\",\"alg\":-257}],\"timeout\":%d,\"attestation\":\"%s\","
			   "\"authenticatorSelection\":{\"residentKey\":\"preferred\",\"userVerification\":\"required\"}",
		      PASSKEY_TIME_MS, party.attested ? "direct" : "none");
	TRY_OUT(put_handles(call, out, "excludeCredentials", &offer));
	buffer_add_char(out, '}');
	office_json(call, 200);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}

/* A base64url member of the browser's answer; empty where it is missing. */
static enum status part(const struct office_call *call, const json_t *object, const char *name, struct bytes *ret_bytes,
			struct error *ret_error)
{
	struct text text = TEXT("");
	enum status st;

	TRY(body_text(call, object, name, &text, ret_error));
	st = base64url_read(text, BLOB_MAX, call->arena, ret_bytes);
	return st == ST_OK ? ST_OK : error_because(ret_error, st, "passkey", name, "'%s' is not base64url", name);
}

void office_passkey_add(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct signed_in in = {.next = NULL};
	struct webauthn_party party;
	struct passkey_new key = {.party = &party};
	json_t *body = NULL;
	json_t *answer;
	enum status st;

	TRY_OUT(accounts_party(call->office->accounts, call->request, &party, &error));
	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "name", &key.name, &error));
	TRY_OUT(body_object(body, "response", &answer, &error));
	TRY_OUT(part(call, answer, "clientDataJSON", &key.creation.client_data, &error));
	TRY_OUT(part(call, answer, "attestationObject", &key.creation.attestation, &error));
	st = passkey_add(call->office->accounts, &call->actor, &key, &in, &error);
out:
	office_signed_in(call, st, &in, &error);
	json_decref(body);
}

void office_passkey_sign_in(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct signed_in in = {.next = NULL};
	struct webauthn_party party;
	struct passkey_proof proof = {.party = &party};
	json_t *body = NULL;
	json_t *answer;
	enum status st;

	TRY_OUT(accounts_party(call->office->accounts, call->request, &party, &error));
	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_object(body, "response", &answer, &error));
	TRY_OUT(part(call, body, "rawId", &proof.handle, &error));
	TRY_OUT(part(call, answer, "clientDataJSON", &proof.assertion.client_data, &error));
	TRY_OUT(part(call, answer, "authenticatorData", &proof.assertion.authenticator_data, &error));
	TRY_OUT(part(call, answer, "signature", &proof.assertion.signature, &error));
	TRY_OUT(part(call, answer, "userHandle", &proof.user, &error));
	st = passkey_sign_in(call->office->accounts, &call->actor, &proof, &in, &error);
out:
	office_signed_in(call, st, &in, &error);
	json_decref(body);
}
