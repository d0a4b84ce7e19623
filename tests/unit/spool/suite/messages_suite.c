/* SPDX-License-Identifier: EUPL-1.2 */
/* What writing and reading messages means, for every engine. */
#include "spool/suite/h_spool.h"
#include "spool/suite/store_suite.h"

#include "base/clock.h"
#include "base/mem.h"

static void a_message_comes_back_as_it_was_committed(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message m, by_foreign;
	struct id id;

	(void)state;
	assert_ok(h_submit(h.s, "f-1", "ags:05315000", 1000, 7, &id, NULL, &e), e);
	for (int round = 0; round < 2; round++) {	/* before and after a restart */
		assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
		assert_int_equal(m.kind, SPOOL_APPLICATION);
		assert_string_equal(m.foreign_id, "f-1");
		assert_string_equal(m.recipient, "ags:05315000");
		assert_string_equal(m.service, "hzl");
		assert_true(span_is(m.meta, "meta of somebody"));
		assert_true(span_is(m.open_meta, "open"));
		assert_int_equal(m.part_count, 1);
		assert_string_equal(m.parts[0].name, "body");
		assert_string_equal(m.parts[0].type, "application/octet-stream");
		assert_string_equal(m.parts[0].label, "Antrag Müller.pdf");
		assert_int_equal(m.parts[0].size, 1000);
		assert_int_not_equal(m.submitted, 0);
		assert_int_equal(m.accepted, m.submitted);
		assert_int_equal(m.modified, m.submitted);
		assert_int_equal(m.stored, 0);
		assert_int_equal(m.erased, 0);
		assert_ok(spool_message_find(h.s, h.a, SPOOL_APPLICATION, SPAN_LIT("f-1"), &by_foreign, &e), e);
		assert_int_equal(id_cmp(&by_foreign.id, &id), 0);
		assert_true(h_part_is(h.s, &id, "body", 1000, 7, &e));
		h_spool_reopen(&h);
	}
}

static void parts_of_every_size_keep_their_bytes_and_digest(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 131073, 1000000 };
	struct err e = ERR_INIT;
	struct spool_message *w, m;
	struct spool_edit *ed;
	char name[16];
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	id = w->id;
	w->kind = SPOOL_DRAFT;
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		snprintf(name, sizeof(name), "p%u", i);
		assert_ok(h_part(ed, name, sizes[i], i, &e), e);
	}
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.part_count, ARRAY_LEN(sizes));
	for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
		uint8_t sha[SHA256_LEN];
		char *p = h_bytes(sizes[i], i);

		sha256(p, sizes[i], sha);
		free(p);
		assert_memory_equal(m.parts[i].sha256, sha, SHA256_LEN);
		assert_int_equal(m.parts[i].size, sizes[i]);
		if (!h_part_is(h.s, &id, m.parts[i].name, sizes[i], i, &e))
			fail_msg("part of %zu bytes: %s", sizes[i], e.text);
	}
}

static void many_small_parts_do_not_stay_in_memory(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w;
	struct spool_edit *ed;
	struct sink *sink;
	char name[16];
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	id = w->id;
	for (unsigned i = 0; i < 20; i++) {	/* 20 * 60000 is above the inline budget: the last ones are files */
		snprintf(name, sizeof(name), "p%u", i);
		assert_ok(h_part(ed, name, 60000, i, &e), e);
	}
	assert_int_equal(spool_edit_part(ed, "p3", "", NULL, &sink, &e), ERR_EXISTS);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		assert_true(h_part_is(h.s, &id, name, 60000, i, &e));
	}
}

static void what_is_not_there_is_missing(void **state)
{
	struct err e = ERR_INIT;
	struct id id = id_new(), known;
	struct spool_event ev = { .kind = SPOOL_EV_STORED }, *evs;
	struct spool_message m, *w;
	struct spool_delivery d;
	struct spool_edit *ed;
	struct src *src;
	size_t n;

	(void)state;
	assert_int_equal(spool_message_get(h.s, h.a, &id, &m, &e), ERR_MISSING);
	assert_int_equal(spool_message_find(h.s, h.a, SPOOL_MAIL, SPAN_LIT("x"), &m, &e), ERR_MISSING);
	assert_int_equal(spool_part_open(h.s, &id, "body", &src, &e), ERR_MISSING);
	assert_int_equal(spool_message_mark(h.s, &id, SPOOL_FETCHED, 1, &e), ERR_MISSING);
	assert_int_equal(spool_message_expire(h.s, &id, 1, &e), ERR_MISSING);
	assert_int_equal(spool_event_add(h.s, &id, &ev, &e), ERR_MISSING);
	assert_int_equal(spool_event_list(h.s, h.a, &id, &evs, &n, &e), ERR_MISSING);
	assert_int_equal(spool_edit_begin(h.s, &id, &ed, &w, &e), ERR_MISSING);
	assert_int_equal(spool_delivery_get(h.s, h.a, &id, &d, &e), ERR_MISSING);
	assert_int_equal(h_delivery_of(h.s, h.a, &id, &d, &e), ERR_MISSING);
	assert_int_equal(spool_delivery_renew(h.s, &id, 1, 1, &e), ERR_MISSING);
	assert_int_equal(spool_erase(h.s, &id, 1, &e), ERR_MISSING);
	assert_ok(h_mail(h.s, "m", 1, 2, 5, &known, &e), e);
	assert_int_equal(spool_part_open(h.s, &known, "other", &src, &e), ERR_MISSING);
	assert_int_equal(h_delivery_of(h.s, h.a, &known, &d, &e), ERR_MISSING);
}

static void an_aborted_edit_leaves_nothing(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w, m;
	struct spool_edit *ed;
	struct spool_stats st;
	struct sink *sink;
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	id = w->id;
	w->foreign_id = "gone";
	assert_ok(h_part(ed, "big", 200000, 1, &e), e);
	assert_ok(spool_edit_part(ed, "open", "", NULL, &sink, &e), e);
	spool_edit_abort(ed);
	assert_int_equal(sink_write(sink, "x", 1, &e), ERR_WRONG_STATE);	/* the edit is over */
	sink_close(sink);
	assert_int_equal(spool_message_get(h.s, h.a, &id, &m, &e), ERR_MISSING);
	assert_int_equal(spool_message_find(h.s, h.a, SPOOL_DRAFT, SPAN_LIT("gone"), &m, &e), ERR_MISSING);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.messages[0] + st.messages[1] + st.messages[2], 0);
	spool_edit_abort(NULL);
}

static void an_edit_changes_adds_and_drops(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w, m;
	struct spool_edit *ed;
	struct src *src;
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	id = w->id;
	w->expires = 1000;
	assert_ok(h_part(ed, "a", 10, 1, &e), e);
	assert_ok(h_part(ed, "b", 100000, 2, &e), e);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(spool_edit_begin(h.s, &id, &ed, &w, &e), e);
	assert_int_equal(w->part_count, 2);
	w->kind = SPOOL_APPLICATION;
	w->submitted = 77;
	w->meta = SPAN_LIT("new");
	assert_ok(spool_edit_drop(ed, "a", &e), e);
	assert_int_equal(spool_edit_drop(ed, "a", &e), ERR_MISSING);
	assert_ok(h_part(ed, "a", 20, 3, &e), e);
	assert_ok(spool_edit_drop(ed, "b", &e), e);
	assert_ok(h_part(ed, "c", 70000, 4, &e), e);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.part_count, 2);
	assert_true(span_is(m.meta, "new"));
	assert_int_equal(m.modified, 77);
	assert_string_equal(m.parts[0].label, "Antrag Müller.pdf");
	assert_true(h_part_is(h.s, &id, "a", 20, 3, &e));
	assert_true(h_part_is(h.s, &id, "c", 70000, 4, &e));
	assert_int_equal(spool_part_open(h.s, &id, "b", &src, &e), ERR_MISSING);
}

static void of_two_edits_of_one_message_the_second_is_refused(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w1, *w2, m;
	struct spool_edit *e1, *e2;
	struct id id;

	(void)state;
	assert_ok(h_mail(h.s, "m", 1, 2, 5, &id, &e), e);
	assert_ok(spool_edit_begin(h.s, &id, &e1, &w1, &e), e);
	assert_ok(spool_edit_begin(h.s, &id, &e2, &w2, &e), e);
	w1->service = "one";
	w2->service = "two";
	assert_ok(spool_edit_commit(e1, NULL, &e), e);
	assert_int_equal(spool_edit_commit(e2, NULL, &e), ERR_BUSY);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_string_equal(m.service, "one");
}

static void a_foreign_id_belongs_to_one_message_of_a_kind(void **state)
{
	struct err e = ERR_INIT;
	char big[1001];
	struct id a, b, c;
	struct spool_message m;

	(void)state;
	memset(big, 'x', sizeof(big));
	big[1000] = '\0';
	assert_ok(h_mail(h.s, "same", 1, 2, 5, &a, &e), e);
	assert_int_equal(h_mail(h.s, "same", 1, 2, 5, NULL, &e), ERR_EXISTS);
	assert_ok(h_submit(h.s, "same", "r", 1, 1, NULL, NULL, &e), e);	/* another kind */
	assert_ok(h_mail(h.s, "other", 1, 2, 5, &b, &e), e);
	assert_ok(h_mail(h.s, big, 1, 2, 5, &c, &e), e);
	assert_int_equal(h_mail(h.s, big, 1, 2, 5, NULL, &e), ERR_EXISTS);
	assert_ok(spool_message_find(h.s, h.a, SPOOL_MAIL, span_of(big), &m, &e), e);
	assert_int_equal(id_cmp(&m.id, &c), 0);
	assert_ok(spool_message_find(h.s, h.a, SPOOL_MAIL, SPAN_LIT("other"), &m, &e), e);
	assert_int_equal(id_cmp(&m.id, &b), 0);
}

static void an_instant_is_set_once(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message m, *w;
	struct spool_edit *ed;
	struct id id;

	(void)state;
	assert_ok(h_mail(h.s, "m", 1, 2, 5, &id, &e), e);
	assert_ok(spool_message_mark(h.s, &id, SPOOL_FORWARDED, 10, &e), e);
	assert_ok(spool_message_mark(h.s, &id, SPOOL_FETCHED, 20, &e), e);
	assert_ok(spool_message_mark(h.s, &id, SPOOL_FETCHED, 20, &e), e);
	assert_int_equal(spool_message_mark(h.s, &id, SPOOL_FETCHED, 21, &e), ERR_WRONG_STATE);
	assert_ok(spool_message_mark(h.s, &id, SPOOL_STORED, 15, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.forwarded, 10);
	assert_int_equal(m.fetched, 20);
	assert_int_equal(m.stored, 15);
	assert_int_equal(m.modified, 20);
	assert_ok(spool_edit_begin(h.s, &id, &ed, &w, &e), e);
	w->accepted = 6;
	assert_int_equal(spool_edit_commit(ed, NULL, &e), ERR_WRONG_STATE);
}

static void events_keep_their_order(void **state)
{
	struct err e = ERR_INIT;
	struct spool_event *list;
	struct id a, b;
	size_t n;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "r", 1, 1, &a, NULL, &e), e);
	assert_ok(h_submit(h.s, NULL, "r", 1, 1, &b, NULL, &e), e);
	for (int i = 0; i < 20; i++) {
		struct spool_event ev = { .at = i, .kind = SPOOL_EV_RETRY, .reason = RSN_NET_TIMEOUT, .code = "9200",
					  .detail = i % 2 ? "odd" : NULL };

		assert_ok(spool_event_add(h.s, i % 3 == 0 ? &b : &a, &ev, &e), e);
	}
	h_spool_reopen(&h);
	assert_ok(spool_event_list(h.s, h.a, &a, &list, &n, &e), e);
	assert_int_equal(n, 1 + 13);
	assert_int_equal(list[0].kind, SPOOL_EV_ACCEPTED);
	for (size_t i = 2; i < n; i++)
		assert_true(list[i].at > list[i - 1].at);
	assert_int_equal(list[1].reason, RSN_NET_TIMEOUT);
	assert_string_equal(list[1].code, "9200");
	assert_string_equal(list[1].detail, "odd");
	assert_null(list[2].detail);
	assert_ok(spool_event_list(h.s, h.a, &b, &list, &n, &e), e);
	assert_int_equal(n, 1 + 7);
}

static void a_part_that_was_not_finished_is_no_part(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w, m;
	struct spool_edit *ed;
	struct sink *sink;
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	id = w->id;
	assert_ok(spool_edit_part(ed, "x", "text/plain", NULL, &sink, &e), e);
	assert_ok(sink_write(sink, "abc", 3, &e), e);
	sink_close(sink);
	assert_ok(h_part(ed, "y", 5, 1, &e), e);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
	assert_int_equal(m.part_count, 1);
	assert_string_equal(m.parts[0].name, "y");
}

static void what_no_record_takes_is_refused(void **state)
{
	static char long_text[5000];
	struct err e = ERR_INIT;
	struct spool_message *w;
	struct spool_edit *ed;
	struct sink *sink;
	char *big = mem_new(SPOOL_META_MAX + 1);

	(void)state;
	memset(long_text, 'a', sizeof(long_text) - 1);
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	assert_int_equal(spool_edit_part(ed, "", "", NULL, &sink, &e), ERR_LIMIT);
	assert_int_equal(spool_edit_part(ed, long_text, "", NULL, &sink, &e), ERR_LIMIT);
	w->meta = (struct span){ big, SPOOL_META_MAX + 1 };
	assert_int_equal(spool_edit_commit(ed, NULL, &e), ERR_LIMIT);
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	w->recipient = long_text;
	assert_int_equal(spool_edit_commit(ed, NULL, &e), ERR_LIMIT);
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	w->meta = (struct span){ big, SPOOL_META_MAX };
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	free(big);
}

static void only_one_process_has_a_spool_and_only_with_its_key(void **state)
{
	struct err e = ERR_INIT;
	struct spool *other;
	char key[128];
	struct spool_options o = h.o;

	(void)state;
	assert_int_equal(spool_open(&h.o, &other, &e), ERR_BUSY);
	spool_close(h.s);
	h.s = NULL;
	snprintf(key, sizeof(key), "%s/other.key", h.root);
	assert_ok(spool_key_make(key, &e), e);
	assert_int_equal(spool_key_make(key, &e), ERR_EXISTS);
	o.master_key_file = key;
	assert_int_equal(spool_open(&o, &other, &e), ERR_CONFIG);
	assert_int_equal(e.reason, RSN_LOC_KEY_MISSING);
	assert_ok(spool_open(&h.o, &h.s, &e), e);
}

static void what_repeats_itself_is_one_event_with_a_count(void **state)
{
	struct spool_event ev = { .kind = SPOOL_EV_DEFERRED, .reason = RSN_NET_TIMEOUT, .code = "9000" }, *evs;
	struct spool_event held = { .at = 5000, .kind = SPOOL_EV_HELD };
	struct err e = ERR_INIT;
	struct id id;
	size_t n;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, NULL, &e), e);
	for (int i = 1; i <= 100; i++) {	/* two kinds of failure in turn */
		ev.at = i;
		ev.detail = i % 10 == 0 ? "after 4711 ms" : "after 815 ms";
		ev.reason = i % 2 == 0 ? RSN_NET_TIMEOUT : RSN_NET_UNREACHABLE;
		assert_ok(spool_event_add(h.s, &id, &ev, &e), e);
	}
	assert_ok(spool_event_add(h.s, &id, &held, &e), e);
	assert_ok(spool_event_add(h.s, &id, &held, &e), e);	/* a person says it twice */
	ev.at = 6000;
	assert_ok(spool_event_add(h.s, &id, &ev, &e), e);	/* begins anew behind it */
	assert_ok(spool_event_list(h.s, h.a, &id, &evs, &n, &e), e);
	assert_int_equal(n, 6);
	assert_int_equal(evs[0].count, 1);
	assert_int_equal(evs[1].reason, RSN_NET_UNREACHABLE);
	assert_int_equal(evs[1].count, 50);
	assert_int_equal(evs[1].at, 1);
	assert_int_equal(evs[1].last, 99);
	assert_int_equal(evs[2].count, 50);
	assert_int_equal(evs[2].last, 100);
	assert_string_equal(evs[2].detail, "after 4711 ms");	/* what was said last */
	assert_int_equal(evs[5].count, 1);
	for (unsigned i = 0; i < 2000; i++) {	/* never the same twice: bounded all the same */
		char code[16];

		snprintf(code, sizeof(code), "%u", i);
		ev.code = code;
		assert_ok(spool_event_add(h.s, &id, &ev, &e), e);
	}
	assert_ok(spool_event_list(h.s, h.a, &id, &evs, &n, &e), e);
	assert_in_range(n, 400, 520);
}

int store_suite_messages(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_message_comes_back_as_it_was_committed),
		T(parts_of_every_size_keep_their_bytes_and_digest),
		T(many_small_parts_do_not_stay_in_memory),
		T(what_is_not_there_is_missing),
		T(an_aborted_edit_leaves_nothing),
		T(an_edit_changes_adds_and_drops),
		T(of_two_edits_of_one_message_the_second_is_refused),
		T(a_foreign_id_belongs_to_one_message_of_a_kind),
		T(what_repeats_itself_is_one_event_with_a_count),
		T(an_instant_is_set_once),
		T(events_keep_their_order),
		T(a_part_that_was_not_finished_is_no_part),
		T(what_no_record_takes_is_refused),
		T(only_one_process_has_a_spool_and_only_with_its_key),
	};

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
