/* SPDX-License-Identifier: EUPL-1.2 */
/* card_chain - what of a process card is chained; see card_chain.h. */
#include "spool/card_chain.h"

#include <string.h>

#include "base/codec.h"
#include "base/mem.h"

#define KIND_LINK 'K'
#define DOMAIN_CARD "depesche card 1"	/* a digest of one kind is never one of the other */
#define DOMAIN_LINK "depesche link 1"

static void digest_of(struct buf *b, uint8_t out[SHA256_LEN])
{
	must(!b->over);
	sha256(b->p, b->n, out);
	buf_fini(b);
}

void spool_card_digest(const struct spool_message *m, uint8_t out[SHA256_LEN])
{
	struct buf b;

	buf_init(&b, 2 * SPOOL_META_MAX);
	codec_str(&b, DOMAIN_CARD);
	codec_id(&b, &m->id);
	codec_str(&b, m->foreign_id);
	buf_put(&b, m->from.b, SPOOL_BOX_LEN);
	buf_put(&b, m->to.b, SPOOL_BOX_LEN);
	codec_ms(&b, m->accepted);
	codec_ms(&b, m->forwarded);
	codec_ms(&b, m->fetched);
	codec_ms(&b, m->modified);
	codec_bytes(&b, m->open_meta);
	digest_of(&b, out);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool spool_card_same(const struct spool_message *a, const struct spool_message *b)
{
	return a->accepted == b->accepted && a->forwarded == b->forwarded && a->fetched == b->fetched &&
	       a->modified == b->modified && memcmp(&a->from, &b->from, sizeof(a->from)) == 0 &&
	       memcmp(&a->to, &b->to, sizeof(a->to)) == 0 && same_text(a->foreign_id, b->foreign_id) &&
	       span_eq(a->open_meta, b->open_meta);
}

void spool_link_hash(const uint8_t prev[SHA256_LEN], const struct spool_link *l, uint8_t out[SHA256_LEN])
{
	struct buf b;

	buf_init(&b, 256);
	codec_str(&b, DOMAIN_LINK);
	buf_put(&b, prev, SHA256_LEN);
	codec_u64(&b, l->seq);
	codec_ms(&b, l->at);
	codec_id(&b, &l->card);
	buf_put(&b, l->digest, SHA256_LEN);
	digest_of(&b, out);
}

void spool_rec_link_put(struct buf *b, const struct spool_link *l)
{
	codec_begin(b, KIND_LINK, 1);
	codec_ms(b, l->at);
	codec_id(b, &l->card);
	buf_put(b, l->digest, SHA256_LEN);
	buf_put(b, l->hash, SHA256_LEN);
	codec_end(b);
}

int spool_rec_link_get(struct span in, struct spool_link *l, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_LINK, 1, &rd, e);

	if (rc != 0)
		return rc;
	l->at = codec_read_ms(&rd);
	codec_read_raw(&rd, l->card.b, ID_LEN);
	codec_read_raw(&rd, l->digest, SHA256_LEN);
	codec_read_raw(&rd, l->hash, SHA256_LEN);
	return codec_close(&rd, e);
}
