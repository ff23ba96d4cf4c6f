"""Reading what was said: the place that one reads at, the days, a failed message, a finger."""

import re

import pytest
from playwright.sync_api import expect

from chat_page import PATIENCE_MILLISECONDS, Person, in_conversation, meet

DAY = 86_400_000
#: A person whose clock a test can move on between two visits.
LATER = "const now = Date.now; Date.now = () => now() + Number(localStorage.getItem('later') ?? 0);"
#: `new Date()` as well.
LATER_DATE = LATER + """
    const Real = Date;
    window.Date = class extends Real {
      constructor(...when) { super(...(when.length === 0 ? [Date.now()] : when)); }
    };"""
#: A message whose time is beyond all dates, and one that cannot be drawn at all.
UNTIMELY = """
    const parse = JSON.parse;
    JSON.parse = (...all) => {
      const value = parse(...all);
      const messages = Array.isArray(value?.messages) ? value.messages : [];
      for (const each of messages) if (each.text === "untimely") each.time = 8.7e15;
      return value;
    };
    const segment = Intl.Segmenter.prototype.segment;
    Intl.Segmenter.prototype.segment = function (text) {
      if (text === "💥") throw new Error("not drawn");
      return segment.call(this, text);
    };"""
LINES = 24


@pytest.fixture(scope="module")
def couple(browser, base_url):
    """Two people who have said more than a window holds."""
    alice, bob = (Person(browser, base_url, name, height=600) for name in ("Alice", "Bob"))
    meet(alice, bob)
    for number in range(LINES):
        alice.write(f"line {number}\nand its second half")
    bob.hears(f"line {LINES - 1}")
    yield alice, bob
    alice.context.close()
    bob.context.close()


@pytest.fixture
def two(couple):
    """Both at the end of their conversation."""
    for one in couple:
        one.page.set_viewport_size({"width": 1280, "height": 600})
    with in_conversation(couple):
        for one in couple:
            to_end(one)
        yield couple


def scroller(person):
    return person.page.locator(".scroller")


def to_end(person):
    scroller(person).evaluate("(it) => { it.scrollTop = it.scrollHeight; }")
    expect_end(person)


def expect_end(person):
    person.page.wait_for_function("""() => {
      const it = document.querySelector(".scroller");
      return it.scrollHeight - it.scrollTop - it.clientHeight < 2;
    }""")


def top_of(person, text):
    return person.message(text).evaluate("(row) => Math.round(row.getBoundingClientRect().top)")


def scroll_to(person, text):
    person.message(text).evaluate("(row) => row.scrollIntoView({ block: 'start' })")
    expect(person.message(text)).to_be_in_viewport()
    # The place is noted with the next frame.
    person.page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    return top_of(person, text)


def test_whoever_reads_what_was_said_earlier_is_not_moved_by_what_comes(two):
    alice, bob = two
    place = scroll_to(bob, "line 5\n")
    for text in ("one more", "and another\nof two lines"):
        alice.write(text)
        expect(bob.message(text)).to_be_attached(timeout=PATIENCE_MILLISECONDS)
        assert abs(top_of(bob, "line 5\n") - place) <= 1
    # It is unread, and said to be there.
    bob.sees(".person .badge", "2 unread messages")
    bob.page.get_by_role("button", name="New messages").click()
    expect_end(bob)
    alice.phase("and another", "READ")
    expect(bob.page.locator(".below")).to_be_hidden()


def test_whoever_is_at_the_end_stays_there(two):
    alice, bob = two
    alice.write("the newest")
    bob.hears("the newest")
    expect_end(bob)
    # A keyboard comes up, a phone is turned, and goes back.
    for size in ((1280, 320), (320, 568), (1280, 600)):
        bob.page.set_viewport_size(dict(zip(("width", "height"), size)))
        expect_end(bob)
    # A long draft takes room from below.
    bob.page.locator(".composer textarea").fill("a\nb\nc\nd\ne")
    expect_end(bob)
    bob.page.locator(".composer textarea").fill("")
    message = bob.message("the newest")
    message.locator(".more").focus()
    bob.page.keyboard.press("Enter")
    expect(message.get_by_role("button", name="Delete for me")).to_be_in_viewport()


def test_a_keyboard_that_comes_up_hides_nothing_that_was_being_read(two):
    _, bob = two
    scroll_to(bob, "line 5\n")
    bottom = """() => {
      const box = document.querySelector(".scroller").getBoundingClientRect();
      const rows = [...document.querySelectorAll(".message")];
      return rows.findLast((row) => row.getBoundingClientRect().bottom <= box.bottom + 1)
        .textContent;
    }"""
    before = bob.page.evaluate(bottom)
    bob.page.set_viewport_size({"width": 1280, "height": 400})
    bob.page.wait_for_function(f"(before) => ({bottom})() === before", arg=before)


def test_a_search_ends_where_it_began(two):
    _, bob = two
    place = scroll_to(bob, "line 7\n")
    bob.page.get_by_role("button", name="Search").click()
    bob.page.get_by_role("searchbox").fill("line 1")
    bob.sees(".found", "11 messages found")
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator(".search-bar")).to_be_hidden()
    expect(bob.page.locator(".message")).not_to_have_count(11)
    bob.page.wait_for_function("""(place) => Math.abs([...document.querySelectorAll(".message")]
        .find((row) => row.textContent.includes("line 7\\n")).getBoundingClientRect().top - place)
          <= 3""", arg=place)
    expect(bob.page.locator(".below")).to_be_hidden()


def test_days_stand_between_messages_and_times_in_them(people):
    alice, bob = people("Alice"), people("Bob", prepare=LATER_DATE)
    meet(alice, bob)
    alice.write("of the first day")
    bob.hears("of the first day").sees(".day", "Today")
    expect(bob.message("of the first day").locator("time")).to_have_text(
        re.compile(r"\d{1,2}:\d\d"))
    bob.page.evaluate(f"localStorage.setItem('later', {DAY})")
    bob.page.reload()
    bob.online().sees(".day", "Yesterday").write("of the second")
    expect(bob.page.locator(".day")).to_have_text(["Yesterday", "Today"])
    bob.page.evaluate(f"localStorage.setItem('later', {40 * DAY})")
    bob.page.reload()
    bob.online().sees(".day", ",")
    days = bob.page.locator(".day").all_inner_texts()
    assert len(days) == 2 and not {"Today", "Yesterday"} & set(days), days
    assert re.search(r"\d", bob.page.locator(".person time").inner_text())


def test_a_message_that_failed_says_why_and_goes_when_it_is_tried_again(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    bob.context.set_offline(True)
    bob.sees(".connection", "No network")
    alice.write("will this arrive?").phase("will this arrive?", "QUEUED|SENT")
    alice.page.get_by_role("button", name="Details").click()
    alice.page.get_by_role("button", name="Block", exact=True).click()
    alice.page.locator("dialog").get_by_role("button", name="Block").click()
    alice.page.get_by_role("link", name="Back").click()
    alice.phase("will this arrive?", "FAILED").sees(".failure", "you had blocked them")
    alice.sees(".person-said", "Not delivered: will this arrive?")
    # Nothing can be sent to whom one has blocked, and the way back is where one would write.
    expect(alice.page.get_by_role("button", name="Try again")).to_have_count(0)
    alice.sees(".blocked", "nothing goes to them")
    alice.page.get_by_role("button", name="Unblock").click()
    expect(alice.page.locator(".composer textarea")).to_be_visible()
    alice.phase("will this arrive?", "FAILED")
    alice.page.get_by_role("button", name="Try again").click()
    alice.phase("will this arrive?", "QUEUED|SENT")
    bob.context.set_offline(False)
    bob.online().hears("will this arrive?")
    alice.phase("will this arrive?", "DELIVERED|READ")
    assert bob.texts() == ["will this arrive?"]
    expect(alice.page.locator(".failure")).to_have_count(0)
    bob.faults.clear()


def test_a_finger_opens_what_a_mouse_has_a_button_for(people):
    alice = people("Alice")
    bob = people("Bob", width=390, height=844, has_touch=True, is_mobile=True)
    meet(alice, bob)
    alice.write("touch me")
    alice.write("https://example.org/")
    bob.hears("example.org")
    bob.message("touch me").locator(".bubble").tap()
    bob.message("touch me").get_by_role("button", name="Copy").tap()
    bob.sees(".toasts", "Copied")
    bob.message("touch me").locator(".bubble").tap()
    expect(bob.page.get_by_role("button", name="Delete for me")).to_have_count(0)
    for name in ("Back", "Details", "Search", "Send"):
        box = bob.page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box["width"] >= 40 and box["height"] >= 40, (name, box)
    bob.page.get_by_role("button", name="Back", exact=True).tap()
    expect(bob.page.locator(".person")).to_be_visible()
    expect(bob.page.locator("main")).to_be_hidden()


def test_the_list_has_one_edge_whatever_the_direction_of_its_texts(people):
    alice, bob = people("Alice"), people("يوسف")
    meet(alice, bob)
    bob.write("مرحبا")
    alice.hears("مرحبا")
    lefts = alice.page.evaluate("""() => [".person-name", ".person-said"].map((selector) => {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector(selector));
      return Math.round(range.getBoundingClientRect().left);
    })""")
    assert abs(lefts[0] - lefts[1]) <= 2, lefts


def test_a_notice_is_said_once_and_goes_when_it_was_read(people):
    alice, bob = people("Alice", prepare="""
        StorageManager.prototype.getDirectory = () => Promise.reject(new Error("private"));
        addEventListener("DOMContentLoaded", () => {
          window.said = 0;
          new MutationObserver(() => { window.said += 1; })
            .observe(document.getElementById("notices"), { childList: true });
        });"""), people("Bob")
    meet(alice, bob)
    alice.sees(".notices", "private window").write("does it say so again?")
    bob.hears("again?")
    alice.phase("again?", "READ")
    assert alice.page.evaluate("window.said") == 1
    notice = alice.page.locator(".notices").get_by_role("button", name="Close")
    notice.focus()
    bob.write("and now?")
    alice.hears("and now?")
    expect(notice).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(alice.page.locator(".notice")).to_have_count(0)
    bob.write("quiet")
    alice.hears("quiet")
    expect(alice.page.locator(".notice")).to_have_count(0)


def test_one_message_that_cannot_be_drawn_hides_no_other(people):
    alice, bob = people("Alice"), people("Bob", prepare=UNTIMELY)
    meet(alice, bob)
    for text in ("before", "untimely", "💥", "after"):
        alice.write(text)
    bob.hears("before").hears("after").hears("untimely")
    bob.sees(".people-list time", ":").sees(".messages", "This cannot be shown here")
    assert bob.texts() == ["before", "untimely", "after"]
    bob.page.reload()
    bob.online().hears("before").hears("after")
    assert set(bob.faults) == {"not drawn"}
    bob.faults.clear()
