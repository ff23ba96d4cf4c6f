"""A chat tab that is not looked at: browsers run its timers once a minute or not at all, while its
socket goes on. Nothing may be lost by that, and nobody declared dead who lives."""

import pytest
from playwright.sync_api import expect

from cable import Cable
from chat_page import PATIENCE_MILLISECONDS, meet

#: A tab that is not looked at.
HIDE = """() => {
  for (const [name, value] of [["hidden", true], ["visibilityState", "hidden"]]) {
    Object.defineProperty(document, name, { configurable: true, get: () => value });
  }
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""
SHOW = """() => {
  delete document.hidden;
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""
MINUTE = 60_000
#: More than a keep-alive and its answer take where timers run as they should.
MINUTES = 5


class Sleeper:
    """A person whose tab is hidden: its timers run when the test says that a minute is over."""

    def __init__(self, person):
        self.person = person
        self.sockets = []
        self.sent = []
        person.page.on("websocket", self._opened)

    def _opened(self, socket):
        self.sockets.append(socket)
        socket.on("framesent", lambda frame: self.sent.append(str(frame)))

    @property
    def pings(self):
        return len([frame for frame in self.sent if '"ping"' in frame])

    def hide(self):
        page = self.person.page
        page.evaluate(HIDE)
        page.clock.pause_at(page.evaluate("Date.now()") + 1000)

    def minute(self):
        """Whatever was due within it comes at its end, once."""
        self.person.page.clock.fast_forward(MINUTE)


def sleeper(person):
    """Must come before the page is opened."""
    person.page.clock.install()
    return Sleeper(person)


def test_a_hidden_tab_whose_timers_run_once_a_minute_stays_connected_and_talks(people):
    alice, bob = people("Alice"), people("Bob")
    asleep = sleeper(alice)
    meet(alice, bob)
    asleep.hide()
    pings = asleep.pings
    for minute in range(MINUTES):
        asleep.minute()
        bob.write(f"are you there? {minute}").phase(f"there? {minute}", "DELIVERED")
        alice.hears(f"are you there? {minute}").write(f"behind a tab, {minute}")
        bob.hears(f"behind a tab, {minute}").sees(".reach", "Online")
    # It has asked for signs of life all the time, on the one connection that there ever was.
    assert asleep.pings - pings >= MINUTES - 1
    assert len(asleep.sockets) == 1
    alice.sees(".connection", "Connected and verified")


def test_a_hidden_tab_comes_back_by_itself_with_what_waits_in_it(people, own_relay):
    alice, bob = (people(name, own_relay.url) for name in ("Alice", "Bob"))
    asleep = sleeper(alice)
    meet(alice, bob)
    asleep.hide()
    own_relay.kill()
    alice.sees(".connection", "Offline").write("written asleep").phase("written asleep", "QUEUED")
    own_relay.start()
    bob.page.evaluate("dispatchEvent(new Event('online'))")
    bob.online()
    asleep.minute()
    bob.hears("written asleep")
    alice.online().phase("written asleep", "DELIVERED|READ")
    for one in (alice, bob):
        one.faults.clear()


def test_a_network_that_comes_back_wakes_a_hidden_tab_too(people, own_relay):
    alice, bob = (people(name, own_relay.url) for name in ("Alice", "Bob"))
    asleep = sleeper(alice)
    meet(alice, bob)
    asleep.hide()
    own_relay.kill()
    alice.sees(".connection", "Offline")
    own_relay.start()
    for one in (alice, bob):
        one.page.evaluate("dispatchEvent(new Event('online'))")
    # No timer of the hidden tab has run meanwhile.
    alice.online()
    bob.online().write("good morning")
    alice.hears("good morning")
    for one in (alice, bob):
        one.faults.clear()


def test_a_hidden_tab_goes_on_to_serve_the_one_that_is_looked_at(people):
    alice, bob = people("Alice"), people("Bob")
    asleep = sleeper(alice)
    meet(alice, bob)
    asleep.hide()
    second = alice.tab()
    alice.open(page=second)
    expect(second.locator(".notices")).to_contain_text("Another tab holds the connection")
    alice.page = second
    alice.choose("Bob").write("by way of the other tab")
    bob.hears("by way of the other tab").write("well heard")
    alice.hears("well heard")
    asleep.minute()
    expect(second.locator(".notices")).to_contain_text("Another tab holds the connection")
    assert len(asleep.sockets) == 1


@pytest.fixture
def cable(base_url):
    laid = Cable(base_url)
    yield laid
    laid.close()


def test_whoever_looks_again_learns_soon_that_the_connection_has_died_meanwhile(people, cable):
    alice, bob = people("Alice", cable.url), people("Bob")
    bob.accept(alice.open().online().invite().replace(cable.url, bob.address)).talks_with("Alice")
    alice.talks_with("Bob")
    alice.page.evaluate(HIDE)
    cable.hold()
    bob.write("nobody hears this yet").phase("nobody hears this yet", "SENT|QUEUED")
    alice.page.evaluate(SHOW)
    # Nothing has told the page; it asks, and does not wait for the next keep-alive.
    expect(alice.page.locator(".connection")).not_to_contain_text(
        "Connected and verified", timeout=PATIENCE_MILLISECONDS)
    cable.let_go()
    alice.online().hears("nobody hears this yet")
    bob.phase("nobody hears this yet", "DELIVERED|READ")
    assert alice.texts() == ["nobody hears this yet"]
    alice.faults.clear()
