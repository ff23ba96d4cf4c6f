"""The place to write: what is on its way, what is a draft, and what takes a key."""

import pytest
from playwright.sync_api import expect

from chat_page import PATIENCE_MILLISECONDS, meet

#: A tab whose questions take a while to reach the one that holds the connection.
SLOW = """
    const post = BroadcastChannel.prototype.postMessage;
    BroadcastChannel.prototype.postMessage = function (message) {
      setTimeout(() => post.call(this, message), message.kind === "ask" ? window.slow ?? 0 : 0);
    };"""
FULL = """() => { IDBObjectStore.prototype.add = () => {
    throw new DOMException("full", "QuotaExceededError"); }; }"""
WORDS = " ".join(f"word{number}" for number in range(1200))


@pytest.fixture
def three(people):
    """Alice, in a second tab that is slow, between Bob and Carol."""
    alice, bob, carol = people("Alice", prepare=SLOW), people("Bob"), people("Carol")
    meet(alice, bob)
    carol.accept(alice.invite()).talks_with("Alice")
    alice.talks_with("Carol")
    alice.page = alice.tab()
    alice.open().choose("Bob").page.evaluate("window.slow = 300")
    return alice, bob, carol


def field(person):
    return person.page.locator(".composer textarea")


def hears_all(person, text, more):
    person.page.wait_for_function(
        """([text, more]) => [...document.querySelectorAll(".message .text")]
            .map((each) => each.textContent).slice(0, -1).join(" ") === text
          && document.querySelector(".message:last-child .text").textContent === more""",
        arg=[text, more], timeout=PATIENCE_MILLISECONDS)


def test_whoever_looks_elsewhere_while_a_text_is_sent_sends_it_once(three):
    alice, bob, _ = three
    field(alice).fill(WORDS)
    alice.page.get_by_role("button", name="Send as").click()
    alice.choose("Carol").choose("Bob")
    expect(field(alice)).to_have_value("")
    field(alice).fill("what came to mind meanwhile")
    alice.choose("Carol")
    expect(field(alice)).to_have_value("")
    alice.choose("Bob")
    expect(field(alice)).to_have_value("what came to mind meanwhile")
    # It goes behind what is on its way.
    field(alice).press("Enter")
    hears_all(bob, WORDS, "what came to mind meanwhile")
    expect(field(alice)).to_have_value("")
    alice.page.reload()
    alice.online().talks_with("Bob")
    expect(field(alice)).to_have_value("")


def test_what_is_on_its_way_when_the_page_is_left_is_a_draft_afterwards(three):
    alice, _, _ = three
    alice.page.evaluate("window.slow = 60000")
    alice.write("on its way")
    field(alice).fill("typed behind it")
    alice.page.reload()
    expect(field(alice)).to_have_value("on its way\ntyped behind it")
    # Nor is it lost with the tab.
    alice.page.evaluate("window.slow = 60000")
    field(alice).press("Enter")
    expect(field(alice)).to_have_value("")
    alice.page.close(run_before_unload=True)
    alice.page = alice.tab()
    alice.open().choose("Bob")
    expect(field(alice)).to_have_value("on its way\ntyped behind it")


def test_what_could_not_be_kept_comes_back_in_its_order(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.page.evaluate(FULL)
    alice.page.evaluate("""() => {
      const field = document.querySelector(".composer textarea");
      for (const text of ["first", "second", "third"]) {
        field.value = text;
        field.dispatchEvent(new Event("input"));
        if (text !== "third") field.form.requestSubmit();
      }
    }""")
    expect(field(alice)).to_have_value("first\nsecond\nthird")


def test_two_tabs_have_one_draft(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    first, second = alice.page, alice.tab()
    field(alice).fill("shall we meet at six?")
    alice.open("#" + first.url.split("#")[1], page=second)
    alice.page = second
    expect(field(alice)).to_have_value("shall we meet at six?")
    field(alice).press("Enter")
    bob.hears("at six?")
    alice.page = first
    expect(field(alice)).to_have_value("")
    field(alice).fill("or at seven?")
    alice.page = second
    expect(field(alice)).to_have_value("or at seven?")


def test_a_key_that_an_input_method_takes_sends_nothing(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    field(alice).fill("にほんご")
    # Safari ends a composition before it tells of the key that did it.
    for taken in ("isComposing: true", "keyCode: 229"):
        field(alice).evaluate(f"""(field) => field.dispatchEvent(new KeyboardEvent("keydown", {{
            key: "Enter", bubbles: true, cancelable: true, {taken} }}))""")
    expect(field(alice)).to_have_value("にほんご")
    field(alice).press("Enter")
    bob.hears("にほんご")


def test_a_long_text_that_is_pasted_takes_no_time_at_each_key(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    long = "word " * 20_000
    field(alice).evaluate("""(field, text) => {
      field.value = text;
      field.dispatchEvent(new Event("input"));
    }""", long)
    alice.sees(".composer-note", "Send as")
    spent = field(alice).evaluate("""(field) => {
      const begun = performance.now();
      field.dispatchEvent(new Event("input"));
      return performance.now() - begun;
    }""")
    assert spent < 500, spent
    box = field(alice).bounding_box()
    assert 150 < box["height"] < 260
