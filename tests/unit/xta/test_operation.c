/* SPDX-License-Identifier: EUPL-1.2 */
/* The tables: operations, codes, warnings. */
#include "cm.h"

#include "base/mem.h"
#include "xta/fault.h"
#include "xta/operation.h"
#include "xta/warning.h"

static void test_every_operation_is_found_by_its_exact_action_only(void **state)
{
	const struct xta_operation *op;
	unsigned n = 0;

	(void)state;
	for (; (op = xta_operation_at(n)) != NULL; n++) {
		char longer[200];

		assert_int_equal(op->id, n);
		assert_ptr_equal(xta_operation_of(op->id), op);
		assert_ptr_equal(xta_operation_from(span_of(op->action)), op);
		snprintf(longer, sizeof(longer), "%sResponse", op->action);
		assert_null(xta_operation_from(span_of(longer)));
		/* a Body that has to hold something is read, unless it is content */
		assert_true(op->element == NULL || op->sends_content || op->read_ask != NULL);
		assert_non_null(op->run);
		assert_int_equal(op->exceptions & (XTA_PERMISSION_DENIED | XTA_TECHNICAL_PROBLEM),
				 XTA_PERMISSION_DENIED | XTA_TECHNICAL_PROBLEM);
	}
	assert_int_equal(n, XTA_NAME_COUNT);
	assert_null(xta_operation_from(SPAN_EMPTY));
}

static void test_there_are_22_numbers_beside_9000_and_each_stands_in_an_exception(void **state)
{
	const struct xta_fault *f;
	unsigned numbers = 0;

	(void)state;
	for (unsigned i = 0; (f = xta_fault_at(i)) != NULL; i++) {
		enum xta_exception back;

		assert_ptr_equal(xta_fault_of(f->code), f);
		assert_true(f->text_de[0] != '\0' && f->text_en[0] != '\0');
		assert_int_equal(f->exception != XTA_NO_EXCEPTION, f->code >= XTA_9000);
		assert_int_equal(f->is_receiver, f->code >= XTA_9030 && f->code <= XTA_9032);
		numbers += f->code >= XTA_9000;
		assert_int_equal(xta_exception_from(span_of(xta_exception_name(f->exception)), &back), f->code >= XTA_9000);
		assert_int_equal(back, f->exception);
	}
	assert_int_equal(numbers, 1 + 22);
	assert_int_equal(xta_fault_of((enum xta_code)9999)->code, XTA_9000);
}

static void test_every_warning_is_one_bit_with_a_code_of_its_own(void **state)
{
	const struct xta_warning_row *w;
	unsigned all = 0;

	(void)state;
	for (unsigned i = 0; (w = xta_warning_at(i)) != NULL; i++) {
		assert_int_equal(__builtin_popcount((unsigned)w->bit), 1);
		assert_int_equal(all & (unsigned)w->bit, 0);
		all |= (unsigned)w->bit;
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(w->code, xta_warning_at(k)->code);
	}
	assert_int_equal(all, 2 * XTA_WARN_UNSCANNED - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_operation_is_found_by_its_exact_action_only),
		cmocka_unit_test(test_there_are_22_numbers_beside_9000_and_each_stands_in_an_exception),
		cmocka_unit_test(test_every_warning_is_one_bit_with_a_code_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
