/* SPDX-License-Identifier: EUPL-1.2 */
/* entries - codes as the Entries of a Feedback, in the languages that were asked for. Any thread. */
#ifndef OSCI_ENTRIES_H
#define OSCI_ENTRIES_H

#include "osci/message.h"

/* wanted: DesiredLanguages ("de en"). One Entry per code and language, in the arena; gives their number. */
size_t osci_entries(const enum osci_code *codes, size_t n, const char *wanted, struct arena *a, struct osci_entry **out);

#endif
