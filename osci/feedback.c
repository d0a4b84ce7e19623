/* SPDX-License-Identifier: EUPL-1.2 */
#include "osci/feedback.h"

#include <stddef.h>
#include <string.h>

/*
 * The last column says what our own delivery worker makes of the code when it is the answer to a
 * store: a certificate of ours or of the recipient has an owner, what the intermediary broke itself is tried again, the
 * rest waits for a person.
 */
static const struct osci_code codes[] = {
	{ "0800", "Auftrag ausgeführt, kein Dialog mehr offen.", "Order carried out, no dialog remains open.",
	  OSCI_OK, RSN_NONE },
	{ "0801", "Auftrag ausgeführt, der Dialog bleibt offen.", "Order carried out, the dialog stays open.",
	  OSCI_OK, RSN_NONE },
	{ "3500", "Das Verschlüsselungszertifikat des Absenders gilt nicht zum jetzigen Zeitpunkt.",
	  "The sender's cipher certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3501", "Das Verschlüsselungszertifikat des Absenders ließ sich nicht vollständig prüfen.",
	  "The sender's cipher certificate could not be checked completely.", OSCI_WARNING, RSN_NONE },
	{ "3700", "Das Signaturzertifikat des Absenders gilt nicht zum jetzigen Zeitpunkt.",
	  "The sender's signature certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3701", "Ein Signaturzertifikat eines Autors gilt nicht zum jetzigen Zeitpunkt.",
	  "An author's signature certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3702", "In einem Signaturzertifikat eines Autors ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in an author's signature certificate is wrong.", OSCI_WARNING, RSN_NONE },
	{ "3703", "Ein Signaturzertifikat eines Autors ist gesperrt.",
	  "An author's signature certificate is revoked.", OSCI_WARNING, RSN_NONE },
	{ "3704", "Ein Verschlüsselungszertifikat eines Autors gilt nicht zum jetzigen Zeitpunkt.",
	  "An author's cipher certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3705", "Das Verschlüsselungszertifikat des Empfängers gilt nicht zum jetzigen Zeitpunkt.",
	  "The recipient's cipher certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3706", "Ein Verschlüsselungszertifikat eines Lesers gilt nicht zum jetzigen Zeitpunkt.",
	  "A reader's cipher certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3707", "Mindestens ein Zertifikat ließ sich nicht vollständig prüfen.",
	  "At least one certificate could not be checked completely.", OSCI_WARNING, RSN_NONE },
	{ "3708", "Das Signaturzertifikat des Empfängers gilt nicht zum jetzigen Zeitpunkt.",
	  "The recipient's signature certificate is not valid at this time.", OSCI_WARNING, RSN_NONE },
	{ "3800", "Weitere passende Zustellungen liegen bereit.", "Further matching deliveries are waiting.",
	  OSCI_WARNING, RSN_NONE },
	{ "3801", "Weitere passende Laufzettel liegen bereit.",
	  "Further matching process cards are available.", OSCI_WARNING, RSN_NONE },
	{ "3802", "Die Antwort des Empfängers trägt keine Signatur.", "The recipient's answer is not signed.",
	  OSCI_WARNING, RSN_NONE },
	{ "3803", "Die Antwort des Empfängers kam unverschlüsselt.",
	  "The recipient's answer came without encryption.", OSCI_WARNING, RSN_NONE },
	{ "3950", "Zur gesamten Nachricht liegt eine innere Rückmeldung bei.",
	  "Feedback on the whole message is enclosed.", OSCI_WARNING, RSN_NONE },
	{ "3951", "Die Zeit für die Verarbeitung der gesamten Nachricht ist überschritten.",
	  "The time allowed for the whole message has run out.", OSCI_WARNING, RSN_NONE },
	{ "3952", "Die gesamte Nachricht wird noch verarbeitet.", "The whole message is still being processed.",
	  OSCI_WARNING, RSN_NONE },
	{ "9000", "Beim Empfänger der Nachricht ist ein interner Fehler aufgetreten.",
	  "An internal error occurred at the receiver of this message.", OSCI_FAULT_SERVER, RSN_OSCI_FAULT },
	{ "9100", "Das ist keine gültige OSCI-Nachricht.", "This is not a valid OSCI message.",
	  OSCI_FAULT_CLIENT, RSN_OSCI_FAULT },
	{ "9200", "Zum genannten Verschlüsselungszertifikat gibt es hier keinen Schlüssel.",
	  "There is no key here for the cipher certificate that was named.", OSCI_FAULT_CLIENT, RSN_DIR_INCOMPLETE },
	{ "9201", "Das zur Verschlüsselung verwendete Zertifikat ist gesperrt.",
	  "The certificate used for encryption is revoked.", OSCI_FAULT_CLIENT, RSN_DIR_INCOMPLETE },
	{ "9202", "Die Auftragsdaten ließen sich nicht entschlüsseln.",
	  "The order could not be decrypted.", OSCI_FAULT_CLIENT, RSN_OSCI_FAULT },
	{ "9300", "Die entschlüsselten Daten sind kein gültiger Auftrag.",
	  "The decrypted data are not a valid order.", OSCI_FAULT_CLIENT, RSN_OSCI_FAULT },
	{ "9400", "Dialogkennung, Folgenummer oder Antwortwert stimmen nicht.",
	  "Conversation id, sequence number or response value do not match.", OSCI_FAULT_CLIENT, RSN_OSCI_FAULT },
	{ "9500", "Das Verschlüsselungszertifikat des Absenders fehlt.",
	  "The sender's cipher certificate is missing.", OSCI_FAULT_CLIENT, RSN_LOC_KEY_MISSING },
	{ "9501", "Im Verschlüsselungszertifikat des Absenders ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the sender's cipher certificate is wrong.",
	  OSCI_FAULT_CLIENT, RSN_LOC_KEY_MISSING },
	{ "9502", "Das Verschlüsselungszertifikat des Absenders ist gesperrt.",
	  "The sender's cipher certificate is revoked.", OSCI_FAULT_CLIENT, RSN_LOC_KEY_MISSING },
	{ "9503", "Interner Fehler bei der Prüfung des Verschlüsselungszertifikats des Absenders.",
	  "Internal error while checking the sender's cipher certificate.", OSCI_FAULT_SERVER, RSN_OSCI_FAULT },
	{ "9600", "Der Auftrag muss signiert sein.", "The order has to be signed.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9601", "Die Signatur des Auftrags ist falsch.", "The signature of the order is wrong.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9602", "Die Signatur umfasst nicht alle Teile des Auftrags.",
	  "The signature does not cover every part of the order.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9603", "Interner Fehler bei der Prüfung der Signatur.", "Internal error while checking the signature.",
	  OSCI_ERROR, RSN_OSCI_FAULT },
	{ "9700", "Im Signaturzertifikat des Absenders ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the sender's signature certificate is wrong.", OSCI_ERROR, RSN_LOC_KEY_MISSING },
	{ "9701", "Das Signaturzertifikat des Absenders ist gesperrt.",
	  "The sender's signature certificate is revoked.", OSCI_ERROR, RSN_LOC_KEY_MISSING },
	{ "9704", "In einem Verschlüsselungszertifikat eines Autors ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in an author's cipher certificate is wrong.", OSCI_ERROR, RSN_LOC_KEY_MISSING },
	{ "9705", "Ein Verschlüsselungszertifikat eines Autors ist gesperrt.",
	  "An author's cipher certificate is revoked.", OSCI_ERROR, RSN_LOC_KEY_MISSING },
	{ "9706", "Im Verschlüsselungszertifikat des Empfängers ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the recipient's cipher certificate is wrong.", OSCI_ERROR, RSN_CERT_UNTRUSTED },
	{ "9707", "Das Verschlüsselungszertifikat des Empfängers ist gesperrt.",
	  "The recipient's cipher certificate is revoked.", OSCI_ERROR, RSN_CERT_REVOKED },
	{ "9708", "In einem Verschlüsselungszertifikat eines Lesers ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in a reader's cipher certificate is wrong.", OSCI_ERROR, RSN_CERT_UNTRUSTED },
	{ "9709", "Ein Verschlüsselungszertifikat eines Lesers ist gesperrt.",
	  "A reader's cipher certificate is revoked.", OSCI_ERROR, RSN_CERT_REVOKED },
	{ "9710", "Interner Fehler bei der Prüfung der Zertifikate.",
	  "Internal error while checking the certificates.", OSCI_ERROR, RSN_OSCI_FAULT },
	{ "9711", "Im Signaturzertifikat des Empfängers ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the recipient's signature certificate is wrong.", OSCI_ERROR, RSN_CERT_UNTRUSTED },
	{ "9712", "Das Signaturzertifikat des Empfängers ist gesperrt.",
	  "The recipient's signature certificate is revoked.", OSCI_ERROR, RSN_CERT_REVOKED },
	{ "9800", "Der Zustellung fehlt die Nachrichtenkennung.", "The delivery carries no message id.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9801", "Die Nachrichtenkennung wurde hier nicht vergeben oder ist schon verwendet.",
	  "The message id was not issued here or has been used already.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9802", "Dieser Auftrag ist nur in einem eröffneten Dialog möglich.",
	  "This order is possible only within an open dialog.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9803", "Es liegt keine passende Zustellung vor.", "There is no matching delivery.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9804", "Es liegt kein passender Laufzettel vor.", "There is no matching process card.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9805", "Der Empfänger hat die Zustellung nicht angenommen.",
	  "The recipient did not accept the delivery.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9806", "Der Empfänger hat angenommen, aber keine Antwort an den Absender mitgegeben.",
	  "The recipient accepted but gave no reply for the sender.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9807", "Die Signatur in der Antwort des Empfängers ist falsch.",
	  "The signature of the recipient's answer is wrong.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9808", "Beim Empfänger ist ein interner Fehler aufgetreten.",
	  "An internal error occurred at the recipient.", OSCI_ERROR, RSN_OSCI_FAULT },
	{ "9809", "Interner Fehler des Intermediärs, die Nachricht erreichte den Empfänger nicht.",
	  "Internal error of the intermediary, the message did not reach the recipient.", OSCI_ERROR, RSN_OSCI_FAULT },
	{ "9810", "Interner Fehler des Intermediärs, nachdem die Nachricht den Empfänger erreicht hatte.",
	  "Internal error of the intermediary after the message had reached the recipient.",
	  OSCI_ERROR, RSN_OSCI_FAULT },
	{ "9811", "Interner Fehler bei der Ausführung des Auftrags.",
	  "Internal error while carrying out the order.", OSCI_ERROR, RSN_OSCI_FAULT },
	{ "9900", "Dieses Teilpaket liegt schon vor.", "This chunk is here already.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9901", "Die Nummer des Teilpakets ist falsch.", "The number of the chunk is wrong.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9902", "Das Teilpaket ist zu groß.", "The chunk is too large.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9903", "Das Teilpaket ist zu klein.", "The chunk is too small.", OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9904", "Die gesamte Nachricht ist zu groß.", "The whole message is too large.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9905", "Die Angaben zu den Teilpaketen sind falsch.", "The chunk information is wrong.",
	  OSCI_ERROR, RSN_OSCI_REFUSED },
	{ "9950", "Die innere Rückmeldung zur gesamten Nachricht enthält Fehler.",
	  "The feedback on the whole message contains errors.", OSCI_ERROR, RSN_OSCI_REFUSED },
};

#define CODES (sizeof(codes) / sizeof(codes[0]))

const struct osci_code *osci_code_at(unsigned i)
{
	return i < CODES ? &codes[i] : NULL;
}

static const struct osci_code *find(const char *code)
{
	for (unsigned i = 0; i < CODES; i++)
		if (strcmp(codes[i].code, code) == 0)
			return &codes[i];
	return NULL;
}

const struct osci_code *osci_code(const char *code)
{
	const struct osci_code *c = code != NULL ? find(code) : NULL;

	return c != NULL ? c : find("9811");
}
