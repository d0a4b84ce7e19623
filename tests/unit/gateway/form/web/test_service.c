/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/web/service. */
#include "cm.h"

#include <pthread.h>

#include "base/file.h"
#include "base/mem.h"
#include "form/application/lock.h"
#include "form/web/service.h"
#include "h_site.h"

#define REAL_FORM "docs/forms/hilfe-zum-lebensunterhalt.json"

static const struct form_source real_form[] = { { REAL_FORM, NULL } };
static const struct form_source twice[] = { { REAL_FORM, NULL }, { REAL_FORM, NULL } };

static struct h_site site;

static int start(void **state)
{
	(void)state;
	h_site_start(&site, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_site_stop(&site);
	return 0;
}

static void write_temp(char *path, const char *text)
{
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write_all(fd, text, strlen(text)), 0);
	close(fd);
}

static void bad_recipients_are_refused_with_file_and_entry(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "[]", "at least one municipality" },
		{ "{}", "at least one municipality" },
		{ "[{\"name\":\"A\"}]", "entry 1: ags: missing" },
		{ "[{\"name\":\"A\",\"ags\":\"0531500\"}]", "8 or 12 digits" },
		{ "[{\"name\":\"A\",\"ags\":\"0531500a\"}]", "8 or 12 digits" },
		{ "[{\"name\":\"\",\"ags\":\"05315000\"}]", "not a name" },
		{ "[{\"name\":\"A\",\"ags\":\"05315000\"},{\"name\":\"B\",\"ags\":\"05315000\"}]", "there twice" },
		{ "[{\"name\":5,\"ags\":\"05315000\"}]", "name: not a string" },
		{ "[5]", "entry 1" },
		{ "[", "" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char path[] = "/tmp/depesche-recipients-XXXXXX";
		struct err e = ERR_INIT;
		struct form_service *s = NULL;
		const struct form_options o = { .forms = real_form, .form_count = 1, .recipients_file = path };
		write_temp(path, cases[i].text);
		assert_int_not_equal(form_service_new(&o, NULL, &s, &e), 0);
		if (strstr(e.text, cases[i].wanted) == NULL || strstr(e.text, path) == NULL)
			fail_msg("%s: %s", cases[i].text, e.text);
		unlink(path);
	}
}

/* It stands in the head of each message, whose schema has the characters of DIN 91379 only. */
static void an_operator_name_that_no_message_may_carry_is_refused(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} names[] = { { "Stadt Köln - Amt für Soziales", true }, { "Stadt Köln – Amt", false }, { "Amt\nKöln", false },
		      { "„Sozialplattform“", false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct err e = ERR_INIT;
		struct form_service *s = NULL;
		const struct form_options o = { .forms = real_form, .form_count = 1,
						.recipients_file = "docs/forms/gemeinden.json",
						.operator_name = names[i].name };
		assert_int_equal(form_service_new(&o, site.spool, &s, &e), names[i].good ? 0 : ERR_CONFIG);
		if (!names[i].good)
			assert_non_null(strstr(e.text, "DIN 91379"));
		form_service_free(s);
	}
}

static void a_service_needs_forms_with_ids_of_their_own(void **state)
{
	(void)state;
	struct err e = ERR_INIT;
	struct form_service *s = NULL;
	struct form_options o = { .forms = twice, .form_count = 2,
				  .recipients_file = "docs/forms/gemeinden.json" };
	assert_int_equal(form_service_new(&o, NULL, &s, &e), ERR_CONFIG);
	o.form_count = 0;
	assert_int_equal(form_service_new(&o, NULL, &s, &e), ERR_CONFIG);
	o.form_count = 1;
	assert_ok(form_service_new(&o, site.spool, &s, &e), e);
	assert_non_null(form_offer_recipient(&s->office.offers[0], "05315000"));
	assert_null(form_offer_recipient(&s->office.offers[0], "00000000"));
	assert_null(form_office_offer(&s->office, "x"));
	form_service_free(s);
	o.recipients_file = NULL;
	assert_int_equal(form_service_new(&o, NULL, &s, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "no list of recipients"));
}

static void count(void *ctx, const char *text)
{
	(void)text;
	++*(int *)ctx;
}

static void a_file_can_be_checked_without_a_service(void **state)
{
	(void)state;
	char path[] = "/tmp/depesche-check-XXXXXX";
	struct err e = ERR_INIT;
	int findings = 0;
	assert_ok(form_check_file(REAL_FORM, count, &findings, &e), e);
	write_temp(path, "{\"title\":\"x\",\"path\":\"x\",\"components\":[{\"type\":\"map\",\"key\":\"a\"},"
			 "{\"type\":\"textfield\",\"key\":\"b\",\"label\":\"B\",\"logic\":[1]}]}");
	assert_int_equal(form_check_file(path, count, &findings, &e), ERR_UNSUPPORTED);
	assert_int_equal(findings, 2);
	unlink(path);
	assert_int_not_equal(form_check_file(path, count, &findings, &e), 0);
}

struct waiter {
	struct form_locks *locks;
	struct id id;
	int rc;
};

static void *wait_for_lock(void *arg)
{
	struct waiter *w = arg;
	struct err e = ERR_INIT;
	w->rc = form_lock_take(w->locks, &w->id, 5000, &e);
	if (w->rc == 0)
		form_lock_release(w->locks, &w->id);
	return NULL;
}

static void a_draft_is_locked_once_and_waited_for(void **state)
{
	(void)state;
	struct form_locks *l = form_locks_new();
	struct id a = id_new(), b = id_new();
	struct err e = ERR_INIT;
	struct waiter w = { l, a, -1 };
	pthread_t thread;
	assert_ok(form_lock_take(l, &a, 0, &e), e);
	assert_int_equal(form_lock_take(l, &a, 20, &e), ERR_BUSY);
	e = (struct err)ERR_INIT;
	assert_ok(form_lock_take(l, &b, 0, &e), e);
	form_lock_release(l, &b);
	pthread_create(&thread, NULL, wait_for_lock, &w);
	usleep(20000);
	form_lock_release(l, &a);
	pthread_join(thread, NULL);
	assert_int_equal(w.rc, 0);
	form_locks_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_recipients_are_refused_with_file_and_entry),
		cmocka_unit_test(an_operator_name_that_no_message_may_carry_is_refused),
		cmocka_unit_test(a_service_needs_forms_with_ids_of_their_own),
		cmocka_unit_test(a_file_can_be_checked_without_a_service),
		cmocka_unit_test(a_draft_is_locked_once_and_waited_for),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
