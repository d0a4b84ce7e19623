/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_box.h says what they do. */
#include "h_box.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void h_box_fini(struct box *b)
{
	for (size_t i = 0; i < b->n; i++)
		buf_fini(&b->blobs[i].data);
	for (size_t i = 0; i < b->nparts; i++)
		buf_fini(&b->parts[i].data);
	b->n = b->nparts = 0;
}

int h_box_take(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	struct box *b = ctx;
	struct blob *blob = &b->blobs[b->n];

	(void)e;
	must(b->n++ < ARRAY_LEN(b->blobs));
	snprintf(blob->id, sizeof(blob->id), "%s", id);
	snprintf(blob->cid, sizeof(blob->cid), "%s", cid != NULL ? cid : "");
	buf_init(&blob->data, 1u << 24);
	*to = sink_to_buf(&blob->data);
	return 0;
}

const char *h_box_found(const struct box *b, const char *id)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->blobs[i].id, id) == 0)
			return buf_str(&b->blobs[i].data);
	return NULL;
}

void h_encrypt(struct pki_session *s, const void *data, size_t n, struct buf *out)
{
	struct sink *to = sink_to_buf(out), *enc = pki_enc_sink(s, to);
	struct err e = ERR_INIT;

	must(sink_write(enc, data, n, &e) == 0 && sink_finish(enc, &e) == 0);
	sink_close(enc);
	sink_close(to);
}

int h_decrypt(struct pki_session *s, struct span ct, size_t step, struct buf *out, struct err *e)
{
	struct sink *to = sink_to_buf(out), *dec = pki_dec_sink(s, to);
	int rc = 0;

	if (step == 0)
		step = ct.n;
	for (size_t i = 0; rc == 0 && i < ct.n; i += step)
		rc = sink_write(dec, ct.p + i, ct.n - i < step ? ct.n - i : step, e);
	if (rc == 0)
		rc = sink_finish(dec, e);
	sink_close(dec);
	sink_close(to);
	return rc;
}
