/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: pki */
/* DER of a certificate, and the same as base64 text. */
#include "base/b64.h"
#include "base/mem.h"
#include "pki/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span der = { (const char *)data, size };
	struct pki_cert *c = NULL, *again = NULL;
	struct err e = ERR_INIT;
	struct buf text;

	if (pki_cert_from_der(der, &c, &e) != 0) {
		must(e.code == ERR_SYNTAX || e.code == ERR_LIMIT || e.code == ERR_UNSUPPORTED);
		return 0;
	}
	for (const char *p = c->subject; *p != '\0'; p++)
		must((unsigned char)*p >= 0x20);
	must(c->key != NULL);
	buf_init(&text, 4 * size + 8);
	b64_encode(&text, data, size);
	must(pki_cert_from_base64(buf_view(&text), &again, &e) == 0 && pki_cert_same(c, again));
	buf_fini(&text);
	pki_cert_free(again);
	pki_cert_free(c);
	return 0;
}
