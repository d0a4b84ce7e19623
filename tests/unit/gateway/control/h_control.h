/* SPDX-License-Identifier: EUPL-1.2 */
/* h_control - the operators' socket over a spool of its own, and somebody who asks. */
#ifndef TESTS_H_CONTROL_H
#define TESTS_H_CONTROL_H

#include "cm.h"

#include "base/json.h"
#include "control/control.h"
#include "spool/suite/h_spool.h"

struct h_ctl {
	struct h_spool spool;
	struct dir *dir;
	struct control *control;
	struct control_ctx ctx;
	char path[96];
};
extern struct h_ctl h_ctl;

int h_ctl_up(void **state);
int h_ctl_down(void **state);
#define T(f) cmocka_unit_test_setup_teardown(f, h_ctl_up, h_ctl_down)

int h_dial(void);
/* Sends bytes and reads the answer to its end: an array of rows, the last is the end. */
json_t *h_exchange(const void *request, size_t n);
/* The same for a line in which ' stands for ". */
json_t *h_ask(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const json_t *h_end_of(const json_t *rows);
/* "ok" or the code of an error. Frees rows. */
void h_ends_with(json_t *rows, const char *code);
const char *h_field(const json_t *rows, size_t i, const char *key);
/* A message with a queued delivery; dlv may be NULL. */
void h_ctl_submit(const char *foreign_id, const char *recipient, char id[ID_TEXT_LEN], struct id *dlv);

#endif
