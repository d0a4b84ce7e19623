#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# What an operator does with depesche(1): looking, steering, exit codes, the audit trail, JSON Lines.
BASE_PORT=21000
. "$(dirname "$0")/lib.bash"
scenario_sandbox
entry_through_fault
check "5: no daemon answers" exits_with 5 ctl status
start_all
start_towns

id=$(send 1)
second=$(send 1 --ags "$OTHER")
check "two applications wait" fails_for "$id" NET-UNREACHABLE
check "two applications wait, the second" fails_for "$second" NET-UNREACHABLE

has() { "${@:2}" | grep -q -- "$1"; } # text command...
check "queue list shows both" is "$(ctl --json queue list | jq -r .message | sort)" "$(printf '%s\n' "$id" "$second" | sort)"
check "queue list --recipient shows one" is "$(ctl --json queue list --recipient "ags:$TOWN" | jq -r .message)" "$id"
check "queue list --limit limits" is "$(ctl --json queue list --limit 1 | wc -l)" 1
check "queue list --state done is empty" is "$(ctl --json queue list --state done | wc -l)" 0
check "queue list is a table for people" has "NET-UNREACHABLE" ctl queue list
check "in German with German headings" has "EMPFÄNGER" ctl --lang de queue list
check "queue show names the parts" is "$(ctl --json queue show "$id" | jq -r '[.parts[].name] | sort | join(" ")')" \
	"application.pdf application.xml upload-1"
check "queue show takes the id of the delivery as well" is \
	"$(ctl --json queue show "$(why "$id" delivery)" | jq -r .message)" "$id"
check "queue shape counts by recipient" is "$(ctl --json queue shape | jq -r '.recipient' | sort | xargs)" \
	"ags:$TOWN ags:$OTHER"
check "trace begins with the submission" is "$(ctl --json trace "$id" | head -n 1 | jq -r .event)" submitted
check "why says what to do" has "next step" ctl --lang en why "$id"
check "why says it in German" has "Zuständig" ctl --lang de why "$id"
check "status counts the waiting" is 2 "$(ctl --json status |
	jq -s '[.[] | select(.name == "deliveries_waiting" or .name == "deliveries_active" or
		.name == "deliveries_queued") | .value] | add')"

check "2: a change without a reason" exits_with 2 ctl queue hold "$id"
check "2: no such command" exits_with 2 ctl queue destroy "$id"
check "2: an argument is missing" exits_with 2 ctl why
check "2: no such state" exits_with 2 ctl queue list --state lost
check "2: an option that would be ignored" exits_with 2 ctl queue list --reason NET-UNREACHABLE
check "2: an option that would restrict a change" exits_with 2 ctl queue cancel "$id" --why CERT-EXPIRED --reason "4711"
check "queue list --why shows those with the reason" is "$(ctl --json queue list --why NET-UNREACHABLE | wc -l)" 2
check "queue list --why shows no others" is "$(ctl --json queue list --why CERT-EXPIRED | wc -l)" 0
check "queue list says when there is more" has "there are more rows" eval 'ctl --lang en queue list --limit 1 2>&1'
check "1: standard output is full" exits_with 1 eval 'ctl status >/dev/full'
check "a second daemon does not take the socket" has "another daemon listens there" eval \
	"sed 's|^data_dir:.*|data_dir: other|; s|:$OSCI_PORT|:$((BASE_PORT + 5))|; s|:$FORM_PORT|:$((BASE_PORT + 6))|' '$DIR/depesche.yaml' >'$DIR/second.yaml'
	'$BIN/depesched' --config '$DIR/second.yaml' 2>&1"
kill -STOP "$pid_depesched"
check "5: the daemon is stopped" exits_with 5 ctl --timeout 1 status
kill -CONT "$pid_depesched"
check "3: no such message" exits_with 3 ctl why 01932f5e-7a3c-7c41-9d2e-3b1f6a0c55d1
check "3: not an id at all" exits_with 3 ctl why "no such thing"
check "4: release of what is not held" exits_with 4 ctl queue release "$id" --reason "4711"
check "nothing of that is in the audit trail" is "$(ctl --json audit | jq -r .action | grep -c queue)" 0

# An attempt may be under way for a moment: a person would try again as well.
do_it() { WAIT_S=10 wait_until ctl queue "$1" "$2" --reason "$3"; }
check "hold" do_it hold "$id" "ticket 4711"
check "held: the reason is the operator" why_is "$id" reason OP-HELD
check "cancel" do_it cancel "$second" "sent twice by the citizen"
check "cancelled" why_is "$second" state cancelled
check "4: retry of what is cancelled" exits_with 4 ctl queue retry "$second" --reason "4712"
start_fault pass
sleep 1.5
check "what is held is not delivered" why_is "$id" state held
check "release" do_it release "$id" "ticket 4711 is closed"
check "released: it is delivered" comes_to "$id" done
check "4: cancel of what is done" exits_with 4 ctl queue cancel "$id" --reason "4713"
check "it arrives" wait_until arrived_is 1
check "what was cancelled never arrives" is "$(arrived "$OTHER"; status_of mail)" "$(echo 0; echo 1)"

stop_pid "$pid_fault"
third=$(send 1)
check "another waits" fails_for "$third" NET-UNREACHABLE
check "retry" do_it retry "$third" "the network is mended"
check "the trace has the retry and its reason" has "the network is mended" ctl trace "$third"

audit=$(ctl --json audit | jq -r '"\(.action) \(.reason)"' | uniq)
check "the audit trail has every change with its reason" is "$audit" "queue.hold ticket 4711
queue.cancel sent twice by the citizen
queue.release ticket 4711 is closed
queue.retry the network is mended"
check "the audit trail names the person" has "^uid $(id -u) ($(id -un))" \
	eval 'ctl --json audit | jq -r .actor | sort -u'
last=$(ctl --json audit | tail -n 1)
check "audit --limit shows the newest" is "$(ctl --json audit --limit 1)" "$last"
check "audit --from goes on from a line" is "$(ctl --json audit --from "$(jq .line <<<"$last")")" "$last"
check "2: --from what is no line" exits_with 2 ctl audit --from yesterday
json_lines() { is "$(ctl --json $words | jq -c type | sort -u)" '"object"'; }
for words in "queue list --state all" "queue show $id" "queue shape" "trace $id" "why $id" "status" "audit"; do
	check "--json $words: JSON Lines" json_lines
done
no_key_twice() { # lines of the log, without what is quoted
	sed 's/"\([^"\\]\|\\.\)*"//g' "$DIR/log/depesched.log" | awk '{ split("", seen)
		for (i = 4; i <= NF; i++) { k = $i; sub(/=.*/, "", k); if (seen[k]++) { print; bad = 1 } } } END { exit bad }'
}
check "the log has deferred deliveries" grep -q "WARN delivery.deferred" "$DIR/log/depesched.log"
check "no key comes twice in a line of the log" no_key_twice
stop_pid "$pid_depesched"
check "5: the daemon has stopped" exits_with 5 ctl queue list
