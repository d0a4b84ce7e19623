#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Fails when a file includes a header of a higher floor, or of a neighbour on its own floor.
# The floor plan is the list below: folder, floor number. docs/architecture.md shows the same list.
floors='gateway/base 0
config 1
spool 1
gateway/http 1
gateway/xml 1
gateway/mime 1
pki 2
osci 3
gateway/dir 4
gateway/form 4
gateway 5
gateway/cli 5'
cd "$(dirname "$0")/../.." || exit 2
find gateway config spool pki osci -name '*.[ch]' | sort | xargs awk -v floors="$floors" '
BEGIN {
	n = split(floors, line, "\n")
	for (i = 1; i <= n; i++) { split(line[i], w, " "); floor[w[1]] = w[2] }
}
function dir(path) { sub(/\/[^\/]*$/, "", path); return path }
/^#include "/ {
	mine = dir(FILENAME)
	split($0, q, "\"")
	to = q[2] ~ /\// ? dir(q[2]) : mine
	if (!(to in floor) && (("gateway/" to) in floor)) to = "gateway/" to
	if (!(mine in floor)) { print FILENAME ": folder is not in the floor plan"; bad = 1 }
	else if (!(to in floor)) { print FILENAME ": includes " q[2] ", a folder that is not in the floor plan"; bad = 1 }
	else if (to != mine && floor[to] >= floor[mine]) {
		print FILENAME " (floor " floor[mine] ") includes " q[2] " (floor " floor[to] ")"; bad = 1
	}
}
END { if (!bad) print "ok - no file includes a higher floor or a neighbour"; exit bad }'
