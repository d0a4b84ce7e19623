/* SPDX-License-Identifier: EUPL-1.2 */
/* write_order - the element that says what a message is about, in the header or in the body. */
#include <ctype.h>

#include "osci/writing.h"
#include "pki/dsig.h"

static const char *element_name(struct osci_writing *d)
{
	return arena_printf(d->a, "osci:%s", d->row->element);
}

static void put_children(struct osci_writing *d)
{
	if (d->row->write != NULL)
		d->row->write(d->w, d->m);
}

int osci_writing_order(struct osci_writing *d, struct err *e)
{
	char *id = arena_dup(d->a, d->row->element);

	if (!d->row->in_header)
		return 0;
	for (char *p = id; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	osci_writing_open(d, element_name(d), id, OSCI_ACTOR_NEXT);
	put_children(d);
	return osci_writing_close(d, e);
}

/* With content only the start tag: content streams behind it (write.c, write_sign.c). */
int osci_writing_body(struct osci_writing *d, struct err *e)
{
	struct sink *to = NULL;
	struct xml_write *w = NULL;
	int rc;

	if (d->m->has_content) {
		buf_printf(&d->body, "<soap:Body" PKI_OSCI_NS " Id=\"%s\">", d->body_id);
		return buf_check(&d->body, "body", e);
	}
	to = sink_to_buf(&d->body);
	w = xml_write_new(to);
	d->w = w;
	xml_write_open(w, "soap:Body");
	osci_writing_prefixes(w);
	xml_write_attr(w, "Id", d->body_id);
	if (!d->row->in_header) {
		xml_write_open(w, element_name(d));
		put_children(d);
		xml_write_close(w);
	}
	xml_write_close(w);
	rc = xml_write_end(w, e);
	xml_write_free(w);
	d->w = NULL;
	sink_close(to);
	return rc == 0 ? 0 : err_wrap(e, "body");
}
