/* SPDX-License-Identifier: EUPL-1.2 */
/* record_dlv - the record of a delivery; see record.h. */
#include "base/mem.h"
#include "spool/codec.h"
#include "spool/record.h"

#define KIND_DELIVERY 'D'
#define CHANNEL_1 "osci-store"	/* the only one there was in version 1 */

void spool_rec_delivery_put(struct buf *b, const struct spool_delivery *d)
{
	spool_codec_begin(b, KIND_DELIVERY, 2);
	spool_codec_id(b, &d->id);
	spool_codec_id(b, &d->message);
	spool_codec_u32(b, d->state);
	spool_codec_str(b, d->recipient);
	spool_codec_ms(b, d->created);
	spool_codec_ms(b, d->due);
	spool_codec_u32(b, d->attempts);
	spool_rec_reason_put(b, d->reason);
	spool_codec_str(b, d->code);
	spool_codec_str(b, d->detail);
	spool_codec_str(b, d->peer);
	spool_codec_u8(b, d->ambiguous);
	spool_codec_id(b, &d->follows);
	spool_codec_str(b, d->channel);
	spool_codec_str(b, d->service);
	spool_codec_str(b, d->peer_id);
	spool_codec_str(b, d->old_peer);
	spool_codec_str(b, d->old_peer_id);
	spool_codec_ms(b, d->first_receipt);
	spool_codec_ms(b, d->deadline);
	spool_codec_ms(b, d->stored);
	spool_codec_ms(b, d->fetched);
	spool_codec_u64(b, d->token);
	spool_codec_id(b, &d->node);
	spool_codec_ms(b, d->since);
	spool_codec_str(b, d->hold_reason);
	spool_codec_end(b);
}

static void read_2(struct spool_reader *rd, struct arena *a, struct spool_delivery *d)
{
	spool_read_raw(rd, d->follows.b, ID_LEN);
	d->channel = spool_read_str(rd, a);
	d->service = spool_read_str(rd, a);
	d->peer_id = spool_read_str(rd, a);
	d->old_peer = spool_read_str(rd, a);
	d->old_peer_id = spool_read_str(rd, a);
	d->first_receipt = spool_read_ms(rd);
	d->deadline = spool_read_ms(rd);
	d->stored = spool_read_ms(rd);
	d->fetched = spool_read_ms(rd);
	d->token = spool_read_u64(rd);
	spool_read_raw(rd, d->node.b, ID_LEN);
	d->since = spool_read_ms(rd);
	d->hold_reason = spool_read_str(rd, a);
}

int spool_rec_delivery_get(struct span in, struct arena *a, struct spool_delivery *d, struct err *e)
{
	struct spool_reader rd;
	int rc = spool_codec_open(in, KIND_DELIVERY, 2, &rd, e);

	if (rc != 0)
		return rc;
	*d = (struct spool_delivery){ .channel = CHANNEL_1 };
	spool_read_raw(&rd, d->id.b, ID_LEN);
	spool_read_raw(&rd, d->message.b, ID_LEN);
	d->state = (enum delivery_state)spool_read_enum(&rd, DLV_STATES);
	d->recipient = spool_read_str(&rd, a);
	d->created = spool_read_ms(&rd);
	d->due = spool_read_ms(&rd);
	d->attempts = spool_read_u32(&rd);
	d->reason = spool_rec_reason_get(&rd, a);
	d->code = spool_read_str(&rd, a);
	d->detail = spool_read_str(&rd, a);
	d->peer = spool_read_str(&rd, a);
	d->ambiguous = spool_read_u8(&rd) != 0;
	if (rd.version > 1)
		read_2(&rd, a, d);
	return spool_codec_close(&rd, e);
}
