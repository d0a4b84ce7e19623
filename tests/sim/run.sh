#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# make run: the daemon and its simulated surroundings in the foreground, until Ctrl-C. The sandbox is kept.
cd "$(dirname "$0")/../.." || exit 2
. tests/sim/surroundings.sh
trap 'trap "" INT TERM; echo; say "stopping ..."; stop_all; say "stopped. The data stays in $DIR/."; exit 0' INT TERM
trap stop_all EXIT
for p in $OSCI_PORT $FORM_PORT $DVDV_PORT; do
	port_free "$p" || fail "port $p is in use; choose others with: make run BASE_PORT=28080"
done
make_sandbox
start_dvdv
start_daemon
start_municipality
cat <<EOF

  Form                    $FORM_URL/
  OSCI intermediary       http://127.0.0.1:$OSCI_PORT/osci
  Directory (DVDV)        https://127.0.0.1:$DVDV_PORT/dvdv2-backend/
  What arrives            $DIR/posteingang/<municipality>/
  Operators' command      $BIN/depesche --socket $DIR/control.sock queue list
  Logs                    $DIR/log/

Open the form in a browser. Ctrl-C ends everything.
EOF
while sleep 1; do
	for p in "${pids[@]}"; do
		kill -0 "$p" 2>/dev/null || fail "a process has ended by itself; see $DIR/log/"
	done
done
