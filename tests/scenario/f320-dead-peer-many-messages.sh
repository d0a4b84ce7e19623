#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# 150 applications wait for an intermediary that is down: one attempt at a time finds out whether it is back, however many
# wait, and then all of them go out at once, although their own waits are long.
BASE_PORT=23340
. "$(dirname "$0")/lib.bash"
MANY=150
scenario_sandbox 's/retry_first: .*/retry_first: 1s/; s/retry_most: .*/retry_most: 1h/' \
	's/^delivery:/delivery:\n  probe_most: 1s/' 's/^form:/form:\n  requests_per_minute: 1000000/'
entry_through_fault
start_fault down
start_all

begin=$SECONDS
send "$MANY" --parallel 4 >"$DIR/ids"
check "$MANY applications are accepted" is "$(wc -l <"$DIR/ids")" "$MANY"
sleep 10
attempts() { ctl --json queue list --state all --limit 1000 | jq -s 'map(.attempts) | add'; }
made=$(attempts) took=$((SECONDS - begin))
# A probe a second, a quarter earlier at most; before the peer was known to be dead a few more.
check "they cost an attempt at a time: $made in $took s" [ "$made" -le $((took * 4 / 3 + 20)) ]
lines=$(grep -cE 'delivery\.|peer\.' "$DIR/log/depesched.log")
check "and few lines in the log: $lines" [ "$lines" -le 30 ]
id=$(tail -n 1 "$DIR/ids")
check "why names the cause also for one that was never tried" fails_for "$id" NET-UNREACHABLE
fault pass
start_towns
WAIT_S=90
check "when it is back all of them arrive, once each, as they were sent" all_arrived_once "$MANY"
more=$(($(attempts) - made))
check "with one attempt each: $more" [ "$more" -le $((MANY + 20)) ]
