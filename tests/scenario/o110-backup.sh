#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# A backup is made while applications come in; it is verified, restored elsewhere, and the daemon goes on from it.
BASE_PORT=21100
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_all
first=$(send 3)
for id in $first; do check "an application is delivered before the backup" comes_to "$id" done; done

head_of() { ctl --json card verify "$@" | jq -r 'select(.head).head'; }
early=$(head_of)
check "every process card is as it was written" ctl card verify
check "status shows the end of their chain" is "$(ctl --json status | jq -r 'select(.name == "cards_head").value')" "$early"
send 24 --parallel 2 >"$DIR/during" &
sending=$!
some_sent() { [ "$(wc -l <"$DIR/during")" -ge 1 ]; }
check "applications come in" wait_until some_sent
check "a backup is made meanwhile" ctl backup run "$DIR/backup" --reason "nightly backup"
check "applications were still coming in" [ "$(wc -l <"$DIR/during")" -lt 24 ]
check "a backup does not go over another one" exits_with 4 ctl backup run "$DIR/backup" --reason "again"
wait $sending
check "all of them were accepted" is "$(wc -l <"$DIR/during")" 24
check "the backup is in the audit trail" is "$(ctl --json audit | jq -r 'select(.action == "backup.run") | .reason' |
	head -n 1)" "nightly backup"
no_key() { is "$(find "$DIR/backup" -type f -exec cmp -s {} "$DIR/master.key" \; -print)" ""; }
check "the backup does not hold the master key" no_key

verify() { "$BIN/depesche" --json backup verify "$@" --master-key "$DIR/master.key"; }
check "the backup is good" verify "$DIR/backup"
count=$(verify "$DIR/backup" | jq .messages)
check "it has at least what was acknowledged before" [ "$count" -ge 3 ]
check "restore into another folder" "$BIN/depesche" backup restore "$DIR/backup" "$DIR/restored" \
	--master-key "$DIR/master.key"
check "the restored folder is good" verify "$DIR/restored"

stop_pid "$pid_depesched"
late=$(sed -n 's/.* cards\.head links=\([0-9]*\) hash="\([0-9a-f]*\)".*/\1:\2/p' "$DIR/log/depesched.log" | tail -n 1)
check "a stop logs the end of the chain" [ -n "$late" ]
sed -i 's/^data_dir: .*/data_dir: restored/' "$DIR/depesche.yaml"
start_daemon
check "the chain goes on from the end before the backup" ctl card verify --head "$early"
check "what came after the backup is missing in it" exits_with 7 ctl card verify --head "$late"
check "an end that is none is refused" exits_with 2 ctl card verify --head 12:xyz
for id in $first; do check "the daemon goes on from it and knows $id" why_is "$id" state done; done
start_towns
some_arrived() { [ "$(arrived)" -ge 3 ]; }
check "what was in it arrives" wait_until some_arrived
id=$(send 1)
check "a new application is delivered" comes_to "$id" done

cp -r "$DIR/backup" "$DIR/broken"
file=$(find "$DIR/broken" -type f -size +2k -printf '%s %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
size=$(stat -c %s "$file")
head -c 512 /dev/urandom | dd of="$file" bs=1 seek=$((size / 2)) conv=notrunc status=none
check_broken() { ! verify "$DIR/broken"; }
check "a damaged backup is found out" check_broken
