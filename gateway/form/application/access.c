/* SPDX-License-Identifier: EUPL-1.2 */
/* Tokens, kept as "token" (the first) and "more" (those of further devices, oldest first). */
#include "form/application/access.h"

#include <string.h>

#include "base/digest.h"
#include "base/id.h"

#define DIGEST_LEN (2UL * SHA256_LEN)

static void digest_of(const char *token, char hex[DIGEST_LEN + 1])
{
	uint8_t sum[SHA256_LEN];

	sha256(token, strlen(token), sum);
	hex_encode(sum, sizeof(sum), hex);
}

static bool same(const json_t *kept, const char *hex)
{
	return json_is_string(kept) && json_string_length(kept) == DIGEST_LEN && bytes_equal(json_string_value(kept), hex, DIGEST_LEN);
}

void form_access_add(json_t *open, char token[FORM_TOKEN_LEN])
{
	json_t *more = json_object_get(open, "more");
	uint8_t raw[FORM_TOKEN_BYTES];
	char hex[DIGEST_LEN + 1];

	random_bytes(raw, sizeof(raw));
	hex_encode(raw, sizeof(raw), token);
	digest_of(token, hex);
	if (json_object_get(open, "token") == NULL) {
		(void)json_object_set_new(open, "token", json_string(hex));
		return;
	}
	if (more == NULL)
		(void)json_object_set_new(open, "more", more = json_array());
	while (json_array_size(more) >= FORM_DEVICES_MAX - 1)
		(void)json_array_remove(more, 0);
	(void)json_array_append_new(more, json_string(hex));
}

bool form_access_check(const json_t *open, const char *token)
{
	const json_t *more = json_object_get(open, "more");
	char hex[DIGEST_LEN + 1];
	bool found;

	if (token == NULL)
		return false;
	digest_of(token, hex);
	found = same(json_object_get(open, "token"), hex);
	for (size_t i = 0; i < json_array_size(more); i++)
		found |= same(json_array_get(more, i), hex);
	return found;
}

bool form_access_remove(json_t *open, const char *token)
{
	json_t *more = json_object_get(open, "more");
	char hex[DIGEST_LEN + 1];

	digest_of(token, hex);
	if (same(json_object_get(open, "token"), hex))	/* "": nobody's, and the place is not free for another */
		return json_object_set_new(open, "token", json_string("")) == 0;
	for (size_t i = 0; i < json_array_size(more); i++)
		if (same(json_array_get(more, i), hex))
			return json_array_remove(more, i) == 0;
	return false;
}
