#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Fails when a file includes a header of a higher floor, or of a neighbour on its own floor.
# The floor plan is the list below: folder, floor number. docs/architecture.md shows the same list.
# The second list: third-party headers, and the only folders that include them.
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
# gateway itself only hands the TLS context of pki to gateway/http.
homes='openssl/ gateway gateway/base gateway/http pki spool tests/sim
jansson.h gateway/base
libxml/ gateway/xml pki
xmlsec/ pki
lmdb.h spool
yaml.h config
curl/ gateway/http
cairo gateway/form
pango/ gateway/form
qpdf/ gateway/form
magic.h gateway/form'
cd "$(dirname "$0")/../.." || exit 2
find gateway config spool pki osci tests/sim -name '*.[ch]' | sort | xargs awk -v floors="$floors" -v homes="$homes" '
BEGIN {
	n = split(floors, line, "\n")
	for (i = 1; i <= n; i++) { split(line[i], w, " "); floor[w[1]] = w[2] }
	n_homes = split(homes, line, "\n")
	for (i = 1; i <= n_homes; i++) { what[i] = home[i] = line[i]; sub(/ .*/, "", what[i]); sub(/[^ ]*/, "", home[i]) }
}
function dir(path) { sub(/\/[^\/]*$/, "", path); return path }
/^#include </ {
	split($0, q, /[<>]/)
	for (i = 1; i <= n_homes; i++)
		if (index(q[2], what[i]) == 1 && index(home[i] " ", " " dir(FILENAME) " ") == 0) {
			print FILENAME ": includes " q[2] ", which belongs to" home[i]; bad = 1
		}
}
/^#include "/ && FILENAME !~ /^tests/ {
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
