#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# A stop while a delivery waits for an intermediary that hangs: it ends within the grace, the form answers until then, and
# after the next start the application is delivered.
BASE_PORT=${BASE_PORT:-22330}
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_dvdv
start_fault slow
entry_through_fault
start_daemon
start_towns

id=$(send 1)
hangs() { awk -v to="$(printf ':%04X' "$FAULT_PORT")" '$3 ~ to "$" && $4 == "01" { n++ } END { exit !n }' /proc/net/tcp; }
check "an attempt hangs" wait_until hangs
begun=$SECONDS
kill -TERM "$pid_depesched"
sleep 1
check "the form still answers" is "$(curl -sS -o /dev/null -w '%{http_code}' "$FORM_URL/")" 200
ended() { ! is_running "$pid_depesched"; }
WAIT_S=60 wait_until ended
check "the daemon ends" ended
check "not before the grace is over, and not long after it" [ $((SECONDS - begun)) -le 40 ]
wait "$pid_depesched"
check "with status 0" is $? 0
check "the attempt was given up, not timed out" grep -q "shutting down" "$DIR/log/depesched.log"
fault pass
start_daemon
check "after the next start the application is delivered" comes_to "$id" done
check "once" all_arrived_once 1
