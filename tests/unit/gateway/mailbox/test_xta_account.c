/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_account. */
#include "cm.h"

#include <openssl/x509.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/xta_account.h"
#include "sim/mkcert.h"

#define DAY (24 * 3600 * 1000LL)

static struct span ders[4];	/* A, A renewed, B, nobody's */
static uint8_t prints[4][SHA256_LEN];
static const struct mailbox_xta_party of_a[] = { { .type = "xoev", .value = "ags:1" }, { .type = "XTA_ID", .value = "two" } };
static const struct mailbox_xta_party of_b[] = { { .type = "XTA_ID", .value = "ags:1" }, { .type = "xoev", .value = "b" } };

static struct mailbox_xta_account a(void)
{
	return (struct mailbox_xta_account){ .name = "A", .fingerprints = (const uint8_t (*)[SHA256_LEN])prints,
					     .fingerprint_count = 2, .parties = of_a, .party_count = 2, .may_send = true };
}

static struct mailbox_xta_account b(void)
{
	return (struct mailbox_xta_account){ .name = "B", .fingerprints = (const uint8_t (*)[SHA256_LEN])&prints[2],
					     .fingerprint_count = 1, .parties = of_b, .party_count = 2, .is_locked = true };
}

static int set_up(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct mk_cert c = mk_make(&(struct mk_spec){ .cn = "procedure", .org = "Amt", .use = MK_SIGN, .from_days = -1, .to_days = 10 });
		unsigned char *der = NULL;
		int n = i2d_X509(c.x, &der);

		ders[i] = (struct span){ (char *)der, (size_t)n };
		sha256(der, (size_t)n, prints[i]);
		mk_free(&c);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		OPENSSL_free((void *)(uintptr_t)ders[i].p);
	return 0;
}

static struct mailbox_xta_accounts *both(void)
{
	const struct mailbox_xta_account list[] = { a(), b() };
	struct mailbox_xta_accounts *as = NULL;
	struct err e = ERR_INIT;

	assert_ok(mailbox_xta_accounts_new(list, 2, 2, &as, &e), e);
	return as;
}

static void each_certificate_of_an_account_opens_it_and_no_other_does(void **state)
{
	struct mailbox_xta_accounts *as = both();
	const struct mailbox_xta_account *who;
	int64_t now = clock_now();

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(mailbox_xta_enter(as, ders[i], now, &who), MAILBOX_XTA_ENTERED);
		assert_string_equal(who->name, "A");
		mailbox_xta_leave(as, who);
	}
	assert_int_equal(mailbox_xta_enter(as, ders[2], now, &who), MAILBOX_XTA_LOCKED);
	assert_string_equal(who->name, "B");
	assert_int_equal(mailbox_xta_enter(as, ders[3], now, &who), MAILBOX_XTA_UNKNOWN);
	assert_null(who);
	assert_int_equal(mailbox_xta_enter(as, SPAN_EMPTY, now, &who), MAILBOX_XTA_UNKNOWN);
	mailbox_xta_accounts_free(as);
}

static void a_certificate_opens_nothing_before_and_after_its_time(void **state)
{
	struct mailbox_xta_accounts *as = both();
	const struct mailbox_xta_account *who;
	int64_t now = clock_now();

	(void)state;
	assert_int_equal(mailbox_xta_enter(as, ders[0], now + 11 * DAY, &who), MAILBOX_XTA_EXPIRED);
	assert_int_equal(mailbox_xta_enter(as, ders[0], now - 2 * DAY, &who), MAILBOX_XTA_EXPIRED);
	assert_int_equal(mailbox_xta_enter(as, ders[0], now, &who), MAILBOX_XTA_ENTERED);
	mailbox_xta_leave(as, who);
	mailbox_xta_accounts_free(as);
}

static void an_account_has_so_many_requests_and_no_more(void **state)
{
	struct mailbox_xta_accounts *as = both();
	const struct mailbox_xta_account *who, *again;
	int64_t now = clock_now();

	(void)state;
	assert_int_equal(mailbox_xta_enter(as, ders[0], now, &who), MAILBOX_XTA_ENTERED);
	assert_int_equal(mailbox_xta_enter(as, ders[1], now, &who), MAILBOX_XTA_ENTERED);	/* of the account, not of the certificate */
	assert_int_equal(mailbox_xta_enter(as, ders[0], now, &again), MAILBOX_XTA_BUSY);
	assert_int_equal(mailbox_xta_running(as, who), 2);
	mailbox_xta_leave(as, who);
	assert_int_equal(mailbox_xta_enter(as, ders[0], now, &again), MAILBOX_XTA_ENTERED);
	mailbox_xta_leave(as, who);
	mailbox_xta_leave(as, who);
	assert_int_equal(mailbox_xta_running(as, who), 0);
	mailbox_xta_accounts_free(as);
}

static void a_party_is_found_by_type_and_value(void **state)
{
	static const struct {
		const char *type, *value, *account;
		size_t party;
	} cases[] = {
		{ "xoev", "ags:1", "A", 0 }, { "XTA_ID", "ags:1", "B", 0 }, { "XTA_ID", "two", "A", 1 },
		{ "xoev", "two", NULL, 0 },  { "xoev", "AGS:1", NULL, 0 },  { "xoe", "vags:1", NULL, 0 },
		{ NULL, "two", "A", 1 },     { "", "b", "B", 1 },	    { NULL, "ags:1", NULL, 0 },	/* whose? */
		{ NULL, "none", NULL, 0 },
	};
	struct mailbox_xta_accounts *as = both();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t party = 9;
		const struct mailbox_xta_account *who = mailbox_xta_owner(as, cases[i].type, cases[i].value, &party);

		if (cases[i].account == NULL) {
			assert_null(who);
			continue;
		}
		assert_string_equal(who->name, cases[i].account);
		assert_int_equal(party, cases[i].party);
	}
	mailbox_xta_accounts_free(as);
}

static void different_parties_have_different_mailboxes(void **state)
{
	static const struct mailbox_xta_party alike[] = { { .type = "xoe", .value = "vags:1" }, { .type = "", .value = "xoevags:1" } };
	struct mailbox_xta_accounts *as = both(), *again = both(), *others = NULL;
	struct mailbox_xta_account x = a();
	struct err e = ERR_INIT;

	(void)state;
	x.parties = alike;
	assert_ok(mailbox_xta_accounts_new(&x, 1, 2, &others, &e), e);
	for (size_t i = 0; i < 2; i++) {
		const struct spool_box *mine = &mailbox_xta_account_at(as, 0)->boxes[i];

		assert_memory_equal(mine, &mailbox_xta_account_at(again, 0)->boxes[i], sizeof(*mine));	/* the same for ever */
		for (size_t k = 0; k < 2; k++) {
			assert_memory_not_equal(mine, &mailbox_xta_account_at(as, 1)->boxes[k], sizeof(*mine));
			assert_memory_not_equal(mine, &mailbox_xta_account_at(others, 0)->boxes[k], sizeof(*mine));
		}
	}
	mailbox_xta_accounts_free(as);
	mailbox_xta_accounts_free(again);
	mailbox_xta_accounts_free(others);
}

static void two_accounts_share_neither_certificate_nor_party(void **state)
{
	struct mailbox_xta_account list[] = { a(), b() };
	struct mailbox_xta_accounts *as = NULL;
	struct err e = ERR_INIT;

	(void)state;
	list[1].fingerprints = list[0].fingerprints;
	assert_int_equal(mailbox_xta_accounts_new(list, 2, 2, &as, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "\"A\" and \"B\" have the same certificate"));
	list[1] = b();
	list[1].parties = of_a;
	assert_int_equal(mailbox_xta_accounts_new(list, 2, 2, &as, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "the same identifier ags:1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_certificate_of_an_account_opens_it_and_no_other_does),
		cmocka_unit_test(a_certificate_opens_nothing_before_and_after_its_time),
		cmocka_unit_test(an_account_has_so_many_requests_and_no_more),
		cmocka_unit_test(a_party_is_found_by_type_and_value),
		cmocka_unit_test(different_parties_have_different_mailboxes),
		cmocka_unit_test(two_accounts_share_neither_certificate_nor_party),
	};

	return cmocka_run_group_tests_name("mailbox/xta_account", tests, set_up, tear_down);
}
