#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The directory is away and nothing is cached: the application waits with the directory's reason, then it is delivered.
BASE_PORT=20400
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_daemon
start_towns

id=$(send 1)
check "an application is accepted while the directory is away" [ -n "$id" ]
check "no server answers and nothing is cached: DIR-UNREACHABLE" fails_for "$id" DIR-UNREACHABLE
check "the owner is the directory" why_is "$id" owner directory
echo 500 >"$DIR/dvdv/fault"
start_dvdv
broken() { why "$id" detail | grep -q 500; }
check "a directory that answers 500: the detail says so" wait_until broken
check "still DIR-UNREACHABLE" fails_for "$id" DIR-UNREACHABLE
echo garbage >"$DIR/dvdv/fault"
check "an answer that is no JSON: DIR-BAD-ANSWER" fails_for "$id" DIR-BAD-ANSWER
echo 401 >"$DIR/dvdv/fault"
check "a directory that does not know us: DIR-DENIED" fails_for "$id" DIR-DENIED
check "that is for the operator to mend" why_is "$id" owner operator
rm "$DIR/dvdv/fault"
check "the operator asks for another attempt" retry "$id"
check "it is delivered when the directory is back" comes_to "$id" done
check "it arrives once, as it was sent" all_arrived_once 1
