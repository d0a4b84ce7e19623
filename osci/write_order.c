/* SPDX-License-Identifier: EUPL-1.2 */
/* write_order - the element that says what a message is about, in the header or in the body. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/b64.h"
#include "base/clock.h"
#include "osci/write_draft.h"
#include "pki/dsig.h"

static bool is_in_header(enum osci_type t)
{
	return t == OSCI_STORE_DELIVERY || t == OSCI_FETCH_DELIVERY || t == OSCI_RESPONSE_TO_STORE_DELIVERY ||
	       t == OSCI_RESPONSE_TO_FETCH_DELIVERY;
}

/* Message ids are octets; XML sees them in base64. */
void osci_put_base64(struct xml_write *w, const char *qname, const char *text)
{
	struct buf b;

	buf_init(&b, OSCI_BLOCK_MAX);
	b64_encode(&b, text, strlen(text));
	xml_write_element(w, qname, buf_str(&b));
	buf_fini(&b);
}

static void put_since(struct xml_write *w, const char *qname, const struct osci_selection *s)
{
	static const char *const roles[] = { NULL, "Originator", "Addressee" };
	char text[CLOCK_TEXT_LEN];

	xml_write_open(w, qname);
	if (s->no_reception)
		xml_write_attr(w, "NoReception", "true");
	if (roles[s->role] != NULL)
		xml_write_attr(w, "Role", roles[s->role]);
	xml_write_str(w, clock_utc(s->since, text));
	xml_write_close(w);
}

void osci_put_selection(struct xml_write *w, const struct osci_selection *s)
{
	char limit[16];

	if (s->by != OSCI_SELECT_NONE) {
		xml_write_open(w, "osci:SelectionRule");
		if (s->by == OSCI_SELECT_RECEPTION)
			put_since(w, "osci:ReceptionOfDelivery", s);
		else if (s->by == OSCI_SELECT_MODIFIED)
			put_since(w, "osci:RecentModification", s);
		for (size_t i = 0; s->by == OSCI_SELECT_IDS && i < s->id_count; i++)
			osci_put_base64(w, "osci:MessageId", s->ids[i]);
		xml_write_close(w);
	}
	if (s->limit == 0)
		return;
	snprintf(limit, sizeof(limit), "%u", s->limit);
	xml_write_open(w, "osci:Quantity");
	xml_write_attr(w, "Limit", limit);
	xml_write_close(w);
}

static void put_children(struct xml_write *w, const struct osci_message *m)
{
	switch (m->type) {
	case OSCI_STORE_DELIVERY:
		if (m->message_id != NULL)
			osci_put_base64(w, "osci:MessageId", m->message_id);
		if (m->subject != NULL)
			xml_write_element(w, "osci:Subject", m->subject);
		break;
	case OSCI_FETCH_DELIVERY:
	case OSCI_FETCH_PROCESS_CARD:
		osci_put_selection(w, &m->selection);
		break;
	default:
		if (osci_type_is_answer(m->type))
			osci_put_answer(w, m);
	}
}

static const char *element_name(struct osci_draft *d)
{
	return arena_printf(d->a, "osci:%s", osci_type_element(d->m->type));
}

int osci_draft_order(struct osci_draft *d, struct err *e)
{
	char *id = arena_dup(d->a, osci_type_element(d->m->type));

	if (!is_in_header(d->m->type))
		return 0;
	for (char *p = id; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	osci_draft_open(d, element_name(d), id, OSCI_ACTOR_NEXT);
	put_children(d->w, d->m);
	return osci_draft_close(d, e);
}

/* With content only the start tag: content streams behind it (write.c, write_sign.c). */
int osci_draft_body(struct osci_draft *d, struct err *e)
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
	xml_write_open(w, "soap:Body");
	osci_draft_prefixes(w);
	xml_write_attr(w, "Id", d->body_id);
	if (!is_in_header(d->m->type)) {
		xml_write_open(w, element_name(d));
		put_children(w, d->m);
		xml_write_close(w);
	}
	xml_write_close(w);
	rc = xml_write_end(w, e);
	xml_write_free(w);
	sink_close(to);
	return rc == 0 ? 0 : err_wrap(e, "body");
}
