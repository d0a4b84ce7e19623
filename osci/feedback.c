/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of OSCI codes, and what a sender makes of each. */
#include "osci/feedback.h"

#include <stddef.h>
#include <string.h>

/*
 * The last two columns are for the sender's side, an answer to a store: what the intermediary broke itself is tried
 * again; certificates have an owner who renews them, and lists of revoked and trusted ones get stale on either side, so
 * those are tried again slowly; what is wrong with the order itself waits for a person. Of what was to be passed on
 * (9711, 9712, 9805 to 9810) the message id is used up; where the recipient may have it nevertheless, a person decides.
 */
static const struct osci_feedback lines[OSCI_CODE_COUNT] = {
	[OSCI_NO_CODE] = { "", "", "", OSCI_ERROR, ERR_TEMPORARY, RSN_NET_BAD_ANSWER },
	[OSCI_0800] = { "0800", "Auftrag ausgeführt, kein Dialog mehr offen.",
		       "Order carried out, no dialog remains open.",
		       OSCI_OK, ERR_NONE, RSN_NONE },
	[OSCI_0801] = { "0801", "Auftrag ausgeführt, der Dialog bleibt offen.",
		       "Order carried out, the dialog stays open.",
		       OSCI_OK, ERR_NONE, RSN_NONE },
	[OSCI_3500] = { "3500", "Das Verschlüsselungszertifikat des Absenders gilt nicht zum jetzigen Zeitpunkt.",
		       "The sender's cipher certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3501] = { "3501", "Das Verschlüsselungszertifikat des Absenders ließ sich nicht vollständig prüfen.",
		       "The sender's cipher certificate could not be checked completely.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3700] = { "3700", "Das Signaturzertifikat des Absenders gilt nicht zum jetzigen Zeitpunkt.",
		       "The sender's signature certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3701] = { "3701", "Ein Signaturzertifikat eines Autors gilt nicht zum jetzigen Zeitpunkt.",
		       "An author's signature certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3702] = { "3702", "In einem Signaturzertifikat eines Autors ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in an author's signature certificate is wrong.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3703] = { "3703", "Ein Signaturzertifikat eines Autors ist gesperrt.",
		       "An author's signature certificate is revoked.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3704] = { "3704", "Ein Verschlüsselungszertifikat eines Autors gilt nicht zum jetzigen Zeitpunkt.",
		       "An author's cipher certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3705] = { "3705", "Das Verschlüsselungszertifikat des Empfängers gilt nicht zum jetzigen Zeitpunkt.",
		       "The recipient's cipher certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3706] = { "3706", "Ein Verschlüsselungszertifikat eines Lesers gilt nicht zum jetzigen Zeitpunkt.",
		       "A reader's cipher certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3707] = { "3707", "Mindestens ein Zertifikat ließ sich nicht vollständig prüfen.",
		       "At least one certificate could not be checked completely.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3708] = { "3708", "Das Signaturzertifikat des Empfängers gilt nicht zum jetzigen Zeitpunkt.",
		       "The recipient's signature certificate is not valid at this time.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3800] = { "3800", "Weitere passende Zustellungen liegen bereit.",
		       "Further matching deliveries are waiting.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3801] = { "3801", "Weitere passende Laufzettel liegen bereit.",
		       "Further matching process cards are available.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3802] = { "3802", "Die Antwort des Empfängers trägt keine Signatur.",
		       "The recipient's answer is not signed.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3803] = { "3803", "Die Antwort des Empfängers kam unverschlüsselt.",
		       "The recipient's answer came without encryption.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3950] = { "3950", "Zur gesamten Nachricht liegt eine innere Rückmeldung bei.",
		       "Feedback on the whole message is enclosed.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3951] = { "3951", "Die Zeit für die Verarbeitung der gesamten Nachricht ist überschritten.",
		       "The time allowed for the whole message has run out.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_3952] = { "3952", "Die gesamte Nachricht wird noch verarbeitet.",
		       "The whole message is still being processed.",
		       OSCI_WARNING, ERR_NONE, RSN_NONE },
	[OSCI_9000] = { "9000", "Beim Empfänger der Nachricht ist ein interner Fehler aufgetreten.",
		       "An internal error occurred at the receiver of this message.",
		       OSCI_FAULT_SERVER, ERR_TEMPORARY, RSN_OSCI_PEER_ERROR },
	[OSCI_9100] = { "9100", "Das ist keine gültige OSCI-Nachricht.",
		       "This is not a valid OSCI message.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_FAULT },
	[OSCI_9200] = { "9200", "Zum genannten Verschlüsselungszertifikat gibt es hier keinen Schlüssel.",
		       "There is no key here for the cipher certificate that was named.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_DIR_MISMATCH },
	[OSCI_9201] = { "9201", "Das zur Verschlüsselung verwendete Zertifikat ist gesperrt.",
		       "The certificate used for encryption is revoked.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_DIR_MISMATCH },
	[OSCI_9202] = { "9202", "Die Auftragsdaten ließen sich nicht entschlüsseln.",
		       "The order could not be decrypted.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_FAULT },
	[OSCI_9300] = { "9300", "Die entschlüsselten Daten sind kein gültiger Auftrag.",
		       "The decrypted data are not a valid order.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_FAULT },
	[OSCI_9400] = { "9400", "Dialogkennung, Folgenummer oder Antwortwert stimmen nicht.",
		       "Conversation id, sequence number or response value do not match.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_FAULT },
	[OSCI_9500] = { "9500", "Das Verschlüsselungszertifikat des Absenders fehlt.",
		       "The sender's cipher certificate is missing.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9501] = { "9501", "Im Verschlüsselungszertifikat des Absenders ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in the sender's cipher certificate is wrong.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9502] = { "9502", "Das Verschlüsselungszertifikat des Absenders ist gesperrt.",
		       "The sender's cipher certificate is revoked.",
		       OSCI_FAULT_CLIENT, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9503] = { "9503", "Interner Fehler bei der Prüfung des Verschlüsselungszertifikats des Absenders.",
		       "Internal error while checking the sender's cipher certificate.",
		       OSCI_FAULT_SERVER, ERR_TEMPORARY, RSN_OSCI_PEER_ERROR },
	[OSCI_9600] = { "9600", "Der Auftrag muss signiert sein.",
		       "The order has to be signed.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9601] = { "9601", "Die Signatur des Auftrags ist falsch.",
		       "The signature of the order is wrong.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9602] = { "9602", "Die Signatur umfasst nicht alle Teile des Auftrags.",
		       "The signature does not cover every part of the order.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9603] = { "9603", "Interner Fehler bei der Prüfung der Signatur.",
		       "Internal error while checking the signature.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_PEER_ERROR },
	[OSCI_9700] = { "9700", "Im Signaturzertifikat des Absenders ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in the sender's signature certificate is wrong.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9701] = { "9701", "Das Signaturzertifikat des Absenders ist gesperrt.",
		       "The sender's signature certificate is revoked.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9704] = { "9704", "In einem Verschlüsselungszertifikat eines Autors ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in an author's cipher certificate is wrong.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9705] = { "9705", "Ein Verschlüsselungszertifikat eines Autors ist gesperrt.",
		       "An author's cipher certificate is revoked.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_CERT_REFUSED },
	[OSCI_9706] = { "9706", "Im Verschlüsselungszertifikat des Empfängers ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in the recipient's cipher certificate is wrong.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_CERT_UNTRUSTED },
	[OSCI_9707] = { "9707", "Das Verschlüsselungszertifikat des Empfängers ist gesperrt.",
		       "The recipient's cipher certificate is revoked.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_CERT_REVOKED },
	[OSCI_9708] = { "9708", "In einem Verschlüsselungszertifikat eines Lesers ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in a reader's cipher certificate is wrong.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_CERT_UNTRUSTED },
	[OSCI_9709] = { "9709", "Ein Verschlüsselungszertifikat eines Lesers ist gesperrt.",
		       "A reader's cipher certificate is revoked.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_CERT_REVOKED },
	[OSCI_9710] = { "9710", "Interner Fehler bei der Prüfung der Zertifikate.",
		       "Internal error while checking the certificates.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_PEER_ERROR },
	[OSCI_9711] = { "9711", "Im Signaturzertifikat des Empfängers ist die Unterschrift des Ausstellers falsch.",
		       "The issuer's signature in the recipient's signature certificate is wrong.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_RECEPTION_UNKNOWN, .uses_up = true },
	[OSCI_9712] = { "9712", "Das Signaturzertifikat des Empfängers ist gesperrt.",
		       "The recipient's signature certificate is revoked.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_RECEPTION_UNKNOWN, .uses_up = true },
	[OSCI_9800] = { "9800", "Der Zustellung fehlt die Nachrichtenkennung.",
		       "The delivery carries no message id.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9801] = { "9801", "Die Nachrichtenkennung wurde hier nicht vergeben oder ist schon verwendet.",
		       "The message id was not issued here or has been used already.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED },
	[OSCI_9802] = { "9802", "Dieser Auftrag ist nur in einem eröffneten Dialog möglich.",
		       "This order is possible only within an open dialog.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9803] = { "9803", "Es liegt keine passende Zustellung vor.",
		       "There is no matching delivery.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED },
	[OSCI_9804] = { "9804", "Es liegt kein passender Laufzettel vor.",
		       "There is no matching process card.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED },
	[OSCI_9805] = { "9805", "Der Empfänger hat die Zustellung nicht angenommen.",
		       "The recipient did not accept the delivery.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED, .uses_up = true },
	[OSCI_9806] = { "9806", "Der Empfänger hat angenommen, aber keine Antwort an den Absender mitgegeben.",
		       "The recipient accepted but gave no reply for the sender.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED, .uses_up = true },
	[OSCI_9807] = { "9807", "Die Signatur in der Antwort des Empfängers ist falsch.",
		       "The signature of the recipient's answer is wrong.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_RECEPTION_UNKNOWN, .uses_up = true },
	[OSCI_9808] = { "9808", "Beim Empfänger ist ein interner Fehler aufgetreten.",
		       "An internal error occurred at the recipient.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_RECIPIENT_FAILED, .uses_up = true },
	[OSCI_9809] = { "9809", "Interner Fehler des Intermediärs, die Nachricht erreichte den Empfänger nicht.",
		       "Internal error of the intermediary, the message did not reach the recipient.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_RECIPIENT_FAILED, .uses_up = true },
	[OSCI_9810] = { "9810", "Interner Fehler des Intermediärs, nachdem die Nachricht den Empfänger erreicht hatte.",
		       "Internal error of the intermediary after the message had reached the recipient.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_RECEPTION_UNKNOWN, .uses_up = true },
	[OSCI_9811] = { "9811", "Interner Fehler bei der Ausführung des Auftrags.",
		       "Internal error while carrying out the order.",
		       OSCI_ERROR, ERR_TEMPORARY, RSN_OSCI_PEER_ERROR },
	[OSCI_9900] = { "9900", "Dieses Teilpaket liegt schon vor.",
		       "This chunk is here already.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9901] = { "9901", "Die Nummer des Teilpakets ist falsch.",
		       "The number of the chunk is wrong.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9902] = { "9902", "Das Teilpaket ist zu groß.",
		       "The chunk is too large.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9903] = { "9903", "Das Teilpaket ist zu klein.",
		       "The chunk is too small.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9904] = { "9904", "Die gesamte Nachricht ist zu groß.",
		       "The whole message is too large.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED },
	[OSCI_9905] = { "9905", "Die Angaben zu den Teilpaketen sind falsch.",
		       "The chunk information is wrong.",
		       OSCI_ERROR, ERR_LOCAL, RSN_OSCI_REFUSED },
	[OSCI_9950] = { "9950", "Die innere Rückmeldung zur gesamten Nachricht enthält Fehler.",
		       "The feedback on the whole message contains errors.",
		       OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED },
	[OSCI_OTHER_CODE] = { "", "", "", OSCI_ERROR, ERR_PERMANENT, RSN_OSCI_REFUSED },
};

const struct osci_feedback *osci_feedback(enum osci_code code)
{
	return &lines[(unsigned)code < OSCI_CODE_COUNT ? code : OSCI_OTHER_CODE];
}

enum osci_code osci_feedback_code(const char *digits)
{
	if (digits == NULL || *digits == '\0')
		return OSCI_NO_CODE;
	for (unsigned i = OSCI_NO_CODE + 1; i < OSCI_OTHER_CODE; i++)
		if (strcmp(lines[i].digits, digits) == 0)
			return (enum osci_code)i;
	return OSCI_OTHER_CODE;
}

/* What may be believed of a code that anybody could have sent: that this attempt failed, and whom to ask about it. */
static enum reason unproven(const struct osci_feedback *f)
{
	enum reason_retry retry = reason_info(f->reason)->retry;

	if (f->level == OSCI_OK || f->level == OSCI_WARNING)
		return RSN_NET_BAD_ANSWER;
	return retry == RETRY_SOON || retry == RETRY_SLOW ? f->reason : RSN_OSCI_FAULT;
}

struct osci_reaction osci_feedback_reaction(enum osci_code code, bool authenticated)
{
	const struct osci_feedback *f = osci_feedback(code);
	struct osci_reaction r = { f->class, f->reason, f->reason == RSN_DIR_MISMATCH, f->uses_up };

	if (!authenticated) {
		r.class = ERR_TEMPORARY;
		r.reason = unproven(f);
	}
	return r;
}
