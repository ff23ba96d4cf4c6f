"""The chat page against a real relay: people meet by a link and talk."""

from chat_page import meet


def test_two_people_meet_by_a_link_and_talk(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.write("hello Bob")
    bob.hears("hello Bob").write("hello Alice")
    alice.hears("hello Alice").phase("hello Bob", "READ")
    bob.phase("hello Alice", "READ")
    assert alice.texts() == bob.texts() == ["hello Bob", "hello Alice"]
