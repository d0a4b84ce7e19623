/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * store_suite - what the contract of store.h means, call by call; an engine passes it or is none. It runs for the engine that
 * the test program is linked to: tests/unit/spool/<engine>/h_<engine>.c names its table (h_engine), test_store.c calls the suite.
 */
#ifndef TESTS_STORE_SUITE_H
#define TESTS_STORE_SUITE_H

int store_suite(void);	/* all of it; returns the number of failed tests, as its parts do: */
int store_suite_messages(void);
int store_suite_queue(void);
int store_suite_model(void);
int store_suite_boxes(void);
int store_suite_waiting(void);
int store_suite_retention(void);
int store_suite_crash(void);

#endif
