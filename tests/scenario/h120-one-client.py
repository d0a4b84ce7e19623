# SPDX-License-Identifier: EUPL-1.2
# What one address can do to everybody else: opens connections from it, says "ready", and goes on until its input ends.
#   h120-one-client.py FROM PORT COUNT uploads    bodies of 60 kB at 1 kB/s
#   h120-one-client.py FROM PORT COUNT osci       bodies of 900 MB at 17 kB/s
#   h120-one-client.py FROM PORT COUNT heads      heads that never end, a byte now and then
#   h120-one-client.py FROM PORT COUNT silent     nothing
#   h120-one-client.py FROM PORT COUNT hello      the begin of a TLS handshake
import select
import socket
import sys

source, port, count, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
FIRST = {
    "uploads": b"POST /antrag HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 60000\r\n\r\n",
    "osci": b"POST /osci HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n",
    "heads": b"GET / HTTP/1.1\r\nHost: a\r\nX: ",
    "silent": b"",
    "hello": b"\x16\x03\x01\x02\x00\x01",
}
MORE = {"uploads": b"x" * 100, "osci": b"x" * 1700, "heads": b"x", "silent": b"", "hello": b""}


def connect():
    s = socket.socket()
    s.bind((source, 0))
    s.connect(("127.0.0.1", port))
    s.setblocking(False)
    s.send(FIRST[mode])
    return s


open_ones = [connect() for _ in range(count)]
print("ready", flush=True)
closed = 0
while not select.select([sys.stdin], [], [], 0.1)[0]:
    for i, s in enumerate(open_ones):
        try:
            if MORE[mode]:
                s.send(MORE[mode])
            elif s.recv(1) == b"":
                raise ConnectionError
        except BlockingIOError:
            pass
        except OSError:  # thrown out: comes again at once
            closed += 1
            s.close()
            try:
                open_ones[i] = connect()
            except OSError:  # at the next round
                pass
print(f"thrown out {closed} times", flush=True)
