#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The directory names a certificate that must not be used: each kind has its reason, and nothing is encrypted for it.
BASE_PORT=20500
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_all
start_towns

# kind reason of the certificate
try() {
	local id
	entry --cert "keys/bad-$1.cert.pem"
	sleep 1.1	# fresh_for
	id=$(send 1)
	check "$1: $2" fails_for "$id" "$2"
	check "$1: the recipient has to act" why_is "$id" owner recipient
	ids+=("$id")
}
ids=()
try expired CERT-EXPIRED
try revoked CERT-REVOKED
try weak CERT-WEAK
try foreign CERT-UNTRUSTED
check "nothing has reached a mailbox" is "$(status_of mail)" 0

entry
sleep 1.1
for id in "${ids[@]}"; do retry "$id"; done
for id in "${ids[@]}"; do check "with the good entry again, retry delivers" comes_to "$id" done; done
check "all arrive once, as they were sent" all_arrived_once 4
