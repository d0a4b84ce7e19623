#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Sourced by run.sh, demo.sh and the scenarios: starts and stops a sandbox with daemon, directory and municipality.
# BIN holds the programs, DIR the sandbox, FORMS the form definitions; ports follow BASE_PORT. Everything listens on
# 127.0.0.1; every process started here is ended by stop_all, by its id.
set -u
BIN=${BIN:-build/plain}
DIR=${DIR:-var}
# A sandbox keeps the forms it has until others are named.
FORMS=${FORMS:-$(sed -n 's|^  recipients: "\(.*\)/gemeinden.json"$|\1|p' "$DIR/depesche.yaml" 2>/dev/null)}
FORMS=${FORMS:-docs/forms}
BASE_PORT=${BASE_PORT:-18080}
OSCI_PORT=$BASE_PORT FORM_PORT=$((BASE_PORT + 1)) DVDV_PORT=$((BASE_PORT + 2)) FAULT_PORT=$((BASE_PORT + 3))
FORM_URL=http://127.0.0.1:$FORM_PORT
pids=()

say() { printf '%s\n' "$*"; }
fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }
# Waits until the command succeeds, at most 15 seconds (or WAIT_S).
wait_until() {
	local until=$((SECONDS + ${WAIT_S:-15}))
	while ! "$@" >/dev/null 2>&1; do
		[ $SECONDS -le $until ] || return 1
		sleep 0.05
	done
}
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port_free() { ! port_open "$1"; }
spawn() { # name command...: output goes to the sandbox's log folder
	local name=$1
	shift
	"$@" >>"$DIR/log/$name.log" 2>&1 </dev/null &
	pids+=($!)
	eval "pid_${name//-/_}=$!"
}
stop_pid() { # ends one process and waits for it
	[ -n "${1:-}" ] || return 0
	kill "${2:--TERM}" "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}
stop_all() {
	local p
	for p in "${pids[@]:-}"; do [ -n "$p" ] && kill -TERM "$p" 2>/dev/null; done
	for p in "${pids[@]:-}"; do [ -n "$p" ] && wait "$p" 2>/dev/null; done
	pids=()
	return 0
}
make_sandbox() {
	"$BIN/depesche-sim" sandbox --dir "$DIR" --forms "$FORMS" --osci-port "$OSCI_PORT" --form-port "$FORM_PORT" \
		--dvdv-port "$DVDV_PORT" "$@" || fail "the sandbox could not be made"
	mkdir -p "$DIR/log"
}
# A server of this sandbox. Another one on its port would answer in its place, and everything after that would be about it.
start_server() { # name ports command...
	local name=$1 ports=$2 p pid
	shift 2
	for p in $ports; do
		port_free "$p" || fail "port $p is taken: another program listens there; end it, or set BASE_PORT (now $BASE_PORT)"
	done
	spawn "$name" "$@"
	pid=$!
	for p in $ports; do wait_until open_or_gone "$p" "$pid"; done
	is_running "$pid" && for p in $ports; do port_open "$p" || return 1; done
}
is_running() { kill -0 "$1" 2>/dev/null; }
open_or_gone() { port_open "$1" || ! is_running "$2"; }
start_dvdv() {
	start_server dvdv "$DVDV_PORT" "$BIN/depesche-sim" dvdv --dir "$DIR" --listen "127.0.0.1:$DVDV_PORT" ||
		fail "the directory server does not start: $(tail -n 3 "$DIR/log/dvdv.log")"
}
start_daemon() {
	start_server depesched "$FORM_PORT $OSCI_PORT" "$BIN/depesched" --config "$DIR/depesche.yaml" ||
		fail "the daemon does not start: $(tail -n 3 "$DIR/log/depesched.log")"
}
start_municipality() {
	spawn municipality "$BIN/depesche-sim" municipality --dir "$DIR" --forms "$FORMS" "$@"
}
# Peers whose connections the kernel accepts and nobody reads.
start_silent() { # first port, how many
	spawn silent python3 -c 'import socket, sys, time
held = []
for port in range(int(sys.argv[1]), int(sys.argv[1]) + int(sys.argv[2])):
	s = socket.socket()
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind(("127.0.0.1", port))
	s.listen(500)
	held.append(s)
print("ready", flush=True)
time.sleep(3600)' "$1" "$2"
	wait_until grep -qs ready "$DIR/log/silent.log" || fail "the silent peers do not start: $(cat "$DIR/log/silent.log")"
}
# A directory entry like that of another municipality, with its certificates, but leading elsewhere.
entry_like() { # model's ags, ags, name, URL of the intermediary
	jq --arg uri "$4" --arg ags "$2" --arg name "$3" '.id = ($ags | tonumber) | .organizationNameDe = $name |
		(.serviceElements[] | select(.serviceElementType == "OSCI_INTERMEDIARY")).serviceElementUri = $uri' \
		"$DIR/dvdv/ags_$1.json" >"$DIR/dvdv/entry.new" && mv "$DIR/dvdv/entry.new" "$DIR/dvdv/ags_$2.json"
}
ctl() { "$BIN/depesche" --socket "$DIR/control.sock" "$@"; }
