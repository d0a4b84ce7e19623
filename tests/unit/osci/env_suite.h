/* SPDX-License-Identifier: EUPL-1.2 */
/* env_suite - what the store of osci/env.h means, call by call: the one of osci's tests and that of the spool both pass it. */
#ifndef TESTS_ENV_SUITE_H
#define TESTS_ENV_SUITE_H

#include "osci/env.h"

struct env_store {
	const char *name;
	struct osci_env *(*open)(void);	/* an empty store; before each test */
	void (*close)(void);
};

/* Returns the number of failed tests. */
int env_suite(const struct env_store *s);

#endif
