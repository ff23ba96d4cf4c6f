"""Several tabs of one browser: one runs the connection, the others show it live."""

from playwright.sync_api import expect

from chat_page import PATIENCE_MILLISECONDS, meet

OTHER_TAB = "Another tab holds the connection"
#: A page waits four seconds for another one's answer; this one takes longer to start.
SLOW_START = """
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...parts) => {
    await new Promise((done) => setTimeout(done, 6000));
    return instantiate.apply(WebAssembly, parts);
  };
"""


def hang(page):
    """Has the page do nothing until the dialog is answered: a page whose dialog is open runs
    nothing else. Answers the dialog."""
    with page.expect_event("dialog") as hung:
        page.evaluate("setTimeout(() => alert('hung'), 0)")
    return hung.value


def slow_tab(person):
    """A tab that starts slowly, and the sockets that it opens."""
    page, sockets = person.tab(), []
    page.add_init_script(SLOW_START)
    page.on("websocket", lambda socket: sockets.append(socket.url))
    return page, sockets


def holds_the_connection(page):
    expect(page.locator(".connection")).to_contain_text(
        "Connected and verified", timeout=PATIENCE_MILLISECONDS)
    expect(page.locator(".notice")).to_have_count(0, timeout=PATIENCE_MILLISECONDS)


def follows(page):
    expect(page.locator(".notices")).to_contain_text(OTHER_TAB, timeout=PATIENCE_MILLISECONDS)


def test_a_second_tab_shows_everything_live_and_takes_over_when_the_first_is_closed(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    first, second = alice.page, alice.tab()
    alice.open(page=second)
    expect(second.locator(".notices")).to_contain_text(OTHER_TAB)
    expect(second.locator(".connection")).to_contain_text("Connected and verified")
    expect(first.locator(".notice")).to_have_count(0)

    alice.page = second
    alice.choose("Bob").write("from the second tab")
    bob.hears("from the second tab").write("to both")
    alice.hears("to both").phase("from the second tab", "READ")
    alice.page = first
    alice.hears("to both").phase("from the second tab", "READ")

    first.close()
    alice.page = second
    expect(second.locator(".notice")).to_have_count(0, timeout=PATIENCE_MILLISECONDS)
    alice.online().write("still here")
    bob.hears("still here")
    assert alice.texts() == bob.texts() == ["from the second tab", "to both", "still here"]


def test_a_tab_that_hangs_loses_the_connection_to_one_that_is_used(people):
    alice = people("Alice").open().online()
    first, second = alice.page, alice.tab()
    dialog = hang(first)
    alice.page = second
    alice.open().online()
    expect(second.locator(".notice")).to_have_count(0)
    dialog.accept()
    follows(first)
    expect(first.locator(".connection")).to_contain_text("Connected and verified")


def test_a_question_that_nobody_answered_takes_no_connection_from_the_tab_that_starts(people):
    alice = people("Alice").open().online()
    hang(alice.page)
    (second, sockets), third = slow_tab(alice), alice.tab()
    others = []
    third.on("websocket", lambda socket: others.append(socket.url))
    # Both ask the tab that hangs, the second one first, and then it is the second one's turn.
    for page in (second, third):
        alice.open(page=page)
        page.wait_for_timeout(300)
    alice.page.close()
    alice.page = second
    holds_the_connection(second)
    expect(third.locator(".connection")).to_contain_text("Connected and verified")
    follows(third)
    assert (len(sockets), len(others)) == (1, 0)


def test_a_tab_that_hangs_while_it_starts_connects_no_more(people):
    alice = people("Alice").open()
    alice.online().page.close()
    (first, sockets), second = slow_tab(alice), alice.tab()
    alice.open(page=first)
    dialog = hang(first)
    alice.open(page=second)
    holds_the_connection(second)
    dialog.accept()
    follows(first)
    expect(first.locator(".connection")).to_contain_text("Connected and verified")
    first.wait_for_timeout(7000)
    holds_the_connection(second)
    assert sockets == []


def test_what_one_tab_forgets_is_gone_in_all_of_them(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    second = alice.tab()
    alice.open(page=second)
    expect(second.locator(".person")).to_contain_text("Bob")
    second.goto(alice.address + "/chat#/settings")
    second.get_by_role("button", name="Forget everything …").click()
    second.get_by_role("button", name="Forget", exact=True).click()
    for page in (alice.page, second):
        expect(page.locator("main h1")).to_have_text("A private word",
                                                     timeout=PATIENCE_MILLISECONDS)
        expect(page.locator(".person")).to_have_count(0)


def test_the_same_identity_elsewhere_is_told_and_not_fought(people, tmp_path):
    alice = people("Alice").open().online()
    file = alice.save_identity(tmp_path / "identity.json", "correct horse battery")
    elsewhere = people("Alice").open().online()
    elsewhere.bring_back(file, "correct horse battery")
    alice.sees(".notices", "Another device or browser is using this identity")
    alice.sees(".connection", "In use elsewhere")
    elsewhere.online()
    alice.page.locator(".notices").get_by_role("button", name="Use it here").click()
    alice.online()
    elsewhere.sees(".connection", "In use elsewhere")
