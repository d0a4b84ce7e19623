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
	{ "0800", OSCI_OK, "Auftrag ausgeführt, kein Dialog mehr offen.", "Order carried out, no dialog remains open.",
	  RSN_NONE },
	{ "0801", OSCI_OK, "Auftrag ausgeführt, der Dialog bleibt offen.", "Order carried out, the dialog stays open.",
	  RSN_NONE },
	{ "3500", OSCI_WARNING, "Das Verschlüsselungszertifikat des Absenders gilt nicht zum jetzigen Zeitpunkt.",
	  "The sender's cipher certificate is not valid at this time.", RSN_NONE },
	{ "3501", OSCI_WARNING, "Das Verschlüsselungszertifikat des Absenders ließ sich nicht vollständig prüfen.",
	  "The sender's cipher certificate could not be checked completely.", RSN_NONE },
	{ "3700", OSCI_WARNING, "Das Signaturzertifikat des Absenders gilt nicht zum jetzigen Zeitpunkt.",
	  "The sender's signature certificate is not valid at this time.", RSN_NONE },
	{ "3701", OSCI_WARNING, "Ein Signaturzertifikat eines Autors gilt nicht zum jetzigen Zeitpunkt.",
	  "An author's signature certificate is not valid at this time.", RSN_NONE },
	{ "3702", OSCI_WARNING, "In einem Signaturzertifikat eines Autors ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in an author's signature certificate is wrong.", RSN_NONE },
	{ "3703", OSCI_WARNING, "Ein Signaturzertifikat eines Autors ist gesperrt.",
	  "An author's signature certificate is revoked.", RSN_NONE },
	{ "3704", OSCI_WARNING, "Ein Verschlüsselungszertifikat eines Autors gilt nicht zum jetzigen Zeitpunkt.",
	  "An author's cipher certificate is not valid at this time.", RSN_NONE },
	{ "3705", OSCI_WARNING, "Das Verschlüsselungszertifikat des Empfängers gilt nicht zum jetzigen Zeitpunkt.",
	  "The recipient's cipher certificate is not valid at this time.", RSN_NONE },
	{ "3706", OSCI_WARNING, "Ein Verschlüsselungszertifikat eines Lesers gilt nicht zum jetzigen Zeitpunkt.",
	  "A reader's cipher certificate is not valid at this time.", RSN_NONE },
	{ "3707", OSCI_WARNING, "Mindestens ein Zertifikat ließ sich nicht vollständig prüfen.",
	  "At least one certificate could not be checked completely.", RSN_NONE },
	{ "3708", OSCI_WARNING, "Das Signaturzertifikat des Empfängers gilt nicht zum jetzigen Zeitpunkt.",
	  "The recipient's signature certificate is not valid at this time.", RSN_NONE },
	{ "3800", OSCI_WARNING, "Weitere passende Zustellungen liegen bereit.", "Further matching deliveries are waiting.",
	  RSN_NONE },
	{ "3801", OSCI_WARNING, "Weitere passende Laufzettel liegen bereit.",
	  "Further matching process cards are available.", RSN_NONE },
	{ "3802", OSCI_WARNING, "Die Antwort des Empfängers trägt keine Signatur.", "The recipient's answer is not signed.",
	  RSN_NONE },
	{ "3803", OSCI_WARNING, "Die Antwort des Empfängers kam unverschlüsselt.",
	  "The recipient's answer came without encryption.", RSN_NONE },
	{ "3950", OSCI_WARNING, "Zur gesamten Nachricht liegt eine innere Rückmeldung bei.",
	  "Feedback on the whole message is enclosed.", RSN_NONE },
	{ "3951", OSCI_WARNING, "Die Zeit für die Verarbeitung der gesamten Nachricht ist überschritten.",
	  "The time allowed for the whole message has run out.", RSN_NONE },
	{ "3952", OSCI_WARNING, "Die gesamte Nachricht wird noch verarbeitet.", "The whole message is still being processed.",
	  RSN_NONE },
	{ "9000", OSCI_FAULT_SERVER, "Beim Empfänger der Nachricht ist ein interner Fehler aufgetreten.",
	  "An internal error occurred at the receiver of this message.", RSN_OSCI_FAULT },
	{ "9100", OSCI_FAULT_CLIENT, "Das ist keine gültige OSCI-Nachricht.", "This is not a valid OSCI message.",
	  RSN_OSCI_FAULT },
	{ "9200", OSCI_FAULT_CLIENT, "Zum genannten Verschlüsselungszertifikat gibt es hier keinen Schlüssel.",
	  "There is no key here for the cipher certificate that was named.", RSN_DIR_INCOMPLETE },
	{ "9201", OSCI_FAULT_CLIENT, "Das zur Verschlüsselung verwendete Zertifikat ist gesperrt.",
	  "The certificate used for encryption is revoked.", RSN_DIR_INCOMPLETE },
	{ "9202", OSCI_FAULT_CLIENT, "Die Auftragsdaten ließen sich nicht entschlüsseln.",
	  "The order could not be decrypted.", RSN_OSCI_FAULT },
	{ "9300", OSCI_FAULT_CLIENT, "Die entschlüsselten Daten sind kein gültiger Auftrag.",
	  "The decrypted data are not a valid order.", RSN_OSCI_FAULT },
	{ "9400", OSCI_FAULT_CLIENT, "Dialogkennung, Folgenummer oder Antwortwert stimmen nicht.",
	  "Conversation id, sequence number or response value do not match.", RSN_OSCI_FAULT },
	{ "9500", OSCI_FAULT_CLIENT, "Das Verschlüsselungszertifikat des Absenders fehlt.",
	  "The sender's cipher certificate is missing.", RSN_LOC_KEY_MISSING },
	{ "9501", OSCI_FAULT_CLIENT, "Im Verschlüsselungszertifikat des Absenders ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the sender's cipher certificate is wrong.", RSN_LOC_KEY_MISSING },
	{ "9502", OSCI_FAULT_CLIENT, "Das Verschlüsselungszertifikat des Absenders ist gesperrt.",
	  "The sender's cipher certificate is revoked.", RSN_LOC_KEY_MISSING },
	{ "9503", OSCI_FAULT_SERVER, "Interner Fehler bei der Prüfung des Verschlüsselungszertifikats des Absenders.",
	  "Internal error while checking the sender's cipher certificate.", RSN_OSCI_FAULT },
	{ "9600", OSCI_ERROR, "Der Auftrag muss signiert sein.", "The order has to be signed.", RSN_OSCI_REFUSED },
	{ "9601", OSCI_ERROR, "Die Signatur des Auftrags ist falsch.", "The signature of the order is wrong.",
	  RSN_OSCI_REFUSED },
	{ "9602", OSCI_ERROR, "Die Signatur umfasst nicht alle Teile des Auftrags.",
	  "The signature does not cover every part of the order.", RSN_OSCI_REFUSED },
	{ "9603", OSCI_ERROR, "Interner Fehler bei der Prüfung der Signatur.", "Internal error while checking the signature.",
	  RSN_OSCI_FAULT },
	{ "9700", OSCI_ERROR, "Im Signaturzertifikat des Absenders ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the sender's signature certificate is wrong.", RSN_LOC_KEY_MISSING },
	{ "9701", OSCI_ERROR, "Das Signaturzertifikat des Absenders ist gesperrt.",
	  "The sender's signature certificate is revoked.", RSN_LOC_KEY_MISSING },
	{ "9704", OSCI_ERROR, "In einem Verschlüsselungszertifikat eines Autors ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in an author's cipher certificate is wrong.", RSN_LOC_KEY_MISSING },
	{ "9705", OSCI_ERROR, "Ein Verschlüsselungszertifikat eines Autors ist gesperrt.",
	  "An author's cipher certificate is revoked.", RSN_LOC_KEY_MISSING },
	{ "9706", OSCI_ERROR, "Im Verschlüsselungszertifikat des Empfängers ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the recipient's cipher certificate is wrong.", RSN_CERT_UNTRUSTED },
	{ "9707", OSCI_ERROR, "Das Verschlüsselungszertifikat des Empfängers ist gesperrt.",
	  "The recipient's cipher certificate is revoked.", RSN_CERT_REVOKED },
	{ "9708", OSCI_ERROR, "In einem Verschlüsselungszertifikat eines Lesers ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in a reader's cipher certificate is wrong.", RSN_CERT_UNTRUSTED },
	{ "9709", OSCI_ERROR, "Ein Verschlüsselungszertifikat eines Lesers ist gesperrt.",
	  "A reader's cipher certificate is revoked.", RSN_CERT_REVOKED },
	{ "9710", OSCI_ERROR, "Interner Fehler bei der Prüfung der Zertifikate.",
	  "Internal error while checking the certificates.", RSN_OSCI_FAULT },
	{ "9711", OSCI_ERROR, "Im Signaturzertifikat des Empfängers ist die Unterschrift des Ausstellers falsch.",
	  "The issuer's signature in the recipient's signature certificate is wrong.", RSN_CERT_UNTRUSTED },
	{ "9712", OSCI_ERROR, "Das Signaturzertifikat des Empfängers ist gesperrt.",
	  "The recipient's signature certificate is revoked.", RSN_CERT_REVOKED },
	{ "9800", OSCI_ERROR, "Der Zustellung fehlt die Nachrichtenkennung.", "The delivery carries no message id.",
	  RSN_OSCI_REFUSED },
	{ "9801", OSCI_ERROR, "Die Nachrichtenkennung wurde hier nicht vergeben oder ist schon verwendet.",
	  "The message id was not issued here or has been used already.", RSN_OSCI_REFUSED },
	{ "9802", OSCI_ERROR, "Dieser Auftrag ist nur in einem eröffneten Dialog möglich.",
	  "This order is possible only within an open dialog.", RSN_OSCI_REFUSED },
	{ "9803", OSCI_ERROR, "Es liegt keine passende Zustellung vor.", "There is no matching delivery.",
	  RSN_OSCI_REFUSED },
	{ "9804", OSCI_ERROR, "Es liegt kein passender Laufzettel vor.", "There is no matching process card.",
	  RSN_OSCI_REFUSED },
	{ "9805", OSCI_ERROR, "Der Empfänger hat die Zustellung nicht angenommen.",
	  "The recipient did not accept the delivery.", RSN_OSCI_REFUSED },
	{ "9806", OSCI_ERROR, "Der Empfänger hat angenommen, aber keine Antwort an den Absender mitgegeben.",
	  "The recipient accepted but gave no reply for the sender.", RSN_OSCI_REFUSED },
	{ "9807", OSCI_ERROR, "Die Signatur in der Antwort des Empfängers ist falsch.",
	  "The signature of the recipient's answer is wrong.", RSN_OSCI_REFUSED },
	{ "9808", OSCI_ERROR, "Beim Empfänger ist ein interner Fehler aufgetreten.",
	  "An internal error occurred at the recipient.", RSN_OSCI_FAULT },
	{ "9809", OSCI_ERROR, "Interner Fehler des Intermediärs, die Nachricht erreichte den Empfänger nicht.",
	  "Internal error of the intermediary, the message did not reach the recipient.", RSN_OSCI_FAULT },
	{ "9810", OSCI_ERROR, "Interner Fehler des Intermediärs, nachdem die Nachricht den Empfänger erreicht hatte.",
	  "Internal error of the intermediary after the message had reached the recipient.", RSN_OSCI_FAULT },
	{ "9811", OSCI_ERROR, "Interner Fehler bei der Ausführung des Auftrags.",
	  "Internal error while carrying out the order.", RSN_OSCI_FAULT },
	{ "9900", OSCI_ERROR, "Dieses Teilpaket liegt schon vor.", "This chunk is here already.", RSN_OSCI_REFUSED },
	{ "9901", OSCI_ERROR, "Die Nummer des Teilpakets ist falsch.", "The number of the chunk is wrong.",
	  RSN_OSCI_REFUSED },
	{ "9902", OSCI_ERROR, "Das Teilpaket ist zu groß.", "The chunk is too large.", RSN_OSCI_REFUSED },
	{ "9903", OSCI_ERROR, "Das Teilpaket ist zu klein.", "The chunk is too small.", RSN_OSCI_REFUSED },
	{ "9904", OSCI_ERROR, "Die gesamte Nachricht ist zu groß.", "The whole message is too large.", RSN_OSCI_REFUSED },
	{ "9905", OSCI_ERROR, "Die Angaben zu den Teilpaketen sind falsch.", "The chunk information is wrong.",
	  RSN_OSCI_REFUSED },
	{ "9950", OSCI_ERROR, "Die innere Rückmeldung zur gesamten Nachricht enthält Fehler.",
	  "The feedback on the whole message contains errors.", RSN_OSCI_REFUSED },
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
