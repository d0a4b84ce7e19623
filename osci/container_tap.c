/* SPDX-License-Identifier: EUPL-1.2 */
/* Digest filters around one part, one for each signature that names it. */
#include "osci/container_tap.h"

#include "base/mem.h"

void osci_tap_open(struct tap *t, struct authors *authors, struct span uri, enum pki_scheme transform,
		   struct sink *below)
{
	*t = (struct tap){ .uri = uri, .transform = transform, .top = below };
	for (struct authors *as = authors; as != NULL; as = as->outer) {
		for (size_t i = 0; i < as->n; i++) {
			const struct pki_ref *r = pki_dsig_ref(&as->list[i].dsig, uri);
			must(t->n < TAP_MAX);
			t->list[t->n].author = &as->list[i];
			t->list[t->n].own = as == authors;
			if (r != NULL) {
				t->list[t->n].digest = digest_new(r->digest->digest);
				t->list[t->n].filter = sink_digest(t->list[t->n].digest, t->top);
				t->top = t->list[t->n].filter;
			}
			t->n++;
		}
	}
}

int osci_tap_close(struct tap *t, bool ok, enum tap_need need, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct author *a = t->list[i].author;
		uint8_t value[DIGEST_MAX];
		if (t->list[i].digest == NULL) {
			if (need == TAP_EVERYBODY || (need == TAP_OWN && t->list[i].own))
				a->all = false;
			continue;
		}
		digest_end(t->list[i].digest, value);
		if (ok && rc == 0)
			rc = pki_dsig_match(&a->dsig, t->uri, t->transform,
					    pki_dsig_ref(&a->dsig, t->uri)->digest->digest, value, e);
		sink_close(t->list[i].filter);
		digest_free(t->list[i].digest);
	}
	return rc;
}
