/* SPDX-License-Identifier: EUPL-1.2 */
/* One client stops nobody else: its requests wait behind its own, a listener's leave workers to the others, and when there
 * are too many connections those of the client that has most give way. */
#include "h_http.h"
#include "h_tls.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"

#define HELLO "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
#define WAIT "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"
#define ATTACKER "127.0.0.9"
#define OTHER "127.0.0.2"
#define THIRD "127.0.0.3"

static void wait_for(atomic_uint *figure, unsigned value)
{
	for (int i = 0; i < 10000 && atomic_load(figure) < value; i++)
		(void)usleep(1000);
	assert_true(atomic_load(figure) >= value);
}

static void is_served(const char *from, uint16_t port)
{
	int fd = h_connect_from(from, port);

	h_sends(fd, HELLO);
	assert_int_equal(h_status(h_recv(fd, "hello\n")), 200);
	(void)close(fd);
}

static void close_all(int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)close(fd[i]);
}

static void a_client_has_no_more_than_its_share_of_the_workers(void **state)
{
	static const struct http_limits l = { .workers = 8, .client_requests = 3 };
	struct h_server h;
	int fd[20];

	(void)state;
	h_server_start(&h, &l, NULL);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = h_connect_from(ATTACKER, h.port);
		h_sends(fd[i], WAIT);
	}
	wait_for(&h.called, 3);
	for (int i = 0; i < 5; i++)
		is_served(OTHER, h.port);
	(void)usleep(50000);
	assert_int_equal(atomic_load(&h.called), 3 + 5);
	/* And when the first are done the others have their turn: nobody was refused. */
	atomic_store(&h.release, 1);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		assert_int_equal(h_status(h_recv(fd[i], "released\n")), 200);
	close_all(fd, ARRAY_LEN(fd));
	h_server_stop(&h);
}

static void a_listener_leaves_workers_to_the_other_one(void **state)
{
	static const struct http_limits l = { .workers = 8, .client_requests = 8 };
	struct h_server h;
	int fd[20];

	(void)state;
	h_server_start_like(&h, &l, &(struct http_listener){ .name = NULL }, 2);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		char from[20];

		(void)snprintf(from, sizeof(from), "127.0.1.%zu", i + 1);	/* many clients */
		fd[i] = h_connect_from(from, h.port);
		h_sends(fd[i], WAIT);
	}
	wait_for(&h.called, 6);
	is_served(OTHER, h.port2);
	assert_int_equal(atomic_load(&h.called), 6 + 1);
	atomic_store(&h.release, 1);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		assert_int_equal(h_status(h_recv(fd[i], "released\n")), 200);
	close_all(fd, ARRAY_LEN(fd));
	h_server_stop(&h);
}

static void clients_have_their_turns_one_after_the_other(void **state)
{
	static const struct http_limits l = { .workers = 2, .client_requests = 2 };
	struct h_server h;
	int fd[40], late;

	(void)state;
	h_server_start(&h, &l, NULL);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = h_connect_from(ATTACKER, h.port);
		h_sends(fd[i], WAIT);
	}
	wait_for(&h.called, 2);
	late = h_connect_from(OTHER, h.port);
	h_sends(late, HELLO);
	(void)usleep(50000);
	atomic_store(&h.release, 1);
	assert_int_equal(h_status(h_recv(late, "hello\n")), 200);
	/* Not behind all that came before it; each /wait takes at least a millisecond. */
	assert_true(atomic_load(&h.hello_turn) < ARRAY_LEN(fd) / 2);
	close_all(fd, ARRAY_LEN(fd));
	(void)close(late);
	h_server_stop(&h);
}

static void who_waits_too_long_is_told_when_to_come_again(void **state)
{
	static const struct http_limits l = { .workers = 2, .client_requests = 1, .wait_ms = 300, .client_waiting = 2 };
	struct h_server h;
	struct http_stats st;
	int fd[4], other[2];
	const char *a;

	(void)state;
	h_server_start(&h, &l, NULL);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = h_connect_from(ATTACKER, h.port);
		h_sends(fd[i], WAIT);
		if (i == 0)
			wait_for(&h.called, 1);
	}
	/* One runs, two wait, the fourth is one too many; the waiting ones give up after a while. */
	for (size_t i = ARRAY_LEN(fd) - 1; i > 0; i--) {
		a = h_recv(fd[i], NULL);
		assert_int_equal(h_status(a), 429);
		assert_non_null(strstr(a, "Retry-After: 10\r\n"));
		assert_non_null(strstr(a, "Connection: close\r\n"));
	}
	/* All workers are busy with others: 503. */
	other[0] = h_connect_from(OTHER, h.port);
	h_sends(other[0], WAIT);
	wait_for(&h.called, 2);
	other[1] = h_connect_from(THIRD, h.port);
	h_sends(other[1], HELLO);
	a = h_recv(other[1], NULL);
	assert_int_equal(h_status(a), 503);
	assert_non_null(strstr(a, "Retry-After: 10\r\n"));
	http_server_stats(h.server, &st);
	assert_int_equal(st.refused, 4);
	atomic_store(&h.release, 1);
	assert_int_equal(h_status(h_recv(fd[0], "released\n")), 200);
	assert_int_equal(h_status(h_recv(other[0], "released\n")), 200);
	close_all(fd, ARRAY_LEN(fd));
	close_all(other, ARRAY_LEN(other));
	h_server_stop(&h);
}

struct sender {
	int fd;
	atomic_bool over;
};

/* 40 kB/s: above the rate that is asked for at first. */
static void *send_steadily(void *arg)
{
	static const char block[4000] = "x";
	struct sender *s = arg;

	while (!atomic_load(&s->over) && send(s->fd, block, sizeof(block), MSG_NOSIGNAL) > 0)
		(void)usleep(100000);
	return NULL;
}

static void the_longer_others_wait_the_faster_a_body_has_to_be(void **state)
{
	static const struct http_limits l = { .workers = 1, .wait_ms = 60000, .pressed_ms = 500, .pressed_rate = 16384 };
	static struct sender s;
	struct h_server h;
	pthread_t thread;
	int waiting;

	(void)state;
	h_server_start(&h, &l, NULL);
	s.fd = h_connect_from(ATTACKER, h.port);
	h_sends(s.fd, "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n");
	assert_int_equal(pthread_create(&thread, NULL, send_steadily, &s), 0);
	wait_for(&h.called, 1);
	(void)usleep(1500000);	/* nobody waits: it may go on */
	waiting = h_connect_from(OTHER, h.port);
	h_sends(waiting, HELLO);
	assert_int_equal(h_status(h_recv(waiting, "hello\n")), 200);
	atomic_store(&s.over, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	(void)close(waiting);
	(void)close(s.fd);
	h_server_stop(&h);
}

/* What the clients of a full server see: whoever comes is let in, and those of the client with the most connections go,
 * idle ones first, the oldest first. */
static void at_the_limit_the_client_with_the_most_connections_gives_way(void **state)
{
	static const struct http_limits l = { .workers = 4, .connections = 40 };
	struct h_server h;
	struct http_stats st;
	int mine[4], fd[60];

	(void)state;
	h_server_start(&h, &l, NULL);
	for (size_t i = 0; i < ARRAY_LEN(mine); i++) {
		mine[i] = h_connect_from(OTHER, h.port);
		h_sends(mine[i], HELLO);
		assert_int_equal(h_status(h_recv(mine[i], "hello\n")), 200);
	}
	/* Heads that never end. */
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = h_connect_from(ATTACKER, h.port);
		h_sends(fd[i], "GET /hello HTTP/1.1\r\nHost: a\r\nX: ");
	}
	for (int i = 0; i < 10; i++)
		is_served(THIRD, h.port);
	for (size_t i = 0; i < ARRAY_LEN(mine); i++) {
		h_sends(mine[i], HELLO);
		assert_int_equal(h_status(h_recv(mine[i], "hello\n")), 200);
	}
	http_server_stats(h.server, &st);
	assert_true(st.open <= 40);
	assert_true(st.shed >= 60 + 4 - 40);
	close_all(fd, ARRAY_LEN(fd));
	close_all(mine, ARRAY_LEN(mine));
	h_server_stop(&h);
}

static unsigned open_of(struct h_server *h)
{
	struct http_stats st;

	http_server_stats(h->server, &st);
	return st.open;
}

/* Connects and asks, so that the server has surely taken all that came before. */
static void hold(int *fd, size_t n, const char *from, uint16_t port)
{
	for (size_t i = 0; i < n; i++) {
		fd[i] = h_connect_from(from, port);
		h_sends(fd[i], HELLO);
		assert_int_equal(h_status(h_recv(fd[i], "hello\n")), 200);
	}
}

static void a_client_has_no_more_connections_than_its_budget(void **state)
{
	static const struct http_limits l = { .workers = 8, .client_requests = 8, .client_connections = 6 };
	struct h_server h;
	int idle[20], busy[6], more, other[3];

	(void)state;
	h_server_start(&h, &l, NULL);
	hold(other, ARRAY_LEN(other), OTHER, h.port);
	hold(idle, ARRAY_LEN(idle), ATTACKER, h.port);
	assert_int_equal(open_of(&h), 6 + 3);
	for (size_t i = 0; i < ARRAY_LEN(idle); i++) {	/* the oldest have gone */
		if (i < ARRAY_LEN(idle) - 6)
			assert_true(h_closed(idle[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(busy); i++) {
		busy[i] = h_connect_from(ATTACKER, h.port);
		h_sends(busy[i], WAIT);
		wait_for(&h.called, (unsigned)(3 + ARRAY_LEN(idle) + i + 1));
	}
	more = h_connect_from(ATTACKER, h.port);	/* all of its own are busy: it gets no other */
	assert_true(h_closed(more));
	assert_int_equal(open_of(&h), 6 + 3);
	is_served(THIRD, h.port);
	atomic_store(&h.release, 1);
	for (size_t i = 0; i < ARRAY_LEN(busy); i++)
		assert_int_equal(h_status(h_recv(busy[i], "released\n")), 200);
	close_all(idle, ARRAY_LEN(idle));
	close_all(busy, ARRAY_LEN(busy));
	close_all(other, ARRAY_LEN(other));
	(void)close(more);
	h_server_stop(&h);
}

/* Behind a proxy the requests have an owner, the connections have not. */
static void the_connections_of_a_proxy_are_those_of_many_clients(void **state)
{
	static const struct http_limits l = { .workers = 8, .client_requests = 2, .client_connections = 6 };
	struct addr_range proxy;
	const struct http_listener like[] = {
		{ .client_header = "X-Real-IP" },				/* believed from everybody */
		{ .client_header = "X-Real-IP", .proxies = &proxy, .proxy_count = 1 },
		{ .proxies = &proxy, .proxy_count = 1 },			/* names no client: OSCI behind a balancer */
	};
	int fd[20], other[20];

	(void)state;
	assert_true(addr_range_parse(SPAN_LIT(ATTACKER), &proxy));
	for (size_t i = 0; i < ARRAY_LEN(like); i++) {
		struct h_server h;

		h_server_start_like(&h, &l, &like[i], 1);
		hold(fd, ARRAY_LEN(fd), ATTACKER, h.port);
		assert_int_equal(open_of(&h), ARRAY_LEN(fd));
		hold(other, ARRAY_LEN(other), OTHER, h.port);
		assert_int_equal(open_of(&h), i == 0 ? 2 * ARRAY_LEN(fd) : ARRAY_LEN(fd) + 6);
		close_all(fd, ARRAY_LEN(fd));
		close_all(other, ARRAY_LEN(other));
		h_server_stop(&h);
	}
}

static void requests_that_wait_make_room_for_other_clients_too(void **state)
{
	static const struct http_limits l = { .workers = 2, .client_requests = 1, .connections = 10, .wait_ms = 60000 };
	struct h_server h;
	struct http_stats st;
	int fd[10];

	(void)state;
	h_server_start(&h, &l, NULL);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = h_connect_from(ATTACKER, h.port);
		h_sends(fd[i], WAIT);
		if (i == 0)
			wait_for(&h.called, 1);
	}
	do {
		(void)usleep(1000);
		http_server_stats(h.server, &st);
	} while (st.open < ARRAY_LEN(fd));
	(void)usleep(50000);
	is_served(OTHER, h.port);
	assert_int_equal(h_status(h_recv(fd[1], NULL)), 503);	/* the one that waited longest */
	atomic_store(&h.release, 1);
	close_all(fd, ARRAY_LEN(fd));
	h_server_stop(&h);
}

static void when_descriptors_run_out_idle_connections_go(void **state)
{
	struct rlimit before, few;
	struct h_server h;
	struct http_stats st;
	int fd[24];

	(void)state;
	h_server_start(&h, NULL, NULL);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		fd[i] = h_connect_from(ATTACKER, h.port);
	do {
		(void)usleep(1000);
		http_server_stats(h.server, &st);
	} while (st.open < ARRAY_LEN(fd));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	/* The lowest limit that leaves a descriptor for the next client, and none for its server's side. */
	for (few.rlim_cur = 3; few.rlim_cur < before.rlim_cur; few.rlim_cur++) {
		int probe;

		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (probe >= 0) {
			(void)close(probe);
			break;
		}
	}
	is_served(OTHER, h.port);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	http_server_stats(h.server, &st);
	assert_true(st.shed > 0);
	close_all(fd, ARRAY_LEN(fd));
	h_server_stop(&h);
}

static struct h_ca ca;
static struct h_identity server_id;
static SSL_CTX *server_tls, *client_tls;

static bool shakes_hands(const char *from, uint16_t port)
{
	int fd = h_connect_from(from, port);
	SSL *ssl = h_tls_connect(client_tls, fd);
	bool good = ssl != NULL;

	SSL_free(ssl);
	(void)close(fd);
	return good;
}

static void silent_and_half_handshakes_of_one_client_stop_no_other(void **state)
{
	static const struct http_limits l = { .workers = 2, .handshakes = 16, .client_handshakes = 8, .handshake_ms = 60000,
					      .connections = 64 };
	struct h_server h;
	struct http_stats st;
	int fd[100];

	(void)state;
	h_server_start(&h, &l, server_tls);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = h_connect_from(ATTACKER, h.port);
		if (i % 2 == 1)
			h_send(fd[i], "\x16\x03\x01\x02\x00\x01", 6);	/* the begin of a ClientHello of 512 bytes */
	}
	for (int i = 0; i < 5; i++)
		assert_true(shakes_hands(OTHER, h.port));
	assert_true(shakes_hands(ATTACKER, h.port));
	http_server_stats(h.server, &st);
	assert_true(st.open <= 64);
	assert_true(st.shed > 0);
	close_all(fd, ARRAY_LEN(fd));
	h_server_stop(&h);
}

static int make_tls(void **state)
{
	(void)state;
	h_ca_make(&ca, "CA");
	h_identity_make(&server_id, &ca, "server", "IP:127.0.0.1", 1);
	server_tls = h_tls_server(&server_id, NULL);
	client_tls = h_tls_client(NULL, &ca);
	return 0;
}

static int free_tls(void **state)
{
	(void)state;
	SSL_CTX_free(server_tls);
	SSL_CTX_free(client_tls);
	h_identity_free(&server_id);
	h_ca_free(&ca);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_has_no_more_than_its_share_of_the_workers),
		cmocka_unit_test(a_listener_leaves_workers_to_the_other_one),
		cmocka_unit_test(clients_have_their_turns_one_after_the_other),
		cmocka_unit_test(who_waits_too_long_is_told_when_to_come_again),
		cmocka_unit_test(the_longer_others_wait_the_faster_a_body_has_to_be),
		cmocka_unit_test(at_the_limit_the_client_with_the_most_connections_gives_way),
		cmocka_unit_test(a_client_has_no_more_connections_than_its_budget),
		cmocka_unit_test(the_connections_of_a_proxy_are_those_of_many_clients),
		cmocka_unit_test(requests_that_wait_make_room_for_other_clients_too),
		cmocka_unit_test(when_descriptors_run_out_idle_connections_go),
		cmocka_unit_test(silent_and_half_handshakes_of_one_client_stop_no_other),
	};
	return cmocka_run_group_tests_name("gateway/http/fair", tests, make_tls, free_tls);
}
