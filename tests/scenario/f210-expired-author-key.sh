#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The author's certificate has expired: nothing goes out under a signature that nobody would believe, and why says so.
BASE_PORT=22720
. "$(dirname "$0")/lib.bash"
scenario_sandbox 's|keys/author-sign\.|keys/expired-sign.|g'
start_all
check "the log names key and file" grep -q 'key.expired key="delivery.author_key" file=".*expired-sign.cert.pem"' "$DIR/log/depesched.log"
check "status has the days behind the end" [ "$(status_of own_keys_days_left)" -lt 0 ]
id=$(send 1)
check "an application is accepted, and waits for the key" fails_for "$id" LOC-KEY-MISSING
check "its detail says which one" grep -q 'delivery.author_key has expired at 20' <<<"$(why "$id" detail)"
check "the recipient has got nothing" is "$(status_of mail)" 0

stop_pid "$pid_depesched"
sed -i 's|keys/expired-sign\.|keys/author-sign.|g' "$DIR/depesche.yaml"
start_daemon
retry "$id"
start_towns
check "with a good key it is delivered" comes_to "$id" done
check "once, as it was sent" all_arrived_once 1
