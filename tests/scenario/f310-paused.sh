#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The daemon is paused in the middle of an attempt, for longer than its lease, and wakes up: the attempt that lost its lease
# changes nothing, nothing is doubled, and all attempts are counted.
BASE_PORT=23320
. "$(dirname "$0")/lib.bash"
B_PORT=$((BASE_PORT + 10))
scenario_sandbox 's/^delivery:/delivery:\n  lease: 1s\n  contact_timeout: 60s/'
{
	printf 'data_dir: spool-b\nmaster_key_file: b.key\ncontrol_socket: b.sock\n'
	awk '/^[a-z]/ { keep = /^(trust|intermediary):/ } keep' "$DIR/depesche.yaml" | sed "s/:$OSCI_PORT/:$B_PORT/"
} >"$DIR/b.yaml"
cp -p "$DIR/master.key" "$DIR/b.key" 2>/dev/null
mails_at_b() { "$BIN/depesche" --socket "$DIR/b.sock" --json status | jq -r 'select(.name == "mail") | .value'; }

entry_through_fault
fault slow	# 20 s before the proxy connects on
start_server fault "$FAULT_PORT" "$BIN/depesche-sim" fault --listen "127.0.0.1:$FAULT_PORT" --to "127.0.0.1:$B_PORT" \
	--control "$DIR/fault" || fail "the proxy does not start"
start_all
start_server b "$B_PORT" "$BIN/depesched" --config "$DIR/b.yaml" || fail "B does not start"
id=$(send 1)
is_active() { why_is "$id" state active; }
check "an attempt is under way" wait_until is_active
lease() { ctl --json queue list --state active | jq -r .due; }
first=$(lease)
is_renewed() { [ "$(lease)" \> "$first" ]; }
check "its lease is renewed" wait_until is_renewed
sleep 2
check "it is still the same attempt, after two leases" is "$(why "$id" state) $(why "$id" attempts)" "active 1"
kill -STOP "$pid_depesched"
sleep 3
kill -CONT "$pid_depesched"
WAIT_S=60
check "after a pause of three leases it is delivered" comes_to "$id" done
check "it lies there once" is "$(mails_at_b)" 1
check "attempts are counted" [ "$(why "$id" attempts)" -le 3 ]
stored() { ctl --json trace "$id" | jq -r .event | grep -c stored; }
check "one of them was recorded as its end" is "$(stored)" 1
