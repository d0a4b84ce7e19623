/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of codes. */
#include "xta/fault.h"

#include "base/mem.h"

static const struct xta_fault rows[] = {
	{ XTA_MALFORMED, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "", "Die Anfrage ist nicht lesbar.",
	  "The request cannot be read." },
	{ XTA_TOO_LARGE, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "", "Die Anfrage ist zu groß.",
	  "The request is too large." },
	{ XTA_VERSION_MISMATCH, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "",
	  "Der Umschlag ist weder SOAP 1.2 noch SOAP 1.1.", "The envelope is neither SOAP 1.2 nor SOAP 1.1." },
	{ XTA_NOT_UNDERSTOOD, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "",
	  "Ein Kopfeintrag, der verstanden werden muss, ist hier unbekannt.",
	  "A header entry that has to be understood is unknown here." },
	{ XTA_ACTION_MISSING, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "MessageAddressingHeaderRequired",
	  "Die Anfrage nennt keine Aktion.", "The request names no action." },
	{ XTA_ACTION_UNKNOWN, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "ActionNotSupported",
	  "Die Aktion wird hier nicht angeboten.", "The action is not offered here." },
	{ XTA_ACTION_MISMATCH, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "ActionMismatch",
	  "Die Anfrage nennt verschiedene Aktionen.", "The request names different actions." },
	{ XTA_BAD_ADDRESSING, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "InvalidAddressingHeader",
	  "Ein Kopfeintrag von WS-Addressing ist ungültig.", "A header entry of WS-Addressing is invalid." },
	{ XTA_NOT_ANONYMOUS, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "OnlyAnonymousAddressSupported",
	  "Antworten gehen nur auf dem Weg der Anfrage zurück.", "Answers only go back the way of the request." },
	{ XTA_BAD_MEDIA, XTA_NO_EXCEPTION, false, XTA_REMEDY_NONE, "", "Die Anfrage hat keinen Medientyp von SOAP.",
	  "The request has no media type of SOAP." },
	{ XTA_9000, XTA_TECHNICAL_PROBLEM, false, XTA_REMEDY_NONE, "", "Die Anfrage kann so nicht erfüllt werden.",
	  "The request cannot be met as it is." },
	{ XTA_9010, XTA_PERMISSION_DENIED, false, XTA_REMEDY_ACCOUNT, "", "Das Zertifikat ist abgelaufen.",
	  "The certificate has expired." },
	{ XTA_9011, XTA_PERMISSION_DENIED, false, XTA_REMEDY_ACCOUNT, "", "Das Konto ist gesperrt.",
	  "The account is locked." },
	{ XTA_9012, XTA_PERMISSION_DENIED, false, XTA_REMEDY_ACCOUNT, "", "Das Konto gibt es nicht.",
	  "There is no such account." },
	{ XTA_9013, XTA_PERMISSION_DENIED, false, XTA_REMEDY_ACCOUNT, "", "Der Dienst ist für das Konto nicht gebucht.",
	  "The account has not subscribed to the service." },
	{ XTA_9014, XTA_PERMISSION_DENIED, false, XTA_REMEDY_ACCOUNT, "",
	  "Das Zertifikat gehört nicht zur genannten Kennung.", "The certificate does not belong to the party named." },
	{ XTA_9020, XTA_PARAMETER_INVALID, false, XTA_REMEDY_NONE, "", "Es fehlen Parameter.",
	  "There are no parameters." },
	{ XTA_9021, XTA_PARAMETER_INVALID, false, XTA_REMEDY_NONE, "", "Eine URI ist ungültig.",
	  "A URI is not valid." },
	{ XTA_9022, XTA_PARAMETER_INVALID, false, XTA_REMEDY_NONE, "", "Die Parameter passen nicht zusammen.",
	  "The parameters do not go together." },
	{ XTA_9023, XTA_PARAMETER_INVALID, false, XTA_REMEDY_NONE, "", "Die Nachricht ist größer als erlaubt.",
	  "The message is larger than allowed." },
	{ XTA_9024, XTA_PARAMETER_INVALID, false, XTA_REMEDY_ASK, "", "Die MessageID ist schon vergeben.",
	  "The message id is in use already." },
	{ XTA_9030, XTA_TECHNICAL_PROBLEM, true, XTA_REMEDY_WAIT, "", "Interner Fehler des XTA-Servers.",
	  "Internal error of the XTA server." },
	{ XTA_9031, XTA_TECHNICAL_PROBLEM, true, XTA_REMEDY_WAIT, "", "Der Verzeichnisdienst antwortet nicht richtig.",
	  "The directory does not answer as it should." },
	{ XTA_9032, XTA_TECHNICAL_PROBLEM, true, XTA_REMEDY_WAIT, "", "Die Zustellung ist gescheitert.",
	  "The delivery has failed." },
	{ XTA_9050, XTA_SCHEMA_VIOLATION, false, XTA_REMEDY_NONE, "", "Die Nachricht entspricht nicht ihrem Schema.",
	  "The message does not conform to its schema." },
	{ XTA_9051, XTA_SCHEMA_VIOLATION, false, XTA_REMEDY_NONE, "", "Die Nachricht ist falsch kodiert.",
	  "The message is wrongly encoded." },
	{ XTA_9052, XTA_SCHEMA_VIOLATION, false, XTA_REMEDY_NONE, "", "Die Nachricht verletzt ihr Dienstprofil.",
	  "The message violates its service profile." },
	{ XTA_9060, XTA_VIRUS, false, XTA_REMEDY_NONE, "", "Die Nachricht enthält Schadcode.",
	  "The message holds malicious code." },
	{ XTA_9070, XTA_INVALID_ID, false, XTA_REMEDY_NONE, "", "Die MessageID ist für das Konto nicht bekannt.",
	  "The message id is not known for this account." },
	{ XTA_9080, XTA_SYNC_ASYNC, false, XTA_REMEDY_NONE, "", "Den Dienst gibt es nur asynchron.",
	  "The service is offered asynchronously only." },
	{ XTA_9081, XTA_SYNC_ASYNC, false, XTA_REMEDY_NONE, "", "Den Dienst gibt es nur synchron.",
	  "The service is offered synchronously only." },
	{ XTA_9100, XTA_CANCEL_DENIED, false, XTA_REMEDY_NONE, "", "Der Zeitpunkt aus NotBefore ist vorbei.",
	  "The instant of NotBefore has passed." },
	{ XTA_9101, XTA_CANCEL_DENIED, false, XTA_REMEDY_NONE, "", "NotBefore war nicht gesetzt.",
	  "NotBefore was not set." },
};

static const struct {
	enum xta_exception x;
	const char *name;
} exceptions[] = {
	{ XTA_PERMISSION_DENIED, "PermissionDeniedException" },
	{ XTA_TECHNICAL_PROBLEM, "XTAWSTechnicalProblemException" },
	{ XTA_PARAMETER_INVALID, "ParameterIsNotValidException" },
	{ XTA_SCHEMA_VIOLATION, "MessageSchemaViolationException" },
	{ XTA_VIRUS, "MessageVirusDetectionException" },
	{ XTA_INVALID_ID, "InvalidMessageIDException" },
	{ XTA_SYNC_ASYNC, "SyncAsyncException" },
	{ XTA_CANCEL_DENIED, "CancelDeniedException" },
};

const struct xta_fault *xta_fault_at(unsigned i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

const struct xta_fault *xta_fault_of(enum xta_code code)
{
	const struct xta_fault *other = &rows[0];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code)
			return &rows[i];
		if (rows[i].code == XTA_9000)
			other = &rows[i];
	}
	return other;
}

const char *xta_exception_name(enum xta_exception x)
{
	for (size_t i = 0; i < ARRAY_LEN(exceptions); i++)
		if (exceptions[i].x == x)
			return exceptions[i].name;
	return "";
}

bool xta_exception_from(struct span name, enum xta_exception *x)
{
	*x = XTA_NO_EXCEPTION;
	for (size_t i = 0; i < ARRAY_LEN(exceptions); i++) {
		if (!span_is(name, exceptions[i].name))
			continue;
		*x = exceptions[i].x;
		return true;
	}
	return false;
}
