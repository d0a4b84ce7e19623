#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The sandbox itself: what it starts is what answers, and what it starts ends when told to.
BASE_PORT=${BASE_PORT:-21300}
. "$(dirname "$0")/lib.bash"
scenario_sandbox

"$BIN/depesche-sim" fault --listen "127.0.0.1:$FORM_PORT" --to "127.0.0.1:$FAULT_PORT" --control "$DIR/fault" \
	>"$DIR/foreign.log" 2>&1 &
foreign=$!
pids+=("$foreign")
wait_until port_open "$FORM_PORT"
said=$( (start_daemon) 2>&1)
check "a daemon does not start where another program listens" is "$?" 1
check "and the message says where" is "$said" \
	"failed: port $FORM_PORT is taken: another program listens there; end it, or set BASE_PORT (now $BASE_PORT)"
stop_pid "$foreign"

cp "$DIR/depesche.yaml" "$DIR/kept.yaml"
echo "nonsense: 1" >>"$DIR/depesche.yaml"
SECONDS=0
said=$( (start_daemon) 2>&1)
check "a daemon that ends at once is not waited for" [ "$SECONDS" -le 3 ]
check "and its message is shown" grep -q 'failed: the daemon does not start: .*nonsense' <<<"$said"
mv "$DIR/kept.yaml" "$DIR/depesche.yaml"

said=$("$BIN/depesche-sim" entry --dir "$DIR" --forms "$FORMS" --to 127.0.0.1:9 2>&1)
check "an entry whose intermediary has no URL is refused" is "$?" 1
check "and the entry stays as it was" is "$(grep -l 127.0.0.1:9 "$DIR"/dvdv/*.json)" ""

# load, while nobody answers, or somebody takes the connection and says nothing
ends_promptly() { # count of workers
	local load
	"$BIN/depesche-sim" load --dir "$DIR" --forms "$FORMS" --to "$FORM_URL" --count 5000 --parallel "$1" 2>"$DIR/log/load.log" &
	load=$!
	sleep 0.5
	SECONDS=0
	kill -TERM "$load"
	wait "$load"
	is "$?" 1 || return 1
	[ "$SECONDS" -le 3 ] || { echo "took $SECONDS s"; return 1; }
	grep -q '^0 acknowledged' "$DIR/log/load.log" || { cat "$DIR/log/load.log"; return 1; }
}
check "load ends promptly while the daemon is away" ends_promptly 1
check "with several workers as well" ends_promptly 4
fault slow
"$BIN/depesche-sim" fault --listen "127.0.0.1:$FORM_PORT" --to "127.0.0.1:$FAULT_PORT" --control "$DIR/fault" \
	>"$DIR/foreign.log" 2>&1 &
pids+=("$!")
wait_until port_open "$FORM_PORT"
check "and while a request hangs" ends_promptly 4

# A sandbox of another day: under other ports, and with forms of one's own. What a person has changed in it stays.
own=$DIR/own-forms
mkdir "$own"
jq '.path = "wohngeld" | .title = "Wohngeld"' "$FORMS/hilfe-zum-lebensunterhalt.json" >"$own/wohngeld.json"
jq '.path = "bafoeg" | .title = "BAfoeG"' "$FORMS/hilfe-zum-lebensunterhalt.json" >"$own/bafoeg.json"
echo '[{"name": "Gemeinde Neuland", "ags": "09999999"}]' >"$own/gemeinden.json"
sed -i 's/sender_name: .*/sender_name: Mein Amt/' "$DIR/depesche.yaml"
old_port=$OSCI_PORT
BASE_PORT=$((BASE_PORT + 50)) OSCI_PORT=$((OSCI_PORT + 50)) FORM_PORT=$((FORM_PORT + 50)) DVDV_PORT=$((DVDV_PORT + 50))
FORM_URL=http://127.0.0.1:$FORM_PORT
FORMS=$own
sed -i '/allow_local_addresses/d' "$DIR/depesche.yaml"	# from before that switch
make_sandbox >"$DIR/again.log"
check "a kept sandbox takes other ports and forms" grep -q 'exists and is kept, with the ports and forms of today' "$DIR/again.log"
check "nothing of the old ports is left" is "$(grep -l "$old_port" "$DIR/depesche.yaml" "$DIR"/dvdv/*.json)" ""
check "what was changed by hand stays" grep -q 'sender_name: Mein Amt' "$DIR/depesche.yaml"
make_sandbox >"$DIR/again.log"
check "what is needed since then is added" grep -qx '  allow_local_addresses: true' "$DIR/depesche.yaml"
check "the same once more changes nothing" grep -qx "sandbox $DIR exists and is kept" "$DIR/again.log"
start_all
start_municipality --interval 200
check "both forms are offered" is "$(curl -s "$FORM_URL/" | grep -o -e Wohngeld -e BAfoeG | sort -u | paste -sd ' ')" "BAfoeG Wohngeld"
check "for the new municipality" grep -q 'Gemeinde Neuland' <<<"$(curl -s "$FORM_URL/?formular=wohngeld")"
rm "$own/gemeinden.json"
said=$("$BIN/depesche-sim" sandbox --dir "$DIR/other" --forms "$own" 2>&1)
check "a folder without municipalities is named" is "$?" 1
check "with the file that is missing" grep -q 'own-forms/gemeinden.json' <<<"$said"
