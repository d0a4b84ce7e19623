/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reason_list - the lines of the reason table (see reason.h for the columns). Included by reason.h only.
 * Groups: DIR- directory, CERT- certificates, NET- way to the intermediary, OSCI- its answer, LOC- here, OP- a person.
 */
#ifndef BASE_REASON_LIST_H
#define BASE_REASON_LIST_H

/* clang-format off */
#define REASONS(X) \
	X(RSN_DIR_UNREACHABLE, "DIR-UNREACHABLE", OWNER_DIRECTORY, RETRY_SOON, \
	  "No directory server answers and no usable entry is cached.", \
	  "Kein Verzeichnisserver antwortet, und kein brauchbarer Eintrag liegt vor.", \
	  "Nothing to do: it is tried again. If it lasts, check the network to the DVDV servers.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Netzweg zu den DVDV-Servern prüfen.") \
	X(RSN_DIR_DENIED, "DIR-DENIED", OWNER_OPERATOR, RETRY_SLOW, \
	  "The directory refuses our client.", \
	  "Das Verzeichnis weist unseren Zugang ab.", \
	  "Operator: check the client id and the key registered with the DVDV office.", \
	  "Betrieb: Client-Kennung und hinterlegten Schlüssel mit der DVDV-Stelle prüfen.") \
	X(RSN_DIR_BAD_ANSWER, "DIR-BAD-ANSWER", OWNER_DIRECTORY, RETRY_SOON, \
	  "The directory's answer cannot be used.", \
	  "Die Antwort des Verzeichnisses ist unbrauchbar.", \
	  "Nothing to do: it is tried again. If it lasts, report the entry to the DVDV office.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Eintrag der DVDV-Stelle melden.") \
	X(RSN_DIR_NO_ENTRY, "DIR-NO-ENTRY", OWNER_DIRECTORY, RETRY_SLOW, \
	  "The authority has no entry for this service in the directory.", \
	  "Die Behörde hat für diesen Dienst keinen Verzeichniseintrag.", \
	  "Directory maintainer of the authority: enter the service. It is tried again.", \
	  "Pflegende Stelle der Behörde: Dienst eintragen. Es wird erneut versucht.") \
	X(RSN_DIR_INCOMPLETE, "DIR-INCOMPLETE", OWNER_DIRECTORY, RETRY_SLOW, \
	  "The directory entry lacks an address or a certificate.", \
	  "Im Verzeichniseintrag fehlt eine Adresse oder ein Zertifikat.", \
	  "Directory maintainer of the authority: complete the entry. It is tried again.", \
	  "Pflegende Stelle der Behörde: Eintrag vervollständigen. Es wird erneut versucht.") \
	X(RSN_DIR_EXPIRED, "DIR-EXPIRED", OWNER_DIRECTORY, RETRY_SLOW, \
	  "The directory entry is outside its validity.", \
	  "Der Verzeichniseintrag ist nicht (mehr) gültig.", \
	  "Directory maintainer of the authority: renew the entry. It is tried again.", \
	  "Pflegende Stelle der Behörde: Eintrag erneuern. Es wird erneut versucht.") \
	X(RSN_DIR_AMBIGUOUS, "DIR-AMBIGUOUS", OWNER_DIRECTORY, RETRY_SLOW, \
	  "The directory names more than one recipient.", \
	  "Das Verzeichnis nennt mehr als einen Empfänger.", \
	  "Directory maintainer of the authority: make the entry unique. It is tried again.", \
	  "Pflegende Stelle der Behörde: Eintrag eindeutig machen. Es wird erneut versucht.") \
	X(RSN_CERT_EXPIRED, "CERT-EXPIRED", OWNER_RECIPIENT, RETRY_SLOW, \
	  "The recipient's certificate is outside its validity.", \
	  "Das Zertifikat des Empfängers ist nicht (mehr) gültig.", \
	  "Recipient: renew the certificate and enter it in the directory. It is tried again.", \
	  "Empfänger: Zertifikat erneuern und eintragen lassen. Es wird erneut versucht.") \
	X(RSN_CERT_REVOKED, "CERT-REVOKED", OWNER_RECIPIENT, RETRY_SLOW, \
	  "The recipient's certificate is revoked.", \
	  "Das Zertifikat des Empfängers ist gesperrt.", \
	  "Recipient: enter a new certificate in the directory. It is tried again.", \
	  "Empfänger: neues Zertifikat eintragen lassen. Es wird erneut versucht.") \
	X(RSN_CERT_UNTRUSTED, "CERT-UNTRUSTED", OWNER_RECIPIENT, RETRY_SLOW, \
	  "The recipient's certificate does not lead to a trusted issuer.", \
	  "Das Zertifikat des Empfängers führt zu keinem vertrauten Aussteller.", \
	  "Recipient: use a certificate of the administration's PKI; operator: check the trust list.", \
	  "Empfänger: Zertifikat der Verwaltungs-PKI verwenden; Betrieb: Vertrauensliste prüfen.") \
	X(RSN_CERT_WEAK, "CERT-WEAK", OWNER_RECIPIENT, RETRY_SLOW, \
	  "The recipient's certificate is too weak or made for another use.", \
	  "Das Zertifikat des Empfängers ist zu schwach oder für anderes bestimmt.", \
	  "Recipient: use a certificate for encryption with a sufficient key. It is tried again.", \
	  "Empfänger: Verschlüsselungszertifikat mit ausreichendem Schlüssel verwenden. Es wird erneut versucht.") \
	X(RSN_CERT_NO_STATUS, "CERT-NO-STATUS", OWNER_OPERATOR, RETRY_SOON, \
	  "No fresh revocation list is at hand for the certificate.", \
	  "Für das Zertifikat liegt keine aktuelle Sperrliste vor.", \
	  "Operator: renew the revocation lists. It is tried again.", \
	  "Betrieb: Sperrlisten erneuern. Es wird erneut versucht.") \
	X(RSN_NET_UNREACHABLE, "NET-UNREACHABLE", OWNER_NOBODY, RETRY_SOON, \
	  "The recipient's intermediary cannot be reached.", \
	  "Der Intermediär des Empfängers ist nicht erreichbar.", \
	  "Nothing to do: it is tried again. If it lasts, call the intermediary's operator.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Betreiber des Intermediärs anrufen.") \
	X(RSN_NET_TIMEOUT, "NET-TIMEOUT", OWNER_NOBODY, RETRY_SOON, \
	  "The recipient's intermediary does not answer in time.", \
	  "Der Intermediär des Empfängers antwortet nicht rechtzeitig.", \
	  "Nothing to do: it is tried again. If it lasts, call the intermediary's operator.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Betreiber des Intermediärs anrufen.") \
	X(RSN_NET_BAD_ANSWER, "NET-BAD-ANSWER", OWNER_RECIPIENT, RETRY_SOON, \
	  "The intermediary answers something that is not OSCI.", \
	  "Der Intermediär antwortet mit etwas, das kein OSCI ist.", \
	  "Intermediary's operator: check the service behind the address. It is tried again.", \
	  "Betreiber des Intermediärs: Dienst hinter der Adresse prüfen. Es wird erneut versucht.") \
	X(RSN_NET_ANSWER_LOST, "NET-ANSWER-LOST", OWNER_NOBODY, RETRY_SOON, \
	  "The answer was lost; the application may be stored already.", \
	  "Die Antwort ging verloren; der Antrag ist vielleicht schon abgelegt.", \
	  "Nothing to do: it is asked again under the same message id, so nothing is doubled.", \
	  "Nichts zu tun: mit derselben Nachrichten-ID wird nachgefragt, nichts entsteht doppelt.") \
	X(RSN_OSCI_FAULT, "OSCI-FAULT", OWNER_OPERATOR, RETRY_SOON, \
	  "The intermediary could not process our message.", \
	  "Der Intermediär konnte unsere Nachricht nicht verarbeiten.", \
	  "Operator: see the OSCI code; it is tried again.", \
	  "Betrieb: OSCI-Code ansehen; es wird erneut versucht.") \
	X(RSN_OSCI_REFUSED, "OSCI-REFUSED", OWNER_OPERATOR, RETRY_HOLD, \
	  "The intermediary refused the delivery.", \
	  "Der Intermediär hat die Zustellung abgelehnt.", \
	  "Operator: see the OSCI code, mend the cause, then release the delivery.", \
	  "Betrieb: OSCI-Code ansehen, Ursache beheben, Zustellung freigeben.") \
	X(RSN_OSCI_NOT_COLLECTED, "OSCI-NOT-COLLECTED", OWNER_RECIPIENT, RETRY_SLOW, \
	  "The recipient has not collected the delivery from its intermediary in time.", \
	  "Der Empfänger hat die Sendung nicht rechtzeitig bei seinem Intermediär abgeholt.", \
	  "Operator: tell the recipient to collect its mailbox. Its intermediary is asked again.", \
	  "Betrieb: Empfänger bitten, sein Postfach abzuholen. Es wird weiter nachgefragt.") \
	X(RSN_OSCI_UNSIGNED_ANSWER, "OSCI-UNTRUSTED-ANSWER", OWNER_OPERATOR, RETRY_SLOW, \
	  "The answer is not signed by the intermediary the directory names.", \
	  "Die Antwort ist nicht vom Intermediär des Verzeichnisses signiert.", \
	  "Operator: compare the intermediary's certificate with the directory. It is tried again.", \
	  "Betrieb: Zertifikat des Intermediärs mit dem Verzeichnis vergleichen. Es wird erneut versucht.") \
	X(RSN_LOC_DISK_FULL, "LOC-DISK-FULL", OWNER_OPERATOR, RETRY_SOON, \
	  "The spool's disk is full.", \
	  "Der Datenträger der Ablage ist voll.", \
	  "Operator: make room. Nothing accepted is lost; it goes on by itself.", \
	  "Betrieb: Platz schaffen. Nichts Angenommenes geht verloren; es geht von selbst weiter.") \
	X(RSN_LOC_DATA_BAD, "LOC-DATA-BAD", OWNER_OPERATOR, RETRY_HOLD, \
	  "A stored payload cannot be read back.", \
	  "Ein abgelegter Inhalt ist nicht lesbar.", \
	  "Operator: check the disk, restore from the backup, then release the delivery.", \
	  "Betrieb: Datenträger prüfen, aus der Sicherung herstellen, Zustellung freigeben.") \
	X(RSN_LOC_KEY_MISSING, "LOC-KEY-MISSING", OWNER_OPERATOR, RETRY_SLOW, \
	  "One of our own keys is missing or expired.", \
	  "Ein eigener Schlüssel fehlt oder ist abgelaufen.", \
	  "Operator: renew the key and certificate named in the configuration.", \
	  "Betrieb: in der Konfiguration genannten Schlüssel samt Zertifikat erneuern.") \
	X(RSN_LOC_STOPPED, "LOC-STOPPED", OWNER_NOBODY, RETRY_SOON, \
	  "The daemon was stopped during the attempt.", \
	  "Der Dienst wurde während des Versuchs beendet.", \
	  "Nothing to do: it is tried again.", \
	  "Nichts zu tun, es wird erneut versucht.") \
	X(RSN_OP_HELD, "OP-HELD", OWNER_OPERATOR, RETRY_HOLD, \
	  "An operator holds the delivery.", \
	  "Der Betrieb hält die Zustellung an.", \
	  "Operator: release it when the reason is gone.", \
	  "Betrieb: freigeben, wenn der Grund entfallen ist.") \
	X(RSN_INTERNAL, "LOC-INTERNAL", OWNER_OPERATOR, RETRY_SLOW, \
	  "An error in Depesche itself.", \
	  "Ein Fehler in Depesche selbst.", \
	  "Operator: report the log lines of this delivery. It is tried again.", \
	  "Betrieb: Protokollzeilen dieser Zustellung melden. Es wird erneut versucht.")
/* clang-format on */

#endif
