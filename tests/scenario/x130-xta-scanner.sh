#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# ClamAV's own clamd looks at what procedures send: with a signature database of one line, the EICAR test file, so that nothing
# has to be downloaded. Skipped where clamd is not installed; tests/unit/gateway/peer/test_clamd.c knows its protocol.
BASE_PORT=${BASE_PORT:-19600}
. "$(dirname "$0")/xta.bash"
CLAMD=$(PATH=$PATH:/usr/sbin command -v clamd) || skip_all "clamd (clamav-daemon) is not installed"

start_clamd() {
	spawn clamd "$CLAMD" --config-file="$DIR/clamd.conf"
	WAIT_S=60 wait_until test -S "$DIR/clamd.sock" || fail "clamd does not start: $(tail -n 3 "$DIR/log/clamd.log")"
}
xta_sandbox
mkdir "$DIR/signatures"
echo "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test" >"$DIR/signatures/test.hdb"
cat >"$DIR/clamd.conf" <<-CONF
	DatabaseDirectory $DIR/signatures
	LocalSocket $DIR/clamd.sock
	Foreground yes
	StreamMaxLength 2M
CONF
cat >>"$DIR/xta.yaml" <<-YAML
	scanner: { address: "unix:$DIR/clamd.sock", timeout: 20s }
YAML
check "--check-config takes the scanner" "$BIN/depesched" --config "$DIR/xta.yaml" --check-config
start_clamd
start_xta
xta_run x130-xta-scanner.py works
stop_pid "$pid_clamd"
rm -f "$DIR/clamd.sock"
xta_run x130-xta-scanner.py refuses
stop_pid "$pid_xta"
sed -i 's/timeout: 20s/unavailable: accept/' "$DIR/xta.yaml"
start_xta
xta_run x130-xta-scanner.py accepts
start_clamd
xta_run x130-xta-scanner.py works
