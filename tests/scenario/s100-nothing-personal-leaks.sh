#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# What a person enters is in no log, at any level, in no operator's view, and in no file of the spool that could be read;
# neither are tokens, whatever goes wrong on the way.
BASE_PORT=22000
. "$(dirname "$0")/lib.bash"
scenario_sandbox '$a log:\n  level: debug\n  format: json'
entry_through_fault
start_dvdv
start_daemon

CANARY=Kanarienvogel
api() { # method path [curl options]: the body, then the status
	curl -sS -X "$1" -H "Authorization: Bearer $token" -w '\n%{http_code}' "$FORM_URL/api/v1$2" "${@:3}" 2>/dev/null
}
status() { api "$@" | tail -n 1; }
made=$(curl -sS -d "{\"form\":\"hilfe-zum-lebensunterhalt\",\"ags\":\"$TOWN\"}" "$FORM_URL/api/v1/drafts")
id=$(jq -r .id <<<"$made") token=$(jq -r .token <<<"$made")
values='{"fuerWen":"selbst","vorname":"X","nachname":"X","geburtsdatum":"1980-01-31","familienstand":"ledig",
"staatsangehoerigkeit":"deutsch","strasse":"X 1","plz":"50667","ort":"X","personenAnzahl":1,"wohnform":"X",
"vermoegen":"nein","andereLeistungen":"nein","kontoinhaber":"X","iban":"DE02120300000000202051","bemerkungen":"X",
"erklaerungRichtig":true,"erklaerungMitwirkung":true,"datenschutz":true}'
values=${values//X/$CANARY}
put() { status PUT "/drafts/$id/values" -d "$1"; }
check "broken JSON is refused" is "$(put "{\"nachname\":\"$CANARY\" $CANARY")" 400
check "an unknown key is refused" is "$(put "{\"$CANARY\":\"$CANARY\"}")" 422
check "a wrong type is refused" is "$(put "{\"vorname\":[\"$CANARY\"]}")" 422
check "values are saved" is "$(put "$values")" 200
printf '%%PDF-1.4\n%s\n' "$CANARY" >"$DIR/upload.pdf"
check "a file is saved" is "$(status POST "/drafts/$id/uploads/nachweise?name=$CANARY.pdf" --data-binary "@$DIR/upload.pdf")" 201
check "a program is not" is "$(status POST "/drafts/$id/uploads/nachweise?name=$CANARY.pdf" --data-binary @/bin/true)" 422
missing=$(api POST "/drafts/$id/submit" | head -n 1 | jq -r '.errors[]?.field')
check "rules that are broken are named by field" [ -n "$missing" ]
jq -c '. + {wohnform: "einrichtung", einrichtungName: .nachname}' <<<"$values" >"$DIR/values.json"
check "corrected values are saved" is "$(put "@$DIR/values.json")" 200
api POST "/drafts/$id/submit" >"$DIR/sent.json"
check "it is sent" is "$(tail -n 1 "$DIR/sent.json")" 200
for bad in "-H Cookie:antrag=$token$CANARY $FORM_URL/antrag/$id/seite/1?name=$CANARY" "-H X:$CANARY $FORM_URL/$CANARY" \
	"-F nachname=$CANARY -F datei=@$DIR/upload.pdf;filename=$CANARY.pdf $FORM_URL/antrag/$id/seite/1" \
	"-d nachname=$CANARY $FORM_URL/antrag" "-X $CANARY $FORM_URL/" "-H Content-Type:$CANARY -d $CANARY $FORM_URL/antrag"; do
	curl -sS -o /dev/null $bad
done
printf 'GET /%s HTTP/1.1\r\nHost: a b\r\nX %s\r\n\r\n' "$CANARY" "$CANARY" >"/dev/tcp/127.0.0.1/$FORM_PORT"
check "its delivery waits" fails_for "$id" NET-UNREACHABLE

nowhere() { # what, files...: neither as text nor as base64
	local what=$1 coded
	shift
	coded=$(printf '%s' "$what" | base64 | cut -c 1-12)
	! grep -rlaiF -e "$what" -e "$coded" "$@" || { grep -rhaoiE ".{60}$what.{40}" "$@" | head -n 3; return 1; }
}
for view in "trace $id" "why $id" "queue list" "queue show $id" "status" "queue shape"; do
	ctl $view >>"$DIR/views" 2>&1
	ctl --json $view >>"$DIR/views" 2>&1
done
check "the operators' views have something to say" grep -q "$id" "$DIR/views"
check "but nothing that a person entered" nowhere "$CANARY" "$DIR/views"
check "nor the token" nowhere "$token" "$DIR/views"
check "the log says what was accepted" grep -q form.accepted "$DIR/log/depesched.log"
check "but nothing that a person entered" nowhere "$CANARY" "$DIR/log/depesched.log"
check "nor the token" nowhere "$token" "$DIR/log/depesched.log"
check "the spool has the message" [ -s "$DIR/spool/data.mdb" ]
check "but nothing that a person entered" nowhere "$CANARY" "$DIR/spool"
check "nor the token" nowhere "$token" "$DIR/spool"
