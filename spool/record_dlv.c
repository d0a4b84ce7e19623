/* SPDX-License-Identifier: EUPL-1.2 */
/* record_dlv - the record of a delivery; see record.h. */
#include "base/codec.h"
#include "base/mem.h"
#include "spool/record.h"

#define KIND_DELIVERY 'D'
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
