#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Revocation lists are fetched from where they are published: without one applications wait and say so; when it is there they go;
# a certificate that a new list revokes is not encrypted for any more; a list that is spoilt changes nothing.
BASE_PORT=21700
. "$(dirname "$0")/lib.bash"
command -v openssl >/dev/null || skip_all "openssl is not installed"
port=$((BASE_PORT + 4))
scenario_sandbox "s|crls: .*|crl_urls: [http://127.0.0.1:$port/ca.crl, http://127.0.0.1:$port/root.crl]\n  crl_points_below: [http://127.0.0.1:$port/]\n  crl_refresh: 1s|"
mkdir "$DIR/published"
start_all
start_towns

id=$(send 1)
check "without a list nobody is trusted, and it says so" fails_for "$id" CERT-NO-STATUS
trouble() { grep -q "127.0.0.1:$port" <<<"$(status_of crl_trouble)"; }
check "status names the address" wait_until trouble

cp "$DIR/pki/crl/ca.crl" "$DIR/pki/crl/root.crl" "$DIR/published/"
start_server publisher "$port" python3 -m http.server --bind 127.0.0.1 --directory "$DIR/published" "$port" ||
	fail "the publisher does not start"
fetched() { [ "$(status_of crl_addresses_failing)" = 0 ]; }
WAIT_S=90 check "the list is fetched within the minute after which it is asked for again" wait_until fetched
retry "$id"
check "then the application goes" comes_to "$id" done

# the town's certificate on a new list
cat >"$DIR/ca.cnf" <<-CNF
	[ca]
	default_ca = here
	[here]
	database = $DIR/index.txt
	default_md = sha256
	default_crl_days = 3
	crl_extensions = ext
	[ext]
	authorityKeyIdentifier = keyid
CNF
serial=$(openssl x509 -in "$DIR/keys/$TOWN-cipher.cert.pem" -noout -serial | cut -d= -f2)
printf 'R\t%s\t%s\t%s\tunknown\t/CN=x\n' "$(date -u -d '+9 days' +%y%m%d%H%M%SZ)" "$(date -u -d '-1 minute' +%y%m%d%H%M%SZ)" "$serial" >"$DIR/index.txt"
touch "$DIR/index.txt.attr"
openssl ca -gencrl -config "$DIR/ca.cnf" -keyfile "$DIR/pki/ca.key.pem" -cert "$DIR/pki/ca.pem" -out "$DIR/new.crl" 2>"$DIR/log/ca.log" ||
	fail "no new list: $(cat "$DIR/log/ca.log")"
mv "$DIR/new.crl" "$DIR/published/ca.crl"
three_lists() { [ "$(grep -c crl.fetched "$DIR/log/depesched.log")" -ge 3 ]; }
check "the new list is fetched" wait_until three_lists
id=$(send 1)
check "what it revokes is not encrypted for" fails_for "$id" CERT-REVOKED

echo spoilt >"$DIR/published/ca.crl"
failing() { [ "$(status_of crl_addresses_failing)" = 1 ]; }
check "a spoilt list is told" wait_until failing
id=$(send 1)
check "and the last good one counts" fails_for "$id" CERT-REVOKED
stop_pid "$pid_depesched"
start_daemon
id=$(send 1)
check "also after a start" fails_for "$id" CERT-REVOKED
stop_all
