#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# A person with a browser: the whole way through the form in headless Chromium, with JavaScript and without, and the
# accessibility checker on every page. FORM_URL: a form service that runs already; else one is started here.
set -u
cd "$(dirname "$0")/../.." || exit 2
for program in chromium chromedriver pdftotext; do
	command -v $program >/dev/null || { echo "skip - the form in a browser: $program is missing (make deps)"; exit 0; }
done
/usr/bin/python3 -c 'import selenium' 2>/dev/null ||
	{ echo "skip - the form in a browser: python3-selenium is missing (make deps)"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
AXE=$(tests/axe.sh 2>/dev/null) || AXE=
export AXE
if [ -n "${FORM_URL:-}" ]; then
	/usr/bin/python3 tests/scenario/b100-form-browser.py "$dir"
	exit
fi
mkfifo "$dir/stop"
"${BUILD:-build/plain}/form-server" "$dir" <"$dir/stop" >"$dir/url" 2>"$dir/log" &
server=$!
exec 9>"$dir/stop"	# the server ends when this is closed, whatever becomes of this script
for _ in $(seq 100); do
	FORM_URL=$(head -1 "$dir/url")
	[ -n "$FORM_URL" ] && break
	sleep 0.1
done
[ -n "$FORM_URL" ] || { echo "not ok - the form service starts"; cat "$dir/log"; exit 1; }
export FORM_URL
FORM_OWN=1 /usr/bin/python3 tests/scenario/b100-form-browser.py "$dir" 9>&-
rc=$?
exec 9>&-
wait $server || { echo "not ok - the form service ends cleanly"; cat "$dir/log"; rc=1; }
exit $rc
