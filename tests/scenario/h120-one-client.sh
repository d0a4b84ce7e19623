#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# One address attacks with all that it has: slow bodies on more connections than there are workers, thousands of slow heads,
# silent connections and half handshakes. Everybody else is served meanwhile, by the form and by the intermediary.
BASE_PORT=${BASE_PORT:-22340}
. "$(dirname "$0")/lib.bash"
command -v python3 >/dev/null || skip_all "python3 is not installed"
ulimit -n "$(ulimit -Hn)"
[ "$(ulimit -n)" -ge 6000 ] || skip_all "too few descriptors are allowed"
scenario_sandbox '/^form:/,/^[a-z]*:$/s/^  listen: .*/&\n  requests_per_minute: 1000000/'
start_all
start_towns

attack() { # port count mode
	coproc ATTACK { python3 tests/scenario/h120-one-client.py 127.0.0.66 "$1" "$2" "$3"; }
	pids+=("$ATTACK_PID")
	read -r -t 60 -u "${ATTACK[0]}" ready && [ "$ready" = ready ] || fail "the attack does not begin"
	sleep 1
}
attack_ends() {
	local pid=$ATTACK_PID
	eval "exec ${ATTACK[1]}>&-"
	wait "$pid" 2>/dev/null
}
# Others, one after the other: each has a complete page.
others_are_served() { # times
	local i
	for i in $(seq "$1"); do
		curl -sSk --max-time 10 --interface "127.0.0.$((100 + i))" "$FORM_URL/" | grep -q '</html>' || { echo "the $i. was not"; return 1; }
	done
}
an_order_is_served() {
	"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$OSCI_PORT/osci" --ags "$OTHER" --mode store --upload-kb 20
}

attack "$OSCI_PORT" 40 osci
check "40 slow bodies at the intermediary: the form serves others" others_are_served 10
check "and the intermediary, too" an_order_is_served
sent=$(send 1)
check "an application is accepted and delivered" comes_to "$sent" done
attack_ends
attack "$FORM_PORT" 40 uploads
check "40 slow bodies at the form: it serves others" others_are_served 10
check "and so does the intermediary" an_order_is_served
attack_ends
attack "$FORM_PORT" 5000 heads
check "5000 slow heads: the form serves others" others_are_served 10
check "and so does the intermediary" an_order_is_served
check "the log says who gave way" grep -q 'http.shed listener="form" what="head" client="127.0.0.0/24"' "$DIR/log/depesched.log"
check "once a minute" [ "$(grep -c 'http.shed listener="form" what="head"' "$DIR/log/depesched.log")" -le 2 ]
attack_ends

stop_pid "$pid_depesched"
sed -i 's|^form:|form:\n  tls: { key: keys/dvdv-tls.key.pem, certificate: keys/dvdv-tls.cert.pem }|; s|public_url: http:|public_url: https:|' \
	"$DIR/depesche.yaml"
start_daemon
FORM_URL=https://127.0.0.1:$FORM_PORT
for mode in silent hello; do
	attack "$FORM_PORT" 5000 $mode
	check "5000 TLS connections, $mode: the form serves others" others_are_served 10
	attack_ends
done
