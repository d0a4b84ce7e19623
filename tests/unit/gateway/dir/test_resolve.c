/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/dir/resolve. */
#include "h_route.h"

#include "base/clock.h"
#include "base/mem.h"
#include "dir/cache.h"

#define W (&h_world)
#define THREADS 16

static void a_route_has_everything_a_delivery_needs(void **state)
{
	struct arena *a = arena_new();
	struct dir_route r;
	struct err e = ERR_INIT;
	int64_t before = clock_now();

	(void)state;
	assert_ok(dir_resolve(W->dir, h_key(), "form", a, &r, &e), e);
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
	assert_ok(dir_resolve(W->dir, h_key(), "form", a, &r, &e), e);
	assert_string_equal(r.service, H_OLD_SERVICE);
	assert_int_equal(W->server[0].finds, 2);
	dir_route_fini(&r);
	arena_free(a);
}

static void a_fresh_entry_is_used_without_asking(void **state)
{
	const char *key = h_key();

	(void)state;
	h_works(key, false);
	h_works(key, false);
	clock_shift(H_FRESH_MS - 1000);
	h_works(key, false);
	assert_int_equal(W->server[0].finds, 1);
	clock_shift(1001);
	h_works(key, false);
	assert_int_equal(W->server[0].finds, 2);
}

static void a_changed_entry_counts_once_the_old_one_is_no_longer_fresh(void **state)
{
	const char *key = h_key();
	struct dir_route r;
	struct err e;
	char first[65], second[65], third[65];

	(void)state;
	assert_ok(h_resolve(key, &r, first, &e), e);
	h_entry(&W->to_new, &W->im);
	assert_ok(h_resolve(key, &r, second, &e), e);
	assert_string_equal(first, second);
	clock_shift(H_FRESH_MS + 1);
	assert_ok(h_resolve(key, &r, third, &e), e);
	assert_string_not_equal(first, third);
}

static void what_was_forgotten_is_asked_for_anew(void **state)
{
	const char *key = h_key();
	struct dir_route r;
	struct err e;
	char first[65], second[65];

	(void)state;
	assert_ok(h_resolve(key, &r, first, &e), e);
	h_entry(&W->to_new, &W->im);
	dir_forget(W->dir, key, "form");
	dir_forget(W->dir, "ags:never-seen", "form");
	assert_ok(h_resolve(key, &r, second, &e), e);
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
	h_expect(none, RSN_DIR_NO_ENTRY);
	W->server[0].mode = H_OK;
	h_expect(none, RSN_DIR_NO_ENTRY);
	dir_ask_again(W->dir, none, "form");
	h_works(none, false);
	/* Nor does a fresh entry. */
	key = h_key();
	assert_ok(h_resolve(key, &r, first, &e), e);
	h_entry(&W->to_new, &W->im);
	dir_ask_again(W->dir, key, "form");
	assert_ok(h_resolve(key, &r, second, &e), e);
	assert_string_not_equal(first, second);
	/* It still serves while nobody answers, and no longer than before. */
	W->server[0].mode = W->server[1].mode = H_500;
	dir_ask_again(W->dir, key, "form");
	h_works(key, true);
	clock_shift(H_USABLE_MS + 1);
	assert_int_not_equal(h_resolve(key, &r, first, &e), 0);
	/* Of keys without anything cached, and of what is no key, nothing comes. */
	dir_ask_again(W->dir, "ags:never-seen", "form");
	dir_ask_again(W->dir, "no key", "form");
}

static void a_stale_entry_serves_while_no_server_answers_and_then_is_dead(void **state)
{
	const char *key = h_key();

	(void)state;
	h_works(key, false);
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	h_works(key, false);
	clock_shift(H_FRESH_MS + 1);
	h_works(key, true);
	clock_shift(H_USABLE_MS - H_FRESH_MS - 1000);
	h_works(key, true);
	clock_shift(1000);
	h_expect(key, RSN_DIR_UNREACHABLE);
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

		h_works(key, false);
		for (int k = 0; k < 2; k++) {
			W->server[k].mode = cases[i].mode;
			W->server[k].generation++;
		}
		clock_shift(H_FRESH_MS + 1);
		if (cases[i].reason == RSN_NONE)
			h_works(key, true);
		else
			h_expect(key, cases[i].reason);
		W->server[0].mode = W->server[1].mode = H_OK;
		clock_shift(6000);	/* servers are left alone no longer */
	}
}

static void a_cold_cache_without_a_server_says_so(void **state)
{
	(void)state;
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	assert_int_equal(err_class((enum err_code)h_expect(h_key(), RSN_DIR_UNREACHABLE)), ERR_TEMPORARY);
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
		h_expect(key, cases[i].reason);
		asked = W->server[0].finds;
		assert_int_equal(asked, 2);	/* both services, one server: the others hold the same data */
		assert_int_equal(W->server[1].finds, 0);
		h_expect(key, cases[i].reason);
		assert_int_equal(W->server[0].finds, asked);
		W->server[0].mode = H_OK;
		clock_shift(H_NEGATIVE_MS);
		h_works(key, false);
	}
}

static void an_entry_that_cannot_be_used_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *text;
		enum reason reason;
		unsigned asked;		/* by two resolves of which the second finds it remembered, unless it is twice as many */
	} cases[] = {
		{ "{\"serviceSpecificationUri\":\"" H_SERVICE "\",\"serviceElements\":[]}", RSN_DIR_INCOMPLETE, 1 },
		{ "[1,2]", RSN_DIR_AMBIGUOUS, 1 },
		{ "[]", RSN_DIR_NO_ENTRY, 2 },	/* both services */
		{ "{\"serviceSpecificationUri\":\"" H_SERVICE "\",\"organizationNameDe\":\"" H_TOWN "\",\"serviceElements\":[{\"serviceElementType\":"
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
		h_expect(key, cases[i].reason);
		h_expect(key, cases[i].reason);
		assert_int_equal(W->server[0].finds, cases[i].asked);
	}
}

/* The directory withdrew a certificate: what is cached of it must not come back when the directory is down. */
static void a_certificate_the_directory_called_revoked_is_never_used_stale(void **state)
{
	const char *key = h_key();
	char *text, *at;

	(void)state;
	h_works(key, false);
	text = mem_dup(W->entry);
	at = strstr(text, "\"revocationDate\":null");
	assert_non_null(at);
	memcpy(at, "\"revocationDate\":1   ", 21);
	h_entry_text(text);
	free(text);
	clock_shift(H_FRESH_MS + 1);
	h_expect(key, RSN_CERT_REVOKED);
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	h_expect(key, RSN_CERT_REVOKED);
	clock_shift(H_NEGATIVE_MS);
	h_expect(key, RSN_DIR_UNREACHABLE);
}

static void an_entry_counts_within_its_validity_only(void **state)
{
	char from[CLOCK_TEXT_LEN], until[CLOCK_TEXT_LEN];
	const char *key;

	(void)state;
	h_entry_valid(clock_utc(clock_now() + 60000, from), NULL);
	h_expect(h_key(), RSN_DIR_EXPIRED);
	h_entry_valid(NULL, clock_utc(clock_now() - 1, until));
	h_expect(h_key(), RSN_DIR_EXPIRED);
	/* Fresh for ten seconds, but the entry itself ends in five. */
	h_entry_valid(clock_utc(clock_now() - 1000, from), clock_utc(clock_now() + 5000, until));
	key = h_key();
	h_works(key, false);
	h_server_down(&W->server[0]);
	h_server_down(&W->server[1]);
	clock_shift(4000);
	h_works(key, false);
	clock_shift(1001);
	h_expect(key, RSN_DIR_UNREACHABLE);
}

static void a_bad_certificate_is_refused_with_its_reason(void **state)
{
	const struct {
		const struct mk_cert *to, *im;
		enum reason reason;
	} cases[] = {
		{ &W->to_expired, &W->im, RSN_CERT_EXPIRED },	 { &W->to_revoked, &W->im, RSN_CERT_REVOKED },
		{ &W->to_foreign, &W->im, RSN_CERT_UNTRUSTED }, { &W->to_weak, &W->im, RSN_CERT_WEAK },
		{ &W->to_wrong_use, &W->im, RSN_CERT_WEAK },	 { &W->to, &W->to_expired, RSN_IM_CERT_EXPIRED },
		{ &W->to, &W->to_revoked, RSN_IM_CERT_REVOKED }, { &W->to, &W->to_foreign, RSN_IM_CERT_UNTRUSTED },
		{ &W->to, &W->to_weak, RSN_IM_CERT_WEAK },	 { &W->to_early, &W->im, RSN_CERT_NOT_YET },
		{ &W->to, &W->to_early, RSN_IM_CERT_NOT_YET },	 { &W->to_expired, &W->to_expired, RSN_CERT_EXPIRED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		h_entry(cases[i].to, cases[i].im);
		h_expect(h_key(), cases[i].reason);
	}
}

static void each_service_has_its_own_specifications_and_its_own_cache_entry(void **state)
{
	struct arena *a = arena_new();
	const char *key = h_key();
	struct dir_route r;
	struct err e = ERR_INIT;

	(void)state;
	h_works(key, false);
	/* Nobody has an entry for the other one, and that says nothing about this one. */
	assert_int_equal(dir_resolve(W->dir, key, "other", a, &r, &e), ERR_MISSING);
	assert_int_equal(e.reason, RSN_DIR_NO_ENTRY);
	h_works(key, false);
	assert_int_equal(W->server[0].finds, 2);
	dir_forget(W->dir, key, "other");
	h_works(key, false);
	assert_int_equal(W->server[0].finds, 2);
	/* A message without a service is asked for as any other. */
	e = (struct err)ERR_INIT;
	assert_ok(dir_resolve(W->dir, key, NULL, a, &r, &e), e);
	assert_string_equal(r.service, H_SERVICE);
	dir_route_fini(&r);
	/* A URI that is none of ours stands for itself. */
	assert_ok(dir_resolve(W->dir, key, H_SERVICE, a, &r, &e), e);
	dir_route_fini(&r);
	assert_int_equal(dir_resolve(W->dir, key, "urn:example:nobody", a, &r, &e), ERR_MISSING);
	arena_free(a);
}

static void a_service_that_is_not_configured_is_our_fault(void **state)
{
	static const struct dir_service only[] = { { "other", NULL, 0 } };
	struct err e = ERR_INIT;

	(void)state;
	dir_free(W->dir);
	W->o.services = only;
	W->o.service_count = 1;
	assert_ok(dir_new(&W->o, &W->dir, &e), e);
	h_expect(h_key(), RSN_LOC_DIRECTORY);
	assert_int_equal(W->server[0].finds, 0);
}

static void a_specification_that_is_not_configured_any_more_is_not_used_from_the_cache(void **state)
{
	static const char *const uris[] = { H_OLD_SERVICE };
	static const struct dir_service services[] = { { NULL, uris, 1 } };
	const char *key = h_key();
	struct err e = ERR_INIT;

	(void)state;
	h_works(key, false);
	dir_free(W->dir);
	W->o.services = services;
	W->o.service_count = 1;
	assert_ok(dir_new(&W->o, &W->dir, &e), e);
	h_expect(key, RSN_DIR_NO_ENTRY);
}

static void what_the_directory_said_is_repeated_with_its_words(void **state)
{
	const char *key = h_key();
	struct dir_route r;
	struct err e;
	char hex[65];

	(void)state;
	W->server[0].mode = H_INVALID;
	h_expect(key, RSN_DIR_EXPIRED);
	assert_int_not_equal(h_resolve(key, &r, hex, &e), 0);
	assert_non_null(strstr(e.text, "Dienst ung\u00fcltig"));
	assert_non_null(strstr(e.text, "(the directory said so 0 s ago)"));
}

static void an_address_of_this_machine_needs_the_switch(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	dir_free(W->dir);
	W->o.allow_local = false;
	assert_ok(dir_new(&W->o, &W->dir, &e), e);
	h_expect(h_key(), RSN_DIR_BAD_ADDRESS);
}

static void the_figures_say_whose_fault_it_is_that_old_entries_are_used(void **state)
{
	const char *key = h_key();
	struct dir_stats s;

	(void)state;
	h_works(key, false);
	dir_stats_get(W->dir, &s);
	assert_int_equal(s.failures, 0);
	assert_int_equal(s.failing_since, 0);
	for (int k = 0; k < 2; k++) {
		W->server[k].mode = H_TOKEN_401;
		W->server[k].generation++;
	}
	clock_shift(H_FRESH_MS + 1);
	h_works(key, true);
	dir_stats_get(W->dir, &s);
	assert_int_equal(s.failures, 1);
	assert_int_equal(s.stale_used, 1);
	assert_int_equal(s.reason, RSN_DIR_DENIED);
	assert_non_null(strstr(s.detail, "token refused"));
	assert_true(s.failing_since > 0);
	W->server[0].mode = H_OK;
	h_works(key, false);
	dir_stats_get(W->dir, &s);
	assert_int_equal(s.failing_since, 0);
	assert_int_equal(s.reason, RSN_NONE);
	assert_int_equal(s.stale_used, 1);
	/* A clear "no" is an answer. */
	W->server[0].mode = H_404;
	h_expect(h_key(), RSN_DIR_NO_ENTRY);
	dir_stats_get(W->dir, &s);
	assert_int_equal(s.failing_since, 0);
}

static void what_cannot_be_a_key_is_not_asked_for(void **state)
{
	char huge[300];

	(void)state;
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	h_expect("", RSN_DIR_NO_ENTRY);
	h_expect(huge, RSN_DIR_NO_ENTRY);
	h_expect("ags:05315000\n", RSN_DIR_NO_ENTRY);
	h_expect("ags:\xff", RSN_DIR_NO_ENTRY);
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
	snprintf(name, sizeof(name), "dvdv/%s form", key);
	assert_ok(spool_cache_put(W->spool.s, span_of(name), &bad, &e), e);
	h_works(key, false);
	assert_int_equal(W->server[0].finds, 1);
	/* Fetched in the future: the clock was wrong then, or is now. */
	bad = (struct spool_cache_entry){ .fetched = clock_now() + 3600000, .fresh_until = clock_now() + 7200000,
					  .dead_after = clock_now() + 7200000, .negative = true,
					  .value = SPAN_LIT("DIR-NO-ENTRY") };
	assert_ok(spool_cache_put(W->spool.s, span_of(name), &bad, &e), e);
	h_works(key, false);
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
	r->rc = h_resolve(r->key, &route, hex, &e);
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
		T(each_service_has_its_own_specifications_and_its_own_cache_entry),
		T(a_service_that_is_not_configured_is_our_fault),
		T(a_specification_that_is_not_configured_any_more_is_not_used_from_the_cache),
		T(what_the_directory_said_is_repeated_with_its_words),
		T(an_address_of_this_machine_needs_the_switch),
		T(the_figures_say_whose_fault_it_is_that_old_entries_are_used),
		T(what_cannot_be_a_key_is_not_asked_for),
		T(a_spoiled_cache_entry_is_asked_for_anew),
		T(one_request_per_key_is_in_flight),
		T(different_keys_do_not_wait_for_each_other_but_share_the_token),
		T(a_directory_that_hangs_costs_one_time_out_for_all),
	};
	return cmocka_run_group_tests_name("gateway/dir/resolve", tests, h_world_up, h_world_down);
}
