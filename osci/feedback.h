/* SPDX-License-Identifier: EUPL-1.2 */
/* feedback - the table of OSCI codes: level, German and English text (own words). Static; any thread. */
#ifndef OSCI_FEEDBACK_H
#define OSCI_FEEDBACK_H

#include <stdbool.h>

#include "base/reason.h"

enum osci_level { OSCI_OK, OSCI_WARNING, OSCI_ERROR, OSCI_FAULT_CLIENT, OSCI_FAULT_SERVER };

struct osci_code {
	const char *code;	/* "0800" */
	const char *de, *en;
	enum osci_level level;
	enum reason reason;	/* what the sender's delivery worker makes of it */
};

/* The line of a code; unknown codes give the line of 9811, as the reference library does. Never NULL. */
const struct osci_code *osci_code(const char *code);
const struct osci_code *osci_code_at(unsigned i);	/* for docs and tests: NULL after the last */

#endif
