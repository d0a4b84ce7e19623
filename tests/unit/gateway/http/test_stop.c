/* SPDX-License-Identifier: EUPL-1.2 */
/* The server's life: addresses, start and stop under load, requests that outlive the grace. */
#include "h_http.h"

#include <pthread.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"

#define HELLO "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

static void addresses_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *address;
		enum err_code code;
	} table[] = {
		{ "127.0.0.1", ERR_CONFIG },	  { "", ERR_CONFIG },	     { ":80", ERR_CONFIG },
		{ "127.0.0.1:x", ERR_CONFIG },	  { "127.0.0.1:", ERR_CONFIG }, { "127.0.0.1:65536", ERR_CONFIG },
		{ "localhost:80", ERR_CONFIG },	  { "1.2.3:-1", ERR_CONFIG },   { "300.0.0.1:80", ERR_CONFIG },
		{ "[::1:80", ERR_CONFIG },
	};
	struct http_server *s;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(http_server_new(NULL, &s, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct http_listener l = { .name = "t", .address = table[i].address };
		int rc = http_server_listen(s, &l, NULL, &e);

		if (rc != (int)table[i].code)
			fail_msg("%s: %s", table[i].address, e.text);
	}
	http_server_free(s);
}

static void an_address_in_use_is_named(void **state)
{
	struct h_server h;
	char address[32];
	struct http_listener l = { .name = "t", .address = address };
	struct http_server *s;
	struct err e = ERR_INIT;

	(void)state;
	h_server_start(&h, NULL, NULL);
	(void)snprintf(address, sizeof(address), "127.0.0.1:%u", (unsigned)h.port);
	assert_ok(http_server_new(NULL, &s, &e), e);
	assert_int_equal(http_server_listen(s, &l, NULL, &e), ERR_EXISTS);
	assert_non_null(strstr(e.text, address));
	http_server_free(s);
	h_server_stop(&h);
}

static void a_server_that_never_started_can_be_freed(void **state)
{
	struct http_server *s;
	struct http_listener l = { .name = "t", .address = "127.0.0.1:0" };
	struct err e = ERR_INIT;

	(void)state;
	http_server_free(NULL);
	assert_ok(http_server_new(NULL, &s, &e), e);
	assert_ok(http_server_listen(s, &l, NULL, &e), e);
	http_server_free(s);
}

struct load {
	uint16_t port;
	atomic_bool over;
	atomic_uint good, torn;
};

static void *hammer(void *arg)
{
	struct load *l = arg;

	while (!atomic_load(&l->over)) {
		char buf[1024];
		int fd = h_connect(l->port);
		ssize_t n;

		for (int i = 0; i < 20 && !atomic_load(&l->over); i++) {
			h_sends(fd, HELLO);
			n = read(fd, buf, sizeof(buf) - 1);
			if (n <= 0)
				break;
			buf[n] = '\0';
			/* Whatever happens: an answer that came is whole. */
			if (strncmp(buf, "HTTP/1.1 200", 12) == 0 && strstr(buf, "\r\n\r\nhello\n") != NULL)
				atomic_fetch_add(&l->good, 1);
			else
				atomic_fetch_add(&l->torn, 1);
		}
		(void)close(fd);
	}
	return NULL;
}

static void stopping_under_load_tears_no_answer(void **state)
{
	static struct h_server h;
	static struct load l;
	pthread_t t[4];
	int64_t begin;
	int fd;

	(void)state;
	h_server_start(&h, NULL, NULL);
	l.port = h.port;
	fd = h_connect(h.port);
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, hammer, &l), 0);
	(void)usleep(300000);
	atomic_store(&l.over, true);
	begin = clock_mono();
	http_server_stop(h.server, 2000);
	assert_true(clock_mono() - begin < 1500);
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	assert_true(atomic_load(&l.good) > 100);
	assert_int_equal(atomic_load(&l.torn), 0);
	http_server_free(h.server);
	(void)close(fd);
}

static void a_client_that_does_not_let_go_is_cut_off_after_the_grace(void **state)
{
	static struct h_server h;
	int64_t begin, took;
	int fd;

	(void)state;
	h_server_start(&h, NULL, NULL);
	fd = h_connect(h.port);
	h_sends(fd, "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
	for (int i = 0; i < 2000 && atomic_load(&h.body_bytes) < 3; i++)
		(void)usleep(1000);
	begin = clock_mono();
	http_server_stop(h.server, 300);
	took = clock_mono() - begin;
	assert_true(took >= 200 && took < 2000);
	http_server_free(h.server);
	(void)close(fd);
}

#define DRIPPERS 2

/* Well above min_rate, for ten seconds at most. */
static void *drip(void *arg)
{
	const int *fd = arg;

	for (int i = 0; i < 100; i++) {
		for (int k = 0; k < DRIPPERS; k++)
			(void)send(fd[k], "0123456789012345678901234567890123456789", 40, MSG_NOSIGNAL);
		(void)usleep(100000);
	}
	return NULL;
}

static void slow_peers_do_not_hold_all_workers_while_others_wait(void **state)
{
	static const struct http_limits two = { .workers = DRIPPERS, .client_requests = DRIPPERS, .min_rate = 100, .pressed_ms = 700 };
	static struct h_server h;
	int fd[DRIPPERS], other;
	int64_t begin;
	pthread_t dripping;

	(void)state;
	h_server_start(&h, &two, NULL);
	for (int k = 0; k < DRIPPERS; k++) {
		fd[k] = h_connect(h.port);
		h_sends(fd[k], "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
	}
	assert_int_equal(pthread_create(&dripping, NULL, drip, fd), 0);
	(void)usleep(1500000);	/* nobody waits: they may go on */
	begin = clock_mono();
	other = h_connect(h.port);
	h_sends(other, HELLO);
	assert_int_equal(h_status(h_recv(other, "hello\n")), 200);
	assert_true(clock_mono() - begin < 3000);
	for (int k = 0; k < DRIPPERS; k++)
		(void)shutdown(fd[k], SHUT_RDWR);
	(void)pthread_cancel(dripping);
	(void)pthread_join(dripping, NULL);
	for (int k = 0; k < DRIPPERS; k++)
		(void)close(fd[k]);
	(void)close(other);
	h_server_stop(&h);
}

/* A watchdog asks for the first time when half of its patience is over; a second no would be too late. */
static void a_loop_that_nobody_spoke_to_since_its_start_beats(void **state)
{
	struct h_server h;

	(void)state;
	h_server_start(&h, NULL, NULL);
	assert_true(http_server_beats(h.server));
	h_server_stop(&h);
}

static void the_loop_beats_while_it_makes_rounds(void **state)
{
	struct h_server h;
	unsigned beats = 0;

	(void)state;
	h_server_start(&h, NULL, NULL);
	for (int i = 0; i < 5000 && beats < 5; i++) {	/* also while nothing happens */
		beats += http_server_beats(h.server);
		(void)usleep(1000);
	}
	assert_int_equal(beats, 5);
	http_server_stop(h.server, 0);
	(void)http_server_beats(h.server);
	assert_false(http_server_beats(h.server));
	http_server_free(h.server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_that_cannot_be_are_refused),
		cmocka_unit_test(an_address_in_use_is_named),
		cmocka_unit_test(a_server_that_never_started_can_be_freed),
		cmocka_unit_test(a_loop_that_nobody_spoke_to_since_its_start_beats),
		cmocka_unit_test(the_loop_beats_while_it_makes_rounds),
		cmocka_unit_test(stopping_under_load_tears_no_answer),
		cmocka_unit_test(a_client_that_does_not_let_go_is_cut_off_after_the_grace),
		cmocka_unit_test(slow_peers_do_not_hold_all_workers_while_others_wait),
	};
	return cmocka_run_group_tests_name("gateway/http/stop", tests, NULL, NULL);
}
