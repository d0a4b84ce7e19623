/* SPDX-License-Identifier: EUPL-1.2 */
/* Sets of contents by author. */
#include "osci/container_cover.h"

#include "base/mem.h"

int osci_cover_add(struct cover *c, const struct author *a, size_t first, size_t end, struct osci_container_result *r,
		  struct err *e)
{
	size_t i = 0;

	while (i < r->nauthors && !pki_cert_same(r->authors[i].cert, a->cert))
		i++;
	if (i == OSCI_AUTHORS_MAX)
		return err_set(e, ERR_LIMIT, "content: more than %d authors", OSCI_AUTHORS_MAX);
	if (i == r->nauthors)
		r->authors[r->nauthors++] = (struct osci_container_author){ .cert = a->cert, .alg = a->dsig.sign };
	must(end <= OSCI_CONTENTS_MAX);
	for (size_t k = first; a->all && k < end; k++)
		c->contents[i][k / 8] |= (uint8_t)(1u << k % 8);
	return 0;
}

void osci_cover_end(const struct cover *c, struct osci_container_result *r)
{
	for (size_t i = 0; i < r->nauthors; i++) {
		r->authors[i].covers_all = true;
		for (size_t k = 0; k < r->ncontents; k++)
			if ((c->contents[i][k / 8] & 1u << k % 8) == 0)
				r->authors[i].covers_all = false;
	}
}
