#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Installs the Debian packages in a clean root, uses them, upgrades and removes them. As root; needs the package registry.
# Run by "make check-deb", from the top of the tree; build/deb has the packages.
set -u
ROOT=$(mktemp -d "${TMPDIR:-/tmp}/depesche-root.XXXXXX")
chmod 755 "$ROOT"
daemon=
finish() {
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null
	umount "$ROOT/proc" 2>/dev/null
	rm -rf --one-file-system "$ROOT"
}
trap finish EXIT
trap 'exit 1' INT TERM
ok() { printf 'ok - %s\n' "$*"; }
check() { # what is true, command...
	local what=$1
	shift
	if "$@" >"$ROOT/out" 2>&1; then ok "$what"; else printf 'not ok - %s\n' "$what"; tail -n 8 "$ROOT/out" | sed 's/^/# /'; fi
}
inside() { chroot "$ROOT" "$@"; }
apt() { inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@"; }
[ "$(id -u)" -eq 0 ] || { echo "skip - a clean root can be made by root alone"; exit 0; }
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^#' | grep -m 1 -oE 'https?://[^ ]+')
debootstrap --variant=minbase --include=ca-certificates bookworm "$ROOT" "$mirror" >"$ROOT.log" 2>&1 ||
	{ tail -n 5 "$ROOT.log"; echo "not ok - a clean root"; exit 1; }
rm -f "$ROOT.log"
rm -f "$ROOT/etc/apt/sources.list"
cp -r /etc/apt/. "$ROOT/etc/apt/"
cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
cp build/deb/depesche_*.deb "$ROOT/root/depesche.deb"
cp build/deb/depesche-sim_*.deb "$ROOT/root/depesche-sim.deb"
mount -t proc proc "$ROOT/proc" || { echo "skip - /proc cannot be mounted in the clean root"; exit 0; }
printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d" && chmod +x "$ROOT/usr/sbin/policy-rc.d"	# nothing is started
apt update
install_it() { apt install -y --no-install-recommends systemd-standalone-sysusers systemd-standalone-tmpfiles /root/depesche.deb /root/depesche-sim.deb; }
check "both packages install in a clean Debian 12" install_it
check "the daemon has a user of its own" inside id depesche
check "its configuration folder is closed to others" [ "$(stat -c '%a %U' "$ROOT/etc/depesche" 2>/dev/null)" = "750 root" ]
check "the programs find their libraries" inside sh -c 'depesched --version && depesche --version && depesche-sim --help'
check "the manual pages are there" [ -f "$ROOT/usr/share/man/man5/depesche.conf.5.gz" ]
check "the parts are listed" inside sh -c 'zcat /usr/share/doc/depesche/sbom.spdx.json.gz | grep -q liblmdb0'
check "completion offers commands" inside bash -c '. /usr/share/bash-completion/completions/depesche
	COMP_WORDS=(depesche queue re) COMP_CWORD=2; _depesche; [ "${COMPREPLY[*]}" = "retry release resend" ]'
check "a sandbox is made with what is installed" inside runuser -u depesche -- depesche-sim sandbox --dir /var/tmp/sandbox \
	--forms /usr/share/depesche/forms --ags 05334002 --osci-port 23801 --form-port 23802 --dvdv-port 23803
check "its configuration is good" inside runuser -u depesche -- depesched --config /var/tmp/sandbox/depesche.yaml --check-config
answers() { curl -sf -o /dev/null http://127.0.0.1:23802/; }
start() {
	chroot --userspec=depesche:depesche "$ROOT" depesched --config /var/tmp/sandbox/depesche.yaml >>"$ROOT/daemon.log" 2>&1 &
	daemon=$!
	for _ in $(seq 100); do answers && return 0; sleep 0.1; done
	tail -n 5 "$ROOT/daemon.log"
	return 1
}
stop() {
	kill "$daemon" && wait "$daemon"
	local rc=$?
	daemon=
	return $rc
}
send() {
	inside runuser -u depesche -- depesche-sim load --dir /var/tmp/sandbox --forms /usr/share/depesche/forms --ags 05334002 \
		--to http://127.0.0.1:23802 --count 3
}
waiting() { inside depesche --socket /var/tmp/sandbox/control.sock --json queue list --count; }
three() { waiting && [ "$(waiting)" = '{"count":3}' ]; }
check "the daemon starts and serves the form" start
check "applications are taken" send
check "three wait" three
check "it stops" stop
check "the packages install over themselves, the spool full" apt install -y --reinstall /root/depesche.deb
check "the daemon starts on the spool that is there" start
check "three wait still" three
check "it stops again" stop
check "the packages go" apt purge -y depesche depesche-sim
check "the data stays" [ -d "$ROOT/var/tmp/sandbox/spool" ]
