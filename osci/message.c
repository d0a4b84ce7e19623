/* SPDX-License-Identifier: EUPL-1.2 */
#include "osci/message.h"

#include "base/mem.h"

#define X(sym, schema, element, answer) { schema, element, answer },
static const struct {
	const char *schema, *element;
	bool is_answer;
} types[] = { OSCI_TYPES(X) { "Fault", "Fault", true } };
#undef X

const char *osci_type_schema(enum osci_type t)
{
	must(t < OSCI_TYPE_COUNT);
	return types[t].schema;
}

const char *osci_type_element(enum osci_type t)
{
	must(t < OSCI_TYPE_COUNT);
	return types[t].element;
}

bool osci_type_is_answer(enum osci_type t)
{
	must(t < OSCI_TYPE_COUNT);
	return types[t].is_answer;
}

/* A fault has no schema of its own (SOAP faults carry no schemaLocation), so it cannot be named. */
bool osci_type_from_schema(struct span schema, enum osci_type *t)
{
	for (unsigned i = 0; i < OSCI_FAULT; i++) {
		if (!span_is(schema, types[i].schema))
			continue;
		*t = (enum osci_type)i;
		return true;
	}
	return false;
}

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
