"""What goes wrong around the chat page: the relay, the network, the machine's sleep, its clock and
its storage."""

import os
import pathlib
import signal
import uuid

import pytest
from playwright.sync_api import expect

import chat_page
from chat_page import meet

HOUR_AHEAD = "const now = Date.now; Date.now = () => now() + 3_600_000;"
HOUR_BEHIND = HOUR_AHEAD.replace("+ 3", "- 3")
NOTHING_KEPT = """
    IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); };
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() { throw new DOMException("refused", "SecurityError"); } });
    }"""

#: What is kept cannot be opened for as long as this stands: the disk is full, or another error.
DISK_FULL = """
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      const request = put.call(this, value, key);
      if (localStorage.getItem("broken") === "full") this.transaction.abort();
      return request;
    };"""
DISK_BROKEN = """
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...all) {
      if (localStorage.getItem("broken") !== "broken") return open.apply(this, all);
      const request = {};
      setTimeout(() => {
        request.error = new DOMException("Internal error opening backing store", "UnknownError");
        request.onerror();
      });
      return request;
    };"""


def test_what_is_written_while_the_relay_is_dead_arrives_once_when_it_is_back(people, own_relay):
    alice, bob = (people(name, own_relay.url) for name in ("Alice", "Bob"))
    meet(alice, bob)
    own_relay.kill()
    alice.sees(".connection", "Offline, trying again in").sees(".reach", "You are offline")
    alice.write("while it was away").phase("while it was away", "QUEUED")
    bob.sees(".connection", "Offline, trying again in").write("so did I")
    own_relay.start()
    for one in (alice, bob):
        one.page.evaluate("dispatchEvent(new Event('online'))")
        one.online()
    bob.hears("while it was away")
    alice.hears("so did I").phase("while it was away", "READ")
    bob.phase("so did I", "READ")
    assert sorted(alice.texts()) == sorted(bob.texts()) == ["so did I", "while it was away"]
    for one in (alice, bob):
        assert all("WebSocket" in fault for fault in one.faults), one.faults
        one.faults.clear()


def test_a_person_can_try_again_at_once(people, own_relay):
    alice = people("Alice", own_relay.url).open().online()
    own_relay.kill()
    alice.sees(".connection", "Offline, trying again in")
    own_relay.start()
    alice.page.get_by_role("button", name="Try now").click()
    alice.online()
    alice.faults.clear()


def test_without_a_network_the_page_says_so_and_goes_on_when_it_is_back(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.context.set_offline(True)
    alice.sees(".connection", "No network")
    alice.write("on the train").phase("on the train", "QUEUED")
    alice.context.set_offline(False)
    alice.online()
    bob.hears("on the train")
    alice.faults.clear()


@pytest.fixture
def laptop(browser):
    """A browser of its own, whose processes a test can put to sleep and wake, as a lid does."""
    mark = f"--test-mark={uuid.uuid4()}"
    launched = browser.browser_type.launch(
        executable_path=chat_page.CHROMIUM, args=["--no-sandbox", mark])
    group = next(
        int(path.parent.name) for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")
        if mark in path.read_bytes().decode(errors="replace").split("\0"))
    launched.sleep = lambda: os.killpg(group, signal.SIGSTOP)
    launched.wake = lambda: os.killpg(group, signal.SIGCONT)
    yield launched
    launched.wake()
    launched.close()


def test_a_machine_that_slept_hears_what_was_said_meanwhile(people, own_relay, laptop):
    alice, bob = people("Alice", own_relay.url, browser=laptop), people("Bob", own_relay.url)
    meet(alice, bob)
    laptop.sleep()
    own_relay.kill()
    bob.sees(".connection", "Offline")
    bob.write("are you asleep?")
    own_relay.start()
    bob.page.evaluate("dispatchEvent(new Event('online'))")
    bob.online().phase("are you asleep?", "QUEUED|SENT")
    laptop.wake()
    alice.hears("are you asleep?").online()
    bob.phase("are you asleep?", "DELIVERED|READ")
    for one in (alice, bob):
        one.faults.clear()


@pytest.mark.parametrize("prepare, said", [
    (HOUR_AHEAD, "1 hour ahead of"), (HOUR_BEHIND, "1 hour behind")], ids=["ahead", "behind"])
def test_a_clock_that_is_wrong_by_an_hour_is_told_and_hinders_nothing(people, prepare, said):
    alice, bob = people("Alice", prepare=prepare), people("Bob")
    meet(alice, bob)
    alice.sees(".notices", said).write("what time is it?")
    bob.hears("what time is it?").write("time to talk")
    alice.hears("time to talk")
    assert bob.page.locator(".notice").count() == 0


def test_where_storage_is_refused_people_talk_and_are_told_that_nothing_is_kept(people):
    alice, bob = people("Alice"), people("Bob", prepare=NOTHING_KEPT)
    meet(alice, bob)
    bob.sees(".notices", "This browser keeps nothing")
    bob.write("just passing by")
    alice.hears("just passing by").write("safe travels")
    bob.hears("safe travels")
    bob.page.reload()
    bob.online().heading("not here any more")
    assert bob.page.locator(".person").count() == 0


def test_a_private_window_that_shows_itself_is_called_one(people):
    alice = people("Alice", prepare="""
        StorageManager.prototype.getDirectory = () => Promise.reject(new Error("private"));""")
    alice.open().online().sees(".notices", "private window")


def test_where_a_message_cannot_be_kept_it_is_not_sent_and_the_page_says_so(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.page.evaluate("""() => { IDBObjectStore.prototype.add = () => {
        throw new DOMException("full", "QuotaExceededError"); }; }""")
    alice.write("one word too many").sees(".notices", "could not be kept")
    expect(alice.page.locator(".composer textarea")).to_have_value("one word too many")
    alice.page.get_by_role("button", name="Reload").click()
    alice.online()
    expect(alice.page.locator(".composer textarea")).to_have_value("one word too many")
    alice.page.locator(".composer textarea").press("Enter")
    bob.hears("one word too many")
    assert bob.texts() == ["one word too many"]


@pytest.mark.parametrize("prepare, how", [(DISK_FULL, "full"), (DISK_BROKEN, "broken")],
                         ids=["full", "broken"])
def test_what_cannot_be_opened_once_is_there_the_next_time(people, prepare, how):
    alice, bob = people("Alice", prepare=prepare), people("Bob")
    meet(alice, bob)
    alice.write("still the same")
    bob.hears("still the same")
    alice.page.evaluate("(how) => localStorage.setItem('broken', how)", how)
    alice.page.reload()
    alice.sees(".notices", "could not be opened").heading("Stopped")
    alice.sees(".connection", "Stopped")
    alice.page.evaluate("localStorage.removeItem('broken')")
    alice.page.locator(".notices").get_by_role("button", name="Reload").click()
    alice.online().talks_with("Bob").write("and again")
    bob.hears("and again")
    assert bob.page.locator(".person").count() == 1


def test_what_cannot_be_opened_can_be_forgotten(people):
    alice, bob = people("Alice", prepare=DISK_FULL), people("Bob")
    meet(alice, bob)
    alice.page.evaluate("localStorage.setItem('broken', 'full')")
    alice.page.reload()
    alice.sees(".notices", "could not be opened").page.locator(".notices").get_by_role(
        "link", name="Settings").click()
    alice.page.evaluate("localStorage.removeItem('broken')")
    assert "Bob" not in alice.forget_everything().kept()


def test_where_storage_is_refused_for_a_while_what_was_kept_before_is_forgotten_too(people):
    refused = f"if (sessionStorage.getItem('refused')) {{ {NOTHING_KEPT.split('for (')[0]} }}"
    alice, bob = people("Alice", prepare=refused), people("Bob")
    meet(alice, bob)
    alice.page.evaluate("sessionStorage.setItem('refused', '1')")
    alice.page.reload()
    alice.sees(".notices", "This browser keeps nothing").open("#/settings")
    assert "Bob" not in alice.forget_everything().kept()


def test_data_that_is_cleared_while_the_page_is_open_is_said_to_be_gone(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.write("here today")
    bob.hears("here today")
    alice.context.new_cdp_session(alice.page).send("Storage.clearDataForOrigin", {
        "origin": alice.address, "storageTypes": "indexeddb,local_storage"})
    alice.sees(".notices", "is gone: its data was cleared").sees(".connection", "Stopped")
    alice.write("gone tomorrow").sees(".toasts", "is gone: its data was cleared")
    alice.page.locator(".notices").get_by_role("button", name="Reload").click()
    alice.online().heading("not here any more").sees("main", "This browser keeps no conversation")
    alice.page.get_by_role("link", name="Bring back a saved identity").click()
    alice.heading("Settings")


def test_where_the_page_cannot_start_no_view_pretends_that_it_did(people):
    alice = people("Alice",
                   prepare="WebAssembly.instantiate = () => Promise.reject(new Error('no'));")
    for route in ("/invite", "/connection", "/with/1", "/invitation/1"):
        alice.open(f"#{route}").heading("Stopped").sees(".notices", "The page could not start")
    assert alice.page.get_by_role("button", name="Make and copy the link").count() == 0
