#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Runs fuzz targets one after the other, TIME seconds each, and stops at the first finding. What the fuzzer learns stays
# in build/fuzz/corpus; tests/fuzz/corpus holds the seeds. A finding is a file build/fuzz/<target>-...: replay it with
# build/plain/fuzz/<target> FILE, mend the fault, and keep the file in the corpus.
set -u
time=${TIME:-60}
for t in "$@"; do
	name=${t##*/}
	corpus=tests/fuzz/corpus/${name#fuzz_}
	grown=build/fuzz/corpus/${name#fuzz_}
	log=build/fuzz/$name.log
	mkdir -p "$grown"
	[ -d "$corpus" ] || { echo "$name: no corpus in $corpus"; exit 1; }
	"$t" -max_total_time="$time" -timeout=10 -rss_limit_mb=1500 -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" \
	    -max_len="${MAX_LEN:-8192}" "$grown" "$corpus" >"$log" 2>&1 </dev/null
	rc=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	rss=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
	cov=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
	if [ $rc -ne 0 ]; then
		tail -60 "$log"
		echo "$name: FINDING (exit status $rc, log $log)"
		exit 1
	fi
	printf '%-24s %10s runs in %s s, %5s edges, %4s MB, no finding\n' "$name" "${runs:-0}" "$time" "${cov:-?}" "${rss:-?}"
done
