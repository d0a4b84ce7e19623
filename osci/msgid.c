/* SPDX-License-Identifier: EUPL-1.2 */
/* Message ids that prove their origin. */
#include "osci/msgid.h"

#include <string.h>

#define TAG_LEN ((size_t)16)
#define FUTURE_MS 60000 /* an id from further ahead means that the clock was set back */

/* HMAC-SHA-256 cut to 128 bit: 32 hex digits. */
static void tag_text(const uint8_t key[OSCI_MSGID_KEY_LEN], const struct id *id, char out[2 * TAG_LEN + 1])
{
	uint8_t tag[SHA256_LEN];

	hmac_sha256(key, id->b, sizeof(id->b), tag);
	hex_encode(tag, TAG_LEN, out);
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
