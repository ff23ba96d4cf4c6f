"""People in the chat page: invitations to their ends, contacts, and what is said."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from chat_page import PATIENCE_MILLISECONDS, Person, in_conversation, meet

HOSTILE = [
    '<img src=x onerror="window.hacked = true">',
    "<script>window.hacked = true</script>",
    "&lt;b&gt; &amp; \"quotes\" 'and' `ticks` ${window.hacked = true}",
    "javascript:window.hacked=true data:text/html,hacked JaVaScRiPt://%0awindow.hacked=true",
    "\u202egnp.elif\u202c and \u2066more\u2069 \u200f!",
    "e\u0301\u0301\u0301" * 20,
    "שלום, hello, مرحبا",
]


@pytest.fixture(scope="module")
def couple(browser, base_url):
    """Two people who know each other, for all tests of this file that leave it so."""
    alice, bob = (Person(browser, base_url, name) for name in ("Alice", "Bob"))
    alice.link = meet(alice, bob)
    yield alice, bob
    alice.context.close()
    bob.context.close()


@pytest.fixture
def two(couple):
    """Both in their conversation, in which something may have been said before."""
    with in_conversation(couple):
        yield couple


def test_a_third_who_follows_a_used_link_is_told_so_and_hears_nothing(two, people):
    alice, bob = two
    mallory = people("Mallory").accept(alice.link)
    mallory.heading("This invitation was used already")
    assert "Ask for a new one" in mallory.page.locator("main").inner_text()
    mallory.page.get_by_role("button", name="Remove from the list").click()
    expect(mallory.page.locator(".person")).to_have_count(0)
    alice.write("only for Bob")
    bob.hears("only for Bob")
    assert alice.page.locator(".person").count() == 1
    bob.follow(alice.link).heading("You know each other already")
    bob.page.get_by_role("button", name="Open the conversation").click()
    bob.talks_with("Alice").hears("only for Bob")
    alice.follow(alice.link).heading("This is your own invitation")


def test_links_that_are_revoked_unknown_or_broken_end_kindly(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.open().online().invite(note="the man next door")
    alice.page.get_by_role("button", name="Take it back").click()
    alice.page.locator("dialog").get_by_role("button", name="Take it back").click()
    alice.heading("Taken back")
    bob.accept(link).heading("This invitation was taken back")
    other = alice.invite()
    wrong = other[:-1] + ("A" if other[-1] != "A" else "B")
    bob.accept(wrong).heading("This invitation is not known")
    bob.follow(other.rsplit(".", 1)[0]).heading("This link is not complete")
    bob.page.get_by_role("button", name="Close").click()
    bob.page.evaluate("location.hash = ''")
    assert alice.page.locator(".person").count() == 1


def test_a_link_that_was_escaped_on_the_way_works_and_leaves_no_secret_in_the_address(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.open().online().invite()
    escaped = link.replace("#invite=", "#invite%3D").replace(".", "%2E")
    for address in (escaped, link.replace("#invite=", "#%69nvite=")):
        bob.follow(address).heading("You are invited")
        assert "#" not in bob.page.url
    for address in (link.replace("#invite=", "#invite%253D"), link.replace("=", ""), link + "%"):
        bob.follow(address).heading("This link is not complete")
        assert "#" not in bob.page.url
    bob.page.get_by_role("button", name="Close").click()
    bob.heading("A private word").page.get_by_label("Invitation link").fill(escaped)
    bob.page.get_by_role("button", name="Open", exact=True).click()
    bob.heading("You are invited")


def test_no_address_tells_who_talks_with_whom(people):
    alice, bob = people("Alice"), people("Bob")
    visited = []
    for one in (alice, bob):
        one.page.on("framenavigated", lambda frame: visited.append(frame.url))
    link = meet(alice, bob)
    for one in (alice, bob):
        one.page.get_by_role("button", name="Details").click()
        one.sees("main", "Compare numbers").page.get_by_role("link", name="Back").click()
    bob.talks_with("Alice").page.reload()
    bob.talks_with("Alice")
    alice.page.get_by_role("button", name="Details").click()
    keys = [key.replace(" ", "") for key in alice.sees("main", "Their key").page.locator(
        "code.key").all_inner_texts()]
    assert len(keys) == 2 and all(len(key) == 43 for key in keys)
    fragments = {url.partition("#")[2] for url in visited if url != link}
    assert "/with/" in str(fragments) and "/invitation/" in str(fragments)
    for secret in (*keys, *link.partition("#invite=")[2].split(".")):
        assert secret not in str(fragments)


def test_an_address_that_is_none_opens_the_page(people):
    for fragment in ("#100%", "#%", "#/with/%E0%A4%A", "#nothing"):
        people("Alice").open(fragment).online()


def test_an_invitation_expires(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.open().online().invite(expiry="1 hour")
    alice.context.clock.install()
    alice.page.evaluate("1")
    bob.open().online()
    alice.page.reload()
    alice.online().page.clock.fast_forward("02:00:00")
    alice.online()
    bob.accept(link).heading("This invitation has expired")
    assert "Ask for a new one" in bob.page.locator("main").inner_text()


def test_both_may_reload_in_the_middle_of_an_invitation(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.open().online().invite()
    address = alice.page.url
    alice.page.goto("about:blank")
    bob.follow(link).heading("You are invited to a private conversation")
    assert "invite=" not in bob.page.url
    bob.page.reload()
    bob.heading("You are invited to a private conversation")
    bob.page.get_by_label("Your name").fill("Bob")
    bob.page.get_by_role("button", name="Accept and talk").click()
    bob.heading("Waiting for them")
    bob.page.reload()
    bob.heading("Waiting for them")
    alice.page.goto(address)
    alice.talks_with("Bob")
    bob.talks_with("Alice").write("there you are")
    alice.hears("there you are")


def test_nothing_is_sent_to_the_host_before_the_guest_accepts(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.open().online().invite()
    frames = []
    bob.page.on("websocket", lambda socket: socket.on(
        "framesent", lambda frame: frames.append(str(frame))))
    bob.follow(link).heading("You are invited").online()
    bob.sees("main", "Nothing has been sent yet")
    assert not [frame for frame in frames if "deliverEnvelop" in frame or "invite3" in frame]
    bob.page.get_by_role("button", name="Not now").click()
    bob.heading("A private word")
    bob.page.reload()
    bob.online().heading("A private word")
    alice.sees("main h1", "Send this link to one person")


def scanned(picture, file):
    """What a camera reads, by a program that knows nothing of our encoder."""
    file.write_bytes(picture)
    told = subprocess.run(
        ["zbarimg", "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", file],
        capture_output=True, text=True, timeout=30)
    return told.stdout.strip()


def test_a_link_is_copied_shared_and_shown_as_a_picture(people, tmp_path):
    alice = people("Alice", prepare="""window.shared = [];
        navigator.share = async (what) => { window.shared.push(what); };""")
    link = alice.open().online().invite(note="the man next door", expiry="1 day")
    assert alice.page.evaluate("navigator.clipboard.readText()") == link
    expect(alice.page.get_by_role("button", name="Copied")).to_be_visible()
    alice.page.get_by_role("button", name="Share …").click()
    assert alice.page.evaluate("window.shared") == [{"url": link}]
    code = alice.page.get_by_role("img", name="QR code of the invitation link")
    for width, scheme in ((1280, "light"), (320, "dark")):
        alice.page.set_viewport_size({"width": width, "height": 800})
        alice.page.emulate_media(color_scheme=scheme)
        code.scroll_into_view_if_needed()
        assert scanned(code.screenshot(), tmp_path / "code.png") == link
    alice.page.set_viewport_size({"width": 1280, "height": 800})
    alice.sees("main", "the man next door").sees("main", "Works until")
    alice.sees(".person", "the man next door")
    assert link.split("#")[0] == alice.address + "/chat"


def test_hostile_text_is_text(two):
    alice, bob = two
    for text in [*HOSTILE, "👩‍👩‍👧‍👦🏳️‍🌈" * 40]:
        alice.write(text)
        expect(bob.page.locator('.message[data-own="false"] .text').last).to_have_text(
            text, timeout=PATIENCE_MILLISECONDS)
    assert bob.page.evaluate("window.hacked") is None
    assert bob.page.locator(".message :is(img, script, a, iframe)").count() == 0
    bob.page.get_by_role("button", name="Details").click()
    name = bob.page.get_by_label("Name")
    name.fill("\u202eecilA <b>")
    bob.page.get_by_role("button", name="Save").click()
    bob.sees(".person-name", "\u202eecilA <b>")
    # An override ends with the name that it stands in.
    for each in bob.page.locator("bdi").all():
        assert each.evaluate("(bdi) => getComputedStyle(bdi).unicodeBidi") == "isolate"
    assert bob.page.locator(".person b").count() == 0
    name.fill("Alice")
    bob.page.get_by_role("button", name="Save").click()
    bob.sees(".person-name", "Alice")


def test_an_address_can_be_followed_and_fetches_nothing_before(two):
    alice, bob = two
    text = ("see https://example.org/a_(b)?q=1#part, (or http://xn--bcher-kva.example/)! "
            "not ftp://example.org \u202ehttps://example.org/\u202cmoc.live")
    alice.write(text)
    bob.hears("see https://")
    links = bob.page.locator(".message").last.locator("a")
    assert links.evaluate_all("(all) => all.map((each) => each.textContent)") == [
        "https://example.org/a_(b)?q=1#part", "http://xn--bcher-kva.example/",
        "https://example.org/"]
    for link in links.all():
        assert link.get_attribute("href") == link.inner_text()
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert link.get_attribute("target") == "_blank"
    assert bob.texts()[-1] == text


def test_long_messages_are_counted_and_beyond_the_limit_explained(two):
    alice, bob = two
    field = alice.page.locator(".composer textarea")
    field.fill("x" * 1000)
    assert alice.page.locator(".counter").inner_text() == ""
    field.fill("x" * 1600)
    alice.sees(".counter", "left")
    emoji = "😀" * 1024
    assert len(emoji.encode()) == 4096
    field.fill(emoji)
    alice.sees(".counter", "Too long by")
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    alice.page.get_by_role("button", name=re.compile("Send as . messages")).click()
    bob.page.wait_for_function(
        """(text) => [...document.querySelectorAll(".message .text")].slice(-3)
            .map((each) => each.textContent).join("") === text""", arg=emoji,
        timeout=PATIENCE_MILLISECONDS)


def test_enter_sends_and_shift_enter_begins_a_line(two):
    alice, bob = two
    field = alice.page.locator(".composer textarea")
    field.press_sequentially("one")
    field.press("Shift+Enter")
    field.press_sequentially("two")
    field.press("Enter")
    bob.hears("one\ntwo")
    expect(field).to_have_value("")
    field.fill("  \n ")
    field.press("Enter")
    assert alice.texts()[-1] == "one\ntwo"


def test_what_is_unread_is_counted_in_the_title_and_the_list(two):
    alice, bob = two
    bob.open("#/settings")
    alice.write("first").write("second").phase("second", "DELIVERED")
    expect(bob.page).to_have_title("(2) Simpatico")
    bob.sees(".person .badge", "2 unread messages")
    for text in ("first", "second"):
        assert f"Alice: {text}" in bob.page.locator("#live").inner_text()
    bob.choose("Alice").sees(".new-here", "New")
    expect(bob.page).to_have_title("Simpatico")
    alice.phase("second", "READ")


def test_a_conversation_is_searched(two):
    alice, bob = two
    for text in ("the red door", "a blue door", "the window"):
        alice.write(text)
    bob.hears("the window").page.get_by_role("button", name="Search").click()
    bob.page.get_by_role("searchbox").fill("DOOR")
    bob.sees(".found", "2 messages found")
    assert bob.texts() == ["the red door", "a blue door"]
    assert bob.page.locator("mark").all_inner_texts() == ["door", "door"]
    bob.page.get_by_role("searchbox").fill("nowhere")
    bob.sees(".found", "0 messages found")
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator(".search-bar")).to_be_hidden()
    bob.sees(".message:last-child .text", "the window")


def test_a_contact_is_renamed_noted_blocked_unblocked_and_removed(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.page.get_by_role("button", name="Details").click()
    alice.page.get_by_label("Name").fill("Robert")
    alice.page.get_by_label("Notes").fill("owes me a book")
    alice.page.get_by_role("button", name="Save").click()
    alice.sees(".person-name", "Robert")
    alice.page.reload()
    expect(alice.page.get_by_label("Notes")).to_have_value("owes me a book")

    alice.page.get_by_role("button", name="Block", exact=True).click()
    alice.page.locator("dialog").get_by_role("button", name="Block").click()
    alice.sees(".people-title", "Blocked")
    bob.write("can you hear me?").phase("can you hear me?", "SENT|QUEUED")
    alice.page.locator(".person").click()
    alice.sees(".reach", "Blocked")
    expect(alice.page.locator(".composer")).to_be_hidden()
    assert alice.texts() == []
    alice.page.get_by_role("button", name="Details").click()
    alice.page.get_by_role("button", name="Unblock").click()
    alice.choose("Robert").hears("can you hear me?")

    alice.page.get_by_role("button", name="Details").click()
    alice.page.get_by_role("button", name="Delete the contact").click()
    alice.page.locator("dialog").get_by_role("button", name="Delete").click()
    expect(alice.page.locator(".person")).to_have_count(0)
    alice.page.reload()
    alice.online()
    assert "can you hear me?" not in alice.kept()


def test_two_people_compare_the_same_number(two):
    numbers = []
    for one in two:
        one.page.get_by_role("button", name="Details").click()
        expect(one.page.locator(".number span")).to_have_count(12)
        numbers.append(one.page.locator(".number").inner_text())
        one.page.get_by_role("button", name="They are the same").click()
        one.sees(".is-compared", "Compared on")
    assert numbers[0] == numbers[1]
    alice = two[0]
    alice.page.get_by_role("button", name="Undo").click()
    expect(alice.page.get_by_role("button", name="They are the same")).to_be_visible()
