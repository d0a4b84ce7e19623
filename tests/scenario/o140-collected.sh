#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The fourth instant: nobody collects an application, and that is reported once, whatever is killed meanwhile; then the
# municipality collects it, and operator and citizen are told when.
BASE_PORT=21400
. "$(dirname "$0")/lib.bash"
scenario_sandbox 's/follow_after: .*/follow_after: 300ms\n  collect_within: 6s/'
printf 'log: { level: debug }\n' >>"$DIR/depesche.yaml"
entry_through_fault
start_fault pass
start_all

events() { ctl --json trace "$1" | jq -r .event | tr '\n' ' '; }
citizen() { curl -sf -H "Authorization: Bearer $(cat "$DIR/sent/$id/token")" "$FORM_URL/api/v1/drafts/$id$1"; }
receipt() { citizen /receipt.pdf | pdftotext - - | tr -s ' \n' ' '; }
has() { grep -q -- "$1" <<<"$2" || { echo "no '$1' in: $2"; return 1; }; }
lacks() { ! has "$1" "$2" >/dev/null; }

id=$(send 1)
check "an application is stored at the intermediary" comes_to "$id" done
check "why: not fetched yet" why_is "$id" text "Stored at the recipient's intermediary, not fetched yet."
check "the citizen's state has no fetch" is "$(citizen "" | jq -r .fetched)" null
check "status counts it" is "$(status_of not_fetched_yet)" 1
check "nothing is late yet: queue list is empty" is "$(ctl --json queue list | wc -l)" 0

stop_pid "$pid_fault"
silent() { grep -q followup.peer-failed "$DIR/log/depesched.log"; }
check "the intermediary's outage is noticed" wait_until silent
sleep 2
check "and told once" is "$(grep -c followup.peer-failed "$DIR/log/depesched.log")" 1
second=$(send 1)
start_fault pass
check "another application is delivered when it is back" comes_to "$second" done

check "after collect_within: OSCI-NOT-COLLECTED" fails_for "$id" OSCI-NOT-COLLECTED
check "the recipient has to act" why_is "$id" owner recipient
check "the delivery stays done" why_is "$id" state done
listed() { ctl --json queue list --state uncollected | jq -r .message | grep -qx "$id"; }
check "queue list --state uncollected shows it" listed
check "queue list shows it unasked" has "$id" "$(ctl queue list)"
check "the trace has it" traced "$id" uncollected OSCI-NOT-COLLECTED
check "the log has it" grep -q "delivery.uncollected.*$id" "$DIR/log/depesched.log"
stop_pid "$pid_depesched" -KILL
start_daemon
sleep 2
check "after a kill -9 it is still late" why_is "$id" reason OSCI-NOT-COLLECTED
check "and is not told again" is "$(grep -c "delivery.uncollected.*$id" "$DIR/log/depesched.log")" 1

start_towns
is_fetched() { [ -n "$(why "$id" fetched)" ]; }
check "the municipality collects it: the sender knows" wait_until is_fetched
check "why has no reason any more" why_is "$id" reason ""
check "why says so in words" why_is "$id" text "Fetched by the recipient."
check "the trace has the four instants and what was between" is "$(events "$id")" "submitted accepted stored uncollected fetched "
fetched_at() { ctl --json trace "$id" | jq -r 'select(.event == "fetched") | .at'; }
check "the instant is the Reception of the process card" has "Reception $(why "$id" fetched)" "$(ctl trace "$id")"
check "the trace's time is that instant" is "$(fetched_at)" "$(why "$id" fetched)"
check "the citizen's state has it" is "$(citizen "" | jq -r .fetched)" "$(why "$id" fetched)"
if command -v pdftotext >/dev/null; then
	check "the receipt says so" has "Behörde hat den Antrag aus ihrem elektronischen Postfach abgeholt" "$(receipt)"
	check "with the time, nothing is missing" lacks "noch nicht" "$(receipt)"
fi
nothing_left() { is "$(status_of not_fetched_yet) $(status_of uncollected)" "0 0"; }
check "status: nothing waits to be fetched" wait_until nothing_left
check "queue list is empty" is "$(ctl --json queue list | wc -l)" 0
questions() { grep -c 'osci.served order="fetchProcessCard"' "$DIR/log/depesched.log"; }
asked=$(questions)
sleep 1.5
check "nobody is asked any more" is "$(questions)" "$asked"
check "there were questions" [ "$asked" -gt 5 ]
