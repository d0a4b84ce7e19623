#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The times of retention are changed and the daemon is restarted: what lies there ends by the new ones. Longer times keep what
# would have gone, shorter ones erase it.
BASE_PORT=${BASE_PORT:-23780}
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_all
start_towns

setting() { # key value, in the section delivery
	sed -i -e "/^  $1:/d" -e "/^delivery:/a\\  $1: $2" "$DIR/depesche.yaml"
}
restart() {
	stop_pid "$pid_depesched"
	start_daemon
}
shown() { ctl --json queue show "$1" | jq -r ".$2 // empty"; } # id key
days_left() { # id
	local at
	at=$(shown "$1" expires) && [ -n "$at" ] && echo $((($(date -d "$at" +%s) - $(date +%s) + 43200) / 86400))
}
left_is() { is "$(days_left "$1")" "$2"; }
is_erased() { [ -n "$(shown "$1" erased)" ] || { ctl queue show "$1"; return 1; }; }

delivered=$(send 1)
check "an application is delivered" comes_to "$delivered" done
check "its content stays for 7 days" left_is "$delivered" 7
rm "$DIR/dvdv/ags_$OTHER"*.json
cancelled=$(send 1 --ags "$OTHER")
check "another one cannot be" fails_for "$cancelled" DIR-NO-ENTRY
ctl queue cancel "$cancelled" --reason "scenario" >/dev/null
check "and is cancelled" comes_to "$cancelled" cancelled

setting grace "30 d"
setting cancelled_grace "40 d"
restart
check "after a restart with 30 days the one stays for 30 days" wait_until left_is "$delivered" 30
check "and with 40 days the other one for 40" wait_until left_is "$cancelled" 40
check "the log says how many were changed" grep -q 'spool.retention-changed.* messages=2' "$DIR/log/depesched.log"

setting grace "0 s"
restart
WAIT_S=30 wait_until is_erased "$delivered"
check "the content of what was delivered is erased after a restart with 0 s" is_erased "$delivered"
check "that of the other one is not" left_is "$cancelled" 40
restart
check "the same times change nothing" is "$(grep -c 'spool.retention-changed' "$DIR/log/depesched.log")" 2
