/* SPDX-License-Identifier: EUPL-1.2 */
/* A message being written: its Ids, its signer, and the blocks of its header. */
#include "osci/writing.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"

#define BLOCKS_FIXED 9	/* control, languages, two qualities, order, two of certificates, features, one spare */

static int add_signer(struct osci_writing *d, const struct pki_key *sign, struct err *e)
{
	enum osci_role role = d->row->signer;
	struct osci_cert *c;

	for (size_t i = 0; i < d->cert_count; i++) {
		c = &d->certs[i];
		if (c->role != role || c->is_cipher)
			continue;
		if (!pki_cert_same(c->cert, sign->cert))
			return err_set(e, ERR_CONFIG,
				       "message names another signature certificate than the key that signs");
		d->signer_id = c->id;
		return 0;
	}
	c = &d->certs[d->cert_count++];
	*c = (struct osci_cert){ .role = role, .cert = sign->cert };
	c->id = arena_printf(d->a, "%s%s", osci_cert_id(d->a, role, false, 0, sign->cert), d->suffix);
	d->signer_id = c->id;
	return 0;
}

int osci_writing_begin(struct osci_writing *d, const struct osci_message *m, const struct pki_key *sign, struct err *e)
{
	*d = (struct osci_writing){ .m = m, .row = osci_order_of(m->type), .a = arena_new() };
	buf_init(&d->signature, OSCI_BLOCK_MAX);
	buf_init(&d->body, OSCI_BLOCK_MAX);
	if ((d->row->is_answer || d->row->outward) && d->row->content != OSCI_NEVER) {
		uint8_t r[5];

		random_bytes(r, sizeof(r));
		d->suffix[0] = '-';
		hex_encode(r, sizeof(r), d->suffix + 1);
	}
	d->blocks = mem_new_array(BLOCKS_FIXED + m->custom_count, sizeof(*d->blocks));
	d->certs = mem_new_array(m->cert_count + 1, sizeof(*d->certs));
	if (m->cert_count != 0)
		memcpy(d->certs, m->certs, m->cert_count * sizeof(*d->certs));
	d->cert_count = m->cert_count;
	d->body_id = arena_printf(d->a, "body%s", d->suffix);
	if (d->row->write == NULL && d->row->read == NULL)
		return err_set(e, ERR_UNSUPPORTED, "messages of type %s cannot be written", d->row->schema);
	return sign != NULL ? add_signer(d, sign, e) : 0;
}

void osci_writing_fini(struct osci_writing *d)
{
	xml_write_free(d->w);
	sink_close(d->to);
	for (size_t i = 0; i < d->block_count; i++)
		buf_fini(&d->blocks[i].xml);
	free(d->blocks);
	free(d->certs);
	buf_fini(&d->signature);
	buf_fini(&d->body);
	arena_free(d->a);
}

void osci_writing_prefixes(struct xml_write *w)
{
	xml_write_ns(w, "ds", "http://www.w3.org/2000/09/xmldsig#");
	xml_write_ns(w, "osci", OSCI_URI);
	xml_write_ns(w, "soap", "http://schemas.xmlsoap.org/soap/envelope/");
	xml_write_ns(w, "xenc", "http://www.w3.org/2001/04/xmlenc#");
	xml_write_ns(w, "xsi", "http://www.w3.org/2001/XMLSchema-instance");
}

void osci_writing_open(struct osci_writing *d, const char *qname, const char *id, enum osci_actor actor)
{
	static const char *const actors[] = { "http://schemas.xmlsoap.org/soap/actor/next",
					      "http://www.w3.org/2001/12/soap-envelope/actor/none" };
	struct osci_block *b = &d->blocks[d->block_count++];

	must(d->block_count <= BLOCKS_FIXED + d->m->custom_count);
	b->id = arena_printf(d->a, "%s%s", id, d->suffix);
	buf_init(&b->xml, OSCI_BLOCK_MAX);
	d->to = sink_to_buf(&b->xml);
	d->w = xml_write_new(d->to);
	xml_write_open(d->w, qname);
	osci_writing_prefixes(d->w);
	xml_write_attr(d->w, "Id", b->id);
	if (actor == OSCI_NO_ACTOR)
		return;
	xml_write_attr(d->w, "soap:actor", actors[actor]);
	xml_write_attr(d->w, "soap:mustUnderstand", "1");
}

int osci_writing_close(struct osci_writing *d, struct err *e)
{
	int rc;

	xml_write_close(d->w);
	rc = xml_write_end(d->w, e);
	xml_write_free(d->w);
	sink_close(d->to);
	d->w = NULL;
	d->to = NULL;
	return rc == 0 ? 0 : err_wrap(e, "%s", d->blocks[d->block_count - 1].id);
}
