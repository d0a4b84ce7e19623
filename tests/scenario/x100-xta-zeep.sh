#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# A procedure written with zeep (strict mode) speaks XTA with the daemon over mutual TLS: every operation, plain and with
# MTOM, two parties, through a kill -9. The steps are in x100-xta-zeep.py.
BASE_PORT=${BASE_PORT:-19560}
. "$(dirname "$0")/xta.bash"

xta_sandbox
check "--check-config takes the section" "$BIN/depesched" --config "$DIR/xta.yaml" --check-config
sed 's/xta-fremd.cert/xta-portal.cert/' "$DIR/xta.yaml" >"$DIR/twice.yaml"
"$BIN/depesched" --config "$DIR/twice.yaml" --check-config >"$DIR/twice.out" 2>&1
check "and finds a certificate that two accounts have" \
	grep -q 'twice.yaml:[0-9]*: xta.accounts: accounts "portal" and "fremd" have the same certificate' "$DIR/twice.out"
start_xta
xta_run x100-xta-zeep.py operations
stop_pid "$pid_xta" -KILL
start_xta
xta_run x100-xta-zeep.py after-kill
check "the daemon tells of its accounts" test "$(status_of xta_accounts)" = 5
