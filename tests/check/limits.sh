#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Sizes that keep the code readable: lines per file, functions per file, length and McCabe number of a function.
# A function that parses one grammar rule, or walks a table of cases, may reach PARSER: its name or its file says so.
# Prints file:line: what, for everything above. Needs pmccabe.
set -u
cd "$(dirname "$0")/../.." || exit 2
FILE_LINES=600 FILE_FUNCTIONS=20 FUNCTION_LINES=60 MCCABE=12 PARSER=15
command -v pmccabe >/dev/null || { echo "limits: pmccabe is missing (make deps-lint)"; exit 2; }
mapfile -t all < <(git ls-files '*.c' '*.h')
mapfile -t code < <(git ls-files 'config/*.c' 'gateway/*.c' 'osci/*.c' 'pki/*.c' 'spool/*.c' 'xta/*.c' \
	'tests/fuzz/*.c' 'tests/perf/*.c' 'tests/scenario/*.c')
odd=$(mktemp)	# what pmccabe does not understand
trap 'rm -f "$odd"' EXIT
{
	awk -v max=$FILE_LINES 'FNR > max && !seen[FILENAME]++ { print FILENAME ":" FNR ": more than " max " lines" }' "${all[@]}"
	# modified McCabe, traditional, statements, first line, lines, file(line): name
	[ ${#code[@]} -eq 0 ] || pmccabe "${code[@]}" 2>"$odd" | awk -F'\t' -v funcs=$FILE_FUNCTIONS -v len=$FUNCTION_LINES \
	    -v mc=$MCCABE -v parser=$PARSER '
	{
		split($6, w, "[(]"); file = w[1]
		name = $6; sub(/.*: /, "", name)
		most = (file ~ /pars|read|head|split|scan|c14n|frame/ || name ~ /pars|read|take|scan|decode|split|next/) ? parser : mc
		if ($5 > len) print file ":" $4 ": " name " has " $5 " lines, at most " len
		if ($1 > most) print file ":" $4 ": " name " has McCabe number " $1 ", at most " most
		if (++count[file] == funcs + 1) print file ":" $4 ": more than " funcs " functions"
	}'
	sed -E 's/^"([^"]*)", line ([0-9]+): /\1:\2: pmccabe: /' "$odd"
} | sort -t: -k1,1 -k2,2n | awk '{ print; bad = 1 } END { exit bad }'
