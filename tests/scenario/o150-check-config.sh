#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# --check-config finds what would only show at a start or at a delivery: keys at their end, two forms with one path, a
# byte order mark; and each form may have recipients and services of its own.
BASE_PORT=${BASE_PORT:-22700}
. "$(dirname "$0")/lib.bash"
scenario_sandbox

# says STATUS PATTERN [sed expression]...: what --check-config says of the sandbox changed so.
says() {
	local want=$1 pattern=$2 x args=() said status
	shift 2
	for x in "$@"; do args+=(-e "$x"); done
	sed "${args[@]}" "$DIR/depesche.yaml" >"$DIR/tried.yaml"
	said=$("$BIN/depesched" --config "$DIR/tried.yaml" --check-config 2>&1)
	status=$?
	[ "$status" = "$want" ] && grep -Eq -- "$pattern" <<<"$said" || { echo "$status: $said"; return 1; }
}
check "a sandbox is good" says 0 '^[^ ]*tried.yaml: ok$' 's|^||'
line=$(grep -n ' author_key:' "$DIR/depesche.yaml" | cut -d : -f 1)
check "an expired key is a problem, with file and line" \
	says 3 "tried.yaml:$line: delivery.author_key: the certificate in .*expired-sign.cert.pem has expired at 20" 's|keys/author-sign\.|keys/expired-sign.|g'
check "one that is not valid yet, too" says 3 'delivery.author_key: .*early-sign.cert.pem is valid from 20[^ ]* only' 's|keys/author-sign\.|keys/early-sign.|g'
check "one that ends soon is a warning" says 0 'warning: .*tried.yaml:[0-9]*: delivery.author_key: .* in 1 days' 's|keys/author-sign\.|keys/ending-sign.|g'
check "and the last line says that there is one" says 0 'tried.yaml: ok, 1 warning$' 's|keys/author-sign\.|keys/ending-sign.|g'
check "an expired key that another one stands in for is a warning" \
	says 0 'warning: .*intermediary.cipher_key: .*bad-expired.cert.pem has expired' \
	's|^  cipher_key: { key: keys/intermediary-cipher.key.pem.*|  cipher_key: { key: keys/bad-expired.key.pem, certificate: keys/bad-expired.cert.pem }\n  next_cipher_key: { key: keys/intermediary-cipher.key.pem, certificate: keys/intermediary-cipher.cert.pem }|'
check "a key on a curve may ask the directory" says 0 'tried.yaml: ok$' 's|keys/dvdv-client\.|keys/curve-sign.|g'

form=$(sed -n 's/^  definitions: \["\(.*\)"\]/\1/p' "$DIR/depesche.yaml")
cp "$form" "$DIR/same.json"
check "two forms with one path are found, with both files" \
	says 3 'tried.yaml:[0-9]*: form.definitions\[2\]: .*same.json: path "hilfe-zum-lebensunterhalt" is that of .*hilfe-zum-lebensunterhalt.json' \
	"s|^  definitions: .*|  definitions: [\"$form\", same.json]|"
printf '\xef\xbb\xbf' | cat - "$form" >"$DIR/marked.json"
check "a definition with a byte order mark is read" says 0 'ok$' 's|^  definitions: .*|  definitions: [marked.json]|'
iconv -f UTF-8 -t UTF-16 "$form" >"$DIR/wide.json"
check "one in UTF-16 is named as such" says 3 'wide.json: UTF-16, expected UTF-8' 's|^  definitions: .*|  definitions: [wide.json]|'

# At work: only this form's own services have entries, and the key that asks the directory is on a curve and ends soon.
cp "$DIR/keys/ending-sign.key.pem" "$DIR/keys/dvdv-client.key.pem"
cp "$DIR/keys/ending-sign.cert.pem" "$DIR/keys/dvdv-client.cert.pem"
uri=$(sed -n 's/.* services: \["\(.*\)"\]/\1/p' "$DIR/depesche.yaml")
sed -i -e "s|^  definitions: .*|  definitions: [{ file: \"$form\", services: [\"$uri\"] }]|" \
	-e 's|^  services: .*|  services: ["urn:nobody"]|' "$DIR/depesche.yaml"
start_all
check "the start says which key ends soon" grep -q 'key.ends-soon key="directory.client_key" file=".*dvdv-client.cert.pem"' "$DIR/log/depesched.log"
check "and nothing of old algorithms, because none is open" is "$(grep -c policy.legacy-open "$DIR/log/depesched.log")" 0
check "status has the days that are left" is "$(status_of own_keys_days_left)" 1
check "and which key it is" grep -q '^the certificate in .*dvdv-client.cert.pem ends at' <<<"$(status_of own_key_directory.client_key)"
id=$(send 1)
check "the directory is asked for the services of the form, with a key on a curve" comes_to "$id" done
check "status has nothing to say of the directory" is "$(status_of directory_trouble) $(status_of directory_failures)" " 0"

stop_pid "$pid_depesched"
printf 'policy: { legacy_sha1: 2099-12-31, legacy_rsa15: 2098-06-30, legacy_cbc: 2020-01-01 }\n' >>"$DIR/depesche.yaml"
start_daemon
open=$(sed -n 's/.*policy.legacy-open key="\([^"]*\)" until="\([^"]*\)T.*/\1 \2/p' "$DIR/log/depesched.log" | sort | paste -sd ' ')
check "what is open for old partners is said once at the start, with its end" \
	is "$open" "policy.legacy_rsa15 2098-06-30 policy.legacy_sha1 2099-12-31"
