/* SPDX-License-Identifier: EUPL-1.2 */
/* record_dlv - the records of a delivery and of its lease; see record.h. */
#include "base/codec.h"
#include "base/mem.h"
#include "spool/record.h"

enum { KIND_DELIVERY = 'D', KIND_LEASE = 'L' };

#define HEAD_LEN 2	/* kind and version */
#define CRC_LEN 4
#define CHANNEL_1 "osci-store"	/* the only one there was in version 1 */

void spool_rec_delivery_put(struct buf *b, const struct spool_delivery *d)
{
	codec_begin(b, KIND_DELIVERY, 3);
	codec_id(b, &d->id);
	codec_id(b, &d->message);
	codec_u32(b, d->state);
	codec_str(b, d->recipient);
	codec_ms(b, d->created);
	codec_ms(b, d->due);
	codec_u32(b, d->attempts);
	spool_rec_reason_put(b, d->reason);
	codec_str(b, d->code);
	codec_str(b, d->detail);
	codec_str(b, d->peer);
	codec_u8(b, d->ambiguous);
	codec_id(b, &d->follows);
	codec_str(b, d->channel);
	codec_str(b, d->service);
	codec_str(b, d->peer_id);
	codec_str(b, d->old_peer);
	codec_str(b, d->old_peer_id);
	codec_ms(b, d->first_receipt);
	codec_ms(b, d->deadline);
	codec_ms(b, d->stored);
	codec_ms(b, d->fetched);
	codec_u64(b, d->token);
	codec_id(b, &d->node);
	codec_ms(b, d->since);
	codec_str(b, d->hold_reason);
	codec_ms(b, d->entered);
	codec_end(b);
}

static void read_2(struct codec_reader *rd, struct arena *a, struct spool_delivery *d)
{
	codec_read_raw(rd, d->follows.b, ID_LEN);
	d->channel = codec_read_str(rd, a);
	d->service = codec_read_str(rd, a);
	d->peer_id = codec_read_str(rd, a);
	d->old_peer = codec_read_str(rd, a);
	d->old_peer_id = codec_read_str(rd, a);
	d->first_receipt = codec_read_ms(rd);
	d->deadline = codec_read_ms(rd);
	d->stored = codec_read_ms(rd);
	d->fetched = codec_read_ms(rd);
	d->token = codec_read_u64(rd);
	codec_read_raw(rd, d->node.b, ID_LEN);
	d->since = codec_read_ms(rd);
	d->hold_reason = codec_read_str(rd, a);
}

int spool_rec_delivery_get(struct span in, struct arena *a, struct spool_delivery *d, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_DELIVERY, 3, &rd, e);

	if (rc != 0)
		return rc;
	*d = (struct spool_delivery){ .channel = CHANNEL_1 };
	codec_read_raw(&rd, d->id.b, ID_LEN);
	codec_read_raw(&rd, d->message.b, ID_LEN);
	d->state = (enum delivery_state)codec_read_below(&rd, DLV_STATES);
	d->recipient = codec_read_str(&rd, a);
	d->created = codec_read_ms(&rd);
	d->due = codec_read_ms(&rd);
	d->attempts = codec_read_u32(&rd);
	d->reason = spool_rec_reason_get(&rd, a);
	d->code = codec_read_str(&rd, a);
	d->detail = codec_read_str(&rd, a);
	d->peer = codec_read_str(&rd, a);
	d->ambiguous = codec_read_u8(&rd) != 0;
	if (rd.version > 1)
		read_2(&rd, a, d);
	if (rd.version > 2)
		d->entered = codec_read_ms(&rd);
	return codec_close(&rd, e);
}

static struct codec_reader unchecked(struct span in)
{
	size_t n = in.n < HEAD_LEN + CRC_LEN ? 0 : in.n - HEAD_LEN - CRC_LEN;

	return codec_plain((struct span){ in.p + (n == 0 ? 0 : HEAD_LEN), n });
}

static void skip_ids(struct codec_reader *rd, unsigned ids)
{
	uint8_t ignored[ID_LEN];

	while (ids-- > 0)
		codec_read_raw(rd, ignored, ID_LEN);
}

static void skip_strings(struct codec_reader *rd, unsigned strings)
{
	while (strings-- > 0) {
		struct codec_reader at = *rd;

		if (codec_read_u32(rd) == CODEC_NO_STRING)
			continue;
		*rd = at;
		(void)codec_read_view(rd);
	}
}

static enum delivery_state skip_to_state(struct codec_reader *rd)
{
	skip_ids(rd, 2);		/* its own, the message's */
	return (enum delivery_state)codec_read_below(rd, DLV_STATES);
}

bool spool_rec_delivery_glance(struct span in, enum delivery_state *state, struct span *reason)
{
	struct codec_reader rd = unchecked(in), at;

	*state = skip_to_state(&rd);
	skip_strings(&rd, 1);		/* recipient */
	(void)codec_read_ms(&rd);	/* created */
	(void)codec_read_ms(&rd);	/* due */
	(void)codec_read_u32(&rd);	/* attempts */
	at = rd;
	*reason = codec_read_u32(&at) == CODEC_NO_STRING ? SPAN_EMPTY : codec_read_view(&rd);
	return !rd.bad && !at.bad;
}

bool spool_rec_delivery_peek(struct span in, struct spool_delivery *d)
{
	struct codec_reader rd = unchecked(in);

	d->state = skip_to_state(&rd);
	skip_strings(&rd, 1);		/* recipient */
	(void)codec_read_ms(&rd);	/* created */
	d->due = codec_read_ms(&rd);
	d->attempts = codec_read_u32(&rd);
	skip_strings(&rd, 4);		/* reason, code, detail, peer */
	(void)codec_read_u8(&rd);	/* ambiguous */
	skip_ids(&rd, 1);		/* follows */
	skip_strings(&rd, 5);		/* channel, service, peer_id, old_peer, old_peer_id */
	for (int i = 0; i < 4; i++)	/* first_receipt, deadline, stored, fetched */
		(void)codec_read_ms(&rd);
	d->token = codec_read_u64(&rd);
	codec_read_raw(&rd, d->node.b, ID_LEN);
	(void)codec_read_ms(&rd);	/* since */
	skip_strings(&rd, 1);		/* hold_reason */
	d->entered = rd.bad || in.p[1] < 3 ? 0 : codec_read_ms(&rd);
	return !rd.bad;
}

void spool_rec_lease_put(struct buf *b, const struct spool_lease *l)
{
	codec_begin(b, KIND_LEASE, 1);
	buf_put(b, l->lane.b, SPOOL_LANE_LEN);
	codec_id(b, &l->node);
	codec_ms(b, l->until);
	codec_u64(b, l->token);
	codec_u32(b, l->attempts);
	codec_ms(b, l->entered);
	codec_end(b);
}

int spool_rec_lease_get(struct span in, struct spool_lease *l, struct err *e)
{
	struct codec_reader rd;
	int rc = codec_open(in, KIND_LEASE, 1, &rd, e);

	if (rc != 0)
		return rc;
	codec_read_raw(&rd, l->lane.b, SPOOL_LANE_LEN);
	codec_read_raw(&rd, l->node.b, ID_LEN);
	l->until = codec_read_ms(&rd);
	l->token = codec_read_u64(&rd);
	l->attempts = codec_read_u32(&rd);
	l->entered = codec_read_ms(&rd);
	return codec_close(&rd, e);
}
