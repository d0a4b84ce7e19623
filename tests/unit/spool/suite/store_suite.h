/* SPDX-License-Identifier: EUPL-1.2 */
/* store_suite - what the contract of store.h means, call by call; an engine passes it or is none. */
#ifndef TESTS_STORE_SUITE_H
#define TESTS_STORE_SUITE_H

int store_suite_messages(void);	/* each returns the number of failed tests */
int store_suite_queue(void);
int store_suite_model(void);
int store_suite_boxes(void);
int store_suite_waiting(void);
int store_suite_retention(void);

#endif
