#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Sourced by bench.sh: how fast applications go to a healthy recipient while others wait for peers that accept connections
# and never answer, compared with the same without them.
SILENT_PORT=${SILENT_PORT:-$((BASE_PORT + 100))} SILENT=100
HEALTHY=${HEALTHY:-100}

# Recipients "90000001", ... in the form's list and in the directory; each port is two peers, http and https.
dead_recipients() { # how many, of how many peers
	local i n scheme
	seq "$1" | jq -s 'map({ name: "Stadt \(.)", ags: (90000000 + .) | tostring })' >"$FORMS/dead.json"
	jq -s add "$FORMS/gemeinden.json" "$FORMS/dead.json" >"$FORMS/all.json" && mv "$FORMS/all.json" "$FORMS/gemeinden.json"
	for ((i = 1; i <= $1; i++)); do
		n=$((i % $2)) scheme=http
		[ "$n" -ge "$SILENT" ] && scheme=https
		entry_like "$AGS" $((90000000 + i)) "Stadt $i" "$scheme://127.0.0.1:$((SILENT_PORT + n % SILENT))/osci"
	done
}
to_dead() { # how many recipients, applications each
	local from
	for ((from = 1; from <= $1; from += 50)); do
		load --count $((50 * $2 < $1 * $2 ? 50 * $2 : $1 * $2)) --parallel 4 --upload-kb 1 \
			--ags "$(seq -s , $((90000000 + from)) $((90000000 + (from + 49 < $1 ? from + 49 : $1))))"
	done
}
rate_to_healthy() { # prints applications per second
	local before start
	before=$(arrived) start=$(now_ms)
	load --count "$HEALTHY" --parallel 8 --upload-kb 1 --ags "$AGS"
	await $((before + HEALTHY)) 300
	per_second "$HEALTHY" $(($(now_ms) - start))
}
restart_empty() {
	stop_pid "$pid_depesched"
	rm -rf "$DIR/spool"
	start_daemon
}
beside() { # what, recipients, peers, applications each
	local without with
	dead_recipients "$2" "$3"
	restart_empty
	rate_to_healthy >/dev/null # the intermediary is known by then
	without=$(rate_to_healthy)
	to_dead "$2" "$4"
	with=$(rate_to_healthy)
	figure "healthy rate beside $1" "$(awk -v a="$with" -v b="$without" 'BEGIN { printf "%.2f", a / b }')" x
	figure "attempts made for $1" "$(ctl --json queue list --state all --limit 100000 |
		jq -s 'map(select(.recipient | startswith("ags:9")) | .attempts) | add')" "of $(($2 * $4)) applications"
}
beside_dead_peers() {
	cp "$FORMS/gemeinden.json" "$FORMS/few.json"
	start_silent "$SILENT_PORT" "$SILENT"
	beside "dead peers" 19 19 5
	cp "$FORMS/few.json" "$FORMS/gemeinden.json"
	beside "200 dead peers of 1,000 recipients" 1000 200 1
	stop_pid "$pid_silent"
	cp "$FORMS/few.json" "$FORMS/gemeinden.json"
}
