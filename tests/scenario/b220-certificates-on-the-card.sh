#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# What the intermediary finds out about each certificate of a delivery stands on the process card, and decides: all in order;
# the author's revoked (a warning, the reader has to know); the addressee's, the sender's (refused). The kinds of BSI TR-03133.
cd "$(dirname "$0")/../.." || exit 2
BIN=${BUILD:-build/plain}
DIR=$(mktemp -d "${TMPDIR:-/tmp}/depesche-card.XXXXXX")
BASE_PORT=${BASE_PORT:-19500}
. tests/sim/surroundings.sh
trap 'stop_all; rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM
ags=05111000
rc=0
verdict() { # what good(0)|bad
	if [ "$2" -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; rc=1; tail -n 12 "$DIR/log/osci.out" | sed 's/^/# /'; fi
}
start_intermediary() {
	start_server intermediary "$OSCI_PORT" "$BIN/depesched" --config "$DIR/intermediary.yaml" ||
		fail "the intermediary does not start: $(tail -n 3 "$DIR/log/intermediary.log")"
}
osci() { # mode
	"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$OSCI_PORT/osci" --ags $ags --mode "$1" \
		--upload-kb 1 >"$DIR/log/osci.out" 2>&1
}
serial() { # of the certificate, in decimal as on the card
	local hex
	hex=$(openssl x509 -in "$DIR/keys/$1.cert.pem" -noout -serial)
	python3 -c 'import sys; print(int(sys.argv[1], 16))' "${hex#serial=}"
}
# A new list of the sandbox's authority, with these certificates alone; the intermediary begins again with it.
revoke() {
	local name
	stop_pid "${pid_intermediary:-}"
	rm -rf "$DIR/ca" && mkdir "$DIR/ca" && : >"$DIR/ca/index" && echo 1000 >"$DIR/ca/number"
	printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ncrlnumber=%s\ndefault_md=sha256\ndefault_crl_days=30\ncrl_extensions=x\n' \
		"$DIR/ca/index" "$DIR/ca/number" >"$DIR/ca/conf"
	printf '[x]\nauthorityKeyIdentifier=keyid\n' >>"$DIR/ca/conf"
	for name; do
		openssl ca -config "$DIR/ca/conf" -cert "$DIR/pki/ca.pem" -keyfile "$DIR/pki/ca.key.pem" \
			-revoke "$DIR/keys/$name.cert.pem" >>"$DIR/log/ca.log" 2>&1 || fail "$name: $(tail -n 3 "$DIR/log/ca.log")"
	done
	openssl ca -config "$DIR/ca/conf" -cert "$DIR/pki/ca.pem" -keyfile "$DIR/pki/ca.key.pem" -gencrl \
		-out "$DIR/pki/crl/ca.crl" >>"$DIR/log/ca.log" 2>&1 || fail "$(tail -n 3 "$DIR/log/ca.log")"
	start_intermediary
}
on_card() { # certificate, what is said about it
	grep -qx "# certificate $(serial "$1"): $2" "$DIR/log/osci.out"
	verdict "$3" $?
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
YAML
revoke
osci store && osci card
verdict "a delivery whose certificates are all in order is taken" $?
for name in sender-cipher sender-sign author-sign $ags-cipher; do
	on_card $name "signed right, valid, not revoked" "the card says that $name is in order"
done
[ "$(grep -c '^# certificate' "$DIR/log/osci.out")" -eq 4 ]
verdict "and of no other certificate" $?

revoke author-sign
osci store
grep -q '^ok - storeDelivery' "$DIR/log/osci.out"
verdict "a delivery of a revoked author is taken: its reader has to judge" $?
osci card
on_card author-sign "signed right, valid, revoked" "the card says that the author's certificate is revoked"
on_card sender-sign "signed right, valid, not revoked" "and the sender's is not"

revoke $ags-cipher
osci store
grep -q '^not ok - storeDelivery, code 9707' "$DIR/log/osci.out"
verdict "a delivery for a revoked certificate is refused: 9707" $?
revoke sender-sign
osci store
grep -q '^not ok - getMessageId, code 9701' "$DIR/log/osci.out"
verdict "an order signed with a revoked certificate is refused: 9701" $?
revoke sender-cipher
osci store
grep -q '^not ok - getMessageId, code 9502' "$DIR/log/osci.out"
verdict "an order whose answer would be encrypted for a revoked certificate is refused: 9502" $?
stop_all
exit $rc
