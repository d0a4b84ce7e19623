#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# One mailbox behind both protocols: applications that citizens sent are stored by OSCI and fetched by XTA, opened where the
# key is here and as they came where it is not; and what a procedure sends to a recipient of the directory leaves by OSCI.
# The steps are in x120-xta-bridge.py.
BASE_PORT=${BASE_PORT:-19590}
. "$(dirname "$0")/xta.bash"

[ -n "$PYTHON" ] || skip_all "python3-zeep is not installed"
scenario_sandbox
cat >>"$DIR/depesche.yaml" <<-YAML
	xta:
	  listen: 127.0.0.1:$XTA_PORT
	  tls: { key: keys/xta-tls.key.pem, certificate: keys/xta-tls.cert.pem }
	  client_ca: [pki/root.pem, pki/ca.pem]
	  accounts:
	    - name: sozialamt
	      certificates: [keys/xta-sozialamt.cert.pem]
	      identifiers:
	        - value: "amt:$TOWN"
	          osci_key: { key: keys/$TOWN-cipher.key.pem, certificate: keys/$TOWN-cipher.cert.pem }
	        - { value: "amt:$OTHER", osci_certificates: [keys/$OTHER-cipher.cert.pem] }
	    - { name: fremd, certificates: [keys/xta-fremd.cert.pem], identifiers: ["fremd:1"] }
YAML
check "--check-config takes the keys of a mailbox" "$BIN/depesched" --config "$DIR/depesche.yaml" --check-config
start_dvdv
start_server depesched "$FORM_PORT $OSCI_PORT $XTA_PORT" "$BIN/depesched" --config "$DIR/depesche.yaml" ||
	fail "the daemon does not start: $(tail -n 3 "$DIR/log/depesched.log")"
was_fetched() { [ -n "$(why "$1" fetched)" ]; }
opened=$(send)
closed=$(AGS=$OTHER send 1 --ags "$OTHER")
check "both applications lie in the mailboxes" eval "comes_to $opened done && comes_to $closed done"
xta_run x120-xta-bridge.py fetch "$opened" "$TOWN" opened
xta_run x120-xta-bridge.py fetch "$closed" "$OTHER" as-it-came
xta_run x120-xta-bridge.py isolation "$opened"
for id in "$opened" "$closed"; do
	osci_id=$(ctl --json queue show "$id" | jq -r .osci_id)
	xta_id=$(cat "$DIR/xta-id.$id")
	check "the sender sees that it was fetched" wait_until was_fetched "$id"
	check "the trace of the XTA id is that of the mail" eval \
		"ctl --json trace \"$xta_id\" | jq -r .event | tr '\n' ' ' | grep -q 'accepted .*fetched'"
	check "the process card in the report names the OSCI id" grep -q "$(printf %s "$osci_id" | base64 -w0)" "$DIR/card.$id"
done
# And the other way: what a procedure sends to a reader of the directory leaves by OSCI, here for a mailbox that is ours again.
xta_run x120-xta-bridge.py leave "$TOWN"
left=$(cat "$DIR/left-id")
check "the trace of the XTA id is that of the delivery" eval "ctl --json trace \"$left\" | jq -r .event | grep -qx stored"
xta_run x120-xta-bridge.py arrive "$TOWN"
check "the process card says so" wait_until was_fetched "$left"
xta_run x120-xta-bridge.py left-report
