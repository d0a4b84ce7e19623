#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# make bench: how fast and how large the daemon is on this machine, as lines "figure: value unit". Judges nothing;
# ends with 1 if a figure could not be taken. What each figure means and what was measured: docs/performance.md.
cd "$(dirname "$0")/../.." || exit 2
BASE_PORT=${BASE_PORT:-21000}
DIR=build/bench/sandbox
FORMS=build/bench/forms
APPLICATIONS=${APPLICATIONS:-100}
ORDERS=${ORDERS:-200}
LARGE_MB=${LARGE_MB:-200}
MESSAGES=${MESSAGES:-1000}
XTA_MB=${XTA_MB:-500}
CONNECTIONS=${CONNECTIONS:-10000}
ulimit -n $((CONNECTIONS + 1000)) 2>/dev/null || CONNECTIONS=$(($(ulimit -n) - 1000))
AGS=05334002
. tests/sim/surroundings.sh
. tests/perf/dead_peers.sh
OSCI_URL=http://127.0.0.1:$OSCI_PORT/osci
trap stop_all EXIT
trap 'exit 130' INT TERM

figure() { printf '%s: %s %s\n' "$1" "$2" "$3"; }
memory() { awk -v k="$2:" '$1 == k { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; } # pid key: MiB
forget_peak() { echo 5 >"/proc/$1/clear_refs"; }
per_second() { awk -v n="$1" -v ms="$2" 'BEGIN { printf "%.1f", n * 1000 / ms }'; }
now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
arrived() { local all=("$DIR"/posteingang/*/*/quittung.json); [ -e "${all[0]}" ] && echo ${#all[@]} || echo 0; }
await() { # how many deliveries in the folders, seconds
	local until=$(($(now_ms) + $2 * 1000))
	while [ "$(arrived)" -lt "$1" ]; do
		[ "$(now_ms)" -lt "$until" ] || fail "$(arrived) of $1 applications arrived in $2 s: $DIR/log/"
		sleep 0.1
	done
}
load() { "$BIN/depesche-sim" load --dir "$DIR" --forms "$FORMS" --to "$FORM_URL" "$@" >>"$DIR/log/load.log" 2>&1 || fail "load: $DIR/log/load.log"; }
# The sandbox: the sample form with room for one large upload, four municipalities (keys take time to make).
prepare() {
	rm -rf build/bench
	mkdir -p build/bench "$FORMS"
	sed 's/"fileMaxSize": *"[^"]*"/"fileMaxSize": "4000MB"/' docs/forms/hilfe-zum-lebensunterhalt.json \
		>"$FORMS/hilfe-zum-lebensunterhalt.json"
	jq '.[:4]' docs/forms/gemeinden.json >"$FORMS/gemeinden.json"
	make_sandbox >/dev/null 2>&1
	sed -i 's/^form:/form:\n  upload_size: 4 GiB\n  requests_per_minute: 1000000/' "$DIR/depesche.yaml"
	printf 'http: { connections: %s, client_connections: %s }\n' $((CONNECTIONS + 100)) $((CONNECTIONS + 100)) >>"$DIR/depesche.yaml"
	sed "s|^form:|form:\n  tls: { key: keys/dvdv-tls.key.pem, certificate: keys/dvdv-tls.cert.pem }|
		s|public_url: http:|public_url: https:|" \
		"$DIR/depesche.yaml" >"$DIR/tls.yaml"
}
first_answer() { # ms from the start of the process to the first byte of an answer of the form
	local start
	start=$(now_ms)
	spawn depesched "$BIN/depesched" --config "$DIR/depesche.yaml"
	for _ in {1..1000}; do
		if { exec 3<>"/dev/tcp/127.0.0.1/$FORM_PORT"; } 2>/dev/null; then
			printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
			read -r -t 10 -n 1 -u 3 && break
		fi
		sleep 0.005
	done
	exec 3>&-
	figure "start to first answer" $(($(now_ms) - start)) ms
	wait_until port_open "$OSCI_PORT" || fail "the intermediary does not start"
}
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; } # pid: seconds
operations() { ctl --json status | jq -s 'flatten | map(select(.name == "private_key_operations"))[0].value'; }
difference() { awk -v a="$1" -v b="$2" 'BEGIN { print b - a }'; }
end_to_end() {
	local start ms cpu ops pid
	coproc FLOOR { "$BIN/perf/bench_application" "$DIR" "$FORMS/hilfe-zum-lebensunterhalt.json"; }
	pid=$FLOOR_PID
	pids+=("$pid")
	exec {floor_out}<&"${FLOOR[0]}" {floor_in}>&"${FLOOR[1]}"
	cpu=$(cpu_of "$pid_depesched") ops=$(operations) start=$(now_ms)
	load --count "$APPLICATIONS" --parallel 8
	await "$APPLICATIONS" 60
	ms=$(($(now_ms) - start))
	figure "applications end to end, 8 senders" "$(per_second "$APPLICATIONS" "$ms")" /s
	printf '%s %s %s\n' "$(difference "$cpu" "$(cpu_of "$pid_depesched")")" "$(difference "$ops" "$(operations)")" \
		"$APPLICATIONS" >&"$floor_in"
	cat <&"$floor_out"
	exec {floor_out}<&- {floor_in}>&-
	wait "$pid" || fail "CPU per application"
}
large_form() {
	local start
	forget_peak "$pid_depesched"
	start=$(now_ms)
	load --count 1 --upload-kb $((LARGE_MB * 1024))
	await $((APPLICATIONS + 1)) 60
	figure "form upload of $LARGE_MB MB to municipality" $(($(now_ms) - start)) ms
	figure "peak memory, $LARGE_MB MB through the form" "$(memory "$pid_depesched" VmHWM)" MiB
}
large_osci() {
	forget_peak "$pid_depesched"
	"$BIN/perf/bench_osci" large "$DIR" "$AGS" "$OSCI_URL" "$LARGE_MB" || fail "large OSCI delivery"
	figure "peak memory, $LARGE_MB MB storeDelivery and fetchDelivery" "$(memory "$pid_depesched" VmHWM)" MiB
}
held() { ctl --json status | jq -s 'flatten | map(select(.name == "http_connections"))[0].value'; }
idle() { # what mode configuration
	local open before after
	spawn depesched "$BIN/depesched" --config "$DIR/$3"
	wait_until port_open "$FORM_PORT" && wait_until port_open "$OSCI_PORT" || fail "the daemon does not start with $3"
	before=$(memory "$pid_depesched" VmRSS)
	[ "$2" = tls ] || figure "memory, idle" "$before" MiB
	coproc HOLD { "$BIN/perf/bench_osci" "$2" "$FORM_PORT" "$CONNECTIONS"; }
	pids+=("$HOLD_PID")
	read -r -t 300 -u "${HOLD[0]}" open && [ "$open" = open ] || fail "the idle connections ($2)"
	[ "$(held)" -ge "$CONNECTIONS" ] || fail "$(held) of $CONNECTIONS connections are held ($2)"
	after=$(memory "$pid_depesched" VmRSS)
	figure "memory with $CONNECTIONS idle $1" "$after" MiB
	figure "memory per idle ${1%s}" "$(awk -v a="$after" -v b="$before" -v n="$CONNECTIONS" \
		'BEGIN { printf "%.1f", (a - b) * 1024 / n }')" KiB
	stop_pid "$HOLD_PID"
	stop_pid "$pid_depesched"
}

# A daemon for XTA alone: calls over mutual TLS, one large message, long boxes.
xta() {
	local xta_port=$((BASE_PORT + 4))
	cat >"$DIR/xta.yaml" <<-YAML
		data_dir: xta-spool
		master_key_file: master.key
		control_socket: control.sock
		trust: { anchors: [pki/root.pem], intermediates: [pki/ca.pem], crls: [pki/crl] }
		xta:
		  listen: 127.0.0.1:$xta_port
		  tls: { key: keys/xta-tls.key.pem, certificate: keys/xta-tls.cert.pem }
		  client_ca: [pki/root.pem, pki/ca.pem]
		  max_message_size: 4 GiB
		  accounts:
		    - { name: portal, certificates: [keys/xta-portal.cert.pem], identifiers: ["portal:1"] }
		    - { name: sozialamt, certificates: [keys/xta-sozialamt.cert.pem], identifiers: ["ags:1"] }
	YAML
	spawn depesched "$BIN/depesched" --config "$DIR/xta.yaml"
	wait_until port_open "$xta_port" || fail "the XTA server does not start"
	"$BIN/perf/bench_xta" cpu "$DIR" "$xta_port" "$pid_depesched" "$MESSAGES" || fail "CPU per sendMessage"
	"$BIN/perf/bench_xta" rate "$DIR" "$xta_port" $((MESSAGES / 4)) || fail "XTA messages per second"
	forget_peak "$pid_depesched"
	"$BIN/perf/bench_xta" large "$DIR" "$xta_port" "$XTA_MB" || fail "large XTA message"
	figure "peak memory, $XTA_MB MB sendMessage and getMessage" "$(memory "$pid_depesched" VmHWM)" MiB
	stop_pid "$pid_depesched"
	rm -rf "$DIR/xta-spool"
	"$BIN/perf/bench_box" build/bench 1000 "${SCALE:-20000}" || fail "lists of long boxes"
	rm -rf build/bench/box
}

for p in $OSCI_PORT $FORM_PORT $DVDV_PORT; do
	port_free "$p" || fail "port $p is in use; choose others with BASE_PORT=..."
done
prepare
"$BIN/perf/bench_spool" build/bench 2 || fail "bench_spool"
"$BIN/perf/bench_queue" build/bench "${SCALE:-20000}" || fail "bench_queue"
rm -rf build/bench/queue-*
start_dvdv
first_answer
"$BIN/perf/bench_osci" cpu "$DIR" "$AGS" "$OSCI_URL" "$pid_depesched" "$ORDERS" || fail "CPU per order"
"$BIN/perf/bench_cores" "$DIR" "$AGS" "$OSCI_URL" "$pid_depesched" "$ORDERS" || fail "orders on one core and two"
large_osci
stop_pid "$pid_depesched"
xta
rm -rf "$DIR/spool" # the orders of the measurement are nobody's applications
start_daemon
start_municipality --interval 1000
end_to_end
large_form
beside_dead_peers
stop_pid "$pid_municipality"
stop_pid "$pid_depesched"
idle connections plain depesche.yaml
idle "TLS connections" tls tls.yaml
