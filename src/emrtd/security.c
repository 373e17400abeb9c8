#include <openssl/asn1t.h>
#include <openssl/objects.h>
#include <string.h>

#include "emrtd/inside.h"

/* A place in DER that knows its end. */
struct der {
	const uint8_t *at, *end;
};

/* The next element's content if it has this tag. Lengths of up to three bytes. */
static bool der_take(struct der *in, uint8_t tag, struct der *ret)
{
	size_t len, more;

	if (in->end - in->at < 2 || in->at[0] != tag)
		return false;
	len = in->at[1];
	in->at += 2;
	if (len & 0x80) {
		more = len & 0x7f;
		if (more == 0 || more > 3 || (size_t)(in->end - in->at) < more)
			return false;
		for (len = 0; more; more--)
			len = len << 8 | *in->at++;
	}
	if ((size_t)(in->end - in->at) < len)
		return false;
	*ret = (struct der){in->at, in->at + len};
	in->at += len;
	return true;
}

static bool small_number(struct der *in, int *ret)
{
	struct der number;

	if (!der_take(in, 0x02, &number) || number.end - number.at != 1 || number.at[0] > 0x7f)
		return false;
	*ret = number.at[0];
	return true;
}

static bool digest_take(struct der *in, int *ret)
{
	struct der algorithm, word;
	const unsigned char *at;
	ASN1_OBJECT *object;

	if (!der_take(in, 0x30, &algorithm))
		return false;
	at = algorithm.at;
	if (!der_take(&algorithm, 0x06, &word))
		return false;
	object = d2i_ASN1_OBJECT(NULL, &at, algorithm.end - at);
	*ret = object ? OBJ_obj2nid(object) : NID_undef;
	ASN1_OBJECT_free(object);
	return *ret != NID_undef;
}

/* LDSSecurityObject ::= SEQUENCE { version, hashAlgorithm, SEQUENCE OF SEQUENCE { number, OCTET STRING }, ... } */
bool security_object_read(const uint8_t *der, size_t len, struct security_object *ret)
{
	struct der in = {der, der + len}, object, groups, group, hash;
	int version;

	*ret = (struct security_object){.count = 0};
	if (!der_take(&in, 0x30, &object) || !small_number(&object, &version) || version > 1 || !digest_take(&object, &ret->digest) ||
	    !der_take(&object, 0x30, &groups))
		return false;
	while (groups.at < groups.end) {
		if (ret->count == EMRTD_GROUPS_MAX || !der_take(&groups, 0x30, &group) || !small_number(&group, &ret->groups[ret->count].number) ||
		    !der_take(&group, 0x04, &hash) || (size_t)(hash.end - hash.at) > sizeof ret->groups[0].hash)
			return false;
		ret->groups[ret->count].len = (size_t)(hash.end - hash.at);
		memcpy(ret->groups[ret->count].hash, hash.at, ret->groups[ret->count].len);
		ret->count++;
	}
	return ret->count > 0;
}
