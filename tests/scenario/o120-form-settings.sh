#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# What an operator sets in the section form: who operates it, the links, frames, test messages, and the limit of each client
# behind a reverse proxy.
BASE_PORT=21200
. "$(dirname "$0")/lib.bash"
scenario_sandbox "/sender_name:/a\\
  sender_key: psw:01003110\\
  imprint_url: https://stadt.example/impressum\\
  privacy_url: https://stadt.example/datenschutz\\
  frame_ancestors: [https://www.stadt.example, https://portal.stadt.example]\\
  requests_per_minute: 30\\
  client_header: X-Forwarded-For\\
  test_messages: true"
start_all
start_towns

curl -sS -i "$FORM_URL/" >"$DIR/start.html"
check "the imprint is linked" grep -qF '<a href="https://stadt.example/impressum">Impressum</a>' "$DIR/start.html"
check "the privacy notice is linked" grep -qF '<a href="https://stadt.example/datenschutz">Datenschutz</a>' "$DIR/start.html"
check "the portals may show it in a frame" grep -qiE \
	'^content-security-policy:.*frame-ancestors https://www\.stadt\.example https://portal\.stadt\.example.$' "$DIR/start.html"
check "and no older header forbids it" is "$(grep -ci '^x-frame-options' "$DIR/start.html")" 0
check "the log warns of test messages" grep -q 'form.test-messages' "$DIR/log/depesched.log"
id=$(send 1)
check "an application is delivered" comes_to "$id" done
check "it arrives" wait_until arrived_is 1
payload=$(ls "$DIR"/posteingang/*/*/application.xml)
check "its author has the key" grep -qF 'kennung>psw:01003110</' "$payload"
check "it is marked as a test" grep -q 'test="Testnachricht"' "$payload"

# Changes by one client: the status of each.
changes() { # header count
	curl -sS -o /dev/null -w '%{http_code}\n' -H "X-Forwarded-For: $1" -d formular=x "$FORM_URL/antrag?[1-$2]"
}
check "a client may change 30 things" is "$(changes 203.0.113.1 30 | grep -c 429)" 0
check "then it is told to wait" [ "$(changes 203.0.113.1 5 | grep -c 429)" -ge 4 ]
check "names that it puts before its own do not help" [ "$(changes "198.51.100.1, 203.0.113.1" 5 | grep -c 429)" -ge 4 ]
check "another client is not affected" is "$(changes 203.0.113.2 10 | grep -c 429)" 0
check "nor is one with an IPv6 address" is "$(changes 2001:db8::1 10 | grep -c 429)" 0
check "the log names the network of the client, not its address" grep -q 'form.too-fast.*203\.0\.113\.0/24' "$DIR/log/depesched.log"

stop_pid "$pid_depesched"
sed -i 's/client_header: .*/client_header: "X Real"/' "$DIR/depesche.yaml"
check "what is no header name is refused" exits_with 3 "$BIN/depesched" --config "$DIR/depesche.yaml" --check-config

sed -i '/client_header:/d' "$DIR/depesche.yaml"
echo '{"components": 3}' >"$DIR/bad.json"
named() { # key
	sed "s|^  $1: .*|  $1: $2|" "$DIR/depesche.yaml" >"$DIR/bad.yaml"
	said=$("$BIN/depesched" --config "$DIR/bad.yaml" --check-config 2>&1)
	[ $? = 3 ] && grep -Eq "bad.yaml:[1-9][0-9]*: form.$1[^:]*: .*bad.json" <<<"$said" || { echo "$said"; return 1; }
}
check "a definition that is none is named with file and line" named definitions "[bad.json]"
check "so is a list of recipients" named recipients bad.json
