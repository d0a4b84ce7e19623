/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/bridge: stored by the env of OSCI, read by the env of XTA, both on one real spool. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/osci_store.h"
#include "mailbox/xta_store.h"
#include "osci/content.h"
#include "osci/h_sample.h"
#include "osci/memo.h"
#include "pki/h_pki.h"
#include "pki/xml_make.h"
#include "spool/suite/h_spool.h"
#include "xta/meta.h"

#define TEXT "<antrag>geheim</antrag>"
#define ATTACHMENT "%PDF-1.7 geheim"

enum { WITH_KEY, WITHOUT_KEY }; /* the parties of A, and the keys */

static struct {
	struct h_spool spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta x;
	struct mailbox_osci o;
	struct pki_key *key[2];
	struct pki_keyring *ring, *of_others;
	struct spool_box box[2];
	struct mailbox_xta_party parties[2], of_b[1];
	struct pki_certs *certs;
	struct pki_policy policy;
	struct arena *a;
} w;

static int set_up(void **state)
{
	struct mailbox_xta_account list[] = {
		{.name = "A", .parties = w.parties, .party_count = 2, .may_send = true, .may_receive = true},
		{.name = "B", .parties = w.of_b, .party_count = 1, .may_send = true, .may_receive = true},
	};
	struct mailbox_xta_options o = {.prefix = "t", .policy = &w.policy};
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	w.a = arena_new();
	w.certs = pki_certs_new(PKI_CERTS_BYTES);
	w.policy = (struct pki_policy){.min_rsa_bits = 2048};
	w.ring = pki_keyring_new();
	w.of_others = pki_keyring_new();
	for (unsigned i = 0; i < 2; i++) {
		w.key[i] = h_long_key(PKI_USE_CIPHER, i);
		memcpy(w.box[i].b, w.key[i]->cert->sha256, SPOOL_BOX_LEN);
		w.parties[i] = (struct mailbox_xta_party){.value = i == 0 ? "a:1" : "a:2",
							  .type = "xoev",
							  .osci = &w.box[i],
							  .osci_count = 1,
							  .keys = i == WITH_KEY ? w.ring : NULL};
		pki_keyring_add(i == WITH_KEY ? w.ring : w.of_others, w.key[i]);
	}
	w.of_b[0] = (struct mailbox_xta_party){.value = "b:1", .type = "xoev", .keys = w.of_others};
	assert_ok(mailbox_xta_accounts_new(list, 2, 9, &w.accounts, &e), e);
	o.spool = w.spool.s;
	o.accounts = w.accounts;
	o.certs = w.certs;
	o.scratch_dir = w.spool.dir;
	assert_ok(mailbox_xta_init(&w.x, &o, &e), e);
	assert_ok(mailbox_osci_init(&w.o, w.spool.s, w.spool.dir, NULL, &e), e);
	w.o.bridge = &w.x.bridge;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(w.a);
	mailbox_xta_accounts_free(w.accounts);
	pki_keyring_free(w.ring);
	pki_keyring_free(w.of_others);
	pki_certs_free(w.certs);
	h_spool_fini(&w.spool);
	return 0;
}

/* ---- storing by OSCI ---- */

static void copy_part(const struct osci_intake *in, const char *name, const char *cid,
		      int (*open)(void *ctx, struct src **out, struct err *e), void *ctx)
{
	struct err e = ERR_INIT;
	struct sink *sink = NULL;
	struct src *src = NULL;

	assert_ok(in->part(in->ctx, name, "application/octet-stream", cid, &sink, &e), e);
	assert_ok(open(ctx, &src, &e), e);
	assert_ok(stream_copy(src, sink, UINT64_MAX, NULL, &e), e);
	assert_ok(sink_finish(sink, &e), e);
	src_close(src);
	sink_close(sink);
}

static struct span header_of(const struct osci_outgoing *d, const char *custom, struct buf *out)
{
	struct span list[1] = {span_of(custom)};
	struct osci_message m = {.certs = d->certs,
				 .cert_count = d->cert_count,
				 .subject = "Betreff",
				 .custom = list,
				 .custom_count = custom == NULL ? 0 : 1};
	struct err e = ERR_INIT;

	buf_init(out, OSCI_MEMO_MAX);
	assert_ok(osci_memo_header(&m, out, &e), e);
	return buf_view(out);
}

/* Into the mailbox of a party, encrypted for that key, or for none (-1). custom: a header entry, or NULL. */
static struct id store(const char *id, int party, int reader, const char *custom)
{
	static struct span text = SPAN_LIT(TEXT), pdf = SPAN_LIT(ATTACHMENT);
	const struct osci_part parts[] = {
		{.id = "part-1", .open = h_open_span, .ctx = &text},
		{.id = "part-2",
		 .cid = "antrag.pdf",
		 .type = "application/pdf",
		 .size = pdf.n,
		 .open = h_open_span,
		 .ctx = &pdf},
	};
	struct pki_cert *for_whom = reader < 0 ? NULL : w.key[reader]->cert;
	const struct osci_package_job job = {.parts = parts,
					     .part_count = 2,
					     .addressee = w.key[party]->cert,
					     .readers = &for_whom,
					     .reader_count = reader < 0 ? 0 : 1};
	struct osci_outgoing d = {.message_id = id};
	struct osci_package *p = NULL;
	struct osci_stored s = {.message_id = id, .created = clock_now()};
	struct osci_intake in;
	void *making = NULL;
	struct err e = ERR_INIT;
	struct buf header;
	struct id got;

	assert_ok(osci_package_make(&job, &p, &e), e);
	osci_package_fill(p, &d);
	s.header = header_of(&d, custom, &header);
	memcpy(s.to, w.box[party].b, SHA256_LEN);
	s.from[0] = 7;
	assert_ok(w.o.env.store_begin(w.o.env.ctx, &in, &making, &e), e);
	copy_part(&in, "body", NULL, d.open_content, d.content_ctx);
	for (size_t i = 0; i < d.attachment_count; i++)
		copy_part(&in, "attachment", d.attachments[i].cid, d.attachments[i].open, d.attachments[i].ctx);
	assert_ok(w.o.env.store_commit(w.o.env.ctx, making, &s, &got, &e), e);
	buf_fini(&header);
	osci_package_free(p);
	return got;
}

/* MessageMetaData as OSCI carries it. */
static const char *custom_at(const char *id, bool is_test, const char *obsolete, int64_t not_before)
{
	const struct xta_meta m = {
		.message_id = id,
		.author = {.value = "amt:9", .type = "xoev"},
		.reader = {.value = "a:1", .type = "xoev"},
		.service = "urn:s",
		.undefined_scenario = "",
		.type = {.code = "t", .list = "l", .version = "1"},
		.payload_schema = "urn:p",
		.is_test = is_test,
		.obsolete_after = obsolete,
		.not_before = not_before,
	};
	struct err e = ERR_INIT;
	struct buf text;
	const char *out;

	buf_init(&text, 65536);
	assert_ok(xta_meta_text(&m, &text, &e), e);
	out = arena_printf(w.a, "<m:MessageMetaData Id=\"MetaData\"%s", strchr(buf_str(&text), ' '));
	buf_fini(&text);
	return out;
}

static const char *custom(const char *id, bool is_test, const char *obsolete)
{
	return custom_at(id, is_test, obsolete, 0);
}

/* ---- reading by XTA ---- */

static struct xta_account as(size_t account)
{
	const struct mailbox_xta_caller caller = {MAILBOX_XTA_ENTERED, mailbox_xta_account_at(w.accounts, account)};
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_account who;

	assert_ok(w.x.env.account(&w.x, &caller, NULL, XTA_MAY_READ, w.a, &who, &code, &e), e);
	assert_int_equal(code, XTA_OK);
	return who;
}

static struct xta_list list(size_t account)
{
	const struct xta_account who = as(account);
	const struct xta_selection all = {.id_count = 0};
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_list out;

	assert_ok(w.x.env.list(&w.x, &who, &all, XTA_LIST_META, 50, w.a, &out, &code, &e), e);
	assert_int_equal(code, XTA_OK);
	return out;
}

static enum xta_code fetch(size_t account, const char *id, struct xta_item *out)
{
	const struct xta_account who = as(account);
	const struct xta_selection s = {.ids = &id, .id_count = 1};
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.x.env.fetch(&w.x, &who, &s, w.a, out, &code, &e), e);
	return code;
}

static enum xta_code close_id(size_t account, const char *id)
{
	const struct xta_account who = as(account);
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.x.env.close(&w.x, &who, "1", &id, 1, clock_now(), &code, &e), e);
	return code;
}

static struct xta_report report(const char *id)
{
	const struct xta_account who = as(0);
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_report r;

	assert_ok(w.x.env.report(&w.x, &who, id, w.a, &r, &code, &e), e);
	assert_int_equal(code, XTA_OK);
	return r;
}

static const char *content(const struct xta_part *p)
{
	struct err e = ERR_INIT;
	struct src *src = NULL;
	const char *out;
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_ok(p->open(p->ctx, &src, &e), e);
	assert_ok(stream_to_buf(src, &b, "content", &e), e);
	src_close(src);
	if (p->size != 0)
		assert_int_equal(p->size, b.n);
	out = arena_dup(w.a, buf_str(&b));
	buf_fini(&b);
	return out;
}

static void is_opened(const char *id)
{
	struct xta_item item;

	assert_int_equal(fetch(0, id, &item), XTA_OK);
	assert_int_equal(item.part_count, 2);
	assert_int_equal(item.parts[0].kind, XTA_MESSAGE);
	assert_string_equal(item.parts[0].type, "text/xml");
	assert_string_equal(content(&item.parts[0]), TEXT);
	assert_int_equal(item.parts[1].kind, XTA_ATTACHMENT);
	assert_string_equal(item.parts[1].filename, "antrag.pdf");
	assert_string_equal(content(&item.parts[1]), ATTACHMENT);
	w.x.env.handed(&w.x, &item);
}

static void is_as_it_came(const char *id)
{
	struct xta_item item;

	assert_int_equal(fetch(0, id, &item), XTA_OK);
	assert_int_equal(item.part_count, 2);
	assert_string_equal(item.parts[0].type, "application/xml");
	assert_int_equal(strncmp(content(&item.parts[0]), "<osci:ContentPackage", 20), 0);
	assert_null(strstr(content(&item.parts[0]), "geheim"));
	assert_string_equal(item.parts[1].filename, "antrag.pdf");
	assert_null(strstr(content(&item.parts[1]), "geheim"));
	w.x.env.handed(&w.x, &item);
}

static const char *only_id(void)
{
	struct xta_list l = list(0);

	assert_int_equal(l.count, 1);
	return l.entries[0].message_id;
}

static void what_is_plain_or_for_the_key_of_its_reader_is_opened(void **state)
{
	(void)state;
	(void)store("osci-1", WITH_KEY, -1, NULL);
	is_opened(only_id());
	assert_int_equal(close_id(0, only_id()), XTA_OK);
	(void)store("osci-2", WITH_KEY, WITH_KEY, NULL);
	is_opened(only_id());
	assert_int_equal(close_id(0, only_id()), XTA_OK);
	(void)store("osci-3", WITHOUT_KEY, -1, NULL);
	is_opened(only_id());
}

static void what_is_for_another_key_is_handed_on_as_it_came(void **state)
{
	(void)state;
	(void)store("osci-1", WITHOUT_KEY, WITHOUT_KEY, NULL);
	is_as_it_came(only_id());
	assert_int_equal(close_id(0, only_id()), XTA_OK);
	/* Its key is here, but it is that of a party with another box: nobody opens there what was meant for others. */
	(void)store("osci-2", WITH_KEY, WITHOUT_KEY, NULL);
	is_as_it_came(only_id());
}

static void without_metadata_osci_says_what_it_is(void **state)
{
	const struct xta_meta *m;
	struct xta_item item;
	struct xta_list l;

	(void)state;
	(void)store("osci-1", WITH_KEY, -1, NULL);
	l = list(0);
	assert_int_equal(l.count, 1);
	m = &l.entries[0];
	assert_string_equal(m->reader.value, "a:1");
	assert_string_equal(m->author.type, "urn:depesche:osci:certificate");
	assert_string_equal(m->subject, "Betreff");
	assert_string_equal(m->properties[0].value, "osci-1");
	assert_true(m->delivery != 0 && m->initial_fetch == 0 && m->size > 0);
	assert_int_equal(list(1).count, 0);
	assert_int_equal(fetch(1, m->message_id, &item), XTA_9070);
	assert_int_equal(close_id(1, m->message_id), XTA_9070);
}

static void the_id_of_its_metadata_finds_it_and_the_instants_are_those_of_the_card(void **state)
{
	const char *id = "urn:de:xta:messageid:amt:ABC";
	struct spool_message m;
	struct xta_report r;
	struct err e = ERR_INIT;
	struct id own;

	(void)state;
	own = store("osci-1", WITH_KEY, -1, custom(id, false, NULL));
	assert_string_equal(only_id(), id);
	is_opened("urn:de:xta:messageid:AMT:abc");
	r = report(id);
	assert_int_equal(r.status, XTA_OPEN);
	assert_string_equal(r.meta.author.value, "amt:9");
	assert_int_equal(close_id(0, id), XTA_OK);
	r = report(id);
	assert_int_equal(r.status, XTA_GREEN);
	assert_int_equal(r.extra_count, 1);
	assert_non_null(memmem(r.extras[0].data.p, r.extras[0].data.n, "<osci:Reception>", 16));
	assert_non_null(memmem(r.extras[0].data.p, r.extras[0].data.n, "b3NjaS0x", 8)); /* osci-1 */
	assert_ok(spool_message_get(w.spool.s, w.a, &own, &m, &e), e);
	assert_int_equal(m.fetched, r.meta.reception);
}

static void an_id_that_is_not_the_senders_to_give_is_not_taken(void **state)
{
	const char *taken = "urn:de:xta:messageid:amt:1",
		   *ours = "urn:de:xta:messageid:t:01a21e83-f600-72fb-9113-afedc9a437cf";
	struct xta_list l;

	(void)state;
	(void)store("osci-1", WITH_KEY, -1, custom(taken, false, NULL));
	(void)store("osci-2", WITH_KEY, -1, custom(taken, false, NULL));
	(void)store("osci-3", WITH_KEY, -1, custom(ours, false, NULL));
	l = list(0);
	assert_int_equal(l.count, 3);
	assert_string_equal(l.entries[0].message_id, taken);
	for (size_t i = 1; i < 3; i++) {
		assert_string_not_equal(l.entries[i].message_id, taken);
		assert_string_not_equal(l.entries[i].message_id, ours);
		is_opened(l.entries[i].message_id);
	}
	assert_int_equal(close_id(0, l.entries[1].message_id), XTA_OK);
	assert_int_equal(list(0).count, 2);
}

static void a_test_and_what_is_obsolete_or_not_due_is_not_offered(void **state)
{
	(void)state;
	(void)store("osci-1", WITH_KEY, -1, custom("urn:de:xta:messageid:amt:1", true, NULL));
	(void)store("osci-2", WITH_KEY, -1, custom("urn:de:xta:messageid:amt:2", false, "2020-01-01"));
	(void)store("osci-3", WITH_KEY, -1, custom_at("urn:de:xta:messageid:amt:3", false, NULL, clock_now() + 60000));
	assert_int_equal(list(0).count, 0);
	assert_int_equal(report("urn:de:xta:messageid:amt:2").status, XTA_RED);
	clock_shift(60001);
	assert_string_equal(only_id(), "urn:de:xta:messageid:amt:3");
	clock_shift(-60001);
}

static void what_is_fetched_by_osci_is_not_offered_by_xta(void **state)
{
	struct osci_stored d;
	struct err e = ERR_INIT;
	const char *id;
	bool more;

	(void)state;
	(void)store("osci-1", WITH_KEY, WITH_KEY, NULL);
	id = only_id();
	assert_ok(w.o.env.fetch(w.o.env.ctx, w.box[WITH_KEY].b, NULL, 0, w.a, &d, &more, &e), e);
	assert_ok(w.o.env.mark_forwarded(w.o.env.ctx, &d.id, clock_now(), &e), e);
	assert_true(list(0).entries[0].initial_fetch != 0);
	assert_ok(w.o.env.mark_received(w.o.env.ctx, &d.id, clock_now(), &e), e);
	assert_int_equal(list(0).count, 0);
	assert_int_equal(report(id).status, XTA_GREEN);
	/* and the other way round */
	(void)store("osci-2", WITH_KEY, WITH_KEY, NULL);
	assert_int_equal(close_id(0, only_id()), XTA_OK);
	assert_int_equal(w.o.env.fetch(w.o.env.ctx, w.box[WITH_KEY].b, NULL, 0, w.a, &d, &more, &e), ERR_MISSING);
}

static void one_mailbox_has_one_owner(void **state)
{
	struct mailbox_xta_party twice[2] = {w.parties[0], w.parties[1]};
	const struct mailbox_xta_account list = {.name = "A", .parties = twice, .party_count = 2};
	struct mailbox_xta_accounts *none = NULL;
	struct err e = ERR_INIT;

	(void)state;
	twice[1].osci = twice[0].osci;
	assert_int_equal(mailbox_xta_accounts_new(&list, 1, 9, &none, &e), ERR_CONFIG);
}

static int group_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return pki_xml_init(&e);
}

static int group_down(void **state)
{
	(void)state;
	pki_xml_fini();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_plain_or_for_the_key_of_its_reader_is_opened, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_for_another_key_is_handed_on_as_it_came, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_metadata_osci_says_what_it_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_id_of_its_metadata_finds_it_and_the_instants_are_those_of_the_card,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_id_that_is_not_the_senders_to_give_is_not_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_test_and_what_is_obsolete_or_not_due_is_not_offered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_fetched_by_osci_is_not_offered_by_xta, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_mailbox_has_one_owner, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("mailbox/bridge", tests, group_up, group_down);
}
