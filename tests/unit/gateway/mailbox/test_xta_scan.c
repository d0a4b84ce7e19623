/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_scan: what is sent by XTA, on a real spool and against a server with clamd's protocol. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/xta_store.h"
#include "gateway/peer/h_clamd.h"
#include "spool/suite/h_spool.h"
#include "xta/warning.h"

#define DAY (24 * 3600 * 1000LL)

static const struct mailbox_xta_party of_a[] = {{.type = "xoev", .value = "a:1"}, {.type = "xoev", .value = "a:2"}};
static const struct mailbox_xta_party of_b[] = {{.type = "xoev", .value = "b:1"}};
static const struct mailbox_xta_party of_c[] = {{.type = "xoev", .value = "c:1"}};

static struct {
	struct h_spool spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta g;
	struct mailbox_scanner scanner;
	struct arena *a;
} w;

static int set_up(void **state)
{
	const struct mailbox_xta_account list[] = {
		{.name = "A", .parties = of_a, .party_count = 2, .may_send = true, .may_receive = true},
		{.name = "B",
		 .parties = of_b,
		 .party_count = 1,
		 .may_send = true,
		 .may_receive = true,
		 .may_send_elsewhere = true},
		{.name = "C", .parties = of_c, .party_count = 1, .may_send = true},
	};
	struct mailbox_xta_options o = {.prefix = "t", .scanner = &w.scanner};
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	w.spool.o.retention = (struct spool_retention){.fetched = 1000, .unfetched = 60 * DAY};
	w.spool.o.budget.mailbox = 1 << 20;
	h_spool_reopen(&w.spool);
	w.a = arena_new();
	assert_ok(mailbox_xta_accounts_new(list, 3, 9, &w.accounts, &e), e);
	o.spool = w.spool.s;
	o.accounts = w.accounts;
	assert_ok(peer_clamd_new(&(struct peer_clamd_rules){ h_clamd_start(w.spool.dir), 500, 2 }, &w.scanner.clamd, &e), e);
	w.scanner.accept_unscanned = false;
	o.scratch_dir = w.spool.dir;
	assert_ok(mailbox_xta_init(&w.g, &o, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_clamd_stop();
	peer_clamd_free(w.scanner.clamd);
	arena_free(w.a);
	mailbox_xta_accounts_free(w.accounts);
	h_spool_fini(&w.spool);
	return 0;
}

static enum xta_code enter(size_t account, const char *author, enum xta_right right, struct xta_account *who)
{
	const struct mailbox_xta_caller caller = {MAILBOX_XTA_ENTERED, mailbox_xta_account_at(w.accounts, account)};
	const struct xta_party party = {.value = author, .type = "xoev"};
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.account(&w.g, &caller, author == NULL ? NULL : &party, right, w.a, who, &code, &e), e);
	return code;
}

static struct xta_account as(size_t account, const char *author)
{
	struct xta_account who;

	assert_int_equal(enter(account, author, XTA_MAY_CALL, &who), XTA_OK);
	return who;
}

static struct xta_meta meta(const char *id, const char *from, const char *to)
{
	return (struct xta_meta){
		.message_id = id,
		.author = {.value = from, .type = "xoev", .name = "Erika"},
		.reader = {.value = to, .type = "xoev"},
		.subject = "geheim",
		.service = "urn:s",
		.scenario = {.code = "X", .list = "l", .version = "1"},
		.type = {.code = "t", .list = "l", .version = "1"},
		.payload_schema = "urn:p",
	};
}

/* Sends with one part of n octets; the account is the owner of the sender. */
static enum xta_code send(const struct xta_account *who, const struct xta_meta *m, size_t n, unsigned warnings, bool infected)
{
	struct xta_part part = {.type = "text/xml", .filename = "Müller.xml", .size = n};
	const struct xta_received r = {.parts = &part, .part_count = 1, .warnings = warnings, .at = clock_now()};
	struct xta_making *making = NULL;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct sink *sink;
	char *p;
	int rc;

	assert_ok(w.g.env.send_begin(&w.g, who, m, false, w.a, &making, &code, &e), e);
	if (code != XTA_OK)
		return code;
	p = h_bytes(n, 1);
	if (infected)
		memcpy(p + n - strlen(H_EICAR), H_EICAR, strlen(H_EICAR));
	assert_ok(w.g.env.send_part(&w.g, making, 0, &part, &sink, &e), e);
	rc = sink_write(sink, p, n, &e);
	if (rc == 0)
		rc = sink_finish(sink, &e);
	sink_close(sink);
	free(p);
	e = (struct err)ERR_INIT; /* the commit knows of it */
	assert_ok(w.g.env.send_commit(&w.g, making, &r, &code, &e), e);
	return code;
}

static enum xta_code report(const struct xta_account *who, const char *id, struct xta_report *out)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.report(&w.g, who, id, w.a, out, &code, &e), e);
	return code;
}

static enum xta_code send_to_a(const char *id, size_t n, bool infected)
{
	const struct xta_account b = as(1, "b:1");
	const struct xta_meta m = meta(id, "b:1", "a:1");

	return send(&b, &m, n, 0, infected);
}

static bool is_kept(const char *id)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	return spool_message_find(w.spool.s, w.a, SPOOL_MAIL, span_of(id), &m, &e) == 0;
}

static void what_is_clean_is_kept_and_what_is_not_leaves_nothing(void **state)
{
	const struct xta_account b = as(1, "b:1");
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
	assert_int_equal(report(&b, "urn:m:2", &r), XTA_OK);
	assert_int_equal(r.warning_count, 0);
}

static void without_a_verdict_the_policy_decides(void **state)
{
	static const enum h_clamd_how hows[] = { H_CLAMD_SILENT, H_CLAMD_HANGS_UP, H_CLAMD_NONSENSE };
	const struct xta_account b = as(1, "b:1");
	struct xta_report r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hows); i++) {
		const char *id = arena_printf(w.a, "urn:m:%zu", i);

		h_clamd_be(hows[i]);
		w.scanner.accept_unscanned = false;
		assert_int_equal(send_to_a(id, 100, false), XTA_9030);
		assert_false(is_kept(id));
		w.scanner.accept_unscanned = true;
		assert_int_equal(send_to_a(id, 100, false), XTA_OK);
		assert_int_equal(report(&b, id, &r), XTA_OK);
		assert_int_equal(r.warning_count, 1);
		assert_string_equal(r.warnings[0].key.code, "W11");
	}
	h_clamd_be(H_CLAMD_WORKS);
	assert_int_equal(send_to_a("urn:m:9", 100, true), XTA_9060);	/* accepting what was not scanned is not accepting anything */
}

static void a_message_that_is_given_up_is_not_scanned(void **state)
{
	const struct xta_account b = as(1, "b:1");
	const struct xta_meta m = meta("urn:m:1", "b:1", "a:1");
	struct xta_part part = { .type = "text/xml" };
	struct xta_making *making = NULL;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct sink *sink;

	(void)state;
	assert_ok(w.g.env.send_begin(&w.g, &b, &m, false, w.a, &making, &code, &e), e);
	assert_ok(w.g.env.send_part(&w.g, making, 0, &part, &sink, &e), e);
	assert_ok(sink_write(sink, "half", 4, &e), e);
	sink_close(sink);
	w.g.env.send_abort(&w.g, making);
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
