/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: osci */
#include <string.h>

#include "base/mem.h"
#include "osci/memo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was accepted, written and read again, holds as much; a card never names a certificate that is not there. */
static void check_header(struct span text, struct pki_certs *certs, struct arena *a)
{
	struct osci_inspection *list;
	struct osci_message m, again;
	struct err e = ERR_INIT;
	struct buf b;
	size_t n;

	memset(&m, 0, sizeof(m));
	memset(&again, 0, sizeof(again));
	if (osci_memo_read_header(text, certs, a, &m, &e) != 0) {
		must(m.cert_count == 0);
		return;
	}
	buf_init(&b, OSCI_MEMO_MAX);
	must(osci_memo_header(&m, &b, &e) == 0);
	must(osci_memo_read_header(buf_view(&b), certs, a, &again, &e) == 0);
	must(again.cert_count == m.cert_count && again.custom_count == m.custom_count);
	must((again.subject == NULL) == (m.subject == NULL));
	if (osci_memo_read_card(text, &m, a, &list, &n, &e) == 0)
		must(n == 0 || m.cert_count > 0);
	buf_fini(&b);
	osci_message_fini(&again);
	osci_message_fini(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct pki_certs *certs = pki_certs_new(PKI_CERTS_BYTES);
	struct arena *a = arena_new();
	struct osci_inspection *list;
	struct osci_message none;
	struct err e = ERR_INIT;
	size_t n;

	memset(&none, 0, sizeof(none));
	check_header(text, certs, a);
	if (osci_memo_read_card(text, &none, a, &list, &n, &e) == 0)
		must(n == 0);
	arena_free(a);
	pki_certs_free(certs);
	return 0;
}
