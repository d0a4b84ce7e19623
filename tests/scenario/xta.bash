# SPDX-License-Identifier: EUPL-1.2
# Sourced by the XTA scenarios: an XTA server alone, with procedures of the sandbox's PKI as its accounts.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
XTA_PORT=$((BASE_PORT + 4))
PYTHON=
for p in /usr/bin/python3 python3; do "$p" -c 'import zeep' 2>/dev/null && PYTHON=$p && break; done

xta_sandbox() { # further keys of the section, one an argument
	[ -n "$PYTHON" ] || skip_all "python3-zeep is not installed"
	scenario_sandbox
	cat >"$DIR/xta.yaml" <<-YAML
		data_dir: xta-spool
		master_key_file: master.key
		control_socket: control.sock
		trust: { anchors: [pki/root.pem], intermediates: [pki/ca.pem], crls: [pki/crl] }
		xta:
		  listen: 127.0.0.1:$XTA_PORT
		  tls: { key: keys/xta-tls.key.pem, certificate: keys/xta-tls.cert.pem }
		  client_ca: [pki/root.pem, pki/ca.pem]
		  client_crls: [pki/crl/root.crl, pki/crl/ca.crl]
		$(printf '  %s\n' "$@")
		  accounts:
		    - name: sozialamt
		      certificates: [keys/xta-sozialamt.cert.pem, keys/xta-sozialamt-neu.cert.pem]
		      identifiers: ["ags:05334002", { value: "ags:05334003", category: Zweigstelle }, "ags:02020202", DE.ABC.9999.888]
		    - name: portal
		      certificates: [keys/xta-portal.cert.pem]
		      identifiers: ["portal:1", "ags:01010101", "ags:1", { value: abc000-1111-2222-3333-44444444, type: XTA_ID }]
		      test: true
		    - { name: fremd, certificates: [keys/xta-fremd.cert.pem], identifiers: ["fremd:1"], receive: false }
		    - { name: gesperrt, certificates: [keys/curve-sign.cert.pem], identifiers: ["gesperrt:1"], locked: true }
		    - { name: bald, certificates: [keys/ending-sign.cert.pem], identifiers: ["bald:1"], send: false, test: true }
	YAML
}
start_xta() {
	start_server xta "$XTA_PORT" "$BIN/depesched" --config "$DIR/xta.yaml" ||
		fail "the XTA server does not start: $(tail -n 3 "$DIR/log/xta.log")"
}
xta_run() { # script arguments...: its lines are ours
	local script=tests/scenario/$1
	shift
	DIR="$DIR" XTA_URL="https://127.0.0.1:$XTA_PORT" PYTHONDONTWRITEBYTECODE=1 "$PYTHON" "$script" "$@" 2>"$DIR/log/python.err" ||
		{ not_ok "$script $*: $(tail -n 3 "$DIR/log/python.err")"; return 1; }
}
