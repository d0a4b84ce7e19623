/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/ways. */
#include "cm.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/server.h"
#include "mailbox/ways.h"
#include "spool/suite/h_spool.h"

#define ANSWER_MAX (1024u * 1024)
#define PATIENCE_MS 300

static struct {
	struct h_spool spool;
	struct http_server *server;
	struct http_client *http;
	struct http_route route;
	struct mailbox_ways *ways;
	char good[64], dead[64];	/* addresses: of the server, and where nobody listens */
} w;

static int echo(struct http_request *rq, void *ctx, struct err *e)
{
	struct buf b;
	int rc;

	(void)ctx;
	buf_init(&b, ANSWER_MAX);
	rc = stream_to_buf(http_body(rq), &b, "request", e);
	if (rc == 0)
		rc = http_reply(rq, 200, "text/xml", b.p, b.n, e);
	buf_fini(&b);
	return rc;
}

static void make(char *const *allowed, size_t n, unsigned each, unsigned most)
{
	struct mailbox_ways_rules rules = {
		.allowed = allowed, .allowed_count = n, .http = w.http, .scratch_dir = w.spool.dir, .timeout_ms = 5000,
		.patience_ms = PATIENCE_MS, .max_answer = ANSWER_MAX, .each = each, .sender = each < most ? each + 1 : most,
		.most = most,
	};
	struct err e = ERR_INIT;

	mailbox_ways_free(w.ways);
	assert_ok(mailbox_ways_new(&rules, &w.ways, &e), e);
}

static void make_usual(unsigned each, unsigned most)
{
	char *allowed[] = { w.good, w.dead };

	make(allowed, 2, each, most);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;
	unsigned index = 0;

	(void)state;
	memset(&w, 0, sizeof(w));
	h_spool_init(&w.spool);
	assert_ok(http_client_check(&e), e);
	assert_ok(http_client_new(&(struct http_client_settings){ .user_agent = NULL }, &w.http, &e), e);
	w.route = (struct http_route){ "POST", "/osci", echo, NULL, ANSWER_MAX };
	assert_ok(http_server_new(&(struct http_limits){ .workers = 2 }, &w.server, &e), e);
	assert_ok(http_server_listen(w.server, &(struct http_listener){ .name = "im", .address = "127.0.0.1:0",
									 .routes = &w.route, .route_count = 1 }, &index, &e), e);
	assert_ok(http_server_start(w.server, &e), e);
	snprintf(w.good, sizeof(w.good), "http://127.0.0.1:%u/osci", http_server_port(w.server, index));
	snprintf(w.dead, sizeof(w.dead), "http://127.0.0.1:1/osci");
	make_usual(4, 8);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mailbox_ways_free(w.ways);
	http_server_stop(w.server, 1000);
	http_server_free(w.server);
	http_client_free(w.http);
	h_spool_fini(&w.spool);
	return 0;
}

static const struct {
	const char *uri;
	bool allowed;
} addresses[] = {
	{ "http://amt.example:8080/osci", true },
	{ "HTTP://AMT.example:8080/osci", true },
	{ "http://amt.example:8080/osci/eingang", true },
	{ "http://amt.example:8080/osci?a=1", true },
	{ "https://stadt.example/", true },
	{ "https://stadt.example/irgendwo", true },
	{ "https://stadt.example:443/", true },
	{ "http://[2001:db8::1]/osci", true },
	{ "http://amt.example:8080/osciX", false },
	{ "http://amt.example:8080/", false },
	{ "http://amt.example:8080/osci/../geheim", false },
	{ "http://amt.example:8080/osci/%2e%2e/geheim", false },
	{ "http://amt.example:8080/osci/%2E./geheim", false },
	{ "http://amt.example:8080/osci/..\\geheim", false },
	{ "https://amt.example:8080/osci", false },
	{ "http://amt.example/osci", false },
	{ "http://amt.example:8081/osci", false },
	{ "http://amt.example.evil.example:8080/osci", false },
	{ "http://user@amt.example:8080/osci", false },
	{ "http://amt.example:8080@127.0.0.1/osci", false },
	{ "http://127.0.0.1:8080/osci", false },
	{ "http://localhost/osci", false },
	{ "http://[::1]/osci", false },
	{ "http://169.254.169.254/latest/meta-data", false },
	{ "http://10.0.0.1/osci", false },
	{ "file:///etc/passwd", false },
	{ "gopher://amt.example:8080/osci", false },
	{ "ftp://amt.example:8080/osci", false },
	{ "//amt.example:8080/osci", false },
	{ "/osci", false },
	{ "", false },
};

static void only_what_is_listed_is_called(void **state)
{
	static char one[] = "http://amt.example:8080/osci", two[] = "https://stadt.example", three[] = "http://[2001:db8::1]/osci";
	char *allowed[] = { one, two, three };

	(void)state;
	make(allowed, ARRAY_LEN(allowed), 1, 1);
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		struct err e = ERR_INIT;
		struct osci_transport t;
		void *way = NULL;
		int rc = mailbox_way_begin(w.ways, &(struct osci_way_wish){ addresses[i].uri, NULL }, &t, &way, &e);

		if (rc == 0)
			mailbox_way_end(w.ways, way);
		if ((rc == 0) != addresses[i].allowed)
			fail_msg("%s is %s", addresses[i].uri, rc == 0 ? "allowed" : "not allowed");
		if (rc != 0)
			assert_int_equal(rc, ERR_DENIED);
	}
}

static void nobody_is_called_where_nothing_is_listed_and_a_bad_list_is_no_list(void **state)
{
	static char bad[] = "amt.example/osci";
	char *list[] = { bad };
	struct mailbox_ways_rules rules = { .allowed = list, .allowed_count = 1, .each = 1, .sender = 1, .most = 1 };
	struct mailbox_ways *none = NULL;
	struct osci_transport t;
	struct err e = ERR_INIT;
	void *way = NULL;

	(void)state;
	assert_int_equal(mailbox_ways_new(&rules, &none, &e), ERR_SYNTAX);
	make(list, 0, 1, 1);
	assert_int_equal(mailbox_way_begin(w.ways, &(struct osci_way_wish){ w.good, NULL }, &t, &way, &e), ERR_DENIED);
}

struct held {
	struct osci_transport t;
	void *way;
};

static int begin_for(const uint8_t *sender, const char *uri, struct held *held, struct err *e)
{
	*e = (struct err)ERR_INIT;
	return mailbox_way_begin(w.ways, &(struct osci_way_wish){ uri, sender }, &held->t, &held->way, e);
}

static int begin(const char *uri, struct held *held, struct err *e)
{
	return begin_for(NULL, uri, held, e);
}

static int post(const struct held *held, struct err *e)
{
	struct src *in = src_of_mem("order", 5), *answer = NULL;
	bool sent;
	int rc = held->t.post(held->t.ctx, in, 5, &answer, &sent, e);

	src_close(answer);
	src_close(in);
	return rc;
}

static void end(const struct held *held)
{
	mailbox_way_end(w.ways, held->way);
}

static void an_order_goes_there_and_its_answer_comes_back(void **state)
{
	struct src *in = src_of_mem("order", 5), *answer = NULL;
	struct err e = ERR_INIT;
	struct held held;
	bool sent;
	struct buf b;

	(void)state;
	assert_ok(begin(w.good, &held, &e), e);
	assert_ok(held.t.post(held.t.ctx, in, 5, &answer, &sent, &e), e);
	assert_true(sent);
	buf_init(&b, 100);
	assert_ok(stream_to_buf(answer, &b, "answer", &e), e);
	assert_string_equal(buf_str(&b), "order");
	buf_fini(&b);
	src_close(answer);
	src_close(in);
	end(&held);
}

/* Of one that has not answered yet nothing is known: the second has to see what becomes of the first. */
static void an_unproven_recipient_gets_one_and_one_that_answers_gets_its_share(void **state)
{
	struct err e = ERR_INIT;
	struct held held[5];
	int64_t start = clock_mono();

	(void)state;
	assert_ok(begin(w.good, &held[0], &e), e);
	assert_int_equal(begin(w.good, &held[1], &e), ERR_BUSY);
	assert_true(clock_mono() - start >= PATIENCE_MS - 1);
	assert_ok(post(&held[0], &e), e);
	for (int i = 1; i < 4; i++)
		assert_ok(begin(w.good, &held[i], &e), e);
	assert_int_equal(begin(w.good, &held[4], &e), ERR_BUSY);
	for (int i = 0; i < 4; i++)
		end(&held[i]);
}

static void a_dead_recipient_is_left_alone_and_the_others_are_called(void **state)
{
	struct err e = ERR_INIT;
	struct held held;
	int64_t start;

	(void)state;
	assert_ok(begin(w.dead, &held, &e), e);
	assert_int_equal(post(&held, &e), ERR_UNREACHABLE);
	end(&held);
	start = clock_mono();
	assert_int_equal(begin(w.dead, &held, &e), ERR_UNREACHABLE);
	assert_true(clock_mono() - start < PATIENCE_MS);
	assert_ok(begin(w.good, &held, &e), e);
	assert_ok(post(&held, &e), e);
	end(&held);
}

static void all_together_get_no_more_than_their_share(void **state)
{
	struct err e = ERR_INIT;
	struct held a, b, c;
	int64_t start;

	(void)state;
	make_usual(4, 2);
	assert_ok(begin(w.good, &a, &e), e);
	assert_ok(post(&a, &e), e);
	assert_ok(begin(w.good, &b, &e), e);
	start = clock_mono();
	assert_int_equal(begin(w.dead, &c, &e), ERR_BUSY);
	assert_true(clock_mono() - start < PATIENCE_MS); /* nobody waits for a share */
	end(&a);
	assert_ok(begin(w.good, &c, &e), e);
	end(&b);
	end(&c);
}

/* Whoever waits for a place counts as well: a worker is held all the same. */
static void one_sender_leaves_room_for_the_others(void **state)
{
	static const uint8_t a[SHA256_LEN] = { 1 }, b[SHA256_LEN] = { 2 };
	struct err e = ERR_INIT;
	struct held held[6];
	int64_t start;

	(void)state;
	make_usual(4, 8);	/* five for one sender */
	assert_ok(begin_for(a, w.good, &held[0], &e), e);
	assert_ok(post(&held[0], &e), e);
	for (int i = 1; i < 4; i++)
		assert_ok(begin_for(a, w.good, &held[i], &e), e);
	assert_ok(begin_for(a, w.dead, &held[4], &e), e);
	start = clock_mono();
	assert_int_equal(begin_for(a, w.dead, &held[5], &e), ERR_BUSY);
	assert_true(clock_mono() - start < PATIENCE_MS);
	end(&held[4]);
	assert_ok(begin_for(b, w.dead, &held[4], &e), e);
	end(&held[0]);
	assert_ok(begin_for(b, w.good, &held[0], &e), e);
	end(&held[4]);
	assert_ok(begin_for(a, w.dead, &held[4], &e), e);
	for (int i = 0; i < 5; i++)
		end(&held[i]);
}

static void *wait_for_it(void *ctx)
{
	struct held *held = ctx;
	struct err e = ERR_INIT;

	return begin(w.good, held, &e) == 0 ? held : NULL;
}

static void whoever_waits_gets_the_place_that_is_given_back(void **state)
{
	struct err e = ERR_INIT;
	struct held a, b;
	pthread_t t;
	void *got;

	(void)state;
	assert_ok(begin(w.good, &a, &e), e);
	assert_int_equal(pthread_create(&t, NULL, wait_for_it, &b), 0);
	assert_ok(post(&a, &e), e);
	assert_int_equal(pthread_join(t, &got), 0);
	assert_ptr_equal(got, &b);
	end(&a);
	end(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_what_is_listed_is_called),
		TEST(one_sender_leaves_room_for_the_others),
		TEST(nobody_is_called_where_nothing_is_listed_and_a_bad_list_is_no_list),
		TEST(an_order_goes_there_and_its_answer_comes_back),
		TEST(an_unproven_recipient_gets_one_and_one_that_answers_gets_its_share),
		TEST(a_dead_recipient_is_left_alone_and_the_others_are_called),
		TEST(all_together_get_no_more_than_their_share),
		TEST(whoever_waits_gets_the_place_that_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
