#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The disk is full (the reserve is more than is free): the form says so and takes nothing; afterwards it goes on.
BASE_PORT=20900
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_all
start_towns
before=$(send 1)
check "an application is delivered while there is room" comes_to "$before" done

stop_pid "$pid_depesched"
cp "$DIR/depesche.yaml" "$DIR/good.yaml"
sed -i '1i disk_reserve: 1023 GiB' "$DIR/depesche.yaml"
free=$(df -B1 --output=avail "$DIR" | tail -n 1)
[ "$free" -lt $((1023 << 30)) ] || { sed -i 1d "$DIR/depesche.yaml"; skip_all "the disk has more room than any reserve"; }
start_daemon
check "the daemon starts on a full disk" port_open "$FORM_PORT"

post() { # path type data: status, body into $DIR/body
	curl -s -o "$DIR/body" -w '%{http_code}' -X POST -H "Content-Type: $2" --data "$3" "$FORM_URL$1"
}
status=$(post /api/v1/drafts application/json "{\"form\": \"hilfe-zum-lebensunterhalt\", \"ags\": \"$TOWN\"}")
check "a program that begins an application is answered 503" is "$status" 503
check "the answer is JSON and says what is the matter" jq -e '.errors[0].rule == "full" and (.errors[0].message | length > 20)' "$DIR/body"
no_internals() { ! grep -qE "$DIR|ERR_|mdb|errno|\.c:" "$DIR/body"; }
check "the answer tells nothing of the inside" no_internals
check "nothing of it is stored" is "$(status_of drafts; status_of applications)" "$(echo 0; echo 1)"
check "what was delivered before is still there" why_is "$before" state done
check "the form's first page is shown" exits_with 0 curl -sf -o /dev/null "$FORM_URL/"

stop_pid "$pid_depesched"
cp "$DIR/good.yaml" "$DIR/depesche.yaml"
start_daemon
after=$(send 1)
check "with room again, an application is delivered" comes_to "$after" done
check "both arrive once, as they were sent" all_arrived_once 2
