"""Contacts whose names look like one another's, or like what is written by the program itself."""

import asyncio
import subprocess

import pytest

from chat import BINARY
from relay import own_environment
from talker import message, talker

PATIENCE_SECONDS = 60


@pytest.fixture
def alice(relay, tmp_path):
    """Runs a command as Alice, to its end; or only starts it."""

    def alice(*words, is_started=False, lines=""):
        command = [
            BINARY, *words, "--server", relay.url, "--data", str(tmp_path / "Alice.sqlite")]
        if is_started:
            return subprocess.Popen(
                command, stdout=subprocess.PIPE, text=True, env=own_environment())
        return subprocess.run(
            command, input=lines, capture_output=True, text=True, env=own_environment(),
            timeout=PATIENCE_SECONDS, check=False)

    return alice


def meet(alice, relay, *names, say=""):
    """Peers of these names become Alice's contacts and say something; answers fingerprints."""
    links = [alice("invite").stdout.strip() for _ in names]
    listening = alice("listen", "--json", is_started=True)

    def hear(words):
        assert any(words in line for line in listening.stdout)

    async def come(link, name):
        async with talker(relay.url) as peer:
            host, pem, _ = await peer.follow(link, name)
            hear('"event":"contact"')
            if say:
                await peer.send(host, pem, message("aa", 1, 0, say))
                hear('"event":"message"')
            return peer.peer.fingerprint

    try:
        hear('"phase":"ONLINE"')
        return [asyncio.run(come(*pair)) for pair in zip(links, names)]
    finally:
        listening.terminate()
        listening.communicate(timeout=PATIENCE_SECONDS)


def titles(alice):
    """How contacts are shown, by fingerprint."""
    rows = alice("contacts").stdout.splitlines()
    return {row.split("  ")[0]: row.split("  ")[1] for row in rows}


LOOKALIKES = {
    "joiner": "Bob\u200d", "inner joiner": "B\u200cob", "mark": "Bob\u034f",
    "selector": "Bob\ufe0f", "case": "bob", "space": " Bob\u00a0", "wide": "\uff22\uff4f\uff42",
    "Cyrillic": "B\u043eb", "Greek": "\u0392ob",
}


@pytest.mark.parametrize("name", LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_who_looks_like_another_is_shown_with_the_fingerprint(alice, relay, name):
    both = meet(alice, relay, "Bob", name)
    shown = titles(alice)
    for fingerprint in both:
        assert shown[fingerprint].endswith(f" ({fingerprint[:8]})")
    ended = alice("send", "--to", "Bob", "--wait", "kept", "for whom?")
    assert ended.returncode == 1
    assert all(fingerprint[:8] in ended.stderr for fingerprint in both)
    for fingerprint in both:
        ended = alice("send", "--to", f"Bob ({fingerprint[:8]})", "--wait", "kept", "hello")
        assert ended.returncode == 0
        assert "hello" in alice("messages", "--with", fingerprint).stdout


def test_nobody_is_shown_as_the_person_is(alice, relay):
    names = ["you", "Y\u200dou", "y\u043eu"]
    for fingerprint in meet(alice, relay, *names, say="I agree"):
        said = alice("messages", "--with", fingerprint).stdout
        assert f"({fingerprint[:8]}): I agree" in said and "you: I agree" not in said
        said = alice("chat", lines=f"/to {fingerprint}\n").stdout
        assert f"({fingerprint[:8]}): I agree" in said


def test_a_name_without_anything_to_see_is_none(alice, relay):
    for fingerprint in meet(alice, relay, "\u200d\u200d", "\u034f", " ", "\ufe0f"):
        assert titles(alice)[fingerprint] == fingerprint[:8]


def test_nobody_borrows_a_fingerprint(alice, relay):
    [bob] = meet(alice, relay, "Bob")
    [borrower, namesake] = meet(alice, relay, f"Bob ({bob[:8]})", bob[:8])
    shown = titles(alice)
    assert shown[borrower] == f"Bob ({bob[:8]}) ({borrower[:8]})"
    assert shown[bob] == "Bob"
    ended = alice("send", "--to", bob[:8], "--wait", "kept", "for whom?")
    assert ended.returncode == 1 and namesake[:8] in ended.stderr
    assert alice("send", "--to", bob, "--wait", "kept", "hello").returncode == 0
    assert "hello" in alice("messages", "--with", bob).stdout


def test_names_that_differ_to_the_eye_are_left_as_they_are(alice, relay):
    names = ["Bob", "Bób", "Rob", "Боб", "👩\u200d👩\u200d👧", "Bob Smith"]
    meet(alice, relay, *names)
    assert sorted(titles(alice).values()) == sorted(names)
