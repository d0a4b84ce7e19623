/* SPDX-License-Identifier: EUPL-1.2 */
/* A message onto the wire: MIME, and the transport encryption around it. */
#include "osci/write.h"

#include <string.h>

#include "mime/header.h"
#include "mime/write.h"
#include "osci/feedback.h"
#include "osci/writing.h"
#include "pki/dsig.h"

#define UNKNOWN_TYPE "application/octet-stream"
#define XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\r\n"

/* The MIME frame around one XML document, up to where the document goes. */
static int begin_entity(struct mime_write *mime, struct err *e)
{
	int rc = mime_write_entity(mime, "text/xml", e);

	if (rc == 0)
		rc = mime_write_part(mime, "text/xml; charset=UTF-8", MIME_8BIT, SPAN_LIT("osci@message"),
				     MIME_NO_LENGTH, e);
	return rc;
}

static int put_buf(struct sink *to, const struct buf *b, struct err *e)
{
	return b->n == 0 ? 0 : sink_write(to, b->p, b->n, e);
}

/* What is sent must be what was digested: as many bytes as announced. */
static int put_stream(struct sink *to, int (*open)(void *ctx, struct src **out, struct err *e), void *ctx,
		      uint64_t size, struct err *e)
{
	struct src *from = NULL;
	uint64_t copied = 0;
	int rc = open(ctx, &from, e);

	if (rc == 0)
		rc = stream_copy(from, to, size, &copied, e);
	if (rc == 0 && copied != size)
		rc = err_set(e, ERR_IO, "%llu bytes instead of %llu", (unsigned long long)copied,
			     (unsigned long long)size);
	src_close(from);
	return rc;
}

static int put_envelope(struct osci_writing *d, struct sink *to, struct err *e)
{
	const struct osci_message *m = d->m;
	int rc = sink_printf(to, e,
			     XML_DECLARATION "<soap:Envelope" PKI_OSCI_NS " xsi:schemaLocation=\"" OSCI_SCHEMAS_HEAD
					     "%s" OSCI_SCHEMAS_TAIL "\"><soap:Header>",
			     osci_order_of(m->type)->schema);

	for (size_t i = 0; rc == 0 && i < d->block_count; i++) {
		rc = put_buf(to, &d->blocks[i].xml, e);
		if (rc == 0 && i == 0)
			rc = put_buf(to, &d->signature, e);
	}
	if (rc == 0)
		rc = sink_puts(to, "</soap:Header>", e);
	if (rc == 0)
		rc = put_buf(to, &d->body, e);
	if (rc == 0 && m->has_content) {
		rc = put_stream(to, m->open_content, m->content_ctx, m->content_size, e);
		if (rc == 0)
			rc = sink_puts(to, "</soap:Body>", e);
	}
	return rc != 0 ? rc : sink_puts(to, "</soap:Envelope>", e);
}

/* The reference library throws away a message with a part without a type or with one in another charset, and it looks for
 * that word within quotes, too. Such a message would block its mailbox for ever. */
static const char *readable_type(struct arena *a, const char *type)
{
	struct err ignored = ERR_INIT;
	struct mime_value v, media;
	struct span charset;
	const char *word;
	int rc;

	if (type == NULL)
		return UNKNOWN_TYPE;
	rc = mime_value_parse(span_of(type), a, &v, &ignored);
	if (v.main.n == 0 || mime_value_parse(v.main, a, &media, &ignored) != 0)
		return UNKNOWN_TYPE;
	word = strstr(type, "charset=");
	if (rc == 0 && (word == NULL || (strstr(word + 1, "charset=") == NULL && mime_param_get(&v, "charset", &charset) &&
					 span_is_nocase(charset, "UTF-8"))))
		return type;
	return arena_dup_n(a, v.main.p, v.main.n);
}

static int put_attachment(struct arena *a, struct mime_write *mime, const struct osci_attachment *att, struct err *e)
{
	int rc = mime_write_part(mime, readable_type(a, att->type), MIME_BINARY, span_of(att->cid), att->size, e);

	if (rc == 0)
		rc = put_stream(mime_write_body(mime), att->open, att->ctx, att->size, e);
	return rc == 0 ? 0 : err_wrap(e, "attachment %s", att->cid);
}

/* The inner entity: the whole of a plain message, or what goes into the transport encryption. */
static int put_entity(struct osci_writing *d, struct sink *out, struct err *e)
{
	struct mime_write *mime = mime_write_new(out, NULL);
	int rc = begin_entity(mime, e);

	if (rc == 0)
		rc = put_envelope(d, mime_write_body(mime), e);
	for (size_t i = 0; rc == 0 && i < d->m->attachment_count; i++)
		rc = put_attachment(d->a, mime, &d->m->attachments[i], e);
	if (rc == 0)
		rc = mime_write_end(mime, e);
	mime_write_free(mime);
	return rc;
}

static int put_encrypted(struct osci_writing *d, const struct osci_write_options *o, struct sink *out, struct err *e)
{
	struct osci_envelope *env = NULL;
	int rc = osci_envelope_begin(out, o->encrypt_for, o->iv16, &env, e);

	if (rc == 0)
		rc = put_entity(d, osci_envelope_sink(env), e);
	if (rc == 0)
		rc = osci_envelope_end(env, e);
	osci_envelope_free(env);
	return rc;
}

static int draft_all(struct osci_writing *d, const struct osci_write_options *o, struct err *e)
{
	static int (*const steps[])(struct osci_writing *, struct err *) = {
		osci_writing_control, osci_writing_languages, osci_writing_quality, osci_writing_order,
		osci_writing_certs,   osci_writing_features,  osci_writing_custom,  osci_writing_body,
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i](d, e) != 0)
			return e->code;
	return o->sign != NULL ? osci_writing_sign(d, o->sign, o->style, e) : 0;
}

int osci_write(const struct osci_write_options *o, const struct osci_message *m, struct sink *out, struct err *e)
{
	struct osci_writing d;
	int rc;

	if (m->type == OSCI_FAULT)
		return osci_write_fault(osci_feedback_code(m->fault_code), out, e);
	rc = osci_writing_begin(&d, m, o->sign, e);
	if (rc == 0)
		rc = draft_all(&d, o, e);
	if (rc == 0)
		rc = o->encrypt_for != NULL ? put_encrypted(&d, o, out, e) : put_entity(&d, out, e);
	osci_writing_fini(&d);
	return rc == 0 ? 0 : err_wrap(e, "write %s", osci_order_of(m->type)->schema);
}

/* Without schemaLocation and Header: the reference library knows faults by that, and takes 9100 from anything else. */
int osci_write_fault(enum osci_code code, struct sink *out, struct err *e)
{
	const struct osci_feedback *c = osci_feedback(code);
	const char *side = c->level == OSCI_FAULT_SERVER ? "Server" : "Client";
	struct mime_write *mime = mime_write_new(out, NULL);
	int rc = begin_entity(mime, e);

	if (rc == 0)
		rc = sink_printf(mime_write_body(mime), e,
				 XML_DECLARATION "<soap:Envelope xmlns:osci=\"" OSCI_URI "\""
						 " xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
						 "<soap:Fault><faultcode>soap:%s</faultcode>"
						 "<faultstring>%s</faultstring><detail><osci:Code>%s</osci:Code>"
						 "</detail></soap:Fault></soap:Body></soap:Envelope>",
				 side, c->de, c->digits);
	if (rc == 0)
		rc = mime_write_end(mime, e);
	mime_write_free(mime);
	return rc == 0 ? 0 : err_wrap(e, "write fault %s", c->digits);
}
