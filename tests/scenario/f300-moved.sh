#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The directory entry moves from intermediary A to B while a delivery to A is not begun, refused, or open with its answer
# lost: nothing is doubled, nothing is stranded, and who asks why is told of both. A new path alone loses no id.
BASE_PORT=23300
. "$(dirname "$0")/lib.bash"
B_PORT=$((BASE_PORT + 10))
A_URL=http://127.0.0.1:$FAULT_PORT/osci B_URL=http://127.0.0.1:$B_PORT/osci
scenario_sandbox 's/retry_first: .*/retry_first: 1s/' 's/^delivery:/delivery:\n  probe_most: 1s/'

# B is a daemon of its own that is nothing but an intermediary with the same keys.
{
	printf 'data_dir: spool-b\nmaster_key_file: b.key\ncontrol_socket: b.sock\n'
	awk '/^[a-z]/ { keep = /^(trust|intermediary):/ } keep' "$DIR/depesche.yaml" | sed "s/:$OSCI_PORT/:$B_PORT/"
} >"$DIR/b.yaml"
cp -p "$DIR/master.key" "$DIR/b.key" 2>/dev/null
mails_at_b() { "$BIN/depesche" --socket "$DIR/b.sock" --json status | jq -r 'select(.name == "mail") | .value'; }
mails() { echo "$(status_of mail) $(mails_at_b)"; }	# at A, at B
both_named() { # id: does why name A and B?
	local text
	text=$(ctl --json why "$1")
	grep -qF "127.0.0.1:$FAULT_PORT" <<<"$text" && grep -qF "127.0.0.1:$B_PORT" <<<"$text" || { echo "$text"; return 1; }
}
# Connections that stand already have the mode of their time.
fault_anew() { stop_pid "$pid_fault"; start_fault "$1"; }
to_a() { entry --to "$A_URL"; sleep 1.2; }	# fresh_for
to_b() { entry --to "$B_URL"; sleep 1.2; }

entry --to "$A_URL"
start_fault down
start_all
start_server b "$B_PORT" "$BIN/depesched" --config "$DIR/b.yaml" || fail "B does not start: $(tail -n 3 "$DIR/log/b.log")"

id=$(send 1)
check "nothing was begun at A, which is down" fails_for "$id" NET-UNREACHABLE
to_b
check "it goes to B" comes_to "$id" done
check "and lies there alone" is "$(mails)" "0 1"

to_a
fault "busy-second 1000"
id=$(send 1)
has_id() { [ -n "$(ctl --json queue show "$id" | jq -r '.osci_id // empty')" ]; }
check "A gives an id and refuses the delivery with 503" wait_until has_id
check "the delivery waits" fails_for "$id" NET-UNREACHABLE
to_b
check "it goes to B under an id of B" comes_to "$id" done
check "and lies there alone" is "$(mails)" "0 2"
check "why names both" both_named "$id"

to_a
fault "lose-second 1"
id=$(send 1)
check "A stores the delivery, its answer is lost" fails_for "$id" NET-ANSWER-LOST
fault down
check "A has it" is "$(mails)" "1 2"
to_b
check "as long as A cannot be asked it goes nowhere else" fails_for "$id" OSCI-MOVED
check "why names both" both_named "$id"
fault pass
check "A says that it has it" comes_to "$id" done
check "it lies at A alone" is "$(mails)" "1 2"
check "why names both" both_named "$id"

to_a
fault_anew "busy-second 1000"
id=$(send 1)
check "A gives an id and refuses the delivery" wait_until has_id
check "the delivery waits" fails_for "$id" NET-UNREACHABLE
osci_id() { ctl --json queue show "$id" | jq -r .osci_id; }
first=$(osci_id)
entry --to "http://127.0.0.1:$FAULT_PORT/osci?way=new"
sleep 1.2
fault_anew pass
check "under its new path it takes the delivery" comes_to "$id" done
check "under the id that it gave" is "$(osci_id)" "$first"
check "once" is "$(mails)" "2 2"
