/* SPDX-License-Identifier: EUPL-1.2 */
/* Message ids that prove their origin. */
#include "osci/msgid.h"

#include <string.h>

#define TAG_LEN ((size_t)16)
#define BLOCK 64        /* of SHA-256, RFC 2104 */
#define FUTURE_MS 60000 /* an id from further ahead means that the clock was set back */

static void keyed(const uint8_t key[OSCI_MSGID_KEY_LEN], uint8_t pad, const void *data, size_t n,
		  uint8_t out[SHA256_LEN])
{
	uint8_t block[BLOCK];
	struct digest *d = digest_new(DIGEST_SHA256);

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < OSCI_MSGID_KEY_LEN; i++)
		block[i] ^= key[i];
	digest_add(d, block, sizeof(block));
	digest_add(d, data, n);
	digest_end(d, out);
	digest_free(d);
	memset(block, 0, sizeof(block));
}

/* HMAC-SHA-256 cut to 128 bit: 32 hex digits. */
static void tag_text(const uint8_t key[OSCI_MSGID_KEY_LEN], const struct id *id, char out[2 * TAG_LEN + 1])
{
	uint8_t inner[SHA256_LEN], outer[SHA256_LEN];

	keyed(key, 0x36, id->b, sizeof(id->b), inner);
	keyed(key, 0x5c, inner, sizeof(inner), outer);
	hex_encode(outer, TAG_LEN, out);
}

char *osci_msgid_new(const uint8_t key[OSCI_MSGID_KEY_LEN], char out[OSCI_MSGID_TEXT_LEN])
{
	struct id id = id_new();

	id_text(&id, out);
	out[ID_TEXT_LEN - 1] = '_';
	tag_text(key, &id, out + ID_TEXT_LEN);
	return out;
}

bool osci_msgid_ours(const uint8_t key[OSCI_MSGID_KEY_LEN], const char *text, int64_t now_ms, int64_t age_ms)
{
	struct id id;
	char tag[2 * TAG_LEN + 1];

	if (text == NULL || strlen(text) != OSCI_MSGID_TEXT_LEN - 1 || text[ID_TEXT_LEN - 1] != '_')
		return false;
	if (!id_parse((struct span){ text, ID_TEXT_LEN - 1 }, &id))
		return false;
	tag_text(key, &id, tag);
	if (!bytes_equal(tag, text + ID_TEXT_LEN, 2 * TAG_LEN))
		return false;
	if (age_ms <= 0)
		return true;
	return id_time(&id) <= now_ms + FUTURE_MS && now_ms - id_time(&id) <= age_ms;
}
