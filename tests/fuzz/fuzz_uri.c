/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/base */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was accepted, put together again, is accepted and means the same. */
static void check_again(const struct uri *u)
{
	char text[2000];
	struct uri again;
	struct err e = ERR_INIT;
	int n = snprintf(text, sizeof(text), "%s://%s%s%s:%u%s", u->tls ? "https" : "http", u->is_ipv6 ? "[" : "", u->host,
			 u->is_ipv6 ? "]" : "", u->port, u->path);

	must(n > 0 && (size_t)n < sizeof(text));
	must(uri_parse((struct span){ text, (size_t)n }, &again, &e) == 0);
	must(again.tls == u->tls && again.port == u->port && again.is_ipv6 == u->is_ipv6);
	must(strcmp(again.host, u->host) == 0 && strcmp(again.path, u->path) == 0);
	must(strpbrk(u->path, " \r\n#") == NULL && u->path[0] == '/' && u->port != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct err e = ERR_INIT;
	struct buf plain, coded, again;
	struct uri u;

	if (uri_parse(text, &u, &e) == 0)
		check_again(&u);
	buf_init(&plain, size);
	buf_init(&coded, 3 * size);
	buf_init(&again, size);
	if (uri_decode(&plain, text, size % 2 != 0, &e) == 0) {
		uri_encode(&coded, buf_view(&plain));
		must(uri_decode(&again, buf_view(&coded), true, &e) == 0);
		must(span_eq(buf_view(&plain), buf_view(&again)));
	}
	buf_fini(&plain);
	buf_fini(&coded);
	buf_fini(&again);
	return 0;
}
