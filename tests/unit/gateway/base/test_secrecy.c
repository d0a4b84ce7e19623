/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/secrecy. */
#include "cm.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/secrecy.h"

static void there_is_no_core_dump_and_no_look_inside(void **state)
{
	struct rlimit core;

	(void)state;
	secrecy_begin();
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_cur, 0);
	assert_int_equal(core.rlim_max, 0);
#if !defined(__SANITIZE_ADDRESS__)
	assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_no_core_dump_and_no_look_inside),
	};
	return cmocka_run_group_tests_name("gateway/base/secrecy", tests, NULL, NULL);
}
