#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# kill -9 at any moment, again and again, while procedures send, get and close, to a box here and to a recipient elsewhere (which
# is this intermediary again): what was acknowledged arrives, once, and what was closed is not offered again. The procedures are
# in x140-xta-kill.py.
BASE_PORT=${BASE_PORT:-19610}
. "$(dirname "$0")/xta.bash"
KILLS=${KILLS:-12}

[ -n "$PYTHON" ] || skip_all "python3-zeep is not installed"
scenario_sandbox
cat >>"$DIR/depesche.yaml" <<-YAML
	xta:
	  listen: 127.0.0.1:$XTA_PORT
	  tls: { key: keys/xta-tls.key.pem, certificate: keys/xta-tls.cert.pem }
	  client_ca: [pki/root.pem, pki/ca.pem]
	  accounts:
	    - name: sozialamt
	      certificates: [keys/xta-sozialamt.cert.pem]
	      identifiers: [{ value: "amt:1", osci_key: { key: keys/$TOWN-cipher.key.pem, certificate: keys/$TOWN-cipher.cert.pem } }]
	    - { name: portal, certificates: [keys/xta-portal.cert.pem], identifiers: ["portal:1"] }
YAML
start() {
	start_server depesched "$XTA_PORT $OSCI_PORT" "$BIN/depesched" --config "$DIR/depesche.yaml" ||
		fail "the daemon does not start: $(tail -n 3 "$DIR/log/depesched.log")"
}
start_dvdv
start
DIR="$DIR" XTA_URL="https://127.0.0.1:$XTA_PORT" PYTHONDONTWRITEBYTECODE=1 "$PYTHON" tests/scenario/x140-xta-kill.py "$TOWN" \
	>"$DIR/python.out" 2>"$DIR/log/python.err" &
pids+=($!)
procedures=$!
for ((i = 0; i < KILLS; i++)); do
	sleep "0.$((RANDOM % 900 + 50))"
	stop_pid "$pid_depesched" -KILL
	start
done
touch "$DIR/enough"
wait "$procedures" || not_ok "x140-xta-kill.py: $(tail -n 3 "$DIR/log/python.err")"
cat "$DIR/python.out"
