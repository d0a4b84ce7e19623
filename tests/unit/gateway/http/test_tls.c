/* SPDX-License-Identifier: EUPL-1.2 */
/* TLS listeners: mutual TLS, many idle connections, handshakes that never end, stop under load. */
#include "h_http.h"
#include "h_tls.h"

#include <pthread.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"

#define WHO "GET /who HTTP/1.1\r\nHost: a\r\n\r\n"
#define IDLE 200

static struct h_ca ca, other_ca;
static struct h_identity server_id, client_id, stranger;
static SSL_CTX *server_tls, *client_tls, *anonymous_tls, *stranger_tls;
static struct h_server h;

static int start(void **state)
{
	static const struct http_limits limits = { .workers = 4, .handshake_ms = 500, .handshakes = 300 };

	(void)state;
	h_ca_make(&ca, "CA");
	h_ca_make(&other_ca, "Other CA");
	h_identity_make(&server_id, &ca, "server", "IP:127.0.0.1", 1);
	h_identity_make(&client_id, &ca, "client 7", NULL, 1);
	h_identity_make(&stranger, &other_ca, "stranger", NULL, 1);
	server_tls = h_tls_server(&server_id, &ca);
	client_tls = h_tls_client(&client_id, &ca);
	anonymous_tls = h_tls_client(NULL, &ca);
	stranger_tls = h_tls_client(&stranger, &ca);
	h_server_start(&h, &limits, server_tls);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_server_stop(&h);
	SSL_CTX_free(server_tls);
	SSL_CTX_free(client_tls);
	SSL_CTX_free(anonymous_tls);
	SSL_CTX_free(stranger_tls);
	h_identity_free(&server_id);
	h_identity_free(&client_id);
	h_identity_free(&stranger);
	h_ca_free(&ca);
	h_ca_free(&other_ca);
	return 0;
}

/* Sends the request and reads the answer up to its last line feed; false if there is none. */
static bool ask(SSL *ssl, const char *request, char *answer, size_t cap)
{
	size_t n = 0;
	int got;

	if (SSL_write(ssl, request, (int)strlen(request)) <= 0)
		return false;
	do {
		got = SSL_read(ssl, answer + n, (int)(cap - 1 - n));
		n += got > 0 ? (size_t)got : 0;
		answer[n] = '\0';
	} while (got > 0 && strstr(answer, "query=") == NULL && strstr(answer, "hello\n") == NULL);
	return got > 0;
}

static void the_handler_sees_the_clients_certificate(void **state)
{
	char answer[2000];
	int fd = h_connect(h.port);
	SSL *ssl = h_tls_connect(client_tls, fd);

	(void)state;
	assert_non_null(ssl);
	for (int i = 0; i < 3; i++) {
		assert_true(ask(ssl, WHO, answer, sizeof(answer)));
		assert_non_null(strstr(answer, "cert=/CN=client 7 peer=127.0.0.1 caller=127.0.0.1 tls=1"));
	}
	SSL_free(ssl);
	(void)close(fd);
}

static void a_client_without_a_certificate_or_with_a_foreign_one_reaches_no_handler(void **state)
{
	SSL_CTX *bad[] = { anonymous_tls, stranger_tls };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char answer[2000];
		int fd = h_connect(h.port);
		unsigned called = atomic_load(&h.called);
		SSL *ssl = h_tls_connect(bad[i], fd);	/* TLS 1.3: the refusal comes after our side is done */

		assert_true(ssl == NULL || !ask(ssl, WHO, answer, sizeof(answer)));
		assert_int_equal(atomic_load(&h.called), called);
		SSL_free(ssl);
		(void)close(fd);
	}
}

static void another_context_ends_what_the_one_before_let_in(void **state)
{
	SSL_CTX *others = h_tls_server(&server_id, &other_ca);
	char answer[2000];
	int fd = h_connect(h.port), late;
	SSL *ssl = h_tls_connect(client_tls, fd), *again;

	(void)state;
	assert_non_null(ssl);
	assert_true(ask(ssl, WHO, answer, sizeof(answer)));
	http_server_set_tls(h.server, 0, others);
	assert_true(SSL_read(ssl, answer, sizeof(answer)) <= 0);	/* the idle connection ends */
	SSL_free(ssl);
	(void)close(fd);
	late = h_connect(h.port);
	again = h_tls_connect(client_tls, late);
	assert_true(again == NULL || !ask(again, WHO, answer, sizeof(answer)));
	SSL_free(again);
	(void)close(late);
	fd = h_connect(h.port);
	ssl = h_tls_connect(stranger_tls, fd);
	assert_non_null(ssl);
	assert_true(ask(ssl, WHO, answer, sizeof(answer)));
	SSL_free(ssl);
	(void)close(fd);
	http_server_set_tls(h.server, 0, server_tls);
	SSL_CTX_free(others);
}

static void plain_bytes_at_a_tls_listener_are_refused(void **state)
{
	struct http_stats st;

	(void)state;
	assert_int_equal(h_status(h_exchange(h.port, WHO, sizeof(WHO) - 1)), 0);
	http_server_stats(h.server, &st);
	assert_true(st.handshake_failures > 0);
}

static void handshakes_that_never_end_are_cut_off(void **state)
{
	int fd[20];
	int64_t begin = clock_mono();

	(void)state;
	for (int i = 0; i < 20; i++) {
		fd[i] = h_connect(h.port);
		h_send(fd[i], "\x16\x03\x01", 3);
	}
	for (int i = 0; i < 20; i++) {
		assert_true(h_closed(fd[i]));
		(void)close(fd[i]);
	}
	assert_true(clock_mono() - begin < 2500);
}

static void pipelined_requests_inside_one_tls_record_are_all_answered(void **state)
{
	char answer[4000];
	int fd = h_connect(h.port);
	SSL *ssl = h_tls_connect(client_tls, fd);

	(void)state;
	assert_true(ask(ssl, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n" WHO, answer, sizeof(answer)));
	if (strstr(answer, "query=") == NULL) {
		size_t n = strlen(answer);
		int got = SSL_read(ssl, answer + n, (int)(sizeof(answer) - 1 - n));

		assert_true(got > 0);
		answer[n + (size_t)got] = '\0';
	}
	assert_non_null(strstr(answer, "query="));
	SSL_free(ssl);
	(void)close(fd);
}

static void two_hundred_idle_connections_are_still_served(void **state)
{
	SSL *ssl[IDLE];
	int fd[IDLE];
	char answer[2000];
	struct http_stats st;

	(void)state;
	for (int i = 0; i < IDLE; i++) {
		fd[i] = h_connect(h.port);
		ssl[i] = h_tls_connect(client_tls, fd[i]);
		assert_non_null(ssl[i]);
	}
	for (int i = 0; i < IDLE; i++)
		assert_true(ask(ssl[i], WHO, answer, sizeof(answer)));
	http_server_stats(h.server, &st);
	assert_true(st.open >= IDLE);
	for (int i = IDLE - 1; i >= 0; i--) {
		assert_true(ask(ssl[i], WHO, answer, sizeof(answer)));
		SSL_free(ssl[i]);
		(void)close(fd[i]);
	}
}

static void *wait_request(void *arg)
{
	char answer[2000];
	int fd = h_connect(h.port);
	SSL *ssl = h_tls_connect(client_tls, fd);
	bool *ok = arg;
	int got;

	*ok = ssl != NULL && SSL_write(ssl, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n", 32) > 0 &&
	      (got = SSL_read(ssl, answer, sizeof(answer) - 1)) > 0 && strncmp(answer, "HTTP/1.1 200", 12) == 0;
	SSL_free(ssl);
	(void)close(fd);
	return NULL;
}

static void *release_later(void *arg)
{
	struct h_server *s = arg;

	(void)usleep(300000);
	atomic_store(&s->release, 1);
	return NULL;
}

static void stopping_lets_requests_under_way_finish(void **state)
{
	pthread_t client[3], releaser;
	bool ok[3] = { false };
	int fd;

	(void)state;
	fd = h_connect(h.port);	/* an idle one, that is closed */
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&client[i], NULL, wait_request, &ok[i]), 0);
	for (int i = 0; i < 2000 && atomic_load(&h.called) < 4; i++)
		(void)usleep(1000);
	assert_int_equal(pthread_create(&releaser, NULL, release_later, &h), 0);
	http_server_stop(h.server, 5000);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(client[i], NULL), 0);
		assert_true(ok[i]);
	}
	assert_int_equal(pthread_join(releaser, NULL), 0);
	assert_true(h_closed(fd));
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_handler_sees_the_clients_certificate),
		cmocka_unit_test(a_client_without_a_certificate_or_with_a_foreign_one_reaches_no_handler),
		cmocka_unit_test(another_context_ends_what_the_one_before_let_in),
		cmocka_unit_test(plain_bytes_at_a_tls_listener_are_refused),
		cmocka_unit_test(handshakes_that_never_end_are_cut_off),
		cmocka_unit_test(pipelined_requests_inside_one_tls_record_are_all_answered),
		cmocka_unit_test(two_hundred_idle_connections_are_still_served),
		cmocka_unit_test(stopping_lets_requests_under_way_finish),	/* last: the server is over then */
	};
	return cmocka_run_group_tests_name("gateway/http/tls", tests, start, stop);
}
