/* SPDX-License-Identifier: EUPL-1.2 */
/* One SOAP message to bytes. */
#include "xta/write.h"

#include <stdio.h>

#include "base/b64.h"
#include "base/id.h"
#include "mime/write.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/put.h"
#include "xta/reply.h"

#define ROOT "root@depesche"

const char *xta_boundary_new(struct arena *a)
{
	struct id id = id_new();
	char text[ID_TEXT_LEN];

	return arena_printf(a, "MIME_boundary_%s", id_text(&id, text));
}

static const char *soap_type(const struct xta_message_out *m)
{
	return m->is_soap11 ? "text/xml" : "application/soap+xml";
}

const char *xta_write_media(const struct xta_message_out *m, struct arena *a)
{
	const char *action = m->is_soap11 ? "" : arena_printf(a, "; action=\"%s\"", m->action);

	if (!m->is_multipart)
		return arena_printf(a, "%s; charset=utf-8%s", soap_type(m), action);
	return arena_printf(a, "multipart/related; type=\"application/xop+xml\"; boundary=\"%s\"; start=\"<%s>\"; "
			       "start-info=\"%s\"%s",
			    m->boundary, ROOT, soap_type(m), action);
}

static void put_addressing(struct xml_write *w, const struct xta_message_out *m)
{
	xta_put_text(w, "wsa:To", m->to);
	xml_write_element(w, "wsa:Action", m->action);
	xta_put_text(w, "wsa:MessageID", m->id);
	xta_put_text(w, "wsa:RelatesTo", m->relates_to);
	if (m->is_request) {
		xml_write_open(w, "wsa:ReplyTo");
		xml_write_element(w, "wsa:Address", XTA_ANONYMOUS);
		xml_write_close(w);
	}
}

static void put_not_understood(struct xml_write *w, const struct xta_message_out *m)
{
	char qname[300];

	xml_write_open(w, "env:NotUnderstood");
	xml_write_ns(w, "unknown", m->unknown_ns);
	snprintf(qname, sizeof(qname), "unknown:%s", m->unknown);
	xml_write_attr(w, "qname", qname);
	xml_write_close(w);
}

static void put_header(struct xml_write *w, const struct xta_message_out *m)
{
	xml_write_open(w, "env:Header");
	put_addressing(w, m);
	if (m->unknown != NULL && !m->is_soap11 && m->unknown_ns[0] != '\0')
		put_not_understood(w, m);
	if (m->author != NULL)
		xta_party_write(w, "m:Author", m->author);
	if (m->meta != NULL)
		xta_meta_write(w, m->meta);
	if (m->state != NULL)
		xta_state_write(w, m->state);
	xml_write_close(w);
}

static int copy_content(const struct xta_part *p, struct sink *to, struct err *e)
{
	struct src *from;
	int rc = p->open(p->ctx, &from, e);

	if (rc != 0)
		return rc;
	rc = stream_copy(from, to, UINT64_MAX, NULL, e);
	src_close(from);
	return rc;
}

/* Base64 needs no escaping. */
static int put_base64(struct xml_write *w, const struct xta_part *p, struct err *e)
{
	struct sink *to = sink_b64_encode(xml_write_raw_sink(w), 0);
	int rc = copy_content(p, to, e);

	if (rc == 0)
		rc = sink_finish(to, e);
	sink_close(to);
	return rc;
}

static void put_include(struct xml_write *w, size_t i)
{
	char href[40];

	snprintf(href, sizeof(href), "cid:part%zu@depesche", i);
	xml_write_open(w, "xop:Include");
	xml_write_ns(w, "xop", XTA_NS_XOP);
	xml_write_attr(w, "href", href);
	xml_write_close(w);
}

static int put_part(struct xml_write *w, const struct xta_message_out *m, size_t i, struct err *e)
{
	const struct xta_part *p = &m->parts[i];
	int rc = 0;

	xml_write_open(w, i == 0 ? "xta:Message" : "xta:Attachment");
	xml_write_attr(w, "contentType", p->type);
	xta_put_attr(w, "contentDescription", p->description);
	xta_put_attr(w, "encoding", p->encoding);
	xta_put_attr(w, "filename", p->filename);
	xta_put_attr(w, "id", p->id);
	xta_put_attr(w, "lang", p->language);
	if (p->size > 0)
		xta_put_attr_number(w, "size", p->size);
	if (m->is_multipart)
		put_include(w, i);
	else
		rc = put_base64(w, p, e);
	xml_write_close(w);
	return rc;
}

static int put_content(struct xml_write *w, const struct xta_message_out *m, struct err *e)
{
	int rc = 0;

	xml_write_open(w, "xta:GenericContentContainer");
	xml_write_ns(w, "xta", XTA_NS);
	if (m->parts[0].kind == XTA_ENCRYPTED) {
		rc = copy_content(&m->parts[0], xml_write_raw_sink(w), e);
	} else {
		xml_write_open(w, "xta:ContentContainer");
		for (size_t i = 0; rc == 0 && i < m->part_count; i++)
			rc = put_part(w, m, i, e);
		xml_write_close(w);
	}
	xml_write_close(w);
	return rc;
}

static int put_envelope(const struct xta_message_out *m, struct sink *out, struct err *e)
{
	struct xml_write *w = xml_write_new(out);
	int rc = 0;

	xml_write_declaration(w);
	xml_write_open(w, "env:Envelope");
	xml_write_ns(w, "env", m->is_soap11 ? XTA_NS_SOAP11 : XTA_NS_SOAP12);
	xml_write_ns(w, "wsa", XTA_NS_WSA);
	put_header(w, m);
	xml_write_open(w, "env:Body");
	if (m->part_count > 0)
		rc = put_content(w, m, e);
	else if (m->write_body != NULL)
		m->write_body(w, m->ctx);
	if (rc == 0) {
		xml_write_close(w);
		xml_write_close(w);
		rc = xml_write_end(w, e);
	}
	xml_write_free(w);
	return rc;
}

static int put_mime(const struct xta_message_out *m, struct mime_write *w, struct err *e)
{
	char id[40], type[100];
	int rc;

	snprintf(type, sizeof(type), "application/xop+xml; charset=UTF-8; type=\"%s\"", soap_type(m));
	rc = mime_write_part(w, type, MIME_BINARY, SPAN_LIT(ROOT), MIME_NO_LENGTH, e);
	if (rc == 0)
		rc = put_envelope(m, mime_write_body(w), e);
	for (size_t i = 0; rc == 0 && i < m->part_count && m->parts[i].kind != XTA_ENCRYPTED; i++) {
		snprintf(id, sizeof(id), "part%zu@depesche", i);
		rc = mime_write_part(w, "application/octet-stream", MIME_BINARY, span_of(id), MIME_NO_LENGTH, e);
		if (rc == 0)
			rc = copy_content(&m->parts[i], mime_write_body(w), e);
	}
	return rc == 0 ? mime_write_end(w, e) : rc;
}

int xta_write(const struct xta_message_out *m, struct sink *out, struct err *e)
{
	struct mime_write *w;
	int rc;

	if (!m->is_multipart)
		return put_envelope(m, out, e);
	w = mime_write_new(out, m->boundary);
	rc = put_mime(m, w, e);
	mime_write_free(w);
	return rc;
}
