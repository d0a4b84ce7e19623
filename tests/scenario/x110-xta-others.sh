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
for step in sent fetched closed; do
	xta_run x110-xta-others.py kill-after "$step"
	stop_pid "$pid_xta" -KILL
	start_xta
	xta_run x110-xta-others.py after-kill "$step"
done
