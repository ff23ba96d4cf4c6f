"""The list of people, while it changes under a hand."""

import pytest
from playwright.sync_api import expect

from chat_page import Person, meet


@pytest.fixture(scope="module")
def three(browser, base_url):
    """Alice, who knows two people, of whom both can write to her."""
    alice, bob, carol = (Person(browser, base_url, name) for name in ("Alice", "Bob", "Carol"))
    meet(alice, bob)
    carol.accept(alice.invite()).talks_with("Alice")
    alice.talks_with("Carol")
    yield alice, bob, carol
    assert [fault for each in (alice, bob, carol) for fault in each.faults] == []
    for each in (alice, bob, carol):
        each.context.close()


def row(person, name):
    return person.page.locator(".person", has_text=name)


@pytest.mark.parametrize("writer", [1, 2], ids=["who is pressed", "somebody else"])
def test_a_click_is_not_lost_when_something_arrives_meanwhile(three, writer):
    alice, bob, carol = three
    # The other one stands above, so that whoever writes takes a place.
    alice.choose("Bob").write("hello Bob")
    alice.choose("Carol").write("hello Carol")
    expect(alice.page.locator(".person-name").first).to_have_text("Carol")
    text = f"now, by {three[writer].name}"
    box = row(alice, "Bob").bounding_box()
    alice.page.mouse.move(box["x"] + 60, box["y"] + 20)
    alice.page.mouse.down()
    three[writer].write(text).phase(text, "DELIVERED|READ")
    alice.page.mouse.up()
    alice.talks_with("Bob")
    alice.sees(".people-list", text)
    expect(row(alice, "Bob")).to_have_attribute("aria-current", "page")


def test_rows_stay_while_others_change_and_keep_the_focus(three):
    alice, bob, carol = three
    alice.choose("Carol")
    # Bob stands below her.
    carol.write("above the other")
    alice.sees(".person-said", "above the other")
    alice.page.evaluate("""() => {
      window.rows = Object.fromEntries([...document.querySelectorAll(".person")].map(
        (row) => [row.querySelector(".person-name").textContent, row]));
    }""")
    row(alice, "Bob").focus()
    carol.write("quite something")
    alice.sees(".person-said", "quite something")
    assert alice.page.evaluate("window.rows.Bob.isConnected && !window.rows.Carol.isConnected")
    bob.write("to the top")
    alice.sees(".person-said", "to the top")
    expect(alice.page.locator(".person-name")).to_have_text(["Bob", "Carol"])
    expect(row(alice, "Bob")).to_be_focused()
