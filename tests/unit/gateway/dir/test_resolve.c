/* SPDX-License-Identifier: EUPL-1.2 */
#include "h_dir.h"

#include "base/clock.h"
#include "base/mem.h"
#include "dir/cache.h"

#define W (&h_world)
#define THREADS 16

/* Resolves and releases; what the route said is left in *r (without certificates), the reader's digest in hex. */
static int resolve(const char *key, struct dir_route *r, char hex[65], struct err *e)
{
	struct arena *a = arena_new();
	int rc;

	*e = (struct err)ERR_INIT;
	rc = dir_resolve(W->dir, key, a, r, e);
	if (rc == 0) {
		snprintf(hex, 65, "%s", r->addressee_cipher->hex);
		dir_route_fini(r);
	}
	arena_free(a);
	return rc;
}

static int expect(const char *key, enum reason reason)
{
	struct dir_route r;
	struct err e;
	char hex[65];
	int rc = resolve(key, &r, hex, &e);

	if (rc == 0 || e.reason != reason)
		fail_msg("%s instead of %s: %s", reason_info(e.reason)->key, reason_info(reason)->key, e.text);
	return rc;
}

static void works(const char *key, bool stale)
{
	struct dir_route r;
	struct err e;
	char hex[65];

	assert_ok(resolve(key, &r, hex, &e), e);
	assert_int_equal(r.is_stale, stale);
}

static void a_route_has_everything_a_delivery_needs(void **state)
{
	struct arena *a = arena_new();
	struct dir_route r;
	struct err e = ERR_INIT;
	int64_t before = clock_now();

	(void)state;
	assert_ok(dir_resolve(W->dir, h_key(), a, &r, &e), e);
	assert_string_equal(r.service, H_SERVICE);
	assert_string_equal(r.intermediary_uri, "http://127.0.0.1:9/osci");
	assert_true(h_is_cert(r.addressee_cipher, &W->to));
	assert_true(h_is_cert(r.intermediary_cipher, &W->im));
	assert_true(h_is_cert(r.intermediary_signature, &W->im_sign));
	assert_null(r.addressee_signature);
	assert_false(r.is_stale);
	assert_true(r.fetched >= before && r.fetched <= clock_now());
	dir_route_fini(&r);
	assert_null(r.addressee_cipher);
	arena_free(a);
}

static void an_older_service_is_asked_for_when_the_newest_has_no_entry(void **state)
{
	struct err e = ERR_INIT;
	struct arena *a = arena_new();
	struct dir_route r;
	char *old = mem_dup(W->entry), *at;

	(void)state;
	at = strstr(old, H_SERVICE);
	assert_non_null(at);
	memcpy(at, H_OLD_SERVICE, strlen(H_OLD_SERVICE));
	h_entry_text(old);
	free(old);
	assert_ok(dir_resolve(W->dir, h_key(), a, &r, &e), e);
	assert_string_equal(r.service, H_OLD_SERVICE);
	assert_int_equal(W->server[0].finds, 2);
	dir_route_fini(&r);
	arena_free(a);
}

static void a_fresh_entry_is_used_without_asking(void **state)
{
	const char *key = h_key();

	(void)state;
	works(key, false);
	works(key, false);
	clock_shift(H_FRESH_MS - 1000);
	works(key, false);
	assert_int_equal(W->server[0].finds, 1);
	clock_shift(1001);
	works(key, false);
	assert_int_equal(W->server[0].finds, 2);
}

static void a_changed_entry_counts_once_the_old_one_is_no_longer_fresh(void **state)
{
	const char *key = h_key();
	struct dir_route r;
	struct err e;
	char first[65], second[65], third[65];

	(void)state;
	assert_ok(resolve(key, &r, first, &e), e);
	h_entry(&W->to_new, &W->im);
	assert_ok(resolve(key, &r, second, &e), e);
	assert_string_equal(first, second);
	clock_shift(H_FRESH_MS + 1);
	assert_ok(resolve(key, &r, third, &e), e);
	assert_string_not_equal(first, third);
}

static void what_was_forgotten_is_asked_for_anew(void **state)
{
	const char *key = h_key();
	struct dir_route r;
	struct err e;
	char first[65], second[65];

	(void)state;
	assert_ok(resolve(key, &r, first, &e), e);
	h_entry(&W->to_new, &W->im);
	dir_forget(W->dir, key);
	dir_forget(W->dir, "ags:never-seen");
	assert_ok(resolve(key, &r, second, &e), e);
	assert_string_not_equal(first, second);
	assert_int_equal(W->server[0].finds, 2);
}

static void who_asks_again_gets_a_fresh_answer(void **state)
{
	const char *none = h_key(), *key;
	struct dir_route r;
	struct err e;
	char first[65], second[65];

	(void)state;
	/* A "no" of a moment ago does not count any more. */
	W->server[0].mode = H_204;
	expect(none, RSN_DIR_NO_ENTRY);
	W->server[0].mode = H_OK;
	expect(none, RSN_DIR_NO_ENTRY);
	dir_ask_again(W->dir, none);
	works(none, false);
	/* Nor does a fresh entry. */
	key = h_key();
	assert_ok(resolve(key, &r, first, &e), e);
	h_entry(&W->to_new, &W->im);
	dir_ask_again(W->dir, key);
	assert_ok(resolve(key, &r, second, &e), e);
	assert_string_not_equal(first, second);
	/* It still serves while nobody answers, and no longer than before. */
	W->server[0].mode = W->server[1].mode = H_500;
	dir_ask_again(W->dir, key);
	works(key, true);
	clock_shift(H_USABLE_MS + 1);
	assert_int_not_equal(resolve(key, &r, first, &e), 0);
	/* Of keys without anything cached, and of what is no key, nothing comes. */
	dir_ask_again(W->dir, "ags:never-seen");
	dir_ask_again(W->dir, "no key");
}

static void a_stale_entry_serves_while_no_server_answers_and_then_is_dead(void **state)
{
	const char *key = h_key();

	(void)state;
	works(key, false);
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	works(key, false);
	clock_shift(H_FRESH_MS + 1);
	works(key, true);
	clock_shift(H_USABLE_MS - H_FRESH_MS - 1000);
	works(key, true);
	clock_shift(1000);
	expect(key, RSN_DIR_UNREACHABLE);
}

static void a_stale_entry_serves_for_every_technical_fault_only(void **state)
{
	static const struct {
		enum h_mode mode;
		enum reason reason;	/* RSN_NONE: the stale entry is used */
	} cases[] = {
		{ H_500, RSN_NONE }, { H_GARBAGE, RSN_NONE }, { H_401, RSN_NONE }, { H_TOKEN_500, RSN_NONE },
		{ H_TOKEN_401, RSN_NONE }, { H_404, RSN_DIR_NO_ENTRY }, { H_204, RSN_DIR_NO_ENTRY },
		{ H_INVALID, RSN_DIR_EXPIRED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *key = h_key();

		works(key, false);
		for (int k = 0; k < 2; k++) {
			W->server[k].mode = cases[i].mode;
			W->server[k].generation++;
		}
		clock_shift(H_FRESH_MS + 1);
		if (cases[i].reason == RSN_NONE)
			works(key, true);
		else
			expect(key, cases[i].reason);
		W->server[0].mode = W->server[1].mode = H_OK;
		clock_shift(6000);	/* servers are left alone no longer */
	}
}

static void a_cold_cache_without_a_server_says_so(void **state)
{
	(void)state;
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	assert_int_equal(err_class((enum err_code)expect(h_key(), RSN_DIR_UNREACHABLE)), ERR_TEMPORARY);
}

static void a_clear_no_is_remembered_for_a_while(void **state)
{
	static const struct {
		enum h_mode mode;
		enum reason reason;
	} cases[] = { { H_404, RSN_DIR_NO_ENTRY }, { H_204, RSN_DIR_NO_ENTRY }, { H_INVALID, RSN_DIR_EXPIRED } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *key = h_key();
		unsigned asked;

		W->server[0].mode = cases[i].mode;
		W->server[0].finds = 0;
		expect(key, cases[i].reason);
		asked = W->server[0].finds;
		assert_int_equal(asked, 2);	/* both services, one server: the others hold the same data */
		assert_int_equal(W->server[1].finds, 0);
		expect(key, cases[i].reason);
		assert_int_equal(W->server[0].finds, asked);
		W->server[0].mode = H_OK;
		clock_shift(H_NEGATIVE_MS);
		works(key, false);
	}
}

static void an_entry_that_cannot_be_used_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *text;
		enum reason reason;
		unsigned asked;		/* by two resolves: 1 if the answer is remembered */
	} cases[] = {
		{ "{\"serviceSpecificationUri\":\"" H_SERVICE "\",\"serviceElements\":[]}", RSN_DIR_INCOMPLETE, 1 },
		{ "[1,2]", RSN_DIR_AMBIGUOUS, 1 },
		{ "[]", RSN_DIR_NO_ENTRY, 1 },
		{ "{\"serviceSpecificationUri\":\"" H_SERVICE "\",\"serviceElements\":[{\"serviceElementType\":"
		  "\"OSCI_ADDRESSEE\",\"cipherCertificate\":{\"content\":\"eA==\"}},{\"serviceElementType\":"
		  "\"OSCI_INTERMEDIARY\",\"serviceElementUri\":\"http://a/\",\"cipherCertificate\":{\"content\":\"eA==\"}}]}",
		  RSN_DIR_BAD_ANSWER, 2 },
		{ "{\"serviceSpecificationUri\":\"" H_SERVICE "\",\"serviceElements\":[{\"serviceElementType\":"
		  "\"OSCI_ADDRESSEE\",\"cipherCertificate\":{\"content\":\"eA==\",\"revocationReason\":\"x\"}},{\"serviceElementType\":"
		  "\"OSCI_INTERMEDIARY\",\"serviceElementUri\":\"http://a/\",\"cipherCertificate\":{\"content\":\"eA==\"}}]}",
		  RSN_CERT_REVOKED, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *key = h_key();

		W->server[0].finds = 0;
		h_entry_text(cases[i].text);
		expect(key, cases[i].reason);
		expect(key, cases[i].reason);
		assert_int_equal(W->server[0].finds, cases[i].asked);
	}
}

/* The directory withdrew a certificate: what is cached of it must not come back when the directory is down. */
static void a_certificate_the_directory_called_revoked_is_never_used_stale(void **state)
{
	const char *key = h_key();
	char *text, *at;

	(void)state;
	works(key, false);
	text = mem_dup(W->entry);
	at = strstr(text, "\"revocationDate\":null");
	assert_non_null(at);
	memcpy(at, "\"revocationDate\":1   ", 21);
	h_entry_text(text);
	free(text);
	clock_shift(H_FRESH_MS + 1);
	expect(key, RSN_CERT_REVOKED);
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	expect(key, RSN_CERT_REVOKED);
	clock_shift(H_NEGATIVE_MS);
	expect(key, RSN_DIR_UNREACHABLE);
}

static void an_entry_counts_within_its_validity_only(void **state)
{
	char from[CLOCK_TEXT_LEN], until[CLOCK_TEXT_LEN];
	const char *key;

	(void)state;
	h_entry_valid(clock_utc(clock_now() + 60000, from), NULL);
	expect(h_key(), RSN_DIR_EXPIRED);
	h_entry_valid(NULL, clock_utc(clock_now() - 1, until));
	expect(h_key(), RSN_DIR_EXPIRED);
	/* Fresh for ten seconds, but the entry itself ends in five. */
	h_entry_valid(clock_utc(clock_now() - 1000, from), clock_utc(clock_now() + 5000, until));
	key = h_key();
	works(key, false);
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	clock_shift(4000);
	works(key, false);
	clock_shift(1001);
	expect(key, RSN_DIR_UNREACHABLE);
}

static void a_bad_certificate_is_refused_with_its_reason(void **state)
{
	const struct {
		const struct mk_cert *to, *im;
		enum reason reason;
	} cases[] = {
		{ &W->to_expired, &W->im, RSN_CERT_EXPIRED },	 { &W->to_revoked, &W->im, RSN_CERT_REVOKED },
		{ &W->to_foreign, &W->im, RSN_CERT_UNTRUSTED }, { &W->to_weak, &W->im, RSN_CERT_WEAK },
		{ &W->to_wrong_use, &W->im, RSN_CERT_WEAK },	 { &W->to, &W->to_expired, RSN_CERT_EXPIRED },
		{ &W->to, &W->to_revoked, RSN_CERT_REVOKED },	 { &W->to, &W->to_foreign, RSN_CERT_UNTRUSTED },
		{ &W->to, &W->to_weak, RSN_CERT_WEAK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		h_entry(cases[i].to, cases[i].im);
		expect(h_key(), cases[i].reason);
	}
}

static void what_cannot_be_a_key_is_not_asked_for(void **state)
{
	char huge[300];

	(void)state;
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	expect("", RSN_DIR_NO_ENTRY);
	expect(huge, RSN_DIR_NO_ENTRY);
	expect("ags:05315000\n", RSN_DIR_NO_ENTRY);
	expect("ags:\xff", RSN_DIR_NO_ENTRY);
	assert_int_equal(W->server[0].finds, 0);
}

static void a_spoiled_cache_entry_is_asked_for_anew(void **state)
{
	const char *key = h_key();
	struct spool_cache_entry bad = { .fetched = clock_now(), .fresh_until = clock_now() + 60000,
					 .dead_after = clock_now() + 60000, .value = SPAN_LIT("{\"service\":") };
	char name[64];
	struct err e = ERR_INIT;

	(void)state;
	snprintf(name, sizeof(name), "dvdv/%s", key);
	assert_ok(spool_cache_put(W->spool.s, span_of(name), &bad, &e), e);
	works(key, false);
	assert_int_equal(W->server[0].finds, 1);
	/* Fetched in the future: the clock was wrong then, or is now. */
	bad = (struct spool_cache_entry){ .fetched = clock_now() + 3600000, .fresh_until = clock_now() + 7200000,
					  .dead_after = clock_now() + 7200000, .negative = true,
					  .value = SPAN_LIT("DIR-NO-ENTRY") };
	assert_ok(spool_cache_put(W->spool.s, span_of(name), &bad, &e), e);
	works(key, false);
	assert_int_equal(W->server[0].finds, 2);
}

struct runner {
	pthread_t thread;
	pthread_barrier_t *start;
	char key[32];
	int rc;
	enum reason reason;
};

static void *run(void *arg)
{
	struct runner *r = arg;
	struct dir_route route;
	struct err e;
	char hex[65];

	pthread_barrier_wait(r->start);
	r->rc = resolve(r->key, &route, hex, &e);
	r->reason = e.reason;
	return NULL;
}

static void run_all(struct runner *r, unsigned n, bool same_key)
{
	pthread_barrier_t start;
	char key[32];

	snprintf(key, sizeof(key), "%s", h_key());
	pthread_barrier_init(&start, NULL, n);
	for (unsigned i = 0; i < n; i++) {
		r[i] = (struct runner){ .start = &start };
		snprintf(r[i].key, sizeof(r[i].key), "%s", same_key ? key : h_key());
		assert_int_equal(pthread_create(&r[i].thread, NULL, run, &r[i]), 0);
	}
	for (unsigned i = 0; i < n; i++)
		pthread_join(r[i].thread, NULL);
	pthread_barrier_destroy(&start);
}

static void one_request_per_key_is_in_flight(void **state)
{
	struct runner r[THREADS];

	(void)state;
	run_all(r, THREADS, true);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(r[i].rc, 0);
	assert_int_equal(W->server[0].finds, 1);
	assert_int_equal(W->server[0].tokens, 1);
}

static void different_keys_do_not_wait_for_each_other_but_share_the_token(void **state)
{
	struct runner r[THREADS];

	(void)state;
	run_all(r, THREADS, false);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(r[i].rc, 0);
	assert_int_equal(W->server[0].finds, THREADS);
	assert_int_equal(W->server[0].tokens, 1);
}

/* Without shared failures each recipient would try both servers for itself. */
static void a_directory_that_hangs_costs_one_time_out_for_all(void **state)
{
	struct runner r[THREADS];

	(void)state;
	h_impatient();
	W->server[0].mode = W->server[1].mode = H_TOKEN_SLOW;
	run_all(r, THREADS, false);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(r[i].reason, RSN_DIR_UNREACHABLE);
	assert_int_equal(W->server[0].tokens, 1);
	assert_int_equal(W->server[1].tokens, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, h_fresh, h_stale)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_route_has_everything_a_delivery_needs),
		T(an_older_service_is_asked_for_when_the_newest_has_no_entry),
		T(a_fresh_entry_is_used_without_asking),
		T(a_changed_entry_counts_once_the_old_one_is_no_longer_fresh),
		T(what_was_forgotten_is_asked_for_anew),
		T(who_asks_again_gets_a_fresh_answer),
		T(a_stale_entry_serves_while_no_server_answers_and_then_is_dead),
		T(a_stale_entry_serves_for_every_technical_fault_only),
		T(a_cold_cache_without_a_server_says_so),
		T(a_clear_no_is_remembered_for_a_while),
		T(an_entry_that_cannot_be_used_is_refused_with_its_reason),
		T(a_certificate_the_directory_called_revoked_is_never_used_stale),
		T(an_entry_counts_within_its_validity_only),
		T(a_bad_certificate_is_refused_with_its_reason),
		T(what_cannot_be_a_key_is_not_asked_for),
		T(a_spoiled_cache_entry_is_asked_for_anew),
		T(one_request_per_key_is_in_flight),
		T(different_keys_do_not_wait_for_each_other_but_share_the_token),
		T(a_directory_that_hangs_costs_one_time_out_for_all),
	};
	return cmocka_run_group_tests_name("gateway/dir/resolve", tests, h_world_up, h_world_down);
}
