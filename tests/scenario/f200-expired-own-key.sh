#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The intermediary's own cipher key has expired: the intermediary is left out and says so, the form goes on.
BASE_PORT=23500
. "$(dirname "$0")/lib.bash"
scenario_sandbox 's|keys/intermediary-cipher\.|keys/bad-expired.|g'
start_dvdv
start_server depesched "$FORM_PORT" "$BIN/depesched" --config "$DIR/depesche.yaml" || fail "the daemon does not start"

check "the form is served" curl -sf -o /dev/null "$FORM_URL/"
check "nobody listens for the intermediary" port_free "$OSCI_PORT"
check "the log names the role" grep -q 'role.left-out role="intermediary".*LOC-KEY-MISSING' "$DIR/log/depesched.log"
check "status says so" grep -q '^left out: LOC-KEY-MISSING' <<<"$(status_of role_intermediary)"
check "the other roles run" is "$(status_of role_form) $(status_of role_delivery)" "runs runs"
id=$(send 1)
check "an application is accepted" [ -n "$id" ]
