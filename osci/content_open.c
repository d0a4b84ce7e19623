/* SPDX-License-Identifier: EUPL-1.2 */
/* content_open - the reader's side of content.h. */
#include <string.h>

#include "osci/content.h"

#define PACKAGE_MAX ((size_t)OSCI_CONTAINER_MAX * 2)	/* base64 of an encrypted container, and several of them */

#define OPEN_TAG "<osci:ContentPackage"
#define CLOSE_TAG "</osci:ContentPackage>"

struct opening {
	const struct osci_package_in *in;
	const struct osci_message *m;
};

static const struct pki_cert *find_cert(void *ctx, struct span uri)
{
	const struct opening *o = ctx;

	if (uri.n < 2 || uri.p[0] != '#')
		return NULL;
	for (size_t i = 0; i < o->m->cert_count; i++)
		if (span_is((struct span){ uri.p + 1, uri.n - 1 }, o->m->certs[i].id))
			return o->m->certs[i].cert;
	return NULL;
}

static int give_content(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	const struct opening *o = ctx;

	return o->in->content(o->in->ctx, id, cid, to, e);
}

static int take_part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	const struct opening *o = ctx;

	return o->in->part(o->in->ctx, cid, out, e);
}

/* The reader gives the package in canonical form: its start tag holds nothing but the declarations of namespaces that
 * were in force around it beyond OSCI's five. Under another prefix than osci nobody's library writes it. */
static int children_of(const struct buf *text, struct span *declarations, struct span *children, struct err *e)
{
	size_t head = strlen(OPEN_TAG), tail = strlen(CLOSE_TAG), i = head;
	bool quoted = false;

	if (text->n < head + tail || memcmp(text->p, OPEN_TAG, head) != 0 ||
	    memcmp(text->p + text->n - tail, CLOSE_TAG, tail) != 0)
		return err_set(e, ERR_UNSUPPORTED, "ContentPackage under another prefix than osci");
	for (; i < text->n - tail && (quoted || text->p[i] != '>'); i++)
		quoted = quoted != (text->p[i] == '"');
	*declarations = (struct span){ text->p + head, i - head };
	if (i == text->n - tail || (declarations->n > 0 && declarations->p[0] != ' '))
		return err_set(e, ERR_UNSUPPORTED, "ContentPackage with a start tag that is not canonical");
	*children = (struct span){ text->p + i + 1, text->n - tail - i - 1 };
	return 0;
}

static void take_result(const struct osci_package_in *in, const struct osci_container_result *from,
			struct osci_package_result *r)
{
	*r = (struct osci_package_result){ .author_count = from->nauthors, .was_encrypted = from->encrypted,
					   .content_count = from->ncontents };
	for (size_t i = 0; i < from->nauthors; i++) {
		r->authors[i].cert = from->authors[i].cert;
		r->authors[i].covers_all = from->authors[i].covers_all;
		if (in->trust != NULL)
			pki_check(in->trust, from->authors[i].cert, PKI_FOR_SIGNATURE, in->at, &r->authors[i].verdict);
	}
}

int osci_package_open(const struct osci_package_in *in, struct src *package, const struct osci_message *m,
		      struct osci_package_result *r, struct err *e)
{
	struct opening o = { in, m };
	struct osci_container_in inner = { .ctx = &o, .cert = find_cert, .content = give_content, .part = take_part };
	struct osci_container_result found = { .nauthors = 0 };
	struct span children;
	struct buf text;
	int rc;

	buf_init(&text, PACKAGE_MAX);
	rc = stream_to_buf(package, &text, "content package", e);
	if (rc == 0)
		rc = children_of(&text, &inner.declarations, &children, e);
	if (rc == 0)
		rc = osci_container_open(children, in->keys, in->policy, &inner, &found, e);
	if (rc == 0)
		take_result(in, &found, r);
	buf_fini(&text);
	return rc == 0 ? 0 : err_wrap(e, "content package");
}
