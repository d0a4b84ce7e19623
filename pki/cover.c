/* SPDX-License-Identifier: EUPL-1.2 */
#include "pki/cover.h"

#include "base/mem.h"

int pki_cover_add(struct cover *c, const struct author *a, size_t first, size_t end, struct pki_content_result *r,
		  struct err *e)
{
	size_t i = 0;

	while (i < r->nauthors && !pki_cert_same(r->authors[i].cert, a->cert))
		i++;
	if (i == PKI_AUTHORS_MAX)
		return err_set(e, ERR_LIMIT, "content: more than %d authors", PKI_AUTHORS_MAX);
	if (i == r->nauthors)
		r->authors[r->nauthors++] = (struct pki_author){ .cert = a->cert, .alg = a->dsig.sign };
	must(end <= PKI_CONTENTS_MAX);
	for (size_t k = first; a->all && k < end; k++)
		c->contents[i][k / 8] |= (uint8_t)(1u << k % 8);
	return 0;
}

void pki_cover_end(const struct cover *c, struct pki_content_result *r)
{
	for (size_t i = 0; i < r->nauthors; i++) {
		r->authors[i].covers_all = true;
		for (size_t k = 0; k < r->ncontents; k++)
			if ((c->contents[i][k / 8] & 1u << k % 8) == 0)
				r->authors[i].covers_all = false;
	}
}
