#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Applications to a municipality that waits (osci-forward by its directory entry, osci-mediate by configuration), through an
# intermediary of its own process: taken, refused, gone, silent, unsure, and both daemons killed on the way. Once in every case.
BASE_PORT=20640
. "$(dirname "$0")/lib.bash"
TOWN_PORT=$((BASE_PORT + 4))
scenario_sandbox '/^intermediary:/,/^form:/{/^form:/!d}' \
	"s|^delivery:|delivery:\n  channel: directory\n  reception_within: 3s\n  ways: [ { recipient: \"ags:$OTHER\", channel: osci-mediate, address: \"http://127.0.0.1:$TOWN_PORT/$OTHER\" } ]|"
cat >"$DIR/intermediary.yaml" <<-YAML
	data_dir: mailboxes
	master_key_file: master.key
	control_socket: intermediary.sock
	trust: { anchors: [pki/root.pem], intermediates: [pki/ca.pem], crls: [pki/crl] }
	intermediary:
	  listen: 127.0.0.1:$OSCI_PORT
	  cipher_key: { key: keys/intermediary-cipher.key.pem, certificate: keys/intermediary-cipher.cert.pem }
	  signature_key: { key: keys/intermediary-sign.key.pem, certificate: keys/intermediary-sign.cert.pem }
	  recipients: ["http://127.0.0.1:$FAULT_PORT/", "http://127.0.0.1:$TOWN_PORT/"]
	  recipient_timeout: 4s
YAML
waits_at() { # ags URL: so its entry says
	jq --arg uri "$2" '(.serviceElements[] | select(.serviceElementType == "OSCI_ADDRESSEE")).serviceElementUri = $uri' \
		"$DIR/dvdv/ags_$1.json" >"$DIR/dvdv/entry.new" && mv "$DIR/dvdv/entry.new" "$DIR/dvdv/ags_$1.json"
}
start_intermediary() {
	start_server intermediary "$OSCI_PORT" "$BIN/depesched" --config "$DIR/intermediary.yaml" ||
		fail "the intermediary does not start: $(tail -n 3 "$DIR/log/intermediary.log")"
}
start_sender() {
	start_server depesched "$FORM_PORT" "$BIN/depesched" --config "$DIR/depesche.yaml" ||
		fail "the sender does not start: $(tail -n 3 "$DIR/log/depesched.log")"
}
start_town() { # [further options]
	start_server municipality "$TOWN_PORT" "$BIN/depesche-sim" municipality --dir "$DIR" --forms "$FORMS" \
		--ags "$TOWN,$OTHER" --listen "127.0.0.1:$TOWN_PORT" "$@" || fail "the municipality does not start"
}
start_way() { # mode: between the intermediary and the municipality; connections that are open are cut
	stop_pid "${pid_fault:-}"
	fault "$1"
	start_server fault "$FAULT_PORT" "$BIN/depesche-sim" fault --listen "127.0.0.1:$FAULT_PORT" \
		--to "127.0.0.1:$TOWN_PORT" --control "$DIR/fault" || fail "the proxy does not start"
	fault "$1"
}
release() { ctl queue release "$1" --reason "scenario: the cause is gone" >/dev/null; }
comes_by() { comes_to "$1" "done" && why_is "$1" channel "$2" && traced "$1" fetched null; } # id channel
all_once() { # count: in the folders of both towns
	sleep 0.5
	is "$(find "$DIR"/posteingang/*/ -mindepth 2 -maxdepth 2 -name quittung.json | grep -vc '/\.neu-')" "$1" || return 1
	! ls -d "$DIR"/posteingang/*/unlesbar-* 2>/dev/null
}
applications_once() { # of those that arrived none has the content of another one
	is "$(hashes "$DIR"/posteingang/*/*/application.xml | uniq -d | wc -l)" 0
}
id_of_one_more() { # [ags]: sent, and not waited for
	send 1 --ags "${1:-$TOWN}"
}

waits_at "$TOWN" "http://127.0.0.1:$FAULT_PORT/$TOWN"
start_dvdv
start_way pass
start_town
start_intermediary
start_sender

id=$(id_of_one_more)
check "by the address in its entry: forwarded, and fetched at once" comes_by "$id" osci-forward
check "it is in the folder" all_once 1
id=$(id_of_one_more "$OTHER")
check "by configuration: mediated" comes_by "$id" osci-mediate
check "it is in the folder" all_once 2
check "the reply is named in the trace" traced "$id" replied null
check "and lies in a mailbox of the sender" is "$(status_of mail)" 1

stop_pid "$pid_municipality"
stop_pid "$pid_fault"
id=$(id_of_one_more)
check "a municipality that is gone: OSCI-RECIPIENT-FAILED" fails_for "$id" OSCI-RECIPIENT-FAILED
other=$(id_of_one_more "$OTHER")
check "the same for a mediation" fails_for "$other" OSCI-RECIPIENT-FAILED
start_town
start_way pass
check "it is back: forwarded" comes_by "$id" osci-forward
check "it is back: mediated" comes_by "$other" osci-mediate
check "both once" all_once 4

stop_pid "$pid_municipality"
start_town --mode refuse
id=$(id_of_one_more)
check "a municipality that refuses: OSCI-REFUSED" fails_for "$id" OSCI-REFUSED
check "by 9805" why_is "$id" code 9805
former=$(why "$id" former_id)
check "its message id is used up and stays visible" [ -n "$former" ]
stop_pid "$pid_municipality"
start_town
release "$id"
check "released, it is taken" comes_by "$id" osci-forward
check "under another id, the former is still named" why_is "$id" former_id "$former"
check "once" all_once 5

start_way silent
id=$(id_of_one_more)
check "a municipality that does not answer: OSCI-RECEPTION-UNKNOWN" fails_for "$id" OSCI-RECEPTION-UNKNOWN
start_way pass
check "a person decides" why_is "$id" state held
release "$id"
check "released, it is taken" comes_by "$id" osci-forward
check "once" all_once 6

start_way "lose-answer 1"
id=$(id_of_one_more)
check "a municipality whose answer is lost: OSCI-RECEPTION-UNKNOWN" fails_for "$id" OSCI-RECEPTION-UNKNOWN
sleep 2
check "it has it, and it is not sent again" all_once 7
ctl queue cancel "$id" --reason "scenario: the municipality has it" >/dev/null

kill -STOP "$pid_municipality"
id=$(id_of_one_more)
wait_until why_is "$id" state active
sleep 1
stop_pid "$pid_depesched" -KILL
kill -CONT "$pid_municipality"
start_sender
check "the sender is killed while the intermediary waits: the process card tells the end" comes_by "$id" osci-forward
check "once" all_once 8

start_way silent
id=$(id_of_one_more)
wait_until why_is "$id" state active
sleep 1
stop_pid "$pid_intermediary" -KILL
start_way pass
start_intermediary
check "the intermediary is killed while it waits: nobody knows, a person decides" fails_for "$id" OSCI-RECEPTION-UNKNOWN
release "$id"
check "released, it is taken" comes_by "$id" osci-forward
check "once" all_once 9
check "no application arrived twice" applications_once
