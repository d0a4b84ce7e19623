/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of warnings. */
#include "xta/warning.h"

#include "base/mem.h"

static const struct xta_warning_row rows[] = {
	{ XTA_WARN_TOKENS, "W01", "X509TokenContainer ist leer und wurde nicht beachtet." },
	{ XTA_WARN_SCENARIO, "W02", "BusinessScenario fehlt." },
	{ XTA_WARN_PARTY_TYPE, "W03", "Eine Kennung (Identifier) trägt keinen Typ (type)." },
	{ XTA_WARN_SERVICE, "W04", "Service fehlt oder ist leer." },
	{ XTA_WARN_BODY, "W05", "Der Body enthält ein Element, obwohl er leer sein muss." },
	{ XTA_WARN_SOAP11, "W06", "Der Umschlag ist SOAP 1.1." },
	{ XTA_WARN_EMPTY, "W07", "Ein wahlfreies Element oder Attribut ist leer und wurde nicht beachtet." },
	{ XTA_WARN_SIZE, "W08", "Eine Größenangabe stimmt nicht mit dem Inhalt überein." },
	{ XTA_WARN_REPLY_TO, "W09", "Eine Antwortadresse wurde nicht beachtet." },
	{ XTA_WARN_SECURITY_TOKEN, "W10", "SecurityToken wurden nicht übernommen." },
	{ XTA_WARN_UNSCANNED, "W11", "Der Inhalt wurde nicht auf Schadsoftware geprüft." },
};

const struct xta_warning_row *xta_warning_at(unsigned i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}
