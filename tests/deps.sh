#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Installs the Debian packages of one or more lists (one per line, # comments) that are missing. Silent when there are none.
# A second word on the line is a command: where it exists, from whatever source, the package is not needed.
# Without root it prints the one command that does it, and fails.
set -u
[ $# -gt 0 ] || { echo "usage: $0 LIST..." >&2; exit 2; }
missing=
while read -r package command; do
	[ -z "$command" ] || ! command -v "$command" >/dev/null || continue
	case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$@")
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "Packages are missing. Install them with:" >&2
	echo "  sudo apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null; }
echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the list is split on purpose
if ! { apt update && apt install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -30 "$log" >&2
	exit 1
fi
