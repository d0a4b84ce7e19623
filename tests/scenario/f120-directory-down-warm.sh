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
trouble() { # with the questions of the follow-up, more than one old entry may have served
	is "$(status_of directory_trouble)" DIR-UNREACHABLE && [ -n "$(status_of directory_trouble_since)" ] &&
		[ "$(status_of directory_old_entries_used)" -ge 1 ]
}
check "status says why, since when, and that old entries serve" trouble
check "both arrive once, as they were sent" all_arrived_once 2

# The same when it is we who are refused: seen in the status only, because deliveries go on.
start_dvdv
echo 401 >"$DIR/dvdv/fault"
sleep 5.2	# a server that did not answer is left alone for 5 s
third=$(send 1)
check "an application is delivered while our access is refused" comes_to "$third" done
check "status says that it is our access" is "$(status_of directory_trouble)" DIR-DENIED
rm "$DIR/dvdv/fault"
sleep 1.2
fourth=$(send 1)
check "an application is delivered when it is granted again" comes_to "$fourth" done
check "and status has nothing to say any more" is "$(status_of directory_trouble)" ""
