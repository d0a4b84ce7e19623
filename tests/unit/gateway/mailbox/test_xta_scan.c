/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_scan: what is sent by XTA, on a real spool and against a server with clamd's protocol. */
#include "cm.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "h_xta.h"
#include "gateway/peer/h_clamd.h"
#include "xta/warning.h"

static struct mailbox_scanner scanner;

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_xta_open(NULL, &scanner);
	assert_ok(
		peer_clamd_new(&(struct peer_clamd_rules){h_clamd_start(h_xta.spool.dir), 500, 2}, &scanner.clamd, &e),
		e);
	scanner.accept_unscanned = false;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_clamd_stop();
	peer_clamd_free(scanner.clamd);
	h_xta_close();
	return 0;
}

static enum xta_code send_to_a(const char *id, size_t n, bool infected)
{
	const struct xta_account b = h_xta_as(1, "b:1");
	const struct xta_meta m = h_xta_meta(id, "b:1", "a:1");
	char *p = h_bytes(n, 1);
	enum xta_code code;

	if (infected)
		memcpy(p + n - strlen(H_EICAR), H_EICAR, strlen(H_EICAR));
	code = h_xta_send_part(&b, &m, p, n, 0);
	free(p);
	return code;
}

static bool is_kept(const char *id)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	return spool_message_find(h_xta.spool.s, h_xta.a, SPOOL_MAIL, span_of(id), &m, &e) == 0;
}

static void what_is_clean_is_kept_and_what_is_not_leaves_nothing(void **state)
{
	const struct xta_account b = h_xta_as(1, "b:1");
	struct xta_report r;

	(void)state;
	assert_int_equal(send_to_a("urn:m:1", 200000, false), XTA_OK);
	assert_int_equal(h_clamd_bytes(), 200000);
	assert_int_equal(send_to_a("urn:m:2", 200000, true), XTA_9060);
	assert_int_equal(send_to_a("urn:m:3", 100, true), XTA_9060);
	assert_true(is_kept("urn:m:1"));
	assert_false(is_kept("urn:m:2"));
	assert_false(is_kept("urn:m:3"));
	assert_int_equal(send_to_a("urn:m:2", 100, false), XTA_OK);	/* its id is not used up */
	assert_int_equal(h_xta_report(&b, "urn:m:2", &r), XTA_OK);
	assert_int_equal(r.warning_count, 0);
}

static void without_a_verdict_the_policy_decides(void **state)
{
	static const enum h_clamd_how hows[] = { H_CLAMD_SILENT, H_CLAMD_HANGS_UP, H_CLAMD_NONSENSE };
	const struct xta_account b = h_xta_as(1, "b:1");
	struct xta_report r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hows); i++) {
		const char *id = arena_printf(h_xta.a, "urn:m:%zu", i);

		h_clamd_be(hows[i]);
		scanner.accept_unscanned = false;
		assert_int_equal(send_to_a(id, 100, false), XTA_9030);
		assert_false(is_kept(id));
		scanner.accept_unscanned = true;
		assert_int_equal(send_to_a(id, 100, false), XTA_OK);
		assert_int_equal(h_xta_report(&b, id, &r), XTA_OK);
		assert_int_equal(r.warning_count, 1);
		assert_string_equal(r.warnings[0].key.code, "W11");
	}
	h_clamd_be(H_CLAMD_WORKS);
	assert_int_equal(send_to_a("urn:m:9", 100, true), XTA_9060);	/* accepting what was not scanned is not accepting anything */
}

static void a_message_that_is_given_up_is_not_scanned(void **state)
{
	const struct xta_account b = h_xta_as(1, "b:1");
	const struct xta_meta m = h_xta_meta("urn:m:1", "b:1", "a:1");
	struct xta_part part = { .type = "text/xml" };
	struct xta_making *making = NULL;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct sink *sink;

	(void)state;
	assert_ok(h_xta.g.env.send_begin(&h_xta.g, &b, &m, false, h_xta.a, &making, &code, &e), e);
	assert_ok(h_xta.g.env.send_part(&h_xta.g, making, 0, &part, &sink, &e), e);
	assert_ok(sink_write(sink, "half", 4, &e), e);
	sink_close(sink);
	h_xta.g.env.send_abort(&h_xta.g, making);
	assert_int_equal(h_clamd_scans(), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(what_is_clean_is_kept_and_what_is_not_leaves_nothing),
		T(without_a_verdict_the_policy_decides),
		T(a_message_that_is_given_up_is_not_scanned),
	};

	return cmocka_run_group_tests_name("mailbox/xta_scan", tests, NULL, NULL);
}
