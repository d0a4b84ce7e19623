#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# One decision about many deliveries: chosen as in a list, shown before, done one by one, each in the audit trail.
BASE_PORT=23740
. "$(dirname "$0")/lib.bash"
scenario_sandbox
entry_through_fault
start_all
start_towns
send 5 >"$DIR/five"
send 3 --ags "$OTHER" >"$DIR/three"
all_wait() { is "$(ctl --json queue list --why NET-UNREACHABLE --count | jq .count)" 8; }
check "eight applications wait" wait_until all_wait
has() { "${@:2}" 2>&1 | grep -q -- "$1"; } # text command...
chosen() { ctl --json queue list "$@" | jq -r .message | sort; }
count() { ctl --json queue list "$@" --count | jq .count; }

check "those of one recipient" is "$(chosen --recipient "ags:$OTHER")" "$(sort "$DIR/three")"
# One that has not been tried itself shows the peer it rests for, as long as it rests.
all_at_peer() { is "$(count --peer "http://127.0.0.1:$FAULT_PORT")" 8; }
check "those of one peer" wait_until all_at_peer
check "those of another peer: none" is "$(count --peer "http://127.0.0.1:$OSCI_PORT")" 0
check "those that are older" is "$(count --older-than 1h; count --older-than 0)" "$(echo 0; echo 8)"
check "those of one form" is "$(count --form hilfe-zum-lebensunterhalt)" 8
first=$(head -n 1 "$DIR/five")
check "one by a piece of its case number" is "$(chosen --case "${first:9}")" "$first"
pages() {
	local after=() page
	while page=$(ctl --json queue list --limit 3 "${after[@]}" 2>/dev/null) && [ -n "$page" ]; do
		jq -r .message <<<"$page"
		after=(--after "$(tail -n 1 <<<"$page" | jq -r .delivery)")
	done
}
check "page by page nothing is left out or comes twice" is "$(pages | sort)" "$(sort "$DIR/five" "$DIR/three")"

check "2: a change of nothing in particular" exits_with 2 ctl queue hold --reason "r"
check "2: a choice beside an id" exits_with 2 ctl queue hold "$first" --recipient "ags:$TOWN" --reason "r"
check "2: no such age" exits_with 2 ctl queue list --older-than soon
check "2: no such rate" exits_with 2 ctl queue hold --all --rate 0 --reason "r"
check "a dry run shows which" is \
	"$(ctl --json queue hold --recipient "ags:$OTHER" --dry-run 2>/dev/null | jq -r .message | sort)" "$(sort "$DIR/three")"
check "and how many" has "hold would change 3" ctl --lang en queue hold --recipient "ags:$OTHER" --dry-run
check "in German too" has "hold beträfe 3" ctl --lang de queue hold --recipient "ags:$OTHER" --dry-run
check "and changes nothing" is "$(count --state held)" 0

# Attempts may be under way for a moment: a person would say it again.
hold_three() { ctl queue hold --recipient "ags:$OTHER" --reason "ticket 1" && is "$(count --state held)" 3; }
check "three are held" wait_until hold_three
check "the others are not" is "$(chosen --state held)" "$(sort "$DIR/three")"
check "each is in the audit trail" is "$(ctl --json audit | jq -r 'select(.action == "queue.hold") | .reason' | sort | uniq -c | xargs)" "3 ticket 1"
check "what its state does not allow is counted" has "3 more does not allow it" ctl --lang en queue hold --recipient "ags:$OTHER" --dry-run
start_fault pass
check "the five arrive" wait_until arrived_is 5
start=$SECONDS
check "the three are released, at most two a second" ctl queue release --why OP-HELD --rate 2 --reason "ticket 1 is closed"
check "which takes a second" [ $((SECONDS - start)) -ge 1 ]
rest_arrived() { is "$(arrived "$OTHER")" 3; }
check "they arrive as well" wait_until rest_arrived
check "nothing is left" is "$(count)" 0
check "and nothing is changed any more" has "0 of 0 changed" ctl --lang en queue cancel --all --reason "r"
