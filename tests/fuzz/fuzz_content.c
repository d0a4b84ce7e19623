/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: osci */
/* The children of a ContentPackage, opened without any key and any certificate: nothing signed can be right. */
#include "base/mem.h"
#include "osci/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct pki_cert *no_cert(void *ctx, struct span uri)
{
	(void)ctx;
	must(uri.n > 1 && uri.p[0] == '#');
	return NULL;
}

static int skip_content(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	(void)ctx;
	(void)cid;
	(void)e;
	must(id != NULL);
	*to = NULL;
	return 0;
}

static int empty_part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	(void)ctx;
	(void)e;
	must(cid[0] != '\0');
	*out = src_of_mem("", 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct osci_container_in in = { .cert = no_cert, .content = skip_content, .part = empty_part };
	struct osci_container_result r = { 0 };
	struct err e = ERR_INIT;

	if (osci_container_open((struct span){ (const char *)data, size }, NULL, &PKI_POLICY_DEFAULT, &in, &r, &e) == 0)
		must(r.nauthors == 0 && !r.encrypted);
	return 0;
}
