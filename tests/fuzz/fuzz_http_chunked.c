/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/http */
#include "base/buf.h"
#include "base/mem.h"
#include "http/chunked.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Decodes in pieces of `step` into room of `room`; the number of consumed bytes. */
static size_t decode(const char *text, size_t size, size_t step, size_t room, struct buf *out, int *rc, bool *ended)
{
	struct chunked c;
	struct err e = ERR_INIT;
	char data[64];
	size_t at = 0, have = 0;

	http_chunked_init(&c);
	*rc = 0;
	while (*rc == 0 && c.state != CHUNK_END && at < size) {
		size_t used, got;

		have = size - have < step ? size : have + step;
		*rc = http_chunked_decode(&c, text + at, have - at, &used, data, room, &got, &e);
		must(used <= have - at && got <= room);
		buf_put(out, data, got);
		at += used;
	}
	must(*rc == 0 || e.spec[0] != '\0');
	*ended = c.state == CHUNK_END;
	return at;
}

/* Wherever the bytes are cut and however little room there is, the outcome is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct buf whole, parts;
	bool whole_ended, parts_ended;
	int whole_rc, parts_rc;
	size_t whole_used, parts_used;

	buf_init(&whole, size);
	buf_init(&parts, size);
	whole_used = decode(text, size, size + 1, 64, &whole, &whole_rc, &whole_ended);
	parts_used = decode(text, size, 1 + size % 3, 1 + size % 5, &parts, &parts_rc, &parts_ended);
	must(whole_rc == parts_rc && whole_ended == parts_ended);
	must(whole_used == parts_used || whole_rc != 0);
	must(!whole.over && span_eq(buf_view(&whole), buf_view(&parts)));
	buf_fini(&whole);
	buf_fini(&parts);
	return 0;
}
