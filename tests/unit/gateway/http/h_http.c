/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_http.h says what they do. */
#include "h_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <openssl/x509.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cm.h"

static int hello(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *h = ctx;

	atomic_store(&h->hello_turn, atomic_fetch_add(&h->called, 1) + 1);
	http_header_add(rq, "X-Test", "yes");
	return http_reply_text(rq, 200, "hello\n", e);
}

static int wait_for_release(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *h = ctx;

	int i = 0;

	atomic_fetch_add(&h->called, 1);
	do
		(void)usleep(1000);
	while (++i < 5000 && atomic_load(&h->release) == 0);
	return http_reply_text(rq, 200, "released\n", e);
}

static int echo(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *h = ctx;
	struct sink *out;
	int rc;

	atomic_fetch_add(&h->called, 1);
	rc = http_reply_begin(rq, 200, "application/octet-stream", -1, &out, e);
	if (rc == 0)
		rc = stream_copy(http_body(rq), out, UINT64_MAX, NULL, e);
	return rc == 0 ? sink_finish(out, e) : rc;
}

static int count(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *h = ctx;
	char data[16384];
	uint64_t total = 0;
	size_t got;
	int rc;

	atomic_fetch_add(&h->called, 1);
	while ((rc = src_read(http_body(rq), data, sizeof(data), &got, e)) == 0 && got > 0) {
		total += got;
		atomic_fetch_add(&h->body_bytes, got);
	}
	if (rc != 0)
		return rc;
	return http_reply_text(rq, 200, arena_printf(http_arena(rq), "%llu\n", (unsigned long long)total), e);
}

static int deny(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *h = ctx;

	atomic_fetch_add(&h->called, 1);
	(void)rq;
	return err_set(e, ERR_DENIED, "no");
}

static int big(struct http_request *rq, void *ctx, struct err *e)
{
	static const char block[65536] = "block";
	const char *n_text = http_query(rq, "n");
	uint64_t n = 0;
	struct sink *out;
	int rc;

	(void)ctx;
	if (!span_u64(span_of(n_text), INT64_MAX, &n))
		return err_set(e, ERR_SYNTAX, "n");
	rc = http_reply_begin(rq, 200, "application/octet-stream", (int64_t)n, &out, e);
	while (rc == 0 && n > 0) {
		size_t take = n < sizeof(block) ? (size_t)n : sizeof(block);

		rc = sink_write(out, block, take, e);
		n -= take;
	}
	return rc == 0 ? sink_finish(out, e) : rc;
}

static int silent(struct http_request *rq, void *ctx, struct err *e)
{
	(void)rq;
	(void)ctx;
	(void)e;
	return 0;
}

static int fail_io(struct http_request *rq, void *ctx, struct err *e)
{
	(void)rq;
	(void)ctx;
	return err_set(e, ERR_IO, "disk on fire");
}

static int bad_header(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	http_header_add(rq, "Location", "x\r\nSet-Cookie: a=b");
	return http_reply_text(rq, 200, "never", e);
}

static int who(struct http_request *rq, void *ctx, struct err *e)
{
	struct span der = http_peer_cert(rq);
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *cert = der.n == 0 ? NULL : d2i_X509(NULL, &p, (long)der.n);
	char subject[128] = "-";
	const char *q = http_query(rq, "q"), *c = http_cookie(rq, "c"), *x = http_header(rq, "x-t");
	const char *x2 = http_header_at(rq, "X-T", 1);
	char caller[ADDR_TEXT_LEN];

	(void)ctx;
	if (cert != NULL)
		(void)X509_NAME_oneline(X509_get_subject_name(cert), subject, sizeof(subject));
	X509_free(cert);
	return http_reply_text(rq, 200,
			       arena_printf(http_arena(rq),
					    "cert=%s peer=%s caller=%s tls=%d q=%s c=%s x=%s x2=%s rest=%s host=%s "
					    "path=%s query=.\n",
					    subject, http_peer(rq), addr_text(http_caller(rq), caller),
					    http_is_tls(rq),
					    q == NULL ? "-" : q, c == NULL ? "-" : c, x == NULL ? "-" : x,
					    x2 == NULL ? "-" : x2, http_path_rest(rq), http_host(rq), http_path(rq)),
			       e);
}

static int redirect(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	return http_reply_see_other(rq, "/hello", e);
}

static int half(struct http_request *rq, void *ctx, struct err *e)
{
	struct sink *out;
	int rc = http_reply_begin(rq, 200, "text/plain", 1000, &out, e);

	(void)ctx;
	if (rc == 0)
		rc = sink_puts(out, "only this", e);
	return rc;
}

/* Makes a thousand times as much of its input. */
static int greedy(struct http_request *rq, void *ctx, struct err *e)
{
	char data[1000];
	size_t got = 1;
	int rc;

	(void)ctx;
	while ((rc = src_read(http_body(rq), data, sizeof(data), &got, e)) == 0 && got > 0)
		(void)arena_alloc(http_arena(rq), 1000 * got);
	return rc == 0 ? http_reply_text(rq, 200, "satisfied\n", e) : rc;
}

/* Many bytes whose number was not said, and then a failure. */
static int broken(struct http_request *rq, void *ctx, struct err *e)
{
	static const char block[65536] = "block";
	struct sink *out;
	int rc = http_reply_begin(rq, 200, "text/plain", -1, &out, e);

	(void)ctx;
	if (rc == 0)
		rc = sink_write(out, block, sizeof(block), e);
	return rc == 0 ? err_set(e, ERR_IO, "half way") : rc;
}

static const char *error_page(struct http_request *rq, unsigned status, struct buf *out, void *ctx)
{
	(void)ctx;
	http_header_add(rq, "X-Error-Page", "1");
	buf_printf(out, "<h1>%u</h1>", status);
	return status != 404 ? "text/html; charset=utf-8" : NULL;
}

static int quiet = -1;

void h_server_start_like(struct h_server *h, const struct http_limits *limits, const struct http_listener *like,
			 unsigned listeners)
{
	static const struct http_route routes[] = {
		{ "GET", "/hello", hello, NULL, 0 },	   { "GET", "/wait", wait_for_release, NULL, 0 },
		{ "POST", "/echo", echo, NULL, 1 << 30 },  { "POST", "/count", count, NULL, 1 << 30 },
		{ "POST", "/small", count, NULL, 1000 },   { "POST", "/deny", deny, NULL, 1 << 30 },
		{ "GET", "/big", big, NULL, 0 },	   { "GET", "/silent", silent, NULL, 0 },
		{ "GET", "/fail", fail_io, NULL, 0 },	   { "GET", "/bad", bad_header, NULL, 0 },
		{ "GET", "/who", who, NULL, 0 },	   { "GET", "/below/*", who, NULL, 0 },
		{ "GET", "/redirect", redirect, NULL, 0 }, { "GET", "/half", half, NULL, 0 },
		{ "GET", "/broken", broken, NULL, 0 },	   { "POST", "/greedy", greedy, NULL, 1 << 30 },
	};
	struct http_listener l = *like;
	struct err e = ERR_INIT;
	unsigned index;

	memset(h, 0, sizeof(*h));
	if (quiet < 0)
		quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	log_set_fd(quiet);
	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		h->routes[i] = routes[i];
		h->routes[i].ctx = h;
	}
	l.name = "test";
	l.address = "127.0.0.1:0";
	l.routes = h->routes;
	l.route_count = ARRAY_LEN(routes);
	l.error_page = error_page;
	assert_ok(http_server_new(limits, &h->server, &e), e);
	for (unsigned i = 0; i < listeners; i++) {
		assert_ok(http_server_listen(h->server, &l, &index, &e), e);
		*(i == 0 ? &h->port : &h->port2) = http_server_port(h->server, index);
	}
	assert_ok(http_server_start(h->server, &e), e);
}

void h_server_start(struct h_server *h, const struct http_limits *limits, SSL_CTX *tls)
{
	h_server_start_like(h, limits, &(struct http_listener){ .tls = tls }, 1);
}

void h_server_stop(struct h_server *h)
{
	http_server_stop(h->server, 2000);
	http_server_free(h->server);
}

int h_connect(uint16_t port)
{
	return h_connect_from("127.0.0.1", port);
}

int h_connect_from(const char *address, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) }, from = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

void h_send(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t put = send(fd, p, n, MSG_NOSIGNAL);

		if (put < 0)
			return;	/* the server closed already: the answer decides the test */
		p += put;
		n -= (size_t)put;
	}
}

static char answer[256 * 1024];

static ssize_t recv_within(int fd, char *to, size_t cap)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (poll(&p, 1, 5000) != 1)
		fail_msg("no answer within 5 s");
	return recv(fd, to, cap, 0);
}

char *h_recv(int fd, const char *until)
{
	size_t n = 0;
	ssize_t got;

	answer[0] = '\0';
	while (n < sizeof(answer) - 1 && (got = recv_within(fd, answer + n, sizeof(answer) - 1 - n)) > 0) {
		n += (size_t)got;
		answer[n] = '\0';
		if (until != NULL && strstr(answer, until) != NULL)
			break;
	}
	return answer;
}

char *h_exchange(uint16_t port, const void *data, size_t n)
{
	int fd = h_connect(port);

	h_send(fd, data, n);
	(void)shutdown(fd, SHUT_WR);
	(void)h_recv(fd, NULL);
	(void)close(fd);
	return answer;
}

unsigned h_status(const char *text)
{
	return strncmp(text, "HTTP/1.1 ", 9) == 0 ? (unsigned)strtoul(text + 9, NULL, 10) : 0;
}

bool h_closed(int fd)
{
	char waste[4096];
	ssize_t n;

	while ((n = recv_within(fd, waste, sizeof(waste))) > 0)
		;
	return n == 0 || errno == ECONNRESET;
}

long h_peak_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long kib = -1;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return kib;
}
