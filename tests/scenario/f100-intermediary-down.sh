#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The recipient's intermediary is away while an application is accepted: it waits with a reason and arrives once.
BASE_PORT=20100
. "$(dirname "$0")/lib.bash"
scenario_sandbox
entry_through_fault
start_all
start_towns

id=$(send 1)
check "an application is accepted while the intermediary is away" [ -n "$id" ]
check "nobody listens there: NET-UNREACHABLE" fails_for "$id" NET-UNREACHABLE
check "the delivery waits for its next attempt" why_is "$id" state waiting
check "nobody has to do anything" why_is "$id" owner nobody
start_fault down
tries=$(why "$id" attempts)
more_tries() { [ "$(why "$id" attempts)" -gt $((tries + 1)) ]; }
check "it is tried again by itself" wait_until more_tries
check "connections that break off: still waiting" why_is "$id" state waiting
fault pass
check "it is delivered when the intermediary is back" comes_to "$id" done
check "it arrives once, as it was sent" all_arrived_once 1
