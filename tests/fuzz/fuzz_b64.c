/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/base */
/* The first byte is the place where the text is cut for the stream, the second the form; the rest is the text. */
#include "base/b64.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int by_stream(struct buf *out, struct span text, size_t cut, bool blanks, struct err *e)
{
	struct sink *end = sink_to_buf(out), *k = sink_b64_decode(end, blanks);
	int rc;

	if (cut > text.n)
		cut = text.n;
	rc = sink_write(k, text.p, cut, e);
	if (rc == 0)
		rc = sink_write(k, text.p + cut, text.n - cut, e);
	if (rc == 0)
		rc = sink_finish(k, e);
	sink_close(k);
	sink_close(end);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, parts, again;
	struct err e = ERR_INIT;
	struct span text;
	bool blanks;
	int rc;

	if (size < 2)
		return 0;
	text = (struct span){ (const char *)data + 2, size - 2 };
	blanks = (data[1] & 1) != 0;
	buf_init(&whole, size);
	buf_init(&parts, size);
	buf_init(&again, 2 * size + 4);
	rc = b64_decode(&whole, text, blanks, &e);
	must(by_stream(&parts, text, data[0], blanks, &e) == rc);
	if (rc == 0) {
		must(span_eq(buf_view(&whole), buf_view(&parts)));
		b64_encode(&again, whole.p, whole.n);
		must(blanks || span_eq(buf_view(&again), text));	/* one text per value, and no other */
	}
	buf_reset(&whole);
	buf_reset(&again);
	if (b64url_decode(&whole, text, &e) == 0) {
		b64url_encode(&again, whole.p, whole.n);
		must(span_eq(buf_view(&again), text));
	}
	buf_fini(&whole);
	buf_fini(&parts);
	buf_fini(&again);
	return 0;
}
