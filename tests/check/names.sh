#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Names: what a folder makes public carries the prefix of the folder (gateway/base: of its file, not checked), and every
# source file says its licence in the first lines. Looks at the objects, so it also sees what no header declares.
# Usage: names.sh [build folder]. Prints file:line: what.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${1:-build/plain}
prefixes='config conf_
spool (spool_|delivery_)
spool/lmdb spool_
gateway/http http_
gateway/xml xml_
gateway/mime mime_
pki pki_
osci osci_
xta xta_
gateway/dir dir_
gateway/peer peer_
gateway/form/model form_
gateway/form/application form_
gateway/form/web form_
gateway/delivery delivery_
gateway/mailbox mailbox_
gateway/control control_
gateway gw_
gateway/cli cli_'
{
	while read -r folder prefix; do
		archive=$build/${folder//\//_}.a
		[ -f "$archive" ] || continue
		nm --defined-only --extern-only -f posix "$archive" 2>/dev/null |
		    awk -v p="$prefix" '$2 ~ /^[TDBRC]$/ && $1 !~ "^" p && $1 != "main" { print $1 }' |
		    while read -r symbol; do
			where=$(grep -nE "\b$symbol\b" "$folder"/*.h "$folder"/*.c 2>/dev/null | head -1 | cut -d: -f1,2)
			echo "${where:-$folder:0}: $symbol does not begin with $prefix"
		    done
	done <<<"$prefixes"
	git ls-files '*.c' '*.h' '*.sh' '*.py' '.ci/run' Makefile | while read -r f; do
		[ -f "$f" ] && ! head -3 "$f" | grep -q 'SPDX-License-Identifier: EUPL-1.2' && echo "$f:1: no SPDX line"
	done
} | awk '{ print; bad = 1 } END { exit bad }'
