#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Debian's nginx and haproxy before the form and the OSCI listener, with what they do by default: pages, uploads and OSCI
# messages through each; the limits count the clients behind them, whatever these write into their headers.
BASE_PORT=${BASE_PORT:-22300}
. "$(dirname "$0")/lib.bash"
PATH=$PATH:/usr/sbin
for t in nginx haproxy; do command -v $t >/dev/null || skip_all "$t is not installed"; done
scenario_sandbox '/^form:/,/^[a-z]*:$/s/^  listen: .*/&\n  requests_per_minute: 30\n  client_header: X-Forwarded-For/' \
	'$a\http: { trusted_proxies: [127.0.0.1] }'
NGINX=$((BASE_PORT + 10)) HAPROXY=$((BASE_PORT + 20))	# form; OSCI is one above

cat >"$DIR/nginx.conf" <<-CONF
	daemon off;
	pid $DIR/nginx.pid;
	error_log stderr;
	user $(id -un);
	events { }
	http {
		access_log off;
		client_body_temp_path $DIR/nginx.body;
		proxy_temp_path $DIR/nginx.proxy;
		fastcgi_temp_path $DIR/nginx.fastcgi;
		uwsgi_temp_path $DIR/nginx.uwsgi;
		scgi_temp_path $DIR/nginx.scgi;
		client_max_body_size 100m;
		server {
			listen 127.0.0.1:$NGINX;
			location / {
				proxy_pass http://127.0.0.1:$FORM_PORT;
				proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
			}
		}
		server {
			listen 127.0.0.1:$((NGINX + 1));
			location / { proxy_pass http://127.0.0.1:$OSCI_PORT; }
		}
	}
CONF
cat >"$DIR/haproxy.cfg" <<-CONF
	defaults
	  mode http
	  timeout connect 5s
	  timeout client 60s
	  timeout server 60s
	frontend form
	  bind 127.0.0.1:$HAPROXY
	  option forwardfor
	  default_backend form
	frontend osci
	  bind 127.0.0.1:$((HAPROXY + 1))
	  default_backend osci
	backend form
	  server depesche 127.0.0.1:$FORM_PORT
	backend osci
	  server depesche 127.0.0.1:$OSCI_PORT
CONF
start_all
start_municipality --ags "$TOWN" --interval 200
start_server nginx "$NGINX $((NGINX + 1))" nginx -p "$DIR" -e stderr -c "$DIR/nginx.conf" || fail "nginx: $(tail -n 3 "$DIR/log/nginx.log")"
start_server haproxy "$HAPROXY $((HAPROXY + 1))" haproxy -db -f "$DIR/haproxy.cfg" ||
	fail "haproxy: $(tail -n 3 "$DIR/log/haproxy.log")"

page() { # port path: the status, and the body is complete
	curl -sS -o "$DIR/page.html" -w '%{http_code}' "http://127.0.0.1:$1$2" && grep -q '</html>' "$DIR/page.html"
}
changes() { # port source count [header]: how many were too many
	curl -sS -o /dev/null -w '%{http_code}\n' --interface "$2" ${4:+-H "$4"} -d formular=x "http://127.0.0.1:$1/antrag?[1-$3]" |
		grep -c 429
}
sent=0
for proxy in nginx haproxy; do
	port=$NGINX
	[ $proxy = nginx ] || port=$HAPROXY
	check "$proxy: a page" is "$(page $port /)" 200
	check "$proxy: what is not there" is "$(curl -sS -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/x")" 404
	id=$(FORM_URL=http://127.0.0.1:$port send 1 --upload-kb 3000)
	sent=$((sent + 1))
	check "$proxy: an application with an upload of 3 MB is delivered" comes_to "$id" done
	check "$proxy: and arrives as it was sent" all_arrived_once $sent
	curl -sS -o "$DIR/a.html" -c "$DIR/jar" -D "$DIR/begun" "http://127.0.0.1:$port/antrag" \
		-d 'formular=hilfe-zum-lebensunterhalt' -d "ags=$TOWN"
	where=$(sed -n 's/^[Ll]ocation: \([^\r]*\).*/\1/p' "$DIR/begun")
	curl -sS -o "$DIR/page.html" -b "$DIR/jar" "http://127.0.0.1:$port$where"
	check "$proxy: a form is begun and its first page comes" grep -q 'name=' "$DIR/page.html"
	net=127.${port:1:2}.${port:3:2}
	check "$proxy: so many" is "$(changes $port "$net.1" 25)" 0
	check "$proxy: then it has to wait" [ "$(changes $port "$net.1" 20)" -ge 10 ]
	check "$proxy: whatever it says who it is" [ "$(changes $port "$net.1" 5 'X-Forwarded-For: 203.0.113.9')" -ge 4 ]
	check "$proxy: another client does not" is "$(changes $port "$net.2" 10)" 0
done
for port in $NGINX $HAPROXY; do
	check "six OSCI orders, signed and encrypted, through port $((port + 1))" \
		"$BIN/depesche-sim" osci --dir "$DIR" --to "http://127.0.0.1:$((port + 1))/osci" --ags "$OTHER" --upload-kb 2048
done
chunked() { # chunks: the status line of the OSCI listener
	{
		printf 'POST /osci HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%b' "$1" >&3
		head -n 1 <&3 | cut -d' ' -f2
	} 3<>"/dev/tcp/127.0.0.1/$OSCI_PORT"
}
check "what is malformed HTTP is no fault of ours: a size that is none" is "$(chunked 'zz\r\nabc\r\n0\r\n\r\n')" 400
check "a chunk longer than its size" is "$(chunked '3\r\nabcd\r\n0\r\n\r\n')" 400
check "nor is it a fault of HTTP if the order is malformed" is "$(chunked '3\r\nabc\r\n0\r\n\r\n')" 200
check "who is no proxy chooses no address" [ "$(changes "$FORM_PORT" 127.0.0.77 40 'X-Forwarded-For: 203.0.113.77')" -ge 9 ]
check "and the log knows its network" grep -q 'form.too-fast network="127.0.0.0/24"' "$DIR/log/depesched.log"
