/* SPDX-License-Identifier: EUPL-1.2 */
/* What an operator sets for all pages: whom the limit counts, and the links at the foot. */
#include "cm.h"

#include "base/mem.h"
#include "form/web/service.h"
#include "h_site.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

/* Each address may change one thing. What comes before the last entry is what a client may have sent itself. */
static const struct {
	const char *first, *second;	/* two such headers */
	bool too_fast;
} named[] = {
	{ "203.0.113.1", NULL, false },
	{ "203.0.113.1", NULL, true },
	{ "198.51.100.1, 203.0.113.1", NULL, true },
	{ "198.51.100.2,203.0.113.1 ", NULL, true },
	{ "198.51.100.3", "203.0.113.1", true },
	{ "203.0.113.1, 203.0.113.2", NULL, false },
	{ "203.0.113.2", NULL, true },
	{ "203.0.113.1", "203.0.113.3", false },
	{ "2001:db8::1", NULL, false },
	{ "2001:db8::ffff:1", NULL, true },
	{ "2001:db8:0:1::1", NULL, false },
	{ "::ffff:203.0.113.2", NULL, true },
	/* Not an address: all of these count as the proxy. */
	{ "unknown", NULL, false },
	{ "hidden", NULL, true },
	{ "203.0.113.2:1234", NULL, true },
	{ "[2001:db8::1]:1234", NULL, true },
	{ "203.0.113.4,", NULL, true },
	{ " ", NULL, true },
	{ NULL, NULL, true },
};

static void behind_a_proxy_each_client_has_a_limit_of_its_own(void **state)
{
	(void)state;
	struct h_site slow;
	struct h_reply r;
	const struct form_options o = { .rate_per_second = 0.001, .rate_burst = 1 };
	h_site_start_behind(&slow, &o, "X-Forwarded-For");
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		slow.more[0] = (struct http_pair){ named[i].first == NULL ? NULL : "x-forwarded-for", named[i].first };
		slow.more[1] = (struct http_pair){ named[i].second == NULL ? NULL : "X-Forwarded-For", named[i].second };
		h_site_call(&slow, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=x"), &r);
		if ((r.status == 429) != named[i].too_fast)
			fail_msg("row %zu: %s: %u", i, named[i].first, r.status);
		h_reply_fini(&r);
	}
	h_site_stop(&slow);
}

static void what_is_logged_of_a_client_is_no_address_of_a_person(void **state)
{
	static const struct {
		const char *text, *counted, *logged;
	} rows[] = {
		{ "203.0.113.7", "203.0.113.7/32", "203.0.113.0/24" },
		{ "::ffff:203.0.113.7", "203.0.113.7/32", "203.0.113.0/24" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48" },
		{ "::1", "::/64", "::/48" },
		{ "2001:DB8::", "2001:db8::/64", "2001:db8::/48" },
	};
	struct form_client c;
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(addr_parse(span_of(rows[i].text), &a));
		form_guard_client(&a, &c);
		assert_string_equal(c.counted, rows[i].counted);
		assert_string_equal(c.logged, rows[i].logged);
	}
}

static void without_a_client_header_nobody_chooses_an_address(void **state)
{
	(void)state;
	struct h_site slow;
	struct h_reply r;
	const struct form_options o = { .rate_per_second = 0.001, .rate_burst = 1 };
	static const char *const addresses[] = { "203.0.113.1", "203.0.113.2" };
	h_site_start(&slow, &o);
	for (unsigned i = 0; i < 2; i++) {
		slow.more[0] = (struct http_pair){ "X-Forwarded-For", addresses[i] };
		h_site_call(&slow, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=x"), &r);
		assert_int_equal(r.status == 429, i > 0);
		h_reply_fini(&r);
	}
	h_site_stop(&slow);
}

static void public_url_is_compared_as_browsers_write_it(void **state)
{
	static const struct {
		const char *url, *origin;
		bool same;
	} rows[] = {
		{ "https://antrag.example", "https://antrag.example", true },
		{ "https://antrag.example/", "https://antrag.example", true },
		{ "https://antrag.example:443/", "https://antrag.example", true },
		{ "HTTPS://Antrag.Example:443", "https://antrag.example", true },
		{ "https://antrag.example:8443", "https://antrag.example:8443", true },
		{ "http://antrag.example:80", "http://antrag.example", true },
		{ "https://[2001:DB8::1]:443/", "https://[2001:db8::1]", true },
		{ "https://antrag.example", "http://antrag.example", false },
		{ "https://antrag.example", "https://antrag.example:444", false },
		{ "https://antrag.example", "https://antrag.example.evil", false },
		{ "https://antrag.example", "null", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct form_options o = { .public_url = rows[i].url };
		struct h_site site;
		struct h_reply r;

		h_site_start(&site, &o);
		site.more[0] = (struct http_pair){ "Origin", rows[i].origin };
		h_site_call(&site, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=x"), &r);
		if ((r.status != 403) != rows[i].same)
			fail_msg("%s from %s: %u", rows[i].url, rows[i].origin, r.status);
		h_reply_fini(&r);
		h_site_stop(&site);
	}
}

static void the_foot_links_what_the_law_demands(void **state)
{
	(void)state;
	struct h_site linked;
	struct h_reply r;
	const struct form_link links[] = { { "Barrierefreiheit & mehr", "https://stadt.example/b?x=1&y=2" },
					   { "Leichte Sprache", "https://stadt.example/l" } };
	const struct form_options o = { .links = links, .link_count = 2, .imprint_url = "https://stadt.example/i?a=1&b=2",
					.privacy_url = "https://stadt.example/d",
					.frame_ancestors = "https://portal.example" };
	h_site_start(&linked, &o);
	h_site_call(&linked, "GET", "/", NULL, NULL, SPAN_EMPTY, &r);
	assert_true(h_reply_has(&r, "<a href=\"https://stadt.example/i?a=1&amp;b=2\">Impressum</a>"));
	assert_true(h_reply_has(&r, "<a href=\"https://stadt.example/d\">Datenschutz</a>"));
	assert_true(h_reply_has(&r, "<a href=\"https://stadt.example/b?x=1&amp;y=2\">Barrierefreiheit &amp; mehr</a></li><li>"
				    "<a href=\"https://stadt.example/l\">Leichte Sprache</a>"));
	assert_non_null(strstr(r.csp, "frame-ancestors https://portal.example"));
	h_reply_fini(&r);
	h_site_stop(&linked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behind_a_proxy_each_client_has_a_limit_of_its_own),
		cmocka_unit_test(what_is_logged_of_a_client_is_no_address_of_a_person),
		cmocka_unit_test(without_a_client_header_nobody_chooses_an_address),
		cmocka_unit_test(public_url_is_compared_as_browsers_write_it),
		cmocka_unit_test(the_foot_links_what_the_law_demands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
