/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/application/budget. */
#include "cm.h"

#include <pthread.h>

#include "base/mem.h"
#include "form/application/budget.h"

static const struct form_budget_limits limits = { .bytes = 1000, .client_bytes = 400, .drafts = 5, .client_drafts = 2 };

/* All together take so much: a draft of nobody gets the rest and no byte more. */
static void takes(struct form_budget *b, uint64_t most, uint64_t bytes)
{
	struct id probe = id_new();

	assert_int_equal(form_budget_set(b, &probe, NULL, 0, INT64_MAX), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_add(b, &probe, most - bytes), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_add(b, &probe, 1), FORM_BUDGET_FULL);
	form_budget_forget(b, &probe);
}

static void a_client_has_its_part_and_others_theirs(void **state)
{
	struct form_budget *b = form_budget_new(&limits);
	struct id one = id_new(), two = id_new(), three = id_new();

	(void)state;
	assert_int_equal(form_budget_begin(b, "a"), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &one, "a", 300, 10), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &two, "a", 0, 10), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_begin(b, "a"), FORM_BUDGET_CLIENT_FULL); /* two drafts */
	assert_int_equal(form_budget_begin(b, "b"), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &two, "a", 100, 10), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &two, "a", 101, 10), FORM_BUDGET_CLIENT_FULL);
	assert_int_equal(form_budget_add(b, &one, 1), FORM_BUDGET_CLIENT_FULL);
	takes(b, 1000, 400);
	assert_int_equal(form_budget_set(b, &one, "a", 200, 10), FORM_BUDGET_FITS); /* smaller is always possible */
	assert_int_equal(form_budget_add(b, &two, 100), FORM_BUDGET_FITS);
	form_budget_drop(b, &two, 100);
	form_budget_forget(b, &two);
	assert_int_equal(form_budget_begin(b, "a"), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &three, "b", 400, 10), FORM_BUDGET_FITS);
	takes(b, 1000, 600);
	form_budget_forget(b, &one);
	form_budget_forget(b, &one); /* twice is once */
	form_budget_forget(b, &three);
	takes(b, 1000, 0);
	form_budget_free(b);
}

static void all_together_have_a_limit(void **state)
{
	struct form_budget *b = form_budget_new(&limits);
	struct id ids[5];
	char name[2] = "a";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		ids[i] = id_new();
		assert_int_equal(form_budget_begin(b, name), FORM_BUDGET_FITS);
		assert_int_equal(form_budget_set(b, &ids[i], name, 10, 10), FORM_BUDGET_FITS);
		name[0]++;
	}
	assert_int_equal(form_budget_begin(b, "z"), FORM_BUDGET_FULL); /* five drafts */
	form_budget_forget(b, &ids[0]);
	assert_int_equal(form_budget_begin(b, "z"), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &ids[1], "b", 380, 10), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &ids[2], "c", 380, 10), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &ids[3], "d", 380, 10), FORM_BUDGET_FULL);
	assert_int_equal(form_budget_add(b, &ids[3], 300), FORM_BUDGET_FULL);
	takes(b, 1000, 780);
	form_budget_free(b);
}

/* What was not changed since the start is not counted here, and never refused what it has. */
static void a_draft_that_exists_is_not_refused(void **state)
{
	struct form_budget *b = form_budget_new(&limits);
	struct id old = id_new(), later = id_new();

	(void)state;
	assert_int_equal(form_budget_set(b, &old, "a", 5000, 200), FORM_BUDGET_FITS); /* can still be sent */
	assert_int_equal(form_budget_begin(b, "a"), FORM_BUDGET_FULL);
	assert_int_equal(form_budget_set(b, &old, "a", 5001, 200), FORM_BUDGET_FULL);
	assert_int_equal(form_budget_set(b, &later, "a", 700, 100), FORM_BUDGET_FITS);
	assert_int_equal(form_budget_set(b, &old, "a", 200, 200), FORM_BUDGET_FITS);
	takes(b, 1000, 900);
	form_budget_expire(b, 99);
	takes(b, 1000, 900);
	form_budget_expire(b, 100);
	takes(b, 1000, 200); /* the other one was changed and lives longer */
	form_budget_expire(b, 200);
	takes(b, 1000, 0);
	assert_int_equal(form_budget_begin(b, "a"), FORM_BUDGET_FITS);
	form_budget_free(b);
}

static void any_number_expires_at_once(void **state)
{
	const struct form_budget_limits many = { .bytes = 1000000, .client_bytes = 1000000, .drafts = 5000, .client_drafts = 5000 };
	struct form_budget *b = form_budget_new(&many);

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct id id = id_new();

		assert_int_equal(form_budget_set(b, &id, "a", 1, i % 3 == 0 ? 20 : 10), FORM_BUDGET_FITS);
	}
	form_budget_expire(b, 10);
	takes(b, 1000000, 1000);
	form_budget_free(b);
}

static void *churn(void *arg)
{
	struct form_budget *b = arg;

	for (int i = 0; i < 2000; i++) {
		struct id id = id_new();

		if (form_budget_begin(b, "a") != FORM_BUDGET_FITS)
			continue;
		(void)form_budget_set(b, &id, "a", 10, 10);
		(void)form_budget_add(b, &id, 5);
		form_budget_forget(b, &id);
	}
	return NULL;
}

static void threads_leave_nothing_behind(void **state)
{
	struct form_budget *b = form_budget_new(&limits);
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, churn, b), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	takes(b, 1000, 0);
	assert_int_equal(form_budget_begin(b, "a"), FORM_BUDGET_FITS);
	form_budget_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_has_its_part_and_others_theirs),
		cmocka_unit_test(all_together_have_a_limit),
		cmocka_unit_test(a_draft_that_exists_is_not_refused),
		cmocka_unit_test(any_number_expires_at_once),
		cmocka_unit_test(threads_leave_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
