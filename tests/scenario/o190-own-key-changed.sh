#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# delivery.cipher_key is changed: intermediaries show process cards to the key that stored, so that what lies there already
# is asked for with the key of before (delivery.previous_cipher_key), and none of it becomes late.
BASE_PORT=${BASE_PORT:-22440}
. "$(dirname "$0")/lib.bash"
scenario_sandbox 's/follow_after: .*/follow_after: 300ms\n  collect_within: 8s/'
start_all

mapfile -t before < <(send 4)
for id in "${before[@]}"; do check "stored under the old key" comes_to "$id" done; done
stop_pid "$pid_depesched"
sed -i -e '/^delivery:/,/^[a-z]*:$/s|^  cipher_key: .*|  cipher_key: { key: keys/changed-cipher.key.pem, certificate: keys/changed-cipher.cert.pem }\n  previous_cipher_key: { key: keys/sender-cipher.key.pem, certificate: keys/sender-cipher.cert.pem }|' \
	"$DIR/depesche.yaml"
check "the new configuration is good" "$BIN/depesched" --config "$DIR/depesche.yaml" --check-config
start_daemon
after=$(send 1)
check "an application is stored under the new key" comes_to "$after" done
start_towns
is_fetched() { [ -n "$(why "$1" fetched)" ]; }
for id in "${before[@]}" "$after"; do check "the sender knows that $id was fetched" wait_until is_fetched "$id"; done
sleep 6	# beyond collect_within of all
check "none of them is late" is "$(ctl --json queue list --state uncollected | wc -l)" 0
check "nor was" is "$(grep -c delivery.uncollected "$DIR/log/depesched.log")" 0
check "each arrived once" all_arrived_once 5
