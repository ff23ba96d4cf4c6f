"""Links that come again: from a contact, from one who is blocked, and to an end put away before."""

from playwright.sync_api import expect

from chat_page import meet


def delete_contact(person):
    person.page.get_by_role("button", name="Details").click()
    person.page.get_by_role("button", name="Delete the contact").click()
    person.page.locator("dialog").get_by_role("button", name="Delete").click()
    expect(person.page.locator(".person")).to_have_count(0)


def test_whoever_was_deleted_by_mistake_is_met_again_by_a_new_link(people):
    alice, bob = people("Alice"), people("Bob")
    used = meet(alice, bob)
    alice.write("before")
    bob.hears("before")
    delete_contact(alice)
    # The link that they met by tells nothing new.
    bob.follow(used).heading("You know each other already")
    expect(bob.page.get_by_role("button", name="Meet again")).to_have_count(0)
    bob.page.get_by_role("button", name="Open the conversation").click()
    bob.talks_with("Alice").write("are you there?")

    bob.follow(alice.invite()).heading("You know each other already")
    expect(bob.page.get_by_role("button", name="Open the conversation")).to_be_visible()
    bob.page.get_by_role("button", name="Meet again").click()
    alice.talks_with("Bob").hears("are you there?")
    bob.talks_with("Alice").hears("before").write("so you are")
    alice.hears("so you are").write("I am")
    bob.hears("I am")


def test_a_link_of_somebody_blocked_says_so_and_works_once_they_are_not(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    bob.page.get_by_role("button", name="Details").click()
    bob.page.get_by_role("button", name="Block", exact=True).click()
    bob.page.locator("dialog").get_by_role("button", name="Block").click()
    bob.sees(".people-title", "Blocked")
    bob.follow(alice.invite()).heading("You have blocked them")
    bob.sees("main", "Unblock them first")
    bob.page.get_by_role("button", name="Details").click()
    bob.page.get_by_role("button", name="Unblock").click()
    expect(bob.page.get_by_role("button", name="Block", exact=True)).to_be_visible()
    bob.page.evaluate("location.hash = ''")
    bob.heading("You know each other already").page.get_by_role("button", name="Meet again").click()
    bob.talks_with("Alice").write("hello again")
    alice.choose("Bob").hears("hello again")


def test_an_invitation_that_was_put_away_is_shown_when_its_link_is_followed_again(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.open().online().invite()
    bob.open().online().accept(link[:-6]).heading("This invitation is not known")
    bob.page.get_by_role("button", name="Remove from the list").click()
    expect(bob.page.locator(".person")).to_have_count(0)
    alice.page.goto("about:blank")
    bob.accept(link).heading("Waiting for them")
    bob.sees(".person", "Looking for them")
    bob.page.get_by_role("button", name="Give up").click()
    bob.heading("You gave up on this invitation")
    # And its next end as well, until that one is put away.
    bob.accept(link[:-6]).heading("Waiting for them")
    alice.open().online()
    bob.heading("This invitation is not known").sees(".person", "Not known")


def test_a_link_can_be_pasted_by_somebody_who_has_contacts(people):
    alice, bob, carol = people("Alice"), people("Bob"), people("Carol")
    meet(alice, bob)
    link = carol.open().online().invite()
    bob.page.get_by_role("button", name="Invite someone").first.click()
    bob.page.locator("#paste").fill(link)
    bob.page.get_by_role("button", name="Open", exact=True).click()
    bob.heading("You are invited").page.get_by_role("button", name="Accept and talk").click()
    bob.talks_with("Carol")
    carol.talks_with("Bob")
