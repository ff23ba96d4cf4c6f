"""Two people and a relay, in real terminals: what they see is what is tested."""

import re
import signal

import pytest

import picture
from chat import meet
from clock import DAY, Clock

#: Two pongs must be missed, which are asked for every 20 seconds or so.
SILENCE_SECONDS = 120


def messages(text, name):
    """The texts that a screen has of somebody, in order."""
    return re.findall(rf"^ *(?:[·✓✗●]+ +)?\d\d:\d\d {name}: (.*?) *$", text, re.MULTILINE)


def test_two_people_meet_by_a_link_and_talk(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.pane.enter("hello Bob, 你好 é 👩‍👩‍👧")
    bob.pane.wait_for_text("Alice: hello Bob, 你好 é")
    bob.pane.enter("hello Alice")
    alice.pane.wait_for_text("Bob: hello Alice")
    # The row that was written first has got its last tick, in its own place.
    alice.pane.wait_for_text("✓✓● ")
    shown = alice.pane.everything()
    assert messages(shown, "you") == ["hello Bob, 你好 é 👩‍👩‍👧"]
    assert messages(shown, "Bob") == ["hello Alice"]
    alice.pane.enter("/quit")
    assert alice.pane.wait_until_exited() == 0


def test_the_code_on_the_screen_is_the_link(people, tmp_path):
    alice = people("Alice", columns=80, rows=24)
    alice.pane.wait_for_text("— online")
    link = alice.link()
    alice.pane.wait_for_text("▀")
    assert picture.decode(alice.pane.colours(), tmp_path / "small.pgm") == link
    large = people("Carol", columns=100, rows=40)
    large.pane.wait_for_text("— online")
    link = large.link()
    large.pane.wait_for_text("▀")
    assert picture.decode(large.pane.colours(), tmp_path / "large.pgm") == link
    plain = people("Dora", columns=100, rows=40, environment={"NO_COLOR": "1"})
    plain.pane.wait_for_text("— online")
    link = plain.link()
    plain.pane.wait_for_text("▀")
    assert "\x1b[38;5" not in plain.pane.colours()
    assert picture.decode(plain.pane.colours(), tmp_path / "plain.pgm") == link


def test_a_code_that_does_not_fit_is_not_drawn(people):
    alice = people("Alice", columns=40, rows=24)
    alice.link()
    alice.pane.wait_for_text("For its QR code the terminal needs")
    assert "█" not in alice.pane.everything()
    # It does after the terminal was made larger.
    alice.pane.resize(100, 40)
    alice.pane.enter("/link")
    alice.pane.wait_for_text("▀")


def test_what_comes_does_not_tear_what_is_typed(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    bob.pane.type("I am still typ")
    for number in range(5):
        alice.pane.enter(f"message {number}")
    bob.pane.wait_for_text("message 4")
    bob.pane.wait_for(
        lambda shown: shown.rstrip().endswith("Alice> I am still typ"), "line being typed")
    bob.pane.press("Left", "Left", "Left")
    bob.pane.type("(!)")
    bob.pane.press("End")
    bob.pane.enter("ing")
    alice.pane.wait_for_text("Bob: I am still (!)typing")
    # What was said before is at hand.
    bob.pane.press("Up", "Enter")
    alice.pane.wait_for(
        lambda shown: messages(shown, "Bob") == ["I am still (!)typing"] * 2, "second one")


def test_killed_and_back_without_loss_or_duplicates(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    alice.pane.enter("one")
    bob.pane.wait_for_text("Alice: one")
    bob.kill()
    for word in ("two", "three"):
        alice.pane.enter(word)
    alice.pane.wait_for_text("not online: what you write waits")
    alice.kill()
    alice.reopen()
    alice.pane.wait_for_text("you: three")
    bob.reopen()
    bob.pane.wait_for_text("Alice: three")
    bob.pane.enter("I have them")
    alice.pane.wait_for_text("Bob: I have them")
    assert messages(bob.pane.everything(), "Alice") == ["one", "two", "three"]
    assert messages(alice.pane.everything(), "you") == ["one", "two", "three"]
    alice.pane.wait_for(lambda shown: shown.count("✓✓● ") == 3, "three that are read")


def test_both_recover_when_the_relay_is_killed(people, relay):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    relay.kill()
    for chat in (alice, bob):
        chat.pane.wait_for_text("Disconnected: ")
        chat.pane.wait_for_text("reconnecting in")
    alice.pane.enter("said while it was away")
    relay.start()
    bob.pane.wait_for_text("Alice: said while it was away")
    alice.pane.wait_for_text("✓✓● ")
    assert messages(bob.pane.everything(), "Alice") == ["said while it was away"]


def test_a_relay_that_falls_silent_is_left_and_found_again(people, relay):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    # The kernel goes on to take what is sent, so only missing pongs tell that nobody is there.
    relay.process.send_signal(signal.SIGSTOP)
    alice.pane.enter("into the silence")
    for chat in (alice, bob):
        chat.pane.wait_for_text("Disconnected: the relay does not answer", SILENCE_SECONDS)
    relay.process.send_signal(signal.SIGCONT)
    bob.pane.wait_for_text("Alice: into the silence", SILENCE_SECONDS)
    alice.pane.wait_for_text("✓✓● ")
    assert messages(bob.pane.everything(), "Alice") == ["into the silence"]


@pytest.mark.parametrize("days", [14, -14])
def test_a_clock_that_is_set_keeps_nobody_from_talking(people, tmp_path, days):
    clock = Clock(tmp_path)
    alice, bob = people("Alice", environment=clock.environment), people("Bob")
    meet(alice, bob)
    link = alice.link()
    clock.set(days * DAY)
    alice.pane.enter("what day is it?")
    bob.pane.wait_for_text("Alice: what day is it?")
    bob.pane.enter("Sunday")
    alice.pane.wait_for_text("Bob: Sunday")
    # The invitation is for a week of the host's clock.
    carol = people("Carol")
    carol.pane.enter("/accept " + link)
    ends = "has expired" if days > 0 else "You and Alice know each other now"
    carol.pane.wait_for_text(ends)


@pytest.mark.parametrize("columns", [80, 40, 24])
def test_long_words_and_wide_letters_stay_inside(people, columns):
    alice = people("Alice", columns=columns)
    bob = people("Bob")
    meet(alice, bob)
    text = "a-word-of-" + "x" * 90 + " 漢字" * 20 + " end-of-it"
    bob.pane.enter(text)
    alice.pane.wait_for(lambda shown: "end-of-it" in re.sub(r"\s", "", shown), "end")
    everything = re.sub(r"\s", "", alice.pane.everything())
    assert re.sub(r"\s", "", text) in everything
    assert alice.pane.screen()[-1].strip() in ("", "Bob>") or any(
        row.startswith("Bob>") for row in alice.pane.screen())
    alice.pane.resize(columns + 10, 20)
    alice.pane.enter("still here")
    bob.pane.wait_for_text("Alice: still here")


HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred \x9b2J \u202egnp.exe \u2066x\u2069 \r overwritten"
    " a" + "\u0301" * 40 + " \x1b[6n \x00 \x7f end"
)


def test_hostile_text_does_nothing_to_the_terminal(people, tmp_path):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    title = alice.pane.variable("pane_title")
    bob.pane.enter("/quit")
    assert bob.pane.wait_until_exited() == 0
    bob.tool("send", "--server", bob.relay.url, "--to", "Alice", "--wait", "delivered",
             HOSTILE.replace("\x00", ""))
    shown = alice.pane.wait_for_text(" end")
    assert "[2J]0;owned[31mred 2J gnp.exe x" in shown
    assert "You and Bob know each other now" in "\n".join(alice.pane.screen())
    assert alice.pane.variable("pane_title") == title
    for character in "\u202e\u2066\u2069\x9b\x1b\x07":
        assert character not in shown
    assert shown.count("\u0301") <= 6
    # Nothing was answered into the line that is typed.
    assert alice.pane.screen()[int(alice.pane.variable("cursor_y"))].strip() == "Bob>"


def test_the_other_side_is_told_what_it_waits_for(people):
    alice, bob = people("Alice"), people("Bob")
    link = alice.link()
    alice.pane.wait_for_text("Waiting for the guest")
    alice.pane.enter("/quit")
    alice.pane.wait_until_exited()
    bob.pane.enter("/accept " + link)
    bob.pane.wait_for_text("waiting for the host to be online")
    alice.reopen()
    bob.pane.wait_for_text("You and Alice know each other now")
    carol = people("Carol")
    carol.pane.enter("/accept " + link)
    carol.pane.wait_for_text("somebody else has used the invitation")
    carol.pane.enter("/accept " + link[:-30])
    carol.pane.wait_for_text("this is no invitation link")
    alice.pane.enter("/accept " + link)
    alice.pane.wait_for_text("this invitation is your own")


def test_a_second_program_with_the_file_is_told_so(people):
    alice = people("Alice")
    alice.pane.wait_for_text("online")
    other = people("Alice")
    assert other.pane.wait_until_exited() == 1
    assert "is in use" in other.pane.everything()


def test_commands_explain_themselves(people):
    alice = people("Alice")
    alice.pane.wait_for_text("You have no contacts yet")
    alice.pane.enter("nobody hears this")
    alice.pane.wait_for_text("/invite makes a link for somebody")
    alice.pane.enter("/help")
    alice.pane.wait_for_text("✓✓● read")
    alice.pane.enter("/nonsense")
    alice.pane.wait_for_text("there is no /nonsense")
    alice.pane.type("/fing")
    alice.pane.press("Tab", "Enter")
    alice.pane.wait_for_text("yours:")
    alice.pane.press("C-d")
    assert alice.pane.wait_until_exited() == 0


def test_a_text_that_is_too_long_is_refused_in_words(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    for command, limit in [("rename", 64), ("notes", 4096), ("invite", 256), ("name", 64)]:
        alice.pane.enter(f"/{command} " + "x" * (limit + 1))
        alice.pane.wait_for_text(f"has at most {limit} characters")
        alice.pane.enter("/clear")
    assert "between" not in alice.pane.everything()


def test_what_is_deleted_is_not_to_be_seen_any_more(people):
    alice, bob = people("Alice"), people("Bob")
    meet(alice, bob)
    for text in ("one", "embarrassing", "three"):
        alice.pane.enter(text)
        bob.pane.wait_for_text("Alice: " + text)
    alice.pane.enter("/delete 9")
    alice.pane.wait_for_text("there are only 3 messages")
    for number in ("0", "-3", "x"):
        alice.pane.enter("/delete " + number)
        alice.pane.wait_for_text(f"“{number}” is no number of messages")
    alice.pane.enter("/delete 2")
    alice.pane.wait_for_text("A message is deleted here")
    assert messages("\n".join(alice.pane.screen()), "you") == ["one", "three"]
    # A resend of the one after it does not bring it back, and the contact keeps it.
    alice.kill()
    alice.reopen()
    alice.pane.wait_for_text("you: three")
    assert messages(alice.pane.everything(), "you") == ["one", "three"]
    assert messages(bob.pane.everything(), "Alice") == ["one", "embarrassing", "three"]
    for beginning in ("b", "Bo"):
        alice.pane.enter("/remove " + beginning)
    alice.pane.wait_for(
        lambda shown: " ".join(shown.split()).count("say the whole name (Bob)") == 2, "refusals")
    alice.pane.enter("/remove bob")
    alice.pane.wait_for_text("Bob and what was said are forgotten")
    assert "three" not in "\n".join(alice.pane.screen())
    alice.pane.enter("/quit")
    assert alice.pane.wait_until_exited() == 0
    for text in (b"one", b"embarrassing", b"three", b"Bob"):
        assert b'"' + text + b'"' not in alice.file.read_bytes()
