#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Runs test programs one after the other and ends with one line: N passed, N failed[, N skipped].
# A cmocka program reports each test itself; any other program prints lines "ok - ...", "not ok - ...", "skip - ...".
# A program that dies, hangs (TEST_TIMEOUT seconds each) or reports nothing counts as one failure.
set -u
export CMOCKA_MESSAGE_OUTPUT=stdout
passed=0 failed=0 skipped=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for t in "$@"; do
	timeout -k 10 "${TEST_TIMEOUT:-300}" "$t" >"$out" 2>&1 </dev/null
	rc=$?
	p=$(grep -cE '^(\[       OK \]|ok - )' "$out")
	# cmocka names a failed or skipped test twice: where it happens and in its summary.
	f=$(grep -E '^(\[  FAILED  \] [A-Za-z0-9_]+$|not ok - )' "$out" | sort -u | wc -l)
	s=$(grep -E '^(\[  SKIPPED \] [A-Za-z0-9_]+$|skip - )' "$out" | sort -u | wc -l)
	if [ "$f" -eq 0 ] && { [ $rc -ne 0 ] || [ $((p + s)) -eq 0 ]; }; then
		f=1
		echo "$t: exit status $rc"
	fi
	if [ "$f" -gt 0 ]; then
		echo "---- $t"
		grep -vE '^\[ (RUN  |     OK) ' "$out" | tail -n "${TEST_LINES:-60}"
	else
		grep -E '^skip - ' "$out"
		printf '  ok   %-52s %d passed%s\n' "${t#build/}" "$p" "$([ "$s" -gt 0 ] && echo ", $s skipped")"
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
if [ -n "${TEST_TALLY:-}" ]; then echo "$passed $failed $skipped" >>"$TEST_TALLY"; fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
