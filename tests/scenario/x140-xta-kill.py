# SPDX-License-Identifier: EUPL-1.2
# Procedures that go on whatever happens to the daemon: x140-xta-kill.sh. Calls are written here: a stack would hide what broke.
import sys
import threading
import time
from xta import *

TOWN = sys.argv[1]
ACTION = "http://www.xta.de/XTA/"
BOX = "http://www.osci.eu/ws/2008/05/transport/urn/messageTypes/"
BROKEN = (ssl.SSLError, OSError, http.client.HTTPException)
KINDS = {"here": "amt:1", "elsewhere": "ags:" + TOWN}
acknowledged = {"here": set(), "elsewhere": set()}
fetched, closed, again, wrong = [], set(), [], []


def until_served(call):
    """The call, again and again until the daemon answers it: its status and body, and whether it broke before."""
    broke = False
    while True:
        try:
            return call() + (broke,)
        except BROKEN:
            broke = True
            time.sleep(0.05)


def meta(message_id, reader):
    party = '<m:Identifier type="xoev">%s</m:Identifier>'
    return ('<m:MessageMetaData><m:DeliveryAttributes/><m:Originators><m:Author>%s</m:Author></m:Originators><m:Destinations>'
            '<m:Reader>%s</m:Reader></m:Destinations><m:MsgIdentification><a:MessageID>%s</a:MessageID></m:MsgIdentification>'
            '<m:Qualifier><m:Service>http://www.osci.de/depesche/antrag/1/antrag.wsdl</m:Service><m:BusinessScenario>'
            '<m:Undefined>x</m:Undefined></m:BusinessScenario><m:MessageType listURI="l" listVersionID="1" payloadSchema="p">'
            '<code>c</code></m:MessageType></m:Qualifier></m:MessageMetaData>' % (party % "portal:1", party % reader, message_id))


def container(text):
    return ('<x:GenericContentContainer><x:ContentContainer><x:Message contentType="text/xml">%s</x:Message>'
            '</x:ContentContainer></x:GenericContentContainer>' % base64.b64encode(text.encode()).decode())


def code_of(body):
    found = re.search(rb"<code>(\d+)</code>", body)
    return found.group(1).decode() if found else None


def sender():
    n = 0
    while not os.path.exists(DIR + "/enough"):
        kind = ("here", "elsewhere")[n % 2]
        n += 1
        message_id = "urn:de:xta:messageid:test:%s" % uuid.uuid4()
        call = lambda: soap("xta-portal", "sending", ACTION + "SendMessage", meta(message_id, KINDS[kind]),
                            container("<a>%s</a>" % message_id))
        status, body, broke = until_served(call)
        if status == 200 or (broke and code_of(body) == "9024"):    # its answer was lost, and it was accepted
            acknowledged[kind].add(message_id)
        else:
            wrong.append("sendMessage: %d %s" % (status, code_of(body)))


def get(message_id):
    return soap("xta-sozialamt", "box", BOX + "MsgBoxFetchRequest", "",
                "<o:MsgBoxFetchRequest><o:MsgSelector><a:MessageID>%s</a:MessageID></o:MsgSelector></o:MsgBoxFetchRequest>" %
                message_id)


def close(message_id):
    return soap("xta-sozialamt", "box", BOX + "MsgBoxCloseRequest", "",
                '<o:MsgBoxCloseRequest MsgBoxRequestID="1"><o:LastMsgReceived>%s</o:LastMsgReceived></o:MsgBoxCloseRequest>' %
                message_id)


def listed():
    status, body, _ = until_served(lambda: soap("xta-sozialamt", "box", BOX + "MsgBoxStatusListRequest", "",
                                                '<o:MsgBoxStatusListRequest ListForm="MessageMetaData"/>'))
    if status != 200:
        wrong.append("getStatusList: %d %s" % (status, code_of(body)))
    body = body[body.index(b"Body>"):]
    return [i.decode() for i in re.findall(rb"<(?:\w+:)?MessageID[^>]*>([^<]*)<", body)]


def read_one(message_id):
    if message_id in closed:
        again.append(message_id)
    status, body, _ = until_served(lambda: get(message_id))
    if status != 200 or base64.b64encode(("<a>%s</a>" % message_id).encode()) not in body:
        wrong.append("getMessage of %s: %d %s" % (message_id, status, code_of(body)))
        return
    fetched.append(message_id)
    status, body, _ = until_served(lambda: close(message_id))    # repeated until it is said: closing twice is closing
    if status == 200:
        closed.add(message_id)
    else:
        wrong.append("close of %s: %d %s" % (message_id, status, code_of(body)))


def reader(stop):
    while not stop():
        ids = listed()
        for message_id in ids:
            read_one(message_id)
        if not ids:
            time.sleep(0.05)


threads = [threading.Thread(target=sender) for _ in range(2)]
for t in threads:
    t.start()
reader(lambda: os.path.exists(DIR + "/enough"))
for t in threads:
    t.join()
all_of_them = acknowledged["here"] | acknowledged["elsewhere"]
end = time.time() + 60
reader(lambda: closed >= all_of_them or time.time() > end)
time.sleep(1)
left = listed()


@check("kill -9 while procedures work: %d messages to a box here and %d to one elsewhere were acknowledged" %
       (len(acknowledged["here"]), len(acknowledged["elsewhere"])))
def _():
    assert len(acknowledged["here"]) > 5 and len(acknowledged["elsewhere"]) > 5, "too few: this shows nothing"


@check("all of them arrived, with what was sent")
def _():
    equal(wrong, [])
    equal(sorted(all_of_them - closed), [])


@check("none that was closed was offered again, and nothing is left over")
def _():
    equal(again, [])
    equal(left, [])
    equal(sorted(closed - all_of_them), [])


@check("each report is green in the end")
def _():
    end = time.time() + 30
    for message_id in sorted(all_of_them):
        while True:
            status, body = soap("xta-portal", "management", ACTION + "GetTransportReport", "",
                                "<a:MessageID>%s</a:MessageID>" % message_id)
            if b"Status>1<" in body:
                break
            assert status == 200 and b"Status>0<" in body and time.time() < end, "%s: %.300s" % (message_id, body)
            time.sleep(0.2)
