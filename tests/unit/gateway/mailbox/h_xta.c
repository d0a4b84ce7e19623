/* SPDX-License-Identifier: EUPL-1.2 */
/* The XTA server's env for tests. */
#include "cm.h"

#include "h_xta.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

struct h_xta h_xta;

static const struct mailbox_xta_party of_a[] = {{.type = "xoev", .value = "a:1"}, {.type = "xoev", .value = "a:2"}};
static const struct mailbox_xta_party of_b[] = {{.type = "xoev", .value = "b:1"}};
static const struct mailbox_xta_party of_c[] = {{.type = "xoev", .value = "c:1"}};

void h_xta_open(const struct mailbox_outward *outward, const struct mailbox_scanner *scanner)
{
	const struct mailbox_xta_account list[] = {
		{.name = "A", .parties = of_a, .party_count = 2, .may_send = true, .may_receive = true},
		{.name = "B",
		 .parties = of_b,
		 .party_count = 1,
		 .may_send = true,
		 .may_receive = true,
		 .takes_tests = true,
		 .may_send_elsewhere = true},
		{.name = "C", .parties = of_c, .party_count = 1, .may_send = true},
	};
	struct mailbox_xta_options o = {.prefix = "t", .outward = outward, .scanner = scanner};
	struct err e = ERR_INIT;

	h_spool_init(&h_xta.spool);
	h_xta.spool.o.retention = (struct spool_retention){.fetched = 1000, .unfetched = 60 * H_DAY_MS};
	h_xta.spool.o.budget.mailbox = 1 << 20;
	h_spool_reopen(&h_xta.spool);
	h_xta.a = arena_new();
	assert_ok(mailbox_xta_accounts_new(list, ARRAY_LEN(list), 9, &h_xta.accounts, &e), e);
	o.spool = h_xta.spool.s;
	o.accounts = h_xta.accounts;
	o.scratch_dir = h_xta.spool.dir;
	assert_ok(mailbox_xta_init(&h_xta.g, &o, &e), e);
}

void h_xta_close(void)
{
	arena_free(h_xta.a);
	mailbox_xta_accounts_free(h_xta.accounts);
	h_spool_fini(&h_xta.spool);
}

enum xta_code h_xta_enter(size_t account, const char *author, enum xta_right right, struct xta_account *who)
{
	const struct mailbox_xta_caller caller = {MAILBOX_XTA_ENTERED, mailbox_xta_account_at(h_xta.accounts, account)};
	const struct xta_party party = {.value = author, .type = "xoev"};
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(
		h_xta.g.env.account(&h_xta.g, &caller, author == NULL ? NULL : &party, right, h_xta.a, who, &code, &e),
		e);
	return code;
}

struct xta_account h_xta_as(size_t account, const char *author)
{
	struct xta_account who;

	assert_int_equal(h_xta_enter(account, author, XTA_MAY_CALL, &who), XTA_OK);
	return who;
}

struct xta_meta h_xta_meta(const char *id, const char *from, const char *to)
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

enum xta_code h_xta_send_part(const struct xta_account *who, const struct xta_meta *m, const char *p, size_t n,
			      unsigned warnings)
{
	struct xta_part part = {.type = "text/xml", .filename = "Müller.xml", .size = n};
	const struct xta_received r = {.parts = &part, .part_count = 1, .warnings = warnings, .at = clock_now()};
	struct xta_making *making = NULL;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct sink *sink;
	int rc;

	assert_ok(h_xta.g.env.send_begin(&h_xta.g, who, m, false, h_xta.a, &making, &code, &e), e);
	if (code != XTA_OK)
		return code;
	assert_ok(h_xta.g.env.send_part(&h_xta.g, making, 0, &part, &sink, &e), e);
	rc = sink_write(sink, p, n, &e);
	if (rc == 0)
		rc = sink_finish(sink, &e);
	sink_close(sink);
	e = (struct err)ERR_INIT; /* the commit knows of it */
	assert_ok(h_xta.g.env.send_commit(&h_xta.g, making, &r, &code, &e), e);
	return code;
}

enum xta_code h_xta_send(const struct xta_account *who, const struct xta_meta *m, size_t n, unsigned warnings)
{
	char *p = h_bytes(n, 1);
	enum xta_code code = h_xta_send_part(who, m, p, n, warnings);

	free(p);
	return code;
}

enum xta_code h_xta_simple(const char *id, const char *to)
{
	const struct xta_account b = h_xta_as(1, "b:1");
	const struct xta_meta m = h_xta_meta(id, "b:1", to);

	return h_xta_send(&b, &m, 100, 0);
}

enum xta_code h_xta_report(const struct xta_account *who, const char *id, struct xta_report *out)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(h_xta.g.env.report(&h_xta.g, who, id, h_xta.a, out, &code, &e), e);
	return code;
}
