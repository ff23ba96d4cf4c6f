"""What the tests of the chat page share: people with a browser each, and what they do."""

import contextlib
import os
import pathlib
import queue
import re
import subprocess
import threading

import pytest
from playwright.sync_api import expect

CHROMIUM = os.environ.get("SIMPATICO_CHROMIUM", "/usr/bin/chromium")
ROOT = pathlib.Path(__file__).resolve().parents[2]
#: A whole meeting is a dozen messages; the machine may be busy.
PATIENCE_MILLISECONDS = 30_000
START_SECONDS = 30
#: What is in the database: texts, and of each key whether it can leave.
KEPT = """async () => {
  const open = (name) => new Promise((done) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
  });
  const all = (store) => new Promise((done) => {
    const request = store.getAll();
    request.onsuccess = () => done(request.result);
  });
  const names = (await indexedDB.databases()).map(({ name }) => name);
  const keys = [], texts = [];
  const look = (value) => {
    if (value instanceof CryptoKey) keys.push([value.type, value.extractable]);
    else if (typeof value === "string") texts.push(value);
    else if (value !== null && typeof value === "object" && !ArrayBuffer.isView(value)) {
      Object.values(value).forEach(look);
    }
  };
  for (const name of names) {
    const database = await open(name);
    for (const store of database.objectStoreNames) {
      (await all(database.transaction(store).objectStore(store))).forEach(look);
    }
    database.close();
  }
  return { names, keys, text: texts.join("\\n"), local: Object.entries(localStorage).join(),
    session: Object.entries(sessionStorage).join(), caches: await caches.keys() };
}"""


class Person:
    """One person: a context of the browser, as separate as another computer, and its page."""

    def __init__(self, browser, address, name="", width=1280, height=800, prepare=None, **options):
        self.address = address
        self.name = name
        self.faults = []
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            permissions=["clipboard-read", "clipboard-write"], **options)
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error("
            "`policy: ${event.violatedDirective} ${event.blockedURI}`))")
        if prepare is not None:
            self.context.add_init_script(prepare)
        self.page = self.tab()

    def tab(self):
        """One more tab of the same browser, not opened yet."""
        page = self.context.new_page()
        page.on("console", lambda message: self.faults.append(message.text)
                if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.faults.append(f"foreign: {request.url}")
                if not request.url.startswith((self.address + "/", "blob:")) else None)
        return page

    def open(self, fragment="", page=None):
        (page or self.page).goto(self.address + "/chat" + fragment)
        return self

    def follow(self, link):
        """Opens a link as a click in another program would: in this page, from elsewhere."""
        self.page.goto("about:blank")
        self.page.goto(link)
        return self

    def online(self):
        self.sees(".connection", "Connected and verified")
        return self

    def invite(self, note="", expiry=None):
        """Presses Invite and answers the link."""
        page = self.page
        self.show_list()
        page.get_by_role("button", name="Invite someone").first.click()
        page.get_by_label("Your name").fill(self.name)
        page.get_by_label("A note for yourself").fill(note)
        if expiry is not None:
            page.get_by_label("The link works for").select_option(label=expiry)
        page.get_by_role("button", name="Make and copy the link").click()
        link = page.get_by_label("Invitation link", exact=True)
        expect(link).to_have_value(re.compile("#invite="), timeout=PATIENCE_MILLISECONDS)
        return link.input_value()

    def accept(self, link, note=""):
        self.follow(link)
        self.page.get_by_label("Your name").fill(self.name)
        self.page.get_by_label("A note for yourself").fill(note)
        self.page.get_by_role("button", name="Accept and talk").click()
        return self

    def show_list(self):
        if self.page.locator("#people").is_hidden():
            self.page.evaluate("location.hash = ''")
        return self

    def talks_with(self, name):
        """Waits for the conversation to be there and open."""
        self.sees(".conversation .name", name)
        return self

    def choose(self, name):
        self.show_list()
        self.page.locator(".person", has_text=name).first.click()
        return self.talks_with(name)

    def write(self, text):
        field = self.page.locator(".composer textarea")
        field.fill(text)
        field.press("Enter")
        return self

    def hears(self, text):
        expect(self.page.locator('.message[data-own="false"] .text', has_text=text).last
               ).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        return self

    def message(self, text):
        return self.page.locator(".message", has_text=text).last

    def phase(self, text, phase):
        """Waits until the own message has come so far."""
        expect(self.message(text)).to_have_attribute(
            "data-phase", re.compile(phase), timeout=PATIENCE_MILLISECONDS)
        return self

    def sees(self, selector, text):
        expect(self.page.locator(selector).first).to_contain_text(
            text, timeout=PATIENCE_MILLISECONDS)
        return self

    def heading(self, text):
        return self.sees("main h1", text)

    def forget_everything(self):
        """Forgets all, by the settings that are open, and waits for the page that comes then."""
        self.page.get_by_role("button", name="Forget everything …").click()
        with self.page.expect_event("load"):
            self.page.get_by_role("button", name="Forget", exact=True).click()
        return self.online().heading("A private word")

    def kept(self):
        """All texts in the browser's database."""
        return self.page.evaluate(KEPT)["text"]

    def save_identity(self, path, passphrase):
        """Saves the identity to a file, by the settings; answers its path."""
        self.open("#/settings").page.locator("#passphrase").fill(passphrase)
        again = self.page.locator("#passphrase-again")
        if again.count() > 0:
            again.fill(passphrase)
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Save a file").click()
        download.value.save_as(path)
        return path

    def bring_back(self, file, passphrase):
        """Opens such a file, by the settings."""
        page = self.page
        page.get_by_role("link", name="Bring back a saved identity").click()
        page.locator("#restore-file").set_input_files(file)
        page.locator("#restore-passphrase").fill(passphrase)
        page.get_by_role("button", name="Bring it back").click()
        return self

    def texts(self):
        return self.page.locator(".message .text").all_inner_texts()


def meet(host, guest):
    """Both open the page, the host invites, the guest follows, and both see the conversation."""
    link = host.open().online().invite()
    guest.accept(link)
    guest.talks_with(host.name or "Someone")
    host.talks_with(guest.name or "Someone")
    return link


@contextlib.contextmanager
def in_conversation(couple):
    """Two people who know each other, each looking at the other; no page has a fault afterwards."""
    for one, other in (couple, couple[::-1]):
        one.page.evaluate("location.hash = ''")
        one.choose(other.name)
    yield couple
    assert [fault for one in couple for fault in one.faults] == []


def relay_environment():
    """Without what the relay would take for settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith("SIMPATICO_")}


def printed_url(process: subprocess.Popen) -> str:
    """Waits for the line that says where the relay listens."""
    lines: queue.Queue = queue.Queue()

    def read() -> None:
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    seen = []
    while True:
        try:
            line = lines.get(timeout=START_SECONDS)
        except queue.Empty:
            line = None
        if line is None:
            pytest.exit(f"the relay printed no address; its output: {''.join(seen)!r}", 1)
        seen.append(line)
        match = re.search(r"listening on (http://\S+)", line)
        if match:
            return match.group(1)


class OwnRelay:
    """A relay for one test."""

    def __init__(self, binary, folder=ROOT):
        self._binary = binary
        self._folder = folder
        self._process = None
        self._port = "0"
        self.start()

    def start(self):
        self._process = subprocess.Popen(
            [self._binary, "serve", "--port", self._port], cwd=self._folder,
            env=relay_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.url = printed_url(self._process).rstrip("/")
        self._port = self.url.rsplit(":", 1)[1]

    def kill(self):
        self._process.kill()
        self._process.wait()
