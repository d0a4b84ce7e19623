/* SPDX-License-Identifier: EUPL-1.2 */
/* Large bodies both ways: all bytes arrive, and memory does not grow with them. Client and server are this process. */
#include "h_http.h"
#include "h_tls.h"

#include "base/digest.h"
#include "http/client.h"
#include "cm.h"

#define LARGE (50u << 20)
#define GROWTH_KIB 8192

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEASURES_MEMORY 0
#else
#define MEASURES_MEMORY 1
#endif

static struct h_server h;
static struct http_client *client;

static int start(void **state)
{
	struct http_client_settings s = { .max_answer = 1u << 30 };
	struct err e = ERR_INIT;

	(void)state;
	h_server_start(&h, NULL, NULL);
	assert_ok(http_client_new(&s, &client, &e), e);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_client_free(client);
	h_server_stop(&h);
	return 0;
}

/* Numbers, so that a lost or doubled block shows. */
struct pattern {
	struct src src;
	uint64_t at, end;
	struct digest *digest;
};

static int pattern_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct pattern *p = (struct pattern *)s;
	unsigned char *out = data;
	uint64_t n = p->end - p->at < cap ? p->end - p->at : cap;

	(void)e;
	for (uint64_t i = 0; i < n; i++)
		out[i] = (unsigned char)((p->at + i) * 2654435761u >> 16);
	p->at += n;
	*got = (size_t)n;
	digest_add(p->digest, data, *got);
	return 0;
}

static void call(const char *path, struct src *body, int64_t length, struct sink *to)
{
	char url[100];
	struct http_call c = { .url = url, .body = body, .body_length = length, .to = to };
	struct http_answer a;
	struct err e = ERR_INIT;

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", (unsigned)h.port, path);
	assert_ok(http_client_do(client, &c, &a, &e), e);
	assert_int_equal(a.status, 200);
	http_answer_fini(&a);
}

/* Up and down at once: the handler answers while it reads. */
static void echo(int64_t announced)
{
	struct digest *up = digest_new(DIGEST_SHA256), *down = digest_new(DIGEST_SHA256);
	struct pattern p = { { .read = pattern_read }, 0, LARGE, up };
	struct sink *to = sink_digest(down, NULL);
	uint8_t sum_up[SHA256_LEN], sum_down[SHA256_LEN];

	call("/echo", &p.src, announced, to);
	digest_end(up, sum_up);
	digest_end(down, sum_down);
	assert_int_equal(p.at, LARGE);
	assert_memory_equal(sum_up, sum_down, sizeof(sum_up));
	sink_close(to);
	digest_free(up);
	digest_free(down);
}

static void fifty_megabytes_go_up_and_down_unchanged_and_memory_stays(void **state)
{
	long before, after;

	(void)state;
	call("/big?n=100000", NULL, 0, NULL);	/* buffers that every connection has */
	before = h_peak_kib();
	echo(LARGE);
	echo(-1);
	call("/big?n=52428800", NULL, 0, NULL);
	after = h_peak_kib();
	if (MEASURES_MEMORY && after - before > GROWTH_KIB)
		fail_msg("peak memory grew by %ld KiB", after - before);
}

static void an_answer_of_known_length_arrives_in_full(void **state)
{
	static const unsigned sizes[] = { 0, 1, 16383, 16384, 16385, 65535, 65536, 65537, 1000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char path[50];
		uint64_t n = 0;
		struct sink *to = sink_count(NULL, &n);

		(void)snprintf(path, sizeof(path), "/big?n=%u", sizes[i]);
		call(path, NULL, 0, to);
		assert_int_equal(n, sizes[i]);
		sink_close(to);
	}
}

/* However much a handler makes of it: the request fails, and the next one is served. */
static void a_request_that_needs_too_much_memory_is_refused(void **state)
{
	static const char head[] = "POST /greedy HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %u\r\n\r\n";
	static char all[200 + 168000];
	struct h_server s;

	(void)state;
	h_server_start(&s, NULL, NULL);
	for (unsigned n = 1000; n <= 168000; n += 167000) {
		int k = snprintf(all, 200, head, n);

		memset(all + k, 'x', n);
		assert_int_equal(h_status(h_exchange(s.port, all, (size_t)k + n)), n == 1000 ? 200 : 413);
	}
	h_server_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_of_known_length_arrives_in_full),
		cmocka_unit_test(fifty_megabytes_go_up_and_down_unchanged_and_memory_stays),
		cmocka_unit_test(a_request_that_needs_too_much_memory_is_refused),
	};
	return cmocka_run_group_tests_name("gateway/http/stream", tests, start, stop);
}
