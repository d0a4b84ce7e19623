#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Drives the form service in headless Chromium: errors, correction, conditions, uploads, review, sending, downloads.

Once with JavaScript and once without. axe-core (path in AXE) is run on every page of the first way. Prints "ok - ...",
"not ok - ..." and "skip - ..." lines. Started by b100-form-browser.sh with a folder for what it needs.
"""
import glob
import os
import subprocess
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

URL = os.environ["FORM_URL"].rstrip("/")
AXE = os.environ.get("AXE") or ""
DIR = sys.argv[1]
PLACE = os.environ.get("FORM_AGS", "05315000")
OWN_SERVER = "FORM_OWN" in os.environ
RED = ("rgb(177, 0, 0)", "rgba(177, 0, 0, 1)")
failures = 0


class Stop(Exception):
    """The way cannot be continued."""


def report(good, text, detail=""):
    global failures
    if not good:
        failures += 1
        if detail:
            print(detail)
    print(("ok - " if good else "not ok - ") + text, flush=True)


def start_browser(name, javascript):
    profile, downloads = os.path.join(DIR, name), os.path.join(DIR, name + "-downloads")
    os.makedirs(downloads)
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for arg in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1100,1000", "--lang=de", "--user-data-dir=" + profile):
        options.add_argument(arg)
    prefs = {"download.default_directory": downloads, "download.prompt_for_download": False,
             "plugins.always_open_pdf_externally": True}
    if not javascript:
        prefs["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", prefs)
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_page_load_timeout(30)
    driver.set_script_timeout(60)
    return driver, downloads


class Person:
    """One person with one browser."""

    def __init__(self, name, javascript):
        self.name, self.javascript = name, javascript
        self.driver, self.downloads = start_browser("js" if javascript else "nojs", javascript)
        self.pages = 0

    def check(self, good, text, detail=""):
        report(good, "%s: %s" % (self.name, text), detail)
        return good

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def judge(self):
        with open(AXE, encoding="utf-8") as f:
            self.driver.execute_script(f.read())
        return self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document).then(r => done(r.violations), e => done([{id: String(e), nodes: []}]));")

    def look(self, title):
        """Expects a page by its title and lets axe-core judge it."""
        if title not in self.driver.title:
            self.check(False, "the page is %s" % title,
                       "%s %s\n%s" % (self.driver.current_url, self.driver.title, self.find("body").text))
            raise Stop()
        self.pages += 1
        if not AXE or not self.javascript:  # axe-core needs timers and promises; the pages are the same
            return
        found = self.judge()
        text = "\n".join("%s: %s\n  %s" % (v["id"], v.get("help"), "\n  ".join(n["html"] for n in v["nodes"]))
                         for v in found)
        self.check(not found, "axe-core finds nothing on page %d, %s" % (self.pages, title), text)

    def type(self, key, text):
        field = self.find("#f-" + key)
        field.clear()
        field.send_keys(text)

    def choose(self, key, value):
        self.find("input[name='%s'][value='%s']" % (key, value)).click()

    def select(self, key, value):
        Select(self.find("#f-" + key)).select_by_value(value)

    def press(self, css):
        """Clicks and waits until the next page is there."""
        old = self.find("html")
        self.find(css).click()
        for _ in range(200):
            try:
                old.is_enabled()
            except Exception:  # the element of the old page is gone
                return
            time.sleep(0.05)
        raise Stop("no new page")

    def go_on(self):
        self.press(".knoepfe button[value=weiter]")

    def problems(self):
        return [a.get_attribute("href").split("#f-")[1] for a in self.all(".fehler a")]

    def has_script(self):
        """Whether scripts of pages run: this page writes its title with one."""
        self.driver.get("data:text/html,<title>off</title><script>document.title='on'</script>")
        return self.driver.title == "on"

    # --- the way ------------------------------------------------------------------------------------------------

    def start_page(self):
        self.driver.get(URL + "/")
        self.look("Antrag stellen")
        if OWN_SERVER:
            links = [a.text for a in self.all("footer a")]
            self.check(links == ["Impressum", "Datenschutz", "Barrierefreiheit"], "the foot has its links", str(links))
        self.press(".knoepfe button")
        self.look("Fehler: Antrag stellen")
        self.check("ags" in self.problems(), "starting without a municipality is explained")
        self.select("ags", PLACE)
        self.press(".knoepfe button")
        self.look("Angaben zur Person")

    def keyboard(self):
        self.driver.get(self.driver.current_url)
        body = self.find("body")
        body.send_keys(Keys.TAB)
        first = self.driver.switch_to.active_element
        self.check(first.get_attribute("href").endswith("#inhalt"), "the first tab stop is the skip link")
        first.send_keys(Keys.ENTER)
        stops = []
        for _ in range(3):
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
            stops.append(self.driver.switch_to.active_element.get_attribute("id"))
        self.check(stops[0] == "f-fuerWen", "from there the keyboard goes on to the first field", str(stops))

    def person_page(self):
        self.go_on()
        self.look("Fehler: Angaben zur Person")
        found = self.problems()
        self.check(found[:3] == ["fuerWen", "vorname", "nachname"], "what is missing is listed in order", str(found))
        self.check(self.driver.switch_to.active_element.get_attribute("class") == "fehler",
                   "the list of problems has the focus")
        field = self.find("#f-vorname")
        described = field.get_attribute("aria-describedby")
        self.check(field.value_of_css_property("border-top-color") in RED, "a field with a problem is red",
                   field.value_of_css_property("border-top-color"))
        self.check(field.get_attribute("aria-invalid") == "true" and
                   "Vorname" in self.find("#" + described.split()[-1]).text, "a field is described by its problem")
        self.press_link_to("vorname")
        self.choose("fuerWen", "selbst")
        for key, text in (("vorname", "Erika"), ("nachname", "Mustermann"), ("geburtsdatum", "31.02.1957"),
                          ("staatsangehoerigkeit", "deutsch"), ("strasse", "Heidestraße 17"), ("plz", "5114"),
                          ("ort", "Köln"), ("email", "erika@beispiel")):
            self.type(key, text)
        self.select("familienstand", "verwitwet")
        self.go_on()
        self.look("Fehler: Angaben zur Person")
        found = self.problems()
        self.check(found == ["geburtsdatum", "plz", "email"], "wrong entries are found, right ones kept", str(found))
        self.check(self.find("#f-nachname").get_attribute("value") == "Mustermann", "entries are still there")
        for key, text in (("geburtsdatum", "9.3.1957"), ("plz", "51147"), ("email", "erika@beispiel.de")):
            self.type(key, text)
        self.go_on()

    def press_link_to(self, key):
        self.find(".fehler a[href='#f-%s']" % key).click()
        self.check(self.driver.switch_to.active_element.get_attribute("id") == "f-" + key,
                   "a problem's link leads into its field")

    def household_page(self):
        self.look("Haushalt und Wohnen")
        self.check(not self.all("#f-kaltmiete"), "what does not apply is not asked")
        self.type("personenAnzahl", "viele")
        self.choose("wohnform", "miete")
        self.go_on()
        self.look("Fehler und weitere Felder: Haushalt")
        self.check(self.problems() == ["personenAnzahl"], "a page that grows still shows what is wrong",
                   str(self.problems()))
        self.check(self.driver.switch_to.active_element.get_attribute("class") == "fehler", "and that has the focus")
        self.choose("wohnform", "ohne")
        self.type("personenAnzahl", "1")
        self.go_on()
        self.look("Einkommen")
        self.press(".knoepfe button[value=zurueck]")
        self.look("Haushalt und Wohnen")
        self.choose("wohnform", "miete")
        self.go_on()
        self.look("Haushalt und Wohnen")
        self.check(bool(self.all("#f-kaltmiete")) and bool(self.all("[role=status]")),
                   "what applies now is asked, and the page says so")
        self.check(self.driver.title.startswith("Weitere Felder: "), "the title says so first", self.driver.title)
        self.check(self.driver.switch_to.active_element.get_attribute("class") == "meldung", "and it has the focus")
        self.find(".meldung a[href='#f-kaltmiete']").click()
        self.check(self.driver.switch_to.active_element.get_attribute("id") == "f-kaltmiete",
                   "its link leads into the new field")
        self.type("kaltmiete", "412,50")
        self.find("#f-kaltmiete").send_keys(Keys.ENTER)
        time.sleep(0.5)

    def income_page(self):
        self.look("Einkommen, Vermögen und Konto")
        self.choose("einkommensarten", "rente")
        self.choose("vermoegen", "nein")
        self.choose("andereLeistungen", "nein")
        self.type("kontoinhaber", "Erika Mustermann")
        self.type("iban", "DE02 1203 0000 0000 2020 51")
        self.go_on()
        self.look("Einkommen, Vermögen und Konto")
        self.type("einkommenSumme", "1.023,40")
        self.go_on()

    def upload(self, key, *files):
        paths = []
        for name, data in files:
            paths.append(os.path.join(DIR, name))
            with open(paths[-1], "wb") as f:
                if isinstance(data, int):
                    f.write(b"%PDF-1.4\n")
                    f.truncate(data)
                else:
                    f.write(data)
        self.find("#f-" + key).send_keys("\n".join(paths))
        self.press("button[value='hochladen:%s']" % key)

    def documents_page(self):
        self.look("Unterlagen und Erklärungen")
        limit = self.find("#g-nachweise")
        self.check("MB" in limit.text and "Dateien" in limit.text and
                   "g-nachweise" in self.find("#f-nachweise").get_attribute("aria-describedby"),
                   "the limits are said before a file is chosen", limit.text)
        self.upload("nachweise", ("programm.pdf", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0"), ("leer.pdf", b""),
                    ("falsch.txt", b"Das war der falsche Text.\n"))
        self.look("Fehler: Unterlagen")
        found = [a.text for a in self.all(".fehler a")]
        self.check(len(found) == 2 and "programm.pdf" in found[0] and "leer.pdf" in found[1],
                   "of several files, those that are refused are named", str(found))
        self.upload("nachweise", ("riesig.pdf", 300 << 20))
        self.look("Fehler: Unterlagen")
        self.check("riesig.pdf" in self.find(".fehler").text and len(self.all(".dateien li")) == 1,
                   "300 MB are refused on the page itself", self.find(".fehler").text)
        self.upload("nachweise", ("mietvertrag.pdf", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF\n"))
        self.upload("ausweis",
                    ("ausweis.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde"))
        self.look("Unterlagen und Erklärungen")
        self.check(len(self.all(".dateien li")) == 3, "uploads are listed")
        self.press(".dateien button[value='entfernen:upload-1']" if self.all(
            "button[value='entfernen:upload-1']") else ".dateien button")
        self.look("Datei entfernen?")
        self.press(".knoepfe button")
        self.look("Unterlagen und Erklärungen")
        names = [li.text for li in self.all(".dateien li")]
        self.check(len(names) == 2 and not any("falsch" in n for n in names), "an upload can be taken back", str(names))
        for key in ("erklaerungRichtig", "erklaerungMitwirkung", "datenschutz"):
            self.find("#f-" + key).click()
        self.go_on()

    def review_page(self):
        self.look("Angaben prüfen")
        text = self.find("main").text
        for wanted in ("Mustermann", "09.03.1957", "412,50 €", "1.023,40 €", "mietvertrag.pdf", "ausweis.png"):
            self.check(wanted in text, "the review shows %s" % wanted)
        self.press("a[href*='/seite/1']")
        self.look("Angaben zur Person")
        self.type("vorname", "Erika Anna")
        self.go_on()
        self.look("Angaben prüfen")
        self.check("Erika Anna" in self.find("main").text, "a change from the review comes back to it")

    def send(self):
        self.press(".knoepfe button")
        self.look("Ihr Antrag ist")
        url = self.driver.current_url
        self.driver.back()
        self.driver.get(url.replace("fertig", "pruefen"))
        self.check(self.driver.current_url == url, "going back after sending leads to the state, not to a second one")
        for _ in range(60):
            self.driver.get(url)
            if self.find("#stand-3").text != "noch nicht":
                break
            time.sleep(0.25)
        self.look("Ihr Antrag ist bei der Behörde eingegangen")
        self.check(self.find("#nachricht").text != "noch nicht vergeben", "the page shows the message id")

    def download(self, link, wanted):
        self.find("#" + link).click()
        files = []
        for _ in range(100):
            files = [f for f in glob.glob(self.downloads + "/*.pdf") if link.split("-")[0] in f.lower()]
            if files:
                break
            time.sleep(0.1)
        if not self.check(bool(files), "%s is downloaded" % link):
            return
        text = subprocess.run(["pdftotext", "-layout", files[0], "-"], capture_output=True, text=True).stdout
        missing = [w for w in wanted if w not in text]
        self.check(not missing, "%s says what it should" % link, "missing %s in\n%s" % (missing, text))

    def two_windows(self):
        """The second window saves what it has from before: it is told, and nothing is lost."""
        first = self.driver.current_window_handle
        url = self.driver.current_url
        self.type("ort", "Köln")
        self.driver.switch_to.new_window("tab")
        self.driver.get(url)
        self.type("ort", "Bonn")
        self.type("vorname", "Else")
        self.go_on()
        self.driver.close()
        self.driver.switch_to.window(first)
        self.go_on()
        self.look("Nicht gespeichert: Angaben zur Person")
        text = self.find(".fehler").text
        self.check("inzwischen" in text and "Bonn" in text and "Else" in text, "the second window is told", text)
        self.check(self.find("#f-ort").get_attribute("value") == "Köln", "what was typed there is still there")
        self.check(self.driver.switch_to.active_element.get_attribute("class") == "fehler", "the message has the focus")
        self.go_on()
        self.look("Fehler: Angaben zur Person")
        self.check(self.find("#f-ort").get_attribute("value") == "Köln", "sent once more, it is saved")

    def come_back(self):
        """Asks for the code, leaves this browser, and finds the draft again with it."""
        url = self.driver.current_url
        self.press("a[href$='/code']")
        self.look("Später weitermachen")
        self.press(".knoepfe button")
        self.look("Später weitermachen")
        code = self.find("#code").text
        self.check(len(code) == 24, "a code is shown", code)
        self.driver.get(url)
        self.press("a[href$='/verlassen']")
        self.look("Auf diesem Gerät beenden?")
        self.press(".knoepfe button")
        self.look("Antrag stellen")
        self.check("Code" in self.find("[role=status]").text, "who has left is told how to come back")
        self.driver.get(url)
        self.look("Nicht gefunden")
        self.driver.get(URL + "/fortsetzen")
        self.look("Antrag fortsetzen")
        self.type("code", code[:-1])
        self.press(".knoepfe button")
        self.look("Fehler: Antrag fortsetzen")
        self.check(self.problems() == ["code"], "what is no code is explained", str(self.problems()))
        self.type("code", code.lower().replace("-", " "))
        self.press(".knoepfe button")
        self.look("Fehler: Angaben prüfen")
        self.driver.get(url)
        self.check(self.find("#f-ort").get_attribute("value") == "Köln", "with the code the draft goes on as it was")

    def delete_draft(self):
        url = self.driver.current_url
        self.press("a[href$='/loeschen']")
        self.look("Entwurf löschen?")
        self.driver.get(url)
        self.look("Angaben zur Person")
        self.press("a[href$='/loeschen']")
        self.press(".knoepfe button")
        self.look("Antrag stellen")
        self.check("gelöscht" in self.find("[role=status]").text, "a draft is deleted after a question")
        self.driver.get(url)
        self.look("Nicht gefunden")

    def other_pages(self):
        self.start_page()
        self.two_windows()
        self.come_back()
        self.delete_draft()
        self.driver.get(URL + "/gibtsnicht")
        self.look("Nicht gefunden")

    def whole_way(self):
        self.check(self.has_script() == self.javascript, "JavaScript is " + ("on" if self.javascript else "off"))
        if AXE and self.javascript:
            self.driver.get("data:text/html,<input><img src=x>")
            self.check({"label", "image-alt"} <= {v["id"] for v in self.judge()}, "axe-core sees a bad page")
        self.start_page()
        self.keyboard()
        self.person_page()
        self.household_page()
        self.income_page()
        self.documents_page()
        self.review_page()
        self.send()
        case, message = self.find("#vorgang").text, self.find("#nachricht").text
        self.download("antrag-pdf", ["Erika Anna", "Mustermann", "412,50 €", "mietvertrag.pdf", case])
        self.download("bestaetigung-pdf", ["Abgesendet", "Angenommen", "Eingegangen", case, message])
        self.other_pages()


def main():
    if not AXE:
        print("skip - axe-core on every page: it cannot be installed (tests/axe.sh)")
    for name, javascript in (("with JavaScript", True), ("without JavaScript", False)):
        person = None
        try:
            person = Person(name, javascript)
            person.whole_way()
        except Stop as stop:
            report(False, "%s: the way ends early %s" % (name, stop))
        except Exception as error:
            where = person.driver.current_url if person else "start"
            report(False, "%s: the whole way" % name, "%s at %s" % (error, where))
        finally:
            if person:
                person.driver.quit()
    return 1 if failures else 0


sys.exit(main())
