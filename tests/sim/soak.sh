#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Applications are sent while the daemon is killed with SIGKILL at random moments and started again. In the end every
# acknowledged application must be in its municipality's folder exactly once, content equal.
# COUNT applications (200). Prints "ok - " or "not ok - " lines.
cd "$(dirname "$0")/../.." || exit 2
DIR=${DIR:-$(mktemp -d "${TMPDIR:-/tmp}/depesche-soak.XXXXXX")}
BASE_PORT=${BASE_PORT:-19180}
COUNT=${COUNT:-200}
. tests/sim/surroundings.sh
trap 'stop_all; [ -n "${KEEP:-}" ] || rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM
towns=05111000,11000000,05711000
make_sandbox --ags $towns >/dev/null 2>&1
start_dvdv
start_daemon
start_municipality --ags $towns --interval 200
: >"$DIR/acknowledged"
"$BIN/depesche-sim" load --dir "$DIR" --forms "$FORMS" --to "$FORM_URL" --ags $towns --count "$COUNT" --parallel 4 \
	>>"$DIR/acknowledged" 2>"$DIR/log/load.log" </dev/null &
load=$!
pids+=($load)
# Between two kills so many are acknowledged and a little time passes, so that a fast machine is not spared.
kills=0
lines() { wc -l <"$DIR/acknowledged"; }
running() { kill -0 $load 2>/dev/null; }
while running && [ $kills -lt 1000 ]; do
	next=$(($(lines) + RANDOM % 4))
	while running && [ "$(lines)" -lt "$next" ]; do sleep 0.02; done
	sleep "0.$((RANDOM % 2))$((RANDOM % 10))"
	running || break
	stop_pid "$pid_depesched" -KILL
	kills=$((kills + 1))
	start_daemon
done
wait $load
loaded=$?
acknowledged=$(wc -l <"$DIR/acknowledged")
settled() { [ "$(ctl --json queue list --limit 1 | wc -l)" -eq 0 ]; }
WAIT_S=90 wait_until settled || ctl queue list
folders() { ls -d "$DIR"/posteingang/*/*/ 2>/dev/null | wc -l; }
complete() { [ "$(folders)" -ge "$acknowledged" ]; }
WAIT_S=60 wait_until complete
missing=0 doubled=0 different=0
while read -r id ags; do
	mapfile -t found < <(grep -l -s -F "$id" "$DIR"/posteingang/"$ags"/*/application.xml)
	[ ${#found[@]} -eq 0 ] && { missing=$((missing + 1)); ctl why "$id"; ctl trace "$id"; continue; }
	[ ${#found[@]} -gt 1 ] && doubled=$((doubled + 1))
	folder=$(dirname "${found[0]}")
	for f in application.xml application.pdf nachweis.txt; do
		cmp -s "$DIR/sent/$id/$f" "$folder/$f" || { different=$((different + 1)); echo "$id: $f differs"; }
	done
done <"$DIR/acknowledged"
stop_pid "$pid_municipality"
duplicates=$(sed -n 's/.*duplicates \([0-9]*\).*/\1/p' "$DIR/log/municipality.log" | tail -1)
verdict() { if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2"; bad=1; fi; }
bad=0
verdict $loaded "$acknowledged of $COUNT applications acknowledged while the daemon was killed $kills times"
verdict $missing "none of the acknowledged is missing ($missing)"
verdict $doubled "none arrived twice in the folders ($doubled)"
verdict $different "all contents are equal ($different differ)"
verdict "$([ "$kills" -gt 0 ]; echo $?)" "the daemon was killed at least once"
echo "# repeated fetches the municipality recognised: ${duplicates:-?}"
stop_all
exit $bad
