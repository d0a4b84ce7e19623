/* SPDX-License-Identifier: EUPL-1.2 */
/* The client after an error: whatever went wrong once, the next call to a peer that is well again succeeds. And the end:
 * nothing waits for a peer beyond the instant of http_client_stop. */
#include "http/client.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"
#include "h_client.h"
#include "h_http.h"

#define FAILURES 3

/* The name server: libcurl resolves through this function. */
static atomic_int names_fail;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
	static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	if (node != NULL && strcmp(node, "peer.example") == 0) {
		if (atomic_load(&names_fail) > 0) {
			atomic_fetch_sub(&names_fail, 1);
			return EAI_NONAME;
		}
		node = "127.0.0.1";
	}
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, list);
}

static const char *peer_url(uint16_t port, const char *path)
{
	static char text[100];

	(void)snprintf(text, sizeof(text), "http://peer.example:%u%s", (unsigned)port, path);
	return text;
}

static void a_name_that_was_not_found_is_looked_up_again(void **state)
{
	struct h_server h;
	struct http_client *c = h_client_new(NULL);
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)state;
	h_server_start(&h, NULL, NULL);
	atomic_store(&names_fail, FAILURES);
	for (int i = 0; i < FAILURES; i++) {
		struct http_call call = { .url = peer_url(h.port, "/hello") };

		assert_int_equal(h_call(c, &call, &a, &e), ERR_UNREACHABLE);
		assert_int_equal(e.reason, RSN_NET_UNKNOWN_HOST);
		h_done(&a);
	}
	for (int i = 0; i < 2; i++) {
		struct http_call call = { .url = peer_url(h.port, "/hello") };

		assert_ok(h_call(c, &call, &a, &e), e);
		assert_int_equal(a.status, 200);
		assert_int_equal(a.reused, i > 0);
		h_done(&a);
	}
	http_client_free(c);
	h_server_stop(&h);
}

/* The name is harmless, the address it leads to is not. */
static void an_address_of_this_machine_is_refused_whatever_name_leads_there(void **state)
{
	struct http_client_settings refusing = { .refuse_local = true, .connect_ms = 1000, .total_ms = 2000 };
	struct h_server h;
	struct http_client *c, *other = h_client_new(NULL);
	struct http_answer a;
	struct err e = ERR_INIT;
	const char *urls[3];

	(void)state;
	h_server_start(&h, NULL, NULL);
	urls[0] = strdup(peer_url(h.port, "/hello"));
	urls[1] = strdup(h_url(h.port, "http", "/hello"));
	urls[2] = strdup("http://[::1]:1/");
	assert_ok(http_client_new(&refusing, &c, &e), e);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
			struct http_call call = { .url = urls[i] };

			assert_int_equal(h_call(c, &call, &a, &e), ERR_UNREACHABLE);
			assert_int_equal(e.reason, RSN_DIR_BAD_ADDRESS);
			assert_false(a.sent);
			h_done(&a);
		}
	assert_int_equal(h.called, 0);
	e = (struct err)ERR_INIT;
	assert_ok(h_call(other, &(struct http_call){ .url = urls[0] }, &a, &e), e);
	h_done(&a);
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		free((char *)(uintptr_t)urls[i]);
	http_client_free(other);
	http_client_free(c);
	h_server_stop(&h);
}

/* A port where nobody listens yet. */
static uint16_t free_port(void)
{
	struct h_server h;

	h_server_start(&h, NULL, NULL);
	h_server_stop(&h);
	return h.port;
}

static int listen_at(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 5), 0);
	return fd;
}

struct peer {
	int fd;
	const char *say[4];	/* for one connection each; NULL: closes without a word; "": never answers */
};

static void *run_peer(void *arg)
{
	struct peer *p = arg;

	for (size_t i = 0; i < ARRAY_LEN(p->say); i++) {
		int fd = accept(p->fd, NULL, NULL);
		char waste[4096];

		assert_true(fd >= 0);
		(void)recv(fd, waste, sizeof(waste), 0);
		if (p->say[i] != NULL)
			h_sends(fd, p->say[i]);
		if (p->say[i] != NULL && p->say[i][0] == '\0')
			(void)recv(fd, waste, sizeof(waste), 0);	/* until the client gives up */
		(void)close(fd);
	}
	return NULL;
}

static void a_peer_that_is_well_again_is_reached_whatever_it_did_before(void **state)
{
	static const struct {
		enum err_code code;
	} table[] = { { ERR_PEER }, { ERR_PEER }, { ERR_TIMEOUT }, { ERR_OK } };
	struct peer p = { .say = { NULL, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "",
				   "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" } };
	struct http_client *c = h_client_new(NULL);
	uint16_t port = free_port();
	pthread_t thread;

	(void)state;
	for (size_t i = 0; i <= ARRAY_LEN(table); i++) {
		struct http_call call = { .url = peer_url(port, "/"), .total_ms = 1000 };
		int want = i == 0 ? ERR_UNREACHABLE : (int)table[i - 1].code, rc;
		struct http_answer a;
		struct err e = ERR_INIT;

		rc = h_call(c, &call, &a, &e);
		if (rc != want)
			fail_msg("call %zu: %s, expected %s", i, e.text, err_name((enum err_code)want));
		h_done(&a);
		if (i > 0)
			continue;
		p.fd = listen_at(port);	/* nobody listened at first */
		assert_int_equal(pthread_create(&thread, NULL, run_peer, &p), 0);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	(void)close(p.fd);
	http_client_free(c);
}

struct caller {
	struct http_client *client;
	const char *url;
	int rc;
};

static void *run_call(void *arg)
{
	struct caller *k = arg;
	struct http_call call = { .url = k->url, .total_ms = 600000, .connect_ms = 600000 };
	struct http_answer a;
	struct err e = ERR_INIT;

	k->rc = http_client_do(k->client, &call, &a, &e);
	http_answer_fini(&a);
	return NULL;
}

static void nothing_waits_for_a_peer_beyond_the_end(void **state)
{
	struct caller k = { .client = h_client_new(NULL) };
	uint16_t port = free_port();
	int fd = listen_at(port);
	int64_t begin;
	pthread_t thread;

	(void)state;
	k.url = h_url(port, "http", "/");	/* connects and is never answered */
	assert_int_equal(pthread_create(&thread, NULL, run_call, &k), 0);
	(void)usleep(200000);
	begin = clock_mono();
	http_client_stop(k.client, begin + 300);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(k.rc, ERR_STOPPING);
	assert_true(clock_mono() - begin >= 300);
	assert_true(clock_mono() - begin < 60000);
	run_call(&k);	/* and no new ones */
	assert_int_equal(k.rc, ERR_STOPPING);
	http_client_free(k.client);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_was_not_found_is_looked_up_again),
		cmocka_unit_test(an_address_of_this_machine_is_refused_whatever_name_leads_there),
		cmocka_unit_test(a_peer_that_is_well_again_is_reached_whatever_it_did_before),
		cmocka_unit_test(nothing_waits_for_a_peer_beyond_the_end),
	};
	struct err e = ERR_INIT;

	if (http_client_check(&e) != 0)
		return 1;
	return cmocka_run_group_tests_name("gateway/http/client_recovery", tests, NULL, NULL);
}
