# SPDX-License-Identifier: EUPL-1.2
# What the XTA scenarios share: zeep in strict mode over mutual TLS, plain and with MTOM, and a raw caller for what no
# stack sends. Run by the scenarios with Debian's python3-zeep.
import base64
import datetime
import os
import re
import ssl
import sys
import uuid
import http.client
import requests
import zeep
from zeep.transports import Transport

DIR = os.environ["DIR"]
BASE = os.environ["XTA_URL"]
PORTS = {"management": "/services/XTAService/ManagementPort", "sending": "/services/XTAService/SendXtaPort",
         "box": "/services/XTAService/MsgBoxPort"}
BINDINGS = {"management": "managementHttpsBinding", "sending": "sendXTAHttpsBinding", "box": "msgBoxHttpsBinding"}
META = "{http://www.osci.eu/ws/2014/10/transport}"
OSCI = "{http://www.osci.eu/ws/2008/05/transport}"
XTA = "{http://xoev.de/transport/xta/211}"
WSA = "{http://www.w3.org/2005/08/addressing}"

failed = False


def say(good, what, why=""):
    global failed
    print(("ok - " if good else "not ok - ") + what, flush=True)
    if not good:
        failed = True
        for line in str(why).splitlines()[:12]:
            print("# " + line[:300])


def check(what):
    """A step: the function says by an exception that it went wrong."""
    def run(f):
        try:
            f()
            say(True, what)
        except Exception as e:
            say(False, what, "%s: %s" % (type(e).__name__, e))
    return run


def equal(a, b):
    assert a == b, "is %.200r, expected %.200r" % (a, b)


class Mtom(Transport):
    """zeep sends base64; this makes parts of it, as the stacks do that have MTOM switched on."""

    def post(self, address, message, headers):
        parts = []

        def out(match):
            raw = base64.b64decode(match.group(2))
            cid = "%s@xta.test" % uuid.uuid4()
            parts.append((cid, raw))
            return (match.group(1) + b'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:' +
                    cid.encode() + b'"/>' + match.group(3))

        message = re.sub(rb"(<[^<>]*:(?:Message|Attachment) [^<>]*>)([A-Za-z0-9+/=\s]+)(</)", out, message)
        action = re.search(r'action="([^"]*)"', headers["Content-Type"]).group(1)
        boundary = "uuid_" + uuid.uuid4().hex
        body = [b"", b"--" + boundary.encode(), b'Content-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"',
                b"Content-Transfer-Encoding: binary", b"Content-ID: <root@xta.test>", b"", message]
        for cid, raw in parts:
            body += [b"--" + boundary.encode(), b"Content-Type: application/octet-stream", b"Content-Transfer-Encoding: binary",
                     b"Content-ID: <" + cid.encode() + b">", b"", raw]
        body += [b"--" + boundary.encode() + b"--", b""]
        headers = dict(headers)
        headers["Content-Type"] = ('multipart/related; type="application/xop+xml"; boundary="%s"; start="<root@xta.test>"; '
                                   'start-info="application/soap+xml"; action="%s"' % (boundary, action))
        return super().post(address, b"\r\n".join(body), headers)


class Party:
    """A procedure: its certificate, its identifier, and zeep's proxies of the three ports."""

    def __init__(self, key, value, mtom=False, kind="xoev"):
        self.value, self.kind = value, kind
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = DIR + "/pki/root.pem"
        self.session.cert = (DIR + "/keys/%s.cert.pem" % key, DIR + "/keys/%s.key.pem" % key)
        self.key = key
        transport = (Mtom if mtom else Transport)(session=self.session, timeout=60, operation_timeout=120)
        self.client = zeep.Client(BASE + PORTS["management"] + "?wsdl", transport=transport,
                                  settings=zeep.Settings(strict=True, xml_huge_tree=True))
        ns = self.client.wsdl.services["XTAService"].ports["ManagementPort"].binding.name.namespace
        for name, path in PORTS.items():
            setattr(self, name, self.client.create_service("{%s}%s" % (ns, BINDINGS[name]), BASE + path))

    def element(self, name):
        return self.client.get_element(name)

    def identifier(self, value, kind=None):
        return {"Identifier": {"_value_1": value, "type": kind or self.kind, "name": "Name", "category": "Test"}}

    def author(self, value=None):
        return {"AuthorIdentifier": self.identifier(value or self.value)}

    def meta(self, message_id, reader, author=None, **more):
        code = lambda uri, c: {"listURI": uri, "listVersionID": "1", "code": c}
        delivery = {"Origin": datetime.datetime.now(datetime.timezone.utc)}
        delivery.update(more.pop("delivery", {}))
        meta = {
            "DeliveryAttributes": delivery,
            "Originators": {"Author": self.identifier(author or self.value)},
            "Destinations": {"Reader": self.identifier(reader)},
            "MsgIdentification": {"MessageID": message_id},
            "Qualifier": {"Service": "http://www.osci.de/depesche/antrag/1/antrag.wsdl",
                          "BusinessScenario": {"Defined": code("urn:de:xta:codeliste:business.scenario", "XSOZIAL_DATA")},
                          "MessageType": dict(code("urn:de:payloadSchema:elementName", "antrag.0201"),
                                              payloadSchema="http://www.example.de/antrag")},
            "TestMsg": False,
        }
        meta.update(more)
        return {"MessageMetaData": meta}

    @staticmethod
    def container(message, attachments=()):
        content = {"Message": {"_value_1": message, "contentType": "text/xml", "encoding": "UTF-8", "filename": "m.xml",
                               "id": "m1", "size": len(message)}}
        if attachments:
            content["Attachment"] = [{"_value_1": a, "contentType": "application/octet-stream", "filename": "a%d.bin" % i,
                                      "id": "a%d" % i, "size": len(a)} for i, a in enumerate(attachments)]
        return {"ContentContainer": content}

    def new_id(self):
        return self.management.createMessageId(_soapheaders=self.author())

    def send(self, message_id, reader, message=b"<antrag/>", attachments=(), **more):
        return self.sending.sendMessage(_soapheaders=self.meta(message_id, reader, **more),
                                        **self.container(message, attachments))


def tls(key=None):
    context = ssl.create_default_context(cafile=DIR + "/pki/root.pem")
    if key:
        context.load_cert_chain(DIR + "/keys/%s.cert.pem" % key, DIR + "/keys/%s.key.pem" % key)
    return context


def raw(key, port, content_type, body, soap_action=None, context=None):
    """One POST as it is written: status, body."""
    host, number = BASE[8:].split(":")
    c = http.client.HTTPSConnection(host, int(number), context=context or tls(key), timeout=60)
    headers = {"Content-Type": content_type}
    if soap_action is not None:
        headers["SOAPAction"] = soap_action
    try:
        c.request("POST", PORTS[port], body, headers)
        r = c.getresponse()
        return r.status, r.read()
    finally:
        c.close()


ENVELOPE = ('<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" '
            'xmlns:m="http://www.osci.eu/ws/2014/10/transport" xmlns:o="http://www.osci.eu/ws/2008/05/transport" '
            'xmlns:x="http://xoev.de/transport/xta/211"><e:Header>%s</e:Header><e:Body>%s</e:Body></e:Envelope>')


def soap(key, port, action, header="", body="", **more):
    """A call without a stack."""
    return raw(key, port, 'application/soap+xml; charset=utf-8; action="%s"' % action, (ENVELOPE % (header, body)).encode(),
               **more)


def says(answer, code):
    status, body = answer
    assert status == 500 and (b"<code>%s</code>" % code.encode()) in body, "%d %.400s" % (status, body.decode("utf-8", "replace"))
