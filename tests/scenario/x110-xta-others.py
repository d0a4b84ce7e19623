# SPDX-License-Identifier: EUPL-1.2
# Recorded, foreign and hostile calls: x110-xta-others.sh.
import glob
import socket
import threading
import time
from xta import *

ACTION = "http://www.xta.de/XTA/"
BOX = "http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/"


def author(value, kind="xoev"):
    return '<m:Author><m:Identifier type="%s">%s</m:Identifier></m:Author>' % (kind, value)


def meta(message_id, sender="portal:1", reader="ags:05334002", more=""):
    return ('<m:MessageMetaData><m:DeliveryAttributes/><m:Originators>%s</m:Originators><m:Destinations><m:Reader>'
            '<m:Identifier type="xoev">%s</m:Identifier></m:Reader></m:Destinations><m:MsgIdentification><a:MessageID>%s'
            '</a:MessageID></m:MsgIdentification><m:Qualifier><m:Service>urn:s</m:Service><m:BusinessScenario><m:Undefined>X'
            '</m:Undefined></m:BusinessScenario><m:MessageType listURI="l" listVersionID="1" payloadSchema="urn:p"><code>t</code>'
            '</m:MessageType></m:Qualifier>%s</m:MessageMetaData>' % (author(sender), reader, message_id, more))


def container(content="PGEvPg=="):
    return ('<x:GenericContentContainer><x:ContentContainer><x:Message contentType="text/xml">%s</x:Message>'
            '</x:ContentContainer></x:GenericContentContainer>' % content)


def new_id(key="xta-portal"):
    status, body = soap(key, "management", ACTION + "CreateMessageID")
    assert status == 200, body
    return re.search(rb"urn:de:xta:messageid:[^<]*", body).group().decode()


def send(message_id, key="xta-portal", **more):
    return soap(key, "sending", ACTION + "SendMessage", meta(message_id, **more), container())


def get(message_id, key="xta-sozialamt", who="ags:05334002"):
    return soap(key, "box", BOX + "MsgBoxFetchRequest", author(who),
                "<o:MsgBoxFetchRequest><o:MsgSelector><a:MessageID>%s</a:MessageID></o:MsgSelector></o:MsgBoxFetchRequest>" % message_id)


def close(message_id, key="xta-sozialamt", who="ags:05334002"):
    return soap(key, "box", BOX + "MsgBoxCloseRequest", author(who),
                '<o:MsgBoxCloseRequest MsgBoxRequestID="1"><o:LastMsgReceived>%s</o:LastMsgReceived></o:MsgBoxCloseRequest>' % message_id)


def report(message_id, key="xta-portal"):
    return soap(key, "management", ACTION + "GetTransportReport", "", "<a:MessageID>%s</a:MessageID>" % message_id)


def cancel(message_id, key):
    return soap(key, "management", ACTION + "CancelMessage", "", "<a:MessageID>%s</a:MessageID>" % message_id)


def ids(key="xta-sozialamt", who="ags:05334002"):
    status, body = soap(key, "box", BOX + "MsgBoxStatusListRequest", author(who) if who else "",
                        '<o:MsgBoxStatusListRequest ListForm="MessageMetaData"/>')
    equal(status, 200)
    return [i.decode() for i in re.findall(rb"<[^<>]*MessageID[^<>]*>(urn:de:xta[^<]*)<", body.split(b"Body", 1)[1])]


def good(answer):
    equal(answer[0], 200)
    return answer[1]


def recorded(folder):
    if not os.path.isdir(folder):
        return print("# no recorded requests in " + folder)
    reads = ("MsgBox",)
    for path in sorted(glob.glob(folder + "/*/*.req")):
        name = os.path.relpath(path, folder)[:-4]
        head = open(path[:-4] + ".http").read()
        kind = re.search(r"(?im)^content-type: *(.*)$", head).group(1).strip()
        action = re.search(r"(?im)^soapaction: *(.*)$", head)
        reader = any(r in name for r in reads)
        port = "box" if reader else "sending" if "SendMessage" in name else "management"

        @check("recorded " + name)
        def _():
            status, body = raw("xta-sozialamt" if reader else "xta-portal", port, kind, open(path, "rb").read(),
                               action.group(1).strip() if action else None)
            if name.endswith("09_MsgBoxFetchRequest"):    # it was closed before
                says((status, body), "9070")
            elif name == "node-soap/02_SendMessage":      # without any MessageMetaData
                says((status, body), "9050")
            else:
                assert status == 200, "%d %.600s" % (status, body.decode("utf-8", "replace"))

    @check("what a large city sends although the schema forbids it is taken, with warnings in the report")
    def _():
        body = open(folder + "/munich-style/sendMessage.reconstructed.xml", "rb").read()
        status, answer = raw("xta-portal", "sending", 'application/soap+xml; charset=utf-8; action="%sSendMessage"' % ACTION, body)
        assert status == 200, answer
        answer = good(report("urn:de:xta:messageid:governikusmultimessenger:00000000-0000-4000-8000-000000000002"))
        assert answer.count(b"Warning>") >= 2, answer


def isolation():
    message_id = new_id()
    good(send(message_id))

    @check("another account neither lists, gets, closes, cancels nor asks for what is not its own")
    def _():
        for key, who in (("xta-portal", "portal:1"), ("ending-sign", "bald:1")):
            equal([i for i in ids(key, who) if i == message_id], [])
            says(get(message_id, key, who), "9070")
            says(close(message_id, key, who), "9070")
        says(report(message_id, "ending-sign"), "9070")
        good(report(message_id, "xta-sozialamt"))
        status, body = cancel(message_id, "xta-sozialamt")    # its reader is not its author
        equal(status, 500)
        equal(ids().count(message_id), 1)

    @check("who names another account's party gets nothing: 9014; one that is nobody's: 9012")
    def _():
        says(get(message_id, "xta-portal", "ags:05334002"), "9014")
        says(close(message_id, "xta-portal", "ags:05334002"), "9014")
        says(send(new_id(), sender="ags:05334002"), "9014")
        says(get(message_id, "xta-portal", "nobody"), "9012")

    @check("rights: who may not receive has no box, who may not send does not: 9013; who is locked: 9011; who has no account: 9012")
    def _():
        says(get(message_id, "xta-fremd", "fremd:1"), "9013")
        says(send("urn:x:1", "ending-sign", sender="bald:1"), "9013")
        says(send(new_id(), reader="fremd:1"), "9022")
        says(soap("curve-sign", "management", ACTION + "CheckAccountActive"), "9011")
        says(soap("sender-sign", "management", ACTION + "CheckAccountActive"), "9012")

    def no_handshake(context):
        try:
            soap(None, "management", ACTION + "CheckAccountActive", context=context)
        except (ssl.SSLError, ConnectionError, http.client.HTTPException):
            return
        raise AssertionError("served")

    @check("no certificate, an expired one, a revoked one, one of a foreign authority: no handshake")
    def _():
        no_handshake(tls())
        for key in ("expired-sign", "bad-expired", "bad-foreign", "bad-revoked"):
            no_handshake(tls(key))

    @check("a session that is taken up again is still that of its certificate")
    def _():
        host, number = BASE[8:].split(":")
        context = tls("xta-portal")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        session, seen = None, []
        for i in range(2):
            s = context.wrap_socket(socket.create_connection((host, int(number))), server_hostname=host, session=session)
            request = (ENVELOPE % (author("ags:05334002"), "")).encode()
            s.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/soap+xml; action=\"%s\"\r\n"
                      b"Content-Length: %d\r\n\r\n" % (PORTS["management"].encode(), (ACTION + "CheckAccountActive").encode(),
                                                       len(request)) + request)
            answer = b""
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
            seen.append(b"9014" in answer)
            session = s.session
            reused = s.session_reused
            s.close()
        equal(seen, [True, True])
        assert reused, "the session was not taken up again: this shows nothing"

    good(close(message_id))


def hostile():
    sending = 'application/soap+xml; charset=utf-8; action="%sSendMessage"' % ACTION
    multipart = ('multipart/related; type="application/xop+xml"; boundary="b"; start="<r@x>"; start-info="application/soap+xml"; '
                 'action="%sSendMessage"' % ACTION)

    def mtom(content, parts=()):
        body = [b'--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\nContent-ID: <r@x>\r\n\r\n' +
                (ENVELOPE % (meta(new_id()), container(content))).encode()]
        body += [b"--b\r\nContent-Type: application/octet-stream\r\nContent-ID: <%s>\r\n\r\n%s" % (cid, data) for cid, data in parts]
        return b"\r\n".join(body) + b"\r\n--b--\r\n"

    include = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="%s"/>'
    envelope = lambda h, b: (ENVELOPE % (h, b)).encode()
    many = b"".join(b'<x:Attachment contentType="a">YQ==</x:Attachment>' for _ in range(10000)).decode()
    cases = [
        ("a document type", sending, b'<!DOCTYPE a [<!ENTITY b "c">]>' + envelope(meta(new_id()), container())),
        ("an entity that nobody declared", sending, envelope(meta(new_id()), container("&lol;"))),
        ("no XML", sending, b"\x00\x01\x02"),
        ("nothing at all", sending, b""),
        ("half an envelope", sending, envelope(meta(new_id()), container())[:700]),
        ("an include to nowhere", multipart, mtom(include % "cid:nowhere@x")),
        ("an include of a web page", multipart, mtom(include % "http://127.0.0.1/x", [(b"p@x", b"a")])),
        ("an include of the root part", multipart, mtom(include % "cid:r@x")),
        ("a part twice", multipart, mtom(include % "cid:p@x", [(b"p@x", b"a"), (b"p@x", b"b")])),
        ("10,000 attachments", sending, envelope(meta(new_id()), container().replace("</x:ContentContainer>", many + "</x:ContentContainer>"))),
        ("10,000 parts", multipart, mtom(include % "cid:p@x", [(b"p%d@x" % i, b"a") for i in range(10000)])),
        ("actions that disagree", sending, envelope("<a:Action>%sCancelMessage</a:Action>" % ACTION + meta(new_id()), container())),
        ("a header that has to be understood", sending,
         envelope('<z xmlns="urn:z" e:mustUnderstand="true"/>' + meta(new_id()), container())),
        ("an id of 100,000 characters", sending, envelope(meta("urn:" + "x" * 100000), container())),
        ("100,000 elements deep", sending, envelope("<m:z>" * 100000, container())),
        ("content that is not base64", sending, envelope(meta(new_id()), container("%%%"))),
        ("more than is allowed", sending, envelope(meta(new_id()), container("QUFB" * (1 << 19)))),
        ("a type that is no SOAP", "application/json", b"{}"),
    ]
    before = len(ids())
    for what, kind, body in cases:
        @check("%s: refused, nothing is stored, the next call is served" % what)
        def _():
            try:
                status, answer = raw("xta-portal", "sending", kind, body)
            except (ConnectionError, ssl.SSLError):
                status, answer = 500, b""    # the refusal came while the body was still on its way
            assert status in (400, 413, 415, 500), "%d %.300s" % (status, answer)
            for word in (b"xta-spool", b"gateway/", b".c:", b"LMDB", b"spool"):
                assert word not in answer, answer
            good(soap("xta-portal", "management", ACTION + "CheckAccountActive"))

    @check("nothing of all that is in a box")
    def _():
        equal(len(ids()), before)

    @check("more calls at once than an account may have are refused, and others are served meanwhile")
    def _():
        host, number = BASE[8:].split(":")
        slow = []
        for i in range(4):
            s = tls("xta-portal").wrap_socket(socket.create_connection((host, int(number))), server_hostname=host)
            s.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 100000\r\n\r\n<" %
                      (PORTS["sending"].encode(), sending.encode()))
            slow.append(s)
        time.sleep(0.5)
        says(soap("xta-portal", "management", ACTION + "CheckAccountActive"), "9030")
        good(soap("xta-sozialamt", "management", ACTION + "CheckAccountActive"))
        for s in slow:
            s.close()
        for i in range(50):
            if soap("xta-portal", "management", ACTION + "CheckAccountActive")[0] == 200:
                return
            time.sleep(0.1)
        raise AssertionError("the account is not served any more")


def remember(message_id):
    with open(DIR + "/killed", "w") as f:
        f.write(message_id)


def kill_after(step):
    message_id = new_id()
    good(send(message_id))
    if step != "sent":
        good(get(message_id))
    if step == "closed":
        good(close(message_id))
    remember(message_id)


def after_kill(step):
    message_id = open(DIR + "/killed").read()

    @check("kill -9 when it was %s: %s" % (step, "gone for good" if step == "closed" else "still there, and may be closed"))
    def _():
        if step == "closed":
            equal(ids().count(message_id), 0)
            says(get(message_id), "9070")
        else:
            equal(ids().count(message_id), 1)
            assert (b"InitialFetch" in good(report(message_id))) == (step == "fetched")
            good(get(message_id))
            good(close(message_id))
        says(send(message_id), "9024")
        assert re.search(rb"Status>1<", good(report(message_id)))


def calls(key):
    """Whether the handshake, and then a call, work."""
    try:
        return soap(key, "management", "http://www.xta.de/XTA/CheckAccountActive")[0]
    except (ssl.SSLError, OSError, http.client.HTTPException):
        return None


def admitted(key):
    @check("%s gets through the handshake" % key)
    def _():
        equal(calls(key), 200)


def kept_out(key):
    @check("%s, which is revoked now, does not" % key)
    def _():
        equal(calls(key), None)


steps = {"admitted": admitted, "kept-out": kept_out, "recorded": recorded, "isolation": isolation, "hostile": hostile, "kill-after": kill_after, "after-kill": after_kill}
steps[sys.argv[1]](*sys.argv[2:])
