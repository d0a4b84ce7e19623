#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Sourced by the scenarios, with BASE_PORT set: a sandbox of its own with two municipalities, and what they all ask.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
BIN=${BIN:-${BUILD:-build/plain}}
TOWN=05334002 OTHER=11000000	# the two municipalities of a scenario
TEMPLATE=$BIN/scenario-sandbox	# keys cost seconds: made once, copied for each scenario
DIR=$(mktemp -d "${TMPDIR:-/tmp}/depesche-scenario.XXXXXX")
. tests/sim/surroundings.sh
trap 'stop_all; rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM

ok() { printf 'ok - %s\n' "$*"; }
not_ok() {
	printf 'not ok - %s\n' "$*"
	tail -n 2 "$DIR"/log/*.log 2>/dev/null | cut -c 1-240 | sed 's/^/# /'
}
skip_all() { printf 'skip - %s\n' "$*"; exit 0; }
# check "what is true" command...: the command decides.
check() {
	local what=$1
	shift
	if "$@" >"$DIR/check.out" 2>&1; then ok "$what"; else not_ok "$what"; sed 's/^/# /' "$DIR/check.out" | tail -n 5; fi
}
is() { [ "$1" = "$2" ] || { echo "is '$1', expected '$2'"; return 1; }; }
exits_with() { # status command...
	local want=$1 rc
	shift
	"$@"
	rc=$?
	is "$rc" "$want"
}
need_tools() {
	local t
	for t in jq curl; do command -v "$t" >/dev/null || skip_all "$t is not installed"; done
}
# The sandbox, with short waits so that a scenario takes seconds. Arguments: further sed expressions for depesche.yaml.
scenario_sandbox() {
	local x args=()
	need_tools
	(
		flock 9
		if [ ! -f "$TEMPLATE/depesche.yaml" ] || [ "$BIN/depesche-sim" -nt "$TEMPLATE/depesche.yaml" ]; then
			rm -rf "$TEMPLATE"
			"$BIN/depesche-sim" sandbox --dir "$TEMPLATE" --forms "$FORMS" --ags "$TOWN,$OTHER" --osci-port 10001 \
				--form-port 10002 --dvdv-port 10003
		fi
	) 9>"$BIN/scenario-sandbox.lock" >"$DIR/template.log" 2>&1
	cp -r "$TEMPLATE/." "$DIR/" && mkdir -p "$DIR/log" || fail "no sandbox: $(cat "$DIR/template.log")"
	sed -i "s/127\.0\.0\.1:10001/127.0.0.1:$OSCI_PORT/" "$DIR"/dvdv/ags_*.json
	for x in "$@"; do args+=(-e "$x"); done
	sed -i -e "s/:10001/:$OSCI_PORT/; s/:10002/:$FORM_PORT/g; s/:10003/:$DVDV_PORT/" \
		-e 's/fresh_for: .*/fresh_for: 1s\n  negative_for: 1s\n  timeout: 2s/' \
		-e 's/retry_first: .*/retry_first: 300ms/; s/retry_most: .*/retry_most: 1s/' \
		-e 's/follow_after: .*/follow_after: 300ms/' \
		-e 's/retry_slow_first: .*/retry_slow_first: 10min/; s/retry_slow_most: .*/retry_slow_most: 1h/' \
		"${args[@]}" "$DIR/depesche.yaml"
}
start_all() { start_dvdv; start_daemon; }
start_towns() { start_municipality --ags "$TOWN,$OTHER" --interval 200; }
# The proxy stands between the daemon and its intermediary: the directory entries name its port.
start_fault() { # mode
	fault "$1"
	start_server fault "$FAULT_PORT" "$BIN/depesche-sim" fault --listen "127.0.0.1:$FAULT_PORT" \
		--to "127.0.0.1:$OSCI_PORT" --control "$DIR/fault" || fail "the proxy does not start"
	fault "$1"	# the look whether it is there has counted as a connection
}
fault() { printf '%s\n' "$1" >"$DIR/fault.new" && mv "$DIR/fault.new" "$DIR/fault"; }
entry() { # further options; the two towns' entries
	"$BIN/depesche-sim" entry --dir "$DIR" --forms "$FORMS" --osci-port "$OSCI_PORT" --ags "${AGS:-$TOWN,$OTHER}" "$@" ||
		fail "the directory entry could not be written"
}
entry_through_fault() { entry --to "http://127.0.0.1:$FAULT_PORT/osci"; }
# Sends applications and prints their ids, one a line.
send() { # [count [further options]]
	local n=${1:-1}
	[ $# -gt 0 ] && shift
	"$BIN/depesche-sim" load --dir "$DIR" --forms "$FORMS" --to "$FORM_URL" --ags "$TOWN" --count "$n" --upload-kb 2 \
		--parallel 1 "$@" 2>>"$DIR/log/load.log" | sed -u 's/ .*//'
}
why() { ctl --json why "$1" | jq -r ".$2 // empty"; } # id key
why_is() { is "$(why "$1" "$2")" "$3"; }
comes_to() { WAIT_S=${WAIT_S:-20} wait_until why_is "$1" state "$2" || why_is "$1" state "$2"; }
fails_for() { WAIT_S=${WAIT_S:-20} wait_until why_is "$1" reason "$2" || why_is "$1" reason "$2"; }
traced() { # id event reason: was it ever so
	ctl --json trace "$1" | jq -r '"\(.event) \(.reason)"' | grep -qx "$2 $3" || { ctl trace "$1"; return 1; }
}
arrived() { find "$DIR/posteingang/${1:-$TOWN}" -mindepth 2 -maxdepth 2 -name quittung.json 2>/dev/null | grep -vc '/\.neu-'; }
arrived_is() { is "$(arrived)" "$1"; }
# Every application sent has arrived once, readable, as it was sent; the mailbox holds one for each.
all_arrived_once() { # count
	wait_until arrived_is "$1" || { arrived_is "$1"; return 1; }
	sleep 0.5	# a second copy would come with the next poll
	arrived_is "$1" || return 1
	! ls -d "$DIR/posteingang"/*/unlesbar-* 2>/dev/null || return 1
	grep -q municipality.duplicate "$DIR/log/municipality.log" && { echo "a delivery came twice"; return 1; }
	is "$(status_of mail)" "$1" || return 1
	is "$(hashes "$DIR"/posteingang/*/*/application.xml)" "$(hashes "$DIR"/sent/*/application.xml)"
}
hashes() { sha256sum "$@" | cut -c 1-64 | sort; }
status_of() { ctl --json status | jq -r --arg n "$1" 'select(.name == $n) | .value'; }
retry() { ctl queue retry "$1" --reason "scenario: the cause is gone" >/dev/null; }
