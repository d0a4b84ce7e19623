#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The directory is away, its entry was cached before: deliveries go on with the entry, which is marked as stale.
BASE_PORT=20300
. "$(dirname "$0")/lib.bash"
scenario_sandbox
start_all
start_towns

first=$(send 1)
check "an application is delivered with a fresh entry" comes_to "$first" done
stop_pid "$pid_dvdv"
check "the directory is away" port_free "$DVDV_PORT"
sleep 1.2	# fresh_for
second=$(send 1)
check "an application is delivered while the directory is away" comes_to "$second" done
check "the log says that a stale entry was used" grep -q directory.stale-used "$DIR/log/depesched.log"
stale_in_trace() { ctl trace "$second" | grep -q '(stale)'; }
check "the trace says that the entry was stale" stale_in_trace
check "both arrive once, as they were sent" all_arrived_once 2
