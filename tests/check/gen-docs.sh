#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Writes the pages that are made from lists in the code: errors.md, reasons.md, config.md and man/depesche.conf.5.
# Usage: gen-docs.sh FOLDER
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
					      "the directory maintainer of the authority", "the sender",
					      "the intermediary's operator" };
	static const char *const retries[] = { "gives the delivery up", "tries again soon", "tries again, slowly",
					       "keeps the delivery until a person decides" };

	printf("# Reasons: why a delivery waits or has failed\n\n"
	       "Generated from `gateway/base/reason_list.h` by `make docs`. `depesche why ID` prints one of these keys with its texts;\n"
	       "the keys never change their meaning and are never renamed.\n");
#define X(sym, key, owner, retry, blame, en, de, next_en, next_de) \
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

cat >"$tmp/conf.c" <<'C'
#include <stdio.h>
#include "config/conf.h"

int main(int argc, char **argv)
{
	struct buf out;

	(void)argc;
	buf_init(&out, 1 << 20);
	conf_document(&out, argv[1][0]);
	fputs(buf_str(&out), stdout);
	return 0;
}
C
# Only what the table needs: this also runs where nothing was built.
${CC:-gcc} -std=c17 -D_GNU_SOURCE -w -I. -Igateway -ffunction-sections -Wl,--gc-sections -o "$tmp/conf" "$tmp/conf.c" \
    config/print.c config/schema.c config/value.c gateway/base/buf.c gateway/base/span.c gateway/base/mem.c \
    gateway/base/arena.c gateway/base/err.c gateway/base/reason.c
{
	cat <<'MD'
# Configuration

Generated from `config/schema.c` by `make docs`. One YAML file, by default `/etc/depesche/depesche.yaml`; `docs/depesche.yaml` is
a commented sample. `depesched --check-config` lists every problem as `file:line: key: what is wrong, what was expected`,
`depesched --print-config` the effective values and where each comes from.

A role is switched on by its section: `intermediary`, `form`, `directory`, `delivery`. File names are relative to the folder of
the file. Durations have a unit (`500 ms`, `10 s`, `5 min`, `1 h`, `3 d`), sizes too (`512 B`, `64 KiB`, `20 MiB`, `1 GiB`).
Secrets are in files of their own, which nobody but the owner may read. Anchors, aliases and tags of YAML are not supported.
MD
	"$tmp/conf" m
} >"$out/config.md"
mkdir -p "$out/man"
{
	cat <<'MAN'
.\" SPDX-License-Identifier: EUPL-1.2
.\" Generated from config/schema.c by make docs.
.Dd November 24, 2026
.Dt DEPESCHE.CONF 5
.Os
.Sh NAME
.Nm depesche.conf
.Nd configuration of the OSCI message gateway
.Sh DESCRIPTION
.Xr depesched 8
reads one YAML file, by default
.Pa /etc/depesche/depesche.yaml .
.Ic depesched --check-config
lists every problem as
.Dq file:line: key: what is wrong, what was expected ,
.Ic depesched --print-config
prints the effective values and where each comes from.
.Pp
A role is switched on by its section:
.Ic intermediary , form , directory , delivery .
File names are relative to the folder of the file.
Durations have a unit
.Pq 500 ms, 10 s, 5 min, 1 h, 3 d ,
sizes too
.Pq 512 B, 64 KiB, 20 MiB, 1 GiB .
Secrets are in files of their own, which nobody but the owner may read.
Anchors, aliases and tags of YAML are not supported.
MAN
	"$tmp/conf" r
	cat <<'MAN'
.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/depesche/depesche.yaml
the configuration
.El
.Sh SEE ALSO
.Xr depesche 1 ,
.Xr depesched 8
MAN
} >"$out/man/depesche.conf.5"
