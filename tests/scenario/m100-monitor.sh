#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# A monitoring system watches: Debian's Prometheus reads the figures, its rules hold, health and readiness are told apart.
BASE_PORT=23700
. "$(dirname "$0")/lib.bash"
MONITOR=$((BASE_PORT + 20)) PROMETHEUS=$((BASE_PORT + 21))
command -v promtool >/dev/null || skip_all "prometheus is not installed"
scenario_sandbox
printf 'monitor:\n  listen: 127.0.0.1:%s\n' "$MONITOR" >>"$DIR/depesche.yaml"
entry_through_fault
start_all
start_towns
get() { curl -s -o "$DIR/body" -w '%{http_code}' "http://127.0.0.1:$MONITOR$1"; }
figure() { curl -s "http://127.0.0.1:$MONITOR/metrics" | grep -v '^#' | grep -F -- "$1 " | cut -d ' ' -f 2; }
figure_is() { is "$(figure "$1")" "$2"; }

check "it lives" is "$(get /health)" 200
check "it is ready" is "$(get /ready)" 200
check "there is nothing else" is "$(get /)" 404
check "every reason has a figure before it has happened" figure_is 'depesche_delayed_deliveries{reason="CERT-EXPIRED"}' 0
check "every event has one" figure_is 'depesche_events_total{event="cancelled"}' 0

id=$(send 1)
check "an application waits for an intermediary that does not answer" fails_for "$id" NET-UNREACHABLE
check "the figures say so" figure_is 'depesche_delayed_deliveries{reason="NET-UNREACHABLE"}' 1
check "and that it was accepted" figure_is 'depesche_events_total{event="accepted"}' 1
check "a dead peer is not our illness" is "$(get /ready)" 200
tells_nothing() { ! curl -s "http://127.0.0.1:$MONITOR/metrics" | grep -E "$id|$TOWN|127\.0\.0\.1|Musterm"; }
check "no message, recipient or address stands in the figures" tells_nothing
get /metrics >/dev/null

mkdir "$DIR/prom"
cp packaging/prometheus/*.yml "$DIR/prom/"
sed -i "s/127\.0\.0\.1:9180/127.0.0.1:$MONITOR/; s/15s/1s/" "$DIR/prom/prometheus.yml"
check "the sample configuration is right" promtool check config "$DIR/prom/prometheus.yml"
check "the rules are right" promtool check rules "$DIR/prom/depesche.rules.yml"
check "they raise what they should, and nothing else" promtool test rules "$DIR/prom/depesche.rules.test.yml"
named() { # the figures that the rules name are on the page
	local name
	for name in $(grep -o 'depesche_[a-z_]*' "$DIR/prom/depesche.rules.yml" | sort -u); do
		grep -q "^$name[ {]" "$DIR/body" || { echo "no $name"; return 1; }
	done
}
check "every figure of the rules exists" named
dashboard() {
	local name
	for name in $(jq -r '.. | .expr? // empty' packaging/prometheus/dashboard.json | grep -o 'depesche_[a-z_]*' | sort -u); do
		grep -q "^$name[ {]" "$DIR/body" || { echo "no $name"; return 1; }
	done
}
check "every figure of the dashboard exists" dashboard

start_server prometheus "$PROMETHEUS" prometheus --config.file="$DIR/prom/prometheus.yml" --storage.tsdb.path="$DIR/prom/data" \
	--web.listen-address="127.0.0.1:$PROMETHEUS" || not_ok "prometheus starts"
asked() { # expression value
	is "$(curl -s --data-urlencode "query=$1" "http://127.0.0.1:$PROMETHEUS/api/v1/query" | jq -r '.data.result[0].value[1]')" "$2"
}
check "Prometheus reads the daemon" wait_until asked 'up{job="depesche"}' 1
check "and knows what waits" wait_until asked 'depesche_delayed_deliveries{reason="NET-UNREACHABLE"}' 1

start_fault pass
check "the application is delivered" comes_to "$id" done
check "Prometheus sees it stored" wait_until asked 'depesche_events_total{event="stored"} > 0' 1
check "nothing is delayed any more" wait_until asked 'sum(depesche_delayed_deliveries)' 0

stop_pid "$pid_depesched"
free=$(df -B1 --output=avail "$DIR" | tail -n 1)
if [ "$free" -lt $((1023 << 30)) ]; then
	sed -i '1i disk_reserve: 1023 GiB' "$DIR/depesche.yaml"
	start_daemon
	check "on a full disk it lives" is "$(get /health)" 200
	check "but is not ready" is "$(get /ready)" 503
	check "and says why" grep -qx LOC-DISK-FULL "$DIR/body"
	check "the figure says so" figure_is depesche_accepting 0
fi
