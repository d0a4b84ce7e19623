#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# An intermediary whose address is https: it is trusted by its issuer, and only with the TLS that our policy allows.
BASE_PORT=21900
. "$(dirname "$0")/lib.bash"
command -v openssl >/dev/null || skip_all "openssl is not installed"
scenario_sandbox 's/^form:/  tls: { key: keys\/dvdv-tls.key.pem, certificate: keys\/dvdv-tls.cert.pem }\nform:/'
entry --to "https://127.0.0.1:$OSCI_PORT/osci"
start_all

id=$(send 1)
check "an application is delivered over https" comes_to "$id" done

shown() { openssl s_client -connect "127.0.0.1:$OSCI_PORT" -showcerts </dev/null 2>/dev/null | grep -c 'BEGIN CERTIFICATE'; }
check "the server sends its certificate once, and its issuer's" is "$(shown)" 2

spawn weak openssl s_server -accept "$FAULT_PORT" -key "$DIR/keys/dvdv-tls.key.pem" -cert "$DIR/keys/dvdv-tls.cert.pem" \
	-cert_chain "$DIR/pki/ca.pem" -tls1_2 -cipher ECDHE-RSA-AES128-SHA256 -quiet
wait_until open_or_gone "$FAULT_PORT" "$!"
entry --to "https://127.0.0.1:$FAULT_PORT/osci"
sleep 1.2	# fresh_for
id=$(send 1)
check "a server that offers no cipher of ours gets nothing" fails_for "$id" NET-TLS
