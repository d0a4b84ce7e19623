#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The configuration printed in docs/interop.md is at most 40 lines, names only keys that exist, passes the check as it
# stands beside keys of those names, and runs an intermediary.
cd "$(dirname "$0")/../.." || exit 2
BIN=${BUILD:-build/plain}
DIR=$(mktemp -d "${TMPDIR:-/tmp}/depesche-interop.XXXXXX")
BASE_PORT=${BASE_PORT:-19490}
. tests/sim/surroundings.sh
trap 'stop_all; rm -rf "$DIR"' EXIT
trap 'exit 1' INT TERM
rc=0
verdict() {
	if [ "$2" -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; rc=1; fi
}
make_sandbox --ags 05111000 >/dev/null 2>"$DIR/sandbox.log"
mkdir -p "$DIR/interop/keys"
for pair in pki/root.pem=root.cert.pem pki/ca.pem=ca.cert.pem pki/crl/ca.crl=ca.crl keys/p12.password=password \
	keys/intermediary-cipher.p12=intermed-cipher.p12 keys/intermediary-sign.p12=intermed-sign.p12; do
	cp -p "$DIR/${pair%=*}" "$DIR/interop/keys/${pair#*=}"
done
"$BIN/depesched" --make-master-key "$DIR/interop/master.key" || fail "no master key"
yaml=$DIR/interop/interop.yaml
sed -n '/^```yaml$/,/^```$/p' docs/interop.md | sed '1d;$d' >"$yaml"
lines=$(wc -l <"$yaml")
[ "$lines" -gt 10 ] && [ "$lines" -le 40 ]
verdict "the intermediary alone takes $lines lines of configuration" $?
out=$("$BIN/depesched" --config "$yaml" --check-config 2>&1)
verdict "docs/interop.md passes --check-config as written" $?
refused() { # what, the words that have to be in the answer
	out=$("$BIN/depesched" --config "$yaml" --check-config 2>&1)
	[ $? -eq 3 ] && grep -q "$2" <<<"$out"
	verdict "$1" $?
}
chmod 644 "$DIR/interop/keys/intermed-sign.p12"
refused "a key that others can read is named" 'interop.yaml:18: intermediary.signature_key.pkcs12: .*chmod 600'
chmod 600 "$DIR/interop/keys/intermed-sign.p12"
mv "$DIR/interop/keys/password" "$DIR/interop/keys/right"
(umask 077 && echo wrong >"$DIR/interop/keys/password")
refused "a key that its password does not open is named with its line" \
	'interop.yaml:17: intermediary.cipher_key: .*intermed-cipher.p12'
mv "$DIR/interop/keys/right" "$DIR/interop/keys/password"
sed -i "s|^data_dir:.*|data_dir: mailboxes|; s|^control_socket:.*|control_socket: ../control.sock|
	s|127.0.0.1:8080|127.0.0.1:$OSCI_PORT|" "$yaml"
start_server intermediary "$OSCI_PORT" "$BIN/depesched" --config "$yaml"
verdict "it starts" $?
"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$OSCI_PORT/osci" --ags 05111000 >"$DIR/log/osci.out" 2>&1
verdict "a delivery goes through it" $?
grep -q '^not ok' "$DIR/log/osci.out" && cat "$DIR/log/osci.out"
[ $rc -eq 0 ] || { echo "$out"; tail -n 5 "$DIR/log/intermediary.log"; }
stop_all
exit $rc
