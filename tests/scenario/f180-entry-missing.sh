#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The directory has no entry for the recipient, or one that lacks something: the directory's maintainer has to act. What the
# directory has said is believed for an hour here, so each retry shows that it asks anew.
BASE_PORT=20800
. "$(dirname "$0")/lib.bash"
scenario_sandbox 's/negative_for: 1s/negative_for: 1h/'
start_all
file=$DIR/dvdv/ags_$TOWN.json
cp "$file" "$DIR/good.json"

rm "$file"
none=$(send 1)
check "no entry: DIR-NO-ENTRY" fails_for "$none" DIR-NO-ENTRY
check "no entry: the directory has to act" why_is "$none" owner directory
jq 'del(.serviceElements[] | select(.serviceElementType == "OSCI_INTERMEDIARY"))' "$DIR/good.json" >"$file"
incomplete=$(send 1)
check "what the directory has just said is believed" fails_for "$incomplete" DIR-NO-ENTRY
retry "$incomplete"
check "no intermediary in the entry: DIR-INCOMPLETE" fails_for "$incomplete" DIR-INCOMPLETE
jq '(.serviceElements[] | select(.serviceElementType == "OSCI_ADDRESSEE")).cipherCertificate = null' \
	"$DIR/good.json" >"$file"
blank=$(send 1)
check "it is believed again" fails_for "$blank" DIR-INCOMPLETE
retry "$blank"
check "no certificate in the entry: DIR-INCOMPLETE" fails_for "$blank" DIR-INCOMPLETE
jq '.validTo = "2020-01-01T00:00:00.000Z"' "$DIR/good.json" >"$file"
past=$(send 1)
check "it is believed again" fails_for "$past" DIR-INCOMPLETE
retry "$past"
check "entry that is over: DIR-EXPIRED" fails_for "$past" DIR-EXPIRED

other=$(send 1 --ags "$OTHER")
check "another municipality is not affected" comes_to "$other" done
cp "$DIR/good.json" "$file"
for id in "$none" "$incomplete" "$blank" "$past"; do
	retry "$id"
	check "with the complete entry, retry delivers" comes_to "$id" done
done
start_towns
check "all arrive once" wait_until arrived_is 4
other_arrived() { is "$(arrived "$OTHER")" 1; }
check "that of the other municipality too" wait_until other_arrived
