/* SPDX-License-Identifier: EUPL-1.2 */
/* cm - what a unit test includes: the headers cmocka wants, cmocka, and the way to test data outside the project. */
#ifndef TESTS_CM_H
#define TESTS_CM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The shared test material beside the checkout (schemas, wire vectors) is not part of a user's clone: a test that
 * needs it calls this first and is reported as skipped there. */
#define need_shared(path)                                                                                              \
	do {                                                                                                           \
		if (access("../shared/" path, R_OK) != 0)                                                              \
			skip();                                                                                        \
	} while (0)

/* Assertion for calls of the form int f(..., struct err *e): prints the error text. */
#define assert_ok(call, e)                                                                                             \
	do {                                                                                                           \
		int rc_ = (call);                                                                                      \
		if (rc_ != 0)                                                                                          \
			fail_msg("%s: %s", #call, (e).text);                                                           \
	} while (0)

#endif
