#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# make demo passes and leaves nothing running.
cd "$(dirname "$0")/../.." || exit 2
out=$(BASE_PORT=19380 tests/sim/demo.sh 2>&1)
rc=$?
[ $rc -eq 0 ] || printf '%s\n' "$out"
if [ $rc -eq 0 ]; then echo "ok - the demo delivers one application byte for byte"; else echo "not ok - the demo failed"; fi
if (exec 3<>/dev/tcp/127.0.0.1/19381) 2>/dev/null; then echo "not ok - something is left running"; else echo "ok - nothing is left running"; fi
