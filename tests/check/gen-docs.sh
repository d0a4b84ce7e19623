#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Writes the pages that are made from lists in the code: errors.md and reasons.md. Usage: gen-docs.sh FOLDER
set -eu
out=$1
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/gen.c" <<'C'
#include <stdio.h>
#include <string.h>
#include "base/err.h"

static const char *const classes[] = { "none", "temporary", "permanent", "local" };

static void errors(void)
{
	printf("# Error codes\n\n"
	       "Generated from `gateway/base/err.h` by `make docs`. Every error has one of these codes; the class decides what\n"
	       "happens next: *temporary* is tried again, *permanent* is reported to whoever sent it, *local* is for the operator.\n"
	       "The log shows the code as `code=`, with the broken rule as `rule=` and the reason an operator sees as `reason=`.\n\n"
	       "| code | class | meaning |\n|---|---|---|\n");
#define X(sym, cls, text) printf("| `%s` | %s | %s |\n", #sym, classes[cls], text);
	ERR_CODES(X)
#undef X
}

static void reason(const char *key, const char *owner, const char *retry, const char *en, const char *de, const char *nen,
		   const char *nde)
{
	printf("\n## %s\n\n%s\n%s\n\n- who acts: %s\n- what Depesche does: %s\n- next step: %s\n- nächster Schritt: %s\n", key, en, de,
	       owner, retry, nen, nde);
}

static void reasons(void)
{
	static const char *const owners[] = { "nobody, it goes on by itself", "the operator", "the recipient",
					      "the directory maintainer of the authority", "the sender" };
	static const char *const retries[] = { "gives the delivery up", "tries again soon", "tries again, slowly",
					       "keeps the delivery until a person decides" };

	printf("# Reasons: why a delivery waits or has failed\n\n"
	       "Generated from `gateway/base/reason_list.h` by `make docs`. `depesche why ID` prints one of these keys with its texts;\n"
	       "the keys never change their meaning and are never renamed.\n");
#define X(sym, key, owner, retry, en, de, next_en, next_de) \
	reason(key, owners[owner], retries[retry], en, de, next_en, next_de);
	REASONS(X)
#undef X
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "errors") == 0)
		errors();
	else
		reasons();
	return 0;
}
C
${CC:-gcc} -std=c17 -w -Igateway -o "$tmp/gen" "$tmp/gen.c"
"$tmp/gen" errors >"$out/errors.md"
"$tmp/gen" reasons >"$out/reasons.md"
