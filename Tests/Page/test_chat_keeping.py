"""What the chat page keeps, gives away under a passphrase, and forgets."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import threading

import pytest
from playwright.sync_api import expect

from chat_page import KEPT, OwnRelay, meet

PASSPHRASE = "correct horse battery"
#: A person whose clock a test can move on between two visits.
LATER = "const now = Date.now; Date.now = () => now() + Number(localStorage.getItem('later') ?? 0);"


def test_a_reload_keeps_the_person_the_conversation_the_draft_and_the_place(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    for number in range(30):
        alice.page.locator(".composer textarea").fill(f"line {number}\nand its second half")
        alice.page.locator(".composer textarea").press("Enter")
    bob.hears("line 29")
    alice.phase("line 29", "READ")
    alice.page.locator(".composer textarea").fill("not yet said")
    alice.page.locator(".scroller").evaluate("(scroller) => { scroller.scrollTop = 300; }")
    expect(alice.page.locator(".message").filter(has_text="line 4\n").first).to_be_in_viewport()
    shown = alice.page.locator(".scroller").evaluate("(scroller) => scroller.scrollTop")
    alice.page.reload()
    alice.online().talks_with("Bob")
    expect(alice.page.locator(".composer textarea")).to_have_value("not yet said")
    assert alice.texts() == [f"line {number}\nand its second half" for number in range(30)]
    again = alice.page.locator(".scroller").evaluate("(scroller) => scroller.scrollTop")
    assert abs(again - shown) < 5
    alice.page.locator(".composer textarea").press("Enter")
    bob.hears("not yet said")


def test_no_key_in_the_database_can_leave_the_browser(people):
    alice = people("Alice").open().online()
    kept = alice.page.evaluate(KEPT)
    assert sorted(kept["keys"]) == [["private", False], ["secret", False]]
    assert "PRIVATE KEY" not in kept["text"]


def test_an_identity_is_saved_under_a_passphrase_and_brought_back_with_its_contacts(
        people, tmp_path):
    alice, bob = people("Alice", prepare=LATER), people("Bob")
    meet(alice, bob)
    alice.page.get_by_role("button", name="Details").click()
    alice.page.get_by_label("Notes").fill("plays the viola")
    alice.page.get_by_role("button", name="Save").click()
    alice.sees(".toasts", "Saved")
    alice.page.get_by_role("button", name="They are the same").click()
    alice.sees(".is-compared", "Compared on")
    file = alice.save_identity(tmp_path / "identity.json", PASSPHRASE)
    content = file.read_text()
    assert json.loads(content)["format"] == "simpatico-backup-1"
    for secret in ("Bob", "viola", "PRIVATE", "Alice"):
        assert secret not in content
    alice.sees("main", "Save it again when you have new contacts")

    # After a week only the same passphrase opens the key once more.
    alice.page.evaluate("localStorage.setItem('later', 8 * 86_400_000)")
    alice.page.reload()
    alice.online().page.locator("#passphrase").fill("another passphrase")
    assert alice.page.evaluate(KEPT)["keys"] == [["private", False]]
    alice.page.get_by_role("button", name="Save a file").click()
    alice.sees(".problem", "not the passphrase")
    alice.save_identity(tmp_path / "again.json", PASSPHRASE)
    alice.context.close()

    elsewhere = people("Somebody").open().online()
    elsewhere.bring_back(tmp_path / "again.json", "a wrong passphrase")
    elsewhere.sees("details .problem", "The passphrase is another one, or the file is damaged")
    elsewhere.page.locator("#restore-passphrase").fill(PASSPHRASE)
    elsewhere.page.get_by_role("button", name="Bring it back").click()
    elsewhere.choose("Bob").write("I have a new telephone")
    bob.hears("I have a new telephone").write("welcome back")
    elsewhere.hears("welcome back")
    assert bob.page.locator(".person").count() == 1
    elsewhere.page.get_by_role("button", name="Details").click()
    expect(elsewhere.page.get_by_label("Notes")).to_have_value("plays the viola")
    elsewhere.sees(".is-compared", "Compared on")


def test_a_mistyped_passphrase_locks_nothing(people, tmp_path):
    alice = people("Alice").open("#/settings").online()
    alice.page.get_by_label("Passphrase", exact=True).first.fill(PASSPHRASE)
    alice.page.get_by_label("The passphrase again").fill(PASSPHRASE + "y")
    alice.page.get_by_role("button", name="Save a file").click()
    alice.sees(".problem", "The two are not the same")

    # One that was forgotten can be replaced for as long as the key is new, also after a reload.
    alice.save_identity(tmp_path / "first.json", "a passphrase soon forgotten")
    alice.page.reload()
    alice.online().sees("main", "you may choose another passphrase")
    file = alice.save_identity(tmp_path / "second.json", PASSPHRASE)
    alice.context.close()
    elsewhere = people("Somebody").open().online()
    elsewhere.bring_back(file, PASSPHRASE).heading("A private word").online()
    elsewhere.open("#/settings").sees("main", "Save it again when you have new contacts")


def test_a_key_that_was_not_saved_in_a_week_or_is_locked_in_stays_in_the_browser(people):
    alice = people("Alice", prepare=LATER)
    alice.open("#/settings").online().sees("main", "You can do so until")
    alice.page.evaluate("localStorage.setItem('later', 8 * 86_400_000)")
    alice.page.reload()
    alice.online().sees("main", "Your key is locked into this browser")
    assert alice.page.evaluate(KEPT)["keys"] == [["private", False]]
    alice.faults.clear()

    # A page that stays open does not stretch the week.
    carol = people("Carol", prepare=LATER).open("#/settings").online()
    carol.sees("main", "You can do so until")
    carol.page.evaluate("localStorage.setItem('later', 8 * 86_400_000)")
    carol.page.evaluate("dispatchEvent(new Event('online'))")
    carol.sees("main", "Your key is locked into this browser")
    assert carol.page.evaluate(KEPT)["keys"] == [["private", False]]
    carol.faults.clear()

    bob = people("Bob").open("#/settings").online()
    bob.page.get_by_role("button", name="Lock the key in").click()
    bob.page.locator("dialog").get_by_role("button", name="Lock the key in").click()
    bob.sees("main", "Your key is locked into this browser")
    assert bob.page.evaluate(KEPT)["keys"] == [["private", False]]


def test_forgetting_leaves_nothing(people):
    alice, bob = people("Alice"), people("Bob")
    link = meet(alice, bob)
    alice.write("between us")
    alice.page.locator(".composer textarea").fill("half a thought")
    bob.hears("between us")
    before = alice.page.evaluate(KEPT)
    assert "half a thought" in before["local"]
    alice.open("#/settings").forget_everything()
    after = alice.page.evaluate(KEPT)
    assert after["local"] == after["session"] == ""
    everything = json.dumps(after)
    for word in ("between us", "Bob", "Alice", link.split("#")[1]):
        assert word not in everything
    fingerprint = re.search(r'"publicKeySig": "([\w-]+)"', alice.open("#/connection").page
                            .locator(".state").text_content()).group(1)
    assert fingerprint not in before["text"]


def test_what_was_begun_before_an_import_comes_too_late(people):
    alice = people("Alice").open().online()
    assert alice.page.evaluate("""async () => {
      const { src } = document.querySelector("script[src*='app.js']");
      const { openStorage } = await import(new URL("storage.js", src));
      const storage = await openStorage("other");
      await storage.replace({ identity: "new" });
      const late = await storage.mark("identity", "old").then(() => "kept", () => "refused");
      const again = await openStorage("other");
      const { identity } = await again.read();
      await again.forget();
      return [late, identity];
    }""") == ["refused", "new"]


def test_what_is_damaged_can_be_forgotten_and_begun_anew(people):
    alice = people("Alice").open().online()
    alice.page.evaluate("""() => new Promise((done) => {
      const request = indexedDB.open("simpatico-chat");
      request.onsuccess = () => {
        const transaction = request.result.transaction("journal", "readwrite");
        transaction.objectStore("journal").put({ damaged: true }, 1);
        transaction.oncomplete = () => { request.result.close(); done(); };
      };
    })""")
    alice.page.reload()
    alice.sees(".notices", "could not be read")
    second = alice.tab()
    alice.open(page=second)
    expect(second.locator(".notices")).to_contain_text("could not be read")
    second.close()
    alice.page.locator(".notices").get_by_role(
        "link", name="Settings").click()
    alice.forget_everything()


@pytest.fixture
def movable_relay(tmp_path):
    """A relay whose program lies in a folder of the test, so that its pages can be changed."""
    binary = pathlib.Path(os.environ.get("SIMPATICO_BIN", ".build/debug/simpatico")).resolve()
    program = tmp_path / "simpatico"
    try:
        os.link(binary, program)
    except OSError:
        shutil.copy(binary, program)
    for folder in binary.parent.glob("*.resources"):
        shutil.copytree(folder, tmp_path / folder.name)
    relay = OwnRelay(str(program), folder=tmp_path)
    relay.pages = tmp_path / "simpatico_SimpaticoWeb.resources" / "Public"
    yield relay
    relay.kill()


def keeps_the_page(person):
    """Waits until it is kept; the page itself comes last."""
    person.page.evaluate("""async () => {
      while (await caches.match("/chat") === undefined) {
        await new Promise((next) => setTimeout(next, 50));
      }
    }""")


class BadGateway(http.server.BaseHTTPRequestHandler):
    """What a proxy says whose relay is gone."""

    def do_GET(self):
        self.send_error(502)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def bad_gateway(port):
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), BadGateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@contextlib.contextmanager
def nobody(port):
    """Takes connections and says nothing, as a network that is gone does."""
    with socket.create_server(("127.0.0.1", port), backlog=64):
        yield


@pytest.mark.parametrize("instead", [bad_gateway, nobody])
def test_the_page_opens_where_something_else_stands_for_the_relay(people, own_relay, instead):
    alice = people("Alice", own_relay.url).open().online()
    keeps_the_page(alice)
    own_relay.kill()
    with instead(int(own_relay.url.rsplit(":", 1)[1])):
        alice.page.reload()
        alice.heading("A private word")
        alice.page.get_by_role("button", name="Settings").click()
        alice.heading("Settings")
    own_relay.start()
    alice.page.evaluate("dispatchEvent(new Event('online'))")
    alice.online().faults.clear()


def test_the_page_opens_without_the_relay_and_never_old_beside_a_newer_one(people, movable_relay):
    alice = people("Alice", movable_relay.url).open().online()
    keeps_the_page(alice)
    assert alice.page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)"
                               ).endswith("/chat")
    movable_relay.kill()
    alice.page.reload()
    alice.sees(".connection", "Offline").heading("A private word")
    alice.page.get_by_role("button", name="Invite someone").first.click()
    alice.heading("Invite one person")
    version = alice.page.evaluate("document.querySelector('script').src")

    strings = movable_relay.pages / "chat" / "strings.js"
    strings.write_text(strings.read_text().replace("A private word", "A newer word"))
    movable_relay.start()
    alice.page.evaluate("dispatchEvent(new Event('online'))")
    alice.online().sees(".notices", "There is a newer version of this page")
    alice.page.locator(".notices").get_by_role("button", name="Reload").click()
    alice.online()
    alice.page.evaluate("location.hash = ''")
    alice.heading("A newer word")
    assert alice.page.evaluate("document.querySelector('script').src") != version
    alice.page.evaluate("""async () => {
      for (;;) {
        const kept = await (await caches.open("simpatico-chat")).keys();
        const versions = kept.map(({ url }) => url.split("/", 5).join("/"));
        if (new Set(versions).size === 2 && versions.includes(
          document.querySelector("script").src.split("/", 5).join("/"))) return;
        await new Promise((next) => setTimeout(next, 50));
      }
    }""")
    alice.faults.clear()
