/* SPDX-License-Identifier: EUPL-1.2 */
/* Message ids that prove for whom they were issued. */
#include "mailbox/xta_id.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"

#define SCHEME "urn:de:xta:messageid:"
#define HEAD_LEN 10	/* octets of the UUID before the tag */
#define RANDOM_BITS 26	/* of the 32 bits behind the time, six say version and variant */

static void tag_of(const struct mailbox_xta_ids *ids, const char *account, const uint8_t uuid[ID_LEN], uint8_t out[SHA256_LEN])
{
	struct buf b;

	buf_init(&b, 8192);
	buf_put(&b, uuid, HEAD_LEN);
	buf_puts(&b, account);
	must(!b.over);
	hmac_sha256(ids->key, b.p, b.n, out);
	buf_fini(&b);
}

/* 48 bits of ms and 26 more that are random in each ms, and count where two fall into the same one. */
static void next_number(uint64_t *ms, uint32_t *low)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static uint64_t last_ms;
	static uint32_t last_low;
	uint64_t now = (uint64_t)clock_now();

	pthread_mutex_lock(&lock);
	if (now > last_ms) {
		last_ms = now;
		random_bytes(&last_low, sizeof(last_low));
		last_low &= (1U << (RANDOM_BITS - 1)) - 1;	/* room to count in */
	} else if (++last_low >> RANDOM_BITS != 0) {
		last_ms++;
		last_low = 0;
	}
	*ms = last_ms;
	*low = last_low;
	pthread_mutex_unlock(&lock);
}

const char *mailbox_xta_id_new(const struct mailbox_xta_ids *ids, const char *account, struct arena *a)
{
	uint8_t tag[SHA256_LEN];
	char text[ID_TEXT_LEN];
	struct id id;
	uint64_t ms;
	uint32_t low;

	next_number(&ms, &low);
	for (int i = 0; i < 6; i++)
		id.b[i] = (uint8_t)(ms >> 8 * (5 - i));
	id.b[6] = (uint8_t)(0x80 | (low >> 22 & 0x0f));		/* RFC 9562: version 8, what the rest means is ours */
	id.b[7] = (uint8_t)(low >> 14);
	id.b[8] = (uint8_t)(0x80 | (low >> 8 & 0x3f));		/* variant */
	id.b[9] = (uint8_t)low;
	tag_of(ids, account, id.b, tag);
	memcpy(id.b + HEAD_LEN, tag, ID_LEN - HEAD_LEN);
	return arena_printf(a, SCHEME "%s:%s", ids->prefix, id_text(&id, text));
}

/* No white space, no control characters: it goes into logs, headers and keys. */
static bool is_printable(const char *text)
{
	size_t n = 0;

	for (; text[n] != '\0'; n++)
		if ((unsigned char)text[n] <= ' ' || (unsigned char)text[n] >= 0x7f || n == MAILBOX_XTA_ID_MAX)
			return false;
	return n > 0;
}

/* What follows our prefix; NULL: it has another one. */
static const char *behind_prefix(const struct mailbox_xta_ids *ids, const char *text)
{
	size_t n = strlen(SCHEME), prefix = strlen(ids->prefix);

	if (strncasecmp(text, SCHEME, n) != 0 || strncasecmp(text + n, ids->prefix, prefix) != 0 ||
	    text[n + prefix] != ':')
		return NULL;
	return text + n + prefix + 1;
}

enum mailbox_xta_origin mailbox_xta_id_judge(const struct mailbox_xta_ids *ids, const char *account, const char *text)
{
	uint8_t tag[SHA256_LEN];
	const char *uuid;
	struct id id;

	if (!is_printable(text))
		return MAILBOX_XTA_ID_BAD;
	uuid = behind_prefix(ids, text);
	if (uuid == NULL)
		return MAILBOX_XTA_ID_FOREIGN;
	if (!id_parse(span_of(uuid), &id))
		return MAILBOX_XTA_ID_OTHERS;
	tag_of(ids, account, id.b, tag);
	return bytes_equal(tag, id.b + HEAD_LEN, ID_LEN - HEAD_LEN) ? MAILBOX_XTA_ID_OWN : MAILBOX_XTA_ID_OTHERS;
}

const char *mailbox_xta_id_of(const struct mailbox_xta_ids *ids, const struct id *id, struct arena *a)
{
	char text[ID_TEXT_LEN];

	return arena_printf(a, SCHEME "%s:%s", ids->prefix, id_text(id, text));
}

bool mailbox_xta_id_parse(const struct mailbox_xta_ids *ids, const char *text, struct id *id)
{
	const char *uuid = behind_prefix(ids, text);

	return uuid != NULL && id_parse(span_of(uuid), id);
}

const char *mailbox_xta_id_key(const char *text, struct arena *a)
{
	char *key = arena_dup(a, text);

	for (char *p = key; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return key;
}
