/* SPDX-License-Identifier: EUPL-1.2 */
/* What a page has shown, as a short name: a page that was made before another one was saved is recognised by it. */
#include "form/application/draft.h"

void form_draft_version(const struct form_draft *d, size_t first, size_t end, bool uploads, char out[FORM_VERSION_LEN])
{
	json_t *seen = json_array();
	uint8_t sum[SHA256_LEN];
	struct buf b;

	for (size_t i = first; i < end; i++) {
		const struct form_field *f = &d->definition->fields[i];
		json_t *value = d->shown[i] && f->key != NULL ? json_object_get(d->values, f->key) : NULL;

		json_array_append_new(seen, json_boolean(d->shown[i]));
		json_array_append_new(seen, value == NULL ? json_null() : json_incref(value));
	}
	for (size_t i = 0; uploads && i < d->upload_count; i++)
		json_array_append_new(seen, json_string(d->uploads[i].part));
	buf_init(&b, SIZE_MAX - 1);	/* as much as the draft has */
	json_write(&b, seen);
	sha256(b.p, b.n, sum);
	hex_encode(sum, (FORM_VERSION_LEN - 1) / 2, out);
	buf_wipe(&b);
	json_decref(seen);
}
