#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# An operator suspends a recipient, then an intermediary: nothing goes there meanwhile, who asks is told why and until when, others
# are not held up, it outlives a restart, and ends by itself or by resume; then everything arrives once.
BASE_PORT=21800
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_all
start_towns
suspend() { ctl suspend "$@" --reason "ticket 7: moving house"; }
resume() { ctl resume "$@" --reason "ticket 7: moved"; }

check "a recipient is suspended" suspend recipient "ags:$TOWN" --for 6h
a=$(send 1)
b=$(send 1 --ags "$OTHER")
check "others are not held up" comes_to "$b" done
check "what waits for it says so" fails_for "$a" OP-SUSPENDED
check "and who has to act" why_is "$a" owner operator
check "and why" grep -q "ticket 7: moving house" <<<"$(why "$a" detail)"
check "and has cost no attempt" why_is "$a" attempts 0
check "it is found by its reason" is "$(ctl --json queue list --why OP-SUSPENDED | jq -r .message)" "$a"
check "it is listed" is "$(ctl --json suspend list | jq -r '"\(.kind) \(.name) \(.reason)"')" "recipient ags:$TOWN ticket 7: moving house"
check "it is in the audit trail" is "$(ctl --json audit --limit 1 | jq -r '"\(.action) \(.object)"')" "suspend.recipient ags:$TOWN"
retry "$a"
sleep 1.2
check "a retry does not break it" why_is "$a" state queued
stop_pid "$pid_depesched"
start_daemon
sleep 1.2
check "it outlives a restart" why_is "$a" reason OP-SUSPENDED
check "resume lets it go" resume recipient "ags:$TOWN"
check "and it goes" comes_to "$a" done
check "what is not suspended cannot be resumed" exits_with 3 resume recipient "ags:$TOWN"

check "an intermediary is suspended" suspend peer "http://127.0.0.1:$OSCI_PORT/osci" --for 1h
c=$(send 1)
d=$(send 1 --ags "$OTHER")
check "nothing goes there" fails_for "$c" OP-SUSPENDED
check "whoever the recipient is" fails_for "$d" OP-SUSPENDED
check "its address stands without the path" is "$(ctl --json suspend list | jq -r .name)" "http://127.0.0.1:$OSCI_PORT"
check "another time replaces the first" suspend peer "http://127.0.0.1:$OSCI_PORT" --for 2s
check "one is listed" is "$(ctl --json suspend list | wc -l)" 1
check "resume wakes all" resume peer "http://127.0.0.1:$OSCI_PORT"
check "they go" comes_to "$c" done
check "all of them" comes_to "$d" done

check "for a moment" suspend recipient "ags:$TOWN" --for 2s
e=$(send 1)
check "it ends by itself" comes_to "$e" done
check "and is listed no more" is "$(ctl --json suspend list)" ""
check "how long is needed" exits_with 2 ctl suspend recipient "ags:$TOWN" --reason x
check "a recipient is a key" exits_with 2 ctl suspend recipient Köln --for 1h --reason x
check "a peer is an address" exits_with 2 ctl suspend peer nowhere --for 1h --reason x
all() { is "$(arrived "$TOWN") $(arrived "$OTHER")" "3 2"; }
check "all have arrived once" wait_until all
stop_all
