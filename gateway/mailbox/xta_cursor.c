/* SPDX-License-Identifier: EUPL-1.2 */
/* Readers' positions as texts. */
#include "mailbox/xta_cursor.h"

#include <string.h>

#include "base/b64.h"
#include "base/codec.h"
#include "base/mem.h"

#define SCHEME "urn:depesche:msgbox:"
#define KIND 'K'
#define VERSION 1
#define TAG_LEN 16
#define PLAIN_MAX (512 + (size_t)MAILBOX_XTA_CURSOR_IDS * ID_LEN)
#define TEXT_MAX (2 * PLAIN_MAX)

enum { F_LISTS = 1, F_WHOLE = 2, F_NEW = 4, F_ANY = 8, F_NAMED = 16 };

static void tag_of(const uint8_t key[SHA256_LEN], const char *account, struct span plain, uint8_t out[SHA256_LEN])
{
	struct buf b;

	buf_init(&b, PLAIN_MAX + 8192);
	buf_span(&b, plain);
	buf_puts(&b, account);
	must(!b.over);
	hmac_sha256(key, b.p, b.n, out);
	buf_fini(&b);
}

static void put(struct buf *b, const struct mailbox_xta_cursor *c)
{
	codec_begin(b, KIND, VERSION);
	codec_u8(b, (uint8_t)((c->lists ? F_LISTS : 0) | (c->whole ? F_WHOLE : 0) | (c->new_only ? F_NEW : 0) |
			      (c->any_party ? F_ANY : 0) | (c->named ? F_NAMED : 0)));
	buf_put(b, c->box.b, SPOOL_BOX_LEN);
	codec_ms(b, c->since);
	codec_ms(b, c->until);
	codec_ms(b, c->after.accepted);
	codec_id(b, &c->after.id);
	codec_u32(b, c->limit);
	codec_u64(b, c->pending);
	codec_u32(b, (uint32_t)c->id_count);
	for (size_t i = 0; i < c->id_count; i++)
		codec_id(b, &c->ids[i]);
	codec_end(b);
}

const char *mailbox_xta_cursor_text(const uint8_t key[SHA256_LEN], const char *account, const struct mailbox_xta_cursor *c,
				    struct arena *a)
{
	uint8_t tag[SHA256_LEN];
	struct buf plain, text;
	const char *out;

	must(c->id_count <= MAILBOX_XTA_CURSOR_IDS);
	buf_init(&plain, PLAIN_MAX);
	buf_init(&text, TEXT_MAX);
	put(&plain, c);
	tag_of(key, account, buf_view(&plain), tag);
	buf_put(&plain, tag, TAG_LEN);
	must(!plain.over);
	b64url_encode(&text, plain.p, plain.n);
	out = arena_printf(a, SCHEME "%s", buf_str(&text));
	buf_fini(&plain);
	buf_fini(&text);
	return out;
}

static bool get(struct span in, struct arena *a, struct mailbox_xta_cursor *c)
{
	struct err e = ERR_INIT;
	struct codec_reader r;
	unsigned flags;

	if (codec_open(in, KIND, VERSION, &r, &e) != 0)
		return false;
	flags = codec_read_u8(&r);
	*c = (struct mailbox_xta_cursor){ .lists = (flags & F_LISTS) != 0, .whole = (flags & F_WHOLE) != 0,
					  .new_only = (flags & F_NEW) != 0, .any_party = (flags & F_ANY) != 0,
					  .named = (flags & F_NAMED) != 0 };
	codec_read_raw(&r, c->box.b, SPOOL_BOX_LEN);
	c->since = codec_read_ms(&r);
	c->until = codec_read_ms(&r);
	c->after.accepted = codec_read_ms(&r);
	codec_read_raw(&r, c->after.id.b, ID_LEN);
	c->limit = codec_read_u32(&r);
	c->pending = codec_read_u64(&r);
	c->id_count = codec_read_below(&r, MAILBOX_XTA_CURSOR_IDS + 1);
	c->ids = arena_alloc(a, (c->id_count + 1) * sizeof(*c->ids));
	for (size_t i = 0; i < c->id_count && !r.bad; i++)
		codec_read_raw(&r, c->ids[i].b, ID_LEN);
	return codec_close(&r, &e) == 0;
}

bool mailbox_xta_cursor_read(const uint8_t key[SHA256_LEN], const char *account, const char *text, struct arena *a,
			     struct mailbox_xta_cursor *c)
{
	struct span in = span_of(text), plain;
	uint8_t tag[SHA256_LEN];
	struct err e = ERR_INIT;
	struct buf b;
	bool good;

	if (in.n > TEXT_MAX || !span_starts(in, SCHEME))
		return false;
	in = (struct span){ in.p + strlen(SCHEME), in.n - strlen(SCHEME) };
	buf_init(&b, PLAIN_MAX);
	good = b64url_decode(&b, in, &e) == 0 && b.n > TAG_LEN;
	if (good) {
		plain = (struct span){ b.p, b.n - TAG_LEN };
		tag_of(key, account, plain, tag);
		good = bytes_equal(tag, b.p + plain.n, TAG_LEN) && get(plain, a, c);
	}
	buf_fini(&b);
	return good;
}
