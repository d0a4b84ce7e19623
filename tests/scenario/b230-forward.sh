#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# forwardDelivery through the daemon to a municipality that waits instead of polling: it lies in its folder, byte for byte,
# before the sender is told of the reception, and in no mailbox. A recipient that is gone is 9809, one that nobody listed too.
cd "$(dirname "$0")/../.." || exit 2
BIN=${BUILD:-build/plain}
DIR=$(mktemp -d "${TMPDIR:-/tmp}/depesche-forward.XXXXXX")
BASE_PORT=${BASE_PORT:-19490}
. tests/sim/surroundings.sh
trap 'stop_all; rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM
ags=05111000
town_port=$((BASE_PORT + 4))
town=http://127.0.0.1:$town_port/$ags
rc=0
verdict() { # what good(0)|bad
	if [ "$2" -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; rc=1; fi
}
forward() { # receiver kilobytes
	"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$OSCI_PORT/osci" --ags $ags --mode forward \
		--receiver "$1" --upload-kb "$2" >"$DIR/log/osci.out" 2>&1
}
start_town() {
	start_server town "$town_port" "$BIN/depesche-sim" municipality --dir "$DIR" --forms "$FORMS" --ags $ags \
		--listen "127.0.0.1:$town_port" || fail "the municipality does not start: $(tail -n 3 "$DIR/log/town.log")"
}
# The folders of deliveries; what is half written begins with a dot.
folders() { find "$DIR/posteingang/$ags" -mindepth 1 -maxdepth 1 -type d ! -name '.*' 2>/dev/null; }
arrived() { # how many there are, the newest as it was sent
	local newest
	[ "$(folders | wc -l)" -eq "$1" ] || return 1
	newest=$(folders | xargs -d '\n' ls -td | head -n 1)
	cmp "$DIR/osci/application.xml" "$newest/application.xml" && cmp "$DIR/osci/anlage.bin" "$newest/anlage.bin" &&
		grep -q '"trusted": *true' "$newest/quittung.json"
}
taken() { # what kilobytes how-many-then
	forward "$town" "$2" && arrived "$3"
	verdict "$1" $?
	grep '^not ok' "$DIR/log/osci.out"
	return 0
}
refused() { # what receiver
	forward "$2" 32
	grep -q "^not ok - forwardDelivery: Reception, code 9809:" "$DIR/log/osci.out"
	verdict "$1" $?
	return 0
}

make_sandbox --ags $ags >/dev/null 2>"$DIR/sandbox.log"
cat >"$DIR/intermediary.yaml" <<-YAML
	data_dir: mailboxes
	master_key_file: master.key
	control_socket: control.sock
	trust: { anchors: [pki/root.pem], intermediates: [pki/ca.pem], crls: [pki/crl] }
	intermediary:
	  listen: 127.0.0.1:$OSCI_PORT
	  cipher_key: { key: keys/intermediary-cipher.key.pem, certificate: keys/intermediary-cipher.cert.pem }
	  signature_key: { pkcs12: keys/intermediary-sign.p12, password_file: keys/p12.password }
	  recipients: ["http://127.0.0.1:$town_port/"]
YAML
start_server intermediary "$OSCI_PORT" "$BIN/depesched" --config "$DIR/intermediary.yaml" ||
	fail "the intermediary does not start: $(tail -n 3 "$DIR/log/intermediary.log")"
start_town
taken "forwarded: in the folder as it was sent, the card has its Reception, no mailbox has it" 32 1
taken "another with an attachment of 8 MiB" 8192 2
stop_pid "$pid_town"
refused "a municipality that is gone: 9809" "$town"
refused "an address that nobody listed: 9809" "http://127.0.0.1:$((town_port + 1))/$ags"
[ "$(folders | wc -l)" -eq 2 ]
verdict "what was not taken left nothing behind" $?
start_town
taken "it waits again: the next one arrives" 32 3
# The same intermediary with a list of those who have a mailbox.
store() { # certificate that is listed
	stop_pid "$pid_intermediary"
	sed -i "/mailboxes: \[/d; s|^  recipients:|  mailboxes: [\"$1\"]\n&|" "$DIR/intermediary.yaml"
	start_server intermediary "$OSCI_PORT" "$BIN/depesched" --config "$DIR/intermediary.yaml" || fail "it does not start"
	"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$OSCI_PORT/osci" --ags $ags --mode store \
		--upload-kb 2 >"$DIR/log/osci.out" 2>&1
}
store keys/sender-cipher.cert.pem
grep -q '^not ok.*9706' "$DIR/log/osci.out"
verdict "a storeDelivery for who is not on the list of mailboxes: 9706" $?
store keys/$ags-cipher.cert.pem
! grep -q '^not ok' "$DIR/log/osci.out"
verdict "for who is, it is stored" $?
stop_all
exit $rc
