/* SPDX-License-Identifier: EUPL-1.2 */
/* xmlsec1 set up, and its errors as ours. */
#include "pki/xs.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>

#include "base/mem.h"
#include "xml/init.h"

static _Thread_local struct {
	pki_xml_open_fn *open;
	void *ctx;
	struct err failed;	/* of an attachment */
	char said[200];		/* xmlsec's first complaint */
} here;

static void take_error(const char *file, int line, const char *func, const char *object, const char *subject, int reason,
		       const char *msg)
{
	(void)file;
	(void)line;
	if (here.said[0] != '\0')
		return;
	snprintf(here.said, sizeof(here.said), "%s: %s %s %d %s", func != NULL ? func : "",
		 object != NULL ? object : "", subject != NULL ? subject : "", reason, msg != NULL ? msg : "");
}

void pki_xs_attachments(pki_xml_open_fn *open, void *ctx)
{
	here.open = open;
	here.ctx = ctx;
	here.failed = (struct err)ERR_INIT;
	here.said[0] = '\0';
}

int pki_xs_err(struct err *e, const char *what)
{
	int rc;

	if (here.failed.code != ERR_OK) {
		*e = here.failed;
		rc = err_wrap(e, "%s", what);
	} else {
		rc = err_set(e, ERR_INTERNAL, "%s: %s", what, here.said);
	}
	here.failed = (struct err)ERR_INIT;
	here.said[0] = '\0';
	return rc;
}

/* ---- cid: URIs ---- */

static int cid_match(const char *uri)
{
	return strncmp(uri, "cid:", 4) == 0;
}

static void *cid_open(const char *uri)
{
	struct src *s = NULL;

	if (here.open == NULL) {
		err_set(&here.failed, ERR_INTERNAL, "no attachments here");
		return NULL;
	}
	return here.open(here.ctx, uri + 4, &s, &here.failed) == 0 ? s : NULL;
}

static int cid_read(void *ctx, char *data, int cap)
{
	size_t got = 0;

	if (src_read(ctx, data, (size_t)cap, &got, &here.failed) != 0)
		return -1;
	return (int)got;
}

static int cid_close(void *ctx)
{
	src_close(ctx);
	return 0;
}

/* ---- set up ---- */

int pki_xml_init(struct err *e)
{
	xml_init();
	if (xmlSecInit() < 0)
		return err_set(e, ERR_INTERNAL, "xmlsec: cannot be initialised");
	xmlSecErrorsSetCallback(take_error);
	/* The first klass of a name wins: ours have to be there before those of xmlsec's OpenSSL part. */
	if (xmlSecTransformIdsRegister(&pki_xs_gcm_klass) < 0 || xmlSecTransformIdsRegister(&pki_xs_oaep_klass) < 0 ||
	    xmlSecTransformIdsRegister(&pki_xs_pss_klass) < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0)
		return pki_xs_err(e, "xmlsec: cannot be initialised");
	/* No file:, no http: */
	xmlSecIOCleanupCallbacks();
	if (xmlSecIORegisterCallbacks(cid_match, cid_open, cid_read, cid_close) < 0)
		return pki_xs_err(e, "xmlsec: cannot be initialised");
	return 0;
}

void pki_xml_fini(void)
{
	xmlSecCryptoShutdown();
	xmlSecCryptoAppShutdown();
	xmlSecShutdown();
}

xmlSecTransformId pki_xs_transform(const struct pki_alg *a)
{
	return xmlSecTransformIdListFindByHref(xmlSecTransformIdsGet(), BAD_CAST a->uri, xmlSecTransformUsageAny);
}

int pki_xs_parse(struct span text, xmlDocPtr *out, struct err *e)
{
	must(text.n < INT32_MAX);
	*out = xmlReadMemory(text.p, (int)text.n, NULL, "UTF-8",
			     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	return *out != NULL ? 0 : err_set(e, ERR_INTERNAL, "content: own document cannot be parsed");
}

static int to_buf(void *ctx, const char *data, int n)
{
	buf_put(ctx, data, (size_t)n);
	return n;
}

int pki_xs_canonical(xmlDocPtr doc, struct buf *out, struct err *e)
{
	xmlOutputBufferPtr to = xmlOutputBufferCreateIO(to_buf, NULL, out, NULL);

	must(to != NULL);
	int n = xmlC14NExecute(doc, NULL, NULL, XML_C14N_1_0, NULL, 0, to);
	if (xmlOutputBufferClose(to) < 0 || n < 0)
		return err_set(e, ERR_INTERNAL, "content: canonical form");
	return buf_check(out, "content container", e);
}
