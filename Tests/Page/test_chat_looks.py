"""How the chat page looks and sounds: every view, at every width, for every reader."""

import pathlib

import pytest
from playwright.sync_api import expect

from chat_page import Person, meet

AUDIT = pathlib.Path(__file__).with_name("audit.js").read_text()
SIZES = [(320, 568), (390, 844), (768, 1024), (1440, 900), (3840, 2160)]
TALK = ["hello", "a word that is far too long for a phone: " + "extraordinarily" * 9,
        "https://example.org/" + "path/" * 40, "👩‍👩‍👧‍👦" * 20, "مرحبا بك في هذه المحادثة"]


@pytest.fixture(scope="module")
def host(browser, base_url):
    """Somebody who knows somebody, has a pending invitation, and a message that failed."""
    alice, bob = (Person(browser, base_url, name) for name in ("Alice", "Bob"))
    meet(alice, bob)
    for text in TALK:
        alice.write(text)
        bob.hears(text[:20]).write(text)
        alice.hears(text[:20])
    alice.conversation = alice.page.url.split("#")[1]
    alice.invite(note="the woman from the conference")
    alice.invitation = alice.page.url.split("#")[1]
    yield alice
    alice.context.close()
    bob.context.close()


@pytest.fixture(scope="module")
def stranger(browser, base_url, host):
    """Somebody who is here for the first time."""
    carol = Person(browser, base_url, "Carol")
    carol.link = host.page.get_by_label("Invitation link", exact=True).input_value()
    carol.open().online()
    yield carol
    carol.context.close()


def views(host, stranger):
    """Shows every view, one after another, and says its name."""
    for route, heading in (
            (host.conversation, "Bob"), (host.conversation + "/details", "Bob"),
            (host.invitation, "Send this link"), ("/invite", "Invite one person"),
            ("/settings", "Settings"), ("/connection", "Connected and verified"),
            ("/with/nobody", "not here any more"), ("", "Pick a conversation")):
        host.page.evaluate("(route) => { location.hash = route; }", route)
        if route != "" or host.page.locator("main").is_visible():
            host.heading(heading)
        yield host.page, route or "list"
    stranger.page.evaluate("location.hash = ''")
    stranger.heading("A private word")
    for summary in stranger.page.locator("main summary").all():
        summary.click()
    yield stranger.page, "welcome"
    stranger.page.locator("#paste").fill(stranger.link)
    stranger.page.get_by_role("button", name="Open", exact=True).click()
    stranger.heading("You are invited")
    yield stranger.page, "question"
    stranger.page.get_by_role("button", name="Not now").click()


@pytest.mark.parametrize("width, height", SIZES, ids=[f"{width}px" for width, _ in SIZES])
def test_every_view_has_names_contrast_structure_and_no_sideways_scrolling(
        host, stranger, width, height):
    for page in (host.page, stranger.page):
        page.set_viewport_size({"width": width, "height": height})
    wrong = []
    for page, name in views(host, stranger):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong += [f"{name} {scheme}: {each}" for each in page.evaluate(AUDIT)]
    assert not wrong, "\n".join(wrong)


def test_high_contrast_keeps_every_contrast(host, stranger):
    wrong = []
    for page, name in views(host, stranger):
        for media in ({"contrast": "more"}, {"forced_colors": "active"}):
            page.emulate_media(color_scheme="light", **media)
            wrong += [f"{name} {media}: {each}" for each in page.evaluate(AUDIT)]
            page.emulate_media(contrast="null", forced_colors="null")
    assert not wrong, "\n".join(wrong)


def test_whoever_wants_no_motion_gets_none(stranger):
    stranger.page.emulate_media(reduced_motion="no-preference")
    moving = "document.getAnimations().filter((each) => each.playState === 'running').length"
    assert stranger.page.evaluate(moving) > 0
    stranger.page.emulate_media(reduced_motion="reduce")
    assert stranger.page.evaluate(moving) == 0


def test_the_keyboard_goes_through_a_conversation_in_the_order_of_the_eyes(host):
    page = host.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("(route) => { location.hash = route; }", host.conversation)
    host.talks_with("Bob")
    expect(page.locator(".composer textarea")).to_be_focused()
    page.keyboard.type("by hand")
    page.evaluate("document.activeElement.blur()")
    names = []
    for _ in range(24):
        page.keyboard.press("Tab")
        names.append(page.evaluate("""() => {
          const { activeElement: at } = document;
          if (at === document.body) return "";
          const style = getComputedStyle(at.closest(".composer-row") ?? at);
          const isMarked = style.outlineStyle !== "none" || style.boxShadow !== "none";
          return (at.getAttribute("aria-label") ?? at.textContent).trim()
            + (isMarked ? "" : " (not marked)"); }"""))
    wanted = ["Simpatico", "Settings", "Invite someone", "Bob", "the woman", "Search", "Details",
              "Bob", "Message to Bob", "Send"]
    places = []
    for name in wanted:
        found = [at for at, each in enumerate(names)
                 if name in each and at > (places or [-1])[-1]]
        assert found, f"{name} after {places} in {names}"
        places.append(found[0])
    assert not [name for name in names if name.endswith("(not marked)")], names


def test_focus_goes_where_the_person_goes(host):
    page = host.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("location.hash = ''")
    page.get_by_role("button", name="Settings").click()
    expect(page.locator("main h1")).to_be_focused()
    page.get_by_role("button", name="Lock the key in").click()
    expect(page.locator("dialog")).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    assert page.evaluate(AUDIT) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Lock the key in")).to_be_focused()


def test_live_regions_are_there_before_they_are_needed(stranger):
    page = stranger.page
    assert page.locator("#live").get_attribute("role") == "log"
    for place in ("#notices", "#toasts"):
        assert page.locator(place).get_attribute("role") == "status"
