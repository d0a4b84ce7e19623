/* SPDX-License-Identifier: EUPL-1.2 */
/* What went wrong and what was expected, in the person's language. */
#include "cli.h"

/* English is e.text alone: it says more than its code. */
static const char *const german[ERR_CODE_COUNT] = {
	[ERR_NOMEM] = "Der Speicher reicht nicht",
	[ERR_IO] = "Ein- oder Ausgabefehler",
	[ERR_FULL] = "Es ist kein Platz mehr",
	[ERR_INTERNAL] = "Fehler im Programm, bitte melden",
	[ERR_CONFIG] = "Die Konfiguration lässt das nicht zu",
	[ERR_MISSING] = "Nicht gefunden",
	[ERR_EXISTS] = "Das gibt es schon",
	[ERR_WRONG_STATE] = "In diesem Zustand nicht möglich",
	[ERR_SYNTAX] = "So nicht zu verstehen",
	[ERR_LIMIT] = "Grenze überschritten",
	[ERR_DENIED] = "Nicht erlaubt",
	[ERR_TRUST] = "Zertifikat oder Signatur nicht vertrauenswürdig",
	[ERR_CRYPTO] = "Nicht zu entschlüsseln, oder Prüfung nicht bestanden",
	[ERR_UNSUPPORTED] = "Wird nicht unterstützt",
	[ERR_REFUSED] = "Die Gegenseite lehnt ab",
	[ERR_PEER] = "Die Gegenseite antwortet nicht wie vereinbart",
	[ERR_UNREACHABLE] = "Der Dienst ist nicht zu erreichen",
	[ERR_TIMEOUT] = "Der Dienst antwortet nicht rechtzeitig",
	[ERR_BUSY] = "Gerade zu viel auf einmal, bitte später noch einmal",
	[ERR_STOPPING] = "Der Dienst wird gerade beendet",
};

static const struct {
	const char *en, *de;
} sentences[] = {
	[CLI_SAY_WHY] = { "this changes something: say why with --reason \"...\"",
			  "das ändert etwas: Begründung mit --reason \"...\" angeben" },
	[CLI_SAY_NO_ARGUMENTS] = { "takes no arguments", "nimmt keine Argumente" },
	[CLI_SAY_TAKES] = { "takes", "erwartet" },
	[CLI_SAY_CHOOSE] = { "takes ID, or options that choose: --recipient, --peer, --why, --older-than, ... or --all",
			     "erwartet ID oder auswählende Optionen: --recipient, --peer, --why, --older-than, ... oder --all" },
	[CLI_SAY_UNUSED] = { "does not use", "kennt nicht die Option" },
	[CLI_SAY_REASON_IS_NO_FILTER] = { ", which says why something is changed; --why KEY chooses by reason",
					  ", die eine Änderung begründet; --why KEY wählt nach dem Grund aus" },
};

const char *cli_sentence(const struct cli *c, enum cli_sentence s)
{
	return c->german ? sentences[s].de : sentences[s].en;
}

void cli_failed(const struct cli *c, const struct err *e, FILE *out)
{
	const char *de = (unsigned)e->code < ERR_CODE_COUNT ? german[e->code] : NULL;

	if (c->german && de != NULL)
		(void)fprintf(out, "depesche: %s: %s\n", de, e->text);
	else
		(void)fprintf(out, "depesche: %s\n", e->text);
}
