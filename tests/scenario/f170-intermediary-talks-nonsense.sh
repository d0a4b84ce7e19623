#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The intermediary's address answers something that is no HTTP, HTTP that is no OSCI, or nothing at all.
BASE_PORT=20700
. "$(dirname "$0")/lib.bash"
scenario_sandbox '/^delivery:/a\  attempt_timeout: 2s'
entry_through_fault
start_all
start_fault garbage

nonsense=$(send 1)
wait_reason() { [ -n "$(why "$1" reason)" ]; }
check "garbage: the application waits with a reason" wait_until wait_reason "$nonsense"
check "garbage: NET-BAD-ANSWER" fails_for "$nonsense" NET-BAD-ANSWER
fault slow
slow=$(send 1)
check "silence: NET-TIMEOUT" fails_for "$slow" NET-TIMEOUT
AGS=$TOWN entry --to "http://127.0.0.1:$FORM_PORT/osci"
check "another service answers there: NET-BAD-ANSWER" fails_for "$slow" NET-BAD-ANSWER
fault pass
entry_through_fault
start_towns
check "garbage: delivered when the intermediary speaks OSCI again" comes_to "$nonsense" done
check "silence: delivered when the intermediary speaks OSCI again" comes_to "$slow" done
check "they arrive once, as they were sent" all_arrived_once 2
