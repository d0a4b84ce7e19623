#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# 19 of 20 municipalities point to addresses that accept connections and never answer, and applications wait for each of
# them: those to the 20th arrive all the same. How fast compared with none of that is measured by make bench.
BASE_PORT=23360
. "$(dirname "$0")/lib.bash"
command -v python3 >/dev/null || skip_all "python3 is not installed"
scenario_sandbox 's/^delivery:/delivery:\n  contact_timeout: 60s/' 's/^form:/form:\n  requests_per_minute: 1000000/'
start_silent $((BASE_PORT + 10)) 19
i=0
while IFS=$'\t' read -r ags name; do
	[ "$ags" = "$TOWN" ] && continue
	entry_like "$TOWN" "$ags" "$name" "http://127.0.0.1:$((BASE_PORT + 10 + i++))/osci"
done < <(jq -r '.[] | [.ags, .name] | @tsv' "$FORMS/gemeinden.json")
check "19 entries point to addresses that never answer" is "$i" 19
start_all
others=$(jq -r --arg t "$TOWN" '[.[].ags | select(. != $t)] | join(",")' "$FORMS/gemeinden.json")
send 95 --parallel 4 --ags "$others" >"$DIR/waiting"
check "95 applications wait for them" is "$(wc -l <"$DIR/waiting")" 95
send 20 --parallel 4 >"$DIR/good"
start_municipality --ags "$TOWN" --interval 200
WAIT_S=50	# less than one silence lasts
check "those to the 20th arrive meanwhile" wait_until arrived_is 20
stuck() { ctl --json queue list --state all --limit 200 | jq -s --arg t "ags:$TOWN" 'map(select(.recipient != $t and .attempts > 1)) | length'; }
check "nobody was tried twice meanwhile" is "$(stuck)" 0
begin=$SECONDS
stop_pid "$pid_depesched"
check "the daemon stops although they hang" [ $((SECONDS - begin)) -le 30 ]
