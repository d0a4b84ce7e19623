#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The recipient changes its certificate between acceptance and delivery: encrypted is for the one that is valid then.
BASE_PORT=20600
. "$(dirname "$0")/lib.bash"
scenario_sandbox
entry_through_fault
start_all

id=$(send 1)
check "an application waits for the intermediary" fails_for "$id" NET-UNREACHABLE
rm "$DIR/keys/$TOWN-cipher.key.pem" "$DIR/keys/$TOWN-cipher.cert.pem"	# the old key is gone for good
cp "$DIR/keys/changed-cipher.key.pem" "$DIR/keys/$TOWN-cipher.key.pem"
cp "$DIR/keys/changed-cipher.cert.pem" "$DIR/keys/$TOWN-cipher.cert.pem"
AGS=$TOWN entry
check "it is delivered under the new entry" comes_to "$id" done
start_towns
check "it is readable with the new key, as it was sent" all_arrived_once 1
