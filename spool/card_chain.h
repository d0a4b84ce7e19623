/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * card_chain - the chain of process cards, without a database: what of a card is chained, and how one link follows another.
 *
 * Each change of a card adds a link. A link says which card and what the card is after it, and its hash covers the hash of the
 * link before: a card that was changed or removed without a link, and a link that was changed, moved or removed, do not fit any
 * more. The hashes need no key: whoever holds one of them can check all links before it. docs/spool-format.md has the octets.
 * Pure; any thread.
 */
#ifndef SPOOL_CARD_CHAIN_H
#define SPOOL_CARD_CHAIN_H

#include "base/buf.h"
#include "base/err.h"
#include "spool/types.h"

struct spool_link {
	uint64_t seq;			/* from 0 on */
	int64_t at;			/* when it was added */
	struct id card;			/* of the mail */
	uint8_t digest[SHA256_LEN];	/* of the card after the change */
	uint8_t hash[SHA256_LEN];	/* of this link and all before */
};

/* The digest of what a process card says: id, parties, instants, and the record of its checks (open_meta). */
void spool_card_digest(const struct spool_message *m, uint8_t out[SHA256_LEN]);
/* Whether both have the same digest, without computing one. */
bool spool_card_same(const struct spool_message *a, const struct spool_message *b);
/* hash of the link that follows prev (all zero: the first); l->hash is not read. */
void spool_link_hash(const uint8_t prev[SHA256_LEN], const struct spool_link *l, uint8_t out[SHA256_LEN]);

/* The record; seq is the key. See record.h for the errors. */
void spool_rec_link_put(struct buf *b, const struct spool_link *l);
int spool_rec_link_get(struct span in, struct spool_link *l, struct err *e);

#endif
