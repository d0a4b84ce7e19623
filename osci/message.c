/* SPDX-License-Identifier: EUPL-1.2 */
/* The certificates of a message: their Ids, and finding them. */
#include "osci/message.h"

char *osci_cert_id(struct arena *a, enum osci_role role, bool is_cipher, unsigned number, const struct pki_cert *c)
{
	static const char *const names[] = { "originator", "author", "addressee", "reader", "intermed" };
	const char *use = is_cipher ? "cipher" : "signature";

	if (role == OSCI_OTHER_AUTHOR || role == OSCI_OTHER_READER)
		return arena_printf(a, "%s%u_%s_%s", names[role], number, use, c->hex);
	return arena_printf(a, "%s_%s_%s", names[role], use, c->hex);
}

struct pki_cert *osci_message_cert(const struct osci_message *m, enum osci_role role, bool is_cipher)
{
	for (size_t i = 0; i < m->cert_count; i++)
		if (m->certs[i].role == role && m->certs[i].is_cipher == is_cipher)
			return m->certs[i].cert;
	return NULL;
}

void osci_message_fini(struct osci_message *m)
{
	for (size_t i = 0; i < m->cert_count; i++)
		pki_cert_free(m->certs[i].cert);
	m->certs = NULL;
	m->cert_count = 0;
}
