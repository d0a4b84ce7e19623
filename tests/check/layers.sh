#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Fails when a file includes a header of a folder that its own folder's row in rooms.txt does not name, when a row is not
# closed, or when a third-party header is included outside its home. Arguments: further files to judge, each as
# folder=file, as if the file stood in the folder (the test of this script).
# The list: third-party headers, and the only folders that include them.
homes='openssl/ gateway/base gateway/http pki spool gateway/sim
jansson.h gateway/base
libxml/ gateway/xml pki
xmlsec/ pki
lmdb.h spool/lmdb
yaml.h config
curl/ gateway/http
cairo gateway/form/application
pango/ gateway/form/application
glib gateway/form/model gateway/form/application
gobject/ gateway/form/application
gio/ gateway/form/application
qpdf/ gateway/form/application
magic.h gateway/form/application'
cd "$(dirname "$0")/../.." || exit 2
{ find config gateway osci pki spool xta -name '*.[ch]' | sort; printf '%s\n' "$@"; } | sed '/^$/d' | tr '\n' '\0' |
xargs -0 awk -v homes="$homes" '
function dir(path) { sub(/\/[^\/]*$/, "", path); return path }
function full(folder) { return !(folder in row) && (("gateway/" folder) in row) ? "gateway/" folder : folder }
BEGIN {
	while ((getline line < "tests/check/rooms.txt") > 0)
		if (line ~ /^[a-z]/) { split(line, w, ":"); row[w[1]] = w[2] " " }
	for (r in row) {
		n = split(row[r], w, " ")
		for (i = 1; i <= n; i++) {
			m = split(row[w[i]], v, " ")
			for (j = 1; j <= m; j++)
				if (index(row[r], " " v[j] " ") == 0) {
					print "tests/check/rooms.txt: " r " has " w[i] " but not its " v[j]; bad = 1
				}
		}
	}
	n_homes = split(homes, line_of, "\n")
	for (i = 1; i <= n_homes; i++) { what[i] = home[i] = line_of[i]; sub(/ .*/, "", what[i]); sub(/[^ ]*/, "", home[i]) }
	# folder=file: awk would take it for an assignment
	for (i = 1; i < ARGC; i++)
		if (split(ARGV[i], w, "=") == 2) { as[w[2]] = w[1]; ARGV[i] = w[2] }
}
FNR == 1 {
	mine = FILENAME in as ? as[FILENAME] : dir(FILENAME)
	if (!(mine in row)) { print FILENAME ": folder " mine " is not in tests/check/rooms.txt"; bad = 1 }
}
/^#include </ {
	split($0, q, /[<>]/)
	for (i = 1; i <= n_homes; i++)
		if (index(q[2], what[i]) == 1 && index(home[i] " ", " " mine " ") == 0) {
			print FILENAME ":" FNR ": includes " q[2] ", which belongs to" home[i]; bad = 1
		}
}
/^#include "/ {
	split($0, q, "\"")
	to = q[2] ~ /\// ? full(dir(q[2])) : mine
	if (!(to in row)) { print FILENAME ":" FNR ": includes " q[2] " of a folder that is not in rooms.txt"; bad = 1 }
	else if (to != mine && index(row[mine], " " to " ") == 0) {
		print FILENAME ":" FNR ": " mine " includes " q[2] ", but its row does not name " to; bad = 1
	}
}
END { if (!bad) print "ok - no file includes a folder that its row does not name"; exit bad }'
