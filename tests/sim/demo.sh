#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# make demo: the main job once, without a person. One line per step; exit status 0 only if what arrived is what was sent.
cd "$(dirname "$0")/../.." || exit 2
DIR=${DIR:-$(mktemp -d "${TMPDIR:-/tmp}/depesche-demo.XXXXXX")}
BASE_PORT=${BASE_PORT:-19080}
. tests/sim/surroundings.sh
trap 'stop_all; rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM
for p in $OSCI_PORT $FORM_PORT $DVDV_PORT; do
	port_free "$p" || fail "port $p is in use; choose others with: make demo BASE_PORT=29080"
done
ags=05111000
step() { printf '%2d  %s\n' "$((++n))" "$*"; }
n=0

make_sandbox --ags $ags >/dev/null 2>"$DIR/sandbox.log"
step "sandbox made: PKI, configuration, directory entry"
start_dvdv
step "directory server answers on port $DVDV_PORT"
start_daemon
step "daemon answers: form on port $FORM_PORT, OSCI intermediary on port $OSCI_PORT"
start_municipality --ags $ags --interval 200
step "municipality $ags polls its mailbox"
sent=$("$BIN/depesche-sim" load --dir "$DIR" --forms "$FORMS" --to "$FORM_URL" --ags $ags --count 1 2>"$DIR/log/load.log") ||
	fail "the application was not accepted: $(cat "$DIR/log/load.log")"
id=${sent%% *}
step "application accepted: $id"
arrived() { folder=$(grep -l -s "$id" "$DIR"/posteingang/$ags/*/application.xml) && [ -n "$folder" ]; }
wait_until arrived || fail "nothing arrived; depesche why says: $(ctl why "$id")"
folder=$(dirname "$(grep -l "$id" "$DIR"/posteingang/$ags/*/application.xml)")
step "arrived in the municipality's folder: $(ls "$folder" | tr '\n' ' ')"
for f in application.xml application.pdf nachweis.txt; do
	cmp "$DIR/sent/$id/$f" "$folder/$f" || fail "$f differs"
	step "$f: $(stat -c %s "$folder/$f") bytes, equal"
done
grep -q '"trusted":true' "$folder/quittung.json" || fail "the author's signature is not trusted"
step "author's signature verified, receipt with process card written"
ctl --json why "$id" | grep -q '"state":"done"' || fail "the delivery is not done"
step "delivery done"
fetched() { ctl --json why "$id" | grep -q '"fetched":"'; }
wait_until fetched || fail "nobody learns that it was fetched; depesche why says: $(ctl why "$id")"
step "fetched by the municipality, says the process card"
ctl trace "$id" | sed 's/^/      /'
stop_all
step "stopped, nothing left running"
