#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The service manager allows fewer descriptors than the configuration needs: the start says so, with both figures, and when
# they have run out everybody else is served nevertheless.
BASE_PORT=${BASE_PORT:-22380}
. "$(dirname "$0")/lib.bash"
command -v python3 >/dev/null || skip_all "python3 is not installed"
ALLOWED=300
[ "$(ulimit -n)" -ge 1024 ] || skip_all "too few descriptors are allowed"
scenario_sandbox '/^form:/,/^[a-z]*:$/s/^  listen: .*/&\n  requests_per_minute: 1000000/'
start_dvdv
start_server depesched "$FORM_PORT $OSCI_PORT" bash -c 'ulimit -n "$1"; shift; exec "$@"' _ "$ALLOWED" \
	"$BIN/depesched" --config "$DIR/depesche.yaml" || fail "the daemon does not start: $(tail -n 3 "$DIR/log/depesched.log")"
start_towns

check "the start says how many are allowed and how many are needed" \
	grep -q "http.few-descriptors allowed=$ALLOWED needed=4352" "$DIR/log/depesched.log"
coproc ATTACK { python3 tests/scenario/h120-one-client.py 127.0.0.66 "$OSCI_PORT" 500 silent; }
pids+=("$ATTACK_PID")
read -r -t 60 -u "${ATTACK[0]}" ready && [ "$ready" = ready ] || fail "the attack does not begin"
others_are_served() { # times
	local i
	for i in $(seq "$1"); do
		curl -sS --max-time 10 --interface "127.0.0.$((100 + i))" "$FORM_URL/" | grep -q '</html>' || { echo "the $i. was not"; return 1; }
	done
}
check "500 silent connections of one client: others are served" others_are_served 10
check "the log says why the server gave some up" grep -q 'http.accept-paused why="Too many open files"' "$DIR/log/depesched.log"
sent=$(send 1)
check "an application is accepted and delivered" comes_to "$sent" done

# Started as it should be, it has nothing to say.
stop_pid "$pid_depesched"
: >"$DIR/log/depesched.log"
sed -i 's/^http:.*//' "$DIR/depesche.yaml"
printf 'http: { connections: 200, workers: 8 }\n' >>"$DIR/depesche.yaml"
start_daemon
check "with enough of them there is no warning" is "$(grep -c http.few-descriptors "$DIR/log/depesched.log")" 0
