# SPDX-License-Identifier: EUPL-1.2
# What a procedure sees of the virus scanner, with zeep in strict mode: x130-xta-scanner.sh.
import sys
from xta import *

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
portal = Party("xta-portal", "portal:1", mtom=True)
amt = Party("xta-sozialamt", "ags:05334002")


def text(id_value):
    return id_value if isinstance(id_value, str) else id_value._value_1


def fault_of(*attachments, message=b"<antrag/>"):
    """Name of the exception and code that the message is refused with; its id."""
    message_id = text(portal.new_id())
    try:
        portal.send(message_id, amt.value, message, attachments)
    except zeep.exceptions.Fault as f:
        detail = zeep.wsdl.utils.etree_to_string(f.detail).decode()
        return re.search(r"(\w+)Exception", detail).group(1), re.search(r"<code>(\d+)<", detail).group(1), message_id
    return None, None, message_id


def boxed():
    answer = amt.box.getStatusList(ListForm="MessageMetaData", _soapheaders=amt.author())
    return [text(m.MsgIdentification.MessageID) for m in answer.body.MessageMetaData]


def report_of(message_id):
    return portal.management.getTransportReport(message_id, _soapheaders=portal.author())


def works():
    @check("a clean message goes through, one with EICAR in it is MessageVirusDetectionException")
    def _():
        equal(fault_of(bytes(1000000))[0], None)
        for attachments, message in (((b"a", EICAR), b"<a/>"), ((), EICAR)):
            name, code, message_id = fault_of(*attachments, message=message)
            equal((name, code), ("MessageVirusDetection", "9060"))
            assert message_id not in boxed()

    @check("one that is too large for the scanner has no verdict")
    def _():
        name, code, message_id = fault_of(bytes(3000000))
        if name is None:
            equal([w.Code.code for w in report_of(message_id).MessageStatus.WarnList.Warning], ["W11"])
        else:
            equal((name, code), ("XTAWSTechnicalProblem", "9030"))


def refuses():
    @check("while the scanner is down, messages are refused for now")
    def _():
        equal(fault_of(b"a")[:2], ("XTAWSTechnicalProblem", "9030"))


def accepts():
    @check("or accepted, with a warning in the report")
    def _():
        name, _, message_id = fault_of(b"a")
        equal(name, None)
        assert message_id in boxed()
        equal([w.Code.code for w in report_of(message_id).MessageStatus.WarnList.Warning], ["W11"])


{"works": works, "refuses": refuses, "accepts": accepts}[sys.argv[1]]()
sys.exit(0)
