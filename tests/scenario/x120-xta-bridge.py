# SPDX-License-Identifier: EUPL-1.2
# What was stored by OSCI is fetched by XTA, with zeep in strict mode: x120-xta-bridge.sh.
import datetime
import hashlib
import sys
from xta import *

SERVICE = "http://www.osci.de/depesche/antrag/1/antrag.wsdl"


def text(id_value):
    return id_value if isinstance(id_value, str) else id_value._value_1


def listed(party):
    answer = party.box.getStatusList(ListForm="MessageMetaData", _soapheaders=party.author())
    return answer.body.MessageMetaData


def fetch(message, town, how):
    party = Party("xta-sozialamt", "amt:" + town)
    sent = DIR + "/sent/" + message + "/"
    found = []

    @check(town + ": the application is listed once, with the party as its reader")
    def _():
        metas = listed(party)
        equal(len(metas), 1)
        found.append(text(metas[0].MsgIdentification.MessageID))
        equal(metas[0].Destinations.Reader.Identifier._value_1, "amt:" + town)
        assert metas[0].DeliveryAttributes.Delivery is not None
        assert metas[0].DeliveryAttributes.InitialFetch is None
        assert re.fullmatch(r"urn:de:xta:messageid:depesche:[0-9a-f-]{36}", found[0]), found[0]
        with open(DIR + "/xta-id." + message, "w") as f:
            f.write(found[0])

    @check(town + ": it is fetched " + how + ", twice the same")
    def _():
        for _ in range(2):
            answer = party.box.getMessage(MsgSelector={"MessageID": [found[0]]}, _soapheaders=party.author())
            container = answer.body.ContentContainer
            if how == "opened":
                equal(container.Message._value_1, open(sent + "application.xml", "rb").read())
                digests = sorted(hashlib.sha256(a._value_1).hexdigest() for a in container.Attachment)
                assert hashlib.sha256(open(sent + "nachweis.txt", "rb").read()).hexdigest() in digests
                assert any(a._value_1.startswith(b"%PDF-") for a in container.Attachment)
            else:
                assert container.Message._value_1.startswith(b"<osci:ContentPackage"), container.Message._value_1[:80]
                assert b"EncryptedData" in container.Message._value_1
                assert not any(a._value_1.startswith(b"%PDF-") for a in container.Attachment)

    @check(town + ": after close it is not offered, and the report is green with a process card")
    def _():
        party.box.close(LastMsgReceived=[found[0]], MsgBoxRequestID="1", _soapheaders=party.author())
        party.box.close(LastMsgReceived=[found[0]], MsgBoxRequestID="1", _soapheaders=party.author())
        equal(len(listed(party)), 0)
        report = party.management.getTransportReport(found[0], _soapheaders=party.author())
        equal(report.MessageStatus.Status, 1)
        equal(text(report.MessageMetaData.MsgIdentification.MessageID), found[0])
        card = report.AdditionalReports.Report[0].Data
        for element in ("Creation", "Forwarding", "Reception", "InspectionReport"):
            assert ("<osci:%s>" % element).encode() in card, card
        with open(DIR + "/card." + message, "wb") as f:
            f.write(card)


def isolation(message):
    other = Party("xta-fremd", "fremd:1")
    xta_id = open(DIR + "/xta-id." + message).read()

    @check("another account sees nothing of it")
    def _():
        equal(len(listed(other)), 0)
        for call in (lambda: other.management.getTransportReport(xta_id, _soapheaders=other.author()),
                     lambda: other.box.close(LastMsgReceived=[xta_id], MsgBoxRequestID="1", _soapheaders=other.author())):
            try:
                call()
            except zeep.exceptions.Fault as f:
                assert b"9070" in zeep.wsdl.utils.etree_to_string(f.detail), f
            else:
                raise AssertionError("no fault")


MESSAGE = b"<nachricht>hin</nachricht>"
PLAN = b"%PDF-1.7 " + bytes(range(256)) * 300


def kind_of(call):
    """The code of the fault that a call ends with."""
    try:
        call()
    except zeep.exceptions.Fault as f:
        return re.search(rb"<code>(\d+)</code>", zeep.wsdl.utils.etree_to_string(f.detail)).group(1).decode()
    return None


def report_of(party, message_id):
    return party.management.getTransportReport(message_id, _soapheaders=party.author())


def wait_for(what, seconds=15):
    import time
    end = time.time() + seconds
    while time.time() < end:
        if what():
            return
        time.sleep(0.1)
    assert what(), "not within %d s" % seconds


def leave(town):
    """`fremd` sends to a key of the directory, which is nobody's identifier here."""
    sender = Party("xta-fremd", "fremd:1")
    message_id = text(sender.new_id())
    reader = "ags:" + town

    @check("the directory knows whom a message can leave for")
    def _():
        for to, answer in ((reader, True), ("ags:99999999", False)):
            r = sender.management.lookupService(
                LookupServiceRequestList=[{"LookupService": {"Reader": sender.identifier(to), "ServiceType": SERVICE}}],
                _soapheaders=sender.author())
            equal(bool(getattr(r[0].IsServiceAvailableValue, "ServiceIsAvailable", False)), answer)  # zeep drops a false one

    @check("a reader that nobody knows, a test and a day to come are 9022")
    def _():
        day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        equal(kind_of(lambda: sender.send(text(sender.new_id()), "ags:99999999")), "9022")
        equal(kind_of(lambda: sender.send(text(sender.new_id()), reader, TestMsg=True)), "9022")
        equal(kind_of(lambda: sender.send(text(sender.new_id()), reader, delivery={"NotBefore": day})), "9022")

    @check("what is sent to a reader of the directory is accepted once, and its report is open")
    def _():
        content = sender.container(MESSAGE, [PLAN, b"zwei"])
        content["ContentContainer"]["Attachment"][1]["contentType"] = "text/plain\r\nX-Header: of somebody else"
        day = datetime.date.today() + datetime.timedelta(days=9)
        sender.sending.sendMessage(_soapheaders=sender.meta(message_id, reader, delivery={"ObsoleteAfter": day}), **content)
        equal(kind_of(lambda: sender.send(message_id, reader)), "9024")
        equal(report_of(sender, message_id).MessageStatus.Status, 0)
        equal(kind_of(lambda: sender.management.cancelMessage(message_id, _soapheaders=sender.author())), "9101")

    @check("it is stored at the intermediary, and the report is open still")
    def _():
        wait_for(lambda: report_of(sender, message_id).MessageMetaData.DeliveryAttributes.Delivery is not None)
        r = report_of(sender, message_id)
        equal(r.MessageStatus.Status, 0)
        assert b"<osci:Creation>" in r.AdditionalReports.Report[0].Data
    open(DIR + "/left-id", "w").write(message_id)


def arrive(town):
    @check("its reader finds it under the same id, with the sender's metadata and what was sent")
    def _():
        party = Party("xta-sozialamt", "amt:" + town)
        message_id = open(DIR + "/left-id").read()
        metas = listed(party)
        equal([text(m.MsgIdentification.MessageID) for m in metas], [message_id])
        equal(metas[0].Originators.Author.Identifier._value_1, "fremd:1")
        equal(metas[0].Destinations.Reader.Identifier._value_1, "ags:" + town)
        answer = party.box.getMessage(MsgSelector={"MessageID": [message_id]}, _soapheaders=party.author())
        equal(answer.body.ContentContainer.Message._value_1, MESSAGE)
        equal([a._value_1 for a in answer.body.ContentContainer.Attachment], [PLAN, b"zwei"])
        party.box.close(LastMsgReceived=[message_id], MsgBoxRequestID="1", _soapheaders=party.author())
        equal(report_of(party, message_id).MessageStatus.Status, 1)


def left_report():
    @check("then the sender's report is green, with the process card of the delivery")
    def _():
        sender = Party("xta-fremd", "fremd:1")
        r = report_of(sender, open(DIR + "/left-id").read())
        equal(r.MessageStatus.Status, 1)
        assert r.MessageMetaData.DeliveryAttributes.Reception is not None
        assert b"<osci:Reception>" in r.AdditionalReports.Report[0].Data


if __name__ == "__main__":
    {"fetch": fetch, "isolation": isolation, "leave": leave, "arrive": arrive, "left-report": left_report}[sys.argv[1]](*sys.argv[2:])
    sys.exit(0)
