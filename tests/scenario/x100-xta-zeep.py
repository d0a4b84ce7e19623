# SPDX-License-Identifier: EUPL-1.2
# Every operation by zeep in strict mode: x100-xta-zeep.sh.
import datetime
import os
import sys
import time
from xta import *

NOW = datetime.datetime.now(datetime.timezone.utc)
BLOB = bytes(range(256)) * 40


def report(party, message_id):
    return party.management.getTransportReport(message_id, _soapheaders=party.author())


def status_list(party, **more):
    more.setdefault("ListForm", "MessageMetaData")
    return party.box.getStatusList(_soapheaders=party.author(), **more)


def listed(answer):
    return [m.MsgIdentification.MessageID._value_1 for m in answer.body.MessageMetaData]


def text(id_value):
    return id_value if isinstance(id_value, str) else id_value._value_1


def fetch(party, *ids, **more):
    return party.box.getMessage(MsgSelector={"MessageID": list(ids)} if ids else None, _soapheaders=party.author(), **more)


def close(party, *ids):
    return party.box.close(LastMsgReceived=list(ids), MsgBoxRequestID="1", _soapheaders=party.author())


def round_trip(form, author, reader):
    message_id = text(author.new_id())

    @check(form + ": an account is active, an id is issued, a reader takes the service")
    def _():
        author.management.checkAccountActive(_soapheaders=author.author())
        assert re.fullmatch(r"urn:de:xta:messageid:depesche:[0-9a-f-]{36}", message_id), message_id
        answer = author.management.lookupService(
            LookupServiceRequestList=[{"LookupService": {"Reader": author.identifier(reader.value),
                                                         "ServiceType": "http://www.example.de/x"}}],
            _soapheaders=author.author())
        equal(answer[0].IsServiceAvailableValue.ServiceIsAvailable, True)

    @check(form + ": a message with two attachments is sent, its report is open")
    def _():
        author.send(message_id, reader.value, attachments=[BLOB, b"zwei"])
        r = report(author, message_id)
        equal(r.MessageStatus.Status, 0)
        equal(text(r.MessageMetaData.MsgIdentification.MessageID), message_id)
        assert r.MessageMetaData.DeliveryAttributes.Delivery is not None

    @check(form + ": the reader lists it and fetches what was sent")
    def _():
        equal(listed(status_list(reader, maxListItems=50)), [message_id])
        answer = fetch(reader, message_id)
        c = answer.body.ContentContainer
        equal(c.Message._value_1, b"<antrag/>")
        equal(c.Message.contentType, "text/xml")
        equal(c.Message.filename, "m.xml")
        equal([a._value_1 for a in c.Attachment], [BLOB, b"zwei"])
        equal(answer.header.MessageMetaData.Qualifier.Subject, None)

    @check(form + ": it stays in the box until it is closed, marked as fetched")
    def _():
        answer = status_list(reader)
        equal(listed(answer), [message_id])
        assert answer.body.MessageMetaData[0].DeliveryAttributes.InitialFetch is not None
        equal(report(author, message_id).MessageStatus.Status, 0)
        equal(listed(status_list(reader, MsgSelector={"newEntry": True})), [])

    @check(form + ": closed, it is gone, and the report is green with the time of Reception")
    def _():
        close(reader, message_id)
        equal(listed(status_list(reader)), [])
        for who in (author, reader):
            r = report(who, message_id)
            equal(r.MessageStatus.Status, 1)
            assert r.MessageMetaData.DeliveryAttributes.Reception is not None
        close(reader, message_id)    # twice is the same as once


def iteration(author, reader):
    ids = []

    @check("five messages are listed in pages of two, with how many are still to come")
    def _():
        for i in range(5):
            ids.append(text(author.new_id()))
            author.send(ids[-1], reader.value, message=b"<n%d/>" % i)
        first = status_list(reader, maxListItems=2)
        equal(listed(first), ids[:2])
        equal(first.header.FetchResponseHeader.ItemsPending, 3)
        second = reader.box.getNextStatusList(LastMsgReceived=[ids[1]],
                                              MsgBoxRequestID=first.header.FetchResponseHeader.MsgBoxRequestID,
                                              _soapheaders=reader.author())
        equal(listed(second), ids[2:4])
        with open(DIR + "/iteration", "w") as f:
            f.write(second.header.FetchResponseHeader.MsgBoxRequestID + "\n" + "\n".join(ids))

    @check("getMessage without an id gives the oldest, getNextMessage the one behind it")
    def _():
        first = reader.box.getMessage(_soapheaders=reader.author())
        equal(first.body.ContentContainer.Message._value_1, b"<n0/>")
        second = reader.box.getNextMessage(LastMsgReceived=[ids[0]],
                                           MsgBoxRequestID=first.header.FetchResponseHeader.MsgBoxRequestID,
                                           _soapheaders=reader.author())
        equal(second.body.ContentContainer.Message._value_1, b"<n1/>")

    @check("a list of attributes instead of metadata")
    def _():
        answer = status_list(reader, ListForm="MsgAtrributes", maxListItems=1)
        equal(text(answer.body.MsgAttributes[0].MessageID), ids[0])


def cancelling(author, reader):
    @check("what may not be read yet is not offered, and can be called back once")
    def _():
        later, now = text(author.new_id()), text(author.new_id())
        author.send(later, reader.value, delivery={"NotBefore": NOW + datetime.timedelta(days=2)})
        assert later not in listed(status_list(reader))
        author.management.cancelMessage(later, _soapheaders=author.author())
        r = report(author, later)
        equal(r.MessageStatus.Status, 3)
        equal(len(r.MessageStatus.ErrorList.Error), 1)
        author.management.cancelMessage(later, _soapheaders=author.author())
        author.send(now, reader.value)
        fault("CancelDeniedException", "9101", lambda: author.management.cancelMessage(now, _soapheaders=author.author()))


def fault(exception, code, call):
    try:
        call()
    except zeep.exceptions.Fault as f:
        detail = f.detail[0]
        equal(detail.tag, XTA + exception)
        equal(detail.find(".//code").text, code)
        return
    raise AssertionError("no fault, expected %s %s" % (exception, code))


def refusals(author, reader):
    used = text(author.new_id())
    author.send(used, reader.value)
    other = text(reader.new_id())

    def sending(what, exception, code, **how):
        message_id = how.pop("id", None) or text(author.new_id())
        to = how.pop("to", reader.value)

        @check(what)
        def _():
            fault(exception, code, lambda: author.send(message_id, to, **how))

    sending("an id that was used is refused: 9024", "ParameterIsNotValidException", "9024", id=used)
    sending("an id that was issued to somebody else is refused: 9024", "ParameterIsNotValidException", "9024", id=other)
    sending("a reader that nobody is is refused: 9022", "ParameterIsNotValidException", "9022", to="nobody:1")
    sending("a test does not get to a production procedure: 9022", "ParameterIsNotValidException", "9022", TestMsg=True)
    sending("who speaks as somebody else is refused: 9014", "PermissionDeniedException", "9014", author=reader.value)
    sending("an identifier that nobody has is refused: 9012", "PermissionDeniedException", "9012", author="nobody:1")
    sending("what is larger than allowed is refused: 9023", "ParameterIsNotValidException", "9023",
            message=b"x" * (41943040 + 1))

    @check("a synchronous exchange is not offered: 9080")
    def _():
        fault("SyncAsyncException", "9080",
              lambda: author.sending.sendMessageSync(_soapheaders=author.meta(text(author.new_id()), reader.value),
                                                     **author.container(b"<x/>")))

    @check("an id that is not there: 9070 for report, message and close")
    def _():
        unknown = text(author.new_id())
        fault("InvalidMessageIDException", "9070", lambda: report(author, unknown))
        fault("InvalidMessageIDException", "9070", lambda: fetch(reader, unknown))
        fault("InvalidMessageIDException", "9070", lambda: close(reader, unknown))


def operations():
    plain, mtom = Party("xta-portal", "portal:1"), Party("xta-portal", "portal:1", mtom=True)
    office, renewed = Party("xta-sozialamt", "ags:05334002"), Party("xta-sozialamt-neu", "ags:05334002", mtom=True)
    round_trip("plain", plain, office)
    round_trip("MTOM, and the certificate after the renewal", mtom, renewed)
    round_trip("back", office, plain)
    cancelling(plain, office)
    refusals(plain, office)
    for m in listed(status_list(office)):
        close(office, m)
    iteration(plain, office)

    @check("a test gets to a procedure that takes tests")
    def _():
        message_id = text(office.new_id())
        office.send(message_id, "portal:1", TestMsg=True)
        equal(fetch(plain, message_id).header.MessageMetaData.TestMsg, True)
        close(plain, message_id)

    @check("a party of the same account has a box of its own")
    def _():
        message_id = text(plain.new_id())
        plain.send(message_id, "ags:05334003")
        branch = Party("xta-sozialamt", "ags:05334003")
        equal(listed(status_list(branch)), [message_id])
        assert message_id not in listed(status_list(office))
        close(branch, message_id)

    @check("40,000,000 bytes go through, byte for byte")
    def _():
        large = os.urandom(40000000)
        message_id = text(mtom.new_id())
        mtom.send(message_id, office.value, message=b"<a/>", attachments=[large[:39999996]])
        answer = fetch(renewed, message_id)
        assert answer.body.ContentContainer.Attachment[0]._value_1.strip(b"\r\n") == large[:39999996].strip(b"\r\n")
        close(renewed, message_id)


def after_kill():
    office, portal = Party("xta-sozialamt", "ags:05334002"), Party("xta-portal", "portal:1")
    request_id, *ids = open(DIR + "/iteration").read().split()

    @check("after kill -9 an iteration goes on where it stood")
    def _():
        answer = office.box.getNextStatusList(LastMsgReceived=[ids[3]], MsgBoxRequestID=request_id,
                                              _soapheaders=office.author())
        equal(listed(answer), ids[4:])

    @check("after kill -9 all is there, fetched and closed as usual")
    def _():
        equal(listed(status_list(office)), ids)
        close(office, *ids)
        equal(listed(status_list(office)), [])
        for i in ids:
            equal(report(portal, i).MessageStatus.Status, 1)


{"operations": operations, "after-kill": after_kill}[sys.argv[1]]()
sys.exit(0)
