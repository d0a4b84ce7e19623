#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The disk fills while a person is typing: every page says so and takes nothing, what was saved before is still there, and
# with room again the same person goes on and sends. The disk is a tmpfs of 64 MB in a mount namespace of this scenario.
if [ -z "$IN_NAMESPACE" ]; then
	if unshare -m true 2>/dev/null; then IN_NAMESPACE=1 exec unshare -m "$0"; fi
	if unshare -rm true 2>/dev/null; then IN_NAMESPACE=1 exec unshare -rm "$0"; fi
	echo "skip - mount namespaces are not allowed here"
	exit 0
fi
BASE_PORT=20940
. "$(dirname "$0")/lib.bash"
scenario_sandbox '1i disk_reserve: 1 MiB'
mkdir -p "$DIR/spool" && mount -t tmpfs -o size=64m,mode=0700 tmpfs "$DIR/spool" || skip_all "tmpfs cannot be mounted here"
trap 'stop_all; umount "$DIR/spool"; rm -rf "$DIR"' EXIT

fill() { # leaves so many KiB
	local free
	free=$(df -k --output=avail "$DIR/spool" | tail -n 1)
	head -c $(((free - $1) * 1024)) /dev/zero >>"$DIR/spool/filler"
}
room() { rm -f "$DIR/spool/filler"; }
# page [curl options] path: status; the page into $DIR/page, its address into $DIR/at, its token into $csrf
page() {
	local path=${*: -1}
	status=$(curl -s -L -b "$DIR/jar" -c "$DIR/jar" -o "$DIR/page" -w '%{http_code} %{url_effective}' "${@:1:$#-1}" "$FORM_URL$path")
	at=${status#* $FORM_URL} status=${status%% *}
	csrf=$(sed -n 's/.*name="_csrf" value="\([^"]*\)".*/\1/p' "$DIR/page" | head -n 1)
}
fields() { local f; for f in "$@"; do printf -- '--form-string\n%s\n' "$f"; done; }
fill_in() { # path field=value...: as a browser sends the page
	local path=$1 args
	mapfile -t args < <(fields "_csrf=$csrf" "${@:2}")
	page "${args[@]}" "$path"
}
title_is() { grep -q "<h1[^>]*>$1" "$DIR/page" || { grep '<h1' "$DIR/page"; return 1; }; }
refused() { is "$status" 503 && title_is "Im Augenblick nicht möglich"; }
saved() { page "$1" && grep -q "value=\"$2\"" "$DIR/page"; } # path value
no_internals() { ! grep -qE "$DIR|ERR_|mdb|errno|\.c:" "$DIR/page"; }

start_all
start_towns
page -d "formular=hilfe-zum-lebensunterhalt&ags=$TOWN" /antrag
draft=${at%/seite/*}
person=(fuerWen=selbst vorname=Erika nachname=Mustermann geburtsdatum=9.3.1957 familienstand=verwitwet
	staatsangehoerigkeit=deutsch "strasse=Heidestraße 17" plz=51147 ort=Köln _aktion=weiter)
household=(personenAnzahl=1 wohnform=miete kaltmiete=412,50 _aktion=weiter)
income=(einkommensarten=rente einkommenSumme=1023,40 vermoegen=nein andereLeistungen=nein kontoinhaber=Erika iban=DE02120300000000202051
	_aktion=weiter)
declarations=(erklaerungRichtig=1 erklaerungMitwirkung=1 datenschutz=1 _aktion=weiter)
check "a person begins" title_is "Angaben zur Person"
fill_in "$at" "${person[@]}"
check "the first page is saved" title_is "Haushalt"

fill 0
fill_in "$at" "${household[@]}"
check "on a disk that is full to the last block, the second is refused" refused
check "the answer tells nothing of the inside" no_internals
check "what was saved before can be seen" saved "$draft/seite/1" Mustermann
check "the form's first page is shown" exits_with 0 curl -sf -o /dev/null "$FORM_URL/"
is_full() { [ "$(status_of disk_free)" -lt 1048576 ]; }
check "the status shows it" is_full
room
page "$draft/seite/2"
fill_in "$draft/seite/2" "${household[@]}"
fill_in "$at" "${household[@]}"	# the rent is asked for once it is known that there is one
check "with room again, the second page is saved" title_is "Einkommen"
fill_in "$at" "${income[@]}"
fill_in "$at" "${income[@]}"
check "and the third" title_is "Unterlagen"

printf '%%PDF-1.4\n' >"$DIR/scan.pdf"
head -c 6000000 /dev/urandom >>"$DIR/scan.pdf"
upload() { # file: as the button does
	page -F "_csrf=$csrf" -F "nachweise=@$1;type=application/pdf" -F "_aktion=hochladen:nachweise" "$draft/seite/4"
}
before=$(find "$DIR/spool/payload" -type f | wc -l)
fill 3000
upload "$DIR/scan.pdf"
check "an upload that the disk cannot hold is refused" refused
check "nothing of it is left" is "$(find "$DIR/spool/payload" -type f | wc -l)" "$before"
room
page "$draft/seite/4"
no_upload() { ! grep -q 'scan.pdf' "$DIR/page"; }
check "the draft does not know it" no_upload
upload "$DIR/scan.pdf"
check "with room again, it is taken" grep -q 'scan.pdf' "$DIR/page"
fill_in "$at" "${declarations[@]}"
check "the review is shown" title_is "Angaben prüfen"

fill 0
fill_in "$draft/senden"
check "on the full disk, sending is refused" refused
check "nothing is accepted" is "$(status_of applications)" 0
room
page "$draft/pruefen"
fill_in "$draft/senden"
check "with room again, it is accepted" title_is "Ihr Antrag ist"
id=${draft##*/}
check "it is delivered" comes_to "$id" done
check "it arrives once" eval "wait_until arrived_is 1; arrived_is 1"
check "the upload arrives as it was sent" cmp "$DIR/scan.pdf" "$(echo "$DIR/posteingang/$TOWN"/*/scan.pdf)"
check "the daemon never went down" is "$(grep -c daemon.started "$DIR/log/depesched.log")" 1
