#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Public functions that no program needs: what a folder makes public has to be called from another file of a program. A
# test alone is no caller. tests/check/dead.txt lists exceptions, each with its reason. Usage: dead.sh [build folder].
# Prints file:line: what.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${1:-build/plain}
objects=$(git ls-files 'config/*.c' 'gateway/*.c' 'osci/*.c' 'pki/*.c' 'spool/*.c' 'xta/*.c' | sed "s|^\(.*\)\.c\$|$build/\1.o|" |
    while read -r o; do [ -f "$o" ] && echo "$o"; done)
[ -n "$objects" ] || { echo "dead: nothing is built in $build"; exit 2; }
# shellcheck disable=SC2086
nm -A --format=posix $objects 2>/dev/null | sed 's/: / /' | awk '
$3 ~ /^[TDBRC]$/ { defined[$2] = $1 }
$3 == "U" { used[$2] = 1 }
END { for (s in defined) if (!(s in used) && s != "main") print defined[s], s }' | sort | while read -r object symbol; do
	file=${object#"$build"/}
	file=${file%.o}.c
	grep -qE "^$symbol( |$)" tests/check/dead.txt 2>/dev/null && continue
	line=$(grep -nE "^[a-z].*\b$symbol\(|\b$symbol\b.*=" "$file" 2>/dev/null | head -1 | cut -d: -f1)
	echo "$file:${line:-1}: no program calls $symbol"
done | awk '{ print; bad = 1 } END { exit bad }'
