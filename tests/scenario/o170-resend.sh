#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# A municipality has lost its key: what lies in its mailbox is readable for nobody. An operator sends it once more, for the
# certificate that the directory names now, and it arrives as it was sent; the first delivery stays to be seen.
BASE_PORT=${BASE_PORT:-22420}
. "$(dirname "$0")/lib.bash"
scenario_sandbox
entry_through_fault
start_fault pass
start_all

resend() { ctl queue resend "$1" --reason "scenario: the key is lost" >/dev/null; }
events() { ctl --json trace "$1" | jq -r .event | paste -sd ' '; }
count_of() { ctl --json trace "$1" | jq -r .event | grep -cx "$2"; }

fault down
id=$(send 1)
check "an application waits" fails_for "$id" NET-UNREACHABLE
check "what may still arrive is not sent once more" exits_with 4 resend "$id"
check "nothing of it was noted as added" is "$(count_of "$id" added)" 0
fault pass
check "it is stored" comes_to "$id" done

rm "$DIR/keys/$TOWN-cipher.key.pem" "$DIR/keys/$TOWN-cipher.cert.pem"
cp "$DIR/keys/changed-cipher.key.pem" "$DIR/keys/$TOWN-cipher.key.pem"
cp "$DIR/keys/changed-cipher.cert.pem" "$DIR/keys/$TOWN-cipher.cert.pem"
AGS=$TOWN entry_through_fault
start_towns
sleep 1
check "with its new key the municipality gets nothing of before" arrived_is 0
sleep 1	# the directory's answer is fresh for so long
check "without a reason nothing is sent" exits_with 2 ctl queue resend "$id"
check "an operator sends it once more" resend "$id"
check "it is in the trace" traced "$id" added null
check "with the operator's words" grep -q "the key is lost" <<<"$(ctl --json trace "$id")"
is_fetched() { [ -n "$(why "$id" fetched)" ]; }
check "it arrives" wait_until arrived_is 1
check "as it was sent" is "$(hashes "$DIR"/posteingang/*/*/application.xml)" "$(hashes "$DIR"/sent/*/application.xml)"
check "the sender knows that it was fetched" wait_until is_fetched
check "both deliveries were stored, one was fetched" is "$(count_of "$id" stored) $(count_of "$id" fetched)" "2 1"
check "the audit trail has who and why" grep -q 'queue.resend.*scenario: the key is lost' <<<"$(ctl --json audit)"
sleep 1
check "and no third copy came" arrived_is 1
check "an unknown message is not found" exits_with 3 resend 00000000000000000000000000000000
