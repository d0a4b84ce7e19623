/* SPDX-License-Identifier: EUPL-1.2 */
/* The conformance suite as a whole. */
#include "spool/suite/store_suite.h"

#include "base/mem.h"

int store_suite(void)
{
	static int (*const parts[])(void) = { store_suite_messages, store_suite_queue, store_suite_model, store_suite_boxes,
					      store_suite_waiting, store_suite_retention, store_suite_crash };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		failed += parts[i]();
	return failed;
}
