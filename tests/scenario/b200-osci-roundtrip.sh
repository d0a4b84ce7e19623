#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The daemon as an intermediary alone: the six orders by our own client, signed and encrypted and not, small and large,
# through a kill -9 between store and fetch and a fetch whose end the intermediary never sees; and what a strict one
# refuses. gateway/sim/osci.c has the steps.
cd "$(dirname "$0")/../.." || exit 2
BIN=${BUILD:-build/plain}
DIR=$(mktemp -d "${TMPDIR:-/tmp}/depesche-osci.XXXXXX")
BASE_PORT=${BASE_PORT:-19480}
. tests/sim/surroundings.sh
trap 'stop_all; rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM
ags=05111000
rc=0
verdict() { # what good(0)|bad
	if [ "$2" -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; rc=1; fi
}
configure() { # accept: true|false
	cat >"$DIR/intermediary.yaml" <<-YAML
		data_dir: mailboxes
		master_key_file: master.key
		control_socket: control.sock
		trust: { anchors: [pki/root.pem], intermediates: [pki/ca.pem], crls: [pki/crl] }
		intermediary:
		  listen: 127.0.0.1:$OSCI_PORT
		  cipher_key: { key: keys/intermediary-cipher.key.pem, certificate: keys/intermediary-cipher.cert.pem }
		  signature_key: { pkcs12: keys/intermediary-sign.p12, password_file: keys/p12.password }
		  accept_plain_transport: $1
		  accept_unsigned_orders: $1
	YAML
}
start_intermediary() {
	start_server intermediary "$OSCI_PORT" "$BIN/depesched" --config "$DIR/intermediary.yaml" ||
		fail "the intermediary does not start: $(tail -n 3 "$DIR/log/intermediary.log")"
}
osci() { # mode kilobytes
	"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$OSCI_PORT/osci" --ags $ags --mode "$1" \
		--upload-kb "${2:-32}" >"$DIR/log/osci.out" 2>&1
}
trip() { # what mode kilobytes
	osci "$2" "${3:-32}"
	verdict "$1" $?
	grep -q '^not ok' "$DIR/log/osci.out" && cat "$DIR/log/osci.out"
	return 0
}
refused() { # what mode code
	osci "$2"
	grep -q "^not ok - getMessageId, code $3:" "$DIR/log/osci.out"
	verdict "$1" $?
	return 0
}

make_sandbox --ags $ags >/dev/null 2>"$DIR/sandbox.log"
configure true
start_intermediary
trip "signed and encrypted: six orders, what was fetched is what was sent" ""
trip "signed, plain transport" plain
trip "unsigned, encrypted transport" unsigned
trip "unsigned, plain transport, content neither" plain,unsigned,open
trip "author signs with RSASSA-PSS" pss
trip "an empty attachment" "" 0
trip "an attachment of 48 MiB" "" 49152
peak=$(awk '/VmHWM/ { print $2 }' "/proc/$pid_intermediary/status")
[ "$peak" -lt 49152 ]
verdict "the intermediary never holds the message in memory: $peak KiB at most" $?

trip "stored" store 2048
stop_pid "$pid_intermediary" -KILL
start_intermediary
trip "after kill -9 the delivery is there: fetched, the line goes dead, no Reception" leave
stop_pid "$pid_intermediary" -KILL
start_intermediary
trip "after another kill -9 it is offered again and acknowledged" fetch
stop_pid "$pid_intermediary"
configure false
start_intermediary
refused "a strict intermediary refuses unsigned orders: 9600" unsigned 9600
refused "a strict intermediary refuses plain transport: 9202" plain 9202
trip "a strict intermediary takes what is signed and encrypted" ""
stop_all
exit $rc
