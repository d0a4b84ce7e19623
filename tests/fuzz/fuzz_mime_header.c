/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/mime */
#include <string.h>

#include "base/mem.h"
#include "mime/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_boundary(const struct mime_value *v)
{
	struct err e = ERR_INIT;
	struct span b;

	if (mime_boundary(v, &b, &e) != 0)
		return;
	must(b.n > 0 && b.n <= 70 && memchr(b.p, '\r', b.n) == NULL && memchr(b.p, '\n', b.n) == NULL);
}

static void check_id(struct span id)
{
	struct buf key;

	buf_init(&key, id.n + 1);
	mime_cid_key(&key, id);
	must(key.n <= id.n && mime_cid_is(id, id));
	buf_fini(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span block = { (const char *)data, size };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct mime_value v;
	struct mime_part p;
	struct mime_form f;

	if (mime_part_parse(block, a, &p, &e) == 0) {
		for (size_t i = 0; i < p.head.n; i++) {
			must(p.head.fields[i].name.n > 0);
			must(p.head.fields[i].value.n == 0 || span_is_utf8(p.head.fields[i].value));
		}
		check_boundary(&p.type);
		if (p.id.n > 0)
			check_id(p.id);
		mime_form_parse(&p, a, &f, &e);
	}
	if (mime_value_parse(block, a, &v, &e) == 0)
		check_boundary(&v);
	arena_free(a);
	return 0;
}
