"""Several tabs of one browser: one runs the connection, the others show it live."""

from playwright.sync_api import expect

from chat_page import PATIENCE_MILLISECONDS, meet

OTHER_TAB = "Another tab holds the connection"


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
    # A page whose dialog is open runs nothing else.
    with first.expect_event("dialog") as hung:
        first.evaluate("setTimeout(() => alert('hung'), 0)")
    alice.page = second
    alice.open().online()
    expect(second.locator(".notice")).to_have_count(0)
    hung.value.accept()
    expect(first.locator(".notices")).to_contain_text(OTHER_TAB, timeout=PATIENCE_MILLISECONDS)
    expect(first.locator(".connection")).to_contain_text("Connected and verified")


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
