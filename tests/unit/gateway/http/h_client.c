/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_client.h says what they do. */
#include "h_client.h"

#include "cm.h"

static int set_side(SSL_CTX *ctx, void *arg, struct err *e)
{
	const struct h_side *side = arg;

	if (side->trust == NULL)
		return err_set(e, ERR_CONFIG, "no trust");
	h_tls_set_client(ctx, side->id, side->trust);
	return 0;
}

struct http_client *h_client_new(struct h_side *side)
{
	struct http_client_settings s = { .tls = side == NULL ? NULL : set_side,
					  .tls_ctx = side,
					  .connect_ms = 1000,
					  .total_ms = 2000,
					  .user_agent = "test",
					  .max_answer = 1 << 20 };
	struct http_client *c;
	struct err e = ERR_INIT;

	assert_ok(http_client_new(&s, &c, &e), e);
	return c;
}

const char *h_url(uint16_t port, const char *scheme, const char *path)
{
	static char text[200];

	(void)snprintf(text, sizeof(text), "%s://127.0.0.1:%u%s", scheme, (unsigned)port, path);
	return text;
}

struct buf h_got;

int h_call(struct http_client *c, struct http_call *call, struct http_answer *a, struct err *e)
{
	struct sink *to;
	int rc;

	buf_init(&h_got, 1 << 22);
	to = sink_to_buf(&h_got);
	call->to = to;
	rc = http_client_do(c, call, a, e);
	sink_close(to);
	return rc;
}

void h_done(struct http_answer *a)
{
	http_answer_fini(a);
	buf_fini(&h_got);
}
