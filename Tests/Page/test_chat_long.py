"""A long conversation: what is unread in it, its far past, and what is found."""

import pytest
from playwright.sync_api import expect

from chat_page import Person, meet

LINES = 1000
#: Asks the tab itself, as another tab would: people write slowly.
WRITE = """async (count) => {
  const channel = new BroadcastChannel("simpatico-chat");
  const waits = new Map();
  channel.onmessage = ({ data }) => data.kind === "answer" && waits.get(data.id)?.(data.value);
  const ask = (command) => new Promise((done) => {
    const id = crypto.randomUUID();
    waits.set(id, done);
    channel.postMessage({ kind: "ask", id, command });
  });
  const { contacts: [{ branch }] } = await ask({ command: "view" });
  for (let from = 0; from < count; from += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, at) => ask({ command: "tell", branch,
      message: { handler: "write", text: `line ${from + at}.` } })));
  }
}"""
SEEN = """() => {
  const { top, bottom } = document.querySelector(".scroller").getBoundingClientRect();
  return [...document.querySelectorAll(".message")].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.top >= top && box.bottom <= bottom;
  }).map((row) => row.querySelector(".text").textContent);
}"""
IN_VIEW = f"(text) => ({SEEN})().includes(text)"


@pytest.fixture(scope="module")
def couple(browser, base_url):
    """Alice, who has written a thousand lines to Bob while he was away, and Bob."""
    alice, bob = (Person(browser, base_url, name, height=600) for name in ("Alice", "Bob"))
    meet(alice, bob)
    bob.page.goto("about:blank")
    alice.page.evaluate(WRITE, LINES)
    yield alice, bob
    assert [fault for each in (alice, bob) for fault in each.faults] == []
    for each in (alice, bob):
        each.context.close()


@pytest.fixture
def alice(couple):
    """She, at the end of it."""
    person = couple[0]
    person.page.evaluate("location.hash = '#/settings'")
    person.heading("Settings").choose("Bob")
    below = person.page.locator(".below")
    person.page.wait_for_function(f"({SEEN})().length > 3")
    if below.is_visible():
        below.click()
    person.page.wait_for_function(IN_VIEW, arg=f"line {LINES - 1}.")
    return person


def rows(person):
    return person.page.locator(".message").count()


def find(person, text):
    person.page.get_by_role("button", name="Search").click()
    person.page.get_by_role("searchbox").fill(text)


def test_a_search_draws_the_newest_of_what_it_finds_and_more_when_asked(alice):
    find(alice, "line")
    alice.sees(".found", "1,000 messages found")
    expect(alice.page.locator(".message")).to_have_count(100)
    alice.page.wait_for_function(IN_VIEW, arg=f"line {LINES - 1}.")
    alice.page.get_by_role("button", name="Show earlier messages").click()
    expect(alice.page.locator(".message")).to_have_count(200)
    alice.page.get_by_role("searchbox").fill("line 9")
    alice.sees(".found", "111 messages found")
    expect(alice.page.locator(".message")).to_have_count(100)
    alice.page.get_by_role("button", name="Show earlier messages").click()
    expect(alice.page.locator(".message")).to_have_count(111)
    expect(alice.page.get_by_role("button", name="Show earlier messages")).to_be_hidden()
    alice.page.keyboard.press("Escape")


def test_far_back_only_what_is_around_is_drawn_and_one_goes_on_from_there(alice):
    find(alice, "line 99.")
    alice.page.get_by_role("button", name="Show it in the conversation").click()
    expect(alice.page.locator(".message.pointed .text")).to_have_text("line 99.")
    alice.page.wait_for_function(IN_VIEW, arg="line 99.")
    assert rows(alice) == 100
    seen = alice.page.evaluate(SEEN)
    for name, count in (("Show later messages", 200), ("Show earlier messages", 249)):
        alice.page.get_by_role("button", name=name).dispatch_event("click")
        expect(alice.page.locator(".message")).to_have_count(count)
        # Nobody is moved by it.
        assert set(seen) & set(alice.page.evaluate(SEEN))
    # Left and come back to, it is there; and there is a way to the end.
    alice.page.reload()
    alice.online().page.wait_for_function(IN_VIEW, arg="line 99.")
    alice.page.get_by_role("button", name="To the newest messages").click()
    alice.page.wait_for_function(IN_VIEW, arg=f"line {LINES - 1}.")
    expect(alice.page.locator(".below")).to_be_hidden()


def test_whoever_goes_back_step_by_step_never_has_all_of_it_drawn(alice):
    for _ in range(12):
        button = alice.page.get_by_role("button", name="Show earlier messages")
        first = alice.page.locator(".message").first.get_attribute("data-place")
        if button.is_hidden():
            break
        button.dispatch_event("click")
        alice.page.wait_for_function(
            "(first) => document.querySelector('.message').dataset.place < first", arg=first)
        assert rows(alice) <= 400
    assert alice.texts()[0] == "line 0."
    for _ in range(12):
        button = alice.page.get_by_role("button", name="Show later messages")
        if button.is_hidden():
            break
        last = alice.page.locator(".message").last.get_attribute("data-place")
        button.dispatch_event("click")
        alice.page.wait_for_function(
            "(last) => [...document.querySelectorAll('.message')].at(-1).dataset.place > last",
            arg=last)
        assert rows(alice) <= 400
    assert alice.texts()[-1] == f"line {LINES - 1}."
    # What one writes is shown, wherever one reads.
    find(alice, "line 99.")
    alice.page.get_by_role("button", name="Show it in the conversation").click()
    alice.page.wait_for_function(IN_VIEW, arg="line 99.")
    alice.write("that was long ago")
    alice.page.wait_for_function(IN_VIEW, arg="that was long ago")
    alice.message("that was long ago").locator(".more").focus()
    alice.page.keyboard.press("Enter")
    alice.page.get_by_role("button", name="Delete for me").click()
    alice.page.locator("dialog").get_by_role("button", name="Delete for me").click()
    expect(alice.message("that was long ago")).to_have_count(0)


def test_a_conversation_with_news_opens_at_them_or_says_where_they_are(people):
    alice, bob = people("Alice", height=600), people("Bob", height=600)
    meet(alice, bob)
    for number in range(30):
        alice.write(f"old {number}.")
    bob.hears("old 29.")
    bob.open("#/settings")
    for number in range(30):
        alice.write(f"new {number}.")
    bob.sees(".person .badge", "30 unread messages").choose("Alice")
    bob.page.wait_for_function(IN_VIEW, arg="new 0.")
    expect(bob.page.locator(".new-here")).to_be_in_viewport()
    # The end is not in view: they are still unread, and there is a way to them.
    bob.sees(".person .badge", "30").page.get_by_role("button", name="New messages").click()
    bob.page.wait_for_function(IN_VIEW, arg="new 29.")
    alice.phase("new 29.", "READ")
    expect(bob.page.locator(".below")).to_be_hidden()

    # Whoever was reading far above finds that place again, and a sign.
    bob.message("old 9.").evaluate("(row) => row.scrollIntoView({ block: 'start' })")
    bob.page.wait_for_function(IN_VIEW, arg="old 9.")
    bob.page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    seen = bob.page.evaluate(SEEN)
    bob.open("#/settings").heading("Settings")
    for number in range(3):
        alice.write(f"newest {number}.")
    bob.sees(".person .badge", "3 unread messages").choose("Alice")
    bob.page.wait_for_function(IN_VIEW, arg="old 9.")
    assert bob.page.evaluate(SEEN) == seen
    bob.page.get_by_role("button", name="New messages").click()
    expect(bob.page.locator(".new-here")).to_be_in_viewport()
    bob.page.wait_for_function(IN_VIEW, arg="newest 2.")
    alice.phase("newest 2.", "READ")


def test_what_came_while_the_window_had_no_focus_is_read_when_it_has(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    bob.page.evaluate("document.hasFocus = () => false")
    alice.write("are you there?").phase("there?", "DELIVERED")
    bob.hears("are you there?").sees(".person .badge", "1 unread message")
    bob.page.evaluate("() => { delete document.hasFocus; dispatchEvent(new Event('focus')); }")
    expect(bob.page.locator(".person .badge")).to_have_count(0)
