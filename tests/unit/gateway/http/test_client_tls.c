/* SPDX-License-Identifier: EUPL-1.2 */
/* The client over TLS: identity, trust, sessions, threads. */
#include "http/client.h"

#include <pthread.h>

#include "base/mem.h"
#include "cm.h"
#include "h_client.h"
#include "h_http.h"

static struct h_ca ca, other_ca;
static struct h_identity server_id, client_id, wrong_name, expired;
static struct h_server plain, secure;
static struct http_client *secure_client;
static SSL_CTX *secure_tls;
static struct h_side good_side = { &client_id, &ca };

static int start(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(http_client_check(&e), e);
	h_ca_make(&ca, "CA");
	h_ca_make(&other_ca, "Other CA");
	h_identity_make(&server_id, &ca, "server", "IP:127.0.0.1", 1);
	h_identity_make(&client_id, &ca, "client 9", NULL, 1);
	h_identity_make(&wrong_name, &ca, "elsewhere", "DNS:elsewhere.example", 1);
	h_identity_make(&expired, &ca, "expired", "IP:127.0.0.1", -1);
	secure_tls = h_tls_server(&server_id, &ca);
	h_server_start(&plain, NULL, NULL);
	h_server_start(&secure, NULL, secure_tls);
	secure_client = h_client_new(&good_side);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_client_free(secure_client);
	h_server_stop(&plain);
	h_server_stop(&secure);
	SSL_CTX_free(secure_tls);
	h_identity_free(&server_id);
	h_identity_free(&client_id);
	h_identity_free(&wrong_name);
	h_identity_free(&expired);
	h_ca_free(&ca);
	h_ca_free(&other_ca);
	return 0;
}

static void mutual_tls_works_and_connections_are_reused(void **state)
{
	struct http_call c = { .url = h_url(secure.port, "https", "/who") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(h_call(secure_client, &c, &a, &e), e);
		assert_non_null(strstr(buf_str(&h_got), "cert=/CN=client 9 "));
		assert_int_equal(a.reused, i > 0);
		h_done(&a);
	}
	c.fresh = true;	/* a new connection resumes the session, and the server still knows who it is */
	assert_ok(h_call(secure_client, &c, &a, &e), e);
	assert_non_null(strstr(buf_str(&h_got), "cert=/CN=client 9 "));
	h_done(&a);
}

static int secure_call(struct h_side *side, const struct h_identity *server, struct http_answer *a, struct err *e)
{
	SSL_CTX *tls = h_tls_server(server, NULL);
	struct http_client *c = h_client_new(side);
	struct h_server h;
	struct http_call get = { 0 };
	int rc;

	h_server_start(&h, NULL, tls);
	get.url = h_url(h.port, "https", "/hello");
	rc = h_call(c, &get, a, e);
	assert_int_equal(atomic_load(&h.called), rc == 0 ? 1 : 0);
	http_client_free(c);
	h_server_stop(&h);
	SSL_CTX_free(tls);
	h_done(a);
	return rc;
}

static void servers_that_cannot_be_trusted_are_unreachable(void **state)
{
	struct h_side foreign = { NULL, &other_ca }, trusting = { NULL, &ca };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(secure_call(&trusting, &server_id, &a, &e), e);
	assert_int_equal(secure_call(&foreign, &server_id, &a, &e), ERR_UNREACHABLE);
	assert_false(a.sent);
	assert_int_equal(secure_call(&trusting, &wrong_name, &a, &e), ERR_UNREACHABLE);
	assert_int_equal(secure_call(&trusting, &expired, &a, &e), ERR_UNREACHABLE);
	assert_int_equal(e.reason, RSN_NET_TLS);
	assert_int_equal(secure_call(NULL, &server_id, &a, &e), ERR_UNREACHABLE);	/* trusts nobody */
	assert_false(a.sent);
}

static void the_error_of_the_tls_callback_comes_through(void **state)
{
	struct h_side broken = { NULL, NULL };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(secure_call(&broken, &server_id, &a, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "no trust"));
	assert_false(a.sent);
}

static void plain_http_at_the_other_end_of_https_is_unreachable(void **state)
{
	struct http_call c = { .url = h_url(plain.port, "https", "/hello") };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_call(secure_client, &c, &a, &e), ERR_UNREACHABLE);
	assert_false(a.sent);
	h_done(&a);
}

static void *many_calls(void *arg)
{
	struct http_client *c = arg;
	char address[100];
	uintptr_t bad = 0;

	(void)snprintf(address, sizeof(address), "https://127.0.0.1:%u/hello", (unsigned)secure.port);
	for (int i = 0; i < 25; i++) {
		struct http_call get = { .url = address, .fresh = i % 5 == 0 };
		struct http_answer a;
		struct err e = ERR_INIT;

		if (http_client_do(c, &get, &a, &e) != 0 || a.status != 200 || a.body_bytes != 6)
			bad++;
		http_answer_fini(&a);
	}
	return (void *)bad;
}

static void many_threads_share_one_client(void **state)
{
	pthread_t t[6];
	void *bad;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, many_calls, secure_client), 0);
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutual_tls_works_and_connections_are_reused),
		cmocka_unit_test(servers_that_cannot_be_trusted_are_unreachable),
		cmocka_unit_test(the_error_of_the_tls_callback_comes_through),
		cmocka_unit_test(plain_http_at_the_other_end_of_https_is_unreachable),
		cmocka_unit_test(many_threads_share_one_client),
	};
	return cmocka_run_group_tests_name("gateway/http/client_tls", tests, start, stop);
}
