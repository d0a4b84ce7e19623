/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reason_list - the lines of the reason table (see reason.h for the columns). Included by reason.h only.
 * Groups: DIR- directory, CERT- certificates, NET- way to the intermediary, OSCI- its answer, LOC- here, OP- a person.
 */
#ifndef BASE_REASON_LIST_H
#define BASE_REASON_LIST_H

/* clang-format off */
#define REASONS(X) \
	X(RSN_DIR_UNREACHABLE, "DIR-UNREACHABLE", OWNER_DIRECTORY, RETRY_SOON, BLAME_DIRECTORY, \
	  "No directory server answers and no usable entry is cached.", \
	  "Kein Verzeichnisserver antwortet, und kein brauchbarer Eintrag liegt vor.", \
	  "Nothing to do: it is tried again. If it lasts, check the network to the DVDV servers.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Netzweg zu den DVDV-Servern prüfen.") \
	X(RSN_DIR_DENIED, "DIR-DENIED", OWNER_OPERATOR, RETRY_SLOW, BLAME_DIRECTORY, \
	  "The directory refuses our client.", \
	  "Das Verzeichnis weist unseren Zugang ab.", \
	  "Operator: check the client id and the key registered with the DVDV office.", \
	  "Betrieb: Client-Kennung und hinterlegten Schlüssel mit der DVDV-Stelle prüfen.") \
	X(RSN_DIR_BAD_ANSWER, "DIR-BAD-ANSWER", OWNER_DIRECTORY, RETRY_SOON, BLAME_DIRECTORY, \
	  "The directory's answer cannot be used.", \
	  "Die Antwort des Verzeichnisses ist unbrauchbar.", \
	  "Nothing to do: it is tried again. If it lasts, report the entry to the DVDV office.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Eintrag der DVDV-Stelle melden.") \
	X(RSN_DIR_OTHER_ENTRY, "DIR-OTHER-ENTRY", OWNER_OPERATOR, RETRY_SOON, BLAME_RECIPIENT, \
	  "The directory answers with an entry that was not asked for.", \
	  "Das Verzeichnis antwortet mit einem Eintrag, nach dem nicht gefragt war.", \
	  "Operator: report question and answer (see the detail) to the directory server's operator; look for " \
	    "a caching proxy in between. It is tried again.", \
	  "Betrieb: Frage und Antwort (siehe Einzelheit) dem Betreiber des Verzeichnisservers melden; " \
	    "zwischengespeicherte Antworten eines Proxys ausschließen. Es wird erneut versucht.") \
	X(RSN_DIR_TLS, "DIR-TLS", OWNER_OPERATOR, RETRY_SOON, BLAME_DIRECTORY, \
	  "No secure connection to the directory server: TLS fails.", \
	  "Keine sichere Verbindung zum Verzeichnisserver: TLS schlägt fehl.", \
	  "Operator: compare directory.servers and directory.ca_file with the server's certificate (see the " \
	    "detail); if they are right, tell the server's operator.", \
	  "Betrieb: directory.servers und directory.ca_file mit dem Zertifikat des Servers vergleichen (siehe " \
	    "Einzelheit); stimmen sie, den Betreiber des Servers verständigen.") \
	X(RSN_DIR_NO_ENTRY, "DIR-NO-ENTRY", OWNER_DIRECTORY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The authority has no entry for this service in the directory.", \
	  "Die Behörde hat für diesen Dienst keinen Verzeichniseintrag.", \
	  "Directory maintainer of the authority: enter the service. It is tried again.", \
	  "Pflegende Stelle der Behörde: Dienst eintragen. Es wird erneut versucht.") \
	X(RSN_DIR_INCOMPLETE, "DIR-INCOMPLETE", OWNER_DIRECTORY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The directory entry lacks an address or a certificate.", \
	  "Im Verzeichniseintrag fehlt eine Adresse oder ein Zertifikat.", \
	  "Directory maintainer of the authority: complete the entry. It is tried again.", \
	  "Pflegende Stelle der Behörde: Eintrag vervollständigen. Es wird erneut versucht.") \
	X(RSN_DIR_BAD_ADDRESS, "DIR-BAD-ADDRESS", OWNER_DIRECTORY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The address in the directory entry cannot be used.", \
	  "Die Adresse im Verzeichniseintrag ist nicht verwendbar.", \
	  "Directory maintainer of the authority: correct the intermediary's address (see the detail). It is " \
	    "tried again.", \
	  "Pflegende Stelle der Behörde: Adresse des Intermediärs berichtigen (siehe Einzelheit). Es wird " \
	    "erneut versucht.") \
	X(RSN_DIR_MISMATCH, "DIR-MISMATCH", OWNER_DIRECTORY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The intermediary has no key for the cipher certificate in its directory entry.", \
	  "Der Intermediär hat keinen Schlüssel zum Verschlüsselungszertifikat seines Verzeichniseintrags.", \
	  "Directory maintainer and intermediary's operator: make the entry name its present certificate. It is " \
	    "tried again.", \
	  "Pflegende Stelle und Betreiber des Intermediärs: aktuelles Zertifikat eintragen. Es wird erneut " \
	    "versucht.") \
	X(RSN_DIR_EXPIRED, "DIR-EXPIRED", OWNER_DIRECTORY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The directory entry is outside its validity.", \
	  "Der Verzeichniseintrag ist nicht (mehr) gültig.", \
	  "Directory maintainer of the authority: renew the entry. It is tried again.", \
	  "Pflegende Stelle der Behörde: Eintrag erneuern. Es wird erneut versucht.") \
	X(RSN_DIR_AMBIGUOUS, "DIR-AMBIGUOUS", OWNER_DIRECTORY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The directory names more than one recipient.", \
	  "Das Verzeichnis nennt mehr als einen Empfänger.", \
	  "Directory maintainer of the authority: make the entry unique. It is tried again.", \
	  "Pflegende Stelle der Behörde: Eintrag eindeutig machen. Es wird erneut versucht.") \
	X(RSN_CERT_EXPIRED, "CERT-EXPIRED", OWNER_RECIPIENT, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The recipient's certificate is outside its validity.", \
	  "Das Zertifikat des Empfängers ist nicht (mehr) gültig.", \
	  "Recipient: renew the certificate and enter it in the directory. It is tried again.", \
	  "Empfänger: Zertifikat erneuern und eintragen lassen. Es wird erneut versucht.") \
	X(RSN_CERT_NOT_YET, "CERT-NOT-YET", OWNER_RECIPIENT, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The recipient's certificate is not valid yet.", \
	  "Das Zertifikat des Empfängers gilt noch nicht.", \
	  "Recipient: enter the certificate that is valid now, or wait for the instant in the detail. It is " \
	    "tried again.", \
	  "Empfänger: derzeit gültiges Zertifikat eintragen lassen oder den Zeitpunkt in der Einzelheit " \
	    "abwarten. Es wird erneut versucht.") \
	X(RSN_CERT_REVOKED, "CERT-REVOKED", OWNER_RECIPIENT, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The recipient's certificate is revoked.", \
	  "Das Zertifikat des Empfängers ist gesperrt.", \
	  "Recipient: enter a new certificate in the directory. It is tried again.", \
	  "Empfänger: neues Zertifikat eintragen lassen. Es wird erneut versucht.") \
	X(RSN_CERT_UNTRUSTED, "CERT-UNTRUSTED", OWNER_RECIPIENT, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The recipient's certificate does not lead to a trusted issuer.", \
	  "Das Zertifikat des Empfängers führt zu keinem vertrauten Aussteller.", \
	  "Recipient: use a certificate of the administration's PKI; operator: check the trust list.", \
	  "Empfänger: Zertifikat der Verwaltungs-PKI verwenden; Betrieb: Vertrauensliste prüfen.") \
	X(RSN_CERT_WEAK, "CERT-WEAK", OWNER_RECIPIENT, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The recipient's certificate is too weak or made for another use.", \
	  "Das Zertifikat des Empfängers ist zu schwach oder für anderes bestimmt.", \
	  "Recipient: use a certificate for encryption with a sufficient key. It is tried again.", \
	  "Empfänger: Verschlüsselungszertifikat mit ausreichendem Schlüssel verwenden. Es wird erneut versucht.") \
	X(RSN_CERT_FORM, "CERT-FORM", OWNER_RECIPIENT, RETRY_SLOW, BLAME_RECIPIENT, \
	  "A certificate breaks the rules of RFC 5280 (see the detail): its own, or an issuer's above it.", \
	  "Ein Zertifikat verstößt gegen RFC 5280 (siehe Einzelheit): das eigene oder das eines Ausstellers darüber.", \
	  "Holder of the certificate: let its issuer make one with what is missing. It is tried again.", \
	  "Inhaber des Zertifikats: vom Aussteller eines ausstellen lassen, das die fehlenden Angaben hat. " \
	    "Es wird erneut versucht.") \
	X(RSN_IM_CERT_EXPIRED, "CERT-INTERMEDIARY-EXPIRED", OWNER_INTERMEDIARY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The intermediary's certificate is outside its validity.", \
	  "Das Zertifikat des Intermediärs ist nicht (mehr) gültig.", \
	  "Intermediary's operator: renew the certificate and enter it in the directory. It is tried again.", \
	  "Betreiber des Intermediärs: Zertifikat erneuern und eintragen lassen. Es wird erneut versucht.") \
	X(RSN_IM_CERT_NOT_YET, "CERT-INTERMEDIARY-NOT-YET", OWNER_INTERMEDIARY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The intermediary's certificate is not valid yet.", \
	  "Das Zertifikat des Intermediärs gilt noch nicht.", \
	  "Intermediary's operator: enter the certificate that is valid now. It is tried again.", \
	  "Betreiber des Intermediärs: derzeit gültiges Zertifikat eintragen lassen. Es wird erneut versucht.") \
	X(RSN_IM_CERT_REVOKED, "CERT-INTERMEDIARY-REVOKED", OWNER_INTERMEDIARY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The intermediary's certificate is revoked.", \
	  "Das Zertifikat des Intermediärs ist gesperrt.", \
	  "Intermediary's operator: enter a new certificate in the directory. It is tried again.", \
	  "Betreiber des Intermediärs: neues Zertifikat eintragen lassen. Es wird erneut versucht.") \
	X(RSN_IM_CERT_UNTRUSTED, "CERT-INTERMEDIARY-UNTRUSTED", OWNER_INTERMEDIARY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The intermediary's certificate does not lead to a trusted issuer.", \
	  "Das Zertifikat des Intermediärs führt zu keinem vertrauten Aussteller.", \
	  "Intermediary's operator: use a certificate of the administration's PKI; operator: check the trust list.", \
	  "Betreiber des Intermediärs: Zertifikat der Verwaltungs-PKI verwenden; Betrieb: Vertrauensliste prüfen.") \
	X(RSN_IM_CERT_WEAK, "CERT-INTERMEDIARY-WEAK", OWNER_INTERMEDIARY, RETRY_SLOW, BLAME_RECIPIENT, \
	  "The intermediary's certificate is too weak or made for another use.", \
	  "Das Zertifikat des Intermediärs ist zu schwach oder für anderes bestimmt.", \
	  "Intermediary's operator: use a certificate of the right use with a sufficient key. It is tried again.", \
	  "Betreiber des Intermediärs: Zertifikat für den richtigen Zweck mit ausreichendem Schlüssel " \
	    "verwenden. Es wird erneut versucht.") \
	X(RSN_CERT_NO_STATUS, "CERT-NO-STATUS", OWNER_OPERATOR, RETRY_SOON, BLAME_RECIPIENT, \
	  "No fresh revocation list is at hand for the certificate.", \
	  "Für das Zertifikat liegt keine aktuelle Sperrliste vor.", \
	  "Operator: renew the revocation lists. It is tried again.", \
	  "Betrieb: Sperrlisten erneuern. Es wird erneut versucht.") \
	X(RSN_NET_UNREACHABLE, "NET-UNREACHABLE", OWNER_NOBODY, RETRY_SOON, BLAME_PEER, \
	  "The recipient's intermediary cannot be reached.", \
	  "Der Intermediär des Empfängers ist nicht erreichbar.", \
	  "Nothing to do: it is tried again. If it lasts, call the intermediary's operator.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Betreiber des Intermediärs anrufen.") \
	X(RSN_NET_UNKNOWN_HOST, "NET-UNKNOWN-HOST", OWNER_DIRECTORY, RETRY_SOON, BLAME_PEER, \
	  "The name of the intermediary in the directory entry cannot be resolved.", \
	  "Der Name des Intermediärs im Verzeichniseintrag lässt sich nicht auflösen.", \
	  "Directory maintainer of the authority: check the address in the entry for a typing error; operator: " \
	    "check that our name servers answer. It is tried again.", \
	  "Pflegende Stelle der Behörde: Adresse im Eintrag auf Schreibfehler prüfen; Betrieb: prüfen, ob " \
	    "die eigenen Nameserver antworten. Es wird erneut versucht.") \
	X(RSN_NET_TLS, "NET-TLS", OWNER_INTERMEDIARY, RETRY_SLOW, BLAME_PEER, \
	  "No secure connection to the intermediary: TLS fails.", \
	  "Keine sichere Verbindung zum Intermediär: TLS schlägt fehl.", \
	  "Intermediary's operator: mend what the detail names (certificate, host name, port). Operator: check " \
	    "delivery.ca_file if the issuer is the right one.", \
	  "Betreiber des Intermediärs: beheben, was die Einzelheit nennt (Zertifikat, Rechnername, Port). " \
	    "Betrieb: delivery.ca_file prüfen, falls der Aussteller der richtige ist.") \
	X(RSN_NET_TIMEOUT, "NET-TIMEOUT", OWNER_NOBODY, RETRY_SOON, BLAME_PEER, \
	  "The recipient's intermediary does not answer in time.", \
	  "Der Intermediär des Empfängers antwortet nicht rechtzeitig.", \
	  "Nothing to do: it is tried again. If it lasts, call the intermediary's operator.", \
	  "Nichts zu tun, es wird erneut versucht. Hält es an: Betreiber des Intermediärs anrufen.") \
	X(RSN_NET_BAD_ANSWER, "NET-BAD-ANSWER", OWNER_INTERMEDIARY, RETRY_SOON, BLAME_PEER, \
	  "The intermediary answers something that is not OSCI.", \
	  "Der Intermediär antwortet mit etwas, das kein OSCI ist.", \
	  "Intermediary's operator: check the service behind the address. It is tried again.", \
	  "Betreiber des Intermediärs: Dienst hinter der Adresse prüfen. Es wird erneut versucht.") \
	X(RSN_NET_TOO_LARGE, "NET-TOO-LARGE", OWNER_INTERMEDIARY, RETRY_HOLD, BLAME_MESSAGE, \
	  "The intermediary does not take a message of this size.", \
	  "Der Intermediär nimmt eine Nachricht dieser Größe nicht an.", \
	  "Intermediary's operator: raise the limit; operator: then release the delivery.", \
	  "Betreiber des Intermediärs: Grenze anheben; Betrieb: Zustellung danach freigeben.") \
	X(RSN_NET_ANSWER_LOST, "NET-ANSWER-LOST", OWNER_NOBODY, RETRY_SOON, BLAME_PEER, \
	  "The answer was lost; the application may be stored already.", \
	  "Die Antwort ging verloren; der Antrag ist vielleicht schon abgelegt.", \
	  "Nothing to do: it is asked again under the same message id, so nothing is doubled.", \
	  "Nichts zu tun: mit derselben Nachrichten-ID wird nachgefragt, nichts entsteht doppelt.") \
	X(RSN_OSCI_FAULT, "OSCI-FAULT", OWNER_OPERATOR, RETRY_SOON, BLAME_PEER, \
	  "The intermediary could not process our message.", \
	  "Der Intermediär konnte unsere Nachricht nicht verarbeiten.", \
	  "Operator: see the OSCI code; it is tried again.", \
	  "Betrieb: OSCI-Code ansehen; es wird erneut versucht.") \
	X(RSN_OSCI_PEER_ERROR, "OSCI-PEER-ERROR", OWNER_INTERMEDIARY, RETRY_SOON, BLAME_PEER, \
	  "The intermediary had an internal error.", \
	  "Der Intermediär hatte einen internen Fehler.", \
	  "Intermediary's operator: see its log at the time of the attempt. It is tried again.", \
	  "Betreiber des Intermediärs: dessen Protokoll zur Zeit des Versuchs ansehen. Es wird erneut versucht.") \
	X(RSN_OSCI_CERT_REFUSED, "OSCI-CERT-REFUSED", OWNER_OPERATOR, RETRY_SLOW, BLAME_PEER, \
	  "The intermediary does not accept one of our certificates.", \
	  "Der Intermediär nimmt eines unserer Zertifikate nicht an.", \
	  "Operator: check our certificate; if it is valid, the intermediary's trust or revocation lists are out " \
	    "of date. It is tried again.", \
	  "Betrieb: eigenes Zertifikat prüfen; ist es gültig, sind Vertrauens- oder Sperrliste des Intermediärs " \
	    "veraltet. Es wird erneut versucht.") \
	X(RSN_OSCI_REFUSED, "OSCI-REFUSED", OWNER_OPERATOR, RETRY_HOLD, BLAME_MESSAGE, \
	  "The intermediary refused the delivery.", \
	  "Der Intermediär hat die Zustellung abgelehnt.", \
	  "Operator: see the OSCI code, mend the cause, then release the delivery.", \
	  "Betrieb: OSCI-Code ansehen, Ursache beheben, Zustellung freigeben.") \
	X(RSN_OSCI_NOT_COLLECTED, "OSCI-NOT-COLLECTED", OWNER_RECIPIENT, RETRY_SLOW, BLAME_MESSAGE, \
	  "The recipient has not collected the delivery from its intermediary in time.", \
	  "Der Empfänger hat die Sendung nicht rechtzeitig bei seinem Intermediär abgeholt.", \
	  "Operator: tell the recipient to collect its mailbox. Its intermediary is asked again.", \
	  "Betrieb: Empfänger bitten, sein Postfach abzuholen. Es wird weiter nachgefragt.") \
	X(RSN_OSCI_MOVED, "OSCI-MOVED", OWNER_OPERATOR, RETRY_SOON, BLAME_MESSAGE, \
	  "The directory names another intermediary; whether the former one has the delivery is not known yet.", \
	  "Das Verzeichnis nennt einen anderen Intermediär; ob die Sendung beim früheren liegt, ist noch offen.", \
	  "Nothing to do while the former intermediary is asked again (see the detail). If it is gone for good, " \
	    "operator: send the application again with queue resend.", \
	  "Nichts zu tun, solange der frühere Intermediär erneut gefragt wird (siehe Einzelheit). Gibt es ihn " \
	    "nicht mehr, Betrieb: Antrag mit queue resend erneut senden.") \
	X(RSN_OSCI_NOT_CONFIRMED, "OSCI-NOT-CONFIRMED", OWNER_RECIPIENT, RETRY_SLOW, BLAME_MESSAGE, \
	  "The recipient fetched the delivery several times and never acknowledged it.", \
	  "Der Empfänger hat die Sendung mehrmals abgeholt und nie quittiert.", \
	  "Recipient: see why its software falls over this delivery. Others of the mailbox go first until then.", \
	  "Empfänger: klären, warum die Software an dieser Sendung scheitert. Andere gehen bis dahin vor.") \
	X(RSN_OSCI_RECIPIENT_FAILED, "OSCI-RECIPIENT-FAILED", OWNER_RECIPIENT, RETRY_SOON, BLAME_RECIPIENT, \
	  "The intermediary could not pass the application on: the recipient does not answer, or fails.", \
	  "Der Intermediär konnte den Antrag nicht weiterleiten: Der Empfänger antwortet nicht oder scheitert.", \
	  "Nothing to do: it is tried again, under a new message id. If it lasts, tell the recipient.", \
	  "Nichts zu tun, es wird mit neuer Nachrichten-ID erneut versucht. Hält es an: Empfänger verständigen.") \
	X(RSN_OSCI_UNDER_WAY, "OSCI-UNDER-WAY", OWNER_NOBODY, RETRY_SOON, BLAME_MESSAGE, \
	  "The intermediary has the application, and the recipient has not confirmed it yet.", \
	  "Der Intermediär hat den Antrag, der Empfänger hat ihn noch nicht bestätigt.", \
	  "Nothing to do: the process card is asked for again, and nothing is sent meanwhile.", \
	  "Nichts zu tun: Der Laufzettel wird erneut abgefragt, gesendet wird solange nichts.") \
	X(RSN_OSCI_RECEPTION_UNKNOWN, "OSCI-RECEPTION-UNKNOWN", OWNER_OPERATOR, RETRY_HOLD, BLAME_MESSAGE, \
	  "The recipient was sent the application, and nobody knows whether it has it.", \
	  "Der Antrag ging an den Empfänger, und niemand weiß, ob er ihn hat.", \
	  "Operator: ask the recipient. If it has the application, cancel the delivery; if not, release or retry it: " \
	    "then it is sent under a new message id.", \
	  "Betrieb: Empfänger fragen. Hat er den Antrag, Zustellung abbrechen; sonst freigeben oder wiederholen: " \
	    "Dann geht er mit neuer Nachrichten-ID erneut hinaus.") \
	X(RSN_OSCI_UNSIGNED_ANSWER, "OSCI-UNTRUSTED-ANSWER", OWNER_OPERATOR, RETRY_SLOW, BLAME_PEER, \
	  "The answer is not signed by the intermediary the directory names.", \
	  "Die Antwort ist nicht vom Intermediär des Verzeichnisses signiert.", \
	  "Operator: compare the intermediary's certificate with the directory. It is tried again.", \
	  "Betrieb: Zertifikat des Intermediärs mit dem Verzeichnis vergleichen. Es wird erneut versucht.") \
	X(RSN_LOC_DISK_FULL, "LOC-DISK-FULL", OWNER_OPERATOR, RETRY_SOON, BLAME_MESSAGE, \
	  "The spool's disk is full.", \
	  "Der Datenträger der Ablage ist voll.", \
	  "Operator: make room. Nothing accepted is lost; it goes on by itself.", \
	  "Betrieb: Platz schaffen. Nichts Angenommenes geht verloren; es geht von selbst weiter.") \
	X(RSN_LOC_QUOTA_DRAFTS, "LOC-QUOTA-DRAFTS", OWNER_OPERATOR, RETRY_SOON, BLAME_MESSAGE, \
	  "Unfinished applications have used up their share of the disk.", \
	  "Angefangene Anträge haben ihren Anteil am Datenträger aufgebraucht.", \
	  "Operator: raise form.drafts_size, or shorten form.draft_timeout.", \
	  "Betrieb: form.drafts_size erhöhen oder form.draft_timeout verkürzen.") \
	X(RSN_LOC_QUOTA_MAILBOX, "LOC-QUOTA-MAILBOX", OWNER_RECIPIENT, RETRY_SOON, BLAME_MESSAGE, \
	  "The mailbox has used up its share of the disk.", \
	  "Das Postfach hat seinen Anteil am Datenträger aufgebraucht.", \
	  "Operator: ask its owner to collect the mail, or raise intermediary.mailbox_size.", \
	  "Betrieb: Postfachinhaber bitten, die Post abzuholen, oder intermediary.mailbox_size erhöhen.") \
	X(RSN_LOC_QUOTA_SENDER, "LOC-QUOTA-SENDER", OWNER_OPERATOR, RETRY_SOON, BLAME_MESSAGE, \
	  "Unfetched mail of this sender has used up its share of the disk.", \
	  "Nicht abgeholte Post dieses Absenders hat ihren Anteil am Datenträger aufgebraucht.", \
	  "Operator: find out what this sender sends, or raise intermediary.sender_size.", \
	  "Betrieb: klären, was dieser Absender sendet, oder intermediary.sender_size erhöhen.") \
	X(RSN_LOC_QUOTA_SCRATCH, "LOC-QUOTA-SCRATCH", OWNER_OPERATOR, RETRY_SOON, BLAME_MESSAGE, \
	  "Requests under way have used up their share of the disk.", \
	  "Laufende Anfragen haben ihren Anteil am Datenträger aufgebraucht.", \
	  "Nothing to do: it is over with these requests. If it lasts, raise scratch_size.", \
	  "Nichts zu tun, es endet mit diesen Anfragen. Hält es an: scratch_size erhöhen.") \
	X(RSN_LOC_DATA_BAD, "LOC-DATA-BAD", OWNER_OPERATOR, RETRY_HOLD, BLAME_MESSAGE, \
	  "A stored payload cannot be read back.", \
	  "Ein abgelegter Inhalt ist nicht lesbar.", \
	  "Operator: check the disk, restore from the backup, then release the delivery.", \
	  "Betrieb: Datenträger prüfen, aus der Sicherung herstellen, Zustellung freigeben.") \
	X(RSN_LOC_KEY_MISSING, "LOC-KEY-MISSING", OWNER_OPERATOR, RETRY_SLOW, BLAME_MESSAGE, \
	  "One of our own keys is missing or expired.", \
	  "Ein eigener Schlüssel fehlt oder ist abgelaufen.", \
	  "Operator: renew the key and certificate named in the configuration.", \
	  "Betrieb: in der Konfiguration genannten Schlüssel samt Zertifikat erneuern.") \
	X(RSN_LOC_CLOCK, "LOC-CLOCK", OWNER_OPERATOR, RETRY_SOON, BLAME_MESSAGE, \
	  "Our clock is wrong: the other side says another time.", \
	  "Die eigene Uhr geht falsch: Die Gegenseite nennt eine andere Zeit.", \
	  "Operator: set the clock and check the time service (NTP). It is tried again.", \
	  "Betrieb: Uhr stellen und Zeitdienst (NTP) prüfen. Es wird erneut versucht.") \
	X(RSN_LOC_DIRECTORY, "LOC-DIRECTORY", OWNER_OPERATOR, RETRY_SOON, BLAME_DIRECTORY, \
	  "Our access to the directory is configured wrongly.", \
	  "Der eigene Zugang zum Verzeichnis ist falsch eingerichtet.", \
	  "Operator: correct the section directory of the configuration (see the detail) and start anew.", \
	  "Betrieb: Abschnitt directory der Konfiguration berichtigen (siehe Einzelheit) und neu starten.") \
	X(RSN_LOC_STOPPED, "LOC-STOPPED", OWNER_NOBODY, RETRY_SOON, BLAME_MESSAGE, \
	  "The daemon was stopped during the attempt.", \
	  "Der Dienst wurde während des Versuchs beendet.", \
	  "Nothing to do: it is tried again.", \
	  "Nichts zu tun, es wird erneut versucht.") \
	X(RSN_LOC_DEADLINE, "LOC-DEADLINE", OWNER_SENDER, RETRY_NEVER, BLAME_MESSAGE, \
	  "The sender's deadline has passed before it could be delivered.", \
	  "Die Frist des Absenders ist abgelaufen, bevor zugestellt werden konnte.", \
	  "Nothing to do: the sender sees it in the transport report. It is given up later, or cancel it.", \
	  "Nichts zu tun: Der Absender sieht es im Transportbericht. Es wird später aufgegeben, oder: abbrechen.") \
	X(RSN_OP_HELD, "OP-HELD", OWNER_OPERATOR, RETRY_HOLD, BLAME_MESSAGE, \
	  "An operator holds the delivery.", \
	  "Der Betrieb hält die Zustellung an.", \
	  "Operator: release it when the reason is gone.", \
	  "Betrieb: freigeben, wenn der Grund entfallen ist.") \
	X(RSN_OP_SUSPENDED, "OP-SUSPENDED", OWNER_OPERATOR, RETRY_SLOW, BLAME_RECIPIENT, \
	  "An operator has suspended the recipient or its intermediary for a while.", \
	  "Der Betrieb hat den Empfänger oder seinen Intermediär für eine Weile ausgesetzt.", \
	  "Nothing to do: it goes on by itself at the end of that time, or after depesche resume.", \
	  "Nichts zu tun: Am Ende dieser Zeit geht es von selbst weiter, oder nach depesche resume.") \
	X(RSN_INTERNAL, "LOC-INTERNAL", OWNER_OPERATOR, RETRY_SLOW, BLAME_MESSAGE, \
	  "An error in Depesche itself.", \
	  "Ein Fehler in Depesche selbst.", \
	  "Operator: report the log lines of this delivery. It is tried again.", \
	  "Betrieb: Protokollzeilen dieser Zustellung melden. Es wird erneut versucht.")
/* clang-format on */

#endif
