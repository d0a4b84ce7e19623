#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Who else calls an XTA server: the recorded requests of four real stacks, accounts that ask for what is not theirs, callers
# without a certificate, and requests that nobody writes by mistake; the next good call is served each time. And a kill -9
# between send, get and close. The steps are in x110-xta-others.py.
BASE_PORT=${BASE_PORT:-19570}
. "$(dirname "$0")/xta.bash"

xta_sandbox "account_requests: 4" "max_message_size: 1 MiB"
start_xta
xta_run x110-xta-others.py recorded ../shared/vectors/xta
xta_run x110-xta-others.py isolation
xta_run x110-xta-others.py hostile
peak=$(awk '/VmHWM/ { print $2 }' "/proc/$pid_xta/status")
check "the daemon never needed more than 64 MiB: $peak KiB" test "$peak" -lt 65536
# A certificate that is revoked while the daemon runs.
xta_run x110-xta-others.py admitted xta-fremd
cat >"$DIR/ca.conf" <<-CONF
	[ca]
	default_ca = d
	[d]
	database = $DIR/ca.index
	default_md = sha256
	default_crl_days = 2
CONF
: >"$DIR/ca.index"
for what in "-revoke $DIR/keys/xta-fremd.cert.pem" "-gencrl -out $DIR/ca.new.crl"; do
	# shellcheck disable=SC2086
	openssl ca -config "$DIR/ca.conf" -keyfile "$DIR/pki/ca.key.pem" -cert "$DIR/pki/ca.pem" $what 2>"$DIR/log/ca.log" ||
		not_ok "the revocation list cannot be made: $(cat "$DIR/log/ca.log")"
done
cp "$DIR/ca.new.crl" "$DIR/ca.copy.crl"
mv "$DIR/ca.copy.crl" "$DIR/pki/crl/ca.crl"
kill -HUP "$pid_xta"
check "the daemon reads the list again" wait_until grep -q xta.crls-reloaded "$DIR/log/xta.log"
xta_run x110-xta-others.py kept-out xta-fremd
xta_run x110-xta-others.py admitted xta-portal
echo nonsense >"$DIR/pki/crl/ca.crl"
kill -HUP "$pid_xta"
check "a list that cannot be read leaves the one before in use" wait_until grep -q xta.crls-kept "$DIR/log/xta.log"
xta_run x110-xta-others.py kept-out xta-fremd
xta_run x110-xta-others.py admitted xta-portal
mv "$DIR/ca.new.crl" "$DIR/pki/crl/ca.crl"
for step in sent fetched closed; do
	xta_run x110-xta-others.py kill-after "$step"
	stop_pid "$pid_xta" -KILL
	start_xta
	xta_run x110-xta-others.py after-kill "$step"
done
