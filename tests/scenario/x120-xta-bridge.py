# SPDX-License-Identifier: EUPL-1.2
# What was stored by OSCI is fetched by XTA, with zeep in strict mode: x120-xta-bridge.sh.
import hashlib
import sys
from xta import *

OSCI12 = "http://www.osci.de/2002/04/osci"


def text(id_value):
    return id_value if isinstance(id_value, str) else id_value._value_1


def listed(party):
    answer = party.box.getStatusList(ListForm="MessageMetaData", _soapheaders=party.author())
    return answer.body.MessageMetaData


def fetch(message, town, how):
    party = Party("xta-sozialamt", "ags:" + town)
    sent = DIR + "/sent/" + message + "/"
    found = []

    @check(town + ": the application is listed once, with the party as its reader")
    def _():
        metas = listed(party)
        equal(len(metas), 1)
        found.append(text(metas[0].MsgIdentification.MessageID))
        equal(metas[0].Destinations.Reader.Identifier._value_1, "ags:" + town)
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


if __name__ == "__main__":
    {"fetch": fetch, "isolation": isolation}[sys.argv[1]](*sys.argv[2:])
    sys.exit(1 if failed else 0)
