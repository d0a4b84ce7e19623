/* SPDX-License-Identifier: EUPL-1.2 */
/* envelope_write - the transport encryption: an outer message whose second part is the inner MIME entity, encrypted. */
#include <stdlib.h>

#include "base/mem.h"
#include "mime/write.h"
#include "osci/writing.h"
#include "pki/enc.h"

#define HEAD_MAX (256u << 10)	/* one certificate and one wrapped key */

struct osci_envelope {
	struct mime_write *mime;
	struct pki_session *session;
	struct sink *cipher;
};

static int make_root(struct osci_envelope *env, const struct pki_reader *reader, struct buf *xml, struct err *e)
{
	int rc;

	buf_puts(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\r\n"
		      "<soap:Envelope xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
		      " xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\""
		      " xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\""
		      " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"" OSCI_SCHEMAS_HEAD
		      "MessageEncrypted" OSCI_SCHEMAS_TAIL "\"><soap:Body>");
	rc = pki_enc_write_head(xml, NULL, "Multipart/Related", env->session, reader, 1, e);
	pki_enc_write_reference(xml, "cid:osci_enc");
	buf_puts(xml, "</soap:Body></soap:Envelope>");
	return rc != 0 ? rc : buf_check(xml, "transport envelope", e);
}

static int write_root(struct osci_envelope *env, const struct buf *xml, struct err *e)
{
	int rc = mime_write_entity(env->mime, "text/xml", e);

	if (rc == 0)
		rc = mime_write_part(env->mime, "text/xml; charset=UTF-8", MIME_8BIT, SPAN_LIT("osci@message"), xml->n, e);
	if (rc == 0)
		rc = sink_write(mime_write_body(env->mime), xml->p, xml->n, e);
	if (rc == 0)
		rc = mime_write_part(env->mime, "application/octet-stream", MIME_BINARY, SPAN_LIT("osci_enc"),
				     MIME_NO_LENGTH, e);
	return rc;
}

int osci_envelope_begin(struct sink *out, struct pki_cert *recipient, bool iv16, struct osci_envelope **result,
			struct err *e)
{
	struct pki_reader reader = { .cert = recipient };
	struct osci_envelope *env = mem_new(sizeof(*env));
	struct buf xml;
	int rc;

	buf_init(&xml, HEAD_MAX);
	env->session = pki_session_new(NULL, iv16 ? 16 : 12);
	env->mime = mime_write_new(out, NULL);
	rc = make_root(env, &reader, &xml, e); /* before the first byte: where this fails, something else can go out */
	if (rc == 0)
		rc = write_root(env, &xml, e);
	buf_fini(&xml);
	if (rc != 0) {
		osci_envelope_free(env);
		return err_wrap(e, "transport encryption");
	}
	env->cipher = pki_enc_sink(env->session, mime_write_body(env->mime));
	*result = env;
	return 0;
}

struct sink *osci_envelope_sink(struct osci_envelope *env)
{
	return env->cipher;
}

int osci_envelope_end(struct osci_envelope *env, struct err *e)
{
	int rc = sink_finish(env->cipher, e);

	return rc != 0 ? rc : mime_write_end(env->mime, e);
}

void osci_envelope_free(struct osci_envelope *env)
{
	if (env == NULL)
		return;
	sink_close(env->cipher);
	mime_write_free(env->mime);
	pki_session_free(env->session);
	free(env);
}
