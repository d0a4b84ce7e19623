/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of reasons. */
#include "base/reason.h"

#include <stddef.h>
#include <string.h>

static const struct reason_info reasons[] = {
#define X(sym, key, owner, retry, blame, en, de, next_en, next_de) \
	[sym] = { key, owner, retry, blame, en, de, next_en, next_de },
	REASONS(X)
#undef X
};

const struct reason_info *reason_info(enum reason reason)
{
	if (reason == RSN_NONE || (unsigned)reason >= RSN_COUNT)
		reason = RSN_INTERNAL;
	return &reasons[reason];
}

enum reason reason_from_key(const char *key)
{
	for (unsigned i = RSN_NONE + 1; i < RSN_COUNT; i++)
		if (strcmp(reasons[i].key, key) == 0)
			return (enum reason)i;
	return RSN_NONE;
}

const char *reason_owner_name(enum reason_owner owner, int german)
{
	static const char *const names[][2] = {
		[OWNER_NOBODY] = { "nobody", "niemand" },
		[OWNER_OPERATOR] = { "operator", "Betrieb" },
		[OWNER_RECIPIENT] = { "recipient", "Empfänger" },
		[OWNER_DIRECTORY] = { "directory", "Verzeichnis" },
		[OWNER_SENDER] = { "sender", "Absender" },
		[OWNER_INTERMEDIARY] = { "intermediary", "Intermediär" },
	};

	if ((unsigned)owner >= sizeof(names) / sizeof(names[0]))
		owner = OWNER_OPERATOR;
	return names[owner][german != 0];
}

const char *reason_retry_name(enum reason_retry retry)
{
	static const char *const names[] = {
		[RETRY_NEVER] = "never",
		[RETRY_SOON] = "soon",
		[RETRY_SLOW] = "slow",
		[RETRY_HOLD] = "hold",
	};

	return (unsigned)retry < sizeof(names) / sizeof(names[0]) ? names[retry] : "hold";
}
